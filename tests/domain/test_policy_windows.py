"""Windows of the policy calendar: each year's turn, before events, over the turn of the year, on 29 February."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.policy_windows import (
    MOST_LEAD_DAYS,
    MOST_WEEKS,
    Opening,
    PolicyWindow,
    in_year,
    require_sound,
    turn,
    turns,
)
from mapsvc.errors import Refused

AT = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))


def window(**told: object) -> PolicyWindow:
    said: dict[str, object] = {
        "opens_on": date(2026, 4, 22), "closes_on": date(2026, 5, 12), "is_yearly": True, "lead_days": 28,
    }  # fmt: skip
    own = PolicyWindow("1", "kindergarten", "幼儿园入园信息登记", ("子女入园",), True, 28, AT)
    return replace(own, **(said | told))  # type: ignore[arg-type]


def before_event(day: date, opens: int, closes: int, **told: object) -> PolicyWindow:
    of = {"event": "春节", "event_on": day, "opens_weeks_before": opens, "closes_weeks_before": closes}
    return window(**{"opens_on": None, "closes_on": None, **of, **told})


@st.composite
def sound(draw: st.DrawFn) -> PolicyWindow:
    """Any window that may stand in the calendar."""
    lead, yearly = draw(st.integers(0, MOST_LEAD_DAYS)), draw(st.booleans())
    if draw(st.booleans()):
        opens = draw(DAYS)
        closes = opens + timedelta(days=draw(st.integers(0, 364 if yearly else 900)))
        return window(opens_on=opens, closes_on=closes, is_yearly=yearly, lead_days=lead)
    first, last = sorted(draw(st.tuples(*[st.integers(-MOST_WEEKS, MOST_WEEKS)] * 2)), reverse=True)
    last = max(last, first - 51) if yearly else last
    known = draw(st.dictionaries(st.integers(2020, 2031), st.integers(0, 364), max_size=4))
    days = {str(y): (date(y, 1, 1) + timedelta(days=n)).isoformat() for y, n in known.items()}
    return before_event(draw(DAYS), first, last, is_yearly=yearly, lead_days=lead, event_days=days)


@given(sound(), DAYS, st.integers(0, 400))
def test_a_turn_is_told_before_it_opens_and_closes_after_it_opened(one: PolicyWindow, day: date, ahead: int) -> None:
    require_sound(one)
    found = turns([one], day, day + timedelta(days=ahead))
    for each in found:
        assert each.tell_from == each.opens_on - timedelta(days=one.lead_days)
        assert each.tell_from <= each.opens_on <= each.closes_on
        assert each.opens_on <= day + timedelta(days=ahead) and each.closes_on >= day
    assert [each.opens_on for each in found] == sorted(each.opens_on for each in found)
    assert len({each.subject for each in found}) == len(found)


@given(sound(), DAYS)
def test_what_is_open_on_a_day_is_found_by_looking_at_that_day(one: PolicyWindow, day: date) -> None:
    everything = [made for year in range(2005, 2045) if (made := turn(one, year)) is not None]
    assert {each.subject for each in everything if each.is_open(day)} == {e.subject for e in turns([one], day, day)}


@given(sound(), st.integers(2020, 2030))
def test_a_window_of_every_year_has_one_turn_in_each(one: PolicyWindow, year: int) -> None:
    if one.is_yearly:
        made = turn(one, year)
        assert isinstance(made, Opening) and made.year == year


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_days_keep_their_order_from_year_to_year(one: date, other: date) -> None:
    first, second = sorted((one.replace(year=2024), other.replace(year=2024)))
    assert in_year(first, 2027) <= in_year(second, 2027)
    assert in_year(in_year(one, 2024), one.year) == one or (one.month, one.day) == (2, 29)


def test_the_29th_of_february_is_the_28th_where_there_is_none() -> None:
    one = window(opens_on=date(2024, 2, 1), closes_on=date(2024, 2, 29))
    assert [made.closes_on for y in (2024, 2025, 2028) if (made := turn(one, y))] == [
        date(2024, 2, 29), date(2025, 2, 28), date(2028, 2, 29),
    ]  # fmt: skip


def test_a_window_over_the_turn_of_the_year_is_one_turn() -> None:
    one = window(opens_on=date(2025, 12, 15), closes_on=date(2026, 1, 20))
    (open_now,) = turns([one], date(2027, 1, 5), date(2027, 1, 5))
    assert (open_now.opens_on, open_now.closes_on, open_now.year) == (date(2026, 12, 15), date(2027, 1, 20), 2026)


def test_weeks_are_counted_from_the_events_own_day_of_each_year() -> None:
    festival = before_event(
        date(2026, 2, 17), 4, -3, event_days={"2025": "2025-01-29", "2026": "2026-02-17", "2027": "2027-02-06"}
    )
    told = [turn(festival, year) for year in (2025, 2026, 2027, 2028)]
    assert [(t.opens_on, t.closes_on, t.is_guessed) for t in told if t] == [
        (date(2025, 1, 1), date(2025, 2, 19), False),
        (date(2026, 1, 20), date(2026, 3, 10), False),
        (date(2027, 1, 9), date(2027, 2, 27), False),
        (date(2028, 1, 20), date(2028, 3, 9), True),
    ]


def test_two_turns_that_open_in_one_year_have_names_of_their_own() -> None:
    early = before_event(date(2026, 1, 3), 3, 0, event_days={"2027": "2027-01-03", "2026": "2026-12-31"})
    found = turns([early], date(2026, 12, 1), date(2026, 12, 31))
    assert sorted(one.subject for one in found) == ["window:kindergarten:2026", "window:kindergarten:2027"]


def test_a_window_of_one_year_comes_once() -> None:
    once = window(is_yearly=False)
    assert len(turns([once], date(2020, 1, 1), date(2032, 1, 1))) == 1
    long = window(is_yearly=False, opens_on=date(2019, 1, 1), closes_on=date(2031, 1, 1))
    assert [one.year for one in turns([long], date(2026, 1, 1), date(2026, 1, 1))] == [2019]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"topics": ()}, "topics"),
        ({"topics": ("没有的话题",)}, "topics"),
        ({"lead_days": -1}, "lead_days"),
        ({"lead_days": MOST_LEAD_DAYS + 1}, "lead_days"),
        ({"opens_on": None}, "opens_on"),
        ({"closes_on": None}, "closes_on"),
        ({"closes_on": date(2026, 4, 21)}, "closes_on"),
        ({"closes_on": date(2027, 4, 22)}, "closes_on"),
        ({"event": "开学"}, "event_on"),
        ({"event_on": date(2026, 9, 1)}, "event"),
        ({"event": "开学", "event_on": date(2026, 9, 1)}, "opens_on"),
        ({"note": "长" * 301}, "note"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(told: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as error:
        require_sound(window(**told))
    assert error.value.problems[0].field == field


@pytest.mark.parametrize(
    ("opens", "closes", "field"),
    [(None, 1, "opens_weeks_before"), (4, None, "closes_weeks_before"), (2, 3, "closes_weeks_before"),
     (53, 1, "opens_weeks_before"), (52, -52, "closes_weeks_before")],
)  # fmt: skip
def test_weeks_that_cannot_be_are_refused(opens: int | None, closes: int | None, field: str) -> None:
    with pytest.raises(Refused) as error:
        require_sound(before_event(date(2026, 2, 17), opens, closes))  # type: ignore[arg-type]
    assert error.value.problems[0].field == field
