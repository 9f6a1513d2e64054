"""The pages we are measured against, as Folium makes them, on the same local browser files."""

import gzip
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

import folium
from branca.element import CssLink, Element, JavascriptLink
from folium.plugins import FastMarkerCluster

from bench.office import EAST, NORTH, SOUTH, WEST

ROOT = Path(__file__).resolve().parent.parent
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
# Folium's names of what its pages link; the two small style sheets that npm does not have are left empty.
_LOCAL = {
    "leaflet": "/static/vendor/leaflet/leaflet.js",
    "leaflet_css": "/static/vendor/leaflet/leaflet.css",
    "jquery": "/bench/vendor/jquery/jquery.min.js",
    "bootstrap": "/bench/vendor/bootstrap/bootstrap.bundle.min.js",
    "bootstrap_css": "/bench/vendor/bootstrap/bootstrap.min.css",
    "awesome_markers": "/bench/vendor/awesome-markers/leaflet.awesome-markers.js",
    "awesome_markers_css": "/bench/vendor/awesome-markers/leaflet.awesome-markers.css",
    "awesome_markers_font_css": "/bench/vendor/fontawesome/css/all.min.css",
    "glyphicons_css": "/empty.css",
    "awesome_rotate_css": "/empty.css",
    "markerclusterjs": "/bench/vendor/markercluster/leaflet.markercluster.js",
    "markerclustercss": "/bench/vendor/markercluster/MarkerCluster.css",
    "markerclusterdefaultcss": "/bench/vendor/markercluster/MarkerCluster.Default.css",
}
Spots = list[tuple[float, float]]


@dataclass(frozen=True)
class PeerPage:
    """A page ready to be served, and the seconds its making took."""

    html: bytes
    build_s: float


def markers(spots: Spots) -> folium.Map:
    """One folium.Marker with a folium.Popup each."""
    page = _map()
    for n, (lon, lat) in enumerate(spots):
        folium.Marker([lat, lon], popup=folium.Popup(f"岚皋路{n % 600}号")).add_to(page)
    return page


def fast_marker_cluster(spots: Spots) -> folium.Map:
    """folium.plugins.FastMarkerCluster over all points."""
    page = _map()
    FastMarkerCluster([[lat, lon] for lon, lat in spots]).add_to(page)
    return page


def build(make: Callable[[Spots], folium.Map], spots: Spots) -> PeerPage:
    """Make the page as a program would and time it; then put our own files in place of other hosts'."""
    began = time.perf_counter()
    figure = make(spots).get_root()
    figure.render()
    build_s = time.perf_counter() - began
    for name, link in figure.header._children.items():
        if isinstance(link, JavascriptLink | CssLink):
            link.url = _LOCAL[name]
    figure.script.add_child(Element("window.__benchDrawn();"), name="zz_drawn")
    began = time.perf_counter()
    html = figure._template.render(this=figure, kwargs={})
    assert not re.search(r'(?:src|href)="[a-z]+:', html)
    return PeerPage(html.encode(), build_s + time.perf_counter() - began)


def _map() -> folium.Map:
    page = folium.Map(tiles=None, prefer_canvas=True)
    # Without tiles Leaflet knows no largest zoom, and clusters need one.
    page.options["max_zoom"] = 21
    page.fit_bounds([[SOUTH, WEST], [NORTH, EAST]])
    return page


class PeerServer:
    """Serves the peers' pages and the vendor files, compressed once, from memory."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def put(self, name: str, page: PeerPage) -> str:
        """Serve a page; returns its address."""
        self.pages[f"/{name}.html"] = gzip.compress(page.html, 5)
        return f"{self.url}/{name}.html"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _body(self, path: str) -> bytes:
        if path not in self.pages:
            file = ROOT / path.lstrip("/").partition("?")[0]
            self.pages[path] = gzip.compress(file.read_bytes() if file.is_file() else b"", 5)
        return self.pages[path]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        peers = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = peers._body(self.path)
                self.send_response(200)
                self.send_header("Content-Type", _TYPES.get(Path(self.path).suffix, "application/octet-stream"))
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return None

        return Handler
