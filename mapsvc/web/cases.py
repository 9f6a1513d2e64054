"""`/cases/{id}`: the page of one case, composed of its head, its timeline and the sections of other nouns; its acts."""

from flask import Blueprint, Response, render_template, request

from mapsvc.domain.cases import SEVERITY_NAMES, STATE_NAMES
from mapsvc.operations import cases
from mapsvc.operations.case_history import case_history
from mapsvc.operations.case_lines import Line
from mapsvc.web import case_map, case_offers, case_sections, case_view, forms
from mapsvc.web.context import actor, workspace
from mapsvc.web.filters import day_words
from mapsvc.web.signs import icon, sign

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases/<case_id>")
def show(case_id: str) -> str:
    """The page."""
    return case_page(case_id)


@blueprint.get("/cases/<case_id>/picture.svg")
def picture(case_id: str) -> Response:
    """Where it is, drawn: a tall piece of the street, or with ``?shape=strip`` a low one."""
    ws, who = workspace(), actor()
    case = cases.get_case(ws, who, case_id)
    is_strip, is_dark = request.args.get("shape") == "strip", request.args.get("dark") == "1"
    drawn = case_map.picture_of(ws, who, case, is_strip=is_strip, is_dark=is_dark)
    return Response(drawn.svg(), mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=600"})


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
        moves=case_offers.moves_of(case),
        acts=case_offers.acts_of(who, case),
        offers=case_offers.offers_of(who, case),
        has_map=case_map.has_map(case),
        act_name=case_offers.act_name(open_form, found.case),
        state_name=STATE_NAMES[found.case.state],
        resend=_resend(case, open_form, form or {}, faults),
        split_options=[(line.found.issue.id, _issue_words(line)) for line in (case.line, *case.others)],
        limit_typed=case_offers.limit_fields(found.case.limit),
        severities=case_offers.SEVERITIES,
        calendars=case_offers.CALENDARS,
        sections=case_sections.load(ws, who, case),
        said=case_offers.SAID.get(key) or case_sections.said(key),
        base=f"/cases/{found.case.id}",
        severity_names=SEVERITY_NAMES,
        form=form or {},
        faults=faults or {},
        open_form=open_form,
        sign=sign,
        icon=icon,
    )


def _resend(
    case: cases.CaseDetail, open_form: str, form: forms.Form, faults: dict[str, str] | None
) -> list[tuple[str, str]] | None:
    """What to send once more after somebody else was faster, as far as the act is still to be had."""
    if not (faults and "version" in faults):
        return None
    to = open_form.removeprefix("move-")
    if to != open_form and to not in case.legal:
        return None
    return [(name, value) for name, value in form.items() if name != "version" and isinstance(value, str)]


def _issue_words(line: Line) -> str:
    issue = line.found.issue
    return f"{issue.number} · {day_words(issue.happened_at)} · {line.description[:20]}"
