"""Changing 线上驿站: the form, 核对过了, put away, taken back to an earlier version."""

from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain import topics
from mapsvc.domain.permissions import Action
from mapsvc.domain.policies import PolicyEntry
from mapsvc.errors import Refused
from mapsvc.operations import policy_edits
from mapsvc.operations.policies import get_policy
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.forms import Faults, Form
from mapsvc.web.policy_form import fields_of, read_document, rows_of

blueprint = Blueprint("policy_edits", __name__)
_NOT_YET = Refused("多给了几行，接着填。", code="more_rows")


@blueprint.get("/policies/new")
def new() -> str:
    """An empty form."""
    require_page(Action.EDIT_POLICIES)
    return _form_page(None, None, None)


@blueprint.post("/policies")
def create() -> AnyResponse:
    """A new entry."""
    require_page(Action.EDIT_POLICIES)
    if request.form.get("more"):
        return forms.page_again(_form_page(None, forms.typed(), Faults(_NOT_YET)), 200)

    def act() -> PolicyEntry:
        return policy_edits.add_policy(workspace(), actor(), read_document())

    return forms.done(act, lambda made: f"/policies/{made.id}?done=added", lambda f, w: _form_page(None, f, w))


@blueprint.get("/policies/<policy_id>/edit")
def edit(policy_id: str) -> str:
    """The form."""
    require_page(Action.EDIT_POLICIES)
    return _form_page(path_code(policy_id), None, None)


@blueprint.post("/policies/<policy_id>")
def save(policy_id: str) -> AnyResponse:
    """Save as a new version."""
    require_page(Action.EDIT_POLICIES)
    code, version = path_code(policy_id), forms.version()
    if request.form.get("more"):
        return forms.page_again(_form_page(code, forms.typed(), Faults(_NOT_YET)), 200)

    def act() -> PolicyEntry:
        return policy_edits.change_policy(workspace(), actor(), code, read_document(), version)

    def after(saved: PolicyEntry) -> str:
        return f"/policies/{quote(code)}?done={'same' if saved.version == version else 'saved'}"

    return forms.done(act, after, lambda form, faults: _form_page(code, form, faults))


@blueprint.post("/policies/<policy_id>/check")
def check(policy_id: str) -> AnyResponse:
    """核对过了; back to where it was said."""
    require_page(Action.EDIT_POLICIES)
    code = path_code(policy_id)
    policy_edits.check_policy(workspace(), actor(), code, forms.version())
    to = "/policies?show=samples&done=checked" if request.form.get("back") == "list" else None
    return redirect(to or f"/policies/{quote(code)}?done=checked", 303)


@blueprint.post("/policies/<policy_id>/retire")
def retire(policy_id: str) -> AnyResponse:
    """Put it away, or take it out again."""
    require_page(Action.EDIT_POLICIES)
    code, again = path_code(policy_id), bool(request.form.get("again"))
    policy_edits.retire_policy(workspace(), actor(), code, again=again)
    return redirect(f"/policies/{quote(code)}?done={'restored' if again else 'retired'}", 303)


@blueprint.post("/policies/<policy_id>/take-back")
def take_back(policy_id: str) -> AnyResponse:
    """恢复 an earlier version."""
    require_page(Action.EDIT_POLICIES)
    code = path_code(policy_id)
    earlier = request.form.get("earlier", "")
    policy_edits.take_back(
        workspace(), actor(), code, int(earlier) if earlier.isdecimal() and len(earlier) < 7 else 0, forms.version()
    )
    return redirect(f"/policies/{quote(code)}?done=taken_back", 303)


def _form_page(policy_id: str | None, form: Form | None, faults: dict[str, str] | None) -> str:
    now = get_policy(workspace(), actor(), policy_id).entry if policy_id else None
    typed = form is not None
    return render_template(
        "policies/form.html",
        tab="enquiries",
        entry=now,
        fields=fields_of(now),
        conditions=rows_of("conditions", now, typed),
        counters=rows_of("counters", now, typed),
        topics=[(name, name) for name in topics.NAMES],
        # Shown again after a conflict it is sent under the version that stands there now.
        version=now.version if now else 0,
        is_stale=bool(faults and "version" in faults),
        is_sample=bool(form.get("is_sample")) if form is not None else bool(now and now.is_sample),
        form=form,
        faults=faults,
    )
