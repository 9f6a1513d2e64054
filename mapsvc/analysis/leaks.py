"""Which doors may get wet in the next heavy rain, from their own past leaks and those of their neighbours.

A spell of heavy rain is one trial for every door: it leaked within three days, or it did not. A door has had few
trials, so its share is drawn towards that of its neighbours, and theirs towards the street's: the posterior mean of a
gamma-Poisson model, prior by the method of moments (empirical Bayes; Clayton & Kaldor 1987, Biometrics 43:671; the
neighbourhood as the nearer prior after Marshall 1991, Applied Statistics 40:283). Trials and leaks decay with their
age by the same weights, so the result stays a share: leaks expected per heavy rain. A leak on a dry day (a pipe burst)
and one that was repaired, with the effect seen, count less. Where no rainfall is known every week is a trial, those
of the wet months more than the others. Nothing is drawn by lot: the seed is carried along for the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

METHOD_RAIN = "leaks_per_heavy_rain.gamma_poisson.decayed"
METHOD_WEEKS = "leaks_per_week.gamma_poisson.decayed"
LEAST_LEAKS = 5
"""With fewer leaks on the whole street nothing is said of how likely doors are."""
LEAST_SPELLS = 5
"""With fewer spells of heavy rain they are no trials: weeks are."""
AFTER_DAYS = 3
"""A leak within so many days of heavy rain is put down to it."""
HALF_LIFE_DAYS = 540.0
DRY, UNKNOWN, REPAIRED = 0.3, 0.6, 0.4
"""What a leak counts on a dry day, on a day of which no rain is known, and one that was repaired and stayed gone."""
NEIGHBOUR = 0.5
"""What a neighbour's trial tells of this door, beside one of its own."""
WET_MONTHS = frozenset({5, 6, 7, 8, 9, 10})
WET, OTHER_SEASON = 1.0, 0.6
_SAME_LEAK_DAYS = 3
_LEAST_PRIOR, _MOST_PRIOR = 2.0, 400.0
_WEEK = 7

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Leaks:
    """Past leaks, one element each.

    Attributes
    ----------
    door : (n,) int
        Index of the door.
    day : (n,) int
        Number of the office's day (``date.toordinal``).
    repaired : (n,) bool
        Closed, and seen to be gone.
    """

    door: Ints
    day: Ints
    repaired: Flags


@dataclass(frozen=True)
class DoorRisk:
    """One door: `rate` leaks expected per trial, `points` how many times the street's mean that is.

    Attributes
    ----------
    n : int
        Its own leaks in the window, several reports within three days being one.
    n_rain : int
        Of these within three days of heavy rain.
    first_day, last_day : int or None
        Of its own leaks.
    neighbours : tuple of int
        Indices of the neighbours that leaked, those that did so most often first.
    """

    door: int
    rate: float
    points: float
    n: int
    n_rain: int
    first_day: int | None
    last_day: int | None
    neighbours: tuple[int, ...]


@dataclass(frozen=True)
class LeakRisks:
    """All doors for which anything speaks, the likeliest first.

    Attributes
    ----------
    method, window, n, seed
        How, days looked back, leaks counted, and the seed (nothing is drawn).
    trials : int
        Spells of heavy rain, or weeks, in the window.
    mean : float
        Leaks per door and trial on the whole street.
    prior : float
        How many trials the neighbours' share is worth.
    base : float
        Leaks per trial of a door for which nothing speaks.
    enough : bool
        Whether there were leaks enough to say how likely; else the order is by plain counts.
    """

    method: str
    window: int
    n: int
    seed: int
    trials: int
    mean: float
    prior: float
    base: float
    enough: bool
    doors: tuple[DoorRisk, ...]


def spells(rain: Mapping[int, float], heavy_mm: float) -> Ints:
    """First days of spells of heavy rain: days of at least `heavy_mm`, those within three days of the last being one.

    Parameters
    ----------
    rain : mapping
        mm by number of the day.
    """
    heavy = sorted(day for day, mm in rain.items() if mm >= heavy_mm)
    return np.array([d for i, d in enumerate(heavy) if i == 0 or d - heavy[i - 1] > AFTER_DAYS], dtype=np.int64)


def doors_at_risk(
    leaks: Leaks,
    doors: int,
    pairs: Ints,
    until: int,
    window: int,
    weights: Floats | None = None,
    rain: Mapping[int, float] | None = None,
    heavy_mm: float = 25.0,
    seed: int = 1,
) -> LeakRisks:
    """Rank the doors for which past leaks speak, their own or their neighbours'.

    Parameters
    ----------
    leaks : Leaks
    doors : int
        How many doors there are.
    pairs : (m, 2) int
        Neighbours: same building, adjacent numbers, within reach; each pair once.
    weights : (m,) float or None
        How near these are, from 0 to 1; None: all 1.
    until : int
        Last day that counts (number of the day).
    window : int
        Days looked back, `until` included.
    rain : mapping or None
        mm by number of the day, where known.
    heavy_mm : float
        From how many mm in a day rain is heavy.

    Returns
    -------
    LeakRisks
    """
    mine = _once(leaks, until, window)
    heavy = _heavy_days(rain or {}, heavy_mm, until, window)
    begun = spells({int(d): heavy_mm for d in heavy}, heavy_mm)
    by_rain = begun.size >= LEAST_SPELLS
    after = _is_after(mine.day, heavy)
    trials = begun if by_rain else np.arange(until, until - window, -_WEEK, dtype=np.int64)
    exposure = float(np.sum(_decay(trials, until) * (1.0 if by_rain else _season(trials))))
    weight = _decay(mine.day, until) * np.where(mine.repaired, REPAIRED, 1.0)
    dry = np.array([DRY if int(d) in (rain or {}) else UNKNOWN for d in mine.day], dtype=np.float64)
    weight = weight * (np.where(after, 1.0, dry) if by_rain else _season(mine.day))
    own = np.bincount(mine.door, weights=weight, minlength=doors).astype(np.float64)
    mean = float(own.sum()) / max(doors * exposure, 1e-9)
    prior = _prior(own, exposure, mean)
    near = np.ones(len(pairs)) if weights is None else weights
    rate = _shrunk(own, exposure, pairs, near, mean, prior)
    enough = mine.day.size >= LEAST_LEAKS
    found = _described(mine, after, rate, mean, pairs, doors)
    if not enough:
        found = sorted(found, key=lambda d: (-d.n, -(d.last_day or 0), -len(d.neighbours), d.door))
    method = METHOD_RAIN if by_rain else METHOD_WEEKS
    base = prior * mean / (exposure + prior)
    return LeakRisks(method, window, int(mine.day.size), seed, len(trials), mean, prior, base, enough, tuple(found))


def _once(leaks: Leaks, until: int, window: int) -> Leaks:
    """Leaks of the window by door and day; what is reported again within three days of the first is the same leak."""
    inside = (leaks.day <= until) & (leaks.day > until - window)
    door, day, repaired = leaks.door[inside], leaks.day[inside], leaks.repaired[inside]
    order = np.lexsort((repaired, day, door))
    kept, first = [], (-1, 0)
    for i in order:
        if door[i] != first[0] or day[i] - first[1] > _SAME_LEAK_DAYS:
            first = (int(door[i]), int(day[i]))
            kept.append(i)
    chosen = np.array(kept, dtype=np.int64)
    return Leaks(door[chosen], day[chosen], repaired[chosen])


def _heavy_days(rain: Mapping[int, float], heavy_mm: float, until: int, window: int) -> Ints:
    days = sorted(d for d, mm in rain.items() if mm >= heavy_mm and until - window < d <= until)
    return np.array(days, dtype=np.int64)


def _is_after(day: Ints, heavy: Ints) -> Flags:
    """Whether heavy rain fell on the day or within three days before."""
    if heavy.size == 0:
        return np.zeros(day.shape, dtype=np.bool_)
    last = np.searchsorted(heavy, day, side="right") - 1
    return (last >= 0) & (day - heavy[np.maximum(last, 0)] <= AFTER_DAYS)


def _decay(day: Ints, until: int) -> Floats:
    return np.exp2(-(until - day) / HALF_LIFE_DAYS)


def _season(day: Ints) -> Floats:
    months = (day - 719_163).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return np.where(np.isin(months, list(WET_MONTHS)), WET, OTHER_SEASON)


def _prior(own: Floats, exposure: float, mean: float) -> float:
    """How many trials the prior is worth: mean over the variance between doors that chance does not explain."""
    if own.size < 2 or mean <= 0 or exposure <= 0:
        return _MOST_PRIOR
    between = float(np.var(own / exposure, ddof=1)) - mean / exposure
    return float(np.clip(mean / between if between > 0 else _MOST_PRIOR, _LEAST_PRIOR, _MOST_PRIOR))


def _shrunk(own: Floats, exposure: float, pairs: Ints, weights: Floats, mean: float, prior: float) -> Floats:
    """Leaks per trial of every door: drawn to its neighbours', theirs to the street's."""
    near = np.zeros_like(own)
    count = np.zeros_like(own)
    for a, b in ((0, 1), (1, 0)):
        np.add.at(near, pairs[:, a], weights * own[pairs[:, b]])
        np.add.at(count, pairs[:, a], weights)
    around = (NEIGHBOUR * near + prior * mean) / (NEIGHBOUR * count * exposure + prior)
    return np.asarray((own + prior * around) / (exposure + prior), dtype=np.float64)


def _described(leaks: Leaks, after: Flags, rate: Floats, mean: float, pairs: Ints, doors: int) -> list[DoorRisk]:
    """Doors that leaked or whose neighbours did, the likeliest first."""
    n = np.bincount(leaks.door, minlength=doors)
    n_rain = np.bincount(leaks.door[after], minlength=doors)
    near: dict[int, list[int]] = {}
    for a, b in pairs.tolist():
        if n[b]:
            near.setdefault(a, []).append(b)
        if n[a]:
            near.setdefault(b, []).append(a)
    days: dict[int, list[int]] = {}
    for door, day in zip(leaks.door.tolist(), leaks.day.tolist(), strict=True):
        days.setdefault(door, []).append(day)
    found = [
        DoorRisk(
            door, float(rate[door]), float(rate[door]) / mean if mean > 0 else 0.0, int(n[door]), int(n_rain[door]),
            min(days.get(door, []), default=None), max(days.get(door, []), default=None),
            tuple(sorted(near.get(door, []), key=lambda o: (-int(n[o]), o))),
        )
        for door in sorted(set(days) | set(near))
    ]  # fmt: skip
    return sorted(found, key=lambda d: (-d.rate, d.door))
