"""Episodes: one trouble counted once, as the plain loop over all reports in time would have it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis import episodes
from mapsvc.analysis.episodes import merge_episodes

_row = st.tuples(st.integers(-12, 12), st.integers(-12, 12), st.integers(0, 9), st.integers(0, 2))


def _by_loop(points, time, kind, span, radius_m):
    """The rule read out: in time, each report joins the earliest opener within reach, else it opens."""
    openers, home = [], np.arange(len(time))
    for i in np.lexsort((np.arange(len(time)), time)):
        near = ((points[openers] - points[i]) ** 2).sum(axis=1) <= radius_m**2
        reach = near & (kind[openers] == kind[i]) & (time[i] - time[openers] <= span)
        if reach.any():
            home[i] = openers[int(np.flatnonzero(reach)[0])]
        else:
            openers.append(i)
    return home


@settings(max_examples=150, deadline=None)
@given(st.lists(_row, max_size=40), st.sampled_from([3, 40, 2_000_000]), st.sampled_from([1, 7, 65_536]))
def test_all_at_once_gives_what_one_after_the_other_gives(rows, most_pairs, block):
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    points, time, kind = table[:, :2] * 10.0, table[:, 2], table[:, 3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(episodes, "_AT_ONCE", most_pairs)
        patch.setattr(episodes, "_PAIRS_ANYWAY", most_pairs)
        patch.setattr(episodes, "_PAIRS_PER_REPORT", 0)
        patch.setattr(episodes, "_BLOCK", block)
        found = merge_episodes(points, time, kind, span=3, radius_m=50.0)
    assert found.tolist() == _by_loop(points, time, kind, 3, 50.0).tolist()


def test_reports_on_one_corner_over_weeks_are_not_chained_into_one_episode():
    day = np.arange(0, 28, 2)
    episode = merge_episodes(np.zeros((14, 2)), day, np.zeros(14, dtype=np.int64), span=3)
    assert len(set(episode.tolist())) == 7


def test_two_kinds_on_one_day_are_two_episodes():
    episode = merge_episodes(np.zeros((2, 2)), np.array([1, 1]), np.array([0, 1]), span=3)
    assert len(set(episode.tolist())) == 2


def test_places_half_a_world_apart_do_not_meet():
    points = np.array([[0.0, 0.0], [9e6, 4e6], [9e6 + 30, 4e6], [-9e6, 4e6]])
    assert merge_episodes(points, np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64), span=3).tolist() == [
        0,
        1,
        1,
        3,
    ]
