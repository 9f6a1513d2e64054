"""Emerging hot spots by the published rules: each pattern as it is defined, and that they are silent on a street."""

import numpy as np
import pytest

from mapsvc.analysis.emerging import emerging_hotspots, pattern_of
from mapsvc.analysis.gistar import gi_star
from mapsvc.domain.changes import Emerging


def _street(n):
    return [np.array([j for j in (i - 1, i, i + 1) if 0 <= j < n]) for i in range(n)]


@pytest.mark.parametrize(
    ("hot", "cold", "direction", "pattern"),
    [
        ("0000000001", "", 0, Emerging.NEW),
        ("0000000111", "", 0, Emerging.CONSECUTIVE),
        ("0000000110", "", 0, None),
        ("1111111111", "", 1, Emerging.INTENSIFYING),
        ("1011111111", "", 1, Emerging.INTENSIFYING),
        ("1111111111", "", 0, Emerging.PERSISTENT),
        ("1111111111", "", -1, Emerging.DIMINISHING),
        ("1111111110", "", -1, Emerging.HISTORICAL),
        ("1100110011", "", 0, Emerging.SPORADIC),
        ("1100110011", "0010000000", 0, Emerging.OSCILLATING),
        ("1100110010", "", 0, None),
        ("0000000000", "", 1, None),
    ],
)
def test_each_pattern_is_as_defined(hot, cold, direction, pattern):
    flags = np.array([c == "1" for c in hot])
    cool = np.array([c == "1" for c in cold]) if cold else np.zeros(len(hot), dtype=bool)
    assert pattern_of(flags, cool, direction) is pattern


def test_with_one_period_it_is_gi_star():
    counts = np.random.default_rng(1).poisson(2.0, (30, 1))
    found = emerging_hotspots(counts, _street(30))
    assert np.allclose(found.z[:, 0], gi_star(counts[:, 0], _street(30)))


def test_a_bin_sees_its_cells_now_and_one_period_before():
    counts = np.zeros((20, 4), dtype=np.int64)
    counts[10, 1] = 5
    raised = emerging_hotspots(counts, _street(20)).z > 0
    assert {tuple(at) for at in np.argwhere(raised)} == {(i, t) for i in (9, 10, 11) for t in (1, 2)}


def test_a_strong_corner_among_many_reports_is_found():
    counts = np.random.default_rng(2).poisson(5.0, (60, 10))
    counts[30, -1] += 40
    counts[10] += 30
    found = emerging_hotspots(counts, _street(60))
    assert found.types[30] is Emerging.NEW
    assert found.types[10] is Emerging.PERSISTENT
    assert found.n == counts.sum() and found.method


def test_nothing_at_all_is_no_pattern():
    found = emerging_hotspots(np.zeros((5, 6), dtype=np.int64), _street(5))
    assert set(found.types) == {None} and not found.z.any()
