"""Words of rain and storms: how strong, why a door, what is pasted into the group."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mapsvc.domain.rainfall import RainDay, by_day, grade
from mapsvc.domain.storms import (
    Storm,
    StormKind,
    doors_words,
    group_words,
    past_words,
    short_words,
    why_words,
)

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mm", "name"),
    [(0.0, "无雨"), (0.1, "小雨"), (9.9, "小雨"), (10, "中雨"), (25, "大雨"), (49.9, "大雨"), (50, "暴雨"),
     (100, "大暴雨"), (250, "特大暴雨")],
)  # fmt: skip
def test_rain_is_called_as_the_standard_calls_it(mm: float, name: str) -> None:
    assert grade(mm) == name


def test_of_several_stations_the_wettest_counts() -> None:
    days = [RainDay(date(2026, 6, 2), "a", 3.0), RainDay(date(2026, 6, 1), "a", 1.0), RainDay(date(2026, 6, 2), "b", 9)]
    assert list(by_day(days).items()) == [(date(2026, 6, 1), 1.0), (date(2026, 6, 2), 9)]


@pytest.mark.parametrize(
    ("told", "why", "short"),
    [
        ((3, 2, 2024, ["26号"], True), "2024年以来漏过3次，两次在大雨后；同一幢26号也漏过", "漏过3次，两次在大雨后"),
        ((2, 2, 2025, [], False), "2025年以来漏过2次，都在大雨后", "漏过2次，都在大雨后"),
        ((1, 1, 2025, [], False), "2025年漏过1次，在大雨后", "漏过1次，在大雨后"),
        ((4, 0, 2023, ["3号", "5号", "9号"], False), "2023年以来漏过4次；附近3号、5号等3户也漏过", "漏过4次"),
        ((0, 0, None, ["26号"], True), "同一幢26号漏过", "附近26号漏过"),
        ((0, 0, None, ["26号", "28号"], False), "附近26号、28号漏过", "附近26号等漏过"),
    ],
)
def test_why_a_door_is_on_the_list(told: tuple[int, int, int | None, list[str], bool], why: str, short: str) -> None:
    assert why_words(*told) == why
    assert short_words(told[0], told[1], told[3]) == short


def test_house_numbers_are_put_together_by_street() -> None:
    doors = [("岚皋西路", 31, ""), ("岚皋路", 236, ""), ("岚皋西路", 27, ""), (None, None, "橙子公寓旁空地")]
    assert doors_words(doors) == "岚皋西路27、31号；岚皋路236号；橙子公寓旁空地"


def test_what_is_pasted_is_a_service_in_either_case() -> None:
    coming = Storm("s", StormKind.TYPHOON, True, AT + timedelta(hours=20), AT, 80.0)
    fallen = Storm("s", StormKind.RAIN, False, AT - timedelta(hours=13), AT)
    assert (coming.title, coming.look, coming.when_words()) == (
        "台风要来", "雨前看一眼", "11月24日凌晨到，预计80毫米（暴雨）"
    )  # fmt: skip
    assert (fallen.title, fallen.look, fallen.when_words()) == ("刚下过暴雨", "雨后看一眼", "11月22日晚上")
    assert "垫高" in group_words(coming, "岚皋西路27号", "62345678")
    assert "也可以打62345678" in group_words(coming, "", "62345678") and "这几处" not in group_words(coming, "", "")
    assert all("不是检查" in group_words(one, "", "") for one in (coming, fallen))


def test_calls_answer_from_the_announcement_on_or_from_the_rain_on() -> None:
    assert Storm("s", StormKind.RAIN, True, AT + timedelta(hours=9), AT).seen_from == AT
    assert Storm("s", StormKind.RAIN, False, AT - timedelta(hours=9), AT).seen_from == AT - timedelta(hours=9)


def test_what_was_found_is_said_of_doors_and_of_nobody() -> None:
    assert past_words(20, 2, 24) == "看了24户里的20户，2户在漏"
    assert past_words(20, 0, 24) == "看了24户里的20户，没有在漏的"
    assert past_words(0, 0, 24) == "24户，都还没看"
