"""`/`: the map, and by address the detail of a shop, a place or a case in its panel."""

from flask import Blueprint, render_template

from mapsvc.web.context import actor, csp_nonce
from mapsvc.web.maps import map_service

blueprint = Blueprint("map", __name__)


@blueprint.get("/")
def index() -> str:
    """The page; the browser fetches the features."""
    parts = map_service().page(actor()).with_nonce(csp_nonce())
    return render_template("map.html", map_head=parts.head, map_html=parts.body, map_script=parts.script, tab="map")
