"""The four rates: what counts, when, and of how few nothing is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mapsvc.domain.cases import Case, CaseState
from mapsvc.domain.clock import Limit
from mapsvc.domain.effects import EffectCheck, Result, Satisfaction
from mapsvc.domain.figures import Figure, Outcome, Rate, Spot, of_case, of_check, of_ticket
from mapsvc.domain.tickets import Ticket, TicketState

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPOT = Spot("XJ1", "06010", "岚皋路236号")
CASE = Case("c", CaseState.HANDLING, NOW - 9 * HOUR, Limit(), due_at=NOW - 2 * HOUR)
TICKET = Ticket(
    "t", "H1", NOW - 30 * HOUR, "桶满了", TicketState.HANDLING, NOW - 29 * HOUR, first_contact_due_at=NOW - 6 * HOUR,
    due_at=NOW - 2 * HOUR,
)  # fmt: skip


def said(found: list[Outcome]) -> list[tuple[Rate, datetime, bool]]:
    return [(one.rate, one.at, one.is_hit) for one in found]


def test_a_case_closed_in_time_counts_when_it_is_closed() -> None:
    done = replace(CASE, state=CaseState.CLOSED, closed_at=NOW - 3 * HOUR)
    assert said(of_case(done, SPOT, NOW)) == [(Rate.ON_TIME, NOW - 3 * HOUR, True)]


def test_a_case_that_ran_out_counts_when_its_time_was_up_closed_or_not() -> None:
    assert CASE.due_at is not None
    late = replace(CASE, state=CaseState.CLOSED, closed_at=NOW - HOUR)
    for case in (CASE, late):
        assert said(of_case(case, SPOT, NOW)) == [(Rate.ON_TIME, CASE.due_at, False)]


@pytest.mark.parametrize(
    "case",
    [
        replace(CASE, due_at=None),
        replace(CASE, due_at=NOW + HOUR),
        replace(CASE, state=CaseState.SUSPENDED, paused_at=NOW - 3 * HOUR),
        replace(CASE, is_imported=True),
        replace(CASE, merged_into="other"),
        replace(CASE, state=CaseState.REJECTED, closed_at=NOW - 3 * HOUR),
    ],
)
def test_what_is_undecided_imported_merged_or_rejected_counts_for_nothing(case: Case) -> None:
    assert of_case(case, SPOT, NOW) == []


def test_a_case_paused_after_its_time_was_up_is_late() -> None:
    paused = replace(CASE, state=CaseState.SUSPENDED, paused_at=NOW - HOUR)
    assert [one.is_hit for one in of_case(paused, SPOT, NOW)] == [False]


@pytest.mark.parametrize(("result", "solved"), [("gone", True), ("better", True), ("same", False), ("back", False)])
def test_a_call_after_closing_says_what_came_of_it(result: str, solved: bool) -> None:
    check = EffectCheck("k", Result(result), NOW, NOW, case_id="c", satisfaction=Satisfaction.FAIR)
    assert said(of_check(check, SPOT)) == [(Rate.SOLVED, NOW, solved), (Rate.SATISFIED, NOW, False)]
    assert of_check(replace(check, case_id=None), SPOT) == []


def test_a_ticket_counts_for_first_contact_and_for_handling() -> None:
    answered = replace(
        TICKET, state=TicketState.ANSWERED, first_contact_at=NOW - 7 * HOUR, answered_at=NOW - HOUR, is_solved=True,
        satisfaction=Satisfaction.FAIR,
    )  # fmt: skip
    assert said(of_ticket(answered, SPOT, NOW)) == [
        (Rate.FIRST_CONTACT, NOW - 7 * HOUR, True),
        (Rate.ON_TIME, NOW - 2 * HOUR, False),
        (Rate.SOLVED, NOW - HOUR, True),
        (Rate.SATISFIED, NOW - HOUR, True),
    ]


@pytest.mark.parametrize(
    "ticket",
    [replace(TICKET, is_imported=True), replace(TICKET, duplicate_of="x"), replace(TICKET, state=TicketState.RETURNED)],
)
def test_history_duplicates_and_what_went_back_count_for_nothing(ticket: Ticket) -> None:
    assert of_ticket(ticket, SPOT, NOW) == []


FEW = "不到5件，不算"


@pytest.mark.parametrize(("hits", "total", "text"), [(4, 4, FEW), (4, 5, "80%"), (0, 7, "0%"), (2, 3, FEW)])
def test_of_fewer_than_five_no_share_is_said(hits: int, total: int, text: str) -> None:
    assert Figure(hits, total).text == text
