"""Allowed times: the office's table, one case's own, how severe it is, and the working calendar under open cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mapsvc.domain.cases import Case, CaseState, Severity
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.errors import Conflict, Forbidden, Refused
from mapsvc.operations import limits
from mapsvc.operations.cases import get_case, move_case
from mapsvc.operations.history import shop_history
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import limits as stored
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

HOURS, CLOCK, DAYS = LimitCalendar.WORKING_HOURS, LimitCalendar.CLOCK, LimitCalendar.WORKING_DAYS


def reported(ws: Workspace, street: Street, kind: str = "06010", name: str = "one") -> str:
    return report_issue(ws, street.chen, NewIssue(uid(name), kind, "一堆", shop="LT0001")).found.case.id


def case_of(ws: Workspace, street: Street, case_id: str) -> Case:
    return get_case(ws, street.secretary, case_id).line.found.case


def due(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 8, minute, tzinfo=UTC)


def test_the_office_s_own_time_holds_for_what_is_reported_from_then_on(workspace: Workspace, street: Street) -> None:
    before = reported(workspace, street)
    limits.set_limit(workspace, street.secretary, "06010", None, Limit(CLOCK, 60))
    after = reported(workspace, street, name="two")
    assert case_of(workspace, street, before).due_at == due(23, 13)
    assert case_of(workspace, street, after).due_at == due(23, 10)
    line = next(x for x in limits.list_limits(workspace, street.chen) if x.kind.code == "06010" and not x.severity)
    assert (line.is_own, line.limit, line.shipped) == (True, Limit(CLOCK, 60), Limit(HOURS, 240))
    limits.reset_limit(workspace, street.secretary, "06010")
    assert case_of(workspace, street, reported(workspace, street, name="three")).due_at == due(23, 13)


def test_who_may_not_and_what_makes_no_sense(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        limits.set_limit(workspace, street.chen, "06010", None, Limit(CLOCK, 60))
    for minutes in (0, -5, 10**7):
        with pytest.raises(Refused) as caught:
            limits.set_limit(workspace, street.secretary, "06010", None, Limit(CLOCK, minutes))
        assert caught.value.problems[0].field == "limit"
    with pytest.raises(Refused):
        limits.set_limit(workspace, street.secretary, "nonsense", None, Limit(CLOCK, 60))


def test_one_case_s_own_time_is_counted_from_its_report_and_told(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    clock.advance(hours=2)
    with pytest.raises(Refused):
        limits.change_limit(workspace, street.secretary, case_id, Limit(DAYS, DAY_MIN), " ", 1)
    limits.change_limit(workspace, street.secretary, case_id, Limit(DAYS, DAY_MIN), "要等车", 1)
    changed = case_of(workspace, street, case_id)
    assert (changed.due_at, changed.version) == (due(24, 17), 1)
    with workspace.read() as conn:
        (row,) = stored.changes_of_case(conn, case_id)
    assert (row.before, row.after, row.reason) == (Limit(HOURS, 240), Limit(DAYS, DAY_MIN), "要等车")
    top = shop_history(workspace, street.secretary, "LT0001").items[0]
    assert (top.title, top.detail) == ("改时限", "4小时（工作时） → 1个工作日 · 要等车")
    with pytest.raises(Conflict) as caught:
        limits.change_limit(workspace, street.secretary, case_id, Limit(CLOCK, 60), "又改", 7)
    assert caught.value.extra["version"] == 1
    move_case(workspace, street.secretary, case_id, CaseState.REJECTED, "没有这回事", 1)
    with pytest.raises(Conflict, match="作废"):
        limits.change_limit(workspace, street.secretary, case_id, Limit(CLOCK, 60), "又改", 2)


def test_a_pause_keeps_counting_in_the_new_calendar(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    case_id = reported(workspace, street)
    for to in (CaseState.DISPATCHED, CaseState.SUSPENDED):
        move_case(workspace, street.secretary, case_id, to, "等车", case_of(workspace, street, case_id).version)
    clock.advance(days=1)
    move_case(workspace, street.secretary, case_id, CaseState.DISPATCHED, None, 3)
    assert case_of(workspace, street, case_id).paused_min == DAY_MIN
    limits.change_limit(workspace, street.secretary, case_id, Limit(CLOCK, 120), "快点", 4)
    case = case_of(workspace, street, case_id)
    assert (case.paused_min, case.due_at) == (24 * 60, due(24, 11))


def test_grading_takes_the_time_of_the_grade_unless_one_was_set_by_hand(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    move_case(workspace, street.secretary, case_id, CaseState.DISPATCHED, None, 1, severity=Severity.SERIOUS)
    case = case_of(workspace, street, case_id)
    assert (case.severity, case.limit, case.due_at) == (Severity.SERIOUS, Limit(CLOCK, 120), due(23, 11))
    limits.triage(workspace, street.office, case_id, Severity.NORMAL, 2)
    assert case_of(workspace, street, case_id).due_at == due(23, 13)
    limits.change_limit(workspace, street.secretary, case_id, Limit(CLOCK, 600), "说好的", 2)
    limits.triage(workspace, street.office, case_id, Severity.SERIOUS, 2)
    assert case_of(workspace, street, case_id).limit == Limit(CLOCK, 600)
    with pytest.raises(Forbidden):
        limits.triage(workspace, street.chen, case_id, Severity.MINOR, 2)


def test_a_day_off_moves_open_deadlines_on_and_a_working_day_moves_none_back(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    waiting = reported(workspace, street, "L0001")
    quick = reported(workspace, street, "06010", "quick")
    natural = reported(workspace, street, "L0004", "natural")
    told = [case_of(workspace, street, c).due_at for c in (waiting, quick, natural)]
    assert told[0] == due(30, 17)
    assert limits.set_calendar_day(workspace, street.secretary, date(2026, 11, 26), False, "停电") == 1
    assert case_of(workspace, street, waiting).due_at == due(30, 17) + timedelta(days=1)
    assert [case_of(workspace, street, c).due_at for c in (quick, natural)] == told[1:]
    assert limits.set_calendar_day(workspace, street.secretary, date(2026, 11, 28), True) == 0
    assert limits.set_calendar_day(workspace, street.secretary, date(2026, 11, 26), None) == 0
    assert case_of(workspace, street, waiting).due_at == due(30, 17) + timedelta(days=1)
    assert limits.list_calendar_days(workspace, street.chen) == ((date(2026, 11, 28), True, False, ""),)
    with pytest.raises(Forbidden):
        limits.set_calendar_day(workspace, street.chen, date(2026, 11, 28), None)


def test_the_last_fifth_of_the_time_warns(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    case_id = reported(workspace, street)

    def is_near() -> bool:
        return get_case(workspace, street.chen, case_id).line.clock.is_near

    clock.advance(minutes=191)
    assert not is_near()
    clock.advance(minutes=1)
    assert is_near()
    clock.advance(hours=1)
    assert not is_near()
