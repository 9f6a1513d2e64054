"""什么时候来方便: one tap has one meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.quiet_hours import DAY_MIN, require_sound
from mapsvc.domain.surface import QuietLine
from mapsvc.domain.visiting_times import (
    ANY_TIME,
    TIME_NAMES,
    VisitingTime,
    chosen_time,
    line_code,
    lines_of_code,
    quiet_lines,
    words,
)

LINES = st.lists(
    st.builds(
        lambda weekday, a, b: QuietLine(min(a, b), max(a, b), weekday),
        st.sampled_from([None, *range(7)]),
        st.integers(0, DAY_MIN - 1),
        st.integers(1, DAY_MIN),
    ).filter(lambda line: line.from_minute < line.until_minute),
    max_size=6,
)


def closed(lines: list[QuietLine] | tuple[QuietLine, ...], weekday: int, minute: int) -> bool:
    """Whether any line closes that minute."""
    return any(line.weekday in (None, weekday) and line.from_minute <= minute < line.until_minute for line in lines)


@pytest.mark.parametrize("time", list(VisitingTime))
def test_a_tap_closes_all_other_times_and_reads_back_as_itself(time: VisitingTime) -> None:
    lines = quiet_lines(time)
    assert chosen_time(lines) is time
    assert words(lines) == f"{TIME_NAMES[time]}来方便"
    for line in lines:
        require_sound(line.weekday, line.from_minute, line.until_minute, "")


@pytest.mark.parametrize(
    ("time", "open_at", "closed_at"),
    [
        (VisitingTime.MORNING, [(0, 9 * 60), (6, 11 * 60 + 59)], [(0, 12 * 60), (6, 20 * 60)]),
        (VisitingTime.AFTER_14, [(0, 14 * 60), (3, 19 * 60)], [(0, 13 * 60 + 59), (3, 9 * 60)]),
        (VisitingTime.EVENING, [(2, 18 * 60)], [(2, 17 * 60 + 59)]),
        (VisitingTime.WEEKEND, [(5, 9 * 60), (6, 15 * 60)], [(0, 9 * 60), (4, 23 * 60)]),
    ],
)
def test_a_time_is_open_when_it_says_so_and_only_then(
    time: VisitingTime, open_at: list[tuple[int, int]], closed_at: list[tuple[int, int]]
) -> None:
    lines = quiet_lines(time)
    assert not any(closed(lines, *at) for at in open_at)
    assert all(closed(lines, *at) for at in closed_at)


def test_nothing_chosen_closes_nothing() -> None:
    assert quiet_lines(None) == ()
    assert chosen_time(()) is None
    assert words(()) == ANY_TIME


def test_a_line_within_another_changes_no_words() -> None:
    both = (QuietLine(12 * 60, 14 * 60), *quiet_lines(VisitingTime.AFTER_14))
    assert chosen_time(both) is VisitingTime.AFTER_14
    assert words(both) == "14点后来方便"


@given(LINES)
def test_lines_come_back_from_a_form_as_they_were(lines: list[QuietLine]) -> None:
    assert list(lines_of_code(line_code(lines))) == lines


@given(LINES)
def test_words_depend_only_on_what_is_closed(lines: list[QuietLine]) -> None:
    assert words(lines) == words(list(reversed(lines))) == words([*lines, *lines[:1]])
    assert (words(lines) == ANY_TIME) == (not lines)
