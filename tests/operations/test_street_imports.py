"""Imported streets are walked on at once; a line that cannot be used is named with its place."""

import dataclasses
import json
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.errors import Refused
from mapsvc.operations.site_layers import import_streets
from mapsvc.operations.walking import walking_network
from mapsvc.operations.workspace import Workspace
from tests.geo.test_osm_files import LAT, LON, osm, way


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Workspace:
    """An office with a folder for its own layers."""
    settings = dataclasses.replace(workspace.settings, layers=tmp_path / "layers")
    return dataclasses.replace(workspace, settings=settings)


def lines(file: Path, *streets: tuple[str, list[list[float]]], **more: object) -> Path:
    """A GeoJSON file of streets."""
    features = [
        {"type": "Feature", "properties": {"name": name, **more}, "geometry": {"type": "LineString", "coordinates": at}}
        for name, at in streets
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def test_the_shipped_streets_are_one_network_with_their_house_numbers_and_no_railway() -> None:
    network = walking_network(None)
    by_name = {street.name: street for street in network.streets}
    assert "沪宁铁路" not in by_name
    assert by_name["岚皋路"].odd in ("left", "right") and by_name["中山北路"].odd == ""
    assert walking_network(None) is network


def test_after_an_import_walks_are_over_the_new_streets(office: Workspace, tmp_path: Path) -> None:
    before = walking_network(office.settings.layers)
    ways = {
        "a": way("大路", "primary", 0),
        "b": ([(1, 0), (1, 2)], {"name": "小道", "highway": "footway"}),
        "c": way("高架", "tertiary", 1, bridge="yes", layer="1"),
        "d": ([(0, 5), (3, 5)], {"name": "铁路", "railway": "rail"}),
    }
    assert import_streets(office, SYSTEM, osm(tmp_path / "here.osm", ways)) == 4
    after = walking_network(office.settings.layers)
    told = {street.name: (street.road, street.level, street.reach_m) for street in after.streets}
    assert told == {"大路": ("main", 0, 1.0), "小道": ("path", 0, 1.0), "高架": ("street", 1, 1.0)}
    assert after.digest != before.digest
    import_streets(office, SYSTEM, lines(tmp_path / "b.geojson", ("新路", [[LON, LAT], [LON, LAT + 0.002]])))
    assert [street.name for street in walking_network(office.settings.layers).streets] == ["新路"]


def test_a_line_that_cannot_be_used_is_named_with_its_place_and_nothing_changes(
    office: Workspace, tmp_path: Path
) -> None:
    good = ("好路", [[LON, LAT], [LON, LAT + 0.002]])
    point = lines(tmp_path / "point.geojson", good, ("短路", [[LON, LAT], [LON, LAT]]))
    with pytest.raises(Refused, match=r"第2条线“短路”（121\.4200, 31\.2450）只有一个点"):
        import_streets(office, SYSTEM, point)
    far = lines(tmp_path / "far.geojson", good, ("远路", [[116.39, 39.9], [116.4, 39.9]]))
    with pytest.raises(Refused, match=r"第2条线“远路”在 116\.3900, 39\.9000，离本街道太远"):
        import_streets(office, SYSTEM, far)
    wide = lines(tmp_path / "wide.geojson", good, width_m="很宽")
    with pytest.raises(Refused, match=r"第1条线“好路”.*不是数"):
        import_streets(office, SYSTEM, wide)
    assert office.settings.layers is not None and not (office.settings.layers / "streets.geojson").exists()
