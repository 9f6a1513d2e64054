"""/api/v1/places: spots that are no shop."""

from flask import Blueprint, Response

from mapsvc.operations import places
from mapsvc.operations.issues import Spot
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_TEXT, POSITION, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_places", __name__, url_prefix="/api/v1/places")

_LIST = {
    "bbox": p.optional(p.box()),
    "limit": p.optional(p.whole(1, 200), 100),
    "after": p.optional(p.text(40), ""),
}
_NEW = {
    "id": p.identifier(),
    "name": p.text(),
    "kind": p.optional(p.text(40)),
    "responsible_unit": p.optional(p.text()),
    "note": p.optional(p.text(p.LONG_TEXT)),
    "lon": p.number(-180, 180),
    "lat": p.number(-90, 90),
}
_CHANGES = {
    "version": p.whole(1, 1_000_000),
    "name": p.optional(p.text()),
    "kind": p.optional(p.text(40)),
    "responsible_unit": p.optional(p.text()),
    "note": p.optional(p.text(p.LONG_TEXT)),
    "position": p.optional(p.point()),
}
_PLACE = thing(code=TEXT, name=TEXT, kind=MAYBE_TEXT, position=POSITION, version=WHOLE)


@blueprint.get("")
@describe("点位列表：按编号排", tag="places", query=_LIST, responses={200: listing(_PLACE)})
def index() -> Response:
    """Places by code."""
    asked = p.query(_LIST)
    page = places.list_places(workspace(), actor(), asked["bbox"], asked["limit"], asked["after"])
    return r.answer({"items": [r.place(one) for one in page.items], "next": page.next})


@blueprint.post("")
@describe("新建点位", tag="places", request=_NEW, responses={201: _PLACE, 200: _PLACE}, problems=(409, 415, 422))
def create() -> Response:
    """Make a place; 200 if it was made before."""
    place, is_new = places.create_place(workspace(), actor(), places.NewPlace(**p.body(_NEW)))
    return r.answer(r.place(place), 201 if is_new else 200)


@blueprint.get("/<code>")
@describe("一个点位和没办完的事", tag="places", responses={200: _PLACE}, problems=(404,))
def show(code: str) -> Response:
    """One place."""
    p.query({})
    detail = places.get_place(workspace(), actor(), p.path_code(code))
    return r.answer(r.place(detail.place) | {"open": [r.entry(e) for e in detail.open]})


@blueprint.patch("/<code>")
@describe(
    "更正点位资料：只发要改的，带上看到的版本号",
    tag="places",
    request=_CHANGES,
    responses={200: _PLACE},
    problems=(404, 409, 415, 422),
)
def correct(code: str) -> Response:
    """Correct a place."""
    sent = p.body(_CHANGES)
    version, spot = sent.pop("version"), sent.pop("position")
    given = {name: value for name, value in sent.items() if value is not None}
    moved = Spot(**spot) if spot else None
    return r.answer(r.place(places.correct_place(workspace(), actor(), p.path_code(code), version, given, moved)))
