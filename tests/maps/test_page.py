"""The page that Folium builds: only our own files, the same bytes each time, nothing of the data in it."""

import re
from dataclasses import replace

import pytest
from branca.element import JavascriptLink

from mapsvc.errors import Broken
from mapsvc.maps.catalog import load_catalog
from mapsvc.maps.page import NONCE, VENDOR, LocalFigure, build_page
from mapsvc.paths import shipped

LAYERS = load_catalog(shipped("layers")).layers
CENTER = (121.4197, 31.2502)
PAGE = build_page(LAYERS, CENTER, 17)
WHOLE = PAGE.head + PAGE.body + PAGE.script


def test_every_file_comes_from_this_server() -> None:
    linked = re.findall(r'(?:src|href)="([^"]+)"', PAGE.head + PAGE.body)
    assert sorted(linked) == sorted(VENDOR.values())
    assert "://" not in WHOLE


def test_the_files_it_links_are_shipped() -> None:
    for address in VENDOR.values():
        assert (shipped("static") / address.removeprefix("/static/")).is_file()


def test_there_is_no_jquery_bootstrap_or_icon_font() -> None:
    assert not re.search(r"jquery|bootstrap|awesome|glyphicon", WHOLE, re.IGNORECASE)


def test_the_same_layers_give_the_same_bytes() -> None:
    assert build_page(LAYERS, CENTER, 17) == PAGE


def test_it_lets_people_zoom_with_their_fingers() -> None:
    assert "viewport" not in WHOLE
    assert "user-scalable" not in WHOLE


def test_every_script_and_style_carries_the_nonce_of_the_request() -> None:
    parts = PAGE.with_nonce("abc\"'<x")
    tags = re.findall(r"<(?:script|style)[^>]*>", parts.head + parts.body)
    assert tags
    assert all('nonce="abc&quot;&#x27;&lt;x"' in tag for tag in tags)
    assert NONCE not in parts.head + parts.body + parts.script


def test_every_layer_of_the_catalogue_is_on_the_page_and_in_the_control() -> None:
    for layer in LAYERS:
        assert f"var layer_{layer.id} = mapsvc.layer(" in PAGE.script
        assert re.search(rf": layer_{layer.id},", PAGE.script)
        assert (f"layer_{layer.id}.addTo(map_main)" in PAGE.script) is layer.visible


def test_the_map_knows_its_largest_zoom_though_it_has_no_tiles() -> None:
    assert '"maxZoom": 21' in PAGE.script
    assert "tileLayer" not in PAGE.script


def test_a_title_cannot_end_the_script() -> None:
    nasty = replace(LAYERS[0], title="</script><img src=x onerror=alert(1)>${alert(1)}")
    script = build_page((nasty,), CENTER, 17).script
    assert "</script" not in script
    assert "<img" not in script
    assert "`" not in script


def test_a_file_that_is_not_shipped_is_refused() -> None:
    figure = LocalFigure()
    figure.header.add_child(JavascriptLink("/elsewhere.js"), name="heat")
    with pytest.raises(Broken, match="heat"):
        figure.parts()


def test_the_script_is_small() -> None:
    assert len(PAGE.script) < 20_000
