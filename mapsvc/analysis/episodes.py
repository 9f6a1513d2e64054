"""Episodes: several reports of one trouble counted once."""

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

RADIUS_M = 50.0
SPAN_H = 72
# Pairs looked at in one go: some 60 MB. A pile of thousands on one spot is cut into shorter times instead.
_MOST_PAIRS = 2_000_000
_OPEN, _OPENER, _MEMBER = 0, 1, 2
# Width of a band in radii; steps from south to north per radius, and how many of them are within reach at most.
_BAND, _PER_RADIUS = 2.02, 50
_REACH = _PER_RADIUS + 1
_FEW_KINDS = 1_000


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
        strips = _Strips(np.asarray(points, dtype=np.float64), time.astype(np.int64), kind, radius_m, int(span))
        _merge(strips, home, np.zeros(n, dtype=np.int8), home.copy())
    return home


def _merge(strips: "_Strips", home: IntArray, state: NDArray[np.int8], rows: IntArray) -> None:
    """Decide `rows`; with too many pairs the earlier half first, then the later half beside its openers."""
    open_rows = rows[state[rows] == _OPEN]
    pairs = strips.close_pairs(rows, _MOST_PAIRS if len(open_rows) > 1 else None)
    if pairs is not None:
        _choose_openers(*pairs, state, open_rows)
        earlier, later = pairs
        joins = state[earlier] == _OPENER
        _keep_earliest(strips, home, earlier[joins], later[joins])
        return
    in_time = rows[np.lexsort((rows, strips.time[rows]))]
    undecided = in_time[state[in_time] == _OPEN]
    half = undecided[: len(undecided) // 2]
    _merge(strips, home, state, np.concatenate([in_time[state[in_time] == _OPENER], half]))
    rest = undecided[len(half) :]
    since = strips.time[rest[0]] - strips.span
    before = in_time[(state[in_time] == _OPENER) & (strips.time[in_time] >= since)]
    _merge(strips, home, state, np.concatenate([before, rest]))


def _choose_openers(earlier: IntArray, later: IntArray, state: NDArray[np.int8], undecided: IntArray) -> None:
    """Rounds until each of `undecided` is an opener or a member."""
    while len(undecided):
        matters = state[later] == _OPEN
        earlier, later = earlier[matters], later[matters]
        state[later[state[earlier] == _OPENER]] = _MEMBER
        waits = later[(state[earlier] == _OPEN) & (state[later] == _OPEN)]
        waiting = np.zeros(len(state), dtype=bool)
        waiting[waits] = True
        undecided = undecided[state[undecided] == _OPEN]
        state[undecided[~waiting[undecided]]] = _OPENER
        undecided = undecided[waiting[undecided]]


def _keep_earliest(strips: "_Strips", home: IntArray, opener: IntArray, member: IntArray) -> None:
    """Of several openers within reach the earliest counts: written last, it stands."""
    order = np.lexsort((opener, strips.time[opener]))[::-1]
    home[member[order]] = opener[order]


class _Strips:
    """Reports in strips: of one kind, in one stretch of time twice the span, on one band of ground twice the radius.

    In a strip reports stand from south to north. Whoever is within reach stands in the same strip, in the one beside it
    (on the side one is nearer to), or in those two of the stretch before (if one is in the first half of a stretch).
    """

    def __init__(self, points: FloatArray, time: IntArray, kind: IntArray, radius_m: float, span: int) -> None:
        self.x, self.y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        self.time, self.span, self.square_m2 = time, span, radius_m * radius_m
        east_m = self.x - self.x.min()
        # A hair more than twice the radius: nobody stands so near the middle that rounding hides a side.
        band = (east_m / (_BAND * radius_m)).astype(np.int64)
        aside = east_m / radius_m - band * _BAND
        self.looks_west, self.looks_east = aside < _BAND / 2, aside >= _BAND / 2
        since, width = time - time.min(), max(2 * span, 1)
        stretch = since // width
        self.looks_back = since - stretch * width < span
        north = ((self.y - self.y.min()) / radius_m * _PER_RADIUS).astype(np.int64)
        kinds = _numbered(kind)
        height = int(north.max()) + 2 * _REACH + 1
        if _room(kinds, stretch, band) * height >= 2**62:
            stretch, band = _drawn_together(stretch), _drawn_together(band)
        # Empty bands and stretches on both ends, so that no step aside leads to reports of another kind.
        self.band_step = height
        self.stretch_step = (int(band.max()) + 2) * height
        strip = (kinds * (int(stretch.max()) + 2) + stretch) * (int(band.max()) + 2) + band
        self.key = strip * height + north + _REACH

    def close_pairs(self, rows: IntArray, most: int | None) -> tuple[IntArray, IntArray] | None:
        """Pairs (earlier, later) of `rows` within reach; None if more than `most` would have to be looked at."""
        rows = rows[np.argsort(self.key[rows])]
        key = self.key[rows]
        found: list[tuple[IntArray, IntArray]] = []
        total = 0
        for chosen, step in self._steps(rows):
            left, lowest, count = _ranges(key, chosen, step)
            total += int(count.sum())
            if most is not None and total > most:
                return None
            found.append(self._within_reach(rows, left, lowest, count))
        one, other = (np.concatenate(side) for side in zip(*found, strict=True))
        swap = (self.time[one] > self.time[other]) | ((self.time[one] == self.time[other]) & (one > other))
        return np.where(swap, other, one), np.where(swap, one, other)

    def _steps(self, rows: IntArray) -> list[tuple[IntArray | None, int]]:
        """Who (positions; None for all) looks into which other strip; each pair is seen from one side."""
        back, west, east = self.looks_back[rows], self.looks_west[rows], self.looks_east[rows]
        return [
            (None, 0),
            (np.flatnonzero(east), self.band_step),
            (np.flatnonzero(back), -self.stretch_step),
            (np.flatnonzero(back & west), -self.stretch_step - self.band_step),
            (np.flatnonzero(back & east), -self.stretch_step + self.band_step),
        ]

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


def _ranges(key: IntArray, chosen: IntArray | None, step: int) -> tuple[IntArray, IntArray, IntArray]:
    """For each of `chosen` the run of `key` within reach in the strip `step` further on: position, begin, length."""
    if chosen is None:
        left = np.flatnonzero(key[1:] <= key[:-1] + _REACH)
        lowest = left + 1
    else:
        lowest = np.searchsorted(key, key[chosen] + (step - _REACH))
        meets = key[np.minimum(lowest, len(key) - 1)] <= key[chosen] + (step + _REACH)
        meets &= lowest < len(key)
        left, lowest = chosen[meets], lowest[meets]
    return left, lowest, np.searchsorted(key, key[left] + (step + _REACH), side="right") - lowest


def _numbered(kind: IntArray) -> IntArray:
    """Kinds as small numbers from 0 on."""
    if kind.min() >= 0 and kind.max() < _FEW_KINDS:
        return kind.astype(np.int64)
    return np.unique(kind, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _room(*numbers: IntArray) -> int:
    """How many strips there could be."""
    room = 1
    for one in numbers:
        room *= int(one.max()) + 2
    return room


def _drawn_together(steps: IntArray) -> IntArray:
    """Numbers drawn together over what is empty: neighbours stay neighbours, others do not become."""
    unique, index = np.unique(steps, return_inverse=True)
    drawn = np.concatenate([[0], np.cumsum(np.minimum(np.diff(unique), 2))])
    return drawn[index.reshape(-1)].astype(np.int64)
