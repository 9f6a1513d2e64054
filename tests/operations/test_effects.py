"""What came of a case: written once, on the timeline, and what follows from it."""

from __future__ import annotations

import pytest

from mapsvc.domain.cases import CaseState
from mapsvc.domain.effects import Result, Satisfaction, ToldBy
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import history
from mapsvc.operations.cases import get_case, move_case
from mapsvc.operations.effects import NewCheck, record_effect
from mapsvc.operations.issues import NewIssue, Reported, report_issue
from mapsvc.operations.reopenings import decide_reopening
from mapsvc.operations.visits import NewVisit, Recorded, record_visit
from mapsvc.operations.withdrawals import withdraw_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import effects, reopenings, watches
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

_TO_CLOSED = (CaseState.DISPATCHED, CaseState.HANDLING, CaseState.VERIFYING, CaseState.CLOSED)


@pytest.fixture
def closed(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """Id of a leak at 27号 that 小陈 handled and the secretary closed."""
    reported = report_issue(workspace, street.chen, NewIssue(uid("leak"), "L0001", "吊顶滴水", shop="LT0001"))
    assert isinstance(reported, Reported)
    case_id = reported.found.case.id
    for n, to in enumerate(_TO_CLOSED, start=1):
        clock.advance(hours=1)
        who = street.chen if to in (CaseState.HANDLING, CaseState.VERIFYING) else street.secretary
        move_case(workspace, who, case_id, to, "修好了", n)
    clock.advance(days=14)
    return case_id


def test_a_check_is_told_at_the_shop_and_closes_the_loop(workspace: Workspace, street: Street, closed: str) -> None:
    new = NewCheck(uid("c"), Result.GONE, closed, satisfaction=Satisfaction.SATISFIED, told_by=ToldBy.MERCHANT)
    done = record_effect(workspace, street.zhou, new)
    assert done.is_new and done.check.case_id == closed and done.check.shop_id == uid("LT0001")
    first = history.shop_history(workspace, street.zhou, "LT0001").items[0]
    assert (first.type, first.title, first.detail) == ("effect", "回访 · 好了", "店主满意 · 店主说的")
    assert get_case(workspace, street.zhou, closed).line.found.case.return_visited_at == done.check.at


def test_a_retry_changes_nothing_and_another_content_is_refused(
    workspace: Workspace, street: Street, closed: str
) -> None:
    new = NewCheck(uid("c"), Result.BETTER, closed)
    assert record_effect(workspace, street.zhou, new).is_new
    assert not record_effect(workspace, street.zhou, new).is_new
    with pytest.raises(Conflict):
        record_effect(workspace, street.zhou, NewCheck(uid("c"), Result.SAME, closed))


def test_a_retry_after_the_case_was_taken_up_and_closed_again_is_harmless(
    workspace: Workspace, street: Street, closed: str, clock: FixedClock
) -> None:
    new = NewCheck(uid("c"), Result.BACK, closed, at=clock())
    filed = record_effect(workspace, street.zhou, new).reopening_id
    assert filed is not None
    case = decide_reopening(workspace, street.secretary, filed, accept=True)
    for n, to in enumerate((CaseState.VERIFYING, CaseState.CLOSED), start=case.version):
        clock.advance(hours=1)
        move_case(workspace, street.secretary, closed, to, "再修好了", n)
    assert not record_effect(workspace, street.zhou, new).is_new
    with pytest.raises(Refused):
        record_effect(workspace, street.zhou, NewCheck(uid("d"), Result.GONE, closed, at=new.at))
    found = get_case(workspace, street.zhou, closed).line.found.case
    assert found.return_visited_at is None and found.return_visit_due_at is not None


def test_nobody_collects_praise_for_the_own_work(workspace: Workspace, street: Street, closed: str) -> None:
    praise = NewCheck(uid("c"), Result.GONE, closed, satisfaction=Satisfaction.SATISFIED)
    done = record_effect(workspace, street.chen, praise)
    assert done.check.satisfaction is None and done.notes
    assert not record_effect(workspace, street.chen, praise).is_new
    complaint = NewCheck(uid("d"), Result.SAME, closed, satisfaction=Satisfaction.UNSATISFIED)
    assert record_effect(workspace, street.chen, complaint).check.satisfaction is Satisfaction.UNSATISFIED


def test_a_check_is_about_something_that_is_known(workspace: Workspace, street: Street, closed: str) -> None:
    with pytest.raises(Refused):
        record_effect(workspace, street.chen, NewCheck(uid("c"), Result.GONE))
    for about in ({"case": "nothing"}, {"run": "nothing"}, {"place": "PD9999"}, {"shop": "LT9999"}):
        with pytest.raises(NotFound):
            record_effect(workspace, street.chen, NewCheck(uid("c"), Result.GONE, **about))
    with pytest.raises(Forbidden):
        record_effect(workspace, street.office, NewCheck(uid("c"), Result.GONE, closed))
    at_place = record_effect(workspace, street.chen, NewCheck(uid("c"), Result.SAME, place="PD0001"))
    assert at_place.check.place_id == uid("PD0001")


def _return_visit(case_id: str, at: object, result: Result = Result.GONE, **more: object) -> NewVisit:
    found = NewCheck(uid("found"), result, case_id, **more)
    return NewVisit(uid("rv"), "LT0001", VisitKind.FOLLOW_UP, at, Outcome.MET, effect=found)


def test_a_return_visit_brings_what_it_found_and_takes_it_back(
    workspace: Workspace, street: Street, closed: str, clock: FixedClock
) -> None:
    new = _return_visit(closed, clock(), note="雨后看过")
    done = record_visit(workspace, street.zhou, new)
    assert isinstance(done, Recorded) and [e.visit_id for e in done.effects] == [new.id]
    assert get_case(workspace, street.zhou, closed).line.found.case.return_visited_at == clock()
    again = record_visit(workspace, street.zhou, new)
    assert isinstance(again, Recorded) and not again.is_new and again.effects == done.effects
    with pytest.raises(Conflict):
        record_visit(workspace, street.zhou, _return_visit(closed, clock(), Result.SAME))
    withdraw_visit(workspace, street.zhou, new.id)
    assert get_case(workspace, street.zhou, closed).line.found.case.return_visited_at is None
    with workspace.read() as conn:
        assert effects.of_case(conn, closed) == [] and watches.of_ref(conn, uid("found")) is None
    assert all(e.type != "effect" for e in history.shop_history(workspace, street.zhou, "LT0001").items)


def test_what_got_better_is_watched_for_ninety_days(workspace: Workspace, street: Street, closed: str) -> None:
    check = record_effect(workspace, street.zhou, NewCheck(uid("c"), Result.BETTER, closed)).check
    with workspace.read() as conn:
        watch = watches.of_ref(conn, check.id)
    assert watch is not None and watch.until_at is not None and (watch.until_at - check.at).days == 90


@pytest.mark.parametrize(
    ("result", "said", "reason"),
    [
        (Result.BACK, None, "回访：又来了"),
        (Result.WORSE, Satisfaction.UNSATISFIED, "回访：更糟，店主不满意"),
        (Result.GONE, Satisfaction.UNSATISFIED, "回访：好了，店主不满意"),
        (Result.SAME, Satisfaction.FAIR, None),
        (Result.GONE, Satisfaction.SATISFIED, None),
    ],
)
def test_the_unhappy_and_what_is_back_go_to_the_secretary(
    workspace: Workspace, street: Street, closed: str, result: Result, said: Satisfaction | None, reason: str | None
) -> None:
    done = record_effect(workspace, street.zhou, NewCheck(uid("c"), result, closed, satisfaction=said))
    with workspace.read() as conn:
        filed = reopenings.pending(conn)
        watch = watches.of_ref(conn, done.check.id)
    assert [(r.id, r.reason, r.check_id) for r in filed] == (
        [(done.reopening_id, reason, done.check.id)] if reason else []
    )
    assert (watch is not None) == (reason is None and result is Result.GONE)


def test_a_complaint_that_was_decided_on_holds_its_visit(
    workspace: Workspace, street: Street, closed: str, clock: FixedClock
) -> None:
    record_visit(workspace, street.zhou, _return_visit(closed, clock(), Result.BACK, note="昨夜又滴"))
    with workspace.read() as conn:
        (filed,) = reopenings.pending(conn)
    assert filed.reason == "回访：又来了：昨夜又滴"
    decide_reopening(workspace, street.secretary, filed.id, accept=True)
    with pytest.raises(Conflict):
        withdraw_visit(workspace, street.zhou, uid("rv"))


def test_a_complaint_nobody_read_goes_with_its_visit(
    workspace: Workspace, street: Street, closed: str, clock: FixedClock
) -> None:
    record_visit(workspace, street.zhou, _return_visit(closed, clock(), Result.BACK))
    withdraw_visit(workspace, street.zhou, uid("rv"))
    with workspace.read() as conn:
        assert reopenings.pending(conn) == []


def test_a_check_of_a_case_in_hand_is_kept_and_moves_nothing(workspace: Workspace, street: Street) -> None:
    reported = report_issue(workspace, street.chen, NewIssue(uid("open"), "L0001", "滴水", shop="LT0001"))
    assert isinstance(reported, Reported)
    done = record_effect(workspace, street.chen, NewCheck(uid("c"), Result.BACK, reported.found.case.id))
    assert done.is_new and done.reopening_id is None
