"""/api/v1/visits: recording a call."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.needs import Way
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.operations.issues import Spot
from mapsvc.operations.visits import FoundIssue, NewNeed, NewPromise, NewVisit, record_visit
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_NUMBER, MOMENT, TEXT, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_visits", __name__, url_prefix="/api/v1/visits")

_NEED = p.record(
    {
        "id": p.identifier(),
        "topic": p.optional(p.text(40)),
        "text": p.text(p.LONG_TEXT),
        "way": p.optional(p.choice(Way)),
    }
)
_PROMISE = p.record({"id": p.identifier(), "text": p.text(p.LONG_TEXT), "due_at": p.optional(p.deadline())})
_ISSUE = p.record(
    {"id": p.identifier(), "kind": p.text(40), "description": p.optional(p.text(p.LONG_TEXT, least=0), "")}
)
_VISIT = {
    "id": p.identifier(),
    "shop": p.text(40),
    "kind": p.choice(VisitKind),
    "at": p.moment(),
    "outcome": p.choice(Outcome),
    "needs": p.items(_NEED, 20),
    "promises": p.items(_PROMISE, 20),
    "issues": p.items(_ISSUE, 20),
    "note": p.optional(p.text(p.LONG_TEXT, least=0), ""),
    "position": p.optional(p.point()),
}
_RECORDED = thing(id=TEXT, shop=TEXT, at=MOMENT, place_check=thing(by=TEXT, distance_m=MAYBE_NUMBER))


@blueprint.post("")
@describe(
    "登记走访：同一个 id 再发一次不会重复；不因为离得远而拒收",
    tag="visits",
    request=_VISIT,
    responses={201: _RECORDED, 200: _RECORDED},
    problems=(409, 413, 415, 422),
)
def create() -> Response:
    """Record a call; 200 if it was recorded before."""
    done = record_visit(workspace(), actor(), _visit(p.body(_VISIT)))
    return r.answer(r.visit(done), 201 if done.is_new else 200)


def _visit(sent: dict[str, Any]) -> NewVisit:
    spot = sent.pop("position")
    return NewVisit(
        **{name: value for name, value in sent.items() if name not in {"needs", "promises", "issues"}},
        needs=tuple(NewNeed(**n) for n in sent["needs"]),
        promises=tuple(NewPromise(**one) for one in sent["promises"]),
        issues=tuple(FoundIssue(**i) for i in sent["issues"]),
        position=Spot(**spot) if spot else None,
    )
