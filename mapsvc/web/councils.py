"""三方议事会 on the case's page: planned, written up, agreed, signed, handed on; its papers."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.actors import Actor
from mapsvc.domain.council_moves import MOST_ITEMS, MOST_NAME, MOST_PARTIES, MOST_WORDS
from mapsvc.domain.councils import PARTY_ROLE_NAMES, AgreedItem, PartyRole
from mapsvc.domain.photos import PhotoOf, Purpose
from mapsvc.domain.tasks import MOST_TEXT
from mapsvc.domain.ways_out import WayOut
from mapsvc.operations import agreements, council_papers, councils
from mapsvc.operations.agreements import NewAgreement
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.council_views import CaseCouncils, case_councils, get_council
from mapsvc.operations.councils import Minutes, NewCouncil, NewParty
from mapsvc.operations.workspace import Workspace
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.context import actor, workspace
from mapsvc.web.uploads import keep_photos, read_photos

blueprint = Blueprint("councils", __name__)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SAID = {
    "council_planned": "议事会约好了。",
    "council_moved": "改好了。",
    "council_held": "会议记下了。",
    "council_agreed": "协议记下了，每一条都成了任务。",
    "council_signed": "签字记下了。",
    "council_failed": "转出去了，案件停表，等结果。",
    "council_back": "结果记下了，案件接着计时。",
    "council_off": "这次议事会取消了。",
    "note_added": "记下了，只有书记和调解员看得到。",
    "note_removed": "删掉了。",
}
_VENUE_MOST = 100


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> CaseCouncils | None:
    """The councils of a case; None where there are none and this reader may plan none."""
    found = case_councils(ws, who, case.line.found.case.id)
    return found if found.items or found.may_plan else None


def words() -> list[tuple[str, str]]:
    """What somebody may be at a council: code and name."""
    return [(role.value, name) for role, name in PARTY_ROLE_NAMES.items()]


@blueprint.post("/cases/<case_id>/council")
def plan(case_id: str) -> AnyResponse:
    """Plan a meeting."""

    def act() -> object:
        held_at = forms.when("held_at", "时间", required=True)
        assert held_at is not None
        new = NewCouncil(held_at, forms.text("venue", "地点", _VENUE_MOST), _parties(), _mediator())
        return councils.plan_council(workspace(), actor(), case_id, new)

    to = f"/cases/{case_id}?done=council_planned#council"
    return forms.done(act, to, lambda form, faults: case_page(case_id, "plan-council", form, faults))


@blueprint.post("/councils/<council_id>/minutes")
def minutes(council_id: str) -> AnyResponse:
    """Write the meeting up, or move one that is still to come."""
    ws, who = workspace(), actor()
    is_held = request.form.get("is_held") == "1"

    def act() -> object:
        uploads = read_photos()
        held_at = forms.when("held_at", "时间", required=True)
        assert held_at is not None
        told = Minutes(
            held_at, is_held, forms.text("venue", "地点", _VENUE_MOST), _parties(), _mediator(),
            forms.text("survey", "勘查", MOST_WORDS), forms.text("root_cause", "症结", MOST_WORDS),
        )  # fmt: skip
        done = councils.write_minutes(ws, who, council_id, told, forms.version())
        keep_photos(ws, who, uploads, PhotoOf.COUNCIL, council_id, Purpose.SURVEY)
        return done

    return _done(council_id, act, "council_held" if is_held else "council_moved", "minutes")


@blueprint.post("/councils/<council_id>/agreement")
def agree(council_id: str) -> AnyResponse:
    """Write the agreement down."""

    def act() -> object:
        new = NewAgreement(_items(), forms.when("agreed_at", "议定的时间"), _signed())
        return agreements.agree(workspace(), actor(), council_id, new, forms.version())

    return _done(council_id, act, "council_agreed", "agree")


@blueprint.post("/councils/<council_id>/signatures")
def signatures(council_id: str) -> AnyResponse:
    """Who signed the paper, and when."""

    def act() -> object:
        return agreements.sign(workspace(), actor(), council_id, _signed(), forms.version())

    return _done(council_id, act, "council_signed", "sign")


@blueprint.post("/councils/<council_id>/failure")
def failure(council_id: str) -> AnyResponse:
    """No agreement: on to the way out, the clock stands."""

    def act() -> object:
        way_out = forms.choice("way_out", WayOut, "转到哪里")
        assert way_out is not None
        reason = forms.text("reason", "原因", MOST_TEXT)
        return agreements.hand_on(workspace(), actor(), council_id, way_out, reason, forms.version())

    return _done(council_id, act, "council_failed", "fail")


@blueprint.post("/councils/<council_id>/return")
def come_back(council_id: str) -> AnyResponse:
    """What became of it; the clock runs again."""

    def act() -> object:
        outcome = forms.text("outcome", "结果", MOST_TEXT)
        return agreements.come_back(workspace(), actor(), council_id, outcome, forms.version())

    return _done(council_id, act, "council_back", "back")


@blueprint.post("/councils/<council_id>/call-off")
def call_off(council_id: str) -> AnyResponse:
    """The meeting will not be."""

    def act() -> object:
        return councils.call_off_council(workspace(), actor(), council_id, forms.version())

    return _done(council_id, act, "council_off", "off")


@blueprint.get("/councils/<council_id>/print")
def paper(council_id: str) -> str:
    """Minutes or agreement on A4, with lines to sign on."""
    ws, who = workspace(), actor()
    view = get_council(ws, who, council_id)
    return render_template("council_print.html", paper=council_papers.paper_of(ws, who, council_id), view=view)


@blueprint.get("/councils/<council_id>/agreement.docx")
def document(council_id: str) -> Response:
    """The same as a document that offices edit and sign."""
    ws, who = workspace(), actor()
    answer = make_response(council_papers.document_of(ws, who, council_id))
    answer.mimetype = DOCX
    name = f"{get_council(ws, who, council_id).number}-agreement.docx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _done(council_id: str, act: Callable[[], object], said: str, form_id: str) -> AnyResponse:
    councils.require_leave(actor())
    case_id = get_council(workspace(), actor(), council_id).council.case_id or ""
    open_form = f"{form_id}-{council_id}"
    to = f"/cases/{case_id}?done={said}#council"
    return forms.done(act, to, lambda form, faults: case_page(case_id, open_form, form, faults))


def _mediator() -> str | None:
    return forms.text("mediator", "调解员", MOST_NAME) or None


def _parties() -> tuple[NewParty, ...]:
    """Rows parties.N.…, in their order; those without a name stay, so that what is wrong stands beside its row."""
    rows = range(MOST_PARTIES + 3)
    return tuple(_party(f"parties.{n}") for n in rows if f"parties.{n}.name" in request.form)


def _party(row: str) -> NewParty:
    role = forms.choice(f"{row}.role", PartyRole, "是哪一方")
    assert role is not None
    return NewParty(
        role,
        forms.text(f"{row}.name", "名字", MOST_NAME),
        forms.text(f"{row}.id", "", 40) or None,
        f"{row}.is_present" in request.form,
        forms.text(f"{row}.claim", "主张", MOST_WORDS),
        forms.text(f"{row}.offer", "愿意", MOST_WORDS),
    )


def _items() -> tuple[AgreedItem | None, ...]:
    rows = [f"items.{n}" for n in range(MOST_ITEMS) if f"items.{n}.what" in request.form]
    return tuple(_item(row) for row in rows)


def _item(row: str) -> AgreedItem | None:
    what = forms.text(f"{row}.what", "做什么", MOST_TEXT)
    amount = forms.money_fen(f"{row}.amount")
    due_at = forms.when(f"{row}.due_at", "期限")
    if not what and amount is None and due_at is None:
        return None
    return AgreedItem(forms.text(f"{row}.party", "谁来做", MOST_NAME), what, amount, due_at)


def _signed() -> dict[str, datetime]:
    names = [name for name in request.form if name.startswith("signed.")]
    told = {name.removeprefix("signed."): forms.when(name, "签字的时间") for name in names}
    return {party_id: at for party_id, at in told.items() if at is not None}
