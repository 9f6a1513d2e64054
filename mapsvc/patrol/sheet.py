"""The map of one walk for paper: streets, the line with its direction, numbered stops, scale and north, as SVG."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, pi, sin
from xml.etree import ElementTree as Xml

from mapsvc.domain.patrol import Route
from mapsvc.patrol.pavements import Point, StreetLine, apart
from mapsvc.patrol.sheet_names import along_line, place

# Set by the style sheet of the page that the drawing stands in.
_ROUTE, _ROUTE_INK = "var(--route)", "var(--route-ink)"
WIDTH, HEIGHT = 720.0, 420.0
_MARGIN = 46.0
_LEAST_M = 160.0
_ARROW_EVERY = 64.0
_STOP_RADIUS = 11.0
_SCALES_M = (20, 50, 100, 200, 500)
_LONGEST_SCALE = 150.0
_NORTH = ((WIDTH - 24, 24.0), (WIDTH - 24, 46.0))
ToMetres = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class _Frame:
    """From metres to the sheet: north up."""

    west: float
    north: float
    per_m: float

    def at(self, point: Point) -> Point:
        return (point[0] - self.west) * self.per_m, (self.north - point[1]) * self.per_m


def draw_route(route: Route, streets: tuple[StreetLine, ...], to_metres: ToMetres) -> str:
    """Draw one walk.

    Parameters
    ----------
    route : Route
        Geometry in WGS-84.
    streets : tuple of StreetLine
        Metres.
    to_metres : callable
        From WGS-84 to the metres of `streets`.

    Returns
    -------
    str
        An <svg> element; empty for a walk without stops. Every text in it is escaped.
    """
    if not route.stops:
        return ""
    line = [to_metres(lon, lat) for lon, lat in route.geometry]
    doors = [to_metres(stop.lon, stop.lat) for stop in route.stops]
    frame = _frame([*line, *doors])
    svg = Xml.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}", "role": "img",
        "aria-label": f"{route.title}的路线图，{len(route.stops)}站", "class": "sheet-map",
    })  # fmt: skip
    Xml.SubElement(svg, "rect", {"width": f"{WIDTH:g}", "height": f"{HEIGHT:g}", "fill": "#f7f5f0"})
    _streets(svg, frame, streets)
    at_doors, walked = [frame.at(p) for p in doors], [frame.at(p) for p in line]
    numbers = _spread(at_doors, walked[0])
    _line(svg, walked)
    _names(svg, frame, streets, [*numbers, walked[0], *_NORTH], walked)
    _start(svg, walked[0])
    _stops(svg, at_doors, numbers)
    _scale(svg, frame.per_m)
    return Xml.tostring(svg, encoding="unicode")


def _frame(points: list[Point]) -> _Frame:
    xs, ys = zip(*points, strict=True)
    wide, high = max(max(xs) - min(xs), _LEAST_M), max(max(ys) - min(ys), _LEAST_M)
    per_m = min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / high)
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return _Frame(middle_x - WIDTH / 2 / per_m, middle_y + HEIGHT / 2 / per_m, per_m)


def _streets(svg: Xml.Element, frame: _Frame, streets: tuple[StreetLine, ...]) -> None:
    """All casings first, then all fills, so that crossings merge."""
    for colour, extra in (("#b9b2a4", 2.0), ("#ffffff", 0.0)):
        for street in streets:
            width = max(street.width_m * frame.per_m, 4.0) + extra
            Xml.SubElement(svg, "polyline", {
                "points": _text([frame.at(p) for p in street.points]), "fill": "none", "stroke": colour,
                "stroke-width": f"{width:.1f}", "stroke-linejoin": "round", "stroke-linecap": "round",
            })  # fmt: skip


def _line(svg: Xml.Element, line: list[Point]) -> None:
    Xml.SubElement(svg, "polyline", {
        "points": _text(line), "fill": "none", "stroke": _ROUTE, "stroke-width": "4", "stroke-linejoin": "round",
    })  # fmt: skip
    since = _ARROW_EVERY / 2
    for (x1, y1), (x2, y2) in itertools.pairwise(line):
        length = hypot(x2 - x1, y2 - y1)
        at = _ARROW_EVERY - since
        while at < length:
            x, y = x1 + (x2 - x1) * at / length, y1 + (y2 - y1) * at / length
            move = f"translate({x:.1f} {y:.1f}) rotate({degrees(atan2(y2 - y1, x2 - x1)):.0f})"
            Xml.SubElement(svg, "path", {"d": "M-5 -6 L5 0 L-5 6 Z", "fill": _ROUTE, "transform": move})
            at += _ARROW_EVERY
        since = (since + length) % _ARROW_EVERY


def _names(
    svg: Xml.Element, frame: _Frame, streets: tuple[StreetLine, ...], stops: list[Point], line: list[Point]
) -> None:
    """Each street's name once, where its longest piece on the sheet lies."""
    walked = along_line(line)
    for street in streets:
        pieces = (_clipped(frame.at(p), frame.at(q)) for p, q in itertools.pairwise(street.points))
        seen = [piece for piece in pieces if piece]
        if not street.name or not seen:
            continue
        longest = max(seen, key=lambda s: hypot(s[1][0] - s[0][0], s[1][1] - s[0][1]))
        placed = place(street.name, longest, stops, walked, (WIDTH, HEIGHT))
        if placed is None:
            continue
        name = Xml.SubElement(svg, "text", {
            "transform": f"translate({placed.at[0]:.1f} {placed.at[1]:.1f}) rotate({placed.turn:.1f})", "dy": "5",
            "text-anchor": "middle", "font-size": "14", "font-weight": "700", "fill": "#4f4b44", "stroke": "#ffffff",
            "stroke-width": "4", "paint-order": "stroke", "letter-spacing": "5",
        })  # fmt: skip
        name.text = placed.text


def _clipped(p: Point, q: Point) -> tuple[Point, Point] | None:
    """The part of a straight piece that lies on the sheet (Liang-Barsky)."""
    (x1, y1), dx, dy = p, q[0] - p[0], q[1] - p[1]
    begin, end = 0.0, 1.0
    for direction, room in ((-dx, x1 - 20), (dx, WIDTH - 20 - x1), (-dy, y1 - 20), (dy, HEIGHT - 20 - y1)):
        if direction == 0:
            if room < 0:
                return None
        elif direction < 0:
            begin = max(begin, room / direction)
        else:
            end = min(end, room / direction)
    if begin >= end:
        return None
    return (x1 + begin * dx, y1 + begin * dy), (x1 + end * dx, y1 + end * dy)


def _start(svg: Xml.Element, at: Point) -> None:
    mark = Xml.SubElement(svg, "g", {"transform": f"translate({at[0]:.1f} {at[1]:.1f})"})
    Xml.SubElement(mark, "rect", {
        "x": "-10", "y": "-10", "width": "20", "height": "20", "rx": "3", "fill": "#ffffff", "stroke": "#1e1c19",
        "stroke-width": "1.6",
    })  # fmt: skip
    Xml.SubElement(
        mark, "text", {"dy": "4.5", "text-anchor": "middle", "font-size": "13", "fill": "#1e1c19"}
    ).text = "起"


def _spread(doors: list[Point], start: Point) -> list[Point]:
    """Where the numbers stand: at their doors, or aside where they would cover each other or the start."""
    taken = [start]
    for door in doors:
        taken.append(_free(door, taken, [other for other in doors if other != door]))
    return taken[1:]


def _stops(svg: Xml.Element, doors: list[Point], numbers: list[Point]) -> None:
    """Numbers, on a thin line from their doors where they stand aside."""
    for order, (door, at) in enumerate(zip(doors, numbers, strict=True), start=1):
        if at != door:
            Xml.SubElement(svg, "polyline", {"points": _text([door, at]), "stroke": _ROUTE, "stroke-width": "1.4"})
        mark = Xml.SubElement(svg, "g", {"transform": f"translate({at[0]:.1f} {at[1]:.1f})"})
        Xml.SubElement(mark, "circle", {
            "r": f"{_STOP_RADIUS:g}", "fill": _ROUTE, "stroke": "#ffffff", "stroke-width": "2",
        })  # fmt: skip
        Xml.SubElement(mark, "text", {
            "dy": "4.6", "text-anchor": "middle", "font-size": "13", "font-weight": "700", "fill": _ROUTE_INK,
        }).text = str(order)  # fmt: skip


def _free(door: Point, taken: list[Point], others: list[Point]) -> Point:
    """The door itself, or the nearest spot around it that covers no earlier number, away from the other doors."""
    spots = [door]
    for ring in (1, 2, 3):
        radius = ring * 2 * _STOP_RADIUS
        around = [(door[0] + radius * cos(k * pi / 4), door[1] + radius * sin(k * pi / 4)) for k in range(8)]
        spots += sorted(around, key=lambda s: -min((apart(s, other) for other in others), default=0.0))
    inside = (s for s in spots if min(s[0], WIDTH - s[0], s[1], HEIGHT - s[1]) > _STOP_RADIUS)
    return next((s for s in inside if all(apart(s, t) >= 2 * _STOP_RADIUS - 1 for t in taken)), door)


def _scale(svg: Xml.Element, per_m: float) -> None:
    length_m = max((m for m in _SCALES_M if m * per_m <= _LONGEST_SCALE), default=_SCALES_M[0])
    x2, y = WIDTH - 16, HEIGHT - 14
    x1 = x2 - length_m * per_m
    Xml.SubElement(svg, "polyline", {
        "points": _text([(x1, y - 5), (x1, y), (x2, y), (x2, y - 5)]), "fill": "none", "stroke": "#1e1c19",
    })  # fmt: skip
    words = Xml.SubElement(svg, "text", {
        "x": f"{(x1 + x2) / 2:.1f}", "y": f"{y - 5:.1f}", "text-anchor": "middle", "font-size": "12", "fill": "#1e1c19",
    })  # fmt: skip
    words.text = f"{length_m}米"
    north = Xml.SubElement(svg, "g", {"transform": f"translate({WIDTH - 24:g} 30)"})
    Xml.SubElement(north, "path", {"d": "M0 -16 L6 4 L0 0 L-6 4 Z", "fill": "#1e1c19"})
    Xml.SubElement(
        north, "text", {"y": "19", "text-anchor": "middle", "font-size": "12", "fill": "#1e1c19"}
    ).text = "北"


def _text(points: list[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
