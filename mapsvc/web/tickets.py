"""`/tickets`: the hotline's orders, one ticket with what is to be done about it, and bringing in a workbook of them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Actor
from mapsvc.domain.contacts import CONTACT_RESULT_NAMES, CONTACT_WAY_NAMES, ContactResult, ContactWay
from mapsvc.domain.effects import SATISFACTION_NAMES, Satisfaction
from mapsvc.domain.kinds import KINDS, kind_of
from mapsvc.domain.permissions import Action
from mapsvc.domain.tickets import OPEN_STATES, REQUEST_NAMES, STATE_NAMES, TicketState
from mapsvc.errors import Refused
from mapsvc.ledger.reader import LIMITS
from mapsvc.operations import ticket_answers, ticket_links, ticket_steps, tickets
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.ticket_answers import Closing
from mapsvc.operations.ticket_steps import NewContact
from mapsvc.operations.workspace import Workspace
from mapsvc.store.tickets import Wanted
from mapsvc.web import forms
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.signs import icon, sign

blueprint = Blueprint("tickets", __name__)
OPEN = "open"
_STATES = {OPEN: "还没办完", **{state.value: name for state, name in STATE_NAMES.items()}}
SAID = {
    "sign": "签收好了。",
    "contact": "记下了。",
    "return": "退单记下了。",
    "again": "转为二次办理。",
    "extension": "申请记下了；有了答复再点“同意”或“没同意”。",
    "decided": "答复记下了。",
    "spot": "改好了。",
    "merge": "并好了，办结时一起答复。",
    "part": "拆开了，单独办。",
    "link": "挂到案件上了。",
    "case": "立案了。",
    "draft": "答复存下了，还没有发。",
    "close": "办结了。",
}


@blueprint.get("/tickets")
def index() -> str:
    """The list: what is open, or one state; known before the call; a search."""
    ws, who = workspace(), actor()
    state, known, q = request.args.get("state", OPEN), request.args.get("known") == "1", request.args.get("q", "")[:60]
    state = state if state in _STATES or state == "all" else OPEN
    states = sorted(OPEN_STATES) if state == OPEN else () if state == "all" else (state,)
    wanted = tickets.known_in_time(ws) if known else Wanted(states=tuple(str(s) for s in states), q=q.strip())
    page = tickets.list_tickets(ws, who, wanted)
    counts = tickets.count_by_state(ws, who)
    return render_template(
        "tickets.html",
        tab="tickets",
        lines=page.items,
        counts=counts,
        open_count=sum(counts[s] for s in OPEN_STATES),
        found_first=tickets.found_first(ws, who),
        state=state,
        known=known,
        q=q,
        title=f"先发现的工单，近{tickets.FOUND_FIRST_DAYS}天" if known else _STATES.get(state, "全部"),
        **_words(),
    )


@blueprint.get("/tickets/import")
def upload() -> str:
    """Where a workbook of tickets is brought in; its preview stands under 导入台账."""
    require_page(Action.IMPORT_LEDGER)
    return render_template("tickets_import.html", tab="tickets", limit=LIMITS.file_bytes)


@blueprint.get("/tickets/<number>")
def show(number: str) -> str:
    """One ticket."""
    return ticket_page(number)


def ticket_page(
    number: str, open_form: str = "", form: forms.Form | None = None, faults: dict[str, str] | None = None
) -> str:
    """The page of a ticket, for a GET or after a form on it was refused; raises NotFound, Forbidden."""
    ws, who = workspace(), actor()
    found = tickets.get_ticket(ws, who, number)
    one = found.ticket
    draft = found.answer
    if not draft and found.may_handle and one.state is TicketState.HANDLING:
        draft = ticket_answers.compose(ws, who, number)
    return render_template(
        "ticket.html",
        tab="tickets",
        found=found,
        one=one,
        line=found.line,
        draft=draft,
        base=f"/tickets/{quote(one.number)}",
        said=SAID.get(request.args.get("done", "")),
        form=form or {},
        faults=faults or {},
        open_form=open_form,
        way_options=[(way.value, CONTACT_WAY_NAMES[way]) for way in _WAYS],
        result_options=[(result.value, CONTACT_RESULT_NAMES[result]) for result in _RESULTS],
        kind_options=[(kind.code, kind.name) for kind in KINDS],
        satisfaction_options=[(s.value, name) for s, name in SATISFACTION_NAMES.items()],
        way_names=CONTACT_WAY_NAMES,
        result_names=CONTACT_RESULT_NAMES,
        satisfaction_names=SATISFACTION_NAMES,
        new_id=str(uuid4()),
        **_words(),
    )  # fmt: skip


_WAYS = (ContactWay.PHONE, ContactWay.VISIT, ContactWay.MESSAGE)
_RESULTS = (ContactResult.REACHED, ContactResult.NO_ANSWER, ContactResult.WRONG_NUMBER, ContactResult.REFUSED)


def _words() -> dict[str, Any]:
    return {
        "state_names": STATE_NAMES,
        "request_names": REQUEST_NAMES,
        "kind_of": kind_of,
        "sign": sign,
        "icon": icon,
        "TicketState": TicketState,
    }


def _done(number: str, open_form: str, key: str, act: Callable[[], object]) -> Response:
    to = f"/tickets/{quote(number)}?done={key}"
    return forms.done(act, to, lambda form, faults: ticket_page(number, open_form, form, faults))


@blueprint.post("/tickets/<number>/sign")
def sign_for(number: str) -> Response:
    """签收."""
    return _done(number, "sign", "sign", lambda: ticket_steps.sign(workspace(), actor(), number, forms.version()))


@blueprint.post("/tickets/<number>/contact")
def contact(number: str) -> Response:
    """先行联系."""

    def act() -> object:
        way = forms.choice("way", ContactWay, "怎么联系的")
        result = forms.choice("result", ContactResult, "联系得怎样")
        assert way is not None and result is not None
        sent = forms.text("id", most=36)
        new = NewContact(
            sent or str(uuid4()), way, result, forms.when("at", "时间"), forms.text("note", "记一句", 500),
            forms.text("next_step", "下一步", 200), forms.when("next_at", "下次什么时候"),
        )  # fmt: skip
        return ticket_steps.log_contact(workspace(), actor(), number, new)

    return _done(number, "contact", "contact", act)


@blueprint.post("/tickets/<number>/return")
def return_it(number: str) -> Response:
    """退单."""

    def act() -> object:
        reason = forms.text("reason", "理由", 500)
        return ticket_steps.return_ticket(workspace(), actor(), number, reason, forms.version())

    return _done(number, "return", "return", act)


@blueprint.post("/tickets/<number>/again")
def again(number: str) -> Response:
    """二次办理, or a return that was not accepted."""

    def act() -> object:
        reason = forms.text("reason", "原因", 500)
        return ticket_steps.take_up_again(workspace(), actor(), number, reason, forms.version())

    return _done(number, "again", "again", act)


@blueprint.post("/tickets/<number>/extension")
def extension(number: str) -> Response:
    """延期: asked for."""

    def act() -> object:
        reason, until = forms.text("reason", "原因", 500), forms.end_of_day("until", "延到哪天", required=True)
        return ticket_steps.ask_extension(workspace(), actor(), number, reason, until, forms.version())

    return _done(number, "extension", "extension", act)


@blueprint.post("/tickets/<number>/extension/<extension_id>")
def extension_decided(number: str, extension_id: str) -> Response:
    """延期: what the hotline said."""

    def act() -> object:
        granted = request.form.get("do") == "grant"
        decision = forms.text("decision", "答复", 500)
        return ticket_steps.decide_extension(workspace(), actor(), number, extension_id, granted, decision)

    return _done(number, f"extension-{extension_id}", "decided", act)


@blueprint.post("/tickets/<number>/spot")
def spot(number: str) -> Response:
    """Where it is and what it is about."""

    def act() -> object:
        where, kind = forms.text("spot", "地点", 60), forms.text("kind", "类别", 20)
        return ticket_links.set_spot(workspace(), actor(), number, where, kind, forms.version())

    return _done(number, "spot", "spot", act)


@blueprint.post("/tickets/<number>/merge")
def merge(number: str) -> Response:
    """并单."""

    def act() -> object:
        return ticket_links.merge(workspace(), actor(), number, forms.text("into", "工单编号", 40), forms.version())

    return _done(number, "merge", "merge", act)


@blueprint.post("/tickets/<number>/part")
def part(number: str) -> Response:
    """拆开."""
    return _done(number, "part", "part", lambda: ticket_links.part(workspace(), actor(), number, forms.version()))


@blueprint.post("/tickets/<number>/link")
def link(number: str) -> Response:
    """Handle it in a case that is there."""

    def act() -> object:
        return ticket_links.link_case(workspace(), actor(), number, forms.text("case", "案件", 40), forms.version())

    return _done(number, "link", "link", act)


@blueprint.post("/tickets/<number>/case")
def case(number: str) -> Response:
    """立案."""
    return _done(number, "case", "case", lambda: ticket_links.open_case(workspace(), actor(), number, forms.version()))


@blueprint.post("/tickets/<number>/answer")
def answer(number: str) -> Response:
    """The answer: kept, or sent with 办结."""
    closes = request.form.get("do") == "close"

    def act() -> object:
        told = forms.text("answer", "答复", ticket_answers.LONGEST)
        if not closes:
            return ticket_answers.keep_answer(workspace(), actor(), number, told, forms.version())
        solved = request.form.get("solved", "")
        if solved not in ("yes", "no"):
            raise Refused("请选来电人说解决了没有。", field="solved", code="missing")
        satisfaction = forms.choice("satisfaction", Satisfaction, "满意不满意", required=False)
        new = Closing(told, solved == "yes", satisfaction)
        return ticket_answers.close_ticket(workspace(), actor(), number, new, forms.version())

    return _done(number, "answer", "close" if closes else "draft", act)


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> object | None:
    """Tickets about a case, on its page; None where there are none."""
    return tickets.tickets_of_case(ws, who, case.line.found.case.id) or None
