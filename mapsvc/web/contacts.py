"""联系经过: an attempt written down on the case's page, or on a page of its own for a phone at the door."""

from uuid import uuid4

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.contacts import (
    CONTACT_PARTY_NAMES,
    CONTACT_RESULT_NAMES,
    CONTACT_WAY_NAMES,
    MOST_TEXT,
    ContactParty,
    ContactResult,
    ContactWay,
)
from mapsvc.domain.permissions import Action, require
from mapsvc.operations import contacts as operations
from mapsvc.operations import responses
from mapsvc.operations.case_around import around
from mapsvc.operations.contacts import NewAttempt
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("contacts", __name__)


@blueprint.get("/cases/<case_id>/contact")
def own_page(case_id: str) -> str:
    """The form alone, and what was tried before."""
    return _page(case_id)


@blueprint.post("/cases/<case_id>/contact-attempts")
def log(case_id: str) -> Response:
    """Write an attempt down."""

    def act() -> object:
        party, way = forms.choice("party", ContactParty, "找谁"), forms.choice("way", ContactWay, "怎么找的")
        result = forms.choice("result", ContactResult, "结果")
        assert party is not None
        assert way is not None
        assert result is not None
        new = NewAttempt(
            forms.text("id", "", 36) or str(uuid4()),
            party,
            way,
            result,
            forms.when("at", "几时"),
            forms.text("party_name", "名字", 60) or None,
            forms.text("note", "说明", MOST_TEXT) or None,
            forms.text("next_step", "下一步", MOST_TEXT) or None,
            forms.when("next_at", "下一步几时"),
        )
        return operations.log_attempt(workspace(), actor(), case_id, new)

    if request.form.get("back") == "page":
        to = f"/cases/{case_id}/contact?done=1"
        return forms.done(act, to, lambda form, faults: _page(case_id, form, faults))
    to = f"/cases/{case_id}?done=contact_logged#response"
    return forms.done(
        act, to, lambda form, faults: case_page(case_id, "" if "" in faults else "log-contact", form, faults)
    )


def _page(case_id: str, form: forms.Form | None = None, faults: dict[str, str] | None = None) -> str:
    ws, who = workspace(), actor()
    require(who, Action.LOG_CONTACT, who.person_id, [who.unit])
    with ws.read() as conn:
        about = around(conn, case_id, ws.clock())
        require(who, Action.LOG_CONTACT, units=about.units)
        views = responses.responses_of_case(ws, conn, who, about)
        loose = operations.loose_runs(conn, who, about)
    runs = [*(run for view in views for run in view.runs), *loose]
    found = about.found
    return render_template(
        "contact.html",
        tab="cases",
        case_id=about.case_id,
        where=found.location.address or found.place_name or found.shop_name or "",
        runs=sorted(runs, key=lambda run: run.attempts[0].at, reverse=True),
        parties=[(p.value, n) for p, n in CONTACT_PARTY_NAMES.items()],
        ways=[(w.value, n) for w, n in CONTACT_WAY_NAMES.items()],
        results=[(r.value, n) for r, n in CONTACT_RESULT_NAMES.items()],
        way_names=CONTACT_WAY_NAMES,
        result_names=CONTACT_RESULT_NAMES,
        new_id=str(uuid4()),
        done=bool(request.args.get("done")),
        form=form or {},
        faults=faults or {},
        open_form="contact" if faults else "",
    )
