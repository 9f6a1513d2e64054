"""/api/v1/cases/{id}/council and /api/v1/councils: plan, write up, agree, sign, hand on, and what was said alone."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.council_moves import MOST_ITEMS, MOST_NAME, MOST_PARTIES, MOST_WORDS
from mapsvc.domain.councils import AgreedItem, PartyRole, PrivateNote
from mapsvc.domain.tasks import MOST_TEXT
from mapsvc.domain.ways_out import WayOut
from mapsvc.operations import agreements, councils, private_notes
from mapsvc.operations.council_views import CouncilView, PartyView, get_council
from mapsvc.operations.councils import Minutes, NewCouncil, NewParty
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_TEXT, MOMENT, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.api.tasks import task
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_councils", __name__, url_prefix="/api/v1")

_ID, _VERSION = p.text(40), p.whole(1, 1_000_000)
_WORDS = p.optional(p.text(MOST_WORDS, least=0), "")
_INVITED = {"role": p.choice(PartyRole), "name": p.text(MOST_NAME)}
_PARTY = {
    **_INVITED,
    "id": p.optional(_ID),
    "is_present": p.optional(p.flag(), False),
    "claim": _WORDS,
    "offer": _WORDS,
}
_PLAN = {
    "id": p.optional(p.identifier()),
    "held_at": p.moment(),
    "venue": p.optional(p.text(100, least=0), ""),
    "mediator": p.optional(_ID),
    "parties": p.items(p.record(_INVITED), MOST_PARTIES),
}
_MINUTES = {
    "version": _VERSION,
    "held_at": p.moment(),
    "is_held": p.optional(p.flag(), True),
    "venue": p.optional(p.text(100, least=0), ""),
    "mediator": p.optional(_ID),
    "survey": _WORDS,
    "root_cause": _WORDS,
    "parties": p.items(p.record(_PARTY), MOST_PARTIES),
}
_ITEM = {
    "party": _ID,
    "what": p.text(MOST_TEXT),
    "amount_yuan": p.optional(p.number(-1e12, 1e12)),
    "due_at": p.optional(p.deadline()),
}
_SIGNED = p.items(p.record({"party": _ID, "at": p.moment()}), MOST_PARTIES)
_AGREEMENT = {
    "version": _VERSION,
    "at": p.optional(p.moment()),
    "items": p.items(p.record(_ITEM), MOST_ITEMS),
    "signed": _SIGNED,
}
_SIGNATURES = {"version": _VERSION, "signed": _SIGNED}
_FAILURE = {
    "version": _VERSION,
    "way_out": p.choice(WayOut),
    "reason": p.optional(p.text(MOST_TEXT, least=0), ""),
}
_RETURN = {"version": _VERSION, "outcome": p.optional(p.text(MOST_TEXT, least=0), "")}
_NOTE = {"text": p.optional(p.text(MOST_WORDS, least=0), ""), "party": p.optional(_ID)}
_GONE = {"version": _VERSION}
_BAD = (404, 409, 413, 415, 422)

COUNCIL = thing(
    id=TEXT, case=TEXT, state=MAYBE_TEXT, version=WHOLE, held_at=MOMENT, parties={"type": "array"},
    items={"type": "array"}, is_fulfilled=FLAG, way_out=MAYBE_TEXT,
)  # fmt: skip
_NOTED = thing(id=TEXT, party=MAYBE_TEXT, text=TEXT, at=MOMENT)


@blueprint.post("/cases/<case_id>/council")
@describe("约三方议事会：时间、地点、请谁、谁调解；同一个 id 不会重复", tag="councils", request=_PLAN,
          responses={201: COUNCIL}, problems=_BAD)  # fmt: skip
def plan(case_id: str) -> Response:
    """Plan a meeting."""
    sent = p.body(_PLAN)
    asked = tuple(NewParty(**one) for one in sent["parties"])
    new = NewCouncil(sent["held_at"], sent["venue"], asked, sent["mediator"], sent["id"])
    return _shown(councils.plan_council(workspace(), actor(), p.path_code(case_id), new).id, 201)


@blueprint.get("/councils/<council_id>")
@describe("一次议事会：各方、主张、议定、履行", tag="councils", responses={200: COUNCIL}, problems=(404,))
def show(council_id: str) -> Response:
    """One council."""
    p.query({})
    return _shown(p.path_code(council_id))


@blueprint.post("/councils/<council_id>/minutes")
@describe("记会议：谁到了、勘查、症结、主张", tag="councils", request=_MINUTES, responses={200: COUNCIL}, problems=_BAD)
def minutes(council_id: str) -> Response:
    """Write the meeting up, or move one that is still to come."""
    sent = p.body(_MINUTES)
    there = tuple(NewParty(**one) for one in sent["parties"])
    told = Minutes(
        sent["held_at"], sent["is_held"], sent["venue"], there, sent["mediator"], sent["survey"], sent["root_cause"]
    )
    return _shown(councils.write_minutes(workspace(), actor(), p.path_code(council_id), told, sent["version"]).id)


@blueprint.post("/councils/<council_id>/agreement")
@describe("记协议：谁、做什么、多少元、什么时候前；每一条成为一项任务", tag="councils", request=_AGREEMENT,
          responses={200: COUNCIL}, problems=_BAD)  # fmt: skip
def agree(council_id: str) -> Response:
    """Write the agreement down."""
    sent = p.body(_AGREEMENT)
    new = agreements.NewAgreement(tuple(_item(one) for one in sent["items"]), sent["at"], _signed(sent))
    return _shown(agreements.agree(workspace(), actor(), p.path_code(council_id), new, sent["version"]).id)


@blueprint.post("/councils/<council_id>/signatures")
@describe(
    "记签字：谁在纸上签了字、什么时候", tag="councils", request=_SIGNATURES, responses={200: COUNCIL}, problems=_BAD
)
def signatures(council_id: str) -> Response:
    """Who signed the paper."""
    sent = p.body(_SIGNATURES)
    return _shown(agreements.sign(workspace(), actor(), p.path_code(council_id), _signed(sent), sent["version"]).id)


@blueprint.post("/councils/<council_id>/failure")
@describe("没谈拢：转人民调解、三所联动或诉讼指引，案件停表", tag="councils", request=_FAILURE,
          responses={200: COUNCIL}, problems=_BAD)  # fmt: skip
def failure(council_id: str) -> Response:
    """No agreement."""
    sent, council_id = p.body(_FAILURE), p.path_code(council_id)
    told = sent["way_out"], sent["reason"], sent["version"]
    return _shown(agreements.hand_on(workspace(), actor(), council_id, *told).id)


@blueprint.post("/councils/<council_id>/return")
@describe("转出去有了结果：案件接着计时", tag="councils", request=_RETURN, responses={200: COUNCIL}, problems=_BAD)
def come_back(council_id: str) -> Response:
    """What became of it."""
    sent, council_id = p.body(_RETURN), p.path_code(council_id)
    return _shown(agreements.come_back(workspace(), actor(), council_id, sent["outcome"], sent["version"]).id)


@blueprint.post("/councils/<council_id>/call-off")
@describe("取消还没开的议事会", tag="councils", request=_GONE, responses={200: thing(id=TEXT)}, problems=_BAD)
def call_off(council_id: str) -> Response:
    """The meeting will not be."""
    sent, council_id = p.body(_GONE), p.path_code(council_id)
    councils.call_off_council(workspace(), actor(), council_id, sent["version"])
    return r.answer({"id": council_id})


@blueprint.get("/councils/<council_id>/notes")
@describe("单独谈：只有书记和这次会的调解员看得到", tag="councils", responses={200: listing(_NOTED)}, problems=(404,))
def notes(council_id: str) -> Response:
    """What was said alone."""
    p.query({})
    found = private_notes.notes_of(workspace(), actor(), p.path_code(council_id))
    return r.answer({"items": [_note(one) for one in found], "next": None})


@blueprint.post("/councils/<council_id>/notes")
@describe("记一条单独谈", tag="councils", request=_NOTE, responses={201: _NOTED}, problems=_BAD)
def add_note(council_id: str) -> Response:
    """One more."""
    council_id = p.path_code(council_id)
    private_notes.notes_of(workspace(), actor(), council_id)
    sent = p.body(_NOTE)
    made = private_notes.add_private_note(workspace(), actor(), council_id, sent["text"], sent["party"])
    return r.answer(_note(made), 201)


def _shown(council_id: str, status: int = 200) -> Response:
    return r.answer(council(get_council(workspace(), actor(), council_id)), status)


def _item(sent: dict[str, Any]) -> AgreedItem:
    yuan = sent["amount_yuan"]
    fen = None if yuan is None else int((Decimal(str(yuan)) * 100).to_integral_value())
    return AgreedItem(sent["party"], sent["what"], fen, sent["due_at"])


def _signed(sent: dict[str, Any]) -> dict[str, Any]:
    return {one["party"]: one["at"] for one in sent["signed"]}


def _note(one: PrivateNote) -> dict[str, Any]:
    return {"id": one.id, "party": one.party_id, "text": one.text, "at": r.when(one.at)}


def council(view: CouncilView) -> dict[str, Any]:
    """A council as JSON; of what was said alone not even whether there is something."""
    one = view.council
    return {
        "id": one.id,
        "case": one.case_id,
        "state": one.state.value if one.state else None,
        "version": one.version,
        "held_at": r.when(one.held_at),
        "venue": one.venue,
        "mediator": view.mediator,
        "survey": one.survey,
        "root_cause": one.root_cause,
        "attendees": one.attendees,
        "claims": one.claims,
        "agreement": one.agreement,
        "fulfil_by": r.when(one.fulfil_by),
        "agreed_at": r.when(one.agreed_at),
        "result": one.result,
        "way_out": one.way_out.value if one.way_out else None,
        "parties": [_party(one) for one in view.parties],
        "items": [task(line) for line in view.items],
        "photos": [r.photo(photo) for photo in view.photos],
        "is_fulfilled": view.is_fulfilled,
    }


def _party(one: PartyView) -> dict[str, Any]:
    party = one.party
    return {
        "id": party.id,
        "role": party.role.value,
        "name": one.name,
        "is_present": party.is_present,
        "claim": one.claim,
        "offer": one.offer,
        "signed_at": r.when(party.signed_at),
    }
