"""/api/v1/tickets: the hotline's orders: lists, one, taking one in, moving it on, bringing in a workbook."""

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

from mapsvc.domain.clock import Reading
from mapsvc.domain.effects import Satisfaction
from mapsvc.domain.kinds import kind_named, kind_of
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.tickets import OPEN_STATES, STATE_NAMES, Request, TicketState
from mapsvc.errors import Refused, Unsupported
from mapsvc.operations import ticket_answers, ticket_import, ticket_steps, tickets
from mapsvc.operations.ticket_answers import Closing
from mapsvc.operations.ticket_links import NewTicket, add_ticket
from mapsvc.operations.tickets import Line, TicketDetail
from mapsvc.store.tickets import Wanted
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.context import actor, workspace
from mapsvc.web.csrf import FIELD as CSRF_FIELD

blueprint = Blueprint("api_tickets", __name__, url_prefix="/api/v1/tickets")

_LIST = {
    "state": p.choices((*(s.value for s in TicketState), "open")),
    "kind": p.optional(p.text(20)),
    "known": p.optional(p.flag()),
    "since": p.optional(p.deadline(end_of_day=False)),
    "until": p.optional(p.deadline()),
    "limit": p.optional(p.whole(1, tickets.MOST), 50),
    "after": p.optional(p.text(60)),
}
_NEW = {
    "id": p.identifier(),
    "number": p.text(40),
    "called_at": p.moment(),
    "text": p.text(p.LONG_TEXT),
    "request": p.optional(p.choice(Request)),
    "address": p.optional(p.text()),
    "unit": p.optional(p.text(60)),
    "limit_days": p.optional(p.whole(1, 60)),
    "first_contact_due_at": p.optional(p.moment()),
    "is_repeat": p.optional(p.flag(), False),
}
_MOVE = {
    "to": p.choice((TicketState.HANDLING, TicketState.ANSWERED, TicketState.RETURNED)),
    "version": p.whole(1, 1_000_000),
    "reason": p.optional(p.text(500, least=0), ""),
    "answer": p.optional(p.text(ticket_answers.LONGEST, least=0), ""),
    "is_solved": p.optional(p.flag()),
    "satisfaction": p.optional(p.choice(Satisfaction)),
}
_UPLOAD = {
    "file": p.Field(lambda value, _: value, {"type": "string", "format": "binary"}),
    "dry_run": p.optional(p.flag(), False),
}
_CLOCK = thing(due_at=MAYBE_MOMENT, remaining_min={"type": ["integer", "null"]}, overdue=FLAG, text=TEXT)
_LINE = thing(
    number=TEXT, called_at=MOMENT, kind=MAYBE_TEXT, state=TEXT, place=TEXT, shop=MAYBE_TEXT, case=MAYBE_TEXT,
    known=MAYBE_TEXT, first_contact=_CLOCK, handling=_CLOCK, version=WHOLE,
)  # fmt: skip
_TICKET = thing(**_LINE["properties"], text=TEXT, answer=MAYBE_TEXT, alike={"type": "array"}, merged={"type": "array"})
_COUNTS = {
    "type": "object",
    "additionalProperties": thing(
        read=WHOLE, added=WHOLE, updated=WHOLE, unchanged=WHOLE, rejected=WHOLE, conflicts=WHOLE
    ),
}


@blueprint.get("")
@describe("12345工单：来电晚的在前", tag="tickets", query=_LIST, responses={200: listing(_LINE, total=WHOLE)})
def index() -> Response:
    """A page of tickets."""
    asked = p.query(_LIST)
    states = {s for told in asked["state"] for s in (OPEN_STATES if told == "open" else (told,))}
    wanted = Wanted(
        states=tuple(sorted(str(s) for s in states)),
        kind=kind_named(asked["kind"]).code if asked["kind"] else None,
        known=asked["known"],
        since=asked["since"],
        until=asked["until"],
    )
    page = tickets.list_tickets(workspace(), actor(), wanted, asked["limit"], asked["after"])
    return r.answer({"items": [line(one) for one in page.items], "next": page.next, "total": page.total})


@blueprint.get("/<number>")
@describe("一张工单：两个时限、先发现、案件、像是同一件事的", tag="tickets", responses={200: _TICKET}, problems=(404,))
def show(number: str) -> Response:
    """One ticket."""
    p.query({})
    return r.answer(whole(tickets.get_ticket(workspace(), actor(), p.path_code(number))))


@blueprint.post("")
@describe(
    "收进一张工单：没写的时限按规定算；同一个 id 再发一次不会重复",
    tag="tickets",
    request=_NEW,
    responses={201: _TICKET, 200: _TICKET},
    problems=(409, 413, 415, 422),
)
def create() -> Response:
    """Take in a ticket; 200 if it was taken in before."""
    require(actor(), Action.HANDLE_TICKETS)
    one, is_new = add_ticket(workspace(), actor(), NewTicket(**p.body(_NEW)))
    return r.answer(whole(tickets.get_ticket(workspace(), actor(), one.number)), 201 if is_new else 200)


@blueprint.post("/<number>/moves")
@describe(
    "推进工单：签收、办结（带答复）、退单（带理由）、再办（带原因），带上看到的版本号",
    tag="tickets",
    request=_MOVE,
    responses={200: _TICKET},
    problems=(404, 409, 413, 415, 422),
)
def move(number: str) -> Response:
    """Move a ticket on."""
    require(actor(), Action.HANDLE_TICKETS)
    sent, number = p.body(_MOVE), p.path_code(number)
    _move(number, sent)
    return r.answer(whole(tickets.get_ticket(workspace(), actor(), number)))


def _move(number: str, sent: dict[str, Any]) -> None:
    ws, who, version, to = workspace(), actor(), sent["version"], sent["to"]
    if to == TicketState.RETURNED:
        ticket_steps.return_ticket(ws, who, number, sent["reason"], version)
    elif to == TicketState.ANSWERED:
        if sent["is_solved"] is None:
            raise Refused("要写明来电人说解决了没有（is_solved）。", field="is_solved", code="missing")
        closing = Closing(sent["answer"], sent["is_solved"], sent["satisfaction"])
        ticket_answers.close_ticket(ws, who, number, closing, version)
    elif tickets.get_ticket(ws, who, number).ticket.state is TicketState.TO_SIGN:
        ticket_steps.sign(ws, who, number, version)
    else:
        ticket_steps.take_up_again(ws, who, number, sent["reason"], version)


@blueprint.post("/import")
@describe(
    "导入工单的工作簿：dry_run 只看会改什么；同一份再导一次什么都不变",
    tag="tickets",
    request=_UPLOAD,
    media="multipart/form-data",
    responses={200: thing(batch=MAYBE_TEXT, sheets=_COUNTS, problems={"type": "array"})},
    problems=(413, 415, 422),
)
def bring_in() -> Response:
    """Import a workbook."""
    require(actor(), Action.IMPORT_LEDGER)
    if request.mimetype != "multipart/form-data":
        raise Unsupported("工作簿请用表单（multipart/form-data）发送：file、dry_run。", code="not_a_form")
    sent = p.record({"dry_run": _UPLOAD["dry_run"]}).read(
        {k: v for k, v in request.form.items() if k != CSRF_FIELD}, ""
    )
    file = request.files.get("file")
    if file is None:
        raise p.wrong("file", "缺少 file：工作簿本身。", "missing")
    with tempfile.TemporaryDirectory(dir=workspace().folder) as folder:
        kept = Path(folder) / "tickets.xlsx"
        file.save(kept)
        name = Path(file.filename or "tickets.xlsx").name[:200]
        report = ticket_import.import_tickets(workspace(), actor(), kept, dry_run=sent["dry_run"], file_name=name)
    return r.answer(report.as_json())


def line(one: Line) -> r.Json:
    """A ticket in a list."""
    found = one.ticket
    return {
        "number": found.number,
        "called_at": r.when(found.called_at),
        "request": found.request.value if found.request else None,
        "kind": found.kind,
        "kind_name": kind_of(found.kind).name if found.kind else None,
        "state": found.state.value,
        "state_name": STATE_NAMES[found.state],
        "place": one.found.where,
        "shop": one.found.shop_code,
        "case": found.case_id,
        "known": one.known,
        "known_at": r.when(found.known_at) if one.known else None,
        "first_contact": _clock(one.first),
        "handling": _clock(one.handling),
        "version": found.version,
    }


def _clock(told: Reading) -> r.Json:
    return {
        "due_at": r.when(told.due_at),
        "remaining_min": told.remaining_min,
        "overdue": told.overdue,
        "text": told.text,
    }


def whole(found: TicketDetail) -> r.Json:
    """One ticket with all that belongs to it."""
    one = found.ticket
    return line(found.line) | {
        "text": found.line.text,
        "address": one.address,
        "unit": one.unit,
        "limit_days": one.limit_days,
        "first_contact_at": r.when(one.first_contact_at),
        "due_at": r.when(one.due_at),
        "answer": found.answer or None,
        "answered_at": r.when(one.answered_at),
        "is_solved": one.is_solved,
        "satisfaction": one.satisfaction.value if one.satisfaction else None,
        "is_second": one.is_second,
        "is_imported": one.is_imported,
        "duplicate_of": found.survivor.ticket.number if found.survivor else None,
        "alike": [other.ticket.number for other in found.alike],
        "merged": [other.ticket.number for other in found.merged],
        "moves": [state.value for state in found.legal],
    }
