"""The entries that come with the program: whole, general, of every topic, and nobody's number in them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter

import pytest

from mapsvc.domain import topics
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_files import from_document
from tests.house.sources import ROOT

FILES = sorted((ROOT / "layers" / "policies").glob("*.toml"))
ENTRIES = [from_document(row) for file in FILES for row in tomllib.loads(file.read_text("utf-8"))["policies"]]
EVERY = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
OLD = {
    "kindergarten", "school", "licence_change", "food_licence", "residence_permit", "social_insurance", "small_loan",
    "shop_sign", "winter_fire", "waste",
}  # fmt: skip
HALF = re.compile(r"[\u4e00-\u9fff”）][,;:?!]|[,;:?!][\u4e00-\u9fff“]")


def texts(entry: PolicyEntry) -> list[str]:
    """Everything people read of an entry, the hours of counters aside."""
    told = [entry.title, entry.answer, entry.source, *entry.questions, *entry.materials, *entry.steps, *entry.tags]
    told += [text for c in entry.conditions for text in (c.text, c.before or "", c.hint or "")]
    return [*told, *entry.search_words, *(f"{c.name}{c.address or ''}" for c in entry.counters)]


def test_thirty_and_more_come_along_the_former_ten_among_them() -> None:
    assert len(ENTRIES) >= 30
    assert {entry.id for entry in ENTRIES} >= OLD
    assert {entry.topic for entry in ENTRIES} == set(topics.NAMES)


def test_no_id_title_or_question_stands_twice() -> None:
    for told in (
        [entry.id for entry in ENTRIES],
        [entry.title for entry in ENTRIES],
        [question for entry in ENTRIES for question in entry.questions],
    ):
        assert [text for text, n in Counter(told).items() if n > 1] == []


@EVERY
def test_each_is_whole_and_says_that_it_is_a_sample(entry: PolicyEntry) -> None:
    assert entry.is_sample and entry.source and entry.source_date.year >= 2025
    assert len(entry.questions) >= 4
    assert all(question.endswith("？") for question in entry.questions)
    assert "下一步：" in entry.answer
    assert entry.conditions and entry.materials and len(entry.steps) >= 3
    assert entry.search_words and entry.tags
    assert all(counter.hours for counter in entry.counters) and entry.counters


@EVERY
def test_none_holds_a_number_that_changes_or_somebodys_phone(entry: PolicyEntry) -> None:
    assert [text for text in texts(entry) if re.search(r"\d", text)] == []
    assert not [counter for counter in entry.counters if counter.phone]
    assert not re.search(r"[一二三四五六七八九十百千万两]+(元|块钱|%|平方米|平米)", "".join(texts(entry)))
    assert not re.search(r"第[一二三四五六七八九十百]+条", "".join(texts(entry)))


@EVERY
def test_the_punctuation_is_chinese(entry: PolicyEntry) -> None:
    assert [text for text in texts(entry) if HALF.search(text)] == []


@EVERY
def test_a_hint_has_its_months_and_a_deadline(entry: PolicyEntry) -> None:
    for condition in entry.conditions:
        assert bool(condition.hint) == bool(condition.hint_months)
        assert not condition.hint or condition.before


def test_hints_come_up_to_a_year_ahead() -> None:
    kindergarten = next(entry for entry in ENTRIES if entry.id == "kindergarten")
    hinted = {month for condition in kindergarten.conditions for month in condition.hint_months}
    # It is asked for in spring: what has to be so by the end of the year before is said in autumn.
    assert {9, 10, 11, 12} <= hinted and {2, 3, 4} <= set(kindergarten.months)
