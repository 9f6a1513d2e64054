"""What a stop is worth: reasons grow while they wait, never without bound, and minutes add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.demand import LONGEST_DAYS, SHIPPED, Weight, reason_points, require_sound, service_minutes
from mapsvc.domain.patrol import Reason
from mapsvc.errors import Refused

CODES = st.sampled_from(sorted(SHIPPED))
DAYS = st.integers(-30, 400)


@given(code=CODES, days=DAYS, more=st.integers(0, 60))
def test_what_waits_longer_never_counts_less(code: str, days: int, more: int) -> None:
    assert reason_points(code, days) <= reason_points(code, days + more)


@given(code=CODES, days=DAYS)
def test_growth_has_an_end_and_begins_with_the_day_it_is_due(code: str, days: int) -> None:
    least, most = SHIPPED[code].points, reason_points(code, LONGEST_DAYS)
    assert least <= reason_points(code, days) <= most
    assert reason_points(code, min(days, 0)) == least


def test_it_grows_by_the_day_for_two_weeks_then_by_the_week() -> None:
    weights = {"call": Weight("走访", 10, 2, 5)}
    told = [reason_points("call", days, weights) for days in (0, 1, 14, 20, 21, 28, 126, 999)]
    assert told == [10, 12, 38, 38, 40, 42, 70, 70]


def test_a_worse_reason_is_never_caught_up_with_by_a_lesser_one_on_its_first_day() -> None:
    assert reason_points("special", 0) > reason_points("call", 14)
    assert reason_points("promise", 0) > reason_points("in_hand", LONGEST_DAYS)


@given(codes=st.lists(CODES, min_size=1, max_size=6))
def test_minutes_are_those_of_the_longest_and_two_for_each_other(codes: list[str]) -> None:
    reasons = [Reason(code, 1, code) for code in codes]
    takes = [SHIPPED[code].minutes for code in codes if SHIPPED[code].minutes]
    assert service_minutes(reasons) == (max(takes) + 2 * (len(takes) - 1) if takes else 0)


def test_what_is_shipped_is_sound_and_every_code_fits_its_column() -> None:
    require_sound(SHIPPED)
    assert all(len(code) <= 16 for code in SHIPPED)
    assert all(weight.name and weight.told for weight in SHIPPED.values())


@pytest.mark.parametrize("numbers", [(-1, 0, 0), (201, 0, 0), (1, -1, 0), (1, 51, 0), (1, 1, -1), (1, 1, 121)])
def test_numbers_out_of_range_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(Refused):
        require_sound({"call": Weight("走访", *numbers)})
