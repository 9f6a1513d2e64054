"""联系经过: attempts to reach somebody about a case, by secretary, worker, office and the committee of that door."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import contacts as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.contacts import ContactAttempt, ContactParty, ContactResult, ContactRun, ContactWay, runs
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict
from mapsvc.operations.case_around import Around, around
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, responses
from mapsvc.store import contacts as store


@dataclass(frozen=True)
class NewAttempt:
    """An attempt as it is written down; `id` comes from the client; `at` None is now."""

    id: str
    party: ContactParty
    way: ContactWay
    result: ContactResult
    at: datetime | None = None
    party_name: str | None = None
    note: str | None = None
    next_step: str | None = None
    next_at: datetime | None = None


def log_attempt(ws: Workspace, actor: Actor, case_id: str, new: NewAttempt) -> tuple[ContactAttempt, bool]:
    """Write down an attempt; it belongs to the response that goes on, and the same id again changes nothing.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The id was used for something else.
    Refused
        A time before the report, in the future, or a text too long.
    """
    require(actor, Action.LOG_CONTACT, actor.person_id, [actor.unit])
    now = to_second(ws.clock())
    with ws.write() as conn:
        about = around(conn, case_id, now)
        require(actor, Action.LOG_CONTACT, units=about.units)
        known = store.by_id(conn, new.id)
        if known is not None:
            if known.case_id != about.case_id:
                raise Conflict("这个编号（id）已经用在另一条联系上，请换一个新的 id。", field="id", code="id_used")
            return known, False
        going_on = responses.open_of_case(conn, about.case_id)
        made = _attempt(new, actor, now, about.case_id, going_on.id if going_on else None)
        rules.require_sound(made, about.since, now)
        store.add(conn, made)
        if going_on:
            first = rules.first_reached(store.of_response(conn, going_on.id))
            responses.set_first_contact(conn, going_on.id, first)
        events.append(conn, type="contact", ref=made.id, at=made.at, actor_id=actor.person_id, **about.where)
        audit.append(conn, actor, "log_contact", "contact_attempt", made.id, None, made, now)
    return made, True


def add_ticket_attempt(
    conn: Connection, ws: Workspace, actor: Actor, ticket_id: str, new: NewAttempt, since: datetime
) -> ContactAttempt:
    """Write down an attempt of a ticket in the caller's transaction, which has asked leave and writes the event.

    Raises
    ------
    Refused
        A time before `since`, when the ticket came, or in the future.
    """
    now = to_second(ws.clock())
    made = replace(_attempt(new, actor, now, None, None), ticket_id=ticket_id)
    rules.require_sound(made, since, now)
    store.add(conn, made)
    audit.append(conn, actor, "log_contact", "contact_attempt", made.id, None, made, now)
    return made


def may_log(actor: Actor, about: Around) -> bool:
    """Whether `actor` may write down attempts in this case."""
    return may(actor, Action.LOG_CONTACT, units=about.units)


def loose_runs(conn: Connection, actor: Actor, about: Around) -> tuple[ContactRun, ...]:
    """The attempts in a case that belong to no response, in runs, the latest first, as `actor` may read them."""
    found = [a for a in store.of_case(conn, about.case_id) if a.response_id is None]
    return tuple(runs([shown(actor, about, a) for a in found]))


def shown(actor: Actor, about: Around, attempt: ContactAttempt) -> ContactAttempt:
    """An attempt with its texts as `actor` may read them."""
    return replace(
        attempt,
        party_name=about.shown(actor, attempt.party_name) or None,
        note=about.shown(actor, attempt.note) or None,
        next_step=about.shown(actor, attempt.next_step) or None,
    )


def _attempt(
    new: NewAttempt, actor: Actor, now: datetime, case_id: str | None, response_id: str | None
) -> ContactAttempt:
    def said(text: str | None) -> str | None:
        return (text or "").strip() or None

    return ContactAttempt(
        new.id,
        new.party,
        new.way,
        new.result,
        to_second(new.at or now),
        case_id,
        response_id,
        None,
        said(new.party_name),
        said(new.note),
        said(new.next_step),
        to_second(new.next_at) if new.next_at else None,
        actor.person_id,
    )
