"""`/enquiries/templates`: 常用回复, added, changed and retired."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain import topics
from mapsvc.domain.enquiries import LONGEST_ANSWER
from mapsvc.domain.permissions import Action
from mapsvc.operations import enquiry_templates as templates
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id

blueprint = Blueprint("enquiries_replies", __name__, url_prefix="/enquiries/templates")
SAID = {"kept": "存好了。", "back": "恢复了。"}


@blueprint.get("")
def index() -> str:
    """All in use, each with its form, and one for another."""
    return _page()


@blueprint.post("")
def add() -> Response:
    """One more."""
    return forms.done(lambda: _put(form_id()), "/enquiries/templates?done=kept", lambda f, w: _page("new", f, w))


@blueprint.post("/<template_id>")
def change(template_id: str) -> Response:
    """Other words."""
    kept = path_code(template_id)
    return forms.done(lambda: _put(kept), "/enquiries/templates?done=kept", lambda f, w: _page(f"change-{kept}", f, w))


@blueprint.post("/<template_id>/retire")
def retire(template_id: str) -> Response:
    """No longer offered."""
    return _retired(template_id, False, f"/enquiries/templates?retired={path_code(template_id)}")


@blueprint.post("/<template_id>/restore")
def restore(template_id: str) -> Response:
    """Offered again."""
    return _retired(template_id, True, "/enquiries/templates?done=back")


def _retired(template_id: str, is_back: bool, to: str) -> Response:
    def act() -> object:
        return templates.retire_template(workspace(), actor(), path_code(template_id), is_back=is_back)

    return forms.done(act, to, lambda f, w: _page("", f, w))


def _put(template_id: str) -> object:
    title, text = forms.text("title", "名字", templates.LONGEST_TITLE), forms.text("text", "话", LONGEST_ANSWER)
    return templates.put_template(workspace(), actor(), template_id, title, text, forms.text("topic", most=40) or None)


def _page(open_form: str = "", form: forms.Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.ANSWER_ENQUIRY)
    return render_template(
        "enquiries/templates.html", tab="enquiries", lines=templates.list_templates(workspace(), who),
        topic_options=[(name, name) for name in topics.NAMES], fresh_id=form_id("none"), open_form=open_form,
        form=form or {}, faults=faults or {}, said=SAID.get(request.args.get("done", "")),
        retired=path_code(request.args.get("retired", "")),
    )  # fmt: skip
