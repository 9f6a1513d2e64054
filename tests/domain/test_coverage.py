"""When a stretch of street is due again, by part of the day; laws of the rule."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.coverage import (
    BACK_DAYS,
    DUE_DAYS,
    DUE_IN_PART_DAYS,
    PARTS,
    Band,
    Due,
    Part,
    Walked,
    ago_words,
    band_of,
    due,
    going,
    offered,
    part_of,
    pressing,
)

DAY = date(2026, 11, 23)
EVER = DAY - timedelta(days=BACK_DAYS)


def ago(days: int) -> date:
    """So many days before."""
    return DAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("hour", "minute", "part"),
    [(5, 0, Part.MORNING), (9, 29, Part.MORNING), (9, 30, Part.DAY), (17, 59, Part.DAY), (18, 0, Part.EVENING),
     (23, 59, Part.EVENING), (0, 1, Part.EVENING), (4, 59, Part.EVENING), (0, 0, None)],
)  # fmt: skip
def test_the_parts_of_the_offices_day(hour: int, minute: int, part: Part | None) -> None:
    at = datetime(2026, 11, 23, hour, minute, tzinfo=UTC) - timedelta(hours=8)
    assert part_of(at) is part


@pytest.mark.parametrize(
    ("days", "band", "words"),
    [(0, Band.RECENT, "今天"), (1, Band.RECENT, "昨天"), (6, Band.RECENT, "6天前"), (7, Band.WEEKS, "7天前"),
     (13, Band.WEEKS, "13天前"), (14, Band.LONG, "14天前")],
)  # fmt: skip
def test_how_long_ago(days: int, band: Band, words: str) -> None:
    assert band_of(ago(days), DAY) is band
    assert ago_words(ago(days), DAY) == words


def test_never_is_long_ago() -> None:
    assert band_of(None, DAY) is Band.LONG
    assert ago_words(None, DAY) == "半年没走到"


def test_due_after_two_weeks_whatever_the_hour() -> None:
    everywhere = (ago(DUE_DAYS),) * 3
    told = due(Walked(ago(DUE_DAYS), everywhere), DAY, Part.EVENING, EVER)
    assert told and (told.days, told.text) == (0, "14天没走到")
    assert due(Walked(ago(DUE_DAYS - 1), (ago(DUE_DAYS - 1),) * 3), DAY, Part.EVENING, EVER) is None


def test_due_in_the_hours_in_which_nobody_came_by() -> None:
    walked = Walked(ago(1), (None, ago(1), ago(DUE_IN_PART_DAYS + 14)))
    told = {part: due(walked, DAY, part, EVER) for part in PARTS}
    assert told[Part.DAY] is None
    assert told[Part.EVENING] and told[Part.EVENING].text == "晚上8周没走到"
    assert told[Part.MORNING] and told[Part.MORNING].text == "早上半年没走到"
    assert due(walked, DAY, Part.MORNING, ago(10)) is None


@given(st.integers(0, 400), st.integers(0, 400), st.sampled_from(PARTS))
def test_a_stretch_walked_longer_ago_is_never_less_due(a: int, b: int, part: Part) -> None:
    older, newer = (due(Walked(ago(n), (ago(n),) * 3), DAY, part, EVER) for n in (max(a, b), min(a, b)))
    if newer is not None:
        assert older is not None and older.days >= newer.days


def test_what_waits_long_presses_more_each_week_up_to_a_bound() -> None:
    told = [pressing(days) for days in range(0, 200)]
    assert told == sorted(told)
    assert (told[13], told[14], told[21], told[-1]) == (0, 2, 4, 10)


def test_going_there_for_once_counts_more_each_week_up_to_a_bound() -> None:
    told = [going(days) for days in range(0, 200)]
    assert told == sorted(told)
    assert (told[0], told[20], told[21], told[70], told[-1]) == (120, 120, 160, 200, 200)


def late(*days: int) -> tuple[tuple[int, Due], ...]:
    """Numbered from 0, due for so many days."""
    return tuple((i, Due(n, "")) for i, n in enumerate(days))


@given(st.lists(st.integers(0, 99), max_size=40), st.integers(0, 6), st.integers(1, 6))
def test_a_day_is_offered_as_many_as_there_are_the_oldest_first_and_each_once(
    days: list[int], n: int, most: int
) -> None:
    found = [number for number, _ in offered(late(*days), DAY + timedelta(days=n), most)]
    assert len(found) == len(set(found)) == min(most, len(days))
    if days:
        assert days[found[0]] == max(days)


def test_the_days_of_a_week_are_offered_different_ones_beside_the_oldest() -> None:
    found = [[n for n, _ in offered(late(*range(30)), DAY + timedelta(days=k), 3)] for k in range(7)]
    assert {some[0] for some in found} == {29}
    others = [n for some in found for n in some[1:]]
    # Those that have been due longest, each on one day.
    assert sorted(others) == list(range(15, 29))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(1, 6), st.integers(1, 3))
def test_walked_week_after_week_every_gap_stays_bounded(start: list[int], most: int, every: int) -> None:
    """Whatever was walked when at first: whoever walks what is due longest forgets no stretch."""
    last = [ago(n) for n in start]
    # The days of a week are dealt to those due longest: none of these waits for more of them than there are.
    bound = DUE_DAYS + every * (min(len(last) // most + 7 * (most - 1), len(last)) + 2)
    for n in range(60 + 2 * bound):
        day = DAY + timedelta(days=n * every)
        if n * every > 60 + bound:
            assert max((day - one).days for one in last) <= bound
        found = [(i, told) for i, one in enumerate(last) if (told := due(Walked(one, (one,) * 3), day, PARTS[0], EVER))]
        for i, _ in offered(found, day, most):
            last[i] = day
