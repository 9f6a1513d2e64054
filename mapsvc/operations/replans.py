"""The rest of one person's walk from where they are: worked out for them, kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import LonLat, Plan, Route, Special, shift_start
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.errors import Refused
from mapsvc.operations import plan_checks, plans
from mapsvc.operations.workspace import Workspace
from mapsvc.store import people


@dataclass(frozen=True)
class Rest:
    """Who goes on from where.

    Attributes
    ----------
    worker : str
        Nickname.
    at : (lon, lat) or None
        None: from where they set out.
    done : tuple of str
        Refs of the stops behind them.
    minutes_left : int or None
        None: until their shift ends.
    """

    worker: str
    at: LonLat | None = None
    done: tuple[str, ...] = ()
    minutes_left: int | None = None


def replan_rest(ws: Workspace, actor: Actor, plan_id: str, rest: Rest) -> Plan:
    """The walker's own route from here on: stops not done, in the order that takes least; what no more fits is said.

    Nothing is kept: nobody but the walker learns how the walk goes.

    Raises
    ------
    NotFound
    Forbidden
        Somebody else's walk.
    Refused
        The plan has no route for them, or the place is nowhere near.
    """
    from mapsvc.patrol.plan import rest_of

    kept = plans.get_plan(ws, actor, plan_id)
    with ws.read() as conn:
        person = people.staff_by_nickname(conn, rest.worker)
    require(actor, Action.WALK_PATROL, person.id if person else None)
    route = next((route for route in kept.carried.routes if route.worker == rest.worker), None)
    if route is None:
        raise Refused("这份巡查里没有你的路线，请核对是哪一天、哪一班。", field="worker", code="unknown_worker")
    if rest.at is not None:
        plan_checks.check_start(ws, rest.at, "from")
    begin, minutes = _span(ws, kept.carried, route, rest.minutes_left)
    special = Special(rest.worker, minutes, rest.at or route.start, route.end, begin)
    return rest_of(plans.with_start(ws, kept.carried), rest.worker, special, rest.done, plans.ground(ws))


def _span(ws: Workspace, plan: Plan, route: Route, left: int | None) -> tuple[int, int]:
    """Minutes from the shift's begin to now, and those that remain; before it and long after it the whole shift."""
    begins_at = datetime.combine(plan.day, time(), OFFICE_ZONE).astimezone(UTC) + shift_start(plan.shift)
    length = route.minutes or plan.minutes
    now = int((ws.clock() - begins_at).total_seconds() // 60)
    if not 0 <= now <= length + plan_checks.MINUTES[1]:
        now = 0 if left is None else max(length - left, 0)
    return now, left if left is not None else max(length - now, 0)


def as_json(plan: Plan, done: Sequence[str]) -> dict[str, object]:
    """The route that is left, and what no more fits."""
    document = plan.to_json()
    return {"route": document["routes"][0], "skipped": document["skipped"], "done": list(done)}
