"""Policy entries as documents, cells and markdown: what is written is read back; what is wrong is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.policies import Condition, ServiceCounter
from mapsvc.domain.policy_cells import cells_of, changes_between, document_of
from mapsvc.domain.policy_files import from_document, to_document
from mapsvc.domain.policy_markdown import read_markdown, write_markdown
from mapsvc.errors import Refused
from tests.support.policies import documents, entry_of

DOC: dict[str, Any] = {
    "id": "kindergarten",
    "topic": "子女入园",
    "title": "入园要哪些材料",
    "questions": ["入园要哪些材料？", "明年上幼儿园要什么条件？"],
    "answer": "先看居住证。\n再网上登记。",
    "source": "区教育局当年通知",
    "source_date": "2026-03-02",
    "conditions": [{"text": "居住证有效", "before": "上一年年底前", "hint": "现在就看", "hint_months": [9, 10]}],
    "steps": ["网上登记", "带材料核验"],
    "counters": [{"name": "学区幼儿园", "hours": "工作日"}],
    "tags": ["幼儿园、托班"],
    "is_sample": True,
}


def test_a_document_says_every_field() -> None:
    one = from_document(DOC)
    assert one.conditions == (Condition("居住证有效", "上一年年底前", "现在就看", (9, 10)),)
    assert one.counters == (ServiceCounter("学区幼儿园", None, "工作日"),)
    assert (one.source_date, one.valid_until, one.tags, one.is_sample) == (
        date(2026, 3, 2), None, ("幼儿园", "托班"), True,
    )  # fmt: skip
    assert one.answer == "先看居住证。\n再网上登记。"


@given(documents())
def test_what_is_written_is_read_back(document: dict[str, Any]) -> None:
    one = entry_of(document)
    if one is None:
        return
    assert from_document(to_document(one)) == one
    assert from_document(document_of(cells_of(one))) == one
    (piece,) = read_markdown(write_markdown([one]))
    assert piece.problems == []
    assert from_document(document_of(piece.cells)) == one


@given(st.lists(documents(), max_size=4))
def test_a_file_of_several_says_each_in_its_order(many: list[dict[str, Any]]) -> None:
    entries = [one for told in many if (one := entry_of(told))]
    pieces = read_markdown(write_markdown(entries))
    assert [from_document(document_of(piece.cells)) for piece in pieces] == entries


@given(st.text(max_size=200))
def test_any_text_is_read_or_said_with_its_line(text: str) -> None:
    for piece in read_markdown(text):
        assert piece.place.startswith("第")
        assert all(problem.startswith("第") for problem in piece.problems)
        try:
            from_document(document_of(piece.cells))
        except Refused as error:
            assert error.problems


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"id": "子女"}, "id", "编号要用小写英文字母开头"),
        ({"id": "import"}, "id", "编号要用小写英文字母开头"),
        ({"topic": "天气"}, "topic", "没有“天气”这个主题，请从这些里选：证照办理"),
        ({"title": " "}, "title", "缺“标题”，请补上"),
        ({"title": "长" * 61}, "title", "“标题”最多60个字，现在有61个"),
        ({"questions": []}, "questions", "至少写一个问法"),
        ({"questions": "入园？"}, "questions", "“问法”要是一条一条的"),
        ({"questions": ["问？"] * 31}, "questions", "“问法”最多30条，现在有31条"),
        ({"questions": ["好？", 3]}, "questions.2", "“问法”第2条“问法”要是文字"),
        ({"answer": "看\x07"}, "answer", "有不能显示的控制字符"),
        ({"answer": "找小陈13812345678"}, "answer", "“答案”里有手机号。解答人人看得到"),
        ({"source_date": "去年"}, "source_date", "“出处日期”要写成年-月-日"),
        ({"source_date": ""}, "source_date", "缺“出处日期”"),
        ({"valid_from": "2026-09-01", "valid_until": "2026-08-01"}, "valid_until", "“到哪天止”在“从哪天起”之前"),
        ({"months": [13]}, "months", "“月份”要写月份数字"),
        ({"months": ["春天"]}, "months", "“月份”要写月份数字"),
        ({"conditions": [{"text": "好"}, {"before": "年底"}]}, "conditions.2.text", "“条件”第2条缺“条件”"),
        ({"conditions": [{"text": "好", "hint_months": [0]}]}, "conditions.1.hint_months", "“条件”第1条“提醒的月份”"),
        ({"conditions": ["好"]}, "conditions.1", "“条件”第1条读不出来"),
        ({"counters": [{"name": "窗", "fax": "1"}]}, "counters.1.fax", "“窗口”第1条没有“fax”这一项"),
        ({"is_sample": "是的"}, "is_sample", "“样例”要写是或否"),
        ({"version": 0}, "version", "“版本”要是从1起的整数"),
        ({"weather": "晴"}, "weather", "没有“weather”这一项"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(change: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        from_document(DOC | change)
    assert field in [problem.field for problem in caught.value.problems]
    assert said in "".join(problem.message for problem in caught.value.problems)


def test_changes_are_named_by_field_and_the_version_is_none() -> None:
    one = from_document(DOC)
    other = replace(one, answer="先看户口。", valid_until=date(2027, 3, 1), version=7)
    assert [(c.name, c.before, c.after) for c in changes_between(one, other)] == [
        ("答案", "先看居住证。\n再网上登记。", "先看户口。"), ("到哪天止", "", "2027-03-01"),
    ]  # fmt: skip
    assert changes_between(one, replace(one, version=2)) == ()


def test_of_several_lines_only_those_that_differ_are_shown() -> None:
    one = from_document(DOC)
    other = replace(one, questions=(*one.questions, "托班呢？"), steps=(), materials=("户口簿",))
    assert [c.both_sides for c in changes_between(one, other)] == [
        ("—", "托班呢？"), ("（空）", "户口簿"), ("网上登记\n带材料核验", "（空）"),
    ]  # fmt: skip
    turned = replace(one, questions=one.questions[::-1])
    assert changes_between(one, turned)[0].both_sides == ("\n".join(one.questions), "\n".join(turned.questions))


MARKDOWN = """# 卸货停哪里

- 主题：装卸停车
- 出处: 街区约定
- 出处日期：2026-11-01

## 问法
卸货停哪里？
- 早上能停吗？

## 答案
早上可以在弄口临停。

## 条件
1. 不占消防通道|截止:开工前|提醒月份:9，10
"""


def test_a_file_typed_by_hand_is_read() -> None:
    (piece,) = read_markdown(MARKDOWN)
    one = from_document({"id": "parking", **document_of(piece.cells)})
    assert one.questions == ("卸货停哪里？", "早上能停吗？")
    assert one.conditions == (Condition("不占消防通道", "开工前", None, (9, 10)),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("卸货停哪里\n" + MARKDOWN, "第1行：每一条要从“# 标题”开始"),
        (MARKDOWN.replace("- 主题：", "- 题目："), "第3行：“- 题目：装卸停车”读不出来"),
        (MARKDOWN.replace("## 条件", "## 前提"), "第14行：没有“前提”这一节"),
        (MARKDOWN + "\n## 答案\n又一个", "第17行：“答案”写了两节"),
        (MARKDOWN.replace("- 出处: 街区约定", "- 主题：其他"), "第4行：“主题”写了两次"),
    ],
)
def test_a_line_without_a_place_is_named(text: str, said: str) -> None:
    told = [problem for piece in read_markdown(text) for problem in piece.problems]
    assert [problem for problem in told if problem.startswith(said)]
