"""/api/v1/promises: made, kept and told, or taken back."""

from flask import Blueprint, Response, request

from mapsvc.operations import promises
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_MOMENT, TEXT, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_promises", __name__, url_prefix="/api/v1/promises")

_KEPT = {"id": p.optional(p.identifier()), "at": p.optional(p.moment())}
_NEW = {
    "id": p.identifier(),
    "text": p.text(p.LONG_TEXT),
    "due_at": p.optional(p.deadline()),
    "shop": p.optional(p.text(40)),
    "case": p.optional(p.text(40)),
}
_PROMISE = thing(
    id=TEXT, text=TEXT, due_at=MAYBE_MOMENT, kept_at=MAYBE_MOMENT, withdrawn_at=MAYBE_MOMENT, told_at=MAYBE_MOMENT
)


@blueprint.post("")
@describe(
    "答应一件事：哪家店（或哪件案件的店）、什么事、哪天前；同一个 id 不会重复",
    tag="promises",
    request=_NEW,
    responses={200: _PROMISE},
    problems=(404, 409, 413, 415, 422),
)
def create() -> Response:
    """Promise something."""
    sent = p.body(_NEW)
    new = promises.NewPromise(sent["id"], sent["text"], sent["due_at"], sent["shop"], sent["case"])
    return r.answer(r.promise(promises.make_promise(workspace(), actor(), new), workspace().clock()))


@blueprint.post("/<promise_id>/told")
@describe("告诉店主了：答应的事办好了", tag="promises", responses={200: _PROMISE}, problems=(404, 409))
def told(promise_id: str) -> Response:
    """The merchant knows; the same again is 200 too."""
    known = promises.tell_promise(workspace(), actor(), p.path_code(promise_id))
    return r.answer(r.promise(known, workspace().clock()))


@blueprint.post("/<promise_id>/keep")
@describe(
    "答应的事办好了：带上 id 再发一次也是 200；at 是办好的时间",
    tag="promises",
    request=_KEPT,
    responses={200: _PROMISE},
    problems=(404, 409, 413, 415, 422),
)
def keep(promise_id: str) -> Response:
    """Mark a promise kept; without a body, or an id in it, a second time is a conflict."""
    sent = p.body(_KEPT) if request.get_data() else {"id": None, "at": None}
    told = promises.Kept(sent["id"], sent["at"]) if sent["id"] else None
    kept = promises.keep_promise(workspace(), actor(), p.path_code(promise_id), told)
    return r.answer(r.promise(kept, workspace().clock()))


@blueprint.post("/<promise_id>/withdraw")
@describe("撤回答应的事", tag="promises", responses={200: _PROMISE}, problems=(404, 409))
def withdraw(promise_id: str) -> Response:
    """Take a promise back."""
    withdrawn = promises.withdraw_promise(workspace(), actor(), p.path_code(promise_id))
    return r.answer(r.promise(withdrawn, workspace().clock()))
