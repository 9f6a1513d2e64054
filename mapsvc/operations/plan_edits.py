"""A plan changed by hand: a stop to somebody else or elsewhere in the walk, put to one person, left out; taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import Lock, Plan, Route, Skipped, Stop
from mapsvc.domain.patrol_orders import Orders, locked, orders_of, put, whose, without
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day
from mapsvc.errors import Conflict, Refused
from mapsvc.operations import plans
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, plan_editions
from mapsvc.store import patrols as store_patrols
from mapsvc.store.patrols import KeptPlan

_STALE = "这份巡查刚被别人改过，页面上是旧的；请看一眼最新的，再改一次。"


class Act(StrEnum):
    """What a hand does to one stop."""

    MOVE = "move"
    LOCK = "lock"
    UNLOCK = "unlock"
    LEAVE_OUT = "leave_out"


@dataclass(frozen=True)
class Edit:
    """One change.

    Attributes
    ----------
    edition : int
        Which one was looked at.
    ref : str
        Of a stop, or of what was left out.
    worker : str or None
        Of MOVE: to whom, by nickname; None stays with the same person. Of LOCK: to whom, None: who has it.
    position : int or None
        Of MOVE: the number of the stop there, from 1; None: where it costs the least walking.
    """

    edition: int
    act: Act
    ref: str
    worker: str | None = None
    position: int | None = None


@dataclass(frozen=True)
class _Change:
    orders: Orders
    locks: tuple[Lock, ...]
    leave_out: tuple[str, ...]
    text: str


def edit(ws: Workspace, actor: Actor, plan_id: str, wanted: Edit) -> KeptPlan:
    """Change one stop by hand; times, lines and reasons are worked out anew.

    A stop given to somebody else stays with them when the shift is planned anew; phones and paper stay as they were
    until the plan is handed out again.

    Raises
    ------
    NotFound, Forbidden
    Refused
        No such stop or person in this plan, or the day is over.
    Conflict
        Somebody changed the plan meanwhile.
    """

    def change(plan: Plan) -> tuple[Plan, str]:
        done = _ACTS[wanted.act](ws, plan, wanted)
        bare = replace(plan, leave_out=done.leave_out)
        return plans.retimed(ws, actor, bare, done.orders, done.locks), done.text

    kept = plans.get_plan(ws, actor, plan_id)
    require(actor, Action.PLAN_PATROL, kept.made_by)
    _check_day(ws, kept.plan)
    _check_edition(kept, wanted.edition)
    after, text = change(kept.plan)
    with ws.write() as conn:
        _write(ws, conn, actor, kept, after, "edit_plan")
        plan_editions.keep(conn, kept.plan, wanted.edition, text, actor.person_id, ws.clock())
    return plans.get_plan(ws, actor, plan_id)


def undo(ws: Workspace, actor: Actor, plan_id: str, edition: int) -> KeptPlan:
    """Take the last change back; again for the one before.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Nothing is left to take back, or somebody changed the plan meanwhile.
    """
    kept = plans.get_plan(ws, actor, plan_id)
    require(actor, Action.PLAN_PATROL, kept.made_by)
    _check_edition(kept, edition)
    with ws.write() as conn:
        last = plan_editions.latest(conn, plan_id)
        if last is None:
            raise Conflict("没有可以撤销的改动。", code="nothing_to_undo")
        plan_editions.forget(conn, last)
        _write(ws, conn, actor, kept, last.plan, "undo_edit")
    return plans.get_plan(ws, actor, plan_id)


def last_change(ws: Workspace, actor: Actor, plan_id: str) -> str:
    """The change that `undo` would take back, in words; empty: there is none."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        last = plan_editions.latest(conn, plan_id)
    return last.text if last else ""


def last_week(ws: Workspace, actor: Actor, plan: Plan) -> Plan | None:
    """The same shift a week before as it was handed out last; None: it was not."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        found = store_patrols.of_day(conn, plan.day - timedelta(days=7))
    out = [(kept.published_at, kept) for kept in found if kept.published_at and kept.plan.shift is plan.shift]
    return max(out, key=lambda one: one[0])[1].carried if out else None


def _write(ws: Workspace, conn: Connection, actor: Actor, kept: KeptPlan, after: Plan, verb: str) -> None:
    """Put `after` in the place of what was looked at, in the caller's transaction."""
    if not plan_editions.change(conn, kept.plan, after, kept.edition):
        raise Conflict(_STALE, code="stale_plan")
    audit.append(conn, actor, verb, "patrol_plan", after.id, kept.plan.to_json(), after.to_json(), ws.clock())


def _check_edition(kept: KeptPlan, edition: int) -> None:
    if kept.edition != edition:
        raise Conflict(_STALE, code="stale_plan")


def _check_day(ws: Workspace, plan: Plan) -> None:
    if plan.day < office_day(ws.clock()):
        raise Refused("这一天已经过去，改了也没有人走；要走就另排一班。", code="past_day")


def _move(ws: Workspace, plan: Plan, wanted: Edit) -> _Change:
    """To somebody else, to another place in the walk, or in from what was left out."""
    orders = orders_of(plan)
    found = _found(plan, wanted.ref)
    had = whose(orders, found.ref)
    to = wanted.worker or had
    if to is None or to not in orders:
        raise Refused("请选一个在这一班里的人。", field="worker", code="unknown_worker")
    route = next(route for route in plan.routes if route.worker == to)
    position = wanted.position or _cheapest(ws, plan, route, found)
    after = put(orders, found.ref, to, position)
    number = after[to].index(found.ref) + 1
    if had == to:
        if after == orders:
            raise Refused("它已经在这个位置上。", field="position", code="same_place")
        return _Change(after, plan.locks, plan.leave_out, f"{found.label}改成{to}的第{number}站")
    text = f"{found.label}{'交给' if had else '排给'}{to}，第{number}站"
    leave_out = tuple(ref for ref in plan.leave_out if ref not in (found.ref, *found.also))
    return _Change(after, locked(plan.locks, found.ref, to), leave_out, text)


def _lock(ws: Workspace, plan: Plan, wanted: Edit) -> _Change:
    orders = orders_of(plan)
    found = _found(plan, wanted.ref)
    had = whose(orders, found.ref)
    if had is None or (wanted.worker is not None and wanted.worker != had):
        return _move(ws, plan, wanted)
    if any(lock == Lock(found.ref, had) for lock in plan.locks):
        raise Refused(f"已经定给{had}了。", field="ref", code="same_place")
    return _Change(orders, locked(plan.locks, found.ref, had), plan.leave_out, f"{found.label}定给{had}")


def _unlock(ws: Workspace, plan: Plan, wanted: Edit) -> _Change:
    found = _found(plan, wanted.ref)
    lock = next((lock for lock in plan.locks if lock.ref == found.ref), None)
    if lock is None:
        raise Refused("这一站没有定给谁。", field="ref", code="same_place")
    text = f"{found.label}不再定给{lock.worker}"
    return _Change(orders_of(plan), locked(plan.locks, found.ref, None), plan.leave_out, text)


def _leave_out(ws: Workspace, plan: Plan, wanted: Edit) -> _Change:
    found = _found(plan, wanted.ref)
    if isinstance(found, Skipped):
        raise Refused("它本来就没有排进去。", field="ref", code="same_place")
    leave_out = tuple(dict.fromkeys((*plan.leave_out, found.ref)))
    locks = locked(plan.locks, found.ref, None)
    return _Change(without(orders_of(plan), found.ref), locks, leave_out, f"{found.label}这次不去")


_ACTS: dict[Act, Callable[[Workspace, Plan, Edit], _Change]] = {
    Act.MOVE: _move, Act.LOCK: _lock, Act.UNLOCK: _unlock, Act.LEAVE_OUT: _leave_out,
}  # fmt: skip


def _found(plan: Plan, ref: str) -> Stop | Skipped:
    """The stop, or what was left out, that stands for `ref`."""
    everything: list[Stop | Skipped] = [stop for route in plan.routes for stop in route.stops]
    everything += plan.skipped
    found = next((one for one in everything if ref == one.ref or ref in one.also), None)
    if found is None:
        raise Refused("这份巡查里没有这一处，可能已经重排，请刷新页面。", field="ref", code="unknown_stop")
    return found


def _cheapest(ws: Workspace, plan: Plan, route: Route, found: Stop | Skipped) -> int:
    """The number at which `found` costs `route` the least walking, crossings weighed in."""
    import numpy as np

    from mapsvc.geo.local import to_metres

    stops = [stop for stop in route.stops if stop.ref != found.ref]
    if found.lon is None or found.lat is None:
        return len(stops) + 1
    start, end = (route.start or plan.start or plans.start_of(ws)), (route.end or route.start or plan.start)
    ends = (start, end or start)
    way = [ends[0], *((stop.lon, stop.lat) for stop in stops), ends[1], (found.lon, found.lat)]
    metres = np.array([to_metres(lon, lat) for lon, lat in way], dtype=np.float64)
    names = (None, *(stop.street for stop in stops), None, found.street)
    effort = plans.network(ws.settings.layers).walks(metres, names).effort_m
    return 1 + _least([effort[k, -1] + effort[-1, k + 1] - effort[k, k + 1] for k in range(len(stops) + 1)])


def _least(costs: Sequence[float]) -> int:
    return min(range(len(costs)), key=lambda k: (round(float(costs[k]), 3), k))
