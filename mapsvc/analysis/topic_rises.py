"""Weekly counts of many topics at once: which of them is asked about more than the weeks before let expect.

A topic's last week, and its last four weeks together, are held against what the eight weeks before them let expect.
How far a count may stray is read from how far the same forecast was off in the past (the prequential view: Dawid 1984,
J. R. Stat. Soc. A 147:278): a topic that drifts with the seasons or comes in bouts has erred before and must stand out
more. Errors are pooled as squares over expected counts, so that weeks in which next to nothing was expected say next to
nothing about the spread; what a topic has too little of to say by itself it borrows from the median of all topics
(empirical Bayes). So a topic that nobody asked about before has the expectation of half a question in ten weeks and the
spread of its neighbours, and is judged as any other.

A rise of all topics at once (cards were handed out, a holiday is over) is no rise of a topic: the others' rise, as far
as it is certain, is expected of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.weekly import negative_binomial_interval, negative_binomial_tail

METHOD = "topic_rises.negative_binomial_1+4"
SPANS = (1, 4)
"""Weeks that are looked at together."""
LEAST_WEEKS = 8
"""So many before the last one, or nothing is judged."""
LEAST_COUNT = 3
"""Fewer say nothing."""
BASE_WEEKS = 8
LONGEST_WEEKS = 52
_LONG_WEEKS = 2.0
"""So many weeks of the whole past stand beside the last eight, as in `analysis.weekly`."""
_PRIOR = 0.5
_USUAL_PHI, _PHI_COUNTS = 1.5, 8.0
"""Dispersion where nothing is known of it; how many expected counts the topics' common one weighs."""
_ROUGH = 0.4
_LEAST_TOPICS, _SAYS_COUNTS = 5, 8.0
_SURE = 2.0
"""Standard deviations by which the rise of all others is taken to be smaller than it looks."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Rise:
    """A topic's last weeks beside what was expected.

    Attributes
    ----------
    count, expected, low, high : int, float
        Of the last `weeks` weeks, with the interval that holds nine of ten.
    p : float
        One-sided, of all spans together (Bonferroni); `p_span`: of this one alone.
    phi : float
        Dispersion: squared errors of past forecasts over what was expected, with what was borrowed.
    common : float
        How much more of all other topics there is, at least; 1: no more.
    n, window : int
        Weeks and days it rests on.
    """

    method: str
    weeks: int
    count: int
    expected: float
    low: float
    high: float
    p_span: float
    p: float
    phi: float
    common: float
    n: int
    window: int
    seed: int


def judge_topics(counts: IntArray, *, seed: int = 1) -> tuple[Rise | None, ...]:
    """The last weeks of each topic; None for all while the past is too short.

    Parameters
    ----------
    counts : int array of shape (topics, weeks)
        The oldest week first.
    seed : int
        Echoed; nothing is drawn.
    """
    x = np.asarray(counts, dtype=np.float64)[:, -(LONGEST_WEEKS + BASE_WEEKS + 1) :]
    if x.shape[1] < LEAST_WEEKS + 1:
        return (None,) * len(x)
    spans = [_Span.of(x, weeks) for weeks in SPANS]
    return tuple(_strongest([one.rise(k, x.shape[1] - 1, seed) for one in spans]) for k in range(len(x)))


@dataclass(frozen=True)
class _Span:
    """All topics' last `weeks` weeks: counts, expectations (with the common rise), dispersions."""

    weeks: int
    count: FloatArray
    expected: FloatArray
    common: FloatArray
    phi: FloatArray

    @classmethod
    def of(cls, x: FloatArray, weeks: int) -> "_Span":
        seen, forecast = _forecasts(x, weeks)
        count, expected = seen[:, -1], forecast[:, -1]
        common = _common_rise(count, expected)
        return cls(weeks, count, expected * common, common, _dispersion(seen[:, :-1], forecast[:, :-1], weeks))

    def rise(self, k: int, n: int, seed: int) -> Rise:
        count, expected = int(self.count[k]), float(self.expected[k])
        spread = float(self.phi[k]) * expected
        p = negative_binomial_tail(count, expected, spread) if count >= LEAST_COUNT else 1.0
        low, high = negative_binomial_interval(expected, spread)
        return Rise(
            METHOD, self.weeks, count, expected, low, high, p, min(1.0, len(SPANS) * p), float(self.phi[k]),
            float(self.common[k]), n, 7 * n, seed,
        )  # fmt: skip


def _strongest(found: Sequence[Rise]) -> Rise:
    return min(found, key=lambda one: (one.p, one.weeks))


def _forecasts(x: FloatArray, weeks: int) -> tuple[FloatArray, FloatArray]:
    """(seen, forecast) of every window of so many weeks with a past, the last one included; shape (topics, windows).

    The first forecast rests on four weeks, or on two where one week is looked at.
    """
    least = min(4, 2 * weeks)
    total = np.concatenate([np.zeros((len(x), 1)), np.cumsum(x, axis=1)], axis=1)
    past = np.arange(least, x.shape[1] - weeks + 1)
    seen = total[:, past + weeks] - total[:, past]
    base = np.minimum(past, BASE_WEEKS)
    lately = total[:, past] - total[:, past - base]
    mean = (lately + _LONG_WEEKS * total[:, past] / past + _PRIOR) / (base + _LONG_WEEKS)
    return seen, weeks * mean


def _dispersion(seen: FloatArray, forecast: FloatArray, weeks: int) -> FloatArray:
    """Of each topic: its own squared errors and what it borrows, at least 1 and the error of a mean of so few weeks."""
    # Windows that overlap tell the same again.
    squares, expected = ((seen - forecast) ** 2).sum(axis=1) / weeks, forecast.sum(axis=1) / weeks
    says = expected >= _SAYS_COUNTS
    ratio = squares[says] / expected[says]
    error = 1 + weeks / (BASE_WEEKS + _LONG_WEEKS)
    common = float(np.median(ratio)) if len(ratio) >= _LEAST_TOPICS else _USUAL_PHI * error
    own = (squares + _PHI_COUNTS * common) / (expected + _PHI_COUNTS)
    # Known only roughly: somewhat larger than measured, the more so the fewer forecasts tell of it.
    rough = 1 + _ROUGH * (seen.shape[1] / weeks + 1) ** -0.5
    return np.asarray(np.maximum(own, error) * rough, dtype=np.float64)


def _common_rise(count: FloatArray, expected: FloatArray) -> FloatArray:
    """Of each topic: how much more than expected all others have together, less what may be chance; at least 1."""
    others, usual = count.sum() - count, expected.sum() - expected
    sure = others - _SURE * np.sqrt(np.maximum(others, 1.0))
    return np.asarray(np.maximum(1.0, sure / np.maximum(usual, 1.0)), dtype=np.float64)
