"""The segments of the street in one period, as an SVG whose colours are classes: a page steps it by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from markupsafe import Markup

from mapsvc.domain.actors import Actor
from mapsvc.maps.picture_parts import MIDDLE_EM, Words, width_of
from mapsvc.maps.picture_streets import name_parts, width_px
from mapsvc.maps.picture_theme import Theme, theme_of
from mapsvc.maps.picture_view import Room, View, box_of, view_of
from mapsvc.operations.changes import ChangedCell, ChangeMap
from mapsvc.operations.ground import Ground, ground_of
from mapsvc.operations.hotspot_cells import CellShape
from mapsvc.operations.workspace import Workspace

WIDTH, HEIGHT = 640, 360
STYLE = "app/hotspots/changes.css"
"""What a page that shows it links, below /static."""
_PADDING = 22.0
_PLATE = 12.0
_PLATE_OFF = 15.0


@dataclass(frozen=True)
class Scale:
    """Counts that share a colour: level 1 begins with 1, the others with these; the same in every period."""

    second: int
    third: int

    def level(self, count: int) -> int:
        """0 for none, else 1 to 3."""
        return 0 if count == 0 else 1 + (count >= self.second) + (count >= self.third)

    @property
    def words(self) -> tuple[str, ...]:
        """``1起``, ``2–3起``, ``4起以上``."""
        return _span(1, self.second - 1), _span(self.second, self.third - 1), f"{self.third}起以上"


def _span(low: int, high: int) -> str:
    return f"{low}起" if low >= high else f"{low}–{high}起"


def scale_of(whole: ChangeMap) -> Scale:
    """The scale that serves all periods of a map."""
    highest = max((max(cell.episodes, default=0) for cell in whole.cells), default=0)
    second = max(2, ceil(highest / 3))
    return Scale(second, max(second + 1, ceil(2 * highest / 3)))


def period_map(
    ws: Workspace,
    actor: Actor,
    whole: ChangeMap,
    period: int,
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
    label: str = "",
) -> Markup:
    """Draw streets, their names and every segment as it was in a period (0 is the earliest).

    Each segment carries its counts of all periods in ``data-n`` and whether they stood out in ``data-hot``; hot ones
    have a plate with the number. Segments of fewer than three doors are not marked.

    Raises
    ------
    Forbidden
    """
    ground = ground_of(ws, actor, whole.query.until)
    theme = theme_of(ws.settings.layers, dark=False)
    shown = [cell for cell in whole.cells if cell.shape.is_marked and any(cell.episodes)]
    view = _view(shown, ground, width, height)
    room = Room(view.width, view.height)
    plates = _plates(shown, view, room)
    scale = scale_of(whole)
    parts = [f'<rect class="land" width="{width}" height="{height}"/>']
    parts += _streets(ground, view, theme)
    parts += [_segment(cell, period, scale, view) for cell in sorted(shown, key=lambda c: c.episodes[period])]
    parts += [_word(words) for words in name_parts(ground.streets, view, theme, room) if isinstance(words, Words)]
    parts += [_plate(cell, at, period) for cell, at in plates]
    parts.append(_source(ground.source, view))
    said = label or whole.periods[period].words
    return Markup(
        f'<svg class="period-map" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(said)}" '
        f'data-second="{scale.second}" data-third="{scale.third}">{"".join(parts)}</svg>'
    )


def _view(shown: Sequence[ChangedCell], ground: Ground, width: int, height: int) -> View:
    places = [p for cell in shown for p in cell.shape.ring] or list(ground.doors)
    places = places or [p for street in ground.streets for p in street.points]
    return view_of(places, width, height, _PADDING)


def _streets(ground: Ground, view: View, theme: Theme) -> list[str]:
    drawn = [(s, tuple(view.at(p) for p in s.points)) for s in ground.streets if s.kind != "rail"]
    drawn = [(s, points) for s, points in drawn if view.meets(points, 40)]
    lines = []
    for kind, more in (("casing", 2.0), ("road", 0.0)):
        for street, points in drawn:
            wide = width_px(street, view, theme) + more
            lines.append(f'<polyline class="{kind}" points="{_points(points)}" stroke-width="{wide:.1f}"/>')
    return lines


def _segment(cell: ChangedCell, period: int, scale: Scale, view: View) -> str:
    points = _points(tuple(view.at(p) for p in cell.shape.ring))
    kind = f"seg n{scale.level(cell.episodes[period])}{' hot' if cell.hot[period] else ''}"
    counts = " ".join(map(str, cell.episodes))
    flags = "".join("1" if hot else "0" for hot in cell.hot)
    return (
        f'<polygon class="{kind}" points="{points}" data-cell="{escape(cell.shape.id)}" data-n="{counts}" '
        f'data-hot="{flags}"><title>{escape(cell.shape.label)}</title></polygon>'
    )


def _plates(shown: Sequence[ChangedCell], view: View, room: Room) -> list[tuple[ChangedCell, tuple[float, float]]]:
    """Where the numbers of the segments that are ever hot stand: beside them, away from the road, none over another."""
    found = []
    for cell in sorted(shown, key=lambda c: (-sum(c.hot), -max(c.episodes), c.shape.id)):
        if not any(cell.hot):
            continue
        text = f"{max(cell.episodes)}起"
        for at in _beside(cell.shape, view):
            if room.claim(box_of(at, text, _PLATE)):
                found.append((cell, at))
                break
    return found


def _beside(shape: CellShape, view: View) -> list[tuple[float, float]]:
    x, y = view.at((shape.lon, shape.lat))
    wide = width_of("99起", _PLATE) / 2 + 6
    near = [(x, y - _PLATE_OFF), (x, y + _PLATE_OFF), (x + wide, y), (x - wide, y)]
    return near + [(x + dx, y + dy) for dx in (-wide, wide) for dy in (-_PLATE_OFF, _PLATE_OFF)]


def _plate(cell: ChangedCell, at: tuple[float, float], period: int) -> str:
    x, y = at
    hidden = "" if cell.hot[period] else " off"
    return (
        f'<text class="plate{hidden}" x="{x:.1f}" y="{y + _PLATE * MIDDLE_EM:.1f}" text-anchor="middle" '
        f'data-cell="{escape(cell.shape.id)}">{cell.episodes[period]}起</text>'
    )


def _word(words: Words) -> str:
    x, y = words.at
    at = (
        f'transform="translate({x:.1f} {y:.1f}) rotate({words.turn:.0f})"' if words.turn else f'x="{x:.1f}" y="{y:.1f}"'
    )
    dy = f'dy="{words.size * MIDDLE_EM:.1f}"'
    return f'<text class="road-name" {at} {dy} text-anchor="middle">{escape(words.text)}</text>'


def _source(source: str, view: View) -> str:
    x, y = view.width - 6, view.height - 6
    return f'<text class="source" x="{x:g}" y="{y:g}" text-anchor="end">{escape(source)}</text>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
