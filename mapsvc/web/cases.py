"""`/cases/{id}`: the page of one case, composed of its head, its timeline and the sections of other nouns; its acts."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.case_moves import move_name, needs_reason
from mapsvc.domain.cases import SEVERITY_NAMES, CaseState
from mapsvc.operations import cases
from mapsvc.operations.case_history import case_history
from mapsvc.web import case_sections, case_view, forms
from mapsvc.web.context import actor, workspace
from mapsvc.web.signs import icon, sign

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases/<case_id>")
def show(case_id: str) -> str:
    """The page."""
    return case_page(case_id)


@blueprint.post("/cases/<case_id>/moves")
def move(case_id: str) -> Response:
    """Move the case on."""
    open_form = f"move-{request.form.get('to', '')}"

    def act() -> object:
        to = forms.choice("to", CaseState, "要转到哪里")
        assert to is not None
        reason = forms.text("reason", "原因", 400)
        return cases.move_case(workspace(), actor(), case_id, to, reason, forms.version())

    return forms.done(
        act, f"/cases/{case_id}?done=moved", lambda form, faults: case_page(case_id, open_form, form, faults)
    )


SAID = {"moved": "已记下。"}


def case_page(
    case_id: str, open_form: str = "", form: forms.Form | None = None, faults: dict[str, str] | None = None
) -> str:
    """The page of a case, for a GET or after a form on it was refused.

    Parameters
    ----------
    open_form : str
        Id of the act that failed: it stands open with what was typed.
    form : dict, optional
        What was typed.
    faults : dict, optional
        Messages by field.

    Raises
    ------
    NotFound, Forbidden
    """
    ws, who = workspace(), actor()
    case = cases.get_case(ws, who, case_id)
    entries = case_history(ws, who, case)
    found = case.line.found
    key = request.args.get("done", "")
    return render_template(
        "case/case.html",
        tab="cases",
        case=case,
        file=found.case,
        head=case_view.head_of(case),
        clock=case_view.clock_of(ws, case),
        line=case_view.line_of(case, entries),
        under=case_view.under_stations(ws, case),
        log=case_view.log_of(entries),
        moves=[(to, move_name(found.case.state, to), needs_reason(found.case.state, to)) for to in case.legal],
        sections=case_sections.load(ws, who, case),
        said=SAID.get(key) or case_sections.said(key),
        base=f"/cases/{found.case.id}",
        severity_names=SEVERITY_NAMES,
        form=form or {},
        faults=faults or {},
        open_form=open_form,
        sign=sign,
        icon=icon,
    )
