"""/api/v1/visits: recording a call."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.needs import Way
from mapsvc.domain.shops import ShopState
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.operations.campaign_doors import MOST_TOLD
from mapsvc.operations.effects import NewCheck
from mapsvc.operations.issues import Spot
from mapsvc.operations.tenancies import ChangedHands
from mapsvc.operations.visits import FoundIssue, NewNeed, NewPromise, NewVisit, record_visit
from mapsvc.operations.withdrawals import withdraw_visit
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_NUMBER, MOMENT, TEXT, describe, thing
from mapsvc.web.api.effects import FOUND
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_visits", __name__, url_prefix="/api/v1/visits")

_NEED = p.record(
    {
        "id": p.identifier(),
        "topic": p.optional(p.text(40)),
        "text": p.text(p.LONG_TEXT),
        "way": p.optional(p.choice(Way)),
        "handler_name": p.optional(p.text(60)),
        "due_at": p.optional(p.deadline()),
    }
)
_PROMISE = p.record({"id": p.identifier(), "text": p.text(p.LONG_TEXT), "due_at": p.optional(p.deadline())})
_ISSUE = p.record(
    {"id": p.identifier(), "kind": p.text(40), "description": p.optional(p.text(p.LONG_TEXT, least=0), "")}
)
_STATES = tuple(s.value for s in (ShopState.OPEN, ShopState.VACANT, ShopState.CLOSED, ShopState.RENOVATING))
_TENANCY = p.record(
    {
        "id": p.identifier(),
        "replaces": p.optional(p.text(40)),
        "state": p.optional(p.choice(_STATES)),
        "sign_name": p.optional(p.text()),
        "trade": p.optional(p.text(40)),
        "merchant_name": p.optional(p.text(40)),
        "merchant_phone": p.optional(p.text(40)),
        "goes_on": p.optional(p.flag(), False),
    }
)
# Whatever a scan gave: a token that is none is no reason to refuse a visit.
_CARD = p.optional(p.Field(lambda value, path: value if isinstance(value, str) else None, {"type": "string"}))
VISIT = {
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
    "tenancy": p.optional(_TENANCY),
    "card": _CARD,
    "effect": p.optional(p.record({**FOUND, "case": p.text(40)})),
    "told": p.items(p.identifier(), MOST_TOLD),
}
_RECORDED = thing(id=TEXT, shop=TEXT, at=MOMENT, place_check=thing(by=TEXT, distance_m=MAYBE_NUMBER), withdrawn=FLAG)
WITHDRAWN = thing(id=TEXT, withdrawn=FLAG)


@blueprint.post("")
@describe(
    "登记走访：同一个 id 再发一次不会重复；不因为离得远而拒收；换店可以一起报；撤回过的 id 不再写入",
    tag="visits",
    request=VISIT,
    responses={201: _RECORDED, 200: _RECORDED},
    problems=(409, 413, 415, 422),
)
def create() -> Response:
    """Record a call; 200 if it was recorded before, or taken back."""
    done = record_visit(workspace(), actor(), new_visit(p.body(VISIT)))
    if isinstance(done, Withdrawn):
        return r.answer(r.withdrawn(done))
    return r.answer(r.visit(done), 201 if done.is_new else 200)


@blueprint.delete("/<visit_id>")
@describe(
    "撤回走访：登记的人当天和第二天，书记30天以内；一起记的诉求、答应的事、问题、换店都撤回；后来有人接着办了就不能撤",
    tag="visits",
    responses={200: WITHDRAWN},
    problems=(404, 409, 422),
)
def withdraw(visit_id: str) -> Response:
    """Take a visit back; the same again is 200 too."""
    return r.answer(r.withdrawn(withdraw_visit(workspace(), actor(), p.path_identifier(visit_id))))


def new_visit(sent: dict[str, Any]) -> NewVisit:
    """What the operation takes, from a body read by `VISIT`."""
    spot, tenancy, effect = sent.pop("position"), sent.pop("tenancy"), sent.pop("effect")
    if tenancy and tenancy["state"]:
        tenancy["state"] = ShopState(tenancy["state"])
    return NewVisit(
        **{name: value for name, value in sent.items() if name not in {"needs", "promises", "issues", "told"}},
        needs=tuple(NewNeed(**n) for n in sent["needs"]),
        promises=tuple(NewPromise(**one) for one in sent["promises"]),
        issues=tuple(FoundIssue(**i) for i in sent["issues"]),
        position=Spot(**spot) if spot else None,
        tenancy=ChangedHands(**tenancy) if tenancy else None,
        effect=NewCheck(**effect) if effect else None,
        told=tuple(sent["told"]),
    )
