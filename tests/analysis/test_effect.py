"""The effect at a place: right where it can be counted out by hand, seldom wrong where nothing changed."""

from __future__ import annotations

from fractions import Fraction
from math import comb, inf, log

import numpy as np
import pytest

from mapsvc.analysis.effect import (
    LEAST_COMPARABLE,
    LEAST_SPREAD,
    USUAL_SPREAD,
    Usual,
    alike,
    measure,
    mid_p,
    report_days,
    usual_change,
)
from mapsvc.domain.effects import Measured

CERTAIN = Usual(0.0, 0.0)
LEVEL = 0.9


def counted(after: int, total: int, share: Fraction) -> Fraction:
    """Mid-p of a binomial, summed term by term."""
    chance = [comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(total + 1)]
    return sum(chance[:after], Fraction(0)) + chance[after] / 2


@pytest.mark.parametrize("total", [1, 2, 5, 9])
@pytest.mark.parametrize("ratio", [Fraction(1, 4), Fraction(1), Fraction(3)])
@pytest.mark.parametrize("lengths", [Fraction(1), Fraction(1, 2)])
def test_mid_p_is_what_counting_gives(total: int, ratio: Fraction, lengths: Fraction) -> None:
    odds = ratio * lengths
    for after in range(total + 1):
        told = mid_p(after, total, log(ratio), log(lengths), CERTAIN)
        assert told == pytest.approx(float(counted(after, total, odds / (1 + odds))), abs=1e-12)


def test_a_spread_makes_the_unlikely_likelier() -> None:
    wide, heavy = Usual(0.0, 0.8), Usual(0.0, 0.8, 2.0)
    tails = [mid_p(1, 12, 0.0, 0.0, usual) for usual in (CERTAIN, wide, heavy)]
    assert tails[0] < tails[1] < tails[2] < 0.5
    assert mid_p(6, 12, 0.0, 0.0, heavy) == pytest.approx(0.5)


def test_the_interval_holds_the_estimate_and_turns_with_the_windows() -> None:
    there = measure(11, 2, 56, 56, [(9, 8), (12, 13), (8, 9), (11, 10), (10, 10)])
    assert 0 < there.low < there.ratio < there.high < 1
    assert there.is_less and not there.is_more
    back = measure(2, 11, 56, 56, [(8, 9), (13, 12), (9, 8), (10, 11), (10, 10)])
    assert back.is_more
    assert (1 / back.high, 1 / back.ratio, 1 / back.low) == pytest.approx((there.low, there.ratio, there.high))


def test_what_fell_everywhere_is_no_effect() -> None:
    everywhere = [(12, 3), (10, 2), (14, 4), (9, 2), (11, 3), (13, 3)]
    same = measure(11, 3, 56, 56, everywhere)
    assert same.usual < 0.4 and not same.is_less
    assert measure(11, 3, 56, 56, [(b, b) for b, _ in everywhere]).is_less


def test_a_shorter_window_counts_by_its_days() -> None:
    steady = [(10, 5), (12, 6), (8, 4), (9, 5), (11, 5)]
    assert measure(10, 5, 56, 28, steady).ratio == pytest.approx(1, abs=0.15)
    assert measure(10, 5, 56, 28, steady).usual == pytest.approx(1, abs=0.15)


def test_nothing_left_and_nothing_before_have_open_ends() -> None:
    gone = measure(9, 0, 56, 56)
    assert (gone.low, gone.ratio) == (0, 0) and 0 < gone.high < inf
    new = measure(0, 9, 56, 56)
    assert (new.ratio, new.high) == (inf, inf) and new.low > 0
    assert not measure(2, 1, 56, 56).is_enough and not measure(4, 0, 56, 56).is_less


def test_places_as_bad_before_are_compared() -> None:
    others = [(0, 9), (1, 0), (2, 1), (6, 5), (10, 9), (12, 8), (14, 12), (40, 30)]
    assert alike(10, others) == [(10, 9), (12, 8), (14, 12), (6, 5)]
    assert alike(3, others) == [(2, 1), (6, 5), (1, 0), (10, 9)]
    assert alike(3, []) == []


def test_without_comparable_places_the_usual_swing_is_assumed() -> None:
    assert usual_change([(4, 4)] * (LEAST_COMPARABLE - 1), 56, 56) == Usual(0.0, USUAL_SPREAD)
    calm = usual_change([(20, 20)] * 12, 56, 56)
    assert calm.centre == 0 and LEAST_SPREAD < calm.spread < 0.4 and calm.freedom == 10
    wild = usual_change([(20, 2), (3, 20), (20, 5), (6, 25), (15, 15), (2, 18)], 56, 56)
    assert wild.spread > 1


def test_days_are_counted_once() -> None:
    days = np.array([3, 3, 4, 9, 10, 10], dtype=np.int64)
    assert (report_days(days, 3, 10), report_days(days, 4, 11), report_days(days, 11, 20)) == (3, 3, 0)


def _street(rng: np.random.Generator, places: int, mean: float, spread: float, effect: float) -> Measured:
    """One place and others like it; each window of each swings by itself, as bouts of reports make it."""
    rates = rng.gamma(4, mean / 4, size=places)
    swing = rng.gamma(1 / spread, spread, size=(2, places)) if spread else np.ones((2, places))
    changed = np.where(np.arange(places) == 0, effect, 1.0)
    before = np.minimum(rng.poisson(rates * swing[0]), 56)
    after = np.minimum(rng.poisson(rates * swing[1] * changed), 56)
    others = list(zip(before[1:].tolist(), after[1:].tolist(), strict=True))
    return measure(int(before[0]), int(after[0]), 56, 56, alike(int(before[0]), others), LEVEL)


@pytest.mark.parametrize("places", [1, 6, 20])
@pytest.mark.parametrize("spread", [0.0, 0.25])
@pytest.mark.parametrize("effect", [1.0, 0.4])
def test_it_is_wrong_as_seldom_as_it_says(places: int, spread: float, effect: float) -> None:
    rng = np.random.default_rng(7)
    told = [_street(rng, places, 12.0, spread, effect) for _ in range(250)]
    enough = [one for one in told if one.is_enough]
    missed = sum(not one.low <= effect <= one.high for one in enough) / len(enough)
    # Three standard errors of 250 draws above the nominal tenth.
    assert missed < (1 - LEVEL) + 3 * (0.1 * 0.9 / len(enough)) ** 0.5
    if effect == 1.0:
        assert sum(one.is_less or one.is_more for one in enough) / len(enough) == pytest.approx(missed)


def test_a_strong_effect_is_found_more_often_than_not() -> None:
    rng = np.random.default_rng(3)
    found = [_street(rng, 20, 14.0, 0.05, 0.15).is_less for _ in range(100)]
    assert sum(found) > 70
