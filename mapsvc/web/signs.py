"""The signs of the kinds of issue on server-rendered pages: shapes as on the map, ringed by state."""

import math

from markupsafe import Markup

from mapsvc.maps.kinds import KindStyle


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in points) + "Z"


def _polygon(count: int, turn: float, radius: float) -> str:
    angles = [2 * math.pi * i / count + turn for i in range(count)]
    return _path([(radius * math.cos(a), radius * math.sin(a)) for a in angles])


def _star() -> str:
    points = [(0.46 if i % 2 else 1.05, math.pi * i / 5 - math.pi / 2) for i in range(10)]
    return _path([(radius * math.cos(a), radius * math.sin(a)) for radius, a in points])


# As static/app/map/shapes.js draws them, on a circle of radius 1.
OUTLINES: dict[str, str] = {
    "drop": "M0 -1.18C.28 -.62 .8 -.16 .8 .36A.8 .8 0 0 1 -.8 .36C-.8 -.16 -.28 -.62 0 -1.18Z",
    "square": "M-.86 -.86H.86V.86H-.86Z",
    "triangle": "M0 -1L1 .78H-1Z",
    "circle": "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
    "diamond": "M0 -1.1L1.1 0L0 1.1L-1.1 0Z",
    "hexagon": _polygon(6, 0, 1.08),
    "pentagon": _polygon(5, -math.pi / 2, 1.06),
    "star": _star(),
    "cross": "M-.36 -1H.36V-.36H1V.36H.36V1H-.36V.36H-1V-.36H-.36Z",
}


def sign(kind: str, ring: str = "none", size_px: int = 24) -> Markup:
    """The sign of a kind with the ring of a state (none, handling, overdue, follow_up …), for both themes."""
    from mapsvc.web.maps import map_service

    return drawn(map_service().kinds.of(kind), ring, size_px)


def drawn(style: KindStyle, ring: str = "none", size_px: int = 24) -> Markup:
    """As `sign`, of a mark at hand: without the office's map."""
    ringed = ring in ("handling", "overdue")
    half = 10 if ring == "none" else 14
    circle = Markup('<circle class="ring" r="{}"/>').format("12.4" if ring == "overdue" else "12.8") if ringed else ""
    scale = 7.6 if ringed else 8 if ring == "none" else 7.4 if ring == "follow_up" else 8.6
    box = f"{-half} {-half} {2 * half} {2 * half}"
    return Markup(
        '<svg class="sign {}" viewBox="{}" width="{}" height="{}" aria-hidden="true">{}'
        '<g transform="scale({})">{}</g></svg>'
    ).format(ring, box, size_px, size_px, circle, scale, _shape(style, hollow=ring == "follow_up"))


def _shape(style: KindStyle, hollow: bool) -> Markup:
    outline = OUTLINES.get(style.shape, OUTLINES["circle"])
    edge = style.edge or "none"
    if hollow:
        marks = Markup('fill="none" stroke="{}" stroke-width=".38"').format
        light, dark = marks(style.color), marks(style.color_dark)
    else:
        light = Markup('fill="{}" stroke="{}" stroke-width=".12"').format(style.color, edge)
        dark = Markup('fill="{}"').format(style.color_dark)
    both = Markup('<path class="by-day" d="{}" {}/><path class="by-night" d="{}" {}/>')
    return both.format(outline, light, outline, dark)


# Line icons on a 24 px square, as static/app/icons.js draws them.
ICONS: dict[str, str] = {
    "back": "M14.5 5 8 12l6.5 7",
    "tick": "M5 12.5l4.5 4.5L19 7.5",
    "bell": "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10.5 20.5h3",
    "people": "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c.4-3.3 2.6-5 6-5s5.6 1.7 6 5M16 5.3a3 3 0 0 1 0 5.5"
    "M17.5 14.3c2 .6 3.2 2.2 3.5 4.7",
    "sheet": "M6 3.5h8l4 4V20.5H6zM14 3.5v4h4M9 12h6M9 16h6",
    "pen": "M5 19l1-4L16.5 4.5l3 3L9 18z",
    "question": "M9.3 9.3a2.7 2.7 0 1 1 4 2.4c-.9.5-1.3 1-1.3 2M12 16.8v.1",
    "clock": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 1.8",
    "door": "M7 3.5h10v17H7zM14 12v.1M4 20.5h16",
    "send": "M4 12l16-7-5 15-3.5-6z",
    "phone": "M6 3.5h3.5l1.5 4-2 1.5c1 2.5 3 4.5 5.5 5.5l1.5-2 4 1.5V18c0 1.5-1 2.5-2.5 2.5C10.5 20 4 13.5 3.5 6 "
    "3.5 4.5 4.5 3.5 6 3.5z",
    "flag": "M6 21V4h11l-2 4 2 4H6",
    "swap": "M4 8h14l-3.5-3.5M20 16H6l3.5 3.5",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "map": "M3 6.5 9 4l6 2.5L21 4v13.5L15 20l-6-2.5L3 20zM9 4v13.5M15 6.5V20",
    "print": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "down": "M6 9.5l6 6 6-6",
}


def icon(name: str) -> Markup:
    """A line icon."""
    path = ICONS.get(name, ICONS["flag"])
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>').format(path)
