"""Manifests: the shipped ones are whole, a broken one of the office drops only itself."""

import re
from pathlib import Path

import pytest

from mapsvc.domain.actors import Role
from mapsvc.domain.kinds import KINDS
from mapsvc.errors import Broken, NotFound
from mapsvc.maps.catalog import Manifest, load_catalog, read_manifest
from mapsvc.maps.draw import DRAW_KINDS
from mapsvc.maps.kinds import SHAPES, KindStyles
from mapsvc.maps.manifest import ManifestError
from mapsvc.maps.sources import SOURCES
from mapsvc.paths import shipped
from tests.house.sources import ROOT

LAYERS = load_catalog(shipped("layers"), None, SOURCES).layers
MANIFEST = """
id = "zones"
title = "外摆区"
source = "geojson"
file = "zones.geojson"
draw = "area"
order = 45
fields = ["name"]
[style]
color = "#123456"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The office's own folder with one good layer."""
    (tmp_path / "zones.toml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "zones.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_a_shipped_layer_has_all_the_page_needs(layer: Manifest) -> None:
    told = layer.to_json()
    assert told["url"] == f"/api/v1/layers/{layer.id}/features"
    assert layer.source in SOURCES
    assert layer.draw in DRAW_KINDS
    assert all(entry.label and entry.mark for entry in layer.legend)
    dark = [key for key in layer.style if key + "_dark" in layer.style]
    assert all(str(layer.style[key]).startswith("#") or key == "opacity" for key in dark)


def test_orders_are_different_so_that_the_map_is_always_drawn_alike() -> None:
    orders = [layer.order for layer in LAYERS]
    assert orders == sorted(set(orders))


def test_layers_drawn_from_openstreetmap_say_so() -> None:
    assert all("OpenStreetMap" in layer.attribution for layer in LAYERS if layer.source == "geojson")


def test_no_layer_is_named_in_python() -> None:
    """A layer is data: sources and draw kinds have names in the code, the layers of the catalogue have none."""
    only_layers = {layer.id for layer in LAYERS} - set(SOURCES) - set(DRAW_KINDS)
    for file in (ROOT / "mapsvc/maps").rglob("*.py"):
        found = set(re.findall(r'"([a-z_]+)"', file.read_text(encoding="utf-8")))
        assert not found & only_layers, file


def test_a_layer_of_the_office_joins_the_shipped_ones(site: Path) -> None:
    catalog = load_catalog(shipped("layers"), site, SOURCES)
    assert catalog.layer("zones").origin == "site"
    assert len(catalog.layers) == len(LAYERS) + 1
    assert not catalog.problems


def test_a_layer_of_the_office_replaces_the_shipped_one_of_the_same_id(site: Path) -> None:
    text = (shipped("layers") / "shops.toml").read_text(encoding="utf-8").replace('title = "商铺"', 'title = "店家"')
    (site / "shops.toml").write_text(text, encoding="utf-8")
    catalog = load_catalog(shipped("layers"), site, SOURCES)
    assert catalog.layer("shops").title == "店家"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("= 45", "= "), "TOML"),
        (('id = "zones"', 'id = "zone"'), "文件名"),
        (('id = "zones"', 'id = "Zönes"'), "小写"),
        (('title = "外摆区"', ""), "title"),
        (('draw = "area"', 'draw = "pie"'), "draw"),
        (('source = "geojson"', 'source = "web"'), "source"),
        (('color = "#123456"', 'colour = "#123456"'), "color"),
        (('file = "zones.geojson"', 'file = "../zones.geojson"'), "file"),
        (('file = "zones.geojson"', 'file = "other.geojson"'), "other.geojson"),
        (('fields = ["name"]', 'fields = ["name", "phone"]'), "phone"),
        (("order = 45", 'order = "45"'), "order"),
        (("order = 45", "order = 45\nmin_zoom = 30"), "min_zoom"),
        (("order = 45", "order = 45\nmin_zoom = 18\nmax_zoom = 12"), "min_zoom"),
        (("order = 45", 'order = 45\nroles = ["king"]'), "king"),
        (("order = 45", "order = 45\ncolour = 1"), "colour"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_layer_of_the_office_drops_only_itself_and_says_why(
    site: Path, change: tuple[str, str], says: str
) -> None:
    (site / "zones.toml").write_text(MANIFEST.replace(*change), encoding="utf-8")
    catalog = load_catalog(shipped("layers"), site, SOURCES)
    assert catalog.layers == LAYERS
    assert [p.file.name for p in catalog.problems] == ["zones.toml"]
    assert "zones.toml" in catalog.problems[0].message
    assert says in catalog.problems[0].message


def test_a_broken_shipped_layer_is_a_broken_installation(site: Path) -> None:
    (site / "zones.toml").write_text("id =", encoding="utf-8")
    with pytest.raises(Broken, match=r"zones\.toml"):
        load_catalog(site)


def test_an_unreadable_manifest_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ManifestError):
        read_manifest(tmp_path / "x.toml")


def test_an_unknown_layer_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="shops"):
        load_catalog(shipped("layers")).layer("shopz")


def test_a_layer_for_some_roles_is_not_there_for_others(site: Path) -> None:
    text = MANIFEST.replace("order = 45", 'order = 45\nroles = ["secretary"]')
    (site / "zones.toml").write_text(text, encoding="utf-8")
    catalog = load_catalog(shipped("layers"), site, SOURCES)
    assert catalog.layer("zones", Role.SECRETARY)
    with pytest.raises(NotFound):
        catalog.layer("zones", Role.WORKER)


STYLES = KindStyles.load((shipped("layers"),))


def luminance(color: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_kind_has_a_mark_that_stands_out_on_white(kind: object) -> None:
    style = STYLES.by_code[kind.code]  # type: ignore[attr-defined]
    assert style.shape in SHAPES
    outline = style.edge or style.color
    assert 1.05 / (luminance(outline) + 0.05) >= 3


def test_no_two_kinds_look_alike() -> None:
    marks = [(style.shape, style.color) for style in STYLES.by_code.values()]
    assert len(marks) == len(set(marks))


def test_a_kind_of_the_offices_own_gets_the_fallback_mark() -> None:
    assert STYLES.of("X9999") == STYLES.fallback


def test_a_bad_mark_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles/issue_kinds.toml").write_text('[fallback]\nshape="blob"\nhue="x"\n', encoding="utf-8")
    with pytest.raises(Broken, match=r"issue_kinds\.toml"):
        KindStyles.load((tmp_path, shipped("layers")))
