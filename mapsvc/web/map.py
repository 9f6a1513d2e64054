"""`/` and the addresses of its panel: the map, and beside it a shop, a place, a case or the list of cases."""

import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, current_app, render_template

from mapsvc.web import assets
from mapsvc.web.context import actor, csp_nonce
from mapsvc.web.maps import map_service

blueprint = Blueprint("map", __name__)
_FIRST_MODULE = "main.js"
_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"']*["'](\.[^"']+)["']""", re.MULTILINE)


@blueprint.get("/")
def index() -> str:
    """The page; the browser fetches the features."""
    return map_page("map")


@blueprint.get("/shops/<code>")
@blueprint.get("/places/<code>")
def detail(code: str) -> str:
    """The same page; its panel asks the API for what the address names."""
    return map_page("map")


@blueprint.get("/cases")
@blueprint.get("/cases/<case_id>")
def cases(case_id: str = "") -> str:
    """The same page with the list of all cases, or one of them, in its panel."""
    return map_page("cases")


def map_page(tab: str) -> str:
    """The map with its panel.

    Raises
    ------
    NotSignedIn, Forbidden
    """
    parts = map_service().page(actor()).with_nonce(csp_nonce())
    shelf: assets.Shelf = current_app.extensions[assets.EXTENSION]
    return render_template(
        "map.html",
        # Under the address with the files' version browsers keep them for good.
        map_head=parts.head.replace('"/static/', f'"/static/v-{shelf.version}/'),
        map_body=parts.body,
        map_script=parts.script,
        modules=_modules(shelf.root / "app", shelf.version),
        tab=tab,
    )


@lru_cache(maxsize=4)
def _modules(root: Path, _version: str) -> tuple[str, ...]:
    """Every module that the first one imports, near or far: told in advance, all are fetched at once."""
    found: dict[str, None] = {}
    waiting = [_FIRST_MODULE]
    while waiting:
        name = waiting.pop(0)
        file = root / name
        if name in found or not file.is_file():
            continue
        found[name] = None
        for imported in _IMPORT.findall(file.read_text(encoding="utf-8")):
            waiting.append((file.parent / imported).resolve().relative_to(root.resolve()).as_posix())
    return tuple(name for name in found if name != _FIRST_MODULE)
