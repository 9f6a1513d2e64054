"""A report as it is written down: its article, its slides, its file, all from one draft."""

import base64
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import STATE_NAMES, ring
from mapsvc.domain.figures import RATE_NAMES, Figure
from mapsvc.domain.report_words import LINES
from mapsvc.domain.reports import LIST_NAMES, SHOWN, Frozen, ListId, RateLine, Story, StoryPhoto, rate_list
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.errors import MapsvcError
from mapsvc.maps.picture import Mark, Picture, street_picture
from mapsvc.operations import photos as photo_operations
from mapsvc.operations import pictures
from mapsvc.operations.report_screen import hush
from mapsvc.operations.reports import Draft
from mapsvc.operations.workspace import Workspace

SHEETS = Path(__file__).parent / "sheets"
_PHOTO_PX = 900
_MAP_PX = (720, 380)
_SCREEN_PX = (1120, 560)


@dataclass(frozen=True)
class Part:
    """A number with the list it opens; no list: words alone."""

    text: str
    href: str = ""
    count: int = 0


@dataclass(frozen=True)
class Line:
    """A row of the table of numbers: what, of the span, of the one before."""

    name: str
    now: tuple[Part, ...]
    before: tuple[Part, ...]

    @property
    def now_text(self) -> str:
        """Without links."""
        return "".join(part.text for part in self.now)

    @property
    def before_text(self) -> str:
        """Without links."""
        return "".join(part.text for part in self.before)


@dataclass(frozen=True)
class CaseRow:
    """A reported case as the list shows it."""

    id: str
    where: str
    what: str
    when: str
    state: str


def lines(draft: Draft) -> tuple[Line, ...]:
    """The table of numbers; what is nothing in both spans is left out."""
    g = draft.gathered
    found = []
    for which in SHOWN:
        if g.count(which) or g.count_before(which):
            now, before = _part(draft, which, g.count(which)), _part(draft, which, g.count_before(which), before=True)
            found.append(Line(LIST_NAMES[which][0], (now,), (before,)))
    return (*found, *(_rate(draft, line) for line in g.rates if line.now.total or line.before.total))


def _part(draft: Draft, which: ListId, count: int, *, before: bool = False) -> Part:
    href = f"/reports/{draft.key}/list?of={which.value}" + ("&before=1" if before else "")
    return Part(f"{count}{LIST_NAMES[which][1]}", href, count)


def _rate(draft: Draft, line: RateLine) -> Line:
    def parts(figure: Figure, before: bool) -> tuple[Part, ...]:
        if not figure.total:
            return (Part("没有"),)
        whole = _part(draft, rate_list(line.rate), figure.total, before=before)
        if figure.percent is None:
            return Part(f"{figure.text}（"), whole, Part("）")
        hits = _part(draft, rate_list(line.rate, hits=True), figure.hits, before=before)
        return Part(f"{figure.text}（"), Part(str(figure.hits), hits.href, figure.hits), Part("/"), whole, Part("）")

    return Line(RATE_NAMES[line.rate], parts(line.now, False), parts(line.before, True))


def case_rows(draft: Draft) -> tuple[CaseRow, ...]:
    """What was reported in the span, with how it stands now."""
    return tuple(
        CaseRow(spot.case.id, item.where, item.what, _day(item.at), STATE_NAMES[spot.case.state])
        for spot, item in draft.spots
    )


def _day(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(OFFICE_ZONE)
    return f"{local.month}月{local.day}日"


def by_day_and_night(ws: Workspace, actor: Actor, draft: Draft, size: tuple[int, int] = _MAP_PX) -> str:
    """The map twice, light and dark: the style sheet shows the one that suits the screen."""
    light, dark = (picture_of(ws, actor, draft, size, dark=d) for d in (False, True))
    return light.svg("by-day") + dark.svg("by-night")


def picture_of(
    ws: Workspace, actor: Actor, draft: Draft, size: tuple[int, int] = _MAP_PX, *, dark: bool = False
) -> Picture:
    """The map: what was reported in the span, the stories by number."""
    at = draft.gathered.as_of
    stories = {story.case_id: str(n) for n, story in enumerate(draft.stories, start=1)}
    cases = {spot.case.id: spot for spot, _ in draft.spots} | dict(draft.story_spots)
    marks = [
        Mark(
            i, c.lon, c.lat, kind=c.kind, ring=ring(c.case, at), label=stories.get(i, ""), is_main=i in stories,
        )
        for i, c in cases.items()
        if c.lon is not None and c.lat is not None
    ]  # fmt: skip
    alt = f"{draft.period.words}的地图：新发现问题{len(draft.spots)}件，三件事标了数字"
    day = min(draft.period.last, at.astimezone(OFFICE_ZONE).date())
    return street_picture(ws, actor, marks, width_px=size[0], height_px=size[1], day=day, alt=alt, dark=dark)


@cache
def _sheets() -> Environment:
    """The templates of sheets; whatever stands in them is escaped."""
    return Environment(loader=FileSystemLoader(SHEETS), autoescape=True)


def article(ws: Workspace, actor: Actor, draft: Draft) -> str:
    """The report as it stands on paper, as HTML; text in it is escaped."""
    return _sheets().get_template("report_article.html").render(
        draft=draft, lines=lines(draft), cases=case_rows(draft),
        map_svg=picture_of(ws, actor, draft).svg(), day=_day,
        office=f"{ws.settings.office_name} · {ws.settings.block_name}",
    )  # fmt: skip


def slides(ws: Workspace, actor: Actor, draft: Draft) -> str:
    """The slides for a wall: no names, no phones, no signs of shops."""
    quiet = hush(ws, actor)
    said = {s.id: quiet(s.text) for s in draft.sentences if s.text}
    return _sheets().get_template("report_slides.html").render(
        draft=draft, lines=lines(draft), groups=_groups(said), said=said,
        map_svg=by_day_and_night(ws, actor, draft, _SCREEN_PX), quiet=quiet,
        office=f"{ws.settings.office_name} · {ws.settings.block_name}",
    )  # fmt: skip


def _groups(said: dict[str, str]) -> list[list[str]]:
    """Sentences by slide: what happened, what was done together; what is stuck and what comes has one of its own."""
    happened = [said[name] for names in LINES[:2] for name in names if name in said]
    others = [said[name] for name in ("promises", "together", "effect", "extra") if name in said]
    return [group for group in (happened, others) if group]


def file_of(ws: Workspace, actor: Actor, draft: Draft) -> bytes:
    """The report as .docx."""
    from mapsvc.papers.report import ReportPaper, TellStory, report_docx

    picture = picture_of(ws, actor, draft)
    rows = tuple((line.name, line.now_text, line.before_text) for line in lines(draft))
    office = f"{ws.settings.office_name} · {ws.settings.block_name}"
    return report_docx(
        ReportPaper(
            title=draft.title,
            office=f"{office} · {_day(draft.gathered.as_of)}的情况",
            sentences=tuple(s.text for s in draft.sentences if s.text),
            picture=picture.png(),
            heads=("", draft.period.this, draft.gathered.compared_with),
            numbers=rows,
            stories=tuple(TellStory(s.told, _photos(ws, actor, s)) for s in draft.stories),
            cases=tuple((c.where, c.what, c.when, c.state) for c in case_rows(draft)),
            foot=f"{office} · 道路 © OpenStreetMap contributors",
            made_at=draft.gathered.as_of,
        )
    )


def _photos(ws: Workspace, actor: Actor, story: Story) -> tuple[tuple[bytes, str], ...]:
    found = ((story.before, "之前"), (story.after, "之后"))
    made = ((_jpeg(ws, actor, photo), f"{word} {_day(photo.taken_at)}") for photo, word in found if photo)
    return tuple((content, caption) for content, caption in made if content is not None)


def _jpeg(ws: Workspace, actor: Actor, photo: StoryPhoto) -> bytes | None:
    """The picture, small; None where it was removed or its file is gone."""
    try:
        _, file = photo_operations.photo_file(ws, actor, photo.id)
        return pictures.small(file.read_bytes(), _PHOTO_PX)
    except (MapsvcError, OSError):
        return None


def freeze(ws: Workspace, actor: Actor, draft: Draft) -> Frozen:
    """Everything a frozen report is, written once."""
    docx = base64.b64encode(file_of(ws, actor, draft)).decode("ascii")
    g = draft.gathered
    return Frozen(article(ws, actor, draft), slides(ws, actor, draft), draft.plain, docx, g.now, g.before)
