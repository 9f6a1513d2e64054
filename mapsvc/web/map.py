"""`/` and the addresses of its panel: the map, and beside it a shop, a place, a case or the list of cases."""

import logging
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
_STYLES = tuple(f"css/{name}.css" for name in ("tokens", "base", "map", "panel", "sheet", "print"))
_TYPES = {".js": "text/javascript", ".css": "text/css"}


@blueprint.get("/")
def index() -> Response:
    """The page; the browser fetches the features."""
    return map_page("map")


@blueprint.get("/shops/<code>")
@blueprint.get("/places/<code>")
def detail(code: str) -> Response:
    """The same page; its panel asks the API for what the address names."""
    return map_page("map")


@blueprint.get("/cases")
@blueprint.get("/cases/<case_id>")
def cases(case_id: str = "") -> Response:
    """The same page with the list of all cases, or one of them, in its panel."""
    return map_page("cases")


@blueprint.get("/static/v-<version>/packed/<name>")
def packed(version: str, name: str) -> Response:
    """Several modules or style sheets in one file, under an address that changes with them."""
    shelf = _shelf()
    source = (_packed(shelf.root / "app", shelf.version) | _styles(shelf.root / "app", shelf.version)).get(name)
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
        # Under the address with the files' version browsers keep them for good.
        map_head=parts.head.replace('"/static/', f'"/static/v-{shelf.version}/'),
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


@lru_cache(maxsize=4)
def _styles(root: Path, _version: str) -> dict[str, str]:
    return {"map.css": "\n".join((root / name).read_text(encoding="utf-8") for name in _STYLES)}


@lru_cache(maxsize=4)
def _packed(root: Path, _version: str) -> dict[str, str]:
    """The page's modules in few files; none if one of them cannot be bundled, then the page loads them singly."""
    try:
        return bundle(root, _FIRST_MODULE)
    except NotBundled as error:
        log.warning("the page's modules are sent one by one: %s", error)
        return {}
