"""巡查优先级 of the office's cells: what came lately and often comes first, by the fit in force on that day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.operations.fits import refit
from mapsvc.operations.hotspot_cells import cells_of
from mapsvc.operations.hotspot_events import load_events
from mapsvc.operations.priority import FILE, chosen, importance_of, rank_cells
from mapsvc.paths import shipped
from tests.support.past import SIDE_M, STREET, Told, a_year, add_past

if TYPE_CHECKING:
    from mapsvc.analysis.priority import Ranking
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

TODAY = date(2026, 11, 23)


def ranked(ws: Workspace, cells: str = "street:25", kind: str | None = None, until: date = TODAY) -> Ranking:
    with ws.read() as conn:
        events = load_events(ws, conn, until)
    grid, index, shapes = cells_of(ws, cells, events.points)
    return rank_cells(ws, grid, shapes, index, events, until, kind=kind)


def first_of(ws: Workspace, cells: str = "street:25", kind: str | None = None, at_m: float = 60.0) -> float:
    """How far the middle of the first cell lies from where the street is `at_m` long."""
    from mapsvc.geo.local import distance_m

    with ws.read() as conn:
        shapes = cells_of(ws, cells, load_events(ws, conn, TODAY).points)[2]
    (first,) = np.flatnonzero(ranked(ws, cells, kind).rank == 1).tolist()
    street = next(one for one in ws.gazetteer.streets if one.name == STREET)
    spot = street.point_at(at_m, SIDE_M)
    return float(distance_m(shapes[first].lon, shapes[first].lat, spot.lon, spot.lat))


@pytest.mark.parametrize(("cells", "within_m"), [("street:25", 20), ("square:75", 53), ("hex:75", 44)])
def test_the_corner_where_most_comes_is_first_in_cells_of_any_kind(
    workspace: Workspace, cells: str, within_m: float
) -> None:
    add_past(workspace, a_year(120))
    assert first_of(workspace, cells) <= within_m


def test_every_cell_that_may_expect_something_has_a_rank_of_its_own(workspace: Workspace) -> None:
    add_past(workspace, a_year(120))
    rank = ranked(workspace).rank
    assert sorted(rank[rank > 0]) == list(range(1, int((rank > 0).sum()) + 1))


def test_what_patrols_found_moves_nothing(workspace: Workspace) -> None:
    add_past(workspace, a_year(60))
    add_past(workspace, [Told(1 + n, 250.0, source="patrol") for n in range(40)], name="more")
    assert first_of(workspace) <= 20


def test_lately_counts_more_than_long_ago(workspace: Workspace) -> None:
    days = range(0, 40, 4)
    add_past(workspace, [*(Told(300 + n, 200.0) for n in days), *(Told(1 + n, 60.0) for n in days)])
    assert first_of(workspace) <= 20


def test_a_kind_may_be_ranked_alone(workspace: Workspace) -> None:
    trash, leaks = ([Told(4 * n, at_m, kind) for n in range(12)] for at_m, kind in ((60.0, "06010"), (220.0, "L0001")))
    add_past(workspace, [*trash, *leaks])
    assert first_of(workspace, kind="06010", at_m=60.0) <= 20
    assert first_of(workspace, kind="L0001", at_m=220.0) <= 20


def test_the_fit_in_force_on_a_day_is_used_and_no_later_one(workspace: Workspace, clock: FixedClock) -> None:
    add_past(workspace, a_year())
    parts = tuple(refit(workspace, SYSTEM).chosen["parts"])
    with workspace.read() as conn:
        assert chosen(conn, parts, TODAY).weights
        assert not chosen(conn, parts, TODAY - timedelta(days=30)).weights
        assert not chosen(conn, ("other",), TODAY).weights
    clock.advance(days=1)
    assert ranked(workspace).method == refit(workspace, SYSTEM).chosen["method"]


def test_an_office_without_reports_ranks_nothing(workspace: Workspace) -> None:
    assert not ranked(workspace).rank.any()


def test_the_shipped_importance_is_of_kinds_that_exist(workspace: Workspace) -> None:
    assert (shipped("layers") / FILE).is_file()
    assert importance_of(workspace)["L0005"] > 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('[importance]\n"房屋渗漏" = 9\n', 9.0), ('[importance]\n"L0001" = -1\n', 2.0), ("[importance", 2.0),
        ('[importance]\n"什么都不是" = 2\n', 2.0),
    ],
)  # fmt: skip
def test_the_offices_own_importance_counts_if_it_can_be_used(
    workspace: Workspace, tmp_path: Path, text: str, value: float
) -> None:
    from dataclasses import replace

    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    ws = replace(workspace, settings=replace(workspace.settings, layers=tmp_path))
    assert importance_of(ws).get("L0001") == value
