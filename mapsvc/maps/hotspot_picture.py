"""The stretches of street that say something, drawn on the map: for pages, a wall, and as a file with its words."""

from dataclasses import dataclass, replace

from mapsvc.domain.actors import Actor
from mapsvc.domain.hotspots import VERDICT_WORDS, Verdict
from mapsvc.maps.picture import Picture, Stretch, street_picture
from mapsvc.maps.picture_parts import Area, Box, Line, Part, Points, Words, width_of
from mapsvc.maps.picture_stretches import stretch_parts
from mapsvc.maps.picture_theme import Theme, theme_of
from mapsvc.maps.picture_view import View
from mapsvc.operations.hotspots import HotCell, HotspotMap
from mapsvc.operations.workspace import Workspace

PAGE_PX, CELL_PX, SCREEN_PX, FILE_PX = (460, 440), (380, 260), (760, 450), (1120, 680)
CLOSE_M = 140.0
_HEAD, _FOOT, _EDGE = 64.0, 48.0, 20.0
_LEGEND = tuple(v for v in Verdict if v.says_more or v is Verdict.UNSURE)
_MARGIN_DEG, _MARGIN_SHARE = 0.0003, 0.06


@dataclass(frozen=True)
class Shown:
    """How a map of hot spots is drawn: the cell it is about, if one; in the dark."""

    cell: HotCell | None = None
    dark: bool = False


def hotspot_picture(
    ws: Workspace, actor: Actor, found: HotspotMap, size: tuple[int, int] = PAGE_PX, shown: Shown | None = None
) -> Picture:
    """The map with what says something; close by where it is about one cell.

    Raises
    ------
    Forbidden
    """
    shown = shown or Shown()
    main = shown.cell
    stretches = stretches_of(found, main)
    alt = f"{main.shape.label}在哪里" if main else found.sentence
    day = found.query.until
    if main:
        return street_picture(
            ws, actor, (), width_px=size[0], height_px=size[1], center=(main.spot.lon, main.spot.lat), across_m=CLOSE_M,
            stretches=stretches, dark=shown.dark, day=day, alt=alt,
        )  # fmt: skip
    return street_picture(
        ws, actor, (), width_px=size[0], height_px=size[1], bounds=_bounds(found), stretches=stretches,
        dark=shown.dark, day=day, alt=alt,
    )  # fmt: skip


def stretches_of(found: HotspotMap, main: HotCell | None = None) -> list[Stretch]:
    """What is coloured or hatched: nothing on fewer than three doors."""
    return [
        Stretch(cell.shape.ring, cell.spot.verdict, cell.spot.count, cell is main)
        for cell in found.cells
        if cell.shape.is_marked and (cell.spot.verdict is not Verdict.USUAL or cell is main)
    ]


def captioned(ws: Workspace, picture: Picture, title: str, line: str, *, dark: bool = False) -> Picture:
    """The picture with a head that says what it shows and a legend under it: it has to speak for itself."""
    theme = theme_of(ws.settings.layers, dark=dark)
    ink, ink2 = theme.token("ink"), theme.token("ink2")
    parts: list[Part] = [_moved(part, _HEAD) for part in picture.parts]
    head = Box((0, 0), picture.width, _HEAD, 0, theme.token("surface"))
    foot = Box((0, _HEAD + picture.height), picture.width, _FOOT, 0, theme.token("surface"))
    parts += [head, foot, _from_left(title, _EDGE, 22, 17, ink, bold=True)]
    parts.append(_from_left(line, _EDGE, 46, 14, ink2))
    parts += _legend(picture, theme)
    return Picture(tuple(parts), picture.width, picture.height + _HEAD + _FOOT, picture.alt)


def _legend(picture: Picture, theme: Theme) -> list[Part]:
    x, y = _EDGE, _HEAD + picture.height + _FOOT / 2
    parts: list[Part] = []
    for verdict in _LEGEND:
        parts += _swatch((x, y - 8), (34.0, 16.0), verdict, theme)
        word = VERDICT_WORDS[verdict]
        parts.append(_from_left(word, x + 42, y, 13, theme.token("ink2")))
        x += 42 + width_of(word, 13) + 22
    note = "没有颜色：和平时一样，或不到三个门面，不标"
    parts.append(_from_left(note, x, y, 13, theme.token("ink2")))
    return parts


def _swatch(at: tuple[float, float], size: tuple[float, float], verdict: Verdict, theme: Theme) -> list[Part]:
    """A sample of a verdict: drawn as the map draws it, on a view where a degree is a pixel."""
    x, y, (wide, high) = *at, size
    corners: Points = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
    return stretch_parts([Stretch(corners, verdict)], _Flat(0, 0, 1, x + wide, y + high), theme)


class _Flat(View):
    """A view that takes pixels for positions."""

    def at(self, place: tuple[float, float]) -> tuple[float, float]:
        return place


def _from_left(text: str, x: float, y: float, size: float, fill: str, *, bold: bool = False) -> Words:
    return Words((x + width_of(text, size) / 2, y), text, size, fill, bold)


def _moved(part: Part, down: float) -> Part:
    if isinstance(part, Area | Line):
        return replace(part, points=tuple((x, y + down) for x, y in part.points))
    return replace(part, at=(part.at[0], part.at[1] + down))


def _bounds(found: HotspotMap) -> tuple[float, float, float, float]:
    """Around what has more than usual; where that is too little, around all that says something, or all there is."""
    marked = [c for c in found.cells if c.shape.is_marked]
    more = [c for c in marked if c.spot.verdict.says_more]
    said = more if len(more) > 1 else [c for c in marked if c.spot.verdict in _LEGEND]
    points = [p for cell in (said or found.cells) for p in cell.shape.ring]
    if not points:
        return (121.41, 31.245, 121.425, 31.26)
    lons, lats = zip(*points, strict=True)
    beside = [_MARGIN_DEG + _MARGIN_SHARE * (max(some) - min(some)) for some in (lons, lats)]
    return min(lons) - beside[0], min(lats) - beside[1], max(lons) + beside[0], max(lats) + beside[1]
