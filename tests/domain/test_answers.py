"""Usual answers as a file tells them, and the one that fits a door."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain import topics
from mapsvc.domain.answers import Answer, answers_from, tip_for

NOVEMBER = date(2026, 11, 23)
ROW: dict[str, Any] = {
    "id": "fire", "topic": "消防安全", "question": "冬天用火用电要注意什么？", "answer": "插座不串接。\n通道不堆货。",
    "source": "消防部门", "source_date": date(2026, 10, 12), "valid_until": "none", "trades": [], "months": [11],
}  # fmt: skip


def answer(answer_id: str, topic: str, **more: Any) -> Answer:
    return answers_from({"answers": [ROW | {"id": answer_id, "topic": topic, "months": []} | more]})[0]


def test_an_answer_is_read_on_one_line_with_its_source_and_date() -> None:
    (one,) = answers_from({"answers": [ROW]})
    assert (one.answer, one.title) == ("插座不串接。 通道不堆货。", "冬天用火用电要注意什么")
    assert (one.source, one.source_date, one.valid_until, one.is_sample) == (
        "消防部门",
        date(2026, 10, 12),
        None,
        False,
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "id 要写成文字"),
        ({"answer": 3}, "answer 要写成文字"),
        ({"answer": "长" * 601}, "最多600字"),
        ({"topic": "天气"}, "topic 要从这些里选：证照办理"),
        ({"source_date": "去年"}, "source_date 要写成日期"),
        ({"valid_until": "永远"}, "valid_until 要写成日期"),
        ({"months": [13]}, "months 要写成月份"),
        ({"trades": "餐饮"}, "trades 要写成一串文字"),
    ],
)
def test_what_is_wrong_is_said_with_the_number_of_the_answer(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match="第2条") as caught:
        answers_from({"answers": [ROW, ROW | {"id": "other"} | change]})
    assert said in str(caught.value)


def test_an_id_twice_and_an_empty_file_are_refused() -> None:
    with pytest.raises(ValueError, match="用了两次"):
        answers_from({"answers": [ROW, ROW]})
    with pytest.raises(ValueError, match="没有一条"):
        answers_from({})


SHELF = (
    answer("kindergarten", "子女入园", question="入园要哪些材料？"),
    answer("fire", "消防安全", months=[11]),
    answer("waste", "垃圾清运", months=[11], trades=["餐饮"], question="餐厨垃圾怎么收？"),
    answer("old", "社保用工", months=[11], valid_until=date(2026, 11, 22)),
)


def test_what_was_asked_comes_before_the_season() -> None:
    tip = tip_for(SHELF, NOVEMBER, "餐饮", ["其他", "客流经营", "子女入园"])
    assert tip is not None
    assert (tip.answer, tip.text) == ("kindergarten", "问过，带上《入园要哪些材料》")


def test_the_season_brings_what_fits_the_trade_first() -> None:
    tips = [tip_for(SHELF, NOVEMBER, trade, []) for trade in ("餐饮", "零售")]
    assert [tip and tip.answer for tip in tips] == ["waste", "fire"]


def test_out_of_season_there_is_no_tip() -> None:
    assert tip_for(SHELF, date(2026, 5, 4), "餐饮", []) is None


@given(st.dates(), st.sampled_from(["餐饮", "零售", None]), st.lists(st.sampled_from(topics.NAMES)), st.text())
def test_a_tip_points_to_an_answer_that_may_still_be_said(
    day: date, trade: str | None, asked: list[str], code: str
) -> None:
    tip = tip_for(SHELF, day, trade, asked, code)
    assert tip == tip_for(SHELF, day, trade, asked, code)
    if tip is not None:
        one = next(a for a in SHELF if a.id == tip.answer)
        assert one.is_valid(day)
        assert one.topic in asked or day.month in one.months
        assert one.title in tip.text
