"""政策进商铺: how a door comes to hear of it, when somebody goes for it alone, and what is said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.campaign_effects import AskedAfter, Reached, asked_words
from mapsvc.domain.campaigns import (
    CALLS_FROM_DAYS,
    CallFor,
    Campaign,
    CampaignState,
    DoorReason,
    Uptake,
    Why,
    call_words,
    coming,
    days_pressing,
    extra_words,
    strongest,
)

TODAY = date(2026, 11, 24)
INTERVAL = 30
days = st.integers(-60, 90).map(lambda n: TODAY + timedelta(days=n))


def campaign(**more: object) -> Campaign:
    """One that runs for thirty days from today."""
    values: dict[str, object] = {
        "id": "c", "title": "幼儿园报名", "topic": "子女入园", "state": CampaignState.RUNNING, "words": "快报名了",
        "from_day": TODAY, "until_day": TODAY + timedelta(days=30), "made_at": datetime(2026, 11, 24, tzinfo=UTC),
    }  # fmt: skip
    return Campaign(**values | more)  # type: ignore[arg-type]


@given(last=st.none() | days, started=st.none() | days, day=days, until=st.integers(0, 60), closes=st.integers(0, 60))
def test_nobody_goes_for_it_alone_unless_the_window_closes_before_the_next_call(
    last: date | None, started: date | None, day: date, until: int, closes: int
) -> None:
    last_day = TODAY + timedelta(days=until)
    with_window = campaign(until_day=last_day, closes_on=last_day + timedelta(days=closes))
    found = coming(with_window, last, started, day, INTERVAL)
    assert found.next_on is not None and found.next_on >= max(day, TODAY)
    assert (found.call is CallFor.DUE) == (found.next_on <= last_day)
    if found.call is CallFor.EXTRA:
        assert with_window.closes_on is not None and found.next_on > with_window.closes_on
    without = coming(campaign(until_day=last_day), last, started, day, INTERVAL)
    assert without.call is not CallFor.EXTRA and without.next_on == found.next_on


@given(last=days, day=days, closes=st.integers(0, 60))
def test_a_door_is_due_for_it_only_in_the_last_two_weeks_and_never_twice_on_a_day(
    last: date, day: date, closes: int
) -> None:
    closes_on = TODAY + timedelta(days=closes)
    one = campaign(until_day=closes_on, closes_on=closes_on)
    words = call_words(one, last, None, day, INTERVAL)
    if words:
        assert coming(one, last, None, day, INTERVAL).call is CallFor.EXTRA
        assert (closes_on - day).days <= CALLS_FROM_DAYS and last != day


def test_a_call_says_both_days_it_compares() -> None:
    one = campaign(closes_on=date(2026, 12, 10))
    assert extra_words(one, date(2026, 12, 18)) == "幼儿园报名：窗口12月10日关，月度走访要到12月18日"


@given(day=days)
def test_it_presses_more_from_day_to_day(day: date) -> None:
    one = campaign(closes_on=TODAY + timedelta(days=40))
    assert 0 <= days_pressing(one, day) <= days_pressing(one, day + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "state"),
    [(0, CampaignState.RUNNING), (30, CampaignState.RUNNING), (31, CampaignState.OVER)],
)
def test_it_is_over_the_day_after_its_last(day: int, state: CampaignState) -> None:
    at = TODAY + timedelta(days=day)
    assert campaign().state_on(at) is state
    assert campaign().is_told_on(at) is (state is CampaignState.RUNNING)
    assert campaign(state=CampaignState.DRAFT).state_on(at) is CampaignState.DRAFT


@given(st.permutations(list(DoorReason)))
def test_a_choice_of_ones_own_is_the_strongest_reason_and_a_hand_the_weakest(order: list[DoorReason]) -> None:
    whys = [Why(reason, reason.value) for reason in order]
    assert strongest(whys).reason is DoorReason.CHOSEN
    assert strongest([w for w in whys if w.reason in (DoorReason.TRADE, DoorReason.BY_HAND)]).reason is DoorReason.TRADE


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (None, None, ""),
        (date(2026, 12, 1), None, "12月1日开办"),
        (None, date(2026, 12, 9), "窗口12月9日关"),
        (date(2026, 12, 1), date(2026, 12, 9), "窗口12月1日到12月9日"),
    ],
)
def test_a_window_is_said_by_its_days(opens: date | None, closes: date | None, words: str) -> None:
    assert campaign(opens_on=opens, closes_on=closes).window_words == words


def test_how_far_it_came_leaves_out_what_there_was_not() -> None:
    assert Reached(9, 0, 0, 0, 0, {}).words == "9户里还没有说过的。"
    assert Reached(9, 5, 3, 2, 0, {Uptake.DONE: 1}).words == "9户里说到5户：3户是本来就要走的，2户专门去的。"
    assert Reached(9, 5, 3, 1, 1, {}).words.endswith("1户没有上门，另外说的。")


@pytest.mark.parametrize(
    ("low", "high", "after", "words"),
    [
        (0.1, 0.52, 12, "问得多了（九成把握：每10户多问1次到多问5.2次）。多问不是坏事"),
        (-0.5, -0.1, 12, "问得少了（九成把握：每10户少问5次到少问1次）。也许当面就说清了"),
        (-0.5, 0.5, 12, "说不准"),
        (0.1, 0.5, 0, "户数或次数太少，说不准"),
    ],
)
def test_what_followed_is_said_by_its_interval_alone(low: float, high: float, after: int, words: str) -> None:
    found = AskedAfter(20, 50, 2, after, 1, 2, 8, 0.3, low, high, 0.9, 1, "m")
    assert words in asked_words(found)
    assert asked_words(found).startswith(f"说过的20户，之前8周问这件事2次，之后{after}次；")
