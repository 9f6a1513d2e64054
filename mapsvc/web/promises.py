"""答应的事 on the page of a case: what was promised over it, kept, told to the merchant."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from flask import Blueprint
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.promises import Promise
from mapsvc.operations import promises
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.workspace import Workspace
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("promises", __name__)
SAID = {
    "promised": "答应的事记下了，办好前一直在这家店和今日的最上面。",
    "kept": "办好了。告诉店主了吗？",
    "promise_told": "记下了：告诉过店主了。",
}
_MOST = 300


@dataclass(frozen=True)
class Line:
    """A promise as this reader may see it."""

    promise: Promise
    text: str
    is_late: bool


@dataclass(frozen=True)
class Promised:
    """What was promised over a case."""

    lines: tuple[Line, ...]
    may_promise: bool


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> Promised | None:
    """The promises over the case; None where there are none and this reader may make none."""
    found, at = case.line.found, ws.clock()
    able = found.issue.shop_id is not None and may(who, Action.KEEP_PROMISE) and found.case.is_open
    some = promises.of_case(ws, who, found.case.id)
    lines = tuple(Line(made, text, made.is_overdue(at)) for made, text in some)
    return Promised(lines, able) if lines or able else None


@blueprint.post("/cases/<case_id>/promises")
def make(case_id: str) -> Response:
    """Promise something over the case."""

    def act() -> object:
        text = forms.text("text", "答应了什么", _MOST)
        due = forms.end_of_day("due_at", "哪天前")
        return promises.make_promise(
            workspace(), actor(), promises.NewPromise(str(uuid4()), text, due, case_id=case_id)
        )

    return _done(case_id, act, "promised", "promise")


@blueprint.post("/cases/<case_id>/promises/<promise_id>/kept")
def kept(case_id: str, promise_id: str) -> Response:
    """It was kept."""
    return _done(case_id, lambda: promises.keep_promise(workspace(), actor(), promise_id), "kept", "")


@blueprint.post("/cases/<case_id>/promises/<promise_id>/told")
def told(case_id: str, promise_id: str) -> Response:
    """The merchant knows."""
    return _done(case_id, lambda: promises.tell_promise(workspace(), actor(), promise_id), "promise_told", "")


def _done(case_id: str, act: Callable[[], object], said: str, open_form: str) -> Response:
    to = f"/cases/{case_id}?done={said}#promises"
    return forms.done(act, to, lambda form, faults: case_page(case_id, open_form, form, faults))
