"""/api/v1/pins: stops that somebody wants walked to."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.patrol import Shift
from mapsvc.domain.pins import MOST_TEXT, Pin
from mapsvc.domain.times import iso
from mapsvc.operations import pins, whereabouts
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import TEXT, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_pins", __name__, url_prefix="/api/v1/pins")

_NEW = {
    "id": p.identifier(),
    "where": p.text(whereabouts.MOST_TEXT),
    "from": p.day(),
    "until": p.optional(p.day()),
    "shift": p.optional(p.choice(Shift)),
    "worker": p.optional(p.text(40)),
    "must": p.optional(p.flag(), False),
    "text": p.optional(p.text(MOST_TEXT, 0), ""),
}
_PIN = thing(id=TEXT, ref=TEXT, label=TEXT, text=TEXT)


@blueprint.get("")
@describe("指定要去的地方：还有效的和以后的", tag="plans", responses={200: thing(items={"type": "array"})})
def index() -> Response:
    """What holds, and what will."""
    return r.answer({"items": [_pin(one) for one in pins.list_pins(workspace(), actor())]})


@blueprint.post("")
@describe(
    "指定一处要去：店名、门牌、编号或 经度,纬度；同一个 id 不会重复",
    tag="plans",
    request=_NEW,
    responses={200: _PIN, 201: _PIN},
    problems=(413, 415, 422),
)
def create() -> Response:
    """Pin a stop."""
    sent = p.body(_NEW)
    new = pins.NewPin(
        sent["id"], sent["where"], sent["from"], sent["until"], sent["shift"], sent["worker"], sent["must"],
        sent["text"],
    )  # fmt: skip
    made, is_new = pins.pin_stop(workspace(), actor(), new)
    return r.answer(_pin(made), 201 if is_new else 200)


@blueprint.post("/<pin_id>/end")
@describe("不用去了", tag="plans", responses={200: _PIN}, problems=(404,))
def end(pin_id: str) -> Response:
    """Nobody need go there any more."""
    return r.answer(_pin(pins.end_pin(workspace(), actor(), p.path_code(pin_id))))


@blueprint.post("/<pin_id>/restore")
@describe("还是要去", tag="plans", responses={200: _PIN}, problems=(404, 409))
def restore(pin_id: str) -> Response:
    """It holds after all."""
    return r.answer(_pin(pins.restore_pin(workspace(), actor(), p.path_code(pin_id))))


def _pin(one: Pin) -> dict[str, Any]:
    return {
        "id": one.id,
        "ref": one.ref,
        "label": one.label,
        "lon": one.lon,
        "lat": one.lat,
        "from": one.from_day.isoformat(),
        "until": one.until_day.isoformat() if one.until_day else None,
        "shift": one.shift.value if one.shift else None,
        "worker": one.person,
        "must": one.is_must,
        "text": one.text,
        "ended_at": iso(one.ended_at) if one.ended_at else None,
    }
