"""What is done on the page of an enquiry: answered, taken back, closed, passed on, turned into work."""

from collections.abc import Callable

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from mapsvc.domain.enquiries import LONGEST_ANSWER
from mapsvc.domain.enquiry_moves import Into
from mapsvc.operations import enquiry_steps as steps
from mapsvc.operations import enquiry_turns
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, workspace
from mapsvc.web.enquiries import enquiry_page

blueprint = Blueprint("enquiries_acts", __name__, url_prefix="/enquiries/<enquiry_id>")


@blueprint.post("/answer")
def answer(enquiry_id: str) -> Response:
    """The answer."""

    def act() -> object:
        said, policy_id = forms.text("answer", "答复", LONGEST_ANSWER), forms.text("policy_id", most=40)
        return steps.answer(workspace(), actor(), path_code(enquiry_id), said, forms.version(), policy_id or None)

    return _done(enquiry_id, "answer", "answered", act)


@blueprint.post("/take-back")
def take_back(enquiry_id: str) -> Response:
    """Undo an answer."""
    return _done(
        enquiry_id, "take-back", "taken_back",
        lambda: steps.take_back(workspace(), actor(), path_code(enquiry_id), forms.version()),
    )  # fmt: skip


@blueprint.post("/close")
def close(enquiry_id: str) -> Response:
    """Over without an answer."""

    def act() -> object:
        reason = forms.text("reason", "为什么不用答复", steps.LONGEST_NOTE)
        return steps.close(workspace(), actor(), path_code(enquiry_id), reason, forms.version())

    return _done(enquiry_id, "close", "closed", act)


@blueprint.post("/reopen")
def reopen(enquiry_id: str) -> Response:
    """Asked once more."""

    def act() -> object:
        reason = forms.text("reason", "又问了什么", steps.LONGEST_NOTE)
        return steps.reopen(workspace(), actor(), path_code(enquiry_id), reason, forms.version())

    return _done(enquiry_id, "reopen", "reopened", act)


@blueprint.post("/refer")
def refer(enquiry_id: str) -> Response:
    """转询."""

    def act() -> object:
        new = steps.Referral(
            forms.text("to_whom", "转去问谁", steps.LONGEST_WHOM),
            forms.end_of_day("due_at", "哪天前要回音"),
            forms.text("note", "问什么", steps.LONGEST_NOTE),
        )
        return steps.refer(workspace(), actor(), path_code(enquiry_id), new, forms.version())

    return _done(enquiry_id, "refer", "referred", act)


@blueprint.post("/reply")
def reply(enquiry_id: str) -> Response:
    """What those asked have said."""

    def act() -> object:
        said = forms.text("text", "对方怎么说的", LONGEST_ANSWER)
        return steps.log_reply(workspace(), actor(), path_code(enquiry_id), said, forms.version())

    return _done(enquiry_id, "reply", "replied", act)


@blueprint.post("/note")
def note(enquiry_id: str) -> Response:
    """记一笔."""

    def act() -> object:
        said = forms.text("text", "记一笔", steps.LONGEST_NOTE)
        return steps.note(workspace(), actor(), path_code(enquiry_id), said, forms.version())

    return _done(enquiry_id, "note", "noted", act)


@blueprint.post("/right")
def right(enquiry_id: str) -> Response:
    """Another topic; the shop, where it was not known."""

    def act() -> object:
        topic, shop = forms.text("topic", "主题", 40) or None, forms.text("shop", "哪家店", 40) or None
        return steps.put_right(workspace(), actor(), path_code(enquiry_id), topic, shop, forms.version())

    return _done(enquiry_id, "right", "right", act)


@blueprint.post("/turn/<any(need, case, promise):kind>")
def turn(enquiry_id: str, kind: str) -> Response:
    """Make work of it."""
    into = Into(kind)

    def act() -> object:
        new = enquiry_turns.Turning(
            into,
            forms.text("text", "要办什么", 1000),
            forms.text("told", "告诉店主的话", LONGEST_ANSWER),
            forms.text("kind", "哪一类", 20),
            forms.end_of_day("due_at", "哪天前"),
            forms.text("handler_name", "谁来办", 60),
        )
        return enquiry_turns.turn(workspace(), actor(), path_code(enquiry_id), new, forms.version())

    return _done(enquiry_id, into.value, into.value, act)


@blueprint.post("/phone")
def phone(enquiry_id: str) -> Response:
    """The whole number, once, on a page that nobody keeps."""
    number = steps.see_phone(workspace(), actor(), path_code(enquiry_id))
    told = make_response(enquiry_page(enquiry_id, phone=number))
    told.headers["Cache-Control"] = "no-store"
    return told


def _done(enquiry_id: str, open_form: str, key: str, act: Callable[[], object]) -> Response:
    to = f"/enquiries/{path_code(enquiry_id)}?done={key}"
    return forms.done(act, to, lambda form, faults: enquiry_page(enquiry_id, open_form, form, faults))
