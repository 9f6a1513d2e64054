"""Hot spots: windows, what is usual, episodes, verdicts, and sums that add up."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis.cells import Cells, hexagon_cells, square_cells
from mapsvc.analysis.hotspots import Reports, find_hotspots
from mapsvc.domain.hotspots import Verdict

UNTIL = 10_000
SEGMENTS = Cells(tuple(f"s{i}" for i in range(80)), np.array([(i * 25.0, 0.0) for i in range(80)]), 30.0, "street")


def _reports(rows):
    """Rows of (segment, days ago, kind)."""
    segment, ago, kind = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    points = SEGMENTS.centres[segment] + np.stack([np.arange(len(rows)) % 5 * 1.0, np.zeros(len(rows))], axis=1)
    return Reports(points, UNTIL - ago, kind, segment)


def _quiet_street(seed=3, every_days=3, days=700):
    rng = np.random.default_rng(seed)
    return [(int(rng.integers(0, 80)), ago, int(rng.integers(0, 6))) for ago in range(1, days, every_days)]


def test_a_corner_that_breaks_out_is_much_more_than_usual_and_new():
    rows = _quiet_street(every_days=2) + [(40, ago, ago % 6) for ago in range(0, 48, 3)]
    rows = [row for row in rows if row[0] != 40 or row[1] < 56]
    found = find_hotspots(SEGMENTS, _reports(rows), UNTIL)
    assert found.days == 56
    assert found.verdict[40] is Verdict.MUCH
    assert found.kind_of_spot[40] == "new"
    assert found.priority[40] == 1


def test_a_corner_that_is_always_busy_is_as_usual():
    rows = _quiet_street(every_days=2) + [(40, ago, ago % 6) for ago in range(0, 700, 5)]
    found = find_hotspots(SEGMENTS, _reports(rows), UNTIL)
    assert found.expected[40] > 8
    assert found.verdict[40] in (Verdict.USUAL, Verdict.SLIGHTLY)
    assert found.kind_of_spot[40] == "chronic"


def test_the_window_widens_until_it_can_speak():
    rows = _quiet_street(every_days=6)
    assert find_hotspots(SEGMENTS, _reports(rows), UNTIL).days == 182


def test_too_few_reports_leave_every_busy_cell_unsure():
    found = find_hotspots(SEGMENTS, _reports([(3, 5, 0), (3, 9, 1), (7, 30, 0)]), UNTIL)
    assert not found.speaks
    assert found.verdict[3] is Verdict.UNSURE
    assert found.verdict[50] is Verdict.USUAL


def test_without_any_report_nothing_is_said():
    empty = Reports(np.zeros((0, 2)), *(np.zeros(0, dtype=np.int64) for _ in range(3)))
    found = find_hotspots(SEGMENTS, empty, UNTIL)
    assert found.n == 0
    assert set(found.verdict) == {Verdict.USUAL}


def test_without_any_cell_the_answer_is_empty():
    cells, index = square_cells(np.zeros((0, 2)), 75)
    empty = Reports(np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros(0, np.int64), index)
    assert len(find_hotspots(cells, empty, UNTIL).count) == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 79), st.integers(0, 400), st.integers(0, 3)), min_size=1, max_size=80))
def test_counts_add_up_and_episodes_never_exceed_reports(rows):
    found = find_hotspots(SEGMENTS, _reports(rows), UNTIL, days=56)
    assert found.count.sum() == sum(ago < 56 for _, ago, _ in rows)
    assert (found.episodes <= found.count).all()
    assert (found.report_days <= found.count).all()


def test_a_street_where_nothing_changes_rarely_shows_more_than_usual():
    crying = 0
    for seed in range(60):
        found = find_hotspots(SEGMENTS, _reports(_quiet_street(seed, every_days=1)), UNTIL)
        crying += any(band >= 95 for band in found.band)
    assert crying / 60 <= 0.05


def test_the_order_of_the_rows_changes_nothing():
    rows = _quiet_street(days=200)
    base, other = (find_hotspots(SEGMENTS, _reports(r), UNTIL) for r in (sorted(rows), sorted(rows)[::-1]))
    assert base.count.tolist() == other.count.tolist()
    assert base.verdict == other.verdict


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=1, max_size=40))
def test_every_point_lies_in_its_own_hexagon_and_no_centre_is_nearer(points):
    xy = np.array(points)
    cells, index = hexagon_cells(xy, 75)
    own = np.hypot(*(cells.centres[index] - xy).T)
    assert (own <= 75 / np.sqrt(3) + 1e-6).all()
    every = np.hypot(*(cells.centres[None, :, :] - xy[:, None, :]).transpose(2, 0, 1))
    assert (own <= every.min(axis=1) + 1e-6).all()
