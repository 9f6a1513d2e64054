"""单独谈: a page for the secretary and the council's mediator; at this address everybody else finds nothing."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from mapsvc.domain.council_moves import MOST_WORDS
from mapsvc.operations import private_notes
from mapsvc.operations.council_views import get_council
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.context import actor, workspace
from mapsvc.web.councils import SAID

blueprint = Blueprint("private_notes", __name__)


@blueprint.get("/councils/<council_id>/notes")
def index(council_id: str) -> str:
    """What was said alone."""
    return _page(council_id)


@blueprint.post("/councils/<council_id>/notes")
def add(council_id: str) -> Response:
    """One more."""
    private_notes.notes_of(workspace(), actor(), council_id)

    def act() -> object:
        said, party = forms.text("text", "单独谈", MOST_WORDS), forms.text("party", "哪一方", 40)
        return private_notes.add_private_note(workspace(), actor(), council_id, said, party)

    case_id = get_council(workspace(), actor(), council_id).council.case_id or ""
    if request.form.get("back") == "case":
        to = f"/cases/{case_id}?done=note_added#council"
        return forms.done(act, to, lambda form, faults: case_page(case_id, f"note-{council_id}", form, faults))
    to = url_for("private_notes.index", council_id=council_id, done="note_added")
    return forms.done(act, to, lambda form, faults: _page(council_id, form, faults))


@blueprint.post("/councils/<council_id>/notes/<note_id>/remove")
def remove(council_id: str, note_id: str) -> Response:
    """Written by mistake."""
    to = url_for("private_notes.index", council_id=council_id, done="note_removed")
    return forms.done(
        lambda: private_notes.remove_private_note(workspace(), actor(), council_id, note_id),
        to,
        lambda form, faults: _page(council_id, form, faults),
    )


def _page(council_id: str, form: forms.Form | None = None, faults: dict[str, str] | None = None) -> str:
    ws, who = workspace(), actor()
    private_notes.notes_of(ws, who, council_id)
    return render_template(
        "council_notes.html",
        tab="cases",
        view=get_council(ws, who, council_id),
        said=SAID.get(request.args.get("done", "")),
        form=form or {},
        faults=faults or {},
        open_form=f"note-{council_id}",
    )
