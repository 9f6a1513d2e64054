"""/api/v1/plans/{id}/edits and /undo: a patrol plan changed by hand, and the last change taken back."""

from flask import Blueprint, Response

from mapsvc.operations import plan_edits
from mapsvc.operations.plan_edits import Act, Edit
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import TEXT, WHOLE, describe, thing
from mapsvc.web.api.plans import plan_json
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_plan_edits", __name__, url_prefix="/api/v1/plans")

_MOST_STOPS = 1000
_EDITION = p.whole(0, 2**31 - 1)
_EDIT = {
    "edition": _EDITION,
    "act": p.choice(Act),
    "ref": p.text(80),
    "worker": p.optional(p.text(40)),
    "position": p.optional(p.whole(1, _MOST_STOPS)),
}
_UNDO = {"edition": _EDITION}
_EDITED = thing(id=TEXT, edition=WHOLE, text=TEXT, routes={"type": "array"}, skipped={"type": "array"})


@blueprint.post("/<plan_id>/edits")
@describe(
    "手工改一站：交给别人、换次序、定给一个人、这次不去",
    tag="plans",
    request=_EDIT,
    responses={200: _EDITED},
    problems=(404, 409, 415, 422),
)
def edit(plan_id: str) -> Response:
    """Change one stop."""
    asked = p.body(_EDIT)
    wanted = Edit(asked["edition"], asked["act"], asked["ref"], asked["worker"], asked["position"])
    kept = plan_edits.edit(workspace(), actor(), plan_id, wanted)
    return r.answer(plan_json(kept) | {"text": plan_edits.last_change(workspace(), actor(), plan_id)})


@blueprint.post("/<plan_id>/undo")
@describe("撤销最近一次改动", tag="plans", request=_UNDO, responses={200: _EDITED}, problems=(404, 409, 415))
def undo(plan_id: str) -> Response:
    """Take the last change back; `text` is the one before it."""
    asked = p.body(_UNDO)
    kept = plan_edits.undo(workspace(), actor(), plan_id, asked["edition"])
    return r.answer(plan_json(kept) | {"text": plan_edits.last_change(workspace(), actor(), plan_id)})
