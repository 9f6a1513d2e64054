"""The walking network follows the office's street layer, also while the service runs."""

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.geo.local import to_metres
from mapsvc.operations.plans import network
from mapsvc.operations.site_layers import import_streets
from mapsvc.operations.walking import walking_network
from mapsvc.operations.workspace import Workspace

NODES = {1: (121.420, 31.245), 2: (121.423, 31.245), 3: (121.423, 31.247), 4: (121.423, 31.249)}


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Workspace:
    """An office with a folder for its own layers."""
    settings = dataclasses.replace(workspace.settings, layers=tmp_path / "layers")
    return dataclasses.replace(workspace, settings=settings)


def extract(file: Path, *ways: tuple[tuple[int, ...], dict[str, str]]) -> Path:
    """An extract of OpenStreetMap."""
    rows = [f'<node id="{n}" version="1" lon="{lon}" lat="{lat}"/>' for n, (lon, lat) in NODES.items()]
    for number, (nodes, tags) in enumerate(ways, start=1):
        line = "".join(f'<nd ref="{n}"/>' for n in nodes)
        told = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        rows.append(f'<way id="{number}" version="1">{line}{told}</way>')
    file.write_text(f'<osm version="0.6">{"".join(rows)}</osm>', encoding="utf-8")
    return file


ROAD = ((1, 2), {"name": "甲路", "highway": "tertiary"})
LANE = ((2, 3), {"name": "乙弄", "highway": "living_street"})
STEPS = ((3, 4), {"highway": "steps"})
RAIL = ((1, 4), {"name": "铁路", "railway": "rail"})


def test_imported_streets_are_walked_on_without_a_restart(office: Workspace, tmp_path: Path) -> None:
    layers = office.settings.layers
    shipped = network(layers)
    assert import_streets(office, SYSTEM, extract(tmp_path / "a.osm", ROAD, LANE, STEPS, RAIL)) == 4
    ours = network(layers)
    assert ours.digest != shipped.digest
    assert [(s.name, s.road, s.reach_m) for s in ours.streets] == [
        ("甲路", "street", 1.0), ("乙弄", "lane", 1.0), ("", "path", 1.0),
    ]  # fmt: skip
    stops = np.array([to_metres(121.4205, 31.2451), to_metres(121.423, 31.2489)])
    walks = ours.walks(stops)
    assert not walks.estimated and walks.unreachable == ()
    assert "".join(walks.directions(0, 1)).count("小路") == 1


def test_a_layer_put_in_its_place_by_hand_is_read_anew(office: Workspace, tmp_path: Path) -> None:
    import_streets(office, SYSTEM, extract(tmp_path / "a.osm", ROAD, LANE))
    layers = office.settings.layers
    assert layers is not None
    first = walking_network(layers)
    assert walking_network(layers) is first
    file = layers / "streets.geojson"
    file.write_text(file.read_text(encoding="utf-8").replace("乙弄", "丙弄"), encoding="utf-8")
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 1))
    assert {street.name for street in walking_network(layers).streets} == {"甲路", "丙弄"}


def test_without_streets_of_its_own_an_office_walks_on_the_shipped_ones(office: Workspace) -> None:
    assert network(office.settings.layers).digest == network(None).digest
    assert len(network(None).streets) > 10


def test_railways_are_not_walked_on() -> None:
    from mapsvc.geo.streets import load_streets

    rails = {street.name for street in load_streets() if street.kind == "rail"}
    assert rails and not rails & {street.name for street in network(None).streets}
