"""Stretches of one side of a street (路段): polygons from mid-road to the back of the shops, with labels."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mapsvc.domain.places import SIDE_NAMES
from mapsvc.geo.house_numbers import HouseNumbers, Side, nearest_number
from mapsvc.geo.local import to_lonlat
from mapsvc.geo.streets import Hand, Street, side_name

DEPTH_M = 15.0
"""From the middle of the road to the back of the shops."""

# At a sharp corner the outer edge would run away: it is cut at twice the depth.
_LONGEST_MITRE = 2.0


@dataclass(frozen=True)
class StreetSegment:
    """One stretch of one side of a street.

    Parameters
    ----------
    key : str
        Stable name, e.g. ``岚皋路/even/475``.
    street : str
        Name of the street.
    side : {"odd", "even"}
        Which numbers stand there; on a street without numbers the left counts as odd.
    hand : {"left", "right"}
        The same seen along the street.
    from_m, to_m : float
        Chainage of both ends, ground metres.
    label, side_label : str
        E.g. 岚皋路234–238号 and 双号侧.
    lon, lat : float
        Middle of the polygon, WGS-84.
    ring : tuple of (lon, lat)
        Closed, counter-clockwise, WGS-84.
    """

    key: str
    street: str
    side: Side
    hand: Hand
    from_m: float
    to_m: float
    label: str
    side_label: str
    lon: float
    lat: float
    ring: tuple[tuple[float, float], ...]

    @property
    def length_m(self) -> float:
        """Length along the street in ground metres."""
        return self.to_m - self.from_m


def street_segments(
    street: Street, length_m: float = 25.0, depth_m: float = DEPTH_M, numbers: HouseNumbers | None = None
) -> tuple[StreetSegment, ...]:
    """Cut both sides of a street into stretches.

    Parameters
    ----------
    street : Street
        The line to cut.
    length_m : float
        Length of a stretch; a rest shorter than half of it is added to the last one.
    depth_m : float
        From the middle of the road outwards.
    numbers : HouseNumbers, optional
        Gives labels and tells odd from even.

    Returns
    -------
    tuple of StreetSegment
        Odd side first, each side rising; neighbours share their edge exactly, so that a side has no gap or overlap.
    """
    count = max(1, math.floor(street.length_m / length_m + 0.5))
    cuts = [*(i * length_m for i in range(count)), street.length_m]
    odd: Hand = numbers.odd_side if numbers else "left"
    hands: tuple[Hand, Hand] = (odd, "right" if odd == "left" else "left")
    out = []
    for side, hand in zip(("odd", "even"), hands, strict=True):
        edge = _outer_edge(street, depth_m if hand == "left" else -depth_m)
        for start, end in pairwise(cuts):
            out.append(_segment(street, side, hand, start, end, edge, numbers))
    return tuple(out)


def between(
    street: Street,
    side: str,
    hand: Hand,
    start: float,
    end: float,
    numbers: HouseNumbers,
    depth_m: float = DEPTH_M,
) -> StreetSegment:
    """One stretch between any two chainages (ground metres)."""
    return _segment(
        street, side, hand, start, end, _outer_edge(street, depth_m if hand == "left" else -depth_m), numbers
    )


def segments_of(
    streets: Sequence[Street],
    numbers: Mapping[str, HouseNumbers],
    length_m: float = 25.0,
    depth_m: float = DEPTH_M,
) -> tuple[StreetSegment, ...]:
    """Cut every street that has house numbers (the shop streets), in the given order."""
    shop_streets = [street for street in streets if street.name in numbers]
    return tuple(s for street in shop_streets for s in street_segments(street, length_m, depth_m, numbers[street.name]))


def assign_to_segments(
    lon: np.ndarray,
    lat: np.ndarray,
    streets: Sequence[Street],
    segments: Sequence[StreetSegment],
    max_offset_m: float = 60.0,
) -> np.ndarray:
    """Find each position's segment: the nearest street's, on the side it lies on.

    Parameters
    ----------
    lon, lat : ndarray
        WGS-84 degrees, shape (n,).
    streets : sequence of Street
        Those the segments were cut from (others are left aside).
    segments : sequence of StreetSegment
        As `segments_of` returns them.
    max_offset_m : float
        Positions further from every street belong nowhere.

    Returns
    -------
    ndarray of int
        Shape (n,): index into `segments`, -1 for nowhere.
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    nearest = np.full(lon.shape, max_offset_m)
    index = np.full(lon.shape, -1)
    for street in streets:
        for hand in ("left", "right"):
            mine = [i for i, s in enumerate(segments) if s.street == street.name and s.hand == hand]
            if not mine:
                continue
            chainage, offset = street.project_many(lon, lat)
            there = (offset >= 0) == (hand == "left")
            closer = there & (np.abs(offset) < nearest)
            starts = np.array([segments[i].from_m for i in mine])
            place = np.clip(np.searchsorted(starts, chainage, side="right") - 1, 0, len(mine) - 1)
            index = np.where(closer, np.array(mine)[place], index)
            nearest = np.where(closer, np.abs(offset), nearest)
    return index


def _outer_edge(street: Street, offset_m: float) -> list[tuple[float, float]]:
    """Offset every vertex of the street along the bisector of its two stretches, in EPSG:4549 metres."""
    normals = []
    for (x1, y1), (x2, y2) in pairwise(street.metres):
        length = math.hypot(x2 - x1, y2 - y1)
        normals.append((-(y2 - y1) / length, (x2 - x1) / length))
    edge = []
    for i, (x, y) in enumerate(street.metres):
        before, after = normals[max(i - 1, 0)], normals[min(i, len(normals) - 1)]
        nx, ny = before[0] + after[0], before[1] + after[1]
        square = nx * nx + ny * ny
        reach = min(2.0 / square, _LONGEST_MITRE / math.sqrt(square)) if square > 1e-9 else 0.0
        edge.append((x + nx * reach * offset_m * street.scale, y + ny * reach * offset_m * street.scale))
    return edge


def _segment(
    street: Street,
    side: str,
    hand: Hand,
    start: float,
    end: float,
    edge: list[tuple[float, float]],
    numbers: HouseNumbers | None,
) -> StreetSegment:
    stops = [start, *(c for c in street.chainages if start < c < end), end]
    inner = [_along(street.metres, street.chainages, c) for c in stops]
    outer = [_along(edge, street.chainages, c) for c in stops]
    ring = [*inner, *reversed(outer), inner[0]]
    if hand == "right":
        ring.reverse()
    middle = (start + end) / 2
    (x1, y1), (x2, y2) = _along(street.metres, street.chainages, middle), _along(edge, street.chainages, middle)
    lon, lat = to_lonlat((x1 + x2) / 2, (y1 + y2) / 2)
    known: Side = "odd" if side == "odd" else "even"
    return StreetSegment(
        key=f"{street.name}/{side}/{start:g}",
        street=street.name,
        side=known,
        hand=hand,
        from_m=start,
        to_m=end,
        label=_label(street, known, start, end, numbers),
        side_label=SIDE_NAMES[side] if numbers else side_name(street, hand, middle),
        lon=round(lon, 7),
        lat=round(lat, 7),
        ring=tuple((round(a, 7), round(b, 7)) for a, b in (to_lonlat(x, y) for x, y in ring)),
    )


def _along(line: Sequence[tuple[float, float]], chainages: Sequence[float], at_m: float) -> tuple[float, float]:
    """Interpolate a line whose vertices stand at `chainages`."""
    index = min(max(int(np.searchsorted(chainages, at_m, side="right")) - 1, 0), len(line) - 2)
    share = (at_m - chainages[index]) / (chainages[index + 1] - chainages[index])
    (x1, y1), (x2, y2) = line[index], line[index + 1]
    return x1 + share * (x2 - x1), y1 + share * (y2 - y1)


def _label(street: Street, side: Side, start: float, end: float, numbers: HouseNumbers | None) -> str:
    if numbers is None:
        return f"{street.name}{start:.0f}–{end:.0f}米"
    parity = 1 if side == "odd" else 0
    first = math.ceil(numbers.number(start) - 1e-9)
    first += (first - parity) % 2
    last = math.ceil(numbers.number(end) - 1e-9) - 1
    last -= (last - parity) % 2
    first = max(first, 2 - parity)
    if last < first:
        return f"{street.name}{nearest_number(numbers.number((start + end) / 2), side)}号附近"
    return f"{street.name}{first}号" if last == first else f"{street.name}{first}–{last}号"
