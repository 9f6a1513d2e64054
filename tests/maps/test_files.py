"""Layers as files for other programs."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.errors import Forbidden, NotFound, Refused, Unsupported
from mapsvc.maps.files import layer_bytes, write_layer
from mapsvc.operations.workspace import Workspace
from tests.support.street import build

SECRETS = ("13812345678", "17500001111", "徐女士", "刘小燕")


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """An office with two shops."""
    build(workspace)
    return workspace


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".kml", ".gpx", ".shp", ".xlsx", ".csv"])
def test_shops_leave_in_every_form_without_anybody(office: Workspace, tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    assert write_layer(office, SYSTEM, "shops", folder / f"shops{suffix}") == 2
    for part in folder.iterdir():
        content = part.read_bytes()
        if suffix == ".xlsx":
            archive = zipfile.ZipFile(BytesIO(content))
            content = b"".join(archive.read(name) for name in archive.namelist())
        for secret in SECRETS:
            assert secret.encode() not in content, part.name


def test_a_datum_moves_the_points(office: Workspace, tmp_path: Path) -> None:
    def first(datum: str) -> list[float]:
        file = tmp_path / "a.geojson"
        write_layer(office, SYSTEM, "shops", file, datum)
        found: list[float] = json.loads(file.read_text())["features"][0]["geometry"]["coordinates"]
        return found

    lon, lat = first("wgs84")
    moved = first("gcj02")
    away_m = abs(moved[0] - lon) * 95_000 + abs(moved[1] - lat) * 111_000
    assert 300 < away_m < 1_200


def test_a_shapefile_comes_in_one_piece(office: Workspace) -> None:
    content, name = layer_bytes(office, SYSTEM, "streets", ".shp")
    assert name == "streets.zip"
    parts = {Path(part).suffix for part in zipfile.ZipFile(BytesIO(content)).namelist()}
    assert {".shp", ".dbf", ".shx", ".prj", ".cpg"} <= parts


def test_what_cannot_be_written_is_said(office: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Unsupported):
        write_layer(office, SYSTEM, "shops", tmp_path / "a.docx")
    with pytest.raises(NotFound):
        write_layer(office, SYSTEM, "nothing", tmp_path / "a.geojson")
    with pytest.raises(Refused, match="GPX"):
        write_layer(office, SYSTEM, "streets", tmp_path / "a.gpx")
    with pytest.raises(Forbidden):
        write_layer(office, Actor("p", "小陈", Role.WORKER), "shops", tmp_path / "a.geojson")
