"""The false discovery rate over a week, and its budget: laws, and the law's own promise by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.analysis.false_alarms import (
    FIRST_LOOK,
    LATER_LOOK,
    LEVEL,
    Sign,
    adjusted,
    sieve,
    spend,
    within_budget,
)

PS = st.lists(st.floats(1e-9, 1.0), max_size=12)
SUBJECTS = st.dictionaries(st.text("abcde", min_size=1, max_size=4), st.floats(1e-9, 1.0), max_size=10)


def stepped_up(p: list[float], n: int, level: float) -> set[int]:
    """Procedure (1) of Benjamini & Hochberg as it is written: the largest k with p(k) <= k/n * level."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    ranks = [k for k in range(1, len(p) + 1) if p[order[k - 1]] <= k / n * level]
    return set(order[: max(ranks, default=0)])


@given(PS, st.integers(0, 40), st.floats(0.01, 0.5))
def test_q_below_the_level_is_what_the_step_up_procedure_rejects(p: list[float], more: int, level: float) -> None:
    n, rounding = len(p) + more, 1e-9
    q = adjusted(p, n)
    rejected = {i for i, one in enumerate(q) if one <= level}
    assert stepped_up(p, n, level * (1 - rounding)) <= rejected <= stepped_up(p, n, level * (1 + rounding))


def test_the_example_of_the_paper() -> None:
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
         1.000]  # fmt: skip
    # Benjamini & Hochberg 1995, section 4.1: four of the fifteen hypotheses are rejected at 0.05.
    assert sum(q <= 0.05 for q in adjusted(p, 15)) == 4


def test_tests_that_are_not_returned_count() -> None:
    assert adjusted([0.001], 1) == [0.001]
    assert adjusted([0.001], 50) == pytest.approx([0.05])
    assert adjusted([], 50) == []


@given(SUBJECTS, st.integers(0, 60), st.randoms(use_true_random=False))
def test_the_order_in_which_signs_come_does_not_matter(told: dict[str, float], more: int, random: object) -> None:
    signs = [Sign(subject, p) for subject, p in told.items()]
    mixed = list(signs)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert sieve(mixed, len(signs) + more) == sieve(signs, len(signs) + more)


@given(SUBJECTS, st.integers(0, 60), st.floats(0.005, 0.1))
def test_a_stricter_limit_lets_no_more_through(told: dict[str, float], more: int, limit: float) -> None:
    n = len(told) + more
    usual = sieve([Sign(s, p) for s, p in told.items()], n).found
    strict = sieve([Sign(s, p, limit) for s, p in told.items()], n).found
    assert set(strict) <= set(usual)
    assert list(usual) == sorted(usual, key=lambda s: (told[s], s))


@given(st.lists(st.integers()), st.integers(-3, 10))
def test_never_more_than_the_budget_and_nothing_is_lost(found: list[int], room: int) -> None:
    shown, held = within_budget(found, room)
    assert len(shown) <= max(room, 0) and [*shown, *held] == found


def test_a_weeks_looks_share_its_error() -> None:
    assert pytest.approx(1.0) == FIRST_LOOK + 6 * LATER_LOOK
    assert spend(0.035, FIRST_LOOK) == pytest.approx(0.05) and spend(0.2, LATER_LOOK) == 1.0


def test_weeks_in_which_nothing_happens_are_quiet_at_the_level() -> None:
    """4,000 weeks of 40 tests without anything: seven looks each, as unlike each other as can be, and the same."""
    rng = np.random.default_rng(7)
    shares = np.array([FIRST_LOOK, *[LATER_LOOK] * 6])
    for looks in (rng.random((4000, 40, 7)), np.repeat(rng.random((4000, 40, 1)), 7, axis=2)):
        week = np.minimum(1.0, (looks / shares).min(axis=2))
        alarmed = sum(min(adjusted(list(p), 40)) <= LEVEL for p in np.sort(week, axis=1)[:, :5])
        # Exact binomial: three standard deviations above 10 % of 4,000.
        assert alarmed <= 4000 * LEVEL + 3 * (4000 * LEVEL * (1 - LEVEL)) ** 0.5


def test_of_what_is_raised_the_share_of_chance_is_within_the_level() -> None:
    rng = np.random.default_rng(11)
    shares = []
    for _ in range(1500):
        true = rng.random(8) ** 12
        false = rng.random(32)
        q = adjusted([*true, *false], 40)
        raised = [i for i, one in enumerate(q) if one <= LEVEL]
        shares.append(sum(i >= 8 for i in raised) / len(raised) if raised else 0.0)
    assert np.mean(shares) <= LEVEL
