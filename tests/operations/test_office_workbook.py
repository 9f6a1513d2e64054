"""The office's whole workbook of two years: what is read, added and refused, and that once more changes nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.hotspots import Verdict
from mapsvc.domain.ledger import ImportReport, Level
from mapsvc.geo.local import distance_m
from mapsvc.operations.hotspots import HotspotQuery, hotspot_map
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.places import list_places
from mapsvc.operations.shops import get_shop
from mapsvc.operations.workspace import Workspace
from tests.support.ledgers import TABLES, counts, stored
from tests.support.other_office import respelled

LEDGER = Path(__file__).resolve().parents[1] / "data/ledger/lantian_ledger.xlsx"
EXPECTED = {
    "商铺底册": (190, 187, 3),
    "走访记录": (4248, 4245, 3),
    "问题台账": (543, 540, 3),
    "咨询台账": (191, 191, 0),
    "议事记录": (1, 1, 0),
    "点位": (6, 6, 0),
    "责任主体": (24, 24, 0),
}
"""Read, added, rejected."""


@pytest.fixture
def first(workspace: Workspace) -> ImportReport:
    """The workbook, imported into an empty store."""
    return import_ledger(workspace, SYSTEM, LEDGER)


def test_the_offices_workbook_comes_in_as_it_was_counted_and_again_nothing_changes(
    workspace: Workspace, first: ImportReport
) -> None:
    assert {name: (c.read, c.added, c.rejected) for name, c in first.sheets.items()} == EXPECTED
    assert {(c.updated, c.unchanged, c.conflicts) for c in first.sheets.values()} == {(0, 0, 0)}
    refused = {(p.sheet, p.row) for p in first.problems if p.level is Level.ERROR}
    assert Counter(sheet for sheet, _ in refused) == {"商铺底册": 3, "走访记录": 3, "问题台账": 3}
    _zero_is_placed_by_its_address(workspace, first)
    _the_corner_by_the_flats_stands_out(workspace)
    before = stored(workspace)
    again = import_ledger(workspace, SYSTEM, LEDGER)
    for name, (read, added, rejected) in EXPECTED.items():
        assert counts(again, name) == (read, 0, 0, added, rejected, 0)
    after = stored(workspace)
    assert {t for t in TABLES if before[t] != after[t]} == {"import_batch", "audit"}


def test_another_offices_workbook_of_the_same_form_comes_in_as_well(workspace: Workspace, tmp_path: Path) -> None:
    other = respelled(LEDGER, tmp_path / "曹杨.xlsx")
    report = import_ledger(workspace, SYSTEM, other)
    assert {name: (c.read, c.added, c.rejected) for name, c in report.sheets.items()} == EXPECTED
    shop = get_shop(workspace, SYSTEM, "CY0001").shop
    assert (shop.name, shop.worker.nickname if shop.worker else None) == ("岚西杂货(27号)", "阿芳")
    again = import_ledger(workspace, SYSTEM, other)
    assert {(c.added, c.updated, c.conflicts) for c in again.sheets.values()} == {(0, 0, 0)}


def _zero_is_placed_by_its_address(workspace: Workspace, report: ImportReport) -> None:
    [zero] = [p for p in report.problems if p.code == "coordinate_zero"]
    assert (zero.sheet, zero.level) == ("商铺底册", Level.WARNING)
    shops = [get_shop(workspace, SYSTEM, code).shop for code in _codes_in_row(zero.row)]
    assert [(s.location.position_source, s.location.lon > 121.3) for s in shops] == [("address", True)]


def _the_corner_by_the_flats_stands_out(workspace: Workspace) -> None:
    until = date(2026, 11, 15)
    piles = hotspot_map(workspace, SYSTEM, HotspotQuery(until, "暴露垃圾"))
    first = piles.cells[0]
    [flats] = [place for place in list_places(workspace, SYSTEM).items if "橙子公寓" in place.name]
    assert first.spot.verdict is Verdict.MUCH
    assert distance_m(first.spot.lon, first.spot.lat, flats.location.lon, flats.location.lat) < 30
    assert first.spot.text.startswith("近一年17件（商户7、居民5、走访1、巡查4），平时约1件，明显偏多")
    signs = hotspot_map(workspace, SYSTEM, HotspotQuery(until, "违规户外广告"))
    assert not any(cell.spot.verdict.says_more for cell in signs.cells)


def _codes_in_row(number: int | None) -> list[str]:
    from openpyxl import load_workbook

    book = load_workbook(LEDGER, read_only=True)
    cells = next(book["商铺底册"].iter_rows(min_row=number, max_row=number, values_only=True))
    book.close()
    return [str(cell) for cell in cells if str(cell).startswith("LT")]
