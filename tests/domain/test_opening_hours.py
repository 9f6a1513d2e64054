"""Usual hours from past calls, and what is said at the third closed door."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.opening_hours import (
    PART_HOURS,
    PART_NAMES,
    RUN,
    Call,
    Part,
    closed_parts,
    if_closed,
    part_of,
    usual_hours,
)
from mapsvc.domain.times import OFFICE_ZONE

MONDAY = datetime(2026, 11, 2, tzinfo=OFFICE_ZONE)


def call(day: int, hour: int, is_open: bool) -> Call:
    return Call(MONDAY + timedelta(days=day, hours=hour), is_open)


def calls(*told: tuple[int, int, bool]) -> list[Call]:
    return [call(*one) for one in told]


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (9, "morning"),
        (11, "morning"),
        (12, "noon"),
        (13, "noon"),
        (14, "afternoon"),
        (17, "afternoon"),
        (18, "evening"),
    ],
)
def test_the_day_has_four_parts_by_the_offices_clock(hour: int, part: str) -> None:
    assert part_of(MONDAY + timedelta(hours=hour)) is Part(part)


SHUT_IN_THE_MORNING = calls((0, 9, False), (7, 10, False), *((n, 14, True) for n in range(10, 15)))


def test_shut_in_the_mornings_and_there_in_the_afternoons() -> None:
    assert usual_hours(SHUT_IN_THE_MORNING) == "上午常没开，14点后在"


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ([(0, 9, True), (1, 9, True), (2, 15, True)], None),
        ([(0, 9, True), (1, 9, False), (2, 15, True), (3, 15, False)], None),
        ([(n, 15, False) for n in range(4)], "下午常没开"),
        ([(n, 10, True) for n in range(4)], "上午常在"),
        ([(n, 10 + n % 2 * 5, True) for n in range(4)], "上午、下午都常在"),
        ([*((n, 15, False) for n in range(3)), *((n, 9, True) for n in range(3))], "下午常没开，上午在"),
    ],
)
def test_usual_hours_in_words(told: list[tuple[int, int, bool]], text: str | None) -> None:
    assert usual_hours(calls(*told)) == text


def test_the_third_closed_door_is_moved_to_when_it_was_open() -> None:
    told = calls(*((n, 15, True) for n in range(5)), (20, 9, False), (21, 10, False))
    found = if_closed(told)
    assert found is not None
    assert (found.in_a_row, found.text) == (2, "上两次上午没开，下午开过5次")
    assert (found.from_hour, found.until_hour) == (14, 18)


def test_one_closed_door_says_nothing() -> None:
    assert if_closed(calls(*((n, 15, True) for n in range(5)), (20, 9, False))) is None


def test_another_day_where_no_other_time_is_better() -> None:
    told = calls((0, 9, True), (7, 9, True), (15, 9, False), (22, 9, False))
    found = if_closed(told)
    assert found is not None
    assert (found.text, found.from_hour) == ("上两次上午没开，周一开过2次，换那天再来", None)


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    never = if_closed(calls((0, 9, False), (1, 15, False), (2, 15, False)))
    assert never is not None
    assert (never.text, never.from_hour, never.until_hour) == (
        "上3次没开，还没遇到过开门，先问问隔壁几时在",
        None,
        None,
    )
    same = if_closed(calls((0, 9, True), (7, 9, False), (14, 9, False)))
    assert same is not None
    assert same.text == "上两次上午没开，还看不出几时在，换一天再来"


TOLD = st.lists(
    st.tuples(st.integers(0, 5000), st.booleans()), max_size=20, unique_by=lambda one: one[0]
).map(lambda told: [Call(MONDAY + timedelta(hours=h), o) for h, o in told])  # fmt: skip


@given(TOLD)
def test_it_never_suggests_a_part_of_the_day_in_which_it_was_never_open(told: list[Call]) -> None:
    found = if_closed(told)
    if found and found.from_hour is not None:
        part = next(p for p, hours in PART_HOURS.items() if hours == (found.from_hour, found.until_hour))
        assert any(c.is_open and part_of(c.at) is part for c in told)
        assert PART_NAMES[part] in found.text


@given(TOLD)
def test_it_speaks_only_after_a_run_of_closed_calls(told: list[Call]) -> None:
    last = sorted(told, key=lambda c: c.at)[-RUN:]
    assert (if_closed(told) is not None) is (len(last) == RUN and not any(c.is_open for c in last))


@given(TOLD, st.randoms(use_true_random=False))
def test_the_order_in_which_calls_are_told_does_not_matter(told: list[Call], random: object) -> None:
    mixed = list(told)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert usual_hours(mixed) == usual_hours(told)
    assert if_closed(mixed) == if_closed(told)


@given(TOLD)
def test_usual_hours_name_no_part_in_which_it_was_never_called_on(told: list[Call]) -> None:
    said = usual_hours(told) or ""
    called = {part_of(c.at) for c in told}
    assert not [p for p in Part if PART_NAMES[p] in said and p not in called]


@pytest.mark.parametrize(
    ("told", "closed"),
    [
        (((0, 9, False), (1, 9, False), (0, 15, True), (1, 15, True)), ((0, 14 * 60),)),
        (((0, 19, False), (1, 19, False), (0, 10, True), (1, 10, True)), ((18 * 60, 24 * 60),)),
        (((0, 9, False), (1, 9, False), (0, 12, True), (1, 12, True)), ((0, 12 * 60),)),
        (((0, 9, False), (1, 9, False), (0, 19, False), (1, 19, False), (0, 15, True), (1, 15, True)),
         ((0, 12 * 60), (18 * 60, 24 * 60))),
        (((0, 9, False), (1, 9, False), (2, 9, False), (3, 9, False)), ()),
        (((0, 9, False), (1, 9, False), (0, 15, True)), ()),
        (((0, 9, False), (1, 9, True), (2, 9, True), (0, 15, True), (1, 15, True)), ()),
    ],
    ids=["mornings", "evenings", "noon", "both ends", "never open", "too few", "once shut"],
)  # fmt: skip
def test_a_door_is_shut_in_the_parts_in_which_it_often_was(
    told: tuple[tuple[int, int, bool], ...], closed: tuple[tuple[int, int], ...]
) -> None:
    assert closed_parts(calls(*told)) == closed


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(7, 20), st.booleans()), max_size=30))
def test_nobody_is_kept_away_from_hours_in_which_it_is_said_to_be_open(told: list[tuple[int, int, bool]]) -> None:
    known = calls(*told)
    closed, said = closed_parts(known), usual_hours(known) or ""
    assert sum(b - a for a, b in closed) < 24 * 60
    assert not closed or "常没开，" in said
    if found := re.search(r"，(\d+)点后在$", said):
        assert closed == ((0, 60 * int(found[1])),)
