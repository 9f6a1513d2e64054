"""/api/v1/cases/{id}/response and /contact-attempts: calling people together, and attempts to reach somebody."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.contacts import ContactAttempt, ContactParty, ContactResult, ContactWay
from mapsvc.domain.responses import MOST_PARTIES, MOST_TEXT, Called, PartyRole
from mapsvc.domain.times import iso
from mapsvc.operations import contacts
from mapsvc.operations import responses as operations
from mapsvc.operations.case_around import around
from mapsvc.operations.contacts import NewAttempt
from mapsvc.operations.responses import NewResponse, ResponseView
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_responses", __name__, url_prefix="/api/v1/cases")

_PARTY = {"role": p.choice(PartyRole), "name": p.text(60), "phone": p.optional(p.text(40))}
_RESPONSE = {
    "id": p.identifier(),
    "reason": p.text(MOST_TEXT),
    "called_at": p.optional(p.moment()),
    "parties": p.optional(p.items(p.record(_PARTY), MOST_PARTIES), None),
}
_ATTEMPT = {
    "id": p.identifier(),
    "party": p.choice(ContactParty),
    "way": p.choice(ContactWay),
    "result": p.choice(ContactResult),
    "at": p.optional(p.moment()),
    "party_name": p.optional(p.text(60)),
    "note": p.optional(p.text(MOST_TEXT)),
    "next_step": p.optional(p.text(MOST_TEXT)),
    "next_at": p.optional(p.moment()),
}
_SHOWN_PARTY = thing(role=TEXT, name=TEXT, phone=MAYBE_TEXT, arrived_at=MAYBE_MOMENT)
_SHOWN = thing(
    id=TEXT, case=TEXT, reason=TEXT, called_at=MOMENT, first_contact_at=MAYBE_MOMENT, stood_down_at=MAYBE_MOMENT,
    outcome=MAYBE_TEXT, parties={"type": "array", "items": _SHOWN_PARTY},
)  # fmt: skip
_SHOWN_ATTEMPT = thing(id=TEXT, case=TEXT, party=TEXT, way=TEXT, result=TEXT, at=MOMENT, next_at=MAYBE_MOMENT)


@blueprint.post("/<case_id>/response")
@describe(
    "发起红色响应；不写召集谁，就按责任主体登记",
    tag="cases",
    request=_RESPONSE,
    responses={201: _SHOWN, 200: _SHOWN},
    problems=(404, 409, 413, 415, 422),
)
def call(case_id: str) -> Response:
    """Call a response; 200 if it was called before."""
    sent, ws, who = p.body(_RESPONSE), workspace(), actor()
    parties = sent["parties"]
    listed = tuple(Called(one["role"], one["name"], one["phone"]) for one in parties) if parties is not None else None
    new = NewResponse(sent["id"], sent["reason"], listed, sent["called_at"])
    made, is_new = operations.call_response(ws, who, p.path_code(case_id), new)
    with ws.read() as conn:
        about = around(conn, made.case_id, ws.clock())
        views = operations.responses_of_case(ws, conn, who, about)
    shown = next(view for view in views if view.response.id == made.id)
    return r.answer(_response(shown), 201 if is_new else 200)


@blueprint.post("/<case_id>/contact-attempts")
@describe(
    "记一次联系：找谁、怎么找、结果、下一步",
    tag="cases",
    request=_ATTEMPT,
    responses={201: _SHOWN_ATTEMPT, 200: _SHOWN_ATTEMPT},
    problems=(404, 409, 413, 415, 422),
)
def log(case_id: str) -> Response:
    """Write an attempt down; 200 if it was before."""
    made, is_new = contacts.log_attempt(workspace(), actor(), p.path_code(case_id), NewAttempt(**p.body(_ATTEMPT)))
    return r.answer(_attempt(made), 201 if is_new else 200)


def _response(view: ResponseView) -> dict[str, Any]:
    one = view.response
    return {
        "id": one.id,
        "case": one.case_id,
        "reason": view.reason,
        "called_at": iso(one.called_at),
        "first_contact_at": iso(one.first_contact_at) if one.first_contact_at else None,
        "stood_down_at": iso(one.stood_down_at) if one.stood_down_at else None,
        "outcome": view.outcome or None,
        "parties": [
            {
                "role": line.party.role.value,
                "name": line.name,
                "phone": line.phone,
                "arrived_at": iso(line.party.arrived_at) if line.party.arrived_at else None,
            }
            for line in view.parties
        ],
    }


def _attempt(one: ContactAttempt) -> dict[str, Any]:
    return {
        "id": one.id,
        "case": one.case_id,
        "party": one.party.value,
        "way": one.way.value,
        "result": one.result.value,
        "at": iso(one.at),
        "next_at": iso(one.next_at) if one.next_at else None,
    }
