"""/api/v1/search: shops, places, cases and addresses by what is typed."""

from dataclasses import asdict

from flask import Blueprint, Response

from mapsvc.operations import search
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_NUMBER, TEXT, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_search", __name__, url_prefix="/api/v1/search")

_ASK = {"q": p.optional(p.text(100), ""), "limit": p.optional(p.whole(1, search.MOST), 12)}
_HIT = thing(type=TEXT, code=TEXT, title=TEXT, subtitle=TEXT, lon=MAYBE_NUMBER, lat=MAYBE_NUMBER, url=TEXT)


@blueprint.get("")
@describe("搜索：店名、门牌、点位、案卷号，拼音也行", tag="search", query=_ASK, responses={200: listing(_HIT)})
def index() -> Response:
    """What the typed words may mean."""
    asked = p.query(_ASK)
    hits = search.find(workspace(), actor(), asked["q"], asked["limit"])
    return r.answer({"items": [asdict(hit) for hit in hits]})
