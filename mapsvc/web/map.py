"""`/` and the addresses of its panel: the map, and beside it a shop, a place, a case or the list of cases."""

import logging
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template

from mapsvc.errors import NotFound
from mapsvc.web import assets
from mapsvc.web.bundle import NotBundled, bundle
from mapsvc.web.caching import page_answer, shared_answer
from mapsvc.web.context import actor, csp_nonce
from mapsvc.web.maps import map_service

blueprint = Blueprint("map", __name__)
log = logging.getLogger("mapsvc")
_FIRST_MODULE = "main.js"
# Each request that the first view does without brings it nearer: Leaflet travels with what is loaded beside it.
_LEAFLET = "vendor/leaflet/leaflet"
_SCRIPTS = (f"{_LEAFLET}-map.js", "app/map/register.js")
_STYLES = (f"{_LEAFLET}.css", *(f"app/css/{name}.css" for name in ("tokens", "base", "map", "panel", "sheet", "print")))
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(r"\s+")
_TYPES = {".js": "text/javascript", ".css": "text/css"}


@blueprint.get("/")
def index() -> Response:
    """The page; the browser fetches the features."""
    return map_page("map")


@blueprint.get("/shops/<code>")
def detail(code: str) -> Response:
    """The same page; its panel asks the API for what the address names."""
    return map_page("map")


@blueprint.get("/cases")
def cases() -> Response:
    """The same page with the list of all cases in its panel."""
    return map_page("cases")


@blueprint.get("/static/v-<version>/packed/<name>")
def packed(version: str, name: str) -> Response:
    """Several modules or style sheets in one file, under an address that changes with them."""
    shelf = _shelf()
    source = (_packed(shelf.root / "app", shelf.version) | _joined(shelf.root, shelf.version)).get(name)
    if source is None:
        raise NotFound("没有这个文件，请刷新页面。")
    response = shared_answer(f"{shelf.version}-{name}", source.encode, _TYPES[Path(name).suffix], quality=11)
    if version == shelf.version:
        response.headers["Cache-Control"] = assets.FOREVER
    return response


def map_page(tab: str) -> Response:
    """The map with its panel.

    Raises
    ------
    NotSignedIn, Forbidden
    """
    parts = map_service().page(actor()).with_nonce(csp_nonce())
    shelf = _shelf()
    page = render_template(
        "map.html",
        map_head=_with_packed(parts.head, shelf.version),
        first_view=map_service().first_view(actor()),
        map_body=parts.body,
        map_script=parts.script,
        first_module=f"{'packed' if _packed(shelf.root / 'app', shelf.version) else 'app'}/{_FIRST_MODULE}",
        tab=tab,
    )
    return page_answer(page)


def _shelf() -> assets.Shelf:
    found: assets.Shelf = current_app.extensions[assets.EXTENSION]
    return found


def _with_packed(head: str, version: str) -> str:
    """Folium's links to Leaflet, pointing to what it travels in, under the address that browsers keep for good."""
    for kind in ("js", "css"):
        head = head.replace(f'"/static/{_LEAFLET}.{kind}"', f'"/static/v-{version}/packed/map.{kind}"')
    return head


@lru_cache(maxsize=4)
def _joined(root: Path, version: str) -> dict[str, str]:
    def together(names: tuple[str, ...]) -> str:
        return "\n".join((root / name).read_text(encoding="utf-8") for name in names)

    images = f"/static/v-{version}/{Path(_LEAFLET).parent}/images/"
    styles = _CSS_SPACE.sub(" ", _CSS_COMMENT.sub("", together(_STYLES)))
    return {"map.js": together(_SCRIPTS), "map.css": styles.replace("url(images/", f"url({images}")}


@lru_cache(maxsize=4)
def _packed(root: Path, _version: str) -> dict[str, str]:
    """The page's modules in few files; none if one of them cannot be bundled, then the page loads them singly."""
    try:
        return bundle(root, _FIRST_MODULE)
    except NotBundled as error:
        log.warning("the page's modules are sent one by one: %s", error)
        return {}
