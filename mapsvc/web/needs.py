"""`/needs`: what merchants need and is still open, what late first; what was done and nobody told them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain import topics
from mapsvc.domain.kinds import KINDS
from mapsvc.domain.needs import SETTLES, WAY_NAMES, Way
from mapsvc.domain.permissions import Action
from mapsvc.operations import needs as operations
from mapsvc.operations import promises
from mapsvc.web import forms
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("needs", __name__)
SAID = {
    "handled": "记下了。",
    "settled": "办结了。告诉店主了吗？",
    "told": "记下了：告诉过店主了。",
    "reopened": "恢复成还没办好。",
}
_OUTCOME_MOST = 500


@blueprint.get("/needs")
def index() -> str:
    """The list."""
    return _page()


@blueprint.post("/needs/<need_id>/handle")
def handle(need_id: str) -> Response:
    """Choose the way in which it ends."""

    def act() -> object:
        way = forms.choice("way", Way, "办法")
        assert way is not None
        told = operations.Handling(
            way,
            forms.text("handler_id") or None,
            forms.text("handler_name", "转交给谁", 60) or None,
            forms.end_of_day("due_at", "回话的日子"),
            forms.text("kind") or None,
            forms.text("outcome", "怎么办的", _OUTCOME_MOST),
        )
        return operations.handle_need(workspace(), actor(), need_id, told)

    return _done(need_id, act, "handle", lambda need: "handled" if need.is_open else "settled")


@blueprint.post("/needs/<need_id>/settle")
def settle(need_id: str) -> Response:
    """It is done."""

    def act() -> object:
        outcome, is_told = forms.text("outcome", "怎么办的", _OUTCOME_MOST), bool(request.form.get("told"))
        return operations.settle_need(workspace(), actor(), need_id, outcome, is_told=is_told)

    return _done(need_id, act, "settle", lambda need: "told" if need.told_at else "settled")


@blueprint.post("/needs/<need_id>/told")
def told(need_id: str) -> Response:
    """The merchant knows."""
    return _done(need_id, lambda: operations.tell_need(workspace(), actor(), need_id), "told", lambda _: "told")


@blueprint.post("/needs/<need_id>/reopen")
def reopen(need_id: str) -> Response:
    """It is not done after all."""
    return _done(need_id, lambda: operations.reopen_need(workspace(), actor(), need_id), "reopen", lambda _: "reopened")


@blueprint.post("/promises/<promise_id>/told")
def promise_told(promise_id: str) -> Response:
    """The merchant knows that a promise was kept."""
    return _done(promise_id, lambda: promises.tell_promise(workspace(), actor(), promise_id), "told", lambda _: "told")


def _done(record_id: str, act: Callable[[], Any], name: str, said: Callable[[Any], str]) -> Response:
    view = {key: value for key in ("topic", "late", "untold") if (value := request.form.get(f"view_{key}", "").strip())}

    def to(record: object) -> str:
        return f"/needs?{urlencode(view | {'done': said(record)})}"

    return forms.done(act, to, lambda form, faults: _page(f"{name}-{record_id}", form, faults))


def _page(open_form: str = "", form: forms.Form | None = None, faults: dict[str, str] | None = None) -> str:
    who, ws = require_page(Action.WORK_CASE), workspace()
    asked = request.args if request.method == "GET" else _view_typed()
    topic = asked.get("topic") if asked.get("topic") in topics.NAMES else None
    is_untold, is_late = bool(asked.get("untold")), bool(asked.get("late"))
    found = operations.open_needs(ws, who, topic)
    lines = [line for line in found.lines if line.is_late or not is_late]
    return render_template(
        "needs.html", tab="ledger", found=found, lines=lines, topic=topic, is_late=is_late, is_untold=is_untold,
        untold=operations.untold_news(ws, who) if is_untold else (), ways=WAY_NAMES, settles=SETTLES,
        kinds=[(kind.code, kind.name) for kind in KINDS], staff=found.staff, said=SAID.get(asked.get("done", "")),
        view={k: asked[k] for k in ("topic", "late", "untold") if asked.get(k)},
        open_form=open_form, form=form or {}, faults=faults or {},
    )  # fmt: skip


def _view_typed() -> dict[str, str]:
    return {key: request.form.get(f"view_{key}", "") for key in ("topic", "late", "untold")}
