"""`/api/v1/layers`: the manifests, and the features of one layer or of several."""

from flask import Blueprint, Response, request

from mapsvc.web.caching import shared_answer
from mapsvc.web.context import actor
from mapsvc.web.maps import map_service

blueprint = Blueprint("layers", __name__, url_prefix="/api/v1/layers")


@blueprint.get("")
def manifests() -> Response:
    """The layers there are for this role, in drawing order."""
    answer = map_service().manifests(actor())
    return shared_answer(answer.etag, answer.make)


@blueprint.get("/features")
def several() -> Response:
    """Features of several layers at once, as the page opens with."""
    answer = map_service().several(actor(), request.args.to_dict(flat=False))
    return shared_answer(answer.etag, answer.make)


@blueprint.get("/<layer_id>/features")
def features(layer_id: str) -> Response:
    """Features of a layer; clusters carry cluster, point_count, expand_zoom."""
    answer = map_service().features(actor(), layer_id, request.args.to_dict(flat=False))
    return shared_answer(answer.etag, answer.make, "application/geo+json")
