"""Small rules of the nouns: assignments in force, promises, needs, numbers, the register, sides of the history."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.history import EventType, HistorySide, side_of
from mapsvc.domain.issues import next_number
from mapsvc.domain.needs import Way, settled_at
from mapsvc.domain.promises import Promise, keep, withdraw
from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.domain.shops import Assignment, AssignmentSource, in_force
from mapsvc.errors import Conflict

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def given_to(worker: str, source: AssignmentSource, start: int = 0, end: int | None = None) -> Assignment:
    until = DAY + timedelta(days=end) if end is not None else None
    return Assignment(worker, "s", worker, source, DAY + timedelta(days=start), until)


def test_the_row_of_the_workbook_wins_over_the_patch_and_a_hand_over_both() -> None:
    patch = given_to("p", AssignmentSource.PATCH)
    row = given_to("r", AssignmentSource.ROW, -100)
    hand = given_to("m", AssignmentSource.MANUAL, -50)
    assert in_force([patch, row], DAY) == row
    assert in_force([patch, row, hand], DAY) == hand


def test_what_ended_or_has_not_begun_does_not_hold() -> None:
    ended = given_to("old", AssignmentSource.ROW, -10, 0)
    begun = given_to("new", AssignmentSource.ROW, 0)
    assert in_force([ended, begun], DAY) == begun
    assert in_force([ended, begun], DAY - timedelta(days=1)) == ended
    assert in_force([begun], DAY - timedelta(days=1)) is None


def test_a_promise_is_open_until_kept_or_withdrawn_and_then_for_good() -> None:
    promise = Promise("p", "s", "周五前回话", AT, AT + timedelta(days=4))
    assert promise.is_open
    assert not promise.is_overdue(AT)
    assert promise.is_overdue(AT + timedelta(days=5))
    for settled in (keep(promise, AT), withdraw(promise, AT)):
        assert not settled.is_open
        assert not settled.is_overdue(AT + timedelta(days=5))
        for again in (keep, withdraw):
            with pytest.raises(Conflict, match="11月23日"):
                again(settled, AT)


def test_a_need_is_settled_at_once_on_the_spot_or_by_explaining_only() -> None:
    assert {way for way in Way if settled_at(way, AT)} == {Way.ON_THE_SPOT, Way.EXPLAINED}
    assert settled_at(None, AT) is None


@given(st.lists(st.integers(1, 5000), max_size=20))
def test_a_number_is_higher_than_all_of_its_day(taken: list[int]) -> None:
    numbers = [f"XJ20261123-{n:03d}" for n in taken]
    made = next_number(DAY, [*numbers, "XJ20261122-999", "XJ20261123-abc", "WT00001"])
    assert made == f"XJ20261123-{max(taken, default=0) + 1:03d}"


def test_the_register_knows_odd_from_even() -> None:
    odd = RegisterEntry("r", "岚皋路", 1, 100, Side.ODD)
    assert [n for n in (1, 2, 99, 101) if odd.covers("岚皋路", n)] == [1, 99]
    assert not odd.covers("岚皋西路", 1)
    both = RegisterEntry("r", "岚皋路", 1, 100, Side.BOTH)
    assert both.covers("岚皋路", 2)


def test_a_leak_is_help_and_a_fire_hazard_is_asked_of_the_shop() -> None:
    assert side_of(EventType.ISSUE, "L0001") is HistorySide.HELP
    assert side_of(EventType.CASE_STEP, "L0005") is HistorySide.ASK
    assert side_of(EventType.VISIT) is HistorySide.HELP
