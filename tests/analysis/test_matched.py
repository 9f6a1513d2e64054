"""Doors told beside comparable ones: alike before, each in one set; an interval that is wrong as seldom as it says."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis import matched as m
from mapsvc.analysis.matched import Subject, compare, exchanged, matched

WEEKS = 8


def subject(
    key: str, *days: int, told: int | None = None, trade: str = "餐饮", talk: int = 0, since: int = -9999
) -> Subject:
    """A door that asked about the topic on these days."""
    asked = np.array(sorted(days), dtype=np.int64)
    return Subject(key, trade, asked, np.sort(np.append(asked, np.full(talk, -10))), since, told)


def test_the_day_of_telling_belongs_to_neither_window() -> None:
    told = subject("a", -56, -1, 0, 1, 56, 57, told=0)
    (found,) = matched([told], [subject("b", -50, -2)], WEEKS)
    assert found.counts == ((2, 2), (2, 0))


def test_only_who_asked_as_often_before_is_compared() -> None:
    told = subject("a", -300, -20, told=0)
    others = [subject("never"), subject("once", -20), subject("thrice", -300, -200, -20), subject("alike", -350, -9)]
    (found,) = matched([told], others, WEEKS)
    assert found.counts == ((1, 0), (1, 0))


def test_the_same_trade_comes_first_then_who_is_as_talkative() -> None:
    told = subject("a", told=0, talk=6)
    others = [subject("x", 5, trade="零售", talk=6), subject("y", 5, 6, talk=0), subject("z", 5, 6, 7, talk=6)]
    (found,) = matched([told], others, WEEKS)
    assert [after for _, after in found.counts[1:]] == [3, 2, 1]


def test_who_runs_the_shop_since_then_is_no_comparison() -> None:
    assert matched([subject("a", told=0)], [subject("b", since=-20)], WEEKS) == []


@given(n_told=st.integers(0, 6), n_others=st.integers(0, 12))
def test_no_door_stands_in_two_sets_and_nobody_is_left_alone_for_anothers_third(n_told: int, n_others: int) -> None:
    told = [subject(f"t{n}", told=n) for n in range(n_told)]
    others = [subject(f"o{n}") for n in range(n_others)]
    sets = matched(told, others, WEEKS)
    sizes = [len(one.counts) - 1 for one in sets]
    assert len(sets) == min(n_told, n_others)
    assert sum(sizes) == min(n_others, n_told * m.MOST_BESIDE)
    assert max(sizes, default=0) - min(sizes, default=0) <= 1


@pytest.mark.parametrize("effect", [-1.0, 0.0, 0.5])
def test_the_interval_is_that_of_trying_every_exchange(effect: float) -> None:
    """Against all exchanges of four sets, counted one by one, at effects tried one by one."""
    changes = [np.array(one, dtype=float) for one in ([2, 0, 0], [1, 0, -1], [0, 1, 0], [3, 0, 1])]
    observed, low, high = exchanged(changes, seed=1)
    assert observed == pytest.approx(np.mean([one[0] - one[1:].mean() for one in changes]))
    at_least = at_most = 0
    taken = [np.concatenate(([one[0] - effect], one[1:])) for one in changes]
    seen = np.mean([one[0] - one[1:].mean() for one in taken])
    every = list(product(range(3), repeat=4))
    for picks in every:
        stat = np.mean([one[k] - np.delete(one, k).mean() for one, k in zip(taken, picks, strict=True)])
        at_least += stat >= seen - 1e-9
        at_most += stat <= seen + 1e-9
    # Clearly refused effects lie outside, clearly allowed ones inside.
    if min(at_least, at_most) / len(every) < 0.03:
        assert not low <= effect <= high
    if min(at_least, at_most) / len(every) > 0.08:
        assert low <= effect <= high


@settings(max_examples=25)
@given(shift=st.integers(-3, 3))
def test_the_interval_moves_with_the_effect(shift: int) -> None:
    rng = np.random.default_rng(5)
    changes = [rng.poisson(1, 4).astype(float) for _ in range(12)]
    moved = [np.concatenate(([one[0] + shift], one[1:])) for one in changes]
    assert np.allclose(np.array(exchanged(moved, 1)) - np.array(exchanged(changes, 1)), shift)


def test_nothing_comparable_says_nothing() -> None:
    found = compare([subject("a", told=0)], [], WEEKS)
    assert (found.doors, found.alone, found.is_enough, found.verdict) == (0, 1, False, "unsure")


def test_a_season_that_raises_all_is_no_effect() -> None:
    told = [subject(f"t{n}", 5, 9, told=0) for n in range(15)]
    others = [subject(f"o{n}", 4, 8) for n in range(45)]
    found = compare(told, others, WEEKS)
    assert found.verdict == "unsure" and found.difference == 0


def test_it_is_wrong_as_seldom_as_it_says() -> None:
    """Doors of very different rates, the most curious chosen: a tenth of the intervals may miss, not more."""
    rng = np.random.default_rng(11)
    wrong = 0
    rounds = 60
    for _ in range(rounds):
        rates = rng.gamma(0.6, 0.03, 120) / 7
        span = np.arange(-380, 57)
        asked = [np.repeat(span, rng.poisson(rate * (1 + (span > -20)))) for rate in rates]
        score = [len(days[(days > -183) & (days < 0)]) + rng.random() for days in asked]
        chosen = set(np.argsort(score)[-30:])
        doors = [Subject(str(n), "", days, days, told=0 if n in chosen else None) for n, days in enumerate(asked)]
        found = compare([d for d in doors if d.told == 0], [d for d in doors if d.told is None], WEEKS)
        wrong += found.verdict != "unsure"
    assert wrong <= 0.17 * rounds
