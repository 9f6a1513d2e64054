"""/api/v1/context-events: 诱因, what happened around a spot."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.context_events import CONTEXT_KIND_NAMES, MOST_RADIUS_M, MOST_TEXT, ContextEvent
from mapsvc.operations import context_events
from mapsvc.operations.context_events import NewContext
from mapsvc.operations.issues import Spot
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_MOMENT, MAYBE_NUMBER, MOMENT, NUMBER, TEXT, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_context_events", __name__, url_prefix="/api/v1/context-events")

_LIST = {"since": p.optional(p.deadline(end_of_day=False)), "until": p.optional(p.deadline())}
_NEW = {
    "id": p.identifier(),
    "kind": p.choice(tuple(CONTEXT_KIND_NAMES)),
    "text": p.text(MOST_TEXT),
    "from": p.deadline(end_of_day=False),
    "until": p.optional(p.deadline()),
    "place": p.optional(p.text(40)),
    "shop": p.optional(p.text(40)),
    "position": p.optional(p.point()),
    "radius_m": p.optional(p.number(0, MOST_RADIUS_M)),
}
_END = {"until": p.deadline()}
_EVENT = thing(
    id=TEXT, kind=TEXT, kind_name=TEXT, text=TEXT, words=TEXT, lon=NUMBER, lat=NUMBER, radius_m=MAYBE_NUMBER,
    withdrawn_at=MAYBE_MOMENT, until=MAYBE_MOMENT, **{"from": MOMENT},
)  # fmt: skip


@blueprint.get("")
@describe("诱因：撤桶、装修、施工、开学等，按开始的时间", tag="context", query=_LIST, responses={200: listing(_EVENT)})
def index() -> Response:
    """What happened, the earliest first; those taken back are left out."""
    asked = p.query(_LIST)
    found = context_events.list_context(workspace(), actor(), asked["since"], asked["until"])
    return r.answer({"items": [event(one) for one in found], "next": None})


@blueprint.post("")
@describe(
    "记一条诱因：点位、商铺或位置填一个；撤桶、装修、施工会自动关注；同一个 id 不会重复",
    tag="context",
    request=_NEW,
    responses={201: _EVENT, 200: _EVENT},
    problems=(409, 413, 415, 422),
)
def add() -> Response:
    """Write down what happened; 200 if it was written before."""
    sent = p.body(_NEW)
    spot = Spot(**sent["position"]) if sent["position"] else None
    new = NewContext(
        sent["id"], sent["kind"], sent["text"], sent["from"], sent["until"], sent["place"], sent["shop"], spot,
        sent["radius_m"],
    )  # fmt: skip
    made, is_new = context_events.add_context(workspace(), actor(), new)
    return r.answer(event(made), 201 if is_new else 200)


@blueprint.post("/<event_id>/end")
@describe("诱因到哪天为止", tag="context", request=_END, responses={200: _EVENT}, problems=(404, 409, 413, 415, 422))
def end(event_id: str) -> Response:
    """Until when it went on."""
    sent = p.body(_END)
    return r.answer(event(context_events.end_context(workspace(), actor(), p.path_code(event_id), sent["until"])))


@blueprint.post("/<event_id>/withdraw")
@describe("撤回一条记错的诱因", tag="context", responses={200: _EVENT}, problems=(404,))
def withdraw(event_id: str) -> Response:
    """Take it back."""
    return r.answer(event(context_events.withdraw_context(workspace(), actor(), p.path_code(event_id))))


@blueprint.post("/<event_id>/restore")
@describe("恢复撤回的诱因", tag="context", responses={200: _EVENT}, problems=(404,))
def restore(event_id: str) -> Response:
    """It was right after all."""
    return r.answer(event(context_events.restore_context(workspace(), actor(), p.path_code(event_id))))


def event(one: ContextEvent) -> dict[str, Any]:
    """An event as JSON."""
    return {
        "id": one.id,
        "kind": one.kind,
        "kind_name": CONTEXT_KIND_NAMES.get(one.kind, one.kind),
        "text": one.text,
        "words": f"{one.text} {one.days()}",
        "lon": one.lon,
        "lat": one.lat,
        "radius_m": one.radius_m,
        "from": r.when(one.from_at),
        "until": r.when(one.from_at if one.is_momentary else one.until_at),
        "withdrawn_at": r.when(one.withdrawn_at),
    }
