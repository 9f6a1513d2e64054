"""Clusters by zoom: every point is counted once, where it is, whatever the view."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.maps.clusters import CellRange, PointSet, cell_bits, members, morton
from mapsvc.maps.mercator import WORLD, from_world, to_world

ZOOMS = st.integers(min_value=0, max_value=22)
SPOTS = st.tuples(st.integers(0, WORLD - 1), st.integers(0, WORLD - 1))
NEAR = st.tuples(st.integers(1_798_000_000, 1_798_003_000), st.integers(876_000_000, 876_003_000))
POINTS = st.lists(st.one_of(SPOTS, NEAR), min_size=1, max_size=120)
EVERYWHERE = (0, WORLD - 1)


def point_set(spots: list[tuple[int, int]], n_kinds: int = 3) -> PointSet:
    x, y = (np.array(part, dtype=np.int64) for part in zip(*spots, strict=True))
    code = morton(x, y)
    order = np.argsort(code, kind="stable")
    return PointSet(x[order], y[order], code[order], (x[order] + y[order]) % n_kinds, n_kinds)


@given(POINTS, ZOOMS)
@settings(deadline=None)
def test_counts_and_kinds_add_up_to_all_points(spots: list[tuple[int, int]], zoom: int) -> None:
    points = point_set(spots)
    cells = points.cells(zoom)
    chosen = cells.within(CellRange.around(EVERYWHERE, EVERYWHERE, zoom))
    clusters = points.clusters(zoom, chosen)
    assert clusters.count.sum() == len(spots)
    assert clusters.kinds.sum(axis=1).tolist() == clusters.count.tolist()
    assert sorted(members(cells, chosen).tolist()) == list(range(len(spots)))


@given(POINTS, ZOOMS, SPOTS, SPOTS)
@settings(deadline=None)
def test_a_view_holds_exactly_the_points_of_the_cells_it_touches(
    spots: list[tuple[int, int]], zoom: int, one: tuple[int, int], other: tuple[int, int]
) -> None:
    xs, ys = sorted((one[0], other[0])), sorted((one[1], other[1]))
    view = CellRange.around((xs[0], xs[1]), (ys[0], ys[1]), zoom)
    bits = cell_bits(zoom)
    expected = sum(view.west <= x >> bits <= view.east and view.north <= y >> bits <= view.south for x, y in spots)
    cells = point_set(spots).cells(zoom)
    assert cells.count[cells.within(view)].sum() == expected


@given(POINTS, ZOOMS)
@settings(deadline=None)
def test_a_cluster_stands_inside_its_own_cell_off_the_edge(spots: list[tuple[int, int]], zoom: int) -> None:
    points = point_set(spots)
    cells = points.cells(zoom)
    clusters = points.clusters(zoom, np.arange(len(cells.count)))
    bits, margin = cell_bits(zoom), (1 << cell_bits(zoom)) // 4
    for mark, cell in ((clusters.x, cells.column), (clusters.y, cells.row)):
        assert (mark >> bits == cell).all()
        assert (mark - (cell << bits) >= margin).all()
        assert (mark - (cell << bits) <= (1 << bits) - margin).all()


@given(POINTS, ZOOMS)
@settings(deadline=None)
def test_a_cluster_parts_at_its_expand_zoom_and_not_before(spots: list[tuple[int, int]], zoom: int) -> None:
    points = point_set(spots)
    cells = points.cells(zoom)
    for i in range(len(cells.count)):
        inside = points.code[cells.start[i] : cells.start[i] + cells.count[i]]
        expand = int(cells.expand_zoom[i])
        parts = {z: len(set((inside >> (2 * cell_bits(z))).tolist())) for z in range(zoom, 23)}
        assert all(parts[z] == 1 for z in range(zoom, expand) if z < 22)
        assert parts[expand] > 1 or expand == 22


@given(POINTS)
@settings(deadline=None)
def test_panning_moves_no_cluster(spots: list[tuple[int, int]]) -> None:
    points = point_set(spots)
    whole = points.cells(16)
    everything = points.clusters(16, np.arange(len(whole.count)))
    half = whole.within(CellRange.around((0, WORLD // 2), EVERYWHERE, 16))
    some = points.clusters(16, half)
    assert some.x.tolist() == everything.x[half].tolist()
    assert some.y.tolist() == everything.y[half].tolist()


@given(st.floats(-179.9, 179.9), st.floats(-85, 85))
def test_world_units_give_the_position_back_to_two_centimetres(lon: float, lat: float) -> None:
    back_lon, back_lat = from_world(*to_world([lon], [lat]))
    assert abs(back_lon[0] - lon) < 2e-7
    assert abs(back_lat[0] - lat) < 2e-7


def test_the_corners_of_the_world_are_where_web_mercator_has_them() -> None:
    x, y = to_world([-180, 0, 180], [85.06, 0, -85.06])
    assert x.tolist() == [0, WORLD // 2, WORLD - 1]
    assert y.tolist() == [0, WORLD // 2, WORLD - 1]
