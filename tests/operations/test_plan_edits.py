"""A plan changed by hand: what moves, what stays, what is refused, what phones carry until it is handed out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.patrol import Lock, Plan, PlanRequest, Shift, Stop
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import plan_edits, plans
from mapsvc.operations.plan_edits import Act, Edit
from tests.maps.streets import add_shop, add_worker

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from mapsvc.store.patrols import KeptPlan

TODAY = date(2026, 11, 23)
SECRETARY = Actor(None, "王书记", Role.SECRETARY)
ASKED = PlanRequest(TODAY, Shift.EVENING, ("小陈", "小周"), 60)


@pytest.fixture
def plan(workspace: Workspace) -> Plan:
    """Ten doors shared by two people in an hour."""
    chen, zhou = add_worker(workspace, "小陈"), add_worker(workspace, "小周")
    for n in range(10):
        add_shop(workspace, n, worker=chen if n < 5 else zhou)
    return plans.make_plan(workspace, SECRETARY, ASKED)


def stops_of(plan: Plan, worker: str) -> list[Stop]:
    return next(list(route.stops) for route in plan.routes if route.worker == worker)


def refs_of(plan: Plan, worker: str) -> list[str]:
    return [stop.ref for stop in stops_of(plan, worker)]


def do(
    ws: Workspace, plan: Plan, act: Act, ref: str, worker: str | None = None, position: int | None = None
) -> KeptPlan:
    """Change the plan as it is now."""
    edition = plans.get_plan(ws, SECRETARY, plan.id).edition
    return plan_edits.edit(ws, SECRETARY, plan.id, Edit(edition, act, ref, worker, position))


def test_a_stop_given_to_somebody_else_is_theirs_timed_anew_and_stays_there(workspace: Workspace, plan: Plan) -> None:
    ref, rest = refs_of(plan, "小陈")[1], [r for r in refs_of(plan, "小陈") if r != refs_of(plan, "小陈")[1]]
    kept = do(workspace, plan, Act.MOVE, ref, "小周", 2)
    assert refs_of(kept.plan, "小周")[1] == ref
    assert refs_of(kept.plan, "小陈") == rest
    assert kept.plan.locks == (Lock(ref, "小周"),)
    moved = stops_of(kept.plan, "小周")[1]
    assert moved.is_locked and moved.order == 2
    times = [stop.at_s for stop in stops_of(kept.plan, "小周")]
    assert times == sorted(times)
    assert (kept.edition, kept.plan.totals["stops"]) == (2, plan.totals["stops"])


def test_without_a_place_it_is_put_where_it_costs_the_least_walking(workspace: Workspace, plan: Plan) -> None:
    ref = refs_of(plan, "小陈")[0]
    free = do(workspace, plan, Act.MOVE, ref, "小周").plan
    walked = {"free": next(r for r in free.routes if r.worker == "小周").walk_distance_m}
    for position in range(1, len(refs_of(free, "小周")) + 1):
        if refs_of(free, "小周")[position - 1] == ref:
            continue
        tried = do(workspace, plan, Act.MOVE, ref, "小周", position).plan
        walked[str(position)] = next(r for r in tried.routes if r.worker == "小周").walk_distance_m
        plan_edits.undo(workspace, SECRETARY, plan.id, plans.get_plan(workspace, SECRETARY, plan.id).edition)
    assert walked["free"] <= min(walked.values()) + 2


def test_a_walk_is_put_in_another_order(workspace: Workspace, plan: Plan) -> None:
    before = refs_of(plan, "小陈")
    kept = do(workspace, plan, Act.MOVE, before[-1], None, 1)
    assert refs_of(kept.plan, "小陈") == [before[-1], *before[:-1]]
    assert kept.plan.locks == ()


def test_what_is_left_out_says_so_and_comes_in_again(workspace: Workspace, plan: Plan) -> None:
    ref = refs_of(plan, "小陈")[0]
    out = do(workspace, plan, Act.LEAVE_OUT, ref).plan
    left = next(one for one in out.skipped if one.ref == ref)
    assert left.reason == "left_out" and left.text
    assert out.leave_out == (ref,)
    again = do(workspace, plan, Act.MOVE, ref, "小周").plan
    assert ref in refs_of(again, "小周")
    assert again.leave_out == ()
    assert ref not in {one.ref for one in again.skipped}


def test_a_lock_holds_when_the_shift_is_planned_anew_and_opens_again(workspace: Workspace, plan: Plan) -> None:
    ref = refs_of(plan, "小陈")[0]
    do(workspace, plan, Act.MOVE, ref, "小周")
    anew = plans.replan(workspace, SECRETARY, plan.id)
    assert ref in refs_of(anew, "小周")
    assert do(workspace, plan, Act.UNLOCK, ref).plan.locks == ()
    assert do(workspace, plan, Act.LOCK, ref).plan.locks == (Lock(ref, "小周"),)


def test_changes_are_taken_back_one_by_one_to_where_it_began(workspace: Workspace, plan: Plan) -> None:
    first, second = refs_of(plan, "小陈")[:2]
    one = do(workspace, plan, Act.MOVE, first, "小周").plan
    do(workspace, plan, Act.LEAVE_OUT, second)
    assert "这次不去" in plan_edits.last_change(workspace, SECRETARY, plan.id)
    back = plan_edits.undo(workspace, SECRETARY, plan.id, 3)
    assert (back.plan, back.edition) == (one, 4)
    assert plan_edits.undo(workspace, SECRETARY, plan.id, 4).plan == plan
    assert plan_edits.last_change(workspace, SECRETARY, plan.id) == ""
    with pytest.raises(Conflict, match="没有可以撤销"):
        plan_edits.undo(workspace, SECRETARY, plan.id, 5)


def test_of_two_who_change_it_at_once_the_second_is_told(workspace: Workspace, plan: Plan) -> None:
    first, second = refs_of(plan, "小陈")[:2]
    plan_edits.edit(workspace, SECRETARY, plan.id, Edit(1, Act.MOVE, first, "小周"))
    for late in (
        lambda: plan_edits.edit(workspace, SECRETARY, plan.id, Edit(1, Act.LEAVE_OUT, second)),
        lambda: plan_edits.undo(workspace, SECRETARY, plan.id, 1),
        lambda: plans.publish_plan(workspace, SECRETARY, plan.id, 1),
    ):
        with pytest.raises(Conflict, match="刚被别人改过"):
            late()
    kept = plans.get_plan(workspace, SECRETARY, plan.id)
    assert (kept.edition, kept.published_at) == (2, None)
    assert second in refs_of(kept.plan, "小陈")


def test_an_edition_that_was_undone_is_none_that_can_be_changed(workspace: Workspace, plan: Plan) -> None:
    first, second = refs_of(plan, "小陈")[:2]
    do(workspace, plan, Act.MOVE, first, "小周")
    plan_edits.undo(workspace, SECRETARY, plan.id, 2)
    with pytest.raises(Conflict):
        plan_edits.edit(workspace, SECRETARY, plan.id, Edit(2, Act.LEAVE_OUT, second))


def test_a_change_between_reading_and_writing_is_not_overwritten(
    workspace: Workspace, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = refs_of(plan, "小陈")[:2]
    retimed = plans.retimed

    def slow(*args: object, **more: object) -> Plan:
        monkeypatch.setattr(plans, "retimed", retimed)
        plan_edits.edit(workspace, SECRETARY, plan.id, Edit(1, Act.LEAVE_OUT, second))
        return retimed(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(plans, "retimed", slow)
    with pytest.raises(Conflict, match="刚被别人改过"):
        plan_edits.edit(workspace, SECRETARY, plan.id, Edit(1, Act.MOVE, first, "小周"))
    kept = plans.get_plan(workspace, SECRETARY, plan.id)
    assert first in refs_of(kept.plan, "小陈") and second not in refs_of(kept.plan, "小陈")
    assert "这次不去" in plan_edits.last_change(workspace, SECRETARY, plan.id)


def test_phones_and_paper_carry_what_was_handed_out_until_it_is_handed_out_again(
    workspace: Workspace, plan: Plan
) -> None:
    plans.publish_plan(workspace, SECRETARY, plan.id)
    ref = refs_of(plan, "小陈")[0]
    changed = do(workspace, plan, Act.MOVE, ref, "小周")
    assert changed.has_changes and changed.carried == plan and changed.published_edition == 1
    back = plan_edits.undo(workspace, SECRETARY, plan.id, 2)
    assert not back.has_changes
    again = do(workspace, plan, Act.MOVE, ref, "小周")
    sent = plans.publish_plan(workspace, SECRETARY, plan.id, again.edition)
    assert not sent.has_changes
    assert (sent.carried, sent.published_edition) == (again.plan, again.edition)


def test_last_week_is_the_same_shift_as_it_was_handed_out(workspace: Workspace, plan: Plan) -> None:
    week = timedelta(days=7)
    assert plan_edits.last_week(workspace, SECRETARY, plan) is None
    then = plans.make_plan(workspace, SECRETARY, replace(ASKED, day=TODAY - week))
    assert plan_edits.last_week(workspace, SECRETARY, plan) is None
    plans.publish_plan(workspace, SECRETARY, then.id)
    assert plan_edits.last_week(workspace, SECRETARY, plan) == then
    assert plan_edits.last_week(workspace, SECRETARY, replace(plan, shift=Shift.DAY)) is None


@pytest.mark.parametrize(
    ("act", "ref", "worker", "position", "field"),
    [
        (Act.MOVE, "shop:LT9999", "小周", None, "ref"),
        (Act.MOVE, "", "小周", None, "ref"),
        (Act.MOVE, "first", "小赵", None, "worker"),
        (Act.MOVE, "first", None, 1, "position"),
        (Act.UNLOCK, "first", None, None, "ref"),
        (Act.LEAVE_OUT, "place:PD0001", None, None, "ref"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    workspace: Workspace, plan: Plan, act: Act, ref: str, worker: str | None, position: int | None, field: str
) -> None:
    named = refs_of(plan, "小陈")[0] if ref == "first" else ref
    with pytest.raises(Refused) as refused:
        do(workspace, plan, act, named, worker, position)
    assert refused.value.problems[0].field == field
    assert plans.get_plan(workspace, SECRETARY, plan.id).edition == 1


def test_a_day_gone_by_is_no_longer_changed(workspace: Workspace, plan: Plan) -> None:
    gone = plans.make_plan(workspace, SECRETARY, replace(ASKED, day=TODAY - timedelta(days=1)))
    with pytest.raises(Refused, match="已经过去"):
        do(workspace, gone, Act.LEAVE_OUT, refs_of(gone, "小陈")[0])


def test_a_worker_changes_the_own_walk_and_no_other(workspace: Workspace, plan: Plan) -> None:
    chen = Actor("person-小陈", "小陈", Role.WORKER)
    edit = Edit(1, Act.MOVE, refs_of(plan, "小陈")[-1], None, 1)
    for act in (
        lambda: plan_edits.edit(workspace, chen, plan.id, edit),
        lambda: plan_edits.undo(workspace, chen, plan.id, 1),
    ):
        with pytest.raises(Forbidden):
            act()
    own = plans.make_plan(workspace, chen, replace(ASKED, workers=("小陈",)))
    last = refs_of(own, "小陈")[-1]
    kept = plan_edits.edit(workspace, chen, own.id, Edit(1, Act.MOVE, last, None, 1))
    assert refs_of(kept.plan, "小陈")[0] == last
    with pytest.raises(NotFound):
        plan_edits.undo(workspace, chen, "no-such-plan", 1)


def test_what_runs_over_the_shift_is_said_not_refused(workspace: Workspace, plan: Plan) -> None:
    for ref in refs_of(plan, "小陈"):
        kept = do(workspace, plan, Act.MOVE, ref, "小周")
    over = next(route for route in kept.plan.routes if route.worker == "小周")
    assert len(over.stops) == plan.totals["stops"]
    assert bool(over.notes) == (over.end_s > 60 * ASKED.minutes)


def test_every_change_is_in_the_audit(workspace: Workspace, plan: Plan) -> None:
    from sqlalchemy import select

    from mapsvc.store.tables import audit

    do(workspace, plan, Act.MOVE, refs_of(plan, "小陈")[0], "小周")
    plan_edits.undo(workspace, SECRETARY, plan.id, 2)
    with workspace.read() as conn:
        done = list(conn.scalars(select(audit.c.action).where(audit.c.record_id == plan.id).order_by(audit.c.id)))
    assert done == ["make_plan", "edit_plan", "undo_edit"]
