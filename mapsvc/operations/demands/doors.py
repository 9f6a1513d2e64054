"""What is due at the shops' doors: the same, by the same rule, as 今日 says it on their workers' phones."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mapsvc.domain.cases import CaseState
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.shops import ShopState
from mapsvc.domain.tasks import TaskOrigin
from mapsvc.domain.times import day_start
from mapsvc.domain.today import Because, Code, Look, Promised, Standing, StormLook, Trouble, due_today
from mapsvc.domain.visit_programme import ReturnVisit
from mapsvc.domain.visits import Outcome
from mapsvc.operations.demands.gathering import Gathering
from mapsvc.operations.return_visits import return_visits_on
from mapsvc.operations.storm_views import open_looks
from mapsvc.operations.today_known import hidden_at, is_theirs
from mapsvc.store import demand as store
from mapsvc.store import people, tasks
from mapsvc.store.demand import Door, Spot

_SHUT = frozenset({ShopState.VACANT, ShopState.CLOSED})
_DONE = frozenset({Outcome.MET, Outcome.CHANGED})
_INSISTS = frozenset({Code.PROMISE, Code.SPECIAL})


def add(g: Gathering) -> None:
    """Calls, first visits, special and return visits, promises, looks and storms, at every door where they are due."""
    told, returns = _told(g), {one.case_id: one for one in return_visits_on(g.conn, g.day)}
    seen, met = _seen_today(g), _last_met(g)
    cases: dict[str, list[Spot]] = defaultdict(list)
    for spot in g.spots:
        cases[spot.shop_id or ""].append(spot)
    for door in g.doors.values():
        if door.state in _SHUT:
            continue
        standing = Standing(
            door.state, door.started_on, met.get(door.id), seen.get(door.id), tuple(told.promises[door.id]),
            tuple(_trouble(spot, returns) for spot in cases[door.id]), tuple(told.looks[door.id]),
            told.storms.get(door.id, ()),
        )  # fmt: skip
        _settle(g, standing, cases[door.id])
        for because in due_today(standing, g.day, g.interval_days).reasons:
            _add(g, door, because)
    _send_another(g, returns)


def _add(g: Gathering, door: Door, because: Because) -> None:
    # Issues are said with those at places, in one manner.
    if because.code is Code.ISSUE or (stop := g.at_shop(door.code)) is None:
        return
    text, kind = because.text, because.kind or ""
    if because.code is Code.RETURN_VISIT:
        text = return_words(kind)
    stop.insists = stop.insists or because.code in _INSISTS
    g.add(stop, because.code.value, text, days_late=because.days_late, kind=kind, calls=True)


def return_words(kind: str) -> str:
    """What a return visit is for; sheets hang on walls, so nothing of what was written about it."""
    return f"{kind_of(kind).short_name} 结案后待回访"


def _settle(g: Gathering, standing: Standing, spots: list[Spot]) -> None:
    """Cases of which nothing else is to be said: seen today, a special visit, a return visit."""
    for spot in spots:
        special = Trouble(spot.kind, spot.state, severity=spot.severity, reported_at=spot.happened_at)
        if (
            standing.visited_today in _DONE
            or spot.state is CaseState.CLOSED
            or special.awaits_special(standing.last_met_at)
        ):
            g.told.add(spot.case_id)


def _trouble(spot: Spot, returns: Mapping[str, ReturnVisit]) -> Trouble:
    going = returns.get(spot.case_id)
    return Trouble(
        spot.kind, spot.state, "", spot.due_at, spot.return_visit_due_at, spot.is_supervised, spot.severity,
        spot.happened_at, going is not None and going.is_another,
    )  # fmt: skip


def _send_another(g: Gathering, returns: Mapping[str, ReturnVisit]) -> None:
    """A door is whose who goes back there, where that is not its own worker."""
    others = {one.shop_id: one.worker_id for one in returns.values() if one.is_another}
    names = {one.id: one.display_name for one in people.staff(g.conn)} if others else {}
    for shop_id, worker_id in others.items():
        door = g.doors.get(shop_id)
        stop = g.stops.get(f"shop:{door.code}") if door else None
        if stop is not None and stop.has(Code.RETURN_VISIT) and worker_id in names:
            stop.worker = names[worker_id]


@dataclass
class _Told:
    """Promises and looks by shop, without anybody's name or number, and what storms ask for."""

    promises: dict[str, list[Promised]]
    looks: dict[str, list[Look]]
    storms: dict[str, tuple[StormLook, ...]]


def _told(g: Gathering) -> _Told:
    given = store.promises(g.conn)
    asked = tasks.open_of_shops(g.conn, list(g.doors), TaskOrigin.SAME_BUILDING)
    told = _Told(defaultdict(list), defaultdict(list), open_looks(g.conn, list(g.doors)))
    hidden = hidden_at(g.conn, {p.shop_id for p in given} | {t.shop_id for t in asked if t.shop_id})
    for promise in given:
        door = g.doors.get(promise.shop_id)
        if door is not None and is_theirs(door, promise.tenancy_id, promise.promised_at):
            text = hidden.text(door.id, promise.text)
            told.promises[door.id].append(Promised(text, promise.promised_at, promise.due_at))
    for task in asked:
        shop_id = task.shop_id or ""
        told.looks[shop_id].append(Look(task.id, hidden.text(shop_id, task.text), task.due_at))
    return told


def _last_met(g: Gathering) -> dict[str, datetime]:
    """When who runs each shop now was last met, by shop id."""
    found: dict[str, datetime] = {}
    for call in store.last_met(g.conn):
        door = g.doors.get(call.shop_id)
        if door is not None and is_theirs(door, call.tenancy_id, call.happened_at):
            found[door.id] = max(call.happened_at, found.get(door.id, call.happened_at))
    return found


def _seen_today(g: Gathering) -> dict[str, Outcome]:
    """What the day's calls came to, by shop id: that somebody was met counts before that nobody was."""
    found: dict[str, Outcome] = {}
    begins = day_start(g.day)
    for call in store.calls_between(g.conn, begins, begins + timedelta(days=1)):
        if call.shop_id not in found or (call.outcome in _DONE and found[call.shop_id] not in _DONE):
            found[call.shop_id] = call.outcome
    return found
