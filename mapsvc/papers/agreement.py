"""Minutes and agreement of a council as .docx: facts, claims, items, lines to sign on."""

from dataclasses import dataclass
from datetime import datetime

from mapsvc.papers.document import TEXT_WIDTH_CM, Paper

_CLAIMS_CM = (3.6, (TEXT_WIDTH_CM - 3.6) / 2, (TEXT_WIDTH_CM - 3.6) / 2)
_AGREED_CM = (1.0, 3.8, TEXT_WIDTH_CM - 10.6, 2.6, 3.2)


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
    """The sheet as a .docx of A4 pages; the same content gives the same bytes."""
    sheet = Paper(f"{paper.title} {paper.number}", paper.made_at)
    sheet.heading(paper.title, 0)
    sheet.paragraph(f"{paper.number} · {paper.place}", centre=True)
    for name, words in paper.facts:
        sheet.paragraph(f"{name}：{words}")
    if paper.claims:
        sheet.heading("各方主张")
        sheet.table(("哪一方", "主张", "愿意"), paper.claims, _CLAIMS_CM)
    if paper.agreed:
        sheet.heading("议定")
        numbered = [(str(n), *row) for n, row in enumerate(paper.agreed, start=1)]
        sheet.table(("条", "谁", "做什么", "金额", "什么时候前"), numbered, _AGREED_CM)
    for heading, lines in paper.notes:
        sheet.heading(heading)
        if len(lines) == 1:
            sheet.paragraph(lines[0])
        else:
            sheet.bullets(lines)
    if paper.closing:
        sheet.paragraph(paper.closing)
    if paper.signers:
        sheet.signatures(paper.signers)
    return sheet.to_bytes()
