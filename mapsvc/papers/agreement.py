"""Minutes and agreement of a council as .docx: facts, claims, items, lines to sign on."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

# What Word and WPS call them where offices work.
_BODY, _HEAD = "宋体", "黑体"
_LATIN = "Times New Roman"
_MARGIN_MM, _A4_MM = 22, (210, 297)
_LINE, _DATE = "_" * 18, "____年__月__日"


@dataclass(frozen=True)
class AgreementPaper:
    """What stands on the sheet; texts as they may be read by everybody who signs.

    Attributes
    ----------
    facts : pairs of name and words
    claims : (who, claim, offer)
    agreed : (who, what, amount, until when)
    notes : pairs of heading and lines
    signers : who signs; empty: no lines
    """

    title: str
    number: str
    place: str
    made_at: datetime
    facts: tuple[tuple[str, str], ...] = ()
    claims: tuple[tuple[str, str, str], ...] = ()
    agreed: tuple[tuple[str, str, str, str], ...] = ()
    notes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    closing: str = ""
    signers: tuple[str, ...] = ()


def write_agreement(paper: AgreementPaper) -> bytes:
    """The sheet as a .docx of A4 pages."""
    from docx import Document

    document = Document()
    _set_up(document, paper)
    _heading(document, paper.title, 20, centred=True)
    _line(document, f"{paper.number}　{paper.place}", centred=True)
    for name, words in paper.facts:
        _fact(document, name, words)
    if paper.claims:
        _heading(document, "各方主张", 14)
        _table(document, ("哪一方", "主张", "愿意"), paper.claims)
    if paper.agreed:
        _heading(document, "议定", 14)
        numbered = tuple((str(n), *row) for n, row in enumerate(paper.agreed, start=1))
        _table(document, ("条", "谁", "做什么", "金额", "什么时候前"), numbered)
    for heading, lines in paper.notes:
        _heading(document, heading, 14)
        for line in lines:
            _line(document, line)
    if paper.closing:
        _line(document, paper.closing)
    for who in paper.signers:
        _line(document, f"{who}　签字：{_LINE}　日期：{_DATE}", space_before_pt=18)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Any, paper: AgreementPaper) -> None:
    from docx.shared import Mm, Pt

    page = document.sections[0]
    page.page_width, page.page_height = Mm(_A4_MM[0]), Mm(_A4_MM[1])
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN_MM)
    normal = document.styles["Normal"]
    normal.font.size = Pt(12)
    _name_font(normal, _BODY)
    about = document.core_properties
    about.title, about.author, about.language = f"{paper.title} {paper.number}", "", "zh-CN"
    about.created = about.modified = paper.made_at.replace(tzinfo=None)


def _name_font(styled: Any, east_asian: str) -> None:
    """Word takes the font of Chinese text from an attribute of its own; without it the reader's default comes."""
    from docx.oxml.ns import qn

    styled.font.name = _LATIN
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east_asian)


def _heading(document: Any, words: str, size_pt: int, centred: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    run = paragraph.add_run(words)
    run.bold = True
    run.font.size = Pt(size_pt)
    _name_font(run, _HEAD)
    paragraph.paragraph_format.space_before = Pt(size_pt / 2)
    paragraph.paragraph_format.keep_with_next = True
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _line(document: Any, words: str, centred: bool = False, space_before_pt: int = 0) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph(words)
    paragraph.paragraph_format.space_after = Pt(4)
    paragraph.paragraph_format.space_before = Pt(space_before_pt)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _fact(document: Any, name: str, words: str) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(4)
    paragraph.add_run(f"{name}：").bold = True
    paragraph.add_run(words)


def _table(document: Any, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    for cell, words in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
