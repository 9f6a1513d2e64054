"""Episodes: several reports of one trouble counted once."""

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

RADIUS_M = 50.0
SPAN_H = 72
# Pairs looked at in one go: some 60 MB. A pile of thousands on one spot is cut into shorter times instead.
_MOST_PAIRS = 2_000_000
# Each pair of squares once: the own, and the four that come later in the order of squares.
_FORWARD = ((0, 0), (0, 1), (1, -1), (1, 0), (1, 1))
_OPEN, _OPENER, _MEMBER = 0, 1, 2


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
    if not n:
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(time, kind="stable")
    reports = _Ordered(points[order], time[order].astype(np.int64), kind[order], radius_m, int(span))
    state = np.zeros(n, dtype=np.int8)
    home = np.arange(n)
    _resolve(reports, 0, n, state, home)
    episode = np.empty(n, dtype=np.int64)
    episode[order] = order[home]
    return episode


class _Ordered:
    """Reports in the order of time, each in a square of `radius_m` of its kind; `key` is the square's number."""

    def __init__(self, points: FloatArray, time: IntArray, kind: IntArray, radius_m: float, span: int) -> None:
        self.x, self.y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        self.time, self.span, self.square_m2 = time - time[0], span, radius_m * radius_m
        columns, rows = (_ranked(np.floor(axis / radius_m).astype(np.int64)) for axis in (self.x, self.y))
        kinds = np.unique(kind, return_inverse=True)[1].reshape(-1).astype(np.int64)
        # One empty row and column between kinds, so that a step aside never leads into another kind.
        self.row_step = int(rows.max()) + 2
        self.key = (kinds * (int(columns.max()) + 2) + columns) * self.row_step + rows


def _ranked(steps: IntArray) -> IntArray:
    """Numbers of the grid lines drawn together over what is empty; neighbours stay neighbours, others do not become."""
    unique, index = np.unique(steps, return_inverse=True)
    drawn = np.concatenate([[1], 1 + np.cumsum(np.minimum(np.diff(unique), 2))])
    return drawn[index.reshape(-1)].astype(np.int64)


def _resolve(reports: _Ordered, start: int, end: int, state: NDArray[np.int8], home: IntArray) -> None:
    """Decide the reports from `start` to `end`; those before are decided. Too many pairs: first half, second half."""
    since = int(np.searchsorted(reports.time, reports.time[start] - reports.span))
    before = since + np.flatnonzero(state[since:start] == _OPENER)
    rows = np.concatenate([before, np.arange(start, end)])
    pairs = _close_pairs(reports, rows, start, _MOST_PAIRS if end - start > 1 else np.inf)
    if pairs is None:
        middle = (start + end) // 2
        _resolve(reports, start, middle, state, home)
        _resolve(reports, middle, end, state, home)
        return
    earlier, later = pairs
    _choose_openers(earlier, later, state, start, end)
    joins = state[earlier] == _OPENER
    np.minimum.at(home, later[joins], earlier[joins])


def _choose_openers(earlier: IntArray, later: IntArray, state: NDArray[np.int8], start: int, end: int) -> None:
    """Rounds until each report is an opener or a member."""
    undecided = np.arange(start, end)
    while len(undecided):
        state[later[state[earlier] == _OPENER]] = _MEMBER
        matters = (state[later] == _OPEN) & (state[earlier] == _OPEN)
        earlier, later = earlier[matters], later[matters]
        undecided = undecided[state[undecided] == _OPEN]
        waiting = np.zeros(end - start, dtype=bool)
        waiting[later - start] = True
        free = undecided[~waiting[undecided - start]]
        state[free] = _OPENER
        undecided = undecided[waiting[undecided - start]]


def _close_pairs(reports: _Ordered, rows: IntArray, start: int, most: float) -> tuple[IntArray, IntArray] | None:
    """Pairs (earlier, later) of `rows` within reach, the later from `start` on; None if over `most` to look at."""
    squares, number = np.unique(reports.key[rows], return_inverse=True)
    base = int(reports.time[rows[-1]] - reports.time[rows[0]]) + 2 * reports.span + 2
    since_first = reports.time[rows] - reports.time[rows[0]] + reports.span
    place = number.reshape(-1) * base + since_first
    order = np.argsort(place, kind="stable")
    rows, place, number, since_first = rows[order], place[order], number.reshape(-1)[order], since_first[order]
    ranges = []
    total = 0
    for dx, dy in _FORWARD:
        wanted = squares + dx * reports.row_step + dy
        there = np.minimum(np.searchsorted(squares, wanted), len(squares) - 1)
        has = (squares[there] == wanted)[number]
        left = np.flatnonzero(has)
        at = there[number[left]] * base + since_first[left]
        lowest = left + 1 if (dx, dy) == (0, 0) else np.searchsorted(place, at - reports.span)
        count = np.searchsorted(place, at + reports.span, side="right") - lowest
        total += int(count.sum())
        ranges.append((left, lowest, count))
    if total > most:
        return None
    found = [_within_reach(reports, rows, *part) for part in ranges]
    one, other = (np.concatenate(side) for side in zip(*found, strict=True))
    earlier, later = np.minimum(one, other), np.maximum(one, other)
    new = later >= start
    return earlier[new], later[new]


def _within_reach(
    reports: _Ordered, rows: IntArray, left: IntArray, lowest: IntArray, count: IntArray
) -> tuple[IntArray, IntArray]:
    """Pairs of `rows` (each of `left` with `count` from `lowest` on) that lie within the radius."""
    one = np.repeat(left, count)
    other = np.arange(len(one)) - np.repeat(np.cumsum(count) - count - lowest, count)
    one, other = rows[one], rows[other]
    dx, dy = reports.x[one] - reports.x[other], reports.y[one] - reports.y[other]
    near = dx * dx + dy * dy <= reports.square_m2
    return one[near], other[near]
