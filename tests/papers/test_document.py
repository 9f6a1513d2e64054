"""Sheets as .docx: they open, say what was put in, and are the same bytes for the same content."""

import io
from datetime import UTC, datetime

import pytest
from docx import Document
from PIL import Image

from mapsvc.papers.document import Paper
from mapsvc.papers.report import ReportPaper, TellStory, report_docx

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#b3261e").save(out, "PNG")
    return out.getvalue()


def agreement() -> bytes:
    paper = Paper("协议", AT, "石泉路街道")
    paper.heading("三方协议", 0)
    paper.paragraph("物业换管；\n业主付1,860元。")
    paper.table(("谁", "做什么"), [("物业", "换管"), ("业主", "付清")])
    paper.bullets(["一", "二"])
    paper.pictures([(picture(), "之前"), (picture(), "之后")], 6)
    paper.signatures(["业主", "商户", "物业"])
    paper.new_page()
    paper.foot("一式三份")
    return paper.to_bytes()


def words_of(content: bytes) -> str:
    opened = Document(io.BytesIO(content))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in opened.paragraphs), *cells])


def test_it_opens_and_says_what_was_put_in() -> None:
    content = agreement()
    said = words_of(content)
    for text in ("三方协议", "业主付1,860元。", "换管", "之后", "商户（签字）"):
        assert text in said
    opened = Document(io.BytesIO(content))
    assert len(opened.inline_shapes) == 2
    assert opened.core_properties.author == "石泉路街道"
    assert opened.core_properties.created == AT


def test_the_same_content_is_the_same_bytes() -> None:
    assert agreement() == agreement()


@pytest.mark.parametrize("text", ["控制\x07字符\x00", "半个\ud83d字", "￾"])
def test_what_no_word_processor_reads_is_left_out(text: str) -> None:
    paper = Paper(text, AT)
    paper.paragraph(text)
    assert Document(io.BytesIO(paper.to_bytes())).paragraphs[0].text == text.translate(
        {0: None, 7: None, 0xD83D: None, 0xFFFE: None}
    )


def test_a_report_has_sentences_map_numbers_stories_and_cases() -> None:
    said = ReportPaper(
        "兰田街区周报", "石泉路街道", ("走访63户次。", "没有卡住的事。"), picture(), ("", "本周", "上周"),
        (("走访", "63户次", "47户次"),), (TellStory("27号修好了。", ((picture(), "之前"), (picture(), "之后"))),),
        (("岚皋路1号", "暴露垃圾", "11月24日", "结案"),), "© OpenStreetMap contributors", AT,
    )  # fmt: skip
    content = report_docx(said)
    for text in ("兰田街区周报", "没有卡住的事。", "47户次", "1. 27号修好了。", "暴露垃圾"):
        assert text in words_of(content)
    assert len(Document(io.BytesIO(content)).inline_shapes) == 3
    assert content == report_docx(said)
