"""What is done with a ticket: signed, contacted, returned, extended, taken up again; each one act, one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import tickets as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.contacts import (
    ContactAttempt,
    ContactParty,
    ContactResult,
    ContactWay,
    require_sound,
)
from mapsvc.domain.limits import Extension
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.tickets import STATE_NAMES, Ticket, TicketState
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.clock import working_days
from mapsvc.operations.tickets import unknown
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, contacts, events, extensions, tickets

Change = Callable[[Connection, Ticket, datetime], Ticket]
"""The ticket as it shall be, its version counted up; raises Conflict or Refused."""
Then = Callable[[Connection, Ticket], object]
_TOLD = frozenset({"return_ticket", "take_up_ticket_again", "link_ticket", "open_case_for_ticket", "close_ticket"})
"""What stands in the history of the door; the rest is office work."""


@dataclass(frozen=True)
class NewContact:
    """先行联系 as somebody writes it down; `id` comes from the client."""

    id: str
    way: ContactWay
    result: ContactResult
    at: datetime | None = None
    note: str = ""
    next_step: str = ""
    next_at: datetime | None = None


def sign(ws: Workspace, actor: Actor, number: str, version: int) -> Ticket:
    """签收: it is ours, and being handled."""
    return change(ws, actor, number, version, "sign_ticket", lambda _, one, __: rules.move(one, TicketState.HANDLING))


def return_ticket(ws: Workspace, actor: Actor, number: str, reason: str, version: int) -> Ticket:
    """退单: it is not ours; the reason goes back with it, and with those merged into it."""
    told = rules.require_words(reason, "reason", "退单的理由，比如属于哪个单位")

    def returned(_: Connection, one: Ticket, at: datetime) -> Ticket:
        moved = rules.move(one, TicketState.RETURNED)
        return replace(moved, returned_at=at, return_reason=told)

    def with_merged(conn: Connection, done: Ticket) -> None:
        values = {"state": TicketState.RETURNED, "returned_at": done.returned_at, "return_reason": told}
        _along(conn, done, TicketState.HANDLING, values)

    return change(ws, actor, number, version, "return_ticket", returned, with_merged)


def take_up_again(ws: Workspace, actor: Actor, number: str, reason: str, version: int) -> Ticket:
    """二次办理 of an answered one (3 working days from now), or handling one whose return the hotline did not accept.

    Raises
    ------
    Refused
        Without a reason.
    Conflict, NotFound, Forbidden
    """
    told = rules.require_words(reason, "reason", "为什么要再办")

    def again(conn: Connection, one: Ticket, at: datetime) -> Ticket:
        moved = rules.move(one, TicketState.HANDLING)
        if one.state is TicketState.RETURNED:
            return replace(moved, returned_at=None, return_reason=f"退单没有被接受：{told}")
        due = rules.days_after(at, rules.SECOND_DAYS, working_days(conn))
        return replace(
            moved, is_second=True, limit_days=rules.SECOND_DAYS, due_at=due, answered_at=None, answered_by=None,
            is_solved=None, satisfaction=None, first_contact_at=None,
            first_contact_due_at=rules.first_contact_due(at, working_days(conn)), return_reason=f"二次办理：{told}",
        )  # fmt: skip

    def with_merged(conn: Connection, done: Ticket) -> None:
        _along(conn, done, TicketState.RETURNED, {"state": TicketState.HANDLING, "returned_at": None})

    return change(ws, actor, number, version, "take_up_ticket_again", again, with_merged)


def _along(conn: Connection, done: Ticket, state: TicketState, values: dict[str, Any]) -> None:
    """Those merged into a ticket go where it goes."""
    for found in tickets.merged_into(conn, done.id):
        if found.ticket.state is state:
            tickets.touch(conn, found.ticket, **values)


def log_contact(ws: Workspace, actor: Actor, number: str, new: NewContact) -> ContactAttempt:
    """Write down an attempt to reach the caller; the first that reaches them stops the clock of 先行联系.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The ticket is finished, or was merged into another.
    Refused
        Times that cannot be.
    """
    require(actor, Action.LOG_CONTACT)
    now = to_second(ws.clock())
    with ws.write() as conn:
        one = held(conn, number)
        if known := contacts.by_id(conn, new.id):
            return known
        if not one.is_open or one.duplicate_of:
            raise Conflict("这张工单已经办完或并到别的工单里了，不能再记联系。", code="not_open")
        attempt = ContactAttempt(
            new.id, ContactParty.CALLER, new.way, new.result, to_second(new.at or now), ticket_id=one.id,
            case_id=one.case_id, note=new.note.strip() or None, next_step=new.next_step.strip() or None,
            next_at=new.next_at, actor_id=actor.person_id,
        )  # fmt: skip
        require_sound(attempt, one.called_at, now)
        contacts.add(conn, attempt)
        if new.result is ContactResult.REACHED and (one.first_contact_at is None or attempt.at < one.first_contact_at):
            tickets.touch(conn, one, first_contact_at=attempt.at)
        tell(conn, actor, one, "contact", attempt.id, attempt.at)
        audit.append(conn, actor, "log_contact", "contact_attempt", attempt.id, None, attempt, now)
        return attempt


def ask_extension(
    ws: Workspace, actor: Actor, number: str, reason: str, until: datetime | None, version: int
) -> Extension:
    """申请延期: ask the hotline for more time; the deadline moves when it is granted."""
    require(actor, Action.HANDLE_TICKETS)
    told = rules.require_words(reason, "reason", "为什么要延期")
    at = to_second(ws.clock())
    with ws.write() as conn:
        one = held(conn, number)
        require_fresh(one, version)
        if one.state is not TicketState.HANDLING or one.duplicate_of:
            raise Conflict(f"工单现在是“{STATE_NAMES[one.state]}”，签收以后才能申请延期。", code="not_handling")
        if until is None or until <= max(at, one.due_at or at):
            raise Refused("延到的日子要在现在的办理时限之后。", field="until", code="until_too_early")
        if any(e.decided_at is None for e in extensions.of_ticket(conn, one.id)):
            raise Conflict("已经申请过一次延期，还没有答复；先记下答复。", code="already_asked")
        new = Extension(str(uuid4()), told, until, at, ticket_id=one.id, asked_by=actor.person_id)
        extensions.add(conn, new)
        tickets.touch(conn, one)
        audit.append(conn, actor, "ask_extension", "extension", new.id, None, new, at)
        return new


def decide_extension(
    ws: Workspace, actor: Actor, number: str, extension_id: str, granted: bool, decision: str
) -> Extension:
    """Write down what the hotline said to an extension; granted, the deadline is the one asked for."""
    require(actor, Action.HANDLE_TICKETS)
    at = to_second(ws.clock())
    with ws.write() as conn:
        one, asked = held(conn, number), extensions.by_id(conn, extension_id)
        if asked is None or asked.ticket_id != one.id:
            raise NotFound("没有这一次延期申请。", code="unknown_extension")
        told = decision.strip() or None
        decided = replace(asked, decided_at=at, decided_by=actor.person_id, is_granted=granted, decision=told)
        if not extensions.decide(conn, decided):
            raise Conflict("这次延期已经有答复了。", code="decided")
        tickets.touch(conn, one, **({"due_at": asked.until_at} if granted else {}))
        audit.append(conn, actor, "decide_extension", "extension", asked.id, asked, decided, at)
        return decided


def change(
    ws: Workspace, actor: Actor, number: str, version: int, verb: str, made: Change, then: Then | None = None
) -> Ticket:
    """Carry out one change of a ticket: fresh, written, told and audited; `then` does what follows from it."""
    require(actor, Action.HANDLE_TICKETS)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = held(conn, number)
        require_fresh(before, version)
        after = keep(conn, actor, before, made(conn, before, at), verb, at)
        if then:
            then(conn, after)
        return after


def keep(conn: Connection, actor: Actor, before: Ticket, after: Ticket, verb: str, at: datetime) -> Ticket:
    """Write a changed ticket with its event and audit row; raises Conflict if somebody was faster."""
    if not tickets.replace_ticket(conn, after):
        raise stale(held(conn, before.number))
    if verb in _TOLD:
        tell(conn, actor, after, "ticket", after.id, at)
    audit.append(conn, actor, verb, "ticket", after.id, before, after, at)
    return after


def tell(conn: Connection, actor: Actor, one: Ticket, type: str, ref: str, at: datetime) -> None:
    """Write an event where the ticket is."""
    where: dict[str, Any] = {n: getattr(one, n) for n in ("shop_id", "place_id", "location_id", "case_id")}
    events.append(conn, type=type, ref=ref, at=at, actor_id=actor.person_id, **where)


def held(conn: Connection, number: str) -> Ticket:
    """The ticket with this number; raises NotFound."""
    one = tickets.by_number(conn, number)
    if one is None:
        raise unknown(number)
    return one


def require_fresh(one: Ticket, version: int) -> None:
    """Raise Conflict, with what is there now, unless `version` is the stored one."""
    if version != one.version:
        raise stale(one)


def stale(one: Ticket) -> Conflict:
    """Somebody was faster."""
    name = STATE_NAMES[one.state]
    extra: dict[str, object] = {"version": one.version, "state": one.state.value, "state_name": name}
    message = f"别人刚动过这张工单（现在是“{name}”，第{one.version}版），请看过最新情况再操作。"
    return Conflict(message, field="version", code="stale_version", extra=extra)
