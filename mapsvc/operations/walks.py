"""Walking a patrol: begun, stop by stop, finished, as the phone tells it; seen by nobody but the walker."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import LonLat
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import to_second
from mapsvc.domain.walks import SkipReason, Step, StepOutcome, Walk, ended
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations import coverage
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, patrols, walks, withdrawn
from mapsvc.store.patrols import KeptPlan

_STEP = "step"
_CELL = "cell:"


@dataclass(frozen=True)
class NewWalk:
    """开始走, as the phone tells it."""

    id: str
    plan: str
    started_at: datetime


@dataclass(frozen=True)
class NewStep:
    """A stop done or left out, as the phone tells it; `id` is the phone's."""

    id: str
    walk: str
    ref: str
    outcome: StepOutcome
    at: datetime
    reason: SkipReason | None = None
    text: str = ""


@dataclass(frozen=True)
class Told:
    """What is in the store now; `is_new` is False where it was there before."""

    record: Walk | Step
    is_new: bool = True


def start_walk(ws: Workspace, actor: Actor, new: NewWalk) -> Told:
    """Begin to walk a plan that was handed out; the same again changes nothing.

    Who is on it is not asked: a plan may be changed after the phone took it along, and one walks for another.

    Raises
    ------
    Forbidden
    Refused
        No plan of this id, or it was not handed out.
    Conflict
        The plan is walked under another id, or the id by somebody else.
    """
    require(actor, Action.WALK_PATROL, actor.person_id)
    at = to_second(ws.clock())
    me = actor.person_id or ""
    with ws.write() as conn:
        if before := walks.by_id(conn, new.id):
            if (before.plan_id, before.person_id) != (new.plan, me):
                raise Conflict("这个编号（id）已经用在另一次巡查上，请换一个。", field="id", code="id_used")
            return Told(before, is_new=False)
        kept = patrols.by_id(conn, new.plan)
        if kept is None:
            raise Refused("没有这份巡查计划，请更新今天的资料再走。", field="plan", code="unknown_plan")
        if kept.published_at is None:
            raise Refused("这份计划还没有发出来，请发出来再走。", field="plan", code="not_published")
        if walks.of_plans(conn, me, [new.plan]):
            raise Conflict("这份计划已经开始走了，请更新今天的资料接着走。", field="id", code="walk_exists")
        begun = Walk(new.id, new.plan, me, min(to_second(new.started_at), at))
        walks.add(conn, begun)
        _note(conn, actor, "start_walk", begun.id, at)
    return Told(begun)


def record_step(ws: Workspace, actor: Actor, new: NewStep) -> Told | Withdrawn:
    """A stop was done or left out; the same id again changes nothing, one that was taken back stays so.

    Raises
    ------
    Forbidden
    NotFound
        No such walk of one's own.
    Refused
        Left out without a reason.
    Conflict
        The id was used for something else.
    """
    require(actor, Action.WALK_PATROL, actor.person_id)
    received_at = to_second(ws.clock())
    made = _step(new, received_at)
    with ws.read() as conn:
        walk = _own(conn, actor, new.walk)
        kept = patrols.by_id(conn, walk.plan_id)
    made = replace(made, segments=_passed(ws, kept, walk, made))
    with ws.write() as conn:
        if gone := withdrawn.by_id(conn, new.id):
            return gone
        if before := walks.step(conn, new.id):
            same = (before.walk_id, before.ref, before.outcome) == (made.walk_id, made.ref, made.outcome)
            if not same:
                raise Conflict("这个编号（id）已经用在另一站上，请换一个。", field="id", code="id_used")
            return Told(before, is_new=False)
        walks.add_step(conn, made)
        _note(conn, actor, "record_step", walk.id, received_at)
    return Told(made)


def _step(new: NewStep, received_at: datetime) -> Step:
    is_skipped = new.outcome is StepOutcome.SKIPPED
    if is_skipped and new.reason is None:
        raise Refused("跳过这一站，请选一个原因。", field="reason", code="reason_missing")
    return Step(
        new.id, new.walk, new.ref, new.outcome, min(to_second(new.at), received_at),
        new.reason if is_skipped else None, new.text.strip() or None,
    )  # fmt: skip


def _passed(ws: Workspace, kept: KeptPlan | None, walk: Walk, step: Step) -> tuple[str, ...]:
    """The stretches walked along on the way there, from the stop done before or from where one set out."""
    if kept is None or step.outcome is not StepOutcome.DONE:
        return ()
    stops = {stop.ref: stop for plan in (kept.plan, kept.carried) for r in plan.routes for stop in r.stops}
    before, there = walk.before(step.at), stops.get(step.ref)
    route = next((r for r in kept.carried.routes if any(s.ref == step.ref for s in r.stops)), None)
    begin = (route.start if route else None) or kept.carried.start
    here = stops.get(before.ref) if before else None
    from_ = (here.lon, here.lat) if here else None if before else begin
    if there is None:
        return ()
    # Who did a run walked along all of it, wherever they came from.
    along = [ref.removeprefix(_CELL) for ref in (there.ref, *there.also) if there.stretch and ref.startswith(_CELL)]
    if from_ is None:
        return tuple(along)
    way = (from_, *(_along(from_, there.stretch) or ((there.lon, there.lat),)))
    streets = (here.street if here else None, *(there.street for _ in way[1:]))
    return tuple(dict.fromkeys((*(one for some in coverage.passed(ws, way, streets) for one in some), *along)))


def _along(here: LonLat, stretch: tuple[LonLat, ...]) -> tuple[LonLat, ...]:
    """A stretch from the end that is nearer."""
    from mapsvc.geo.local import distance_m

    if not stretch or distance_m(*here, *stretch[0]) <= distance_m(*here, *stretch[-1]):
        return stretch
    return stretch[::-1]


def withdraw_step(ws: Workspace, actor: Actor, walk_id: str, step_id: str) -> Withdrawn:
    """Take a step back; the same again, or an id that never came, changes nothing more.

    Raises
    ------
    Forbidden
    NotFound
        No such walk of one's own, or the step is of another.
    """
    require(actor, Action.WALK_PATROL, actor.person_id)
    at = to_second(ws.clock())
    with ws.write() as conn:
        walk = _own(conn, actor, walk_id)
        if gone := withdrawn.by_id(conn, step_id):
            return gone
        before = walks.step(conn, step_id)
        if before and before.walk_id != walk.id:
            raise NotFound("没有这一站的记录。", field="step", code="unknown_step")
        if before:
            walks.withdraw_step(conn, step_id, at)
            _note(conn, actor, "withdraw_step", walk.id, at)
        stone = Withdrawn(step_id, _STEP, at, actor.person_id)
        withdrawn.add(conn, stone)
    return stone


def finish_walk(ws: Workspace, actor: Actor, walk_id: str, ended_at: datetime) -> Walk:
    """走完了; once more, at another time, is when it really was.

    Raises
    ------
    Forbidden
    NotFound
        No such walk of one's own.
    """
    require(actor, Action.WALK_PATROL, actor.person_id)
    at = to_second(ws.clock())
    with ws.write() as conn:
        walk = _own(conn, actor, walk_id)
        after = ended(walk, min(to_second(ended_at), at))
        if after != walk:
            walks.end(conn, walk.id, after.ended_at)
            _note(conn, actor, "finish_walk", walk.id, at)
    return after


def go_on(ws: Workspace, actor: Actor, walk_id: str) -> Walk:
    """It is not over yet after all; raises as `finish_walk`."""
    require(actor, Action.WALK_PATROL, actor.person_id)
    with ws.write() as conn:
        walk = _own(conn, actor, walk_id)
        if walk.ended_at is not None:
            walks.end(conn, walk.id, None)
            _note(conn, actor, "go_on_walking", walk.id, to_second(ws.clock()))
    return replace(walk, ended_at=None)


def own_walk(ws: Workspace, actor: Actor, walk_id: str) -> Walk:
    """One's own walk.

    Raises
    ------
    NotFound
        For everybody else too, whoever they are: nobody but the walker sees what was walked of a plan.
    """
    with ws.read() as conn:
        return _own(conn, actor, walk_id)


def _own(conn: Connection, actor: Actor, walk_id: str) -> Walk:
    walk = walks.by_id(conn, walk_id)
    if walk is None or actor.person_id is None or walk.person_id != actor.person_id:
        raise NotFound("没有这次巡查。", field="walk", code="unknown_walk")
    return walk


def _note(conn: Connection, actor: Actor, action: str, walk_id: str, at: datetime) -> None:
    """Name the act alone: not even a hash says which stop it was or what became of it."""
    audit.append(conn, actor, action, "patrol_walk", walk_id, None, None, at)
