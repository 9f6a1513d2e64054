"""When doors may be called on: never while a merchant asked to be left alone, not when they are usually shut."""

from collections import defaultdict

from mapsvc.domain.demand import service_minutes
from mapsvc.domain.opening_hours import LOOKS_BACK, MOST_CALLS, Call, closed_parts, has_time, usual_hours
from mapsvc.domain.quiet_hours import windows_beside
from mapsvc.domain.visits import Outcome
from mapsvc.operations import quiet_hours
from mapsvc.operations.demands.gathering import Gathering
from mapsvc.operations.today_known import is_theirs
from mapsvc.store import demand as store

_LEAST_SHUT = 2


def add(g: Gathering) -> None:
    """Windows of the stops where somebody is called on; a place or an issue in the street has none.

    What the merchant asked for holds whatever the reason. A promise, a special visit and what was named for this shift
    do not wait for the hours in which the door is usually open.
    """
    called = [stop for stop in g.stops.values() if stop.shop and stop.calls]
    if not called:
        return
    quiet, calls = quiet_hours.of_day(g.conn, g.day), _calls(g)
    for stop in called:
        asked = quiet.get(stop.shop or "", ())
        past = [] if stop.insists or stop.must else calls.get(stop.shop or "", [])
        shut = closed_parts(past)
        closed = [*((one.from_minute, one.until_minute) for one in asked), *shut]
        stop.windows = windows_beside(closed, service_minutes(stop.reasons, g.weights))
        words = [*(one.words for one in asked), *([usual_hours(past) or ""] if shut else [])]
        stop.window_text = "；".join(words)


def _calls(g: Gathering) -> dict[str, list[Call]]:
    """The last calls at doors that were found shut more than once, by code: when, and whether it was open."""
    found: dict[str, list[Call]] = defaultdict(list)
    taken: dict[str, int] = defaultdict(int)
    since = g.at - LOOKS_BACK
    for call in store.calls_at_shut_doors(g.conn, since, _LEAST_SHUT):
        door = g.doors.get(call.shop_id)
        taken[call.shop_id] += 1
        if door is None or taken[call.shop_id] > MOST_CALLS or call.outcome is Outcome.CHANGED:
            continue
        if has_time(call.happened_at) and is_theirs(door, call.tenancy_id, call.happened_at):
            found[door.code].append(Call(call.happened_at, call.outcome is Outcome.MET))
    return found
