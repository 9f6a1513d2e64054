"""红色响应: called by the secretary with a list from the register, arrivals, stood down with an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import responses as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.contacts import ContactRun, runs
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.privacy import mask_name, mask_phone, may_see
from mapsvc.domain.register import RegisterEntry
from mapsvc.domain.responses import PRIVATE_ROLES, Called, Party, PartyRole, Response, moment_text
from mapsvc.domain.tasks import TaskOrigin
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations.case_around import Around, around
from mapsvc.operations.contacts import shown
from mapsvc.operations.tasks import NewTask, add_task
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, contacts, events, people, register
from mapsvc.store import responses as store


@dataclass(frozen=True)
class NewResponse:
    """A call; `id` comes from the client, so that a retry is harmless.

    Attributes
    ----------
    parties : tuple of Called or None
        Who is called; None takes the list of the register.
    called_at : datetime or None
        None is now.
    tasks : tuple of NewTask
        What is to be done at once; their origin becomes the response.
    """

    id: str
    reason: str
    parties: tuple[Called, ...] | None = None
    called_at: datetime | None = None
    tasks: tuple[NewTask, ...] = ()


@dataclass(frozen=True)
class PartyLine:
    """A party as this reader sees it."""

    party: Party
    name: str
    phone: str | None
    response_min: int | None


@dataclass(frozen=True)
class ResponseView:
    """A response as this reader sees it, with the attempts to reach somebody, in runs, the latest first."""

    response: Response
    reason: str
    outcome: str
    called_by: str | None
    stood_down_by: str | None
    parties: tuple[PartyLine, ...]
    runs: tuple[ContactRun, ...]


def call_response(ws: Workspace, actor: Actor, case_id: str, new: NewResponse) -> tuple[Response, bool]:
    """Call people together for a case; the same id again changes nothing. Whether it is new comes with it.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The case is over, or a response of it goes on.
    Refused
        No reason, nobody called, a time that cannot be.
    """
    require(actor, Action.CALL_RESPONSE)
    now = to_second(ws.clock())
    with ws.write() as conn:
        about = around(conn, case_id, now)
        known = store.by_id(conn, new.id)
        if known is not None:
            return _same(known, about), False
        _require_callable(conn, about)
        called = new.parties if new.parties is not None else rules.from_register(entry_of(conn, about))
        called_at = to_second(new.called_at or now)
        rules.require_callable(new.reason, called, called_at, about.since, now)
        made = Response(new.id, about.case_id, new.reason.strip(), called_at, actor.person_id)
        store.add(conn, made)
        store.add_parties(conn, [_party(made.id, one) for one in called])
        for task in new.tasks:
            own = replace(task, case_id=about.case_id, response_id=made.id, origin=TaskOrigin.RESPONSE)
            add_task(conn, ws, actor, own)
        events.append(conn, type="response", ref=made.id, at=called_at, actor_id=actor.person_id, **about.where)
        audit.append(conn, actor, "call_response", "response", made.id, None, made, now)
    return made, True


def add_party(ws: Workspace, actor: Actor, response_id: str, called: Called) -> Party:
    """Call one more.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The response was stood down.
    Refused
    """
    require(actor, Action.CALL_RESPONSE)
    now = to_second(ws.clock())
    with ws.write() as conn:
        response = _get(conn, response_id)
        rules.require_open(response)
        listed = [Called(p.role, p.name) for p in store.parties(conn, [response.id])]
        rules.require_callable(response.reason, (*listed, called), response.called_at, response.called_at, now)
        made = _party(response.id, called)
        store.add_parties(conn, [made])
        audit.append(conn, actor, "add_party", "response_party", made.id, None, made, now)
    return made


def remove_party(ws: Workspace, actor: Actor, party_id: str) -> None:
    """Take a party off the list who has not come.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The response was stood down, or the party has come.
    """
    require(actor, Action.CALL_RESPONSE)
    now = to_second(ws.clock())
    with ws.write() as conn:
        party = _get_party(conn, party_id)
        rules.require_open(_get(conn, party.response_id))
        if party.arrived_at is not None:
            raise Conflict(f"{party.name}已经到场，不能从名单里拿掉。", code="arrived")
        store.remove_party(conn, party.id)
        audit.append(conn, actor, "remove_party", "response_party", party.id, party, None, now)


def record_arrival(ws: Workspace, actor: Actor, party_id: str, at: datetime | None = None) -> Party:
    """A party came, now or at `at`; recorded again it is put right.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The response was stood down.
    Refused
        Before the call, or in the future.
    """
    require(actor, Action.LOG_CONTACT, actor.person_id, [actor.unit])
    now = to_second(ws.clock())
    with ws.write() as conn:
        before = _get_party(conn, party_id)
        response = _get(conn, before.response_id)
        about = around(conn, response.case_id, now)
        require(actor, Action.LOG_CONTACT, units=about.units)
        after = rules.arrive(before, response, to_second(at or now), now)
        if after == before or (at is None and before.arrived_at is not None):
            return before
        store.replace_party(conn, after)
        events.forget(conn, [after.id])
        events.append(
            conn, type="response", ref=after.id, at=after.arrived_at or now, actor_id=actor.person_id, **about.where
        )
        audit.append(conn, actor, "record_arrival", "response_party", after.id, before, after, now)
    return after


def stand_down(ws: Workspace, actor: Actor, response_id: str, outcome: str, at: datetime | None = None) -> Response:
    """End a response with what came of it.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        It was ended before.
    Refused
        Without an outcome, or at a time that cannot be.
    """
    require(actor, Action.CALL_RESPONSE)
    now = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, response_id)
        about = around(conn, before.case_id, now)
        ended_at = to_second(at or now)
        after = rules.stand_down(before, ended_at, actor.person_id, outcome)
        rules.require_time("at", "解除", ended_at, before.called_at, now)
        store.replace(conn, after)
        events.append(conn, type="response", ref=after.id, at=ended_at, actor_id=actor.person_id, **about.where)
        audit.append(conn, actor, "stand_down", "response", after.id, before, after, now)
    return after


def responses_of_case(ws: Workspace, conn: Connection, actor: Actor, about: Around) -> tuple[ResponseView, ...]:
    """The responses of a case as `actor` sees them, the latest first."""
    found = store.of_case(conn, about.case_id)
    parties = store.parties(conn, (r.id for r in found))
    staff = people.by_ids(conn, (i for r in found for i in (r.called_by, r.stood_down_by)))
    views = []
    for one in found:
        attempts = [shown(actor, about, a) for a in contacts.of_response(conn, one.id)]
        lines = tuple(_line(actor, about, one, p) for p in parties if p.response_id == one.id)
        by = {name: staff[i].display_name for name, i in _hands(one) if i in staff}
        reason, outcome = about.shown(actor, one.reason), about.shown(actor, one.outcome)
        views.append(
            ResponseView(one, reason, outcome, by.get("called"), by.get("ended"), lines, tuple(runs(attempts)))
        )
    return tuple(views)


def register_list(ws: Workspace, actor: Actor, case_id: str) -> tuple[Called, ...]:
    """Whom the register names for the case's door: what a form begins with.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.CALL_RESPONSE)
    with ws.read() as conn:
        return rules.from_register(entry_of(conn, around(conn, case_id, ws.clock())))


def open_responses(conn: Connection) -> list[Response]:
    """Every response that goes on, the first called first."""
    return store.open_ones(conn)


def entry_of(conn: Connection, about: Around) -> RegisterEntry | None:
    """The entry of the register for a case's door, each field from the narrowest run that fills it."""
    place = about.found.location
    found = register.for_door(conn, place.street, place.house_number) if place.street and place.house_number else []
    if not found:
        return None
    company = next((e for e in found if e.property_company), found[0])
    return replace(
        found[0],
        building=next((e.building for e in found if e.building), None),
        residents_committee=next((e.residents_committee for e in found if e.residents_committee), None),
        property_company=company.property_company,
        duty_phone=company.duty_phone,
        owners_committee=next((e.owners_committee for e in found if e.owners_committee), None),
    )


def may_call(actor: Actor) -> bool:
    """Whether `actor` may call a response."""
    return may(actor, Action.CALL_RESPONSE)


def _require_callable(conn: Connection, about: Around) -> None:
    case = about.found.case
    if not case.is_open:
        raise Conflict("案件已经了结，不能再发起红色响应；又有问题请先重新办理，或另报一件。", code="case_closed")
    going_on = store.open_of_case(conn, case.id)
    if going_on is not None:
        told = f"{moment_text(going_on.called_at)}发起的红色响应还没有解除，接着在那里办就行。"
        raise Conflict(told, code="response_open", extra={"response": going_on.id})


def _same(known: Response, about: Around) -> Response:
    if known.case_id != about.case_id:
        raise Conflict("这个编号（id）已经用在另一件案件上，请换一个新的 id。", field="id", code="id_used")
    return known


def _party(response_id: str, called: Called) -> Party:
    return Party(
        str(uuid4()), response_id, called.role, called.name.strip(), (called.phone or "").strip() or None,
        called.register_id,
    )  # fmt: skip


def _line(actor: Actor, about: Around, response: Response, party: Party) -> PartyLine:
    name, phone = party.name, party.phone
    if party.role in PRIVATE_ROLES:
        name = about.left.hide(name)
        phone = mask_phone(phone) if phone else None
        name = name if may_see(actor, about.owner) else mask_name(name)
    return PartyLine(party, name, phone, party.minutes_after(response.called_at))


def _hands(one: Response) -> Sequence[tuple[str, str]]:
    return [(name, i) for name, i in (("called", one.called_by), ("ended", one.stood_down_by)) if i]


def _get(conn: Connection, response_id: str) -> Response:
    found = store.by_id(conn, response_id)
    if found is None:
        raise NotFound("没有这次红色响应，请刷新后重试。", field="response", code="unknown_response")
    return found


def _get_party(conn: Connection, party_id: str) -> Party:
    found = store.party_by_id(conn, party_id)
    if found is None:
        raise NotFound("名单里没有这一方，请刷新后重试。", field="party", code="unknown_party")
    return found


def role_of(value: str) -> PartyRole:
    """The kind of party by its code; what is unknown is another."""
    return PartyRole(value) if value in set(PartyRole) else PartyRole.OTHER
