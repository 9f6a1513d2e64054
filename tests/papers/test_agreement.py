"""The agreement as .docx: what was agreed, a line to sign on for each, fonts for Chinese, the same bytes again."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from zipfile import ZipFile

from docx import Document

from mapsvc.papers.agreement import AgreementPaper, write_agreement

PAPER = AgreementPaper(
    "三方议事会协议",
    "WT00533",
    "岚皋西路27号",
    datetime(2026, 11, 23, 1, tzinfo=UTC),
    (("时间", "2026年10月21日 14:00"), ("症结", "201室阳台排水管老化开裂")),
    (("业主（201室）", "应由物业修", ""), ("商户（27号）", "赔布料", "")),
    (("业主（201室）", "赔布料", "1,860元", "10月28日 17:00"),),
    (("要带什么", ("身份证", "票据")), ("然后", ("等通知。",))),
    "各自照办。",
    ("业主（201室）", "商户（27号）", "主持人"),
)


def test_everything_agreed_and_a_line_for_each() -> None:
    document = Document(io.BytesIO(write_agreement(PAPER)))
    text = "\n".join(p.text for p in document.paragraphs)
    for words in (
        "三方议事会协议",
        "WT00533 · 岚皋西路27号",
        "症结：201室阳台排水管老化开裂",
        "等通知。",
        "各自照办。",
    ):
        assert words in text
    claims, agreed, signed = document.tables
    assert [c.text for c in claims.rows[1].cells] == ["业主（201室）", "应由物业修", ""]
    assert [c.text for c in agreed.rows[1].cells] == ["1", "业主（201室）", "赔布料", "1,860元", "10月28日 17:00"]
    assert [row.cells[0].text for row in signed.rows] == [f"{who}（签字）：____________" for who in PAPER.signers]
    assert all("日期：" in row.cells[1].text for row in signed.rows)


def test_fonts_of_chinese_are_named_and_the_bytes_are_the_same() -> None:
    content = write_agreement(PAPER)
    assert content == write_agreement(PAPER)
    with ZipFile(io.BytesIO(content)) as parts:
        assert 'w:eastAsia="宋体"' in parts.read("word/styles.xml").decode()
        assert 'w:eastAsia="黑体"' in parts.read("word/document.xml").decode()
