"""/api/v1/needs: what is open, how each ends, and that the merchant was told."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.needs import WAY_NAMES, Need, Way
from mapsvc.operations import needs
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_needs", __name__, url_prefix="/api/v1/needs")

_LIST = {"topic": p.optional(p.text(40))}
_HANDLING = {
    "way": p.choice(Way),
    "handler_id": p.optional(p.text(40)),
    "handler_name": p.optional(p.text(60)),
    "due_at": p.optional(p.deadline()),
    "kind": p.optional(p.text(40)),
    "outcome": p.optional(p.text(500, least=0), ""),
}
_SETTLED = {"outcome": p.text(500), "told": p.optional(p.flag(), False)}
_NEED = thing(
    id=TEXT, way=MAYBE_TEXT, voiced_at=MOMENT, settled_at=MAYBE_MOMENT, due_at=MAYBE_MOMENT, case=MAYBE_TEXT,
    told_at=MAYBE_MOMENT,
)  # fmt: skip
_LINE = thing(**_NEED["properties"], shop=TEXT, door=TEXT, text=TEXT, topic=MAYBE_TEXT, who=MAYBE_TEXT, late=FLAG)


@blueprint.get("")
@describe("没办结的诉求：过了日子的在前", tag="needs", query=_LIST, responses={200: listing(_LINE, total=WHOLE)})
def index() -> Response:
    """What is open."""
    found = needs.open_needs(workspace(), actor(), p.query(_LIST)["topic"])
    items = [
        need(line.need)
        | {"shop": line.shop_code, "door": line.door, "text": line.text, "topic": line.need.topic}
        | {"who": line.who, "late": line.is_late}
        for line in found.lines
    ]
    return r.answer({"items": items, "next": None, "total": len(items)})


@blueprint.post("/<need_id>/handle")
@describe(
    "定怎么办：当场办、解释清楚当时办结；转交办写明谁、哪天前；攻坚办立案",
    tag="needs",
    request=_HANDLING,
    responses={200: _NEED},
    problems=(404, 409, 413, 415, 422),
)
def handle(need_id: str) -> Response:
    """Choose the way in which it ends."""
    told = needs.Handling(**p.body(_HANDLING))
    return r.answer(need(needs.handle_need(workspace(), actor(), p.path_code(need_id), told)))


@blueprint.post("/<need_id>/settle")
@describe(
    "诉求办结：写一句怎么办的；told 是已经告诉店主",
    tag="needs",
    request=_SETTLED,
    responses={200: _NEED},
    problems=(404, 409, 413, 415, 422),
)
def settle(need_id: str) -> Response:
    """It is done."""
    sent = p.body(_SETTLED)
    done = needs.settle_need(workspace(), actor(), p.path_code(need_id), sent["outcome"], is_told=sent["told"])
    return r.answer(need(done))


@blueprint.post("/<need_id>/reopen")
@describe("还没办好：恢复成没办结", tag="needs", responses={200: _NEED}, problems=(404, 409))
def reopen(need_id: str) -> Response:
    """It is not done after all."""
    return r.answer(need(needs.reopen_need(workspace(), actor(), p.path_code(need_id))))


@blueprint.post("/<need_id>/told")
@describe("告诉店主了：诉求怎么办的", tag="needs", responses={200: _NEED}, problems=(404, 409))
def told(need_id: str) -> Response:
    """The merchant knows; the same again is 200 too."""
    return r.answer(need(needs.tell_need(workspace(), actor(), p.path_code(need_id))))


def need(one: Need) -> dict[str, Any]:
    """A need as JSON, without its words."""
    return {
        "id": one.id,
        "way": one.way.value if one.way else None,
        "way_name": WAY_NAMES[one.way] if one.way else None,
        "voiced_at": r.when(one.voiced_at),
        "settled_at": r.when(one.settled_at),
        "due_at": r.when(one.due_at),
        "case": one.case_id,
        "told_at": r.when(one.told_at),
    }
