"""What is brought along unasked, said in its month, and near its end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain import topics
from mapsvc.domain.policies import Condition, PolicyEntry
from mapsvc.domain.policy_tips import hints_on, is_expired, is_expiring, tip_for

NOVEMBER = date(2026, 11, 23)
BEFORE_YEARS_END = Condition("居住证没有断签", "上一年年底前", "看一眼签注日期", (9, 11))


def entry(entry_id: str, topic: str, title: str = "要注意什么", **more: Any) -> PolicyEntry:
    return PolicyEntry(entry_id, topic, title, (f"{title}？",), "照着做。", "办事指南", date(2026, 10, 12), **more)


BASE = (
    entry("kindergarten", "子女入园", "入园要哪些材料", conditions=(Condition("到了年龄"), BEFORE_YEARS_END)),
    entry("fire", "消防安全", months=(11,)),
    entry("waste", "垃圾清运", "餐厨垃圾怎么收", months=(11,), trades=("餐饮",)),
    entry("old", "社保用工", months=(11,), valid_until=date(2026, 11, 22), conditions=(BEFORE_YEARS_END,)),
)


def test_what_was_asked_comes_before_the_season() -> None:
    tip = tip_for(BASE, NOVEMBER, "餐饮", ["其他", "客流经营", "子女入园"])
    assert tip is not None
    assert (tip.answer, tip.text) == ("kindergarten", "问过，带上《入园要哪些材料》")


def test_the_season_brings_what_fits_the_trade_first() -> None:
    tips = [tip_for(BASE, NOVEMBER, trade, []) for trade in ("餐饮", "零售")]
    assert [tip and tip.answer for tip in tips] == ["waste", "fire"]


def test_out_of_season_there_is_no_tip() -> None:
    assert tip_for(BASE, date(2026, 5, 4), "餐饮", []) is None


@given(st.dates(), st.sampled_from(["餐饮", "零售", None]), st.lists(st.sampled_from(topics.NAMES)), st.text())
def test_a_tip_points_to_an_entry_that_may_still_be_said(
    day: date, trade: str | None, asked: list[str], code: str
) -> None:
    tip = tip_for(BASE, day, trade, asked, code)
    assert tip == tip_for(BASE, day, trade, asked, code)
    if tip is not None:
        one = next(e for e in BASE if e.id == tip.answer)
        assert one.is_valid(day)
        assert one.topic in asked or day.month in one.months
        assert one.title in tip.text


def test_a_hint_is_said_in_its_months_of_what_is_in_force() -> None:
    said = [(hint.entry.id, hint.condition) for hint in hints_on(BASE, NOVEMBER)]
    assert said == [("kindergarten", BEFORE_YEARS_END)]
    assert hints_on(BASE, date(2026, 10, 1)) == ()


@given(st.integers(-400, 400))
def test_an_entry_near_its_end_is_expiring_and_past_it_expired(days: int) -> None:
    one = entry("fire", "消防安全", valid_until=NOVEMBER + timedelta(days))
    assert is_expiring(one, NOVEMBER) == (0 <= days <= 60)
    assert is_expired(one, NOVEMBER) == (days < 0)
    assert not (is_expiring(one, NOVEMBER) and is_expired(one, NOVEMBER))
