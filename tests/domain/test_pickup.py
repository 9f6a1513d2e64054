"""When what is said is picked up and answered: promised by the office's hours, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.pickup import Pickup, pickup_at
from mapsvc.domain.times import OFFICE_ZONE


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, by the office's clock; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=OFFICE_ZONE)


WEEK = [(at(day, 9), at(day, 17)) for day in (23, 24, 25, 26, 27, 30)]


@pytest.mark.parametrize(
    ("now", "picked_up", "answered"),
    [
        (at(23, 8), at(23, 9), at(24, 17)),
        (at(23, 10), at(24, 9), at(24, 17)),
        (at(23, 20), at(24, 9), at(24, 17)),
        (at(27, 16), at(30, 9), at(30, 17)),
        (at(28, 11), at(30, 9), at(30, 17)),
    ],
)
def test_cut_off_it_waits_for_the_next_opening(now: datetime, picked_up: datetime, answered: datetime) -> None:
    assert pickup_at(WEEK, now - timedelta(minutes=16), now) == Pickup(False, picked_up, answered)


def test_connected_it_takes_minutes() -> None:
    found = pickup_at(WEEK, at(23, 9, 50), at(23, 10))
    assert found == Pickup(True, None, at(24, 17))
    assert found.words == "几分钟内送到办公室，11月24日（周二）17:00前答复。"


def test_words_say_when_it_is_picked_up() -> None:
    assert pickup_at(WEEK, None, at(27, 18)).words == (
        "已存好。办公室现在没连上，最晚11月30日（周一）09:00上班时取走，11月30日（周一）17:00前答复。"
    )


def test_where_nobody_knows_the_hours_no_hour_is_promised() -> None:
    found = pickup_at([], None, at(23, 10))
    assert found == Pickup(False, None, None)
    assert found.words == "已存好。办公室现在没连上，办公室上班后取走，下一个工作日内答复。"


@given(minutes=st.integers(0, 20_000), ago=st.integers(0, 100))
def test_nothing_is_promised_for_a_time_gone_by(minutes: int, ago: int) -> None:
    now = at(23, 0) + timedelta(minutes=minutes)
    found = pickup_at(WEEK, now - timedelta(minutes=ago), now)
    assert found.is_connected == (ago <= 15)
    for promised in (found.picked_up_by, found.answered_by):
        assert promised is None or promised > now
    assert found.answered_by is None or found.answered_by.date() > now.date()
