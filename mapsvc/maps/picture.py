"""A picture of a piece of the street without a browser: for pages, printed sheets, reports and .docx."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mapsvc.domain.actors import Actor
from mapsvc.errors import Broken
from mapsvc.maps.picture_marks import Mark, MarkForm, mark_parts
from mapsvc.maps.picture_parts import Area, Box, Disc, Line, Part, Words, width_of
from mapsvc.maps.picture_streets import name_parts, street_parts
from mapsvc.maps.picture_stretches import Stretch, plate_parts, stretch_parts
from mapsvc.maps.picture_theme import Theme, theme_of
from mapsvc.maps.picture_traces import Trace, trace_parts
from mapsvc.maps.picture_view import LonLat, Room, View, view_around, view_of
from mapsvc.operations.ground import Ground, ground_of
from mapsvc.operations.workspace import Workspace

__all__ = ["Mark", "MarkForm", "Picture", "Stretch", "Trace", "street_picture"]

_PADDING = 56.0
_SCALES_M = (20, 50, 100, 200, 500, 1000)
_LONGEST_SCALE = 110.0
_FOOT = 22.0
_DOOR = 2.6
_DOORS_FROM_PER_M = 0.6


@dataclass(frozen=True)
class Picture:
    """A drawn map; the same ground and marks give the same bytes.

    Attributes
    ----------
    width, height : float
        Pixels of a screen, 96 to the inch.
    alt : str
        What it shows, in words.
    """

    parts: tuple[Part, ...]
    width: float
    height: float
    alt: str

    def svg(self, shown: str = "") -> str:
        """An <svg> element; text in it is escaped. `shown`: a further class, such as by-day or by-night."""
        from mapsvc.maps.picture_svg import to_svg

        return to_svg(self.parts, self.width, self.height, self.alt, shown)

    def png(self, scale: float = 2.0) -> bytes:
        """A PNG with `scale` pixels per pixel, its words in the shipped font.

        Raises
        ------
        Broken
            The font is not installed.
        """
        from mapsvc.maps.picture_fonts import is_shipped
        from mapsvc.maps.picture_png import to_png

        if not is_shipped():
            raise Broken("画地图要用的字体没有装上，请运行 make setup，或重新安装。", code="no_font")
        return to_png(self.parts, self.width, self.height, scale)


def street_picture(
    ws: Workspace,
    actor: Actor,
    marks: Sequence[Mark],
    *,
    width_px: int = 720,
    height_px: int = 420,
    center: LonLat | None = None,
    across_m: float = 240.0,
    bounds: tuple[float, float, float, float] | None = None,
    links: Sequence[tuple[str, str]] = (),
    stretches: Sequence[Stretch] = (),
    traces: Sequence[Trace] = (),
    dark: bool = False,
    day: date | None = None,
    alt: str = "地图",
) -> Picture:
    """Draw streets with their names, outlines of the patches, doors as dots, marks, links, scale and source.

    Parameters
    ----------
    marks : sequence of Mark
        Of those that would cover each other some stand aside; more than three become a number. Labels that find no
        room are left out, those of main marks last.
    center : (lon, lat), optional
        With `across_m` metres from edge to edge; without it and without `bounds` all marks are shown.
    bounds : (west, south, east, north), optional
        WGS-84.
    links : sequence of pairs
        Ids of marks, joined by a dashed line.
    stretches : sequence of Stretch
        Coloured by verdict, over the streets and under everything else.
    traces : sequence of Trace
        Lines along pavements, over the stretches.
    day : date, optional
        Whose patches are drawn; today's by default.

    Raises
    ------
    Forbidden
    """
    ground = ground_of(ws, actor, day)
    theme = theme_of(ws.settings.layers, dark=dark)
    view = _view(marks, ground, (width_px, height_px), center, across_m, bounds)
    room = Room(view.width, view.height)
    foot = _foot(view, ground.source, theme, room)
    on_top = mark_parts(marks, links, view, theme, room)
    on_top += plate_parts(stretches, ground.streets, view, theme, room)
    names = name_parts(ground.streets, view, theme, room)
    parts: list[Part] = [Box((0, 0), view.width, view.height, 0, theme.token("land"))]
    parts += street_parts(ground.streets, view, theme)
    parts += stretch_parts(stretches, view, theme)
    parts += _patches(ground, view, theme)
    parts += _doors(ground, marks, view, theme)
    parts += trace_parts(traces, view, theme)
    return Picture((*parts, *names, *on_top, *foot), view.width, view.height, alt)


def _view(
    marks: Sequence[Mark],
    ground: Ground,
    size: tuple[int, int],
    center: LonLat | None,
    across_m: float,
    bounds: tuple[float, float, float, float] | None,
) -> View:
    if center is not None:
        return view_around(center, across_m, *size)
    if bounds is not None:
        west, south, east, north = bounds
        return view_of([(west, south), (east, north)], *size, 0)
    places = [(m.lon, m.lat) for m in marks] or [p for rings in ground.patches for ring in rings for p in ring]
    places = places or list(ground.doors) or [p for street in ground.streets for p in street.points]
    return view_of(places, *size, _PADDING)


def _patches(ground: Ground, view: View, theme: Theme) -> list[Part]:
    dash = tuple(float(n) for n in str(theme.patches["dash"]).split())
    rings = [tuple(view.at(p) for p in ring) for rings in ground.patches for ring in rings]
    width = float(theme.patches["width_px"])
    return [Area(ring, None, theme.patch("color"), width, dash) for ring in rings if view.meets(ring)]


def _doors(ground: Ground, marks: Sequence[Mark], view: View, theme: Theme) -> list[Part]:
    """Dots, where the street is drawn large enough to tell them apart."""
    if view.per_m < _DOORS_FROM_PER_M:
        return []
    marked = {(m.lon, m.lat) for m in marks}
    spots = [view.at(door) for door in ground.doors if door not in marked]
    return [Disc(at, _DOOR, theme.token("dot"), theme.token("land"), 1) for at in spots if view.holds(at)]


def _foot(view: View, source: str, theme: Theme, room: Room) -> list[Part]:
    """Scale to the left of the lower edge, source to its right; nothing else may stand there."""
    y = view.height - _FOOT / 2
    wide = width_of(source, 11) + 12
    length_m = max((m for m in _SCALES_M if m * view.per_m <= _LONGEST_SCALE), default=_SCALES_M[0])
    x1, x2 = 14.0, 14.0 + length_m * view.per_m
    y_bar = y if x2 + 10 < view.width - wide else y - _FOOT
    room.take((0, y_bar - 24, x2 + 14, view.height))
    room.take((view.width - wide, view.height - _FOOT, view.width, view.height))
    plate = Box((view.width - wide, view.height - _FOOT), wide, _FOOT, 0, theme.token("surface"))
    bar = Line(((x1, y_bar - 3), (x1, y_bar + 2), (x2, y_bar + 2), (x2, y_bar - 3)), theme.token("ink"), 1.4)
    text = f"{length_m} 米" if length_m < 1000 else "1 公里"
    return [
        plate,
        Words((view.width - wide / 2, y), source, 11, theme.token("ink2")),
        bar,
        Words(((x1 + x2) / 2, y_bar - 9), text, 12, theme.token("ink"), halo=theme.token("land")),
    ]
