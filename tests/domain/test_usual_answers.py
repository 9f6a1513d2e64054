"""The file of usual answers of before, read as policy entries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mapsvc.domain.policy_files import from_document, to_document
from mapsvc.domain.usual_answers import entries_from

ROW: dict[str, Any] = {
    "id": "fire", "topic": "消防安全", "question": "冬天用火用电要注意什么？", "answer": "插座不串接。\n通道不堆货。",
    "source": "消防部门", "source_date": date(2026, 10, 12), "valid_until": "none", "trades": [], "months": [11],
    "words": ["灭火器"],
}  # fmt: skip


def test_an_answer_becomes_an_entry_with_its_source_and_date() -> None:
    (one,) = entries_from({"answers": [ROW]})
    assert (one.answer, one.title) == ("插座不串接。 通道不堆货。", "冬天用火用电要注意什么")
    assert (one.questions, one.tags, one.months) == (("冬天用火用电要注意什么？",), ("灭火器",), (11,))
    assert (one.source, one.source_date, one.valid_until, one.is_sample) == (
        "消防部门",
        date(2026, 10, 12),
        None,
        False,
    )
    assert from_document(to_document(one)) == one


def test_an_id_that_cannot_stand_in_an_address_gets_another() -> None:
    told = [ROW | {"id": "入园"}, ROW | {"id": "fire"}]
    assert [one.id for one in entries_from({"answers": told})] == ["usual_1", "fire"]


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
        entries_from({"answers": [ROW, ROW | {"id": "other"} | change]})
    assert said in str(caught.value)


def test_an_id_twice_and_an_empty_file_are_refused() -> None:
    with pytest.raises(ValueError, match="用了两次"):
        entries_from({"answers": [ROW, ROW]})
    with pytest.raises(ValueError, match="没有一条"):
        entries_from({})
