"""Limits of the public surface: what slows whom, and that one card cannot fill the store for the others."""

from __future__ import annotations

import pytest

from mapsvc.domain import surface_limits as rules
from mapsvc.domain.surface import SaidKind
from mapsvc.domain.surface_limits import Load, Weight


@pytest.mark.parametrize("kind", list(SaidKind))
def test_everything_that_can_be_said_weighs_something(kind: SaidKind) -> None:
    assert kind in rules.kinds_of(rules.WEIGHTS[kind])


@pytest.mark.parametrize("weight", list(Weight))
def test_one_source_cannot_go_beyond_the_usual_of_a_day_within_an_hour(weight: Weight) -> None:
    assert rules.AN_HOUR[weight] < rules.USUAL_A_DAY[weight]


def test_the_limit_of_an_hour_is_the_number_said_before_it() -> None:
    most = rules.AN_HOUR[Weight.WORDS]
    assert not rules.is_too_fast(most - 1, SaidKind.ASK)
    assert rules.is_too_fast(most, SaidKind.ASK)
    assert not rules.is_too_fast(most, SaidKind.QUIET)


def test_what_goes_beyond_the_usual_fills_only_half_of_the_store() -> None:
    half = Load(rules.MOST_ROWS // 2, 0)
    assert rules.is_full(half, 0, is_held=True)
    assert not rules.is_full(half, 0, is_held=False)
    assert rules.is_full(Load(rules.MOST_ROWS, 0), 0, is_held=False)


def test_photos_have_a_bound_of_their_own_and_words_still_fit() -> None:
    full = Load(0, rules.MOST_PHOTO_BYTES)
    assert rules.is_full(full, 1, is_held=False)
    assert not rules.is_full(full, 0, is_held=False)
    assert rules.is_full(Load(0, rules.MOST_PHOTO_BYTES // 2), 1, is_held=True)
