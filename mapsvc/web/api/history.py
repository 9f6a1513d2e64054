"""/api/v1/shops/{code}/history and /api/v1/places/{code}/history."""

from flask import Blueprint, Response

from mapsvc.operations import history
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_TEXT, MOMENT, TEXT, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_history", __name__, url_prefix="/api/v1")

_PAGE = {"limit": p.optional(p.whole(1, history.MOST), history.PAGE), "after": p.optional(p.text(40))}
_ENTRY = thing(
    at=MOMENT, type=TEXT, title=TEXT, detail=TEXT, actor=MAYBE_TEXT, ref=TEXT, side=TEXT, case=MAYBE_TEXT, former=FLAG
)
_HISTORY = listing(_ENTRY, open={"type": "array", "items": _ENTRY})


@blueprint.get("/shops/<code>/history")
@describe(
    "商铺的往事：没办完的在前，其余从新到旧", tag="history", query=_PAGE, responses={200: _HISTORY}, problems=(404,)
)
def of_shop(code: str) -> Response:
    """A page of a shop's history."""
    asked = p.query(_PAGE)
    return r.answer(
        r.history(history.shop_history(workspace(), actor(), p.path_code(code), asked["limit"], asked["after"]))
    )


@blueprint.get("/places/<code>/history")
@describe(
    "点位的往事：没办完的在前，其余从新到旧", tag="history", query=_PAGE, responses={200: _HISTORY}, problems=(404,)
)
def of_place(code: str) -> Response:
    """A page of a place's history."""
    asked = p.query(_PAGE)
    return r.answer(
        r.history(history.place_history(workspace(), actor(), p.path_code(code), asked["limit"], asked["after"]))
    )
