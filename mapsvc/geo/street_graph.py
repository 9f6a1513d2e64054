"""Where streets meet: junctions as plain data, from which walking networks are built."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from mapsvc.geo.local import to_lonlat
from mapsvc.geo.streets import Street

# Ends this near to another road are taken to reach it: vertices of the source are rounded to metres.
_SNAP_M = 20.0


class Junction(NamedTuple):
    """A meeting of two or more roads: WGS-84 degrees, and the chainage in metres on each road by name.

    `indexes` and `chainages_m` run in parallel and point into the sequence of streets (nameless ones included).
    """

    lon: float
    lat: float
    indexes: tuple[int, ...]
    chainages_m: tuple[float, ...]
    chainages: dict[str, float]


def junctions(streets: Sequence[Street], snap_m: float = _SNAP_M) -> tuple[Junction, ...]:
    """Return where roads cross, touch or end within `snap_m` of each other, in stable order; railways are left out."""
    meetings: list[tuple[float, float, dict[int, float]]] = []
    for (i, one), (j, two) in combinations(enumerate(streets), 2):
        if one.kind != "road" or two.kind != "road":
            continue
        for chainage_i, chainage_j, x, y in _meetings(one, two, snap_m):
            _merge(meetings, x, y, {i: chainage_i, j: chainage_j}, snap_m)
    return tuple(_junction(streets, x, y, on) for x, y, on in meetings)


def _junction(streets: Sequence[Street], x: float, y: float, on: dict[int, float]) -> Junction:
    lon, lat = to_lonlat(x, y)
    indexes = tuple(sorted(on))
    by_name = {streets[i].name: on[i] for i in indexes if streets[i].name}
    return Junction(lon, lat, indexes, tuple(on[i] for i in indexes), by_name)


def _merge(
    meetings: list[tuple[float, float, dict[int, float]]], x: float, y: float, on: dict[int, float], snap_m: float
) -> None:
    """Add a meeting, or join it to one at the same spot (three roads meet once, not three times)."""
    for known_x, known_y, known_on in meetings:
        if math.hypot(x - known_x, y - known_y) <= snap_m and known_on.keys() & on.keys():
            for index, chainage in on.items():
                known_on.setdefault(index, chainage)
            return
    meetings.append((x, y, dict(on)))


def _meetings(one: Street, two: Street, snap_m: float) -> Iterator[tuple[float, float, float, float]]:
    """Yield (chainage on one, chainage on two, east_m, north_m) of every crossing and of ends that nearly touch."""
    yield from _crossings(one, two)
    for end in (0.0, one.length_m):
        x, y = one.metres_at(end)
        foot = two.project_metres(x, y)
        if foot.distance_m <= snap_m:
            yield end, foot.chainage_m, *two.metres_at(foot.chainage_m)
    for end in (0.0, two.length_m):
        x, y = two.metres_at(end)
        foot = one.project_metres(x, y)
        if foot.distance_m <= snap_m:
            yield foot.chainage_m, end, *one.metres_at(foot.chainage_m)


def _crossings(one: Street, two: Street) -> Iterator[tuple[float, float, float, float]]:
    for i, (p, q) in enumerate(pairwise(one.metres)):
        for j, (r, s) in enumerate(pairwise(two.metres)):
            ux, uy, vx, vy = q[0] - p[0], q[1] - p[1], s[0] - r[0], s[1] - r[1]
            cross = ux * vy - uy * vx
            if abs(cross) < 1e-9:
                continue
            t = ((r[0] - p[0]) * vy - (r[1] - p[1]) * vx) / cross
            w = ((r[0] - p[0]) * uy - (r[1] - p[1]) * ux) / cross
            if 0.0 <= t <= 1.0 and 0.0 <= w <= 1.0:
                along_one = one.chainages[i] + t * (one.chainages[i + 1] - one.chainages[i])
                along_two = two.chainages[j] + w * (two.chainages[j + 1] - two.chainages[j])
                yield along_one, along_two, p[0] + t * ux, p[1] + t * uy
