"""Tickets: legal moves, the kind in a text, clocks, alike ones, and what counts as having known before a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain import found_first
from mapsvc.domain.clock import weekdays
from mapsvc.domain.found_first import Evidence
from mapsvc.domain.tickets import (
    MOVES,
    Request,
    Ticket,
    TicketState,
    are_alike,
    clocks,
    counts_for_first_contact,
    counts_for_handling,
    days_after,
    first_contact_due,
    is_history,
    kind_in,
    limit_days_of,
    move,
)
from mapsvc.errors import Conflict

FRIDAY = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
MONDAY_CLOSE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def ticket(**more: object) -> Ticket:
    due = days_after(FRIDAY, 5, weekdays)
    one = Ticket(
        "t", "SH1", FRIDAY, "漏水", TicketState.TO_SIGN, FRIDAY, kind="L0001", location_id="l", shop_id="s",
        limit_days=5, first_contact_due_at=first_contact_due(FRIDAY, weekdays), due_at=due,
    )  # fmt: skip
    return replace(one, **more)  # type: ignore[arg-type]


@given(origin=st.sampled_from(TicketState), to=st.sampled_from(TicketState))
def test_only_what_the_table_allows_is_moved(origin: TicketState, to: TicketState) -> None:
    one = ticket(state=origin)
    if to in MOVES[origin]:
        assert move(one, to) == replace(one, state=to, version=2)
        return
    with pytest.raises(Conflict) as refused:
        move(one, to)
    assert refused.value.extra["legal"] == [state.value for state in MOVES[origin]]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("市民来电反映店外经营,希望尽快处理", "09005"),
        ("市民来电反映机动车乱停放，希望尽快处理", "L0004"),
        ("市民来电反映非机动车乱停放，希望尽快处理", "L0006"),
        ("来电人投诉：楼上滴水", "L0001"),
        ("居民反映油烟扰民", "L0003"),
        ("门口有人吵", None),
        ("市民来电反映油烟和噪音", None),
        ("", None),
    ],
)
def test_the_kind_is_read_from_the_text(text: str, kind: str | None) -> None:
    assert kind_in(text) == kind


def test_first_contact_ends_with_the_next_working_day() -> None:
    assert first_contact_due(FRIDAY, weekdays) == MONDAY_CLOSE
    assert first_contact_due(FRIDAY + timedelta(days=1), weekdays) == MONDAY_CLOSE


def test_an_enquiry_has_one_working_day_all_else_five() -> None:
    assert [limit_days_of(r) for r in (Request.ENQUIRY, Request.COMPLAINT, None)] == [1, 5, 5]


def test_the_clocks_run_until_the_caller_is_reached_and_the_answer_given() -> None:
    late = MONDAY_CLOSE + timedelta(hours=24)
    first, handling = clocks(ticket(), late, weekdays)
    assert first.overdue and not handling.overdue
    first, _ = clocks(ticket(first_contact_at=MONDAY_CLOSE - timedelta(hours=1)), late, weekdays)
    assert not first.overdue
    done = ticket(state=TicketState.ANSWERED, answered_at=FRIDAY + timedelta(days=3))
    assert [c.overdue for c in clocks(done, late + timedelta(days=90), weekdays)] == [False, False]


def test_history_is_judged_by_no_clock_until_it_is_taken_up_again() -> None:
    old = ticket(is_imported=True)
    assert [c.due_at for c in clocks(old, FRIDAY, weekdays)] == [None, None]
    assert clocks(replace(old, is_second=True), FRIDAY, weekdays)[1].due_at == old.due_at
    assert is_history(TicketState.ANSWERED, None, FRIDAY)
    assert is_history(TicketState.HANDLING, FRIDAY, FRIDAY)
    assert not is_history(TicketState.HANDLING, MONDAY_CLOSE, FRIDAY)


def test_rates_judge_only_what_ran_under_our_clocks() -> None:
    one = ticket()
    assert counts_for_first_contact(one) and counts_for_handling(one)
    for other in (
        replace(one, is_imported=True),
        replace(one, duplicate_of="x"),
        replace(one, state=TicketState.RETURNED),
    ):
        assert not counts_for_first_contact(other) and not counts_for_handling(other)
    assert not counts_for_first_contact(replace(one, received_at=MONDAY_CLOSE))


def test_alike_are_the_same_kind_at_the_same_spot_within_two_weeks() -> None:
    one = ticket()
    assert are_alike(one, ticket(id="u", called_at=FRIDAY - timedelta(days=14)))
    assert not are_alike(one, ticket(id="u", called_at=FRIDAY - timedelta(days=15)))
    assert not are_alike(one, ticket(id="u", kind="L0003"))
    assert not are_alike(one, ticket(id="u", shop_id="other", location_id="m"))
    assert not are_alike(one, one)


def evidence(days_before: float, closed_after: float | None = None, source: str = "patrol") -> Evidence:
    at = FRIDAY - timedelta(days=days_before)
    closed = None if closed_after is None else at + timedelta(days=closed_after)
    return Evidence("issue", f"{days_before}", at, source, closed, True)


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (evidence(6), True),
        (evidence(-1), False),
        (evidence(6, source="hotline"), False),
        (evidence(179), True),
        (evidence(181), False),
        (evidence(59, closed_after=2), True),
        (evidence(61, closed_after=2), False),
        (evidence(61, closed_after=70), True),
        (Evidence("need", "n", FRIDAY - timedelta(days=60)), True),
        (Evidence("visit", "v", FRIDAY - timedelta(days=61)), False),
    ],
)
def test_what_counts_as_having_known(one: Evidence, counts: bool) -> None:
    assert found_first.counts(one, FRIDAY) is counts


def test_the_first_of_what_was_open_is_named_else_the_last_before_the_call() -> None:
    old, recent, closed = evidence(40), evidence(9), evidence(3, closed_after=1)
    assert found_first.first_of([recent, closed, old], FRIDAY) == old
    settled = [evidence(50, closed_after=1), evidence(20, closed_after=1)]
    assert found_first.first_of(settled, FRIDAY) == settled[1]
    assert found_first.first_of([evidence(1, source="hotline")], FRIDAY) is None


def test_the_sentence_says_the_day_and_how_much_earlier() -> None:
    called = datetime(2026, 10, 14, 1, tzinfo=UTC)
    at = datetime(2026, 10, 8, 3, tzinfo=UTC)
    assert found_first.sentence(at, called, "走访已发现") == "10月8日走访已发现，早了6天"
    assert found_first.sentence(called - timedelta(hours=3), called, "巡查已发现") == "10月14日巡查已发现，早了3小时"
    # Days of the office, not spans of 24 hours.
    evening = datetime(2026, 10, 13, 15, 30, tzinfo=UTC)
    assert found_first.sentence(evening, called, "巡查已发现") == "10月13日巡查已发现，早了1天"
    assert found_first.sentence(
        datetime(2025, 12, 30, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), "已记下"
    ).startswith("2025年")
