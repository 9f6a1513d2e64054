"""The office's own layers folder, and the seed of its patches."""

import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.errors import Conflict, Refused
from mapsvc.maps.catalog import load_catalog
from mapsvc.maps.sources import SOURCES
from mapsvc.operations.seeding import settle_patches
from mapsvc.operations.site_layers import import_layer, import_streets
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import accounts as store_accounts
from mapsvc.store import patches as store_patches


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Workspace:
    """An office with a folder for its own layers."""
    settings = dataclasses.replace(workspace.settings, layers=tmp_path / "layers")
    return dataclasses.replace(workspace, settings=settings)


def points(file: Path, **properties: object) -> Path:
    """A GeoJSON file with one point."""
    geometry = {"type": "Point", "coordinates": [121.42, 31.25]}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return file


def test_a_file_becomes_a_layer_of_the_map_without_its_people(office: Workspace, tmp_path: Path) -> None:
    file = points(tmp_path / "hydrants.geojson", name="消防栓1", 联系电话="13800001111", merchant="王小明")
    made = import_layer(office, SYSTEM, file, title='消防"栓')
    catalog = load_catalog(shipped("layers"), office.settings.layers, SOURCES)
    assert not catalog.problems
    assert catalog.layer("hydrants").fields == ("name",)
    assert "1380000" not in (made.manifest.parent / "hydrants.geojson").read_text()
    with pytest.raises(Conflict):
        import_layer(office, SYSTEM, file)


def test_without_a_folder_nothing_is_put_anywhere(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="MAPSVC_LAYERS"):
        import_layer(workspace, SYSTEM, points(tmp_path / "a.geojson", name="x"))


def test_streets_go_out_and_in_again_unchanged(office: Workspace, tmp_path: Path) -> None:
    from mapsvc.geo.streets import load_streets

    count = import_streets(office, SYSTEM, shipped("layers") / "streets.geojson")
    assert office.settings.layers is not None
    ours, theirs = load_streets(office.settings.layers / "streets.geojson"), load_streets()
    assert count == len(theirs)
    assert [(s.name, s.street_class, s.width_m, s.kind) for s in ours] == [
        (s.name, s.street_class, s.width_m, s.kind) for s in theirs
    ]


def test_a_fresh_office_has_the_shipped_patches_and_their_workers_once_known(workspace: Workspace) -> None:
    def workers() -> list[str | None]:
        with workspace.read() as conn:
            return [patch.worker for patch in store_patches.in_force(conn, date(2026, 11, 23))]

    assert settle_patches(workspace) == 0
    assert len(workers()) >= 3 and set(workers()) == {None}
    with workspace.write() as conn:
        store_accounts.add_staff(conn, "11111111-1111-4111-8111-111111111111", "小陈", workspace.clock())
    assert settle_patches(workspace) == 1
    assert workers().count("小陈") == 1
    assert settle_patches(workspace) == 0
