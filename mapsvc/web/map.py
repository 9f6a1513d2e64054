"""`/`: the map, and by address the detail of a shop, a place or a case in its panel."""

from flask import Blueprint, current_app, render_template

from mapsvc.web import assets
from mapsvc.web.context import actor, csp_nonce
from mapsvc.web.maps import map_service

blueprint = Blueprint("map", __name__)


@blueprint.get("/")
def index() -> str:
    """The page; the browser fetches the features."""
    return map_page()


def map_page() -> str:
    """The map with its panel; what the panel shows stands in the address."""
    parts = map_service().page(actor()).with_nonce(csp_nonce())
    version = current_app.extensions[assets.EXTENSION].version
    head = parts.head.replace('"/static/', f'"/static/v-{version}/')
    return render_template("map.html", map_head=head, map_body=parts.body, map_script=parts.script, tab="map")
