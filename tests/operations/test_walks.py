"""Walking a patrol: told by the phone, once each, in any order; seen by nobody but the walker."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.patrol import PlanRequest, Shift
from mapsvc.domain.walks import SkipReason, StepOutcome, Walk
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import plans, walks
from mapsvc.operations.today import my_day, stamp
from mapsvc.operations.walks import NewStep, NewWalk
from mapsvc.operations.workspace import Workspace
from mapsvc.store.tables import audit, event
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from tests.support.clock import FixedClock


@pytest.fixture
def plan(workspace: Workspace, street: Street) -> str:
    """Id of a published evening of 小陈 and 小周."""
    asked = PlanRequest(workspace.clock().date(), Shift.EVENING, ("小陈", "小周"), 120)
    made = plans.make_plan(workspace, street.secretary, asked)
    plans.publish_plan(workspace, street.secretary, made.id)
    return made.id


@pytest.fixture
def walk(workspace: Workspace, street: Street, plan: str) -> str:
    """Id of 小陈's walk, begun."""
    return walks.start_walk(workspace, street.chen, begin(workspace, plan)).record.id


def begin(ws: Workspace, plan_id: str, name: str = "walk") -> NewWalk:
    return NewWalk(uid(name), plan_id, ws.clock())


def step(ws: Workspace, walk_id: str, name: str = "step", **more: Any) -> NewStep:
    told: dict[str, Any] = {"ref": "shop:LT0001", "outcome": StepOutcome.DONE, "at": ws.clock()} | more
    return NewStep(uid(name), walk_id, **told)


def steps(ws: Workspace, actor: Actor, walk_id: str) -> list[tuple[str, str]]:
    return [(s.ref, s.outcome.value) for s in walks.own_walk(ws, actor, walk_id).steps]


def test_a_walk_begins_once_however_often_it_is_told(workspace: Workspace, street: Street, plan: str) -> None:
    first = walks.start_walk(workspace, street.chen, begin(workspace, plan))
    again = walks.start_walk(workspace, street.chen, begin(workspace, plan))
    assert (first.is_new, again.is_new) == (True, False)
    assert first.record == again.record == walks.own_walk(workspace, street.chen, uid("walk"))


def test_a_plan_is_walked_once_by_each(workspace: Workspace, street: Street, plan: str, walk: str) -> None:
    with pytest.raises(Conflict, match="已经开始走"):
        walks.start_walk(workspace, street.chen, begin(workspace, plan, "other phone"))
    with pytest.raises(Conflict):
        walks.start_walk(workspace, street.zhou, begin(workspace, plan))
    assert walks.start_walk(workspace, street.zhou, begin(workspace, plan, "zhou's")).is_new


def test_only_what_was_handed_out_is_walked(workspace: Workspace, street: Street) -> None:
    asked = PlanRequest(workspace.clock().date(), Shift.DAY, ("小陈",), 60)
    draft = plans.make_plan(workspace, street.chen, asked).id
    with pytest.raises(Refused, match="还没有发出来"):
        walks.start_walk(workspace, street.chen, begin(workspace, draft))
    with pytest.raises(Refused, match="没有这份巡查计划"):
        walks.start_walk(workspace, street.chen, begin(workspace, uid("no plan")))


def test_a_stop_is_told_once_and_may_be_taken_back(workspace: Workspace, street: Street, walk: str) -> None:
    assert walks.record_step(workspace, street.chen, step(workspace, walk)).is_new  # type: ignore[union-attr]
    assert not walks.record_step(workspace, street.chen, step(workspace, walk)).is_new  # type: ignore[union-attr]
    assert steps(workspace, street.chen, walk) == [("shop:LT0001", "done")]
    for _ in range(2):
        assert walks.withdraw_step(workspace, street.chen, walk, uid("step")).id == uid("step")
    assert steps(workspace, street.chen, walk) == []
    assert isinstance(walks.record_step(workspace, street.chen, step(workspace, walk)), Withdrawn)
    assert steps(workspace, street.chen, walk) == []


def test_a_stop_taken_back_before_it_came_does_not_come(workspace: Workspace, street: Street, walk: str) -> None:
    walks.withdraw_step(workspace, street.chen, walk, uid("step"))
    assert isinstance(walks.record_step(workspace, street.chen, step(workspace, walk)), Withdrawn)
    assert steps(workspace, street.chen, walk) == []


def test_a_stop_is_left_out_with_a_reason(workspace: Workspace, street: Street, walk: str) -> None:
    with pytest.raises(Refused, match="选一个原因"):
        walks.record_step(workspace, street.chen, step(workspace, walk, outcome=StepOutcome.SKIPPED))
    told = step(workspace, walk, outcome=StepOutcome.SKIPPED, reason=SkipReason.OTHER, text=" 在吵架 ")
    walks.record_step(workspace, street.chen, told)
    (found,) = walks.own_walk(workspace, street.chen, walk).steps
    assert (found.reason, found.text, found.segments) == (SkipReason.OTHER, "在吵架", ())


def test_an_id_stands_for_one_stop(workspace: Workspace, street: Street, walk: str) -> None:
    walks.record_step(workspace, street.chen, step(workspace, walk))
    with pytest.raises(Conflict):
        walks.record_step(workspace, street.chen, step(workspace, walk, ref="shop:LT0002"))


def test_stops_keep_the_order_of_tapping_whenever_they_come(
    workspace: Workspace, street: Street, clock: FixedClock, walk: str
) -> None:
    early, late = clock(), clock() + timedelta(minutes=20)
    clock.advance(hours=3)
    walks.record_step(workspace, street.chen, step(workspace, walk, "second", ref="shop:LT0002", at=late))
    walks.record_step(workspace, street.chen, step(workspace, walk, "first", at=early))
    assert [ref for ref, _ in steps(workspace, street.chen, walk)] == ["shop:LT0001", "shop:LT0002"]


def test_a_clock_that_runs_ahead_is_not_believed(workspace: Workspace, street: Street, walk: str) -> None:
    told = step(workspace, walk, at=workspace.clock() + timedelta(hours=2))
    walks.record_step(workspace, street.chen, told)
    assert walks.own_walk(workspace, street.chen, walk).steps[0].at == workspace.clock()


def test_a_walk_ends_and_may_go_on(workspace: Workspace, street: Street, clock: FixedClock, walk: str) -> None:
    clock.advance(hours=1)
    for _ in range(2):
        assert walks.finish_walk(workspace, street.chen, walk, clock()).ended_at == clock()
    for _ in range(2):
        assert walks.go_on(workspace, street.chen, walk).ended_at is None
    assert walks.own_walk(workspace, street.chen, walk).ended_at is None
    early = clock() - timedelta(days=1)
    ended = walks.finish_walk(workspace, street.chen, walk, early)
    assert ended.ended_at == ended.started_at


def test_what_comes_after_the_end_is_kept_all_the_same(workspace: Workspace, street: Street, walk: str) -> None:
    walks.finish_walk(workspace, street.chen, walk, workspace.clock())
    walks.record_step(workspace, street.chen, step(workspace, walk))
    assert steps(workspace, street.chen, walk) == [("shop:LT0001", "done")]


def test_nobody_else_learns_that_there_is_a_walk(workspace: Workspace, street: Street, walk: str) -> None:
    walks.record_step(workspace, street.chen, step(workspace, walk))
    admin = Actor(uid("wang"), "管理员", Role.ADMIN)
    for other in (street.zhou, street.secretary, street.office, street.volunteer, street.property, admin, SYSTEM):
        with pytest.raises(NotFound):
            walks.own_walk(workspace, other, walk)
    for other in (street.zhou, street.secretary):
        with pytest.raises(NotFound):
            walks.record_step(workspace, other, step(workspace, walk, "theirs"))
        with pytest.raises(NotFound):
            walks.withdraw_step(workspace, other, walk, uid("step"))
        with pytest.raises(NotFound):
            walks.finish_walk(workspace, other, walk, workspace.clock())
        with pytest.raises(NotFound):
            walks.go_on(workspace, other, walk)
    for other in (street.office, street.volunteer, street.property, admin):
        with pytest.raises(Forbidden):
            walks.start_walk(workspace, other, begin(workspace, uid("plan"), "theirs"))
        with pytest.raises(Forbidden):
            walks.record_step(workspace, other, step(workspace, walk, "theirs"))
    assert steps(workspace, street.chen, walk) == [("shop:LT0001", "done")]


def test_the_audit_names_the_acts_and_says_nothing_of_the_stops(
    workspace: Workspace, street: Street, walk: str
) -> None:
    walks.record_step(workspace, street.chen, step(workspace, walk))
    told = step(workspace, walk, "no", ref="shop:LT0002", outcome=StepOutcome.SKIPPED, reason=SkipReason.BUSY)
    walks.record_step(workspace, street.chen, told)
    walks.withdraw_step(workspace, street.chen, walk, uid("no"))
    walks.finish_walk(workspace, street.chen, walk, workspace.clock())
    with workspace.read() as conn:
        rows = conn.execute(select(audit).where(audit.c.record_type == "patrol_walk").order_by(audit.c.id)).all()
        told_events = conn.execute(select(event.c.type)).scalars().all()
    assert [r.action for r in rows] == ["start_walk", "record_step", "record_step", "withdraw_step", "finish_walk"]
    assert {(r.record_id, r.before_hash, r.after_hash) for r in rows} == {(walk, None, None)}
    assert not [kind for kind in told_events if "walk" in kind or "step" in kind]


def test_the_phone_takes_the_own_route_along(workspace: Workspace, street: Street, plan: str) -> None:
    (mine,) = my_day(workspace, street.chen).walks
    assert (mine.plan.id, mine.route.worker, mine.edition, mine.walk) == (plan, "小陈", 1, None)
    n = len(mine.route.stops)
    assert [len(row) for row in mine.seconds] == [n + 2] * (n + 2)
    assert all(mine.seconds[i][i] == 0 for i in range(n + 2))
    assert my_day(workspace, street.secretary).walks == ()


def test_a_draft_is_not_taken_along(workspace: Workspace, street: Street) -> None:
    asked = PlanRequest(workspace.clock().date(), Shift.EVENING, ("小陈",), 120)
    plans.make_plan(workspace, street.chen, asked)
    assert my_day(workspace, street.chen).walks == ()


def test_of_two_plans_of_a_shift_the_one_handed_out_last_is_taken_along(
    workspace: Workspace, street: Street, clock: FixedClock, plan: str
) -> None:
    clock.advance(minutes=5)
    asked = PlanRequest(clock().date(), Shift.EVENING, ("小陈",), 90)
    own = plans.make_plan(workspace, street.chen, asked).id
    clock.advance(minutes=5)
    plans.publish_plan(workspace, street.chen, own)
    assert [w.plan.id for w in my_day(workspace, street.chen).walks] == [own]


def test_a_walk_begun_here_is_known_to_the_next_phone(workspace: Workspace, street: Street, plan: str) -> None:
    (before,) = my_day(workspace, street.chen).walks
    seen = stamp(workspace, street.chen)
    told = NewWalk(before.id, plan, workspace.clock())
    walks.start_walk(workspace, street.chen, told)
    walks.record_step(workspace, street.chen, step(workspace, before.id))
    assert stamp(workspace, street.chen) != seen
    (after,) = my_day(workspace, street.chen).walks
    assert isinstance(after.walk, Walk)
    assert after.id == before.id == after.walk.id
    assert [s.ref for s in after.walk.steps] == ["shop:LT0001"]


def test_a_colleagues_door_on_my_route_is_known_but_none_of_my_day(workspace: Workspace, street: Street) -> None:
    asked = PlanRequest(workspace.clock().date(), Shift.EVENING, ("小陈",), 120, must=("shop:LT0002",))
    made = plans.make_plan(workspace, street.secretary, asked)
    plans.publish_plan(workspace, street.secretary, made.id)
    day = my_day(workspace, street.chen)
    assert "LT0002" in day.walks[0].shops
    assert [d.door.code for d in day.doors] == ["LT0001", "LT0002"]
    assert day.counts["calls"] == 1
    assert [code for side in day.route for code in side.doors] == ["LT0001"]


def test_the_stretches_walked_along_are_kept_with_what_was_done(
    workspace: Workspace, street: Street, plan: str, walk: str
) -> None:
    told = walks.record_step(workspace, street.chen, step(workspace, walk))
    assert told.record.segments  # type: ignore[union-attr]
    assert all(name.startswith("street:") for name in told.record.segments)  # type: ignore[union-attr]
