"""A sheet of paper as .docx: headings, paragraphs, tables, pictures, lines to sign; same content, same bytes."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

BODY_FONT, HEAD_FONT = "宋体", "黑体"
BODY_PT = 11.0
_WIDTH_CM, _HEIGHT_CM, _MARGIN_CM = 21.0, 29.7, 2.2
TEXT_WIDTH_CM = _WIDTH_CM - 2 * _MARGIN_CM
_HEAD_PT = {0: 18.0, 1: 13.0, 2: 11.5}
# XML knows no such characters, and Word opens no file that has them.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Zip files know no time before; a fixed one keeps the bytes equal.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class Paper:
    """An A4 document in the making.

    Parameters
    ----------
    title : str
        Of the file's properties; `heading` puts one on the paper.
    made_at : datetime
        Aware; stands in the properties instead of the machine's time.
    author : str
        The office, never a person.
    """

    def __init__(self, title: str, made_at: datetime, author: str = "") -> None:
        from docx import Document
        from docx.shared import Cm, Pt

        self._document = Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(_WIDTH_CM), Cm(_HEIGHT_CM)
        for side in ("left", "right", "top", "bottom"):
            setattr(section, f"{side}_margin", Cm(_MARGIN_CM))
        normal = self._document.styles["Normal"]
        normal.font.size = Pt(BODY_PT)
        _use_font(normal, BODY_FONT)
        facts = self._document.core_properties
        facts.title, facts.author, facts.last_modified_by, facts.comments = _text(title), _text(author), "", ""
        facts.created = facts.modified = made_at.replace(tzinfo=None, microsecond=0)
        facts.revision = 1

    def heading(self, text: str, level: int = 1) -> None:
        """A heading; level 0 is the paper's own, in the middle."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt, RGBColor

        head = self._document.add_heading(level=level)
        run = head.add_run(_text(text))
        run.font.size, run.font.color.rgb, run.font.bold = Pt(_HEAD_PT[level]), RGBColor(0x1E, 0x1C, 0x19), True
        _use_font(run, HEAD_FONT)
        if level == 0:
            head.alignment = WD_ALIGN_PARAGRAPH.CENTER
            # The template draws a line under a title.
            for border in head.style.element.findall(f".//{_tag('pBdr')}"):
                border.getparent().remove(border)

    def paragraph(self, text: str, *, bold: bool = False, small: bool = False, centre: bool = False) -> None:
        """A paragraph; line breaks in `text` stay."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        added = self._document.add_paragraph()
        run = added.add_run(_text(text))
        run.font.bold = bold
        if small:
            run.font.size = Pt(BODY_PT - 2)
        added.paragraph_format.space_after = Pt(4)
        added.paragraph_format.line_spacing = 1.35
        if centre:
            added.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def bullets(self, lines: Sequence[str]) -> None:
        """A list."""
        for line in lines:
            self._document.add_paragraph(_text(line), style="List Bullet")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], widths_cm: Sequence[float] = ()) -> None:
        """A table with its head on every page; widths default to equal shares."""
        from docx.shared import Cm

        shares = widths_cm or [TEXT_WIDTH_CM / len(head)] * len(head)
        made = self._document.add_table(rows=0, cols=len(head), style="Table Grid")
        made.autofit = False
        for n, cells in enumerate([head, *rows]):
            row = made.add_row()
            for cell, text, width in zip(row.cells, cells, shares, strict=True):
                cell.width = Cm(width)
                _fill(cell.paragraphs[0], text, bold=n == 0)
            _mark(row, "tblHeader" if n == 0 else "cantSplit")
        self._document.add_paragraph()

    def picture(self, content: bytes, width_cm: float = TEXT_WIDTH_CM, caption: str = "") -> None:
        """A PNG or JPEG in the middle, its caption below."""
        self.pictures([(content, caption)], width_cm)

    def pictures(self, several: Sequence[tuple[bytes, str]], width_cm: float) -> None:
        """Pictures side by side, each that wide, with its caption below."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm, Pt

        made = self._document.add_table(rows=2, cols=len(several))
        for n, (content, caption) in enumerate(several):
            above, below = made.cell(0, n).paragraphs[0], made.cell(1, n).paragraphs[0]
            above.add_run().add_picture(io.BytesIO(content), width=Cm(width_cm))
            below.add_run(_text(caption)).font.size = Pt(BODY_PT - 2)
            above.alignment = below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for row in made.rows:
            _mark(row, "cantSplit")

    def signatures(self, parties: Sequence[str]) -> None:
        """A line to sign on and one for the day, for each party."""
        from docx.shared import Cm, Pt

        made = self._document.add_table(rows=0, cols=2)
        for party in parties:
            row = made.add_row()
            row.height = Cm(1.5)
            for cell, text in zip(row.cells, (f"{party}（签字）：____________", "日期：____年__月__日"), strict=True):
                cell.paragraphs[0].add_run(_text(text)).font.size = Pt(BODY_PT)
            _mark(row, "cantSplit")

    def foot(self, text: str) -> None:
        """A small line at the foot of every page."""
        from docx.shared import Pt

        line = self._document.sections[0].footer.paragraphs[0]
        line.add_run(_text(text)).font.size = Pt(BODY_PT - 2.5)

    def new_page(self) -> None:
        """What follows begins on a new page."""
        from docx.enum.text import WD_BREAK

        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def to_bytes(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self._document.save(out)
        return _timeless(out.getvalue())


def _timeless(content: bytes) -> bytes:
    """The same zip with the same time on every part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            part = zipfile.ZipInfo(name, _ZIP_TIME)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(part, given.read(name), compresslevel=6)
    return out.getvalue()


def _fill(paragraph: "Paragraph", text: str, *, bold: bool) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(_text(text))
    run.font.size, run.font.bold = Pt(BODY_PT - 1), bold
    paragraph.paragraph_format.space_after = Pt(2)


def _use_font(part: Any, name: str) -> None:
    """Word keeps a font of its own for Chinese characters."""
    part.font.name = "Arial"
    part.element.get_or_add_rPr().get_or_add_rFonts().set(_tag("eastAsia"), name)


def _mark(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(f"w:{name}"))


def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _text(text: str) -> str:
    return _NO_TEXT.sub("", text)
