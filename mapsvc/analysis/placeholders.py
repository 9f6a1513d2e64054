"""Placeholders: coordinates where a geocoder or a form dropped what it could not place."""

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Two reports are on one coordinate if they agree to a tenth of a metre.
_SAME_M = 0.1
# A pile is measured by its reports beyond the leading kind: a chronic corner has hardly any, however large it is.
_LEAST_MIXED = 20
_TIMES_OTHERS = 4
_NEAREST = 30
_QUANTILE = 0.99
_LEAST_SHARE_OF_MIX = 0.5
_ONE_DOOR_SHARE = 0.8
# Beyond what people report of one trouble: five a day on each of twenty days.
_LEAST_BUSY, _LEAST_BUSY_DAYS, _BUSY_PER_DAY = 100, 20, 5


def placeholders(
    points: FloatArray,
    day: IntArray,
    kind: IntArray,
    *,
    door: IntArray | None = None,
    known: FloatArray | None = None,
) -> BoolArray:
    """Which reports lie on a coordinate that is nobody's place.

    Parameters
    ----------
    points : array of shape (n, 2)
        Metres; rows that are not finite have no place at all.
    day : int array of shape (n,)
        Day numbers.
    kind : int array of shape (n,)
        Kinds as numbers.
    door : int array of shape (n,), optional
        The door (shop, place) a report names, -1 for none: a pile of which four in five name one door is that door's.
    known : array of shape (k, 2), optional
        Coordinates known to stand for "somewhere", such as the office's own or the origin.

    Returns
    -------
    bool array of shape (n,)

    Notes
    -----
    Piles of one coordinate are compared with the others. Set aside is a pile

    - of unrelated kinds: at least 20 reports beyond its leading kind, four times as many as at the 99th percentile of
      all coordinates and as at the largest of the 30 nearest, and with at least half as many effective kinds (inverse
      Simpson) as the whole; or
    - busy beyond belief: at least 100 reports, on 20 days or more, five on each of them.

    A chronic corner passes both: one kind leads there, and one trouble is reported once or twice a day.
    """
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    aside: BoolArray = np.logical_not(np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1]))
    for x, y in () if known is None else np.asarray(known, dtype=np.float64).reshape(-1, 2).tolist():
        aside |= (np.abs(xy[:, 0] - x) <= _SAME_M) & (np.abs(xy[:, 1] - y) <= _SAME_M)
    rows = np.flatnonzero(~aside)
    if len(rows) < _LEAST_MIXED:
        return aside
    pile, n_piles = _piles(xy[rows])
    kinds = np.unique(kind[rows], return_inverse=True)[1].reshape(-1)
    wrong = _mixed(xy[rows], pile, n_piles, kinds) | _busy(pile, n_piles, day[rows])
    if door is not None and wrong.any():
        wrong &= ~_of_one_door(pile, n_piles, door[rows])
    aside[rows[wrong[pile]]] = True
    return aside


def _piles(xy: FloatArray) -> tuple[IntArray, int]:
    """Number of the coordinate of each report, and how many coordinates there are."""
    steps = np.round((xy - xy.min(axis=0)) / _SAME_M).astype(np.int64)
    unique, pile = np.unique(steps[:, 0] * (int(steps[:, 1].max()) + 1) + steps[:, 1], return_inverse=True)
    return pile.reshape(-1).astype(np.int64), len(unique)


def _mixed(xy: FloatArray, pile: IntArray, n_piles: int, kind: IntArray) -> BoolArray:
    """Per coordinate: a heap of unrelated kinds where its surroundings have none."""
    wrong = np.zeros(n_piles, dtype=bool)
    n_kinds = int(kind.max()) + 1
    pairs, count = np.unique(pile * n_kinds + kind, return_counts=True)
    of_pile = pairs // n_kinds
    size = np.bincount(pile, minlength=n_piles)
    leading = np.zeros(n_piles, dtype=np.int64)
    np.maximum.at(leading, of_pile, count)
    mixed = size - leading
    least = max(_LEAST_MIXED, _TIMES_OTHERS * float(np.quantile(mixed, _QUANTILE, method="lower")))
    suspects = np.flatnonzero(mixed >= least)
    if not len(suspects):
        return wrong
    square_sum = np.bincount(of_pile, weights=(count / size[of_pile]) ** 2, minlength=n_piles)
    whole = ((np.bincount(kind) / len(kind)) ** 2).sum()
    suspects = suspects[1 / square_sum[suspects] >= _LEAST_SHARE_OF_MIX / whole]
    wrong[suspects[mixed[suspects] >= _TIMES_OTHERS * _around(xy, pile, n_piles, mixed, suspects)]] = True
    return wrong


def _around(xy: FloatArray, pile: IntArray, n_piles: int, mixed: IntArray, suspects: IntArray) -> IntArray:
    """The largest heap among the nearest coordinates of each suspect; other suspects do not speak for it."""
    from scipy.spatial import cKDTree

    places = np.empty((n_piles, 2))
    places[pile] = xy
    others = np.setdiff1d(np.arange(n_piles), suspects)
    if not len(others):
        return np.zeros(len(suspects), dtype=np.int64)
    nearest = cKDTree(places[others]).query(places[suspects], k=min(_NEAREST, len(others)))[1]
    largest: IntArray = mixed[others[np.asarray(nearest).reshape(len(suspects), -1)]].max(axis=1)
    return largest


def _busy(pile: IntArray, n_piles: int, day: IntArray) -> BoolArray:
    """Per coordinate: more reports a day, day after day, than one trouble brings."""
    size = np.bincount(pile, minlength=n_piles)
    large = size[pile] >= _LEAST_BUSY
    since = int(day.min())
    span = int(day.max()) - since + 1
    days = np.bincount(np.unique(pile[large] * span + day[large] - since) // span, minlength=n_piles)
    busy: BoolArray = (size >= _LEAST_BUSY) & (days >= _LEAST_BUSY_DAYS) & (size >= _BUSY_PER_DAY * days)
    return busy


def _of_one_door(pile: IntArray, n_piles: int, door: IntArray) -> BoolArray:
    """Per coordinate: nearly all reports name the same door."""
    named = door >= 0
    leading = np.zeros(n_piles, dtype=np.int64)
    if named.any():
        n_doors = int(door.max()) + 1
        pairs, count = np.unique(pile[named] * n_doors + door[named], return_counts=True)
        np.maximum.at(leading, pairs // n_doors, count)
    whose: BoolArray = leading >= _ONE_DOOR_SHARE * np.bincount(pile, minlength=n_piles)
    return whose
