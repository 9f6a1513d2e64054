"""Episodes: several reports of one trouble counted once."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

RADIUS_M = 50.0
SPAN_H = 72
# Pairs looked at in one go (some 60 MB), and per report in all: a pile of thousands on one spot has more, and is cut
# into shorter times instead.
_AT_ONCE = 1_000_000
_PAIRS_PER_REPORT, _PAIRS_ANYWAY = 16, 1_000_000
_OPEN, _OPENER, _MEMBER = 0, 1, 2
# Width of a band in radii; steps from south to north per radius, and how many of them are within reach at most.
_BAND, _PER_RADIUS = 2.02, 50
_REACH = _PER_RADIUS + 1
_FEW_KINDS = 1_000
_EAST, _WEST, _BACK = 1, 2, 4
_BLOCK = 1 << 16


def merge_episodes(
    points: FloatArray, time: IntArray, kind: IntArray, *, span: int, radius_m: float = RADIUS_M
) -> IntArray:
    """Give each report the number of its episode.

    A report joins the earliest episode of its kind whose *first* report lies within `radius_m` and at most `span`
    before it; never chained, since chaining would turn a chronic corner's months into one episode.

    Parameters
    ----------
    points : array of shape (n, 2)
        Metres.
    time : int array of shape (n,)
        When, in any unit (seconds, days); equal times count in the order of the rows.
    kind : int array of shape (n,)
        Code of the kind as a number.
    span : int
        In the unit of `time`.

    Returns
    -------
    int array of shape (n,)
        Index of the report that opened the episode.

    Notes
    -----
    The openers are the first maximal independent set of the reports in the order of time. It is found in rounds over
    all reports at once: who has an opener within reach before them is none; who has only such before them is one.
    """
    n = len(time)
    home = np.arange(n)
    if n:
        xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        strips = _Strips(xy, time.astype(np.int64, copy=False), kind, radius_m, int(span))
        _merge(strips, home, _Known(np.zeros(n, dtype=np.int8), np.zeros(n, dtype=bool)), home.copy())
    return home


@dataclass(frozen=True)
class _Known:
    """What is known of each report: whether it is open, an opener or a member; and a scratch column of False."""

    state: NDArray[np.int8]
    waiting: NDArray[np.bool_]


def _merge(strips: "_Strips", home: IntArray, known: _Known, rows: IntArray) -> None:
    """Decide `rows`; with too many pairs the earlier half first, then the later half beside its openers."""
    state = known.state
    open_rows = rows[state[rows] == _OPEN]
    most = _PAIRS_PER_REPORT * len(rows) + _PAIRS_ANYWAY
    pairs = strips.close_pairs(rows, most if len(open_rows) > 1 else None)
    if pairs is not None:
        _choose_openers(*pairs, known, open_rows)
        earlier, later = pairs
        joins = state[earlier] == _OPENER
        _keep_earliest(strips, home, earlier[joins], later[joins])
        return
    in_time = rows[np.lexsort((rows, strips.time[rows]))]
    undecided = in_time[state[in_time] == _OPEN]
    half = undecided[: len(undecided) // 2]
    _merge(strips, home, known, np.concatenate([in_time[state[in_time] == _OPENER], half]))
    rest = undecided[len(half) :]
    since = strips.time[rest[0]] - strips.span
    before = in_time[(state[in_time] == _OPENER) & (strips.time[in_time] >= since)]
    _merge(strips, home, known, np.concatenate([before, rest]))


def _choose_openers(earlier: IntArray, later: IntArray, known: _Known, undecided: IntArray) -> None:
    """Rounds until each of `undecided` is an opener or a member."""
    state, waiting = known.state, known.waiting
    while len(undecided):
        matters = state[later] == _OPEN
        earlier, later = earlier[matters], later[matters]
        state[later[state[earlier] == _OPENER]] = _MEMBER
        waits = later[(state[earlier] == _OPEN) & (state[later] == _OPEN)]
        waiting[waits] = True
        undecided = undecided[state[undecided] == _OPEN]
        held_up = waiting[undecided]
        state[undecided[~held_up]] = _OPENER
        undecided = undecided[held_up]
        waiting[waits] = False


def _keep_earliest(strips: "_Strips", home: IntArray, opener: IntArray, member: IntArray) -> None:
    """Of several openers within reach the earliest counts: written last, it stands."""
    order = np.lexsort((opener, strips.time[opener]))[::-1]
    home[member[order]] = opener[order]


class _Strips:
    """Reports in strips: of one kind, in one stretch of time twice the span, on one band of ground twice the radius.

    In a strip reports stand from south to north. Whoever is within reach stands in the same strip, in the one beside it
    (on the side one is nearer to), or in those two of the stretch before (if one is in the first half of a stretch).
    Everything is worked out in blocks that stay in the processor's cache: columns of millions would not.
    """

    def __init__(self, points: FloatArray, time: IntArray, kind: IntArray, radius_m: float, span: int) -> None:
        self.x, self.y = points[:, 0], points[:, 1]
        self.time, self.span, self.square_m2 = time, span, radius_m * radius_m
        east, north = self.x, self.y
        kinds, n_kinds = _numbered(kind)
        if n_kinds * _room(east, north, time, radius_m, span) >= 2**62:
            east, north = (_drawn_together(axis, 4.0 * radius_m) for axis in (east, north))
            time = _drawn_together(time, 4 * max(span, 1))
        ranges = (float(east.min()), float(north.min()), int(time.min()))
        # Empty bands and stretches on both ends, so that no step aside leads to reports of another kind.
        self.band_step = int((float(north.max()) - ranges[1]) / radius_m * _PER_RADIUS) + 2 * _REACH + 1
        bands = int((float(east.max()) - ranges[0]) / (_BAND * radius_m)) + 2
        stretches = (int(time.max()) - ranges[2]) // max(2 * span, 1) + 2
        self.stretch_step = bands * self.band_step
        self.key, self.looks = np.empty(len(time), dtype=np.int64), np.empty(len(time), dtype=np.uint8)
        for rows in _blocks(len(time)):
            # A band is a hair more than twice the radius: nobody stands so near its middle that rounding hides a side.
            aside = (east[rows] - ranges[0]) / (_BAND * radius_m)
            band = aside.astype(np.int64)
            since = time[rows] - ranges[2]
            stretch = since // max(2 * span, 1)
            self.looks[rows] = np.where(aside - band < 0.5, _WEST, _EAST)
            self.looks[rows] += _BACK * (since - stretch * max(2 * span, 1) < span).astype(np.uint8)
            up = ((north[rows] - ranges[1]) / radius_m * _PER_RADIUS).astype(np.int64)
            strip = (kinds[rows] * stretches + stretch) * bands + band
            self.key[rows] = strip * self.band_step + up + _REACH

    def close_pairs(self, rows: IntArray, most: int | None) -> tuple[IntArray, IntArray] | None:
        """Pairs (earlier, later) of `rows` within reach; None if more than `most` would have to be looked at."""
        order, key = _sorted(self.key[rows])
        rows = rows[order]
        looks = self.looks[rows]
        found = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
        total = 0
        for block in _blocks(len(rows)):
            for who, step in self._steps():
                runs = _runs(key, block.start + np.flatnonzero((looks[block] & who) == who), step)
                total += int(runs[2].sum())
                if most is not None and total > most:
                    return None
                found += [self._within_reach(rows, *part) for part in _in_parts(*runs)]
        one, other = (np.concatenate(side) for side in zip(*found, strict=True))
        swap = (self.time[one] > self.time[other]) | ((self.time[one] == self.time[other]) & (one > other))
        return np.where(swap, other, one), np.where(swap, one, other)

    def _steps(self) -> tuple[tuple[int, int], ...]:
        """Who looks into which other strip; each pair is seen from one side."""
        return (
            (0, 0),
            (_EAST, self.band_step),
            (_BACK, -self.stretch_step),
            (_BACK + _WEST, -self.stretch_step - self.band_step),
            (_BACK + _EAST, -self.stretch_step + self.band_step),
        )

    def _within_reach(
        self, rows: IntArray, left: IntArray, lowest: IntArray, count: IntArray
    ) -> tuple[IntArray, IntArray]:
        """Pairs of `rows` (each of `left` with `count` from `lowest` on) that are near in space and time."""
        one = np.repeat(left, count)
        other = np.arange(len(one)) - np.repeat(np.cumsum(count) - count - lowest, count)
        one, other = rows[one], rows[other]
        soon = np.abs(self.time[one] - self.time[other]) <= self.span
        one, other = one[soon], other[soon]
        dx, dy = self.x[one] - self.x[other], self.y[one] - self.y[other]
        near = dx * dx + dy * dy <= self.square_m2
        return one[near], other[near]


def _sorted(key: IntArray) -> tuple[IntArray, IntArray]:
    """The order of the keys and the keys in it; sorted with their places in one number where both fit."""
    bits = len(key).bit_length()
    if len(key) and int(key.max()) >= 1 << (62 - bits):
        order = np.argsort(key)
        return order, key[order]
    packed = (key << bits) + np.arange(len(key))
    packed.sort()
    return packed & ((1 << bits) - 1), packed >> bits


def _runs(key: IntArray, who: IntArray, step: int) -> tuple[IntArray, IntArray, IntArray]:
    """For each of `who` the run of `key` within reach in the strip `step` further on: position, begin, length."""
    mine = key[who]
    lowest = np.searchsorted(key, mine + (step - _REACH)) if step else who + 1
    meets = key[np.minimum(lowest, len(key) - 1)] <= mine + (step + _REACH)
    meets &= lowest < len(key)
    left, lowest = who[meets], lowest[meets]
    return left, lowest, np.searchsorted(key, mine[meets] + (step + _REACH), side="right") - lowest


def _in_parts(left: IntArray, lowest: IntArray, count: IntArray) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """The same runs in parts of about `_AT_ONCE` pairs."""
    done = np.cumsum(count)
    if not len(count) or done[-1] <= _AT_ONCE:
        yield left, lowest, count
        return
    cuts = np.searchsorted(done, np.arange(_AT_ONCE, int(done[-1]) + _AT_ONCE, _AT_ONCE))
    edges = np.unique(np.concatenate([[0], np.minimum(cuts + 1, len(count)), [len(count)]]))
    for begin, end in pairwise(edges.tolist()):
        yield left[begin:end], lowest[begin:end], count[begin:end]


def _blocks(n: int) -> Iterator[slice]:
    """Rows in blocks."""
    return (slice(begin, min(begin + _BLOCK, n)) for begin in range(0, n, _BLOCK))


def _numbered(kind: IntArray) -> tuple[IntArray, int]:
    """Kinds as small numbers from 0 on, and how many there may be."""
    if kind.min() < 0 or kind.max() >= _FEW_KINDS:
        kind = np.unique(kind, return_inverse=True)[1].reshape(-1)
    return kind.astype(np.int64, copy=False), int(kind.max()) + 1


def _room(east: FloatArray, north: FloatArray, time: IntArray, radius_m: float, span: int) -> float:
    """How many numbers it takes to tell all strips' places of one kind apart."""
    wide, high = (float(axis.max() - axis.min()) / radius_m + 4 for axis in (east, north))
    return wide * high * _PER_RADIUS * (float(time.max() - time.min()) / max(2 * span, 1) + 2)


def _drawn_together(axis: NDArray[Any], gap: float) -> NDArray[Any]:
    """The same numbers with what is empty between them shortened to `gap`."""
    unique, index = np.unique(axis, return_inverse=True)
    steps = np.minimum(np.diff(unique), np.asarray(gap, dtype=unique.dtype))
    drawn = np.concatenate([np.zeros(1, dtype=unique.dtype), np.cumsum(steps)])
    return drawn[index.reshape(-1)]
