"""Silent doors: when a door is one, and what else is tried there."""

from datetime import UTC, datetime, timedelta

import pytest

from mapsvc.domain.opening_hours import Part
from mapsvc.domain.silent import Contact, Share, is_silent, suggestions

MORNING = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("met", "voiced", "silent"), [(2, 0, False), (3, 0, True), (12, 1, False), (12, 0, True)])
def test_met_three_times_and_nothing_voiced(met: int, voiced: int, silent: bool) -> None:
    assert is_silent(met, voiced) is silent


def calls(*hours: int, by: str = "chen") -> list[Contact]:
    return [Contact(MORNING + timedelta(days=n, hours=h), by) for n, h in enumerate(hours)]


def test_who_always_came_in_the_morning_comes_when_it_is_open() -> None:
    told = suggestions(calls(0, 0, 1), {Part.MORNING: 3, Part.AFTERNOON: 2}, {}, None, None)
    assert told == ("换个时间：以前多是上午去，改下午", "换个人去聊")


def test_what_others_of_the_trade_said_and_a_policy_are_offered() -> None:
    told = suggestions(calls(0, 6, 0, 6), {}, {"装卸停车": 4, "其他": 9, "消防安全": 1}, "餐饮", "冬天怎么用火用电")
    assert told == ("换个话题：别的餐饮店提过装卸停车", "换个人去聊", "带上《冬天怎么用火用电》")


def test_something_is_always_offered() -> None:
    mixed = [*calls(0, 6), *calls(0, 6, by="zhou")]
    assert len(suggestions(mixed, {}, {}, None, None)) == 1


def test_no_share_of_few_doors() -> None:
    assert Share(3, 4).percent is None and Share(3, 4).text == "太少，不算"
    assert Share(4, 5).text == "80%"
