"""Cases move as the one table allows; whatever is tried, the laws of state, clock and version hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.case_moves import MOVES, legal_moves, move, move_name, needs_reason
from mapsvc.domain.cases import STATE_NAMES, Case, CaseState, open_case, ring
from mapsvc.domain.clock import Limit, LimitCalendar, weekdays
from mapsvc.errors import Conflict, Refused

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
S = CaseState


def fresh(calendar: LimitCalendar = LimitCalendar.WORKING_HOURS, minutes: int | None = 240) -> Case:
    return open_case("c", START, Limit(calendar, minutes), weekdays)


def walked(case: Case, *states: CaseState) -> Case:
    for n, state in enumerate(states):
        case = move(case, state, START + timedelta(minutes=n + 1), "原因", weekdays)
    return case


STEPS = st.lists(st.tuples(st.sampled_from(CaseState), st.integers(0, 5000)), max_size=25)


@given(STEPS, st.sampled_from(LimitCalendar))
def test_the_laws_hold_on_every_way(steps: list[tuple[CaseState, int]], calendar: LimitCalendar) -> None:
    case, at = fresh(calendar), START
    for to, minutes in steps:
        at += timedelta(minutes=minutes)
        before = case
        try:
            case = move(case, to, at, "原因", weekdays)
        except Conflict:
            assert to not in legal_moves(before)
            continue
        assert to in legal_moves(before)
        assert case.version == before.version + 1
        assert case.due_at is not None
        assert before.due_at is not None
        assert case.due_at >= before.due_at >= START
        assert (case.paused_at is not None) == (case.state is S.SUSPENDED)
        assert (case.suspended_from is not None) == (case.state is S.SUSPENDED)
        assert (case.closed_at is not None) == (not case.is_open)
        if before.state is S.SUSPENDED:
            assert case.state is before.suspended_from


def test_every_state_has_a_name_and_a_row_of_moves() -> None:
    assert set(MOVES) == set(STATE_NAMES) == set(CaseState)


def test_a_suspended_case_returns_to_where_it_came_from() -> None:
    for origin in (S.DISPATCHED, S.HANDLING, S.VERIFYING):
        way = [S.DISPATCHED, S.HANDLING, S.VERIFYING]
        case = walked(fresh(), *way[: way.index(origin) + 1], S.SUSPENDED)
        assert legal_moves(case) == (origin,)


def test_closed_and_rejected_are_the_end() -> None:
    assert legal_moves(walked(fresh(), S.REJECTED)) == ()
    assert legal_moves(walked(fresh(), S.DISPATCHED, S.HANDLING, S.VERIFYING, S.CLOSED)) == ()


def test_sending_back_is_counted_and_explained() -> None:
    case = walked(fresh(), S.DISPATCHED, S.HANDLING, S.VERIFYING)
    with pytest.raises(Refused, match="退回重办"):
        move(case, S.HANDLING, START, None, weekdays)
    assert move(case, S.HANDLING, START, "没修好", weekdays).rework_count == 1


def test_what_needs_a_reason() -> None:
    asked = {(a, b) for a in CaseState for b in CaseState if needs_reason(a, b)}
    assert asked == {(a, b) for a in CaseState for b in (S.SUSPENDED, S.REJECTED)} | {(S.VERIFYING, S.HANDLING)}


@pytest.mark.parametrize(
    ("origin", "to", "name"),
    [
        (None, S.REPORTED, "待受理"),
        (S.REPORTED, S.DISPATCHED, "立案派遣"),
        (S.REPORTED, S.REJECTED, "不予立案"),
        (S.HANDLING, S.REJECTED, "作废"),
        (S.VERIFYING, S.HANDLING, "退回重办"),
        (S.SUSPENDED, S.HANDLING, "恢复计时"),
        (S.VERIFYING, S.CLOSED, "结案"),
    ],
)
def test_moves_have_the_office_s_words(origin: CaseState | None, to: CaseState, name: str) -> None:
    assert move_name(origin, to) == name


def test_the_ring_tells_new_handling_overdue_and_the_return_visit() -> None:
    late = START + timedelta(days=1)
    assert ring(fresh(), START) == "new"
    assert ring(walked(fresh(), S.DISPATCHED), START) == "handling"
    assert ring(fresh(), late) == "overdue"
    case = walked(fresh(), S.DISPATCHED, S.HANDLING, S.VERIFYING)
    assert ring(move(case, S.CLOSED, START, None, weekdays, late), late) == "follow_up"
    assert ring(move(case, S.CLOSED, START, None, weekdays), late) == "closed"


def test_a_case_suspended_in_time_is_not_overdue_later() -> None:
    case = walked(fresh(), S.DISPATCHED, S.SUSPENDED)
    assert not case.is_overdue(START + timedelta(days=30))
    assert not fresh(minutes=None).is_overdue(START + timedelta(days=30))
