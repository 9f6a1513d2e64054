"""A report as .docx: half a page of sentences, the map, the numbers, the stories with their pictures, the cases."""

from dataclasses import dataclass
from datetime import datetime

from mapsvc.papers.document import TEXT_WIDTH_CM, Paper

_PHOTO_CM = 7.4


@dataclass(frozen=True)
class TellStory:
    """A story with its pictures, each a JPEG and its caption."""

    text: str
    photos: tuple[tuple[bytes, str], ...] = ()


@dataclass(frozen=True)
class ReportPaper:
    """What stands on the paper.

    Attributes
    ----------
    heads : tuple of str
        Over the numbers: what, now, before.
    cases : tuple of (where, what, when, state)
    foot : str
        Source of the map, and whose report it is.
    """

    title: str
    office: str
    sentences: tuple[str, ...]
    picture: bytes
    heads: tuple[str, str, str]
    numbers: tuple[tuple[str, str, str], ...]
    stories: tuple[TellStory, ...]
    cases: tuple[tuple[str, str, str, str], ...]
    foot: str
    made_at: datetime


def report_docx(said: ReportPaper) -> bytes:
    """Write the file; the same content gives the same bytes."""
    paper = Paper(said.title, said.made_at, said.office)
    paper.heading(said.title, 0)
    paper.paragraph(said.office, small=True, centre=True)
    for sentence in said.sentences:
        paper.paragraph(sentence)
    paper.picture(said.picture, TEXT_WIDTH_CM - 0.5)
    paper.heading("数字")
    paper.table(said.heads, said.numbers, (7.0, 4.8, 4.8))
    if said.stories:
        paper.heading("三件事" if len(said.stories) == 3 else "这几件事")
    for n, story in enumerate(said.stories, start=1):
        paper.paragraph(f"{n}. {story.text}")
        if story.photos:
            paper.pictures(story.photos, _PHOTO_CM)
    if said.cases:
        paper.heading("新发现的问题")
        paper.table(("地点", "问题", "什么时候", "现在"), said.cases, (5.8, 4.2, 3.4, 3.2))
    paper.foot(said.foot)
    return paper.to_bytes()
