"""The marks of a picture: issues by shape and ring, units, places, shops; links between them and labels beside them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, pi, sin

from mapsvc.maps.picture_outlines import outline
from mapsvc.maps.picture_parts import Area, Box, Disc, Line, Part, Point, Words, width_of
from mapsvc.maps.picture_theme import Theme
from mapsvc.maps.picture_view import LonLat, Room, View, apart, around, box_of

_RADIUS = 11.0
_UNIT = 22.0
_CLUSTER = 15.0
_NEAR = 20.0
_MOST_ASIDE = 3
_LABEL = 13.0
_LINK_DASH = (2.5, 3.0)


class MarkForm(StrEnum):
    """What a mark stands for."""

    ISSUE = "issue"
    UNIT = "unit"
    PLACE = "place"
    SHOP = "shop"


@dataclass(frozen=True)
class Mark:
    """Something to show on a picture.

    Attributes
    ----------
    id : str
        What links name; also what makes the order stable.
    kind, ring : str
        Of an issue: its kind's code, and as `domain.cases.ring` says.
    sign : str
        The character in a unit's square: 居 or 物.
    is_main : bool
        Drawn last and labelled first; an issue is a little larger.
    """

    id: str
    lon: float
    lat: float
    form: MarkForm = MarkForm.ISSUE
    label: str = ""
    kind: str = ""
    ring: str = "handling"
    sign: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class _Placed:
    mark: Mark
    door: Point
    at: Point
    radius: float


def mark_parts(
    marks: Sequence[Mark], links: Sequence[tuple[str, str]], view: View, theme: Theme, room: Room
) -> list[Part]:
    """Links, then marks, then labels; marks that lie close stand aside on a thin line, many become a number."""
    seen = [m for m in sorted(marks, key=lambda m: (not m.is_main, m.form, m.id)) if view.holds(view.at(_place(m)))]
    groups, single = _grouped(seen, view)
    placed = _spread([m for m in single if m.is_main], view, room)
    heaps = [part for group in groups for part in _cluster(group, view, theme, room)]
    placed += _spread([m for m in single if not m.is_main], view, room)
    parts = [*_links(placed, links, theme), *heaps]
    for one in reversed(placed):
        parts += _drawn(one, theme)
    for one in placed:
        parts += _label(one, theme, room)
    return parts


def _place(mark: Mark) -> LonLat:
    return mark.lon, mark.lat


def _radius(mark: Mark) -> float:
    if mark.form is MarkForm.SHOP:
        return 5.0
    if mark.form is MarkForm.PLACE:
        return 6.5
    return _RADIUS * (1.25 if mark.is_main and mark.form is MarkForm.ISSUE else 1.0)


def _grouped(marks: list[Mark], view: View) -> tuple[list[list[Mark]], list[Mark]]:
    """Heaps of more than three issues, and all other marks."""
    heaps: list[list[Mark]] = []
    rest = [m for m in marks if m.form is not MarkForm.ISSUE or m.is_main]
    for mark in (m for m in marks if m.form is MarkForm.ISSUE and not m.is_main):
        at = view.at(_place(mark))
        near = next((heap for heap in heaps if apart(at, view.at(_place(heap[0]))) < _NEAR), None)
        if near is None:
            heaps.append([mark])
        else:
            near.append(mark)
    rest += [mark for heap in heaps if len(heap) <= _MOST_ASIDE for mark in heap]
    return [heap for heap in heaps if len(heap) > _MOST_ASIDE], rest


def _spread(marks: list[Mark], view: View, room: Room) -> list[_Placed]:
    """At their positions, or aside where they would cover each other."""
    placed: list[_Placed] = []
    for mark in marks:
        door, radius = view.at(_place(mark)), _radius(mark) + 2
        at = next((spot for spot in _around(door, radius) if room.is_free(around(spot, radius))), door)
        room.take(around(at, radius))
        placed.append(_Placed(mark, door, at, radius))
    return placed


def _around(door: Point, radius: float) -> list[Point]:
    rings = [(ring * 2 * radius, k * pi / 4) for ring in (1, 2) for k in range(8)]
    return [door, *((door[0] + reach * cos(turn), door[1] + reach * sin(turn)) for reach, turn in rings)]


def _links(placed: list[_Placed], links: Sequence[tuple[str, str]], theme: Theme) -> list[Part]:
    at = {one.mark.id: one.at for one in placed}
    ends = [(at[a], at[b]) for a, b in links if a in at and b in at]
    return [Line(pair, theme.token("ink2"), 1.6, _LINK_DASH) for pair in ends]


def _cluster(group: list[Mark], view: View, theme: Theme, room: Room) -> list[Part]:
    """A number in a ring that is divided by kind."""
    spots = [view.at(_place(m)) for m in group]
    middle = (sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots))
    at = next((spot for spot in _around(middle, _CLUSTER) if room.is_free(around(spot, _CLUSTER))), middle)
    room.take(around(at, _CLUSTER))
    parts: list[Part] = _leader(middle, at, theme)
    parts.append(Disc(at, _CLUSTER, theme.token("surface")))
    turn = -pi / 2
    for kind, n in sorted(Counter(m.kind for m in group).items(), key=lambda item: (-item[1], item[0])):
        share = 2 * pi * n / len(group)
        steps = max(2, round(share * 6))
        turns = [turn + share * i / steps for i in range(steps + 1)]
        arc = tuple((at[0] + (_CLUSTER - 2) * cos(t), at[1] + (_CLUSTER - 2) * sin(t)) for t in turns)
        parts.append(Line(arc, theme.kind(kind)[1], 4))
        turn += share
    return [*parts, Words(at, str(len(group)), 13, theme.token("ink"), bold=True)]


def _drawn(one: _Placed, theme: Theme) -> list[Part]:
    return _leader(one.door, one.at, theme) + _FORMS[one.mark.form](one, theme)


def _leader(door: Point, at: Point, theme: Theme) -> list[Part]:
    """A thin line from where it is to where it is drawn, if that is elsewhere."""
    if at == door:
        return []
    return [Line((door, at), theme.token("ink2"), 1.2), Disc(door, 2.2, theme.token("ink2"))]


def _issue(one: _Placed, theme: Theme) -> list[Part]:
    shape, fill, edge = theme.kind(one.mark.kind)
    ring, case = one.mark.ring, theme.token("pin-case")
    size = one.radius - 2
    if ring in ("handling", "overdue"):
        stroke, width = (theme.token("accent-ink"), 2.8) if ring == "overdue" else (theme.token("ctl"), 1.6)
        base: list[Part] = [Disc(one.at, size * 1.2, theme.token("surface"), stroke, width)]
        return [*base, Area(outline(shape, one.at, size * 0.68), fill, edge, 1.2)]
    back = Area(outline(shape, one.at, size * 0.85), case, case, 4.4)
    if ring in ("follow_up", "closed"):
        return [back, Area(outline(shape, one.at, size * 0.75), case, edge or fill, 3.0)]
    return [back, Area(outline(shape, one.at, size * 0.85), fill, edge, 1.2)]


def _unit(one: _Placed, theme: Theme) -> list[Part]:
    corner = (one.at[0] - _UNIT / 2, one.at[1] - _UNIT / 2)
    box = Box(corner, _UNIT, _UNIT, 3, theme.token("ink2"), theme.token("pin-case"), 1.5)
    return [box, Words(one.at, one.mark.sign[:1], 12.5, theme.token("surface"), bold=True)]


def _spot(one: _Placed, theme: Theme) -> list[Part]:
    corner = (one.at[0] - 4.5, one.at[1] - 4.5)
    return [
        Box((one.at[0] - 6, one.at[1] - 6), 12, 12, 1, theme.token("pin-case")),
        Box(corner, 9, 9, 0.5, theme.token("surface"), theme.token("ink3"), 2),
    ]


def _shop(one: _Placed, theme: Theme) -> list[Part]:
    return [Disc(one.at, 4.2, theme.token("ink2"), theme.token("pin-case"), 1.4)]


_FORMS = {MarkForm.ISSUE: _issue, MarkForm.UNIT: _unit, MarkForm.PLACE: _spot, MarkForm.SHOP: _shop}


def _label(one: _Placed, theme: Theme, room: Room) -> list[Part]:
    """Above, below, right or left of its mark, wherever there is room; else none."""
    text = one.mark.label
    if not text:
        return []
    half, away = width_of(text, _LABEL) / 2, one.radius + _LABEL * 0.75
    (x, y), aside = one.at, one.radius + half + 5
    spots = [(x, y - away), (x, y + away), (x + aside, y), (x - aside, y)]
    spots += [(x + dx * half, y + dy * away) for dy in (-1, 1) for dx in (0.8, -0.8)]
    spots += [(x, y - away - 16), (x, y + away + 16)]
    free = next((spot for spot in spots if room.claim(box_of(spot, text, _LABEL))), None)
    if free is None:
        return []
    is_bold = one.mark.form is not MarkForm.SHOP
    return [Words(free, text, _LABEL, theme.token("ink"), bold=is_bold, halo=theme.token("land"))]
