"""Weekly counts against the same weeks of earlier years (Farrington, Andrews, Beale & Catchpole 1996, JRSS A 159:547).

A quasi-Poisson regression with a logarithmic link through the weeks around this one in earlier years, with a straight
trend where it is significant, rests on three years at least and foretells nothing beyond what was seen; earlier bouts
are weighed down by their Anscombe residuals; the limit of the predicted count is found on the scale on which its
distribution is about symmetric (power 2/3).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

METHOD = "farrington.quasi_poisson"
WEEKS_A_YEAR = 52
_STEPS, _CLOSE = 25, 1e-8
_TREND_LEVEL, _TREND_YEARS = 0.05, 3

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class FarringtonWeek:
    """A week beside its limit.

    Attributes
    ----------
    week : int
        Index into the series, from 0.
    expected, upper : float
        The predicted count and its limit; the limit is 0 where too little was seen lately to say anything.
    p : float
        Chance of at least the count, on the transformed scale; 1 where nothing is said.
    phi : float
        Dispersion, at least 1.
    has_trend : bool
        Whether a trend was kept.
    n : int
        Weeks it rests on.
    """

    method: str
    week: int
    count: int
    expected: float
    upper: float
    p: float
    is_alarm: bool
    phi: float
    has_trend: bool
    n: int
    window: int
    seed: int


@dataclass(frozen=True)
class _Fit:
    """A fitted regression: coefficients, their unscaled covariance, means, leverages, dispersion."""

    beta: FloatArray
    covariance: FloatArray
    mean: FloatArray
    leverage: FloatArray
    dispersion: float
    freedom: int


def farrington(
    counts: Sequence[int] | IntArray,
    weeks: Sequence[int],
    *,
    years: int = 3,
    half_window: int = 3,
    alpha: float = 0.01,
    reweigh: bool = True,
    trend: bool = True,
    power: float = 2 / 3,
    least: tuple[int, int] = (5, 4),
    seed: int = 1,
) -> tuple[FarringtonWeek, ...]:
    """Each of `weeks` beside its limit.

    Parameters
    ----------
    counts : int array of shape (n,)
        One count per week.
    weeks : sequence of int
        Indices to look at; each needs `years` * 52 + `half_window` weeks before it.
    years, half_window : int
        How many earlier years, and how many weeks on either side of the same week.
    alpha : float
        Two-sided level of the limit.
    power : float
        2/3 for skewness, 1/2 for variance, 1 for none.
    least : (int, int)
        At least so many reports in so many weeks, this one included; fewer raise nothing.
    seed : int
        Echoed; nothing is drawn.

    Raises
    ------
    ValueError
        Not enough weeks before one of them.
    """
    series = np.asarray(counts, dtype=np.float64)
    return tuple(_one(series, week, years, half_window, alpha, reweigh, trend, power, least, seed) for week in weeks)


def _one(
    series: FloatArray,
    week: int,
    years: int,
    half: int,
    alpha: float,
    reweigh: bool,
    trend: bool,
    power: float,
    least: tuple[int, int],
    seed: int,
) -> FarringtonWeek:
    from scipy.stats import norm

    if week - years * WEEKS_A_YEAR - half < 0:
        raise ValueError(f"week {week} needs {years} years before it")
    at = np.concatenate(
        [week - back * WEEKS_A_YEAR + np.arange(-half, half + 1) for back in range(years, 0, -1)]
    ).astype(np.float64)
    seen = series[at.astype(np.int64)]
    fit, has_trend = _chosen(at, seen, week, years, reweigh, trend)
    phi = max(fit.dispersion, 1.0)
    x = np.array([1.0, week]) if has_trend else np.array([1.0])
    expected = float(np.exp(x @ fit.beta))
    spread = _spread(expected, float(phi * (x @ fit.covariance @ x)) * expected + phi, power)
    upper = float((expected**power + norm.ppf(1 - alpha / 2) * spread) ** (1 / power))
    count = int(series[week])
    speaks = series[max(0, week - least[1] + 1) : week + 1].sum() >= least[0]
    p = float(norm.sf((count**power - expected**power) / spread)) if speaks else 1.0
    return FarringtonWeek(
        METHOD, week, count, expected, upper if speaks else 0.0, p, bool(speaks and count > upper), phi, has_trend,
        len(at), years * WEEKS_A_YEAR + half, seed,
    )  # fmt: skip


def _spread(expected: float, tau: float, power: float) -> float:
    """Standard deviation of the predicted count raised to `power`: the delta method."""
    return float(power * expected ** (power - 0.5) * np.sqrt(tau))


def _chosen(at: FloatArray, seen: FloatArray, week: int, years: int, reweigh: bool, trend: bool) -> tuple[_Fit, bool]:
    """The regression with a trend if it earns its place, else the one without."""
    from scipy.stats import t as student

    if not seen.any():
        return _nothing_seen(len(at)), False
    level = np.ones((len(at), 1))
    if trend:
        sloped = np.stack([level[:, 0], at], axis=1)
        fit = _fitted(sloped, seen, reweigh)
        if fit is not None:
            error = np.sqrt(fit.dispersion * fit.covariance[1, 1])
            p = 2 * float(student.sf(abs(fit.beta[1]) / error, fit.freedom)) if error > 0 else 1.0
            foretold = float(np.exp(fit.beta @ np.array([1.0, week])))
            if years >= _TREND_YEARS and p < _TREND_LEVEL and foretold <= seen.max():
                return fit, True
    flat = _fitted(level, seen, reweigh)
    return (flat if flat is not None else _nothing_seen(len(at))), False


def _fitted(design: FloatArray, seen: FloatArray, reweigh: bool) -> _Fit | None:
    fit = _regress(design, seen, np.ones(len(seen)))
    if fit is None or not reweigh:
        return fit
    phi = max(fit.dispersion, 1.0)
    return _regress(design, seen, _weights(_anscombe(seen, fit, phi)))


def _anscombe(seen: FloatArray, fit: _Fit, phi: float) -> FloatArray:
    raw: FloatArray = 1.5 * (seen ** (2 / 3) * fit.mean ** (-1 / 6) - np.sqrt(fit.mean))
    return raw / np.sqrt(phi * np.maximum(1 - fit.leverage, 1e-12))


def _weights(residuals: FloatArray) -> FloatArray:
    """What stood out counts by the inverse square of how far; the rest alike; together as many as there are."""
    weights = np.where(residuals > 1, np.maximum(residuals, 1.0) ** -2, 1.0)
    return np.asarray(weights * len(residuals) / weights.sum(), dtype=np.float64)


def _regress(design: FloatArray, seen: FloatArray, weights: FloatArray) -> _Fit | None:
    """Poisson regression with logarithmic link by iteratively reweighted least squares; None if it runs away."""
    mean = seen + 0.1
    deviance = np.inf
    # Weeks are centred while solving: squares of large indices lose digits.
    centre = design.mean(axis=0) * (np.ptp(design, axis=0) > 0)
    inner = design - centre
    for _ in range(_STEPS):
        working = np.log(mean) + (seen - mean) / mean
        w = weights * mean
        try:
            beta = np.linalg.solve(inner.T @ (inner * w[:, None]), inner.T @ (w * working))
        except np.linalg.LinAlgError:
            return None
        mean = np.exp(np.clip(inner @ beta, -30, 30))
        before, deviance = deviance, _deviance(seen, mean, weights)
        if abs(deviance - before) / (abs(deviance) + 0.1) < _CLOSE:
            break
    else:
        return None
    w = weights * mean
    inverse = np.linalg.inv(inner.T @ (inner * w[:, None]))
    leverage = w * np.einsum("ij,jk,ik->i", inner, inverse, inner)
    freedom = len(seen) - design.shape[1]
    dispersion = float((weights * (seen - mean) ** 2 / mean).sum() / freedom)
    turn = np.eye(len(beta))
    turn[0] -= centre * (np.arange(len(beta)) > 0)
    return _Fit(turn @ beta, turn @ inverse @ turn.T, mean, leverage, dispersion, freedom)


def _deviance(seen: FloatArray, mean: FloatArray, weights: FloatArray) -> float:
    ratio = np.where(seen > 0, seen, 1.0) / np.where(seen > 0, mean, 1.0)
    return float(2 * (weights * (seen * np.log(ratio) - (seen - mean))).sum())


def _nothing_seen(n: int) -> _Fit:
    """Earlier years without a single report: half a report in all of them."""
    mean = 0.5 / n
    return _Fit(np.array([np.log(mean)]), np.array([[2.0]]), np.full(n, mean), np.full(n, 1 / n), 1.0, n - 1)
