"""`/api/v1/summary`, `/kinds` and `/issues/weeks`: the numbers of the panel."""

from flask import Blueprint, Response, request

from mapsvc.web.caching import shared_answer
from mapsvc.web.context import actor
from mapsvc.web.maps import map_service

blueprint = Blueprint("overview", __name__, url_prefix="/api/v1")


@blueprint.get("/summary")
def summary() -> Response:
    """Open, overdue and called on, each with what it is compared with."""
    answer = map_service().summary(actor(), request.args.to_dict(flat=False))
    return shared_answer(answer.etag, answer.make)


@blueprint.get("/kinds")
def kinds() -> Response:
    """The kinds of issue: names, marks and how many are open."""
    answer = map_service().open_kinds(actor(), request.args.to_dict(flat=False))
    return shared_answer(answer.etag, answer.make)


@blueprint.get("/issues/weeks")
def weeks() -> Response:
    """New issues per week and what is usual."""
    answer = map_service().weeks(actor(), request.args.to_dict(flat=False))
    return shared_answer(answer.etag, answer.make)
