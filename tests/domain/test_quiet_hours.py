"""When a door may be called on: what lies beside the hours that do not suit, and when it can be made up for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.quiet_hours import DAY_MIN, NEVER, QuietHours, QuietSource, meets, next_time, windows_beside

CLOSED = st.lists(st.tuples(st.integers(-60, DAY_MIN), st.integers(0, DAY_MIN + 60)), max_size=6)
STAY = st.integers(0, 90)
H = 60


def line(from_minute: int, until_minute: int, weekday: int | None = None) -> QuietHours:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return QuietHours("q", "t", from_minute, until_minute, QuietSource.TOLD, at, weekday)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (line(12 * H, 14 * H), "12:00–14:00不便"),
        (line(9 * H + 5, 10 * H, 2), "周三9:05–10:00不便"),
        (line(0, DAY_MIN, 6), "周日全天不便"),
        (line(0, DAY_MIN), "每天全天不便"),
        (line(18 * H, DAY_MIN), "18:00–24:00不便"),
    ],
)
def test_it_is_said_in_words(one: QuietHours, words: str) -> None:
    assert one.words == words


def test_a_weekday_is_that_day_and_none_is_every_day() -> None:
    days = [date(2026, 11, 23 + n) for n in range(7)]
    assert [line(0, 1, 2).holds_on(day) for day in days] == [False, False, True, False, False, False, False]
    assert all(line(0, 1).holds_on(day) for day in days)


@pytest.mark.parametrize(
    ("closed", "stay", "windows"),
    [
        ([], 10, ()),
        ([(12 * H, 14 * H)], 10, ((0, 710), (840, DAY_MIN))),
        ([(0, 12 * H), (18 * H, DAY_MIN)], 5, ((720, 1075),)),
        ([(12 * H, 14 * H), (13 * H, 15 * H)], 0, ((0, 720), (900, DAY_MIN))),
        ([(9 * H, 10 * H), (10 * H + 5, 11 * H)], 10, ((0, 530), (660, DAY_MIN))),
        ([(0, DAY_MIN)], 5, NEVER),
        ([(5, DAY_MIN)], 10, NEVER),
    ],
)
def test_windows_lie_beside_what_is_closed(
    closed: list[tuple[int, int]], stay: int, windows: tuple[tuple[int, int], ...]
) -> None:
    assert windows_beside(closed, stay) == windows


@given(closed=CLOSED, stay=STAY, begin=st.integers(0, DAY_MIN - 1))
def test_a_stop_may_begin_where_all_of_it_is_open_and_nowhere_else(
    closed: list[tuple[int, int]], stay: int, begin: int
) -> None:
    windows = windows_beside(closed, stay)
    shut = [(max(a, 0), min(b, DAY_MIN)) for a, b in closed if a < b]
    # A minute before a closed time begins is open; the stay may touch it but not reach into it.
    clashes = any(a < b and begin < b and begin + stay > a for a, b in shut) or any(a <= begin < b for a, b in shut)
    fits = not windows or (windows != NEVER and any(a <= begin <= b for a, b in windows))
    if stay:
        assert fits is not clashes
    else:
        assert fits or clashes


@given(closed=CLOSED, stay=STAY)
def test_windows_are_in_order_and_apart(closed: list[tuple[int, int]], stay: int) -> None:
    windows = windows_beside(closed, stay)
    flat = [minute for window in windows for minute in window]
    assert flat == sorted(flat)
    assert all(0 <= minute <= DAY_MIN for minute in flat)


def test_a_shift_is_met_by_any_window_within_it() -> None:
    assert meets((), 18 * H, 20 * H)
    assert meets(((14 * H, DAY_MIN),), 18 * H, 20 * H)
    assert not meets(((0, 17 * H),), 18 * H, 20 * H)
    assert not meets(NEVER, 0, DAY_MIN)


@pytest.mark.parametrize(
    ("windows", "after", "words"),
    [
        (((0, 18 * H),), 20 * H, "明早"),
        (((14 * H, DAY_MIN),), 9 * H, "今天下午"),
        (((18 * H, DAY_MIN),), 9 * H, "今晚"),
        (((14 * H, 18 * H),), 20 * H, "明天下午"),
        (((12 * H, 13 * H),), 20 * H, "明天中午"),
        (((21 * H, DAY_MIN),), 9 * H, ""),
        (NEVER, 9 * H, ""),
    ],
)
def test_it_says_when_it_can_be_made_up_for(windows: tuple[tuple[int, int], ...], after: int, words: str) -> None:
    assert next_time(windows, after) == words
