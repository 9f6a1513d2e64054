"""The map page: Folium builds it from the catalogue; every file it links comes from this server."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapsvc.errors import Broken
from mapsvc.maps.catalog import Manifest
from mapsvc.maps.folium_import import CssLink, Figure, JavascriptLink, Layer, LayerControl, Map, Template

NONCE = "@@nonce@@"
MIN_ZOOM, MAX_ZOOM = 11, 21
VENDOR: Mapping[str, str] = {
    "leaflet": "/static/vendor/leaflet/leaflet.js",
    "leaflet_css": "/static/vendor/leaflet/leaflet.css",
}
# Folium forbids zooming with the fingers, which people with weak sight need, and styles the whole document.
_UNWANTED = re.compile(r'<meta name="viewport"[^>]*/?>|<style>(?:html, body|#map) \{.*?</style>', re.DOTALL)
_BLANKS = re.compile(r"\n\s*(?=\n)")
_OPEN_TAG = re.compile(r"<(script|style)(?=[\s>])")


@dataclass(frozen=True)
class PageParts:
    """The map page without its frame; `head` and `body` have a place for the nonce.

    Attributes
    ----------
    head : str
        Links, styles and switches for the <head>.
    body : str
        The map's element.
    script : str
        The text of the script that makes the map, one `mapsvc.layer(manifest)` each, and the layer control.
    """

    head: str
    body: str
    script: str

    def with_nonce(self, nonce: str) -> "PageParts":
        """The parts for one request."""
        value = html.escape(nonce, quote=True)
        return PageParts(*(part.replace(NONCE, value) for part in (self.head, self.body, self.script)))


class LocalFigure(Figure):
    """A figure whose scripts and style sheets come from this server or not at all."""

    def parts(self) -> PageParts:
        """Render the children and take the page apart.

        Raises
        ------
        Broken
            Something linked a file that is not shipped.
        """
        for child in list(self._children.values()):
            child.render()
        links = (JavascriptLink, CssLink)
        head: list[str] = []
        for name, child in self.header._children.items():
            if isinstance(child, links):
                if name not in VENDOR:
                    raise Broken(f"地图页要用“{name}”，随程序没有带这个文件。")
                child.url = VENDOR[name]
            if name != "meta_http":
                head.append(child.render())
        body = "".join(child.render() for child in self.html._children.values())
        script = "".join(child.render() for child in self.script._children.values())
        return PageParts(_ready("\n".join(head)), _ready(body), _BLANKS.sub("", script))


class DataLayer(Layer):
    """A layer that holds no data, only the manifest that says where its features are and how they look."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = mapsvc.layer({{ this.manifest_json }});
        {% endmacro %}
        """
    )

    def __init__(self, manifest: Manifest) -> None:
        super().__init__(name=manifest.title, overlay=True, control=True, show=manifest.visible)
        self._name = "layer"
        self._id = manifest.id
        self.manifest_json = _script_json(manifest.to_json())


def build_page(layers: tuple[Manifest, ...], center: tuple[float, float], zoom: int) -> PageParts:
    """Build the page for these layers; the same layers give the same bytes.

    Parameters
    ----------
    layers : tuple of Manifest
        In drawing order.
    center : (lon, lat)
        WGS-84 degrees.
    zoom : int
        Where the map opens.
    """
    figure = LocalFigure()
    lon, lat = center
    street_map = Map(
        location=[lat, lon],
        zoom_start=zoom,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        prefer_canvas=True,
        zoom_snap=0,
        zoom_delta=1,
    )
    street_map._id = "main"
    # Leaflet alone: no jQuery, Bootstrap or icon fonts.
    street_map.default_js = [("leaflet", VENDOR["leaflet"])]
    street_map.default_css = [("leaflet_css", VENDOR["leaflet_css"])]
    # Folium hands max_zoom to its tile layer alone; without tiles Leaflet would not know any.
    street_map.options |= {"min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM}
    figure.add_child(street_map)
    for manifest in layers:
        street_map.add_child(DataLayer(manifest))
    control = LayerControl(position="topright", collapsed=True)
    control._id = "main"
    street_map.add_child(control)
    return figure.parts()


def _ready(markup: str) -> str:
    return _OPEN_TAG.sub(rf'<\1 nonce="{NONCE}"', _BLANKS.sub("", _UNWANTED.sub("", markup)))


def _script_json(value: Mapping[str, Any]) -> str:
    """JSON that cannot end a script or begin a comment."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
