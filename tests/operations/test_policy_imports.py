"""Many entries at once: what would change is said first, broken lines by place, the same again changes nothing."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook

from mapsvc.domain.policy_files import to_document
from mapsvc.errors import Forbidden, Malformed, Refused, TooLarge
from mapsvc.operations.policies import get_policy, list_in_force
from mapsvc.operations.policy_edits import change_policy, retire_policy
from mapsvc.operations.policy_imports import (
    LARGEST,
    Outcome,
    Report,
    export_file,
    import_policies,
    preview,
    read_file,
    template_file,
    written,
)

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.street import Street

HEADER = ["主题", "标题", "问法", "答案", "条件", "步骤", "出处", "出处日期", "月份"]
ROW: list[object] = [
    "装卸停车", "弄口临停", "弄口能停吗？\n卸货停哪里？", "早上可以。", "不占通道｜截止：开工前", "看路牌",
    "街区约定", "2026-11-01", 5,
]  # fmt: skip
FORMS = pytest.mark.parametrize("form", ["xlsx", "md"])


def workbook(*rows: list[object], header: list[str] = HEADER, above: int = 0) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "线上驿站"
    for n in range(above):
        sheet.append([f"说明{n}"])
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def counts(report: Report) -> dict[str, int]:
    return {o.value: len(report.of(o)) for o in Outcome if report.of(o)}


@FORMS
def test_what_goes_out_comes_in_again_unchanged(workspace: Workspace, street: Street, form: str) -> None:
    file = export_file(workspace, street.office, form)
    report = import_policies(workspace, street.office, read_file(file))
    assert counts(report) == {"unchanged": len(list_in_force(workspace, street.office))}
    assert all(line.entry is not None and line.entry.version == 1 for line in report.lines)


@FORMS
def test_new_and_changed_entries_come_in_once(workspace: Workspace, street: Street, form: str) -> None:
    waste, *_ = [e for e in list_in_force(workspace, street.office) if e.id == "waste"]
    parking = replace(waste, id="parking", title="弄口临停", is_sample=False)
    file = written([replace(waste, answer="定时交。"), parking], form)
    seen = preview(workspace, street.office, read_file(file))
    assert counts(seen) == {"new": 1, "changed": 1}
    assert [c.name for c in seen.of(Outcome.CHANGED)[0].changes] == ["答案"]
    assert get_policy(workspace, street.office, "waste").entry.version == 1
    assert counts(import_policies(workspace, street.office, read_file(file))) == {"new": 1, "changed": 1}
    assert get_policy(workspace, street.office, "parking").entry == parking
    assert get_policy(workspace, street.office, "waste").versions[0].text == "导入的"
    assert counts(import_policies(workspace, street.office, read_file(file))) == {"unchanged": 2}
    assert len(get_policy(workspace, street.office, "waste").versions) == 2


def test_a_sheet_typed_by_hand_comes_in_by_its_titles(workspace: Workspace, street: Street) -> None:
    file = workbook(ROW, above=2)
    assert counts(import_policies(workspace, street.office, read_file(file))) == {"new": 1}
    made = get_policy(workspace, street.office, "own_1").entry
    assert made.questions == ("弄口能停吗？", "卸货停哪里？")
    assert (made.conditions[0].before, made.months, made.is_sample) == ("开工前", (5,), False)
    assert counts(import_policies(workspace, street.office, read_file(file))) == {"unchanged": 1}


def test_a_column_nobody_knows_is_said_and_the_rows_come_in(workspace: Workspace, street: Street) -> None:
    report = preview(workspace, street.office, read_file(workbook([*ROW, "甲"], header=[*HEADER, "经办"])))
    assert counts(report) == {"new": 1}
    assert "表头“经办”不认识" in report.notes[0]


def test_each_broken_row_is_named_and_the_others_come_in(workspace: Workspace, street: Street) -> None:
    bad = [
        ["天气", *ROW[1:]],
        [ROW[0], "没有答案", *ROW[2:3], None, *ROW[4:]],
        [*ROW[:1], "日期不对", *ROW[2:7], "去年", 5],
        [*ROW[:1], "月份不对", *ROW[2:8], "春天"],
        [*ROW[:1], "条件不对", *ROW[2:4], "｜截止：开工前", *ROW[5:]],
        ROW,
    ]
    report = import_policies(workspace, street.office, read_file(workbook(ROW, *bad)))
    assert counts(report) == {"new": 1, "rejected": 6}
    told = {line.place: " ".join(line.told) for line in report.of(Outcome.REJECTED)}
    assert list(told) == [f"第{n}行" for n in range(3, 9)]
    said = [
        "没有“天气”这个主题",
        "缺“答案”",
        "“出处日期”要写成",
        "“月份”要写月份数字",
        "“条件”第1条",
        "和第2行是同一条",
    ]
    assert [word in text for word, text in zip(said, told.values(), strict=True)] == [True] * 6


def test_a_broken_entry_of_a_text_is_named_by_its_line_and_the_others_come_in(
    workspace: Workspace, street: Street
) -> None:
    good = template_file("md").decode()
    text = (
        good
        + "\n# 坏的\n- 主题：天气\n- 出处日期：去年\n- 什么：一\n## 前提\n好\n"
        + good.replace("照这样写一条", "另一条").replace("编号：my_entry", "编号：another")
    )
    report = import_policies(workspace, street.office, read_file(text.encode()))
    assert counts(report) == {"new": 2, "rejected": 1}
    (broken,) = report.of(Outcome.REJECTED)
    assert broken.place == f"第{good.count(chr(10)) + 2}行"
    for said in ("天气", "“出处日期”要写成", "“- 什么：一”读不出来", "没有“前提”这一节", "缺“答案”"):
        assert [told for told in broken.told if said in told], said


def test_what_was_changed_since_the_export_is_not_written_over(workspace: Workspace, street: Street) -> None:
    waste = get_policy(workspace, street.office, "waste").entry
    file = written([replace(waste, answer="文件里改的。")], "xlsx")
    change_policy(workspace, street.secretary, "waste", to_document(waste) | {"answer": "页面上改的。"}, 1)
    report = import_policies(workspace, street.office, read_file(file))
    assert "导出以后有人改过（现在是第2版）" in report.of(Outcome.REJECTED)[0].told[0]
    assert get_policy(workspace, street.office, "waste").entry.answer == "页面上改的。"


def test_a_new_one_under_a_known_title_is_refused_with_its_id(workspace: Workspace, street: Street) -> None:
    waste = get_policy(workspace, street.office, "waste").entry
    report = import_policies(workspace, street.office, read_file(written([replace(waste, id="other")], "md")))
    assert "编号是waste" in report.of(Outcome.REJECTED)[0].told[0]


def test_what_is_put_away_does_not_come_back_by_a_file(workspace: Workspace, street: Street) -> None:
    file = written([get_policy(workspace, street.office, "waste").entry], "md")
    retire_policy(workspace, street.secretary, "waste")
    report = import_policies(workspace, street.office, read_file(file))
    assert "收起来了" in report.of(Outcome.REJECTED)[0].told[0]


@pytest.mark.parametrize(
    ("file", "error", "said"),
    [
        (b"PK\x03\x04 broken", Malformed, "读不出来"),
        (workbook(["甲", "乙"], header=["甲方", "乙方"]), Refused, "没有找到表头"),
        (workbook(), Refused, "一条也没有"),
        (b"", Refused, "一条也没有"),
        (b"\x81\x30\x81", Malformed, "读不出来"),
        (b" " * (LARGEST + 1), TooLarge, "文件最大5MB"),
        (b"# a\n" * 501, Refused, "一次最多导入500条"),
    ],
)
def test_a_file_that_is_none_is_said(file: bytes, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        read_file(file)


def test_the_empty_form_explains_itself_and_says_nothing(workspace: Workspace, street: Street) -> None:
    book = load_workbook(io.BytesIO(template_file("xlsx")))
    assert book.sheetnames == ["线上驿站", "填写说明"]
    assert [cell.value for cell in book["线上驿站"][1]][:5] == ["编号", "主题", "标题", "问法", "答案"]
    assert counts(preview(workspace, street.office, read_file(template_file("md")))) == {"new": 1}


def test_only_the_secretary_and_the_office_take_files_in(workspace: Workspace, street: Street) -> None:
    for act in (preview, import_policies):
        with pytest.raises(Forbidden):
            act(workspace, street.chen, [])
    with pytest.raises(Forbidden):
        export_file(workspace, street.property, "md")
