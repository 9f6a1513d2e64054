"""Weeks, months and other spans, each with the one before it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.periods import PeriodKind, between, month_of, months_back, parse_month, week_of
from mapsvc.errors import Refused

DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))


@given(DAYS)
def test_weeks_and_months_join_without_gap_or_overlap(day: date) -> None:
    for period in (week_of(day), month_of(day)):
        assert period.first <= day <= period.last
        assert period.before.until_at == period.from_at
        assert period.after.from_at == period.until_at
        assert period.before.after == period
        assert between(period.first, period.last) == period


@given(DAYS, st.integers(0, 399))
def test_the_span_before_is_as_long(day: date, days: int) -> None:
    period = between(day, day + timedelta(days=days))
    assert period.before.until_at == period.from_at
    if period.kind is not PeriodKind.MONTHLY:
        assert period.before.last - period.before.first == period.last - period.first


def test_spans_have_names() -> None:
    assert week_of(date(2026, 11, 23)).words == "11月23日至29日"
    assert week_of(date(2026, 12, 1)).words == "11月30日至12月6日"
    assert month_of(date(2026, 2, 3)).words == "2026年2月"
    assert between(date(2026, 11, 3), date(2026, 11, 3)).words == "11月3日"


def test_a_reversed_or_endless_span_is_refused() -> None:
    with pytest.raises(Refused, match="不能早于"):
        between(date(2026, 11, 3), date(2026, 11, 2))
    with pytest.raises(Refused, match="年份"):
        between(date(1, 1, 1), date(1, 1, 7))
    with pytest.raises(Refused, match="最多400天"):
        between(date(2025, 1, 1), date(2026, 11, 2))


def test_months_go_back_over_the_year() -> None:
    assert [m.words for m in months_back(month_of(date(2026, 2, 9)), 3)] == ["2026年2月", "2026年1月", "2025年12月"]


@pytest.mark.parametrize("text", ["", "2026", "0001-01", "9999-12", "2026-13", "2026-1", "x026-11", "2026-11-01"])
def test_what_is_no_month_is_none(text: str) -> None:
    assert parse_month(text) is None
