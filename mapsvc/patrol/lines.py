"""Centrelines laid out as arrays, and where they meet: crossings, touching ends, ends that stop just short."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from shapely import STRtree

Point = tuple[float, float]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NOWHERE = -1
# Vertices of a drawn layer are rounded to metres, and its ends stop short of the other street's middle.
DRAWN_REACH_M = 12.0
_TOUCHING_M = 0.01
_AT_END_M = 0.5


@dataclass(frozen=True)
class StreetLine:
    """A street to walk along.

    Attributes
    ----------
    points : tuple of (x, y)
        Centreline in metres.
    width_m : float
        The two pavements lie half of it off the line.
    road : str
        main, street, lane or path (one line for walkers alone, no pavements); empty: told by the width.
    level : int
        Lines of different levels (bridges, tunnels) meet only at their ends.
    odd : str
        On which hand odd house numbers stand, left or right; empty: not known.
    reach_m : float
        Ends this near to another street are taken to reach it.
    """

    name: str
    points: tuple[Point, ...]
    width_m: float
    road: str = ""
    level: int = 0
    odd: str = ""
    reach_m: float = DRAWN_REACH_M


class Lines:
    """All vertices of all streets in one row; `axis` puts the streets one behind the other on one scale.

    Attributes
    ----------
    xy : array of shape (v, 2)
    first : array of shape (s + 1,)
        Where the vertices of a street begin.
    chain, axis : array of shape (v,)
        Metres along the street; the same plus the street's `base`.
    length, base : array of shape (s,)
    tails : array of shape (g,)
        Vertices that begin a stretch.
    street : array of shape (g,)
        Whose stretch it is.
    """

    def __init__(self, streets: Sequence[StreetLine]) -> None:
        rows = [_clean(street.points) for street in streets]
        counts = np.array([len(row) for row in rows], dtype=np.int64)
        self.first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        self.xy = np.concatenate([*rows, np.zeros((0, 2))])
        owner = np.repeat(np.arange(len(streets)), counts)
        steps = np.hypot(*np.diff(self.xy, axis=0).T) if len(self.xy) else np.zeros(0)
        is_inside = owner[1:] == owner[:-1]
        run = np.concatenate(([0.0], np.cumsum(np.where(is_inside, steps, 0.0))))[: len(self.xy)]
        begins = run[np.minimum(self.first[:-1], max(len(run) - 1, 0))] if len(run) else np.zeros(len(streets))
        self.chain = run - begins[owner]
        self.tails = np.flatnonzero(is_inside)
        self.street = owner[self.tails]
        self.length = np.zeros(len(streets))
        np.maximum.at(self.length, owner, self.chain)
        self.base = np.concatenate(([0.0], np.cumsum(self.length + 1.0)))[:-1]
        self.axis = self.chain + self.base[owner]

    @cached_property
    def tree(self) -> "STRtree":
        """Index of the stretches."""
        import shapely

        ends = np.stack([self.xy[self.tails], self.xy[self.tails + 1]], axis=1)
        return shapely.STRtree(shapely.linestrings(ends))

    @cached_property
    def heading(self) -> FloatArray:
        """Unit vectors of the stretches, by the vertex that begins each (others zero); shape (v, 2)."""
        out = np.zeros_like(self.xy)
        along = self.xy[self.tails + 1] - self.xy[self.tails]
        out[self.tails] = along / np.hypot(*along.T)[:, None]
        return out

    def stretch_at(self, street: IntArray, chain: FloatArray, side: str = "right") -> IntArray:
        """The vertex that begins the stretch at a chainage; at a vertex the one after it, or before (`left`)."""
        at = np.searchsorted(self.axis, self.base[street] + chain, side=side) - 1  # type: ignore[call-overload]
        return np.asarray(np.clip(at, self.first[street], self.first[street + 1] - 2), dtype=np.int64)

    def at(self, street: IntArray, chain: FloatArray) -> FloatArray:
        """Points of the centrelines; shape (k, 2)."""
        k = self.stretch_at(street, chain)
        return np.asarray(self.xy[k] + self.heading[k] * (chain - self.chain[k])[:, None])

    def feet(self, points: FloatArray, stretches: IntArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Project points on stretches, pair by pair: metres off, metres along the street, whether on the left."""
        k = self.tails[stretches]
        away = points - self.xy[k]
        along = np.clip(np.einsum("ij,ij->i", away, self.heading[k]), 0.0, self.chain[k + 1] - self.chain[k])
        aside = self.heading[k, 0] * away[:, 1] - self.heading[k, 1] * away[:, 0]
        off = np.hypot(*(away - self.heading[k] * along[:, None]).T)
        return off, self.chain[k] + along, aside >= 0


@dataclass(frozen=True)
class Cuts:
    """Where streets are cut, by street and chainage: at junctions, and at ends that meet nobody (junction -1)."""

    street: IntArray
    chain: FloatArray
    junction: IntArray


@dataclass(frozen=True)
class _Contacts:
    """Two streets touch: where, and the metres along each."""

    xy: FloatArray
    one: IntArray
    one_m: FloatArray
    two: IntArray
    two_m: FloatArray


def cut_at_junctions(lines: Lines, streets: Sequence[StreetLine]) -> Cuts:
    """Find where lines cross, touch or end within reach of each other, and cut them there."""
    reach = np.array([street.reach_m for street in streets])
    level = np.array([street.level for street in streets], dtype=np.int64)
    found = _joined(_crossings(lines, level), _short_ends(lines, reach, level))
    street = np.concatenate([found.one, found.two])
    chain = np.concatenate([found.one_m, found.two_m])
    junction = np.tile(_junctions(found, reach), 2)
    return _with_ends(lines, reach, *_once(street, chain, junction, reach))


def _crossings(lines: Lines, level: IntArray) -> _Contacts:
    a, b = lines.tree.query(lines.tree.geometries, predicate="intersects")
    are_neighbours = (lines.street[a] == lines.street[b]) & (b - a == 1)
    a, b = a[(a < b) & ~are_neighbours], b[(a < b) & ~are_neighbours]
    p, q = lines.xy[lines.tails[a]], lines.xy[lines.tails[b]]
    r, s = lines.xy[lines.tails[a] + 1] - p, lines.xy[lines.tails[b] + 1] - q
    sine = _cross(r, s)
    is_parallel = np.abs(sine) <= 1e-9 * np.hypot(*r.T) * np.hypot(*s.T)
    t = np.clip(_cross(q - p, s) / np.where(is_parallel, 1.0, sine), 0.0, 1.0)
    at = [(p + r * t[:, None])[~is_parallel]]
    ends = [q[is_parallel], (q + s)[is_parallel]]
    at += [_nearest_on(p[is_parallel], r[is_parallel], end) for end in ends]
    ones = np.concatenate([a[~is_parallel], a[is_parallel], a[is_parallel]])
    twos = np.concatenate([b[~is_parallel], b[is_parallel], b[is_parallel]])
    xy = np.concatenate(at)
    _, one_m, _ = lines.feet(xy, ones)
    _, two_m, _ = lines.feet(xy, twos)
    one, two = lines.street[ones], lines.street[twos]
    is_end = _near_end(lines, one, one_m) | _near_end(lines, two, two_m)
    keep = (level[one] == level[two]) | is_end
    return _Contacts(xy[keep], one[keep], one_m[keep], two[keep], two_m[keep])


def _short_ends(lines: Lines, reach: FloatArray, level: IntArray) -> _Contacts:
    real = np.flatnonzero(np.diff(lines.first) > 1)
    owner = np.repeat(real, 2)
    vertex = np.stack([lines.first[real], lines.first[real + 1] - 1], axis=1).ravel()
    end, stretch = _pairs_within(lines, lines.xy[vertex], float(reach.max(initial=0.0)))
    off, chain, _ = lines.feet(lines.xy[vertex[end]], stretch)
    other = lines.street[stretch]
    allowed = np.maximum(reach[owner[end]], reach[other])
    is_level = (level[owner[end]] == level[other]) | (off <= _TOUCHING_M)
    keep = np.flatnonzero((other != owner[end]) & (off <= allowed) & is_level)
    keep = keep[np.lexsort((off[keep], other[keep], end[keep]))]
    is_first = np.ones(len(keep), dtype=bool)
    is_first[1:] = (np.diff(end[keep]) != 0) | (np.diff(other[keep]) != 0)
    keep = keep[is_first]
    mine = vertex[end[keep]]
    return _Contacts(lines.at(other[keep], chain[keep]), owner[end[keep]], lines.chain[mine], other[keep], chain[keep])


def _pairs_within(lines: Lines, points: FloatArray, metres: float) -> tuple[IntArray, IntArray]:
    import shapely

    return tuple(lines.tree.query(shapely.points(points), predicate="dwithin", distance=metres))


def _joined(*parts: _Contacts) -> _Contacts:
    return _Contacts(*(np.concatenate([getattr(p, f) for p in parts]) for f in ("xy", "one", "one_m", "two", "two_m")))


def _junctions(found: _Contacts, reach: FloatArray) -> IntArray:
    """Contacts within reach of each other that share a street are one junction: its number for each contact."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    count = len(found.one)
    if not count:
        return np.zeros(0, dtype=np.int64)
    own = np.maximum(reach[found.one], reach[found.two])
    i, j = cKDTree(found.xy).query_pairs(max(float(own.max()), _TOUCHING_M), output_type="ndarray").T
    apart_m = np.hypot(*(found.xy[i] - found.xy[j]).T)
    shares = np.zeros(len(i), dtype=bool)
    for mine in (found.one, found.two):
        for theirs in (found.one, found.two):
            shares |= mine[i] == theirs[j]
    is_one = ((apart_m <= np.minimum(own[i], own[j])) & shares) | (apart_m <= _TOUCHING_M) & shares
    links = coo_matrix((np.ones(is_one.sum()), (i[is_one], j[is_one])), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def _once(
    street: IntArray, chain: FloatArray, junction: IntArray, reach: FloatArray
) -> tuple[IntArray, FloatArray, IntArray]:
    """Each passage of a street through a junction once, in the middle of what was found of it."""
    order = np.lexsort((chain, junction, street))
    street, chain, junction = street[order], chain[order], junction[order]
    is_new = np.ones(len(street), dtype=bool)
    gap = np.diff(chain) > 2 * reach[street[1:]] + _AT_END_M
    is_new[1:] = (np.diff(street) != 0) | (np.diff(junction) != 0) | gap
    heads = np.flatnonzero(is_new)
    sizes = np.diff(np.append(heads, len(street)))
    middle = np.add.reduceat(chain, heads) / sizes if len(heads) else np.zeros(0)
    order = np.lexsort((junction[heads], middle, street[heads]))
    return street[heads][order], middle[order], junction[heads][order]


def _with_ends(lines: Lines, reach: FloatArray, street: IntArray, chain: FloatArray, junction: IntArray) -> Cuts:
    """Pull the first and last cut to a near end, so that no stub hangs over; add the ends that meet nobody."""
    is_first, is_last = np.ones(len(street), dtype=bool), np.ones(len(street), dtype=bool)
    is_first[1:] = is_last[:-1] = np.diff(street) != 0
    left = lines.length[street] - chain
    at_start = is_first & (chain <= reach[street]) & ((chain <= left) | ~is_last)
    at_end = is_last & (left <= reach[street]) & ~(at_start & is_first)
    chain = np.where(at_start, 0.0, np.where(at_end, lines.length[street], chain))
    real = np.diff(lines.first) > 1
    free_start, free_end = real.copy(), real.copy()
    free_start[street[chain <= 0.0]] = False
    free_end[street[chain >= lines.length[street]]] = False
    begins, ends = np.flatnonzero(free_start), np.flatnonzero(free_end)
    street = np.concatenate([street, begins, ends])
    chain = np.concatenate([chain, np.zeros(len(begins)), lines.length[ends]])
    junction = np.concatenate([junction, np.full(len(begins) + len(ends), NOWHERE)])
    order = np.lexsort((chain, street))
    return Cuts(street[order], chain[order], junction[order])


def _near_end(lines: Lines, street: IntArray, chain: FloatArray) -> BoolArray:
    return np.asarray((chain <= _AT_END_M) | (chain >= lines.length[street] - _AT_END_M))


def _nearest_on(p: FloatArray, r: FloatArray, at: FloatArray) -> FloatArray:
    share = np.clip(np.einsum("ij,ij->i", at - p, r) / np.einsum("ij,ij->i", r, r), 0.0, 1.0)
    return np.asarray(p + r * share[:, None])


def _cross(u: FloatArray, v: FloatArray) -> FloatArray:
    return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])


def _clean(points: Sequence[Point]) -> FloatArray:
    """Without repeated vertices; nothing at all when fewer than two are left."""
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    keep = np.ones(len(xy), dtype=bool)
    keep[1:] = np.hypot(*np.diff(xy, axis=0).T) > 1e-6
    return xy[keep] if keep.sum() > 1 else np.zeros((0, 2))


def apart(p: Point, q: Point) -> float:
    """Metres between two points."""
    return hypot(p[0] - q[0], p[1] - q[1])
