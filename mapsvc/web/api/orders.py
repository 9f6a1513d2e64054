"""/api/v1/cases/{id}/orders: sending an order, which answers with its link."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.orders import MOST_TEXT, MOST_UNIT, Order
from mapsvc.domain.times import iso
from mapsvc.operations import orders as operations
from mapsvc.operations.orders import NewOrder
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT, describe, thing
from mapsvc.web.context import actor, workspace
from mapsvc.web.orders import link_of

blueprint = Blueprint("api_orders", __name__, url_prefix="/api/v1/cases")

_NEW = {
    "id": p.identifier(),
    "to": p.text(MOST_UNIT),
    "what": p.text(MOST_TEXT),
    "due_at": p.optional(p.deadline()),
    "task": p.optional(p.identifier()),
}
_ORDER = thing(
    id=TEXT, number=TEXT, case=TEXT, to=TEXT, what=TEXT, state=TEXT, due_at=MAYBE_MOMENT, task=MAYBE_TEXT,
    made_at=MOMENT, expires_at=MOMENT, link=TEXT,
)  # fmt: skip


@blueprint.post("/<case_id>/orders")
@describe(
    "派单：答复里有对方不用账号就能打开的链接",
    tag="cases",
    request=_NEW,
    responses={201: _ORDER, 200: _ORDER},
    problems=(404, 409, 413, 415, 422),
)
def send(case_id: str) -> Response:
    """Send an order; 200 if it was sent before."""
    sent = p.body(_NEW)
    new = NewOrder(sent["id"], sent["to"], sent["what"], task_id=sent["task"], due_at=sent["due_at"])
    made, is_new = operations.send_order(workspace(), actor(), replace(new, case_id=p.path_code(case_id)))
    return r.answer(_order(made), 201 if is_new else 200)


def _order(one: Order) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "case": one.case_id,
        "to": one.to_unit,
        "what": one.what,
        "state": one.state.value,
        "due_at": iso(one.due_at) if one.due_at else None,
        "task": one.task_id,
        "made_at": iso(one.made_at),
        "expires_at": iso(one.expires_at),
        "link": link_of(one),
    }
