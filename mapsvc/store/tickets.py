"""Tickets in the store: lists, one ticket, likely duplicates, and what the block knew before a call."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, update

from mapsvc.domain.cases import CaseState
from mapsvc.domain.effects import Satisfaction
from mapsvc.domain.tickets import DUPLICATE_DAYS, Request, Ticket, TicketState
from mapsvc.store.bulk import chunks
from mapsvc.store.places import Box, within
from mapsvc.store.tables import (
    case_file,
    council,
    council_party,
    issue,
    location,
    need,
    person,
    place,
    response,
    response_party,
    shop,
    tenancy,
    ticket,
    visit,
)

_FIELDS = tuple(f.name for f in fields(Ticket))


@dataclass(frozen=True)
class Found:
    """A ticket as a list shows it: with the shop or place by name, and where that is."""

    ticket: Ticket
    shop_code: str | None
    shop_name: str | None
    place_code: str | None
    place_name: str | None
    location_address: str | None
    lon: float | None
    lat: float | None

    @property
    def where(self) -> str:
        """How the spot is called: the shop's door, the place, or the address as the caller gave it."""
        return self.place_name or self.ticket.address or self.location_address or "没说在哪里"


@dataclass(frozen=True)
class Wanted:
    """Which tickets a list asks for; an empty field asks for all."""

    states: tuple[str, ...] = ()
    kind: str | None = None
    case_id: str | None = None
    shop_id: str | None = None
    known: bool | None = None
    matched: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""


def from_row(row: Row[Any]) -> Ticket:
    """A ticket from a row of table ticket."""
    values = {name: getattr(row, name) for name in _FIELDS}
    values["state"] = TicketState(row.state)
    values["request"] = Request(row.request) if row.request else None
    values["satisfaction"] = Satisfaction(row.satisfaction) if row.satisfaction else None
    return Ticket(**values)


def by_number(conn: Connection, number: str) -> Ticket | None:
    """The ticket that people call by this number."""
    row = conn.execute(select(ticket).where(ticket.c.number == number)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Ticket]:
    """Tickets by id; unknown ids are left out."""
    found: dict[str, Ticket] = {}
    for some in chunks(sorted({i for i in ids if i})):
        found.update((row.id, from_row(row)) for row in conn.execute(select(ticket).where(ticket.c.id.in_(some))))
    return found


def add(conn: Connection, new: Ticket) -> None:
    """Store a new ticket."""
    conn.execute(insert(ticket).values(**asdict(new)))


def replace_ticket(conn: Connection, changed: Ticket) -> bool:
    """Write a ticket whose version was counted up; False if somebody else came first."""
    ask = update(ticket).where(ticket.c.id == changed.id, ticket.c.version == changed.version - 1)
    return conn.execute(ask.values(**asdict(changed))).rowcount == 1


def touch(conn: Connection, one: Ticket, **values: object) -> Ticket:
    """Write some columns of a ticket the caller holds in this transaction, counting its version up."""
    changed = replace(one, version=one.version + 1, **values)  # type: ignore[arg-type]
    conn.execute(update(ticket).where(ticket.c.id == one.id).values(version=changed.version, **values))
    return changed


def _found() -> Select[Any]:
    current = (tenancy.c.shop_id == ticket.c.shop_id) & tenancy.c.ended_on.is_(None)
    return (
        select(
            ticket,
            shop.c.code.label("shop_code"),
            tenancy.c.sign_name.label("shop_name"),
            place.c.code.label("place_code"),
            place.c.name.label("place_name"),
            location.c.address.label("location_address"),
            location.c.lon,
            location.c.lat,
        )
        .outerjoin(shop, shop.c.id == ticket.c.shop_id)
        .outerjoin(tenancy, current)
        .outerjoin(place, place.c.id == ticket.c.place_id)
        .outerjoin(location, location.c.id == ticket.c.location_id)
    )


def _one(row: Row[Any]) -> Found:
    names = ("shop_code", "shop_name", "place_code", "place_name", "location_address", "lon", "lat")
    return Found(from_row(row), *(getattr(row, name) for name in names))


def find(conn: Connection, number: str) -> Found | None:
    """The ticket that people call by this number, as a list shows it."""
    row = conn.execute(_found().where(ticket.c.number == number)).first()
    return _one(row) if row else None


def found_by_ids(conn: Connection, ids: Iterable[str]) -> dict[str, Found]:
    """Tickets as a list shows them, by id."""
    found: dict[str, Found] = {}
    for some in chunks(sorted(set(ids))):
        found.update((row.id, _one(row)) for row in conn.execute(_found().where(ticket.c.id.in_(some))))
    return found


def page(
    conn: Connection, wanted: Wanted, limit: int | None = None, after: tuple[datetime, str] | None = None
) -> list[Found]:
    """Tickets that `wanted` asks for, the latest call first, after (called_at, id)."""
    ask = _found().where(*_clauses(wanted)).order_by(ticket.c.called_at.desc(), ticket.c.id.desc())
    if after:
        at, last = after
        ask = ask.where(
            ticket.c.called_at <= at, or_(ticket.c.called_at < at, (ticket.c.called_at == at) & (ticket.c.id < last))
        )
    return [_one(row) for row in conn.execute(ask.limit(limit) if limit else ask)]


def count(conn: Connection, wanted: Wanted) -> int:
    """How many tickets `wanted` asks for."""
    ask = select(func.count()).select_from(ticket).where(*_clauses(wanted))
    return int(conn.execute(ask).scalar_one())


def count_by_state(conn: Connection) -> dict[str, int]:
    """How many tickets stand in each state, merged ones left out."""
    ask = select(ticket.c.state, func.count()).where(ticket.c.duplicate_of.is_(None)).group_by(ticket.c.state)
    return {row[0]: row[1] for row in conn.execute(ask)}


def _clauses(wanted: Wanted) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if wanted.states:
        # What was merged into another is done there.
        clauses += [ticket.c.state.in_(wanted.states), ticket.c.duplicate_of.is_(None)]
    for name in ("kind", "case_id", "shop_id"):
        if (value := getattr(wanted, name)) is not None:
            clauses.append(ticket.c[name] == value)
    if wanted.known is not None:
        clauses.append(ticket.c.known_at.is_not(None) if wanted.known else ticket.c.known_at.is_(None))
    if wanted.matched is not None:
        whole = ticket.c.location_id.is_not(None) & ticket.c.kind.is_not(None)
        clauses.append(whole if wanted.matched else ~whole)
    if wanted.since:
        clauses.append(ticket.c.called_at >= wanted.since)
    if wanted.until:
        clauses.append(ticket.c.called_at < wanted.until)
    if wanted.q:
        like = [ticket.c[name].contains(wanted.q, autoescape=True) for name in ("number", "address", "text")]
        clauses.append(or_(*like))
    return clauses


def merged_into(conn: Connection, ticket_id: str) -> list[Found]:
    """Tickets that were merged into this one, the first call first."""
    ask = _found().where(ticket.c.duplicate_of == ticket_id).order_by(ticket.c.called_at, ticket.c.id)
    return [_one(row) for row in conn.execute(ask)]


def near_in_time(conn: Connection, one: Ticket, limit: int = 20) -> list[Found]:
    """Tickets of the same kind at the same spot within the days that count, merged ones left out, latest first."""
    spots = [ticket.c[n] == getattr(one, n) for n in ("shop_id", "place_id", "location_id") if getattr(one, n)]
    if not spots or one.kind is None:
        return []
    reach = timedelta(days=DUPLICATE_DAYS)
    ask = _found().where(
        ticket.c.kind == one.kind,
        ticket.c.id != one.id,
        ticket.c.duplicate_of.is_(None),
        ticket.c.called_at.between(one.called_at - reach, one.called_at + reach),
        or_(*spots),
    )
    return [_one(row) for row in conn.execute(ask.order_by(ticket.c.called_at.desc(), ticket.c.id).limit(limit))]


def of_case(conn: Connection, case_id: str) -> list[Found]:
    """Tickets of a case, the latest call first."""
    return page(conn, Wanted(case_id=case_id))


# What the block knew: asked for many tickets at once by the caller, one spot at a time.


def issues_known(
    conn: Connection, kind: str, since: datetime, until: datetime, shop_id: str | None, place_id: str | None, box: Box
) -> list[Row[Any]]:
    """Reports of a kind made from `since` and before `until` at a shop, a place or within `box`:
    id, source, happened_at, closed_at, lon, lat, shop_id, place_id."""
    ask = (
        select(
            issue.c.id, issue.c.source, issue.c.happened_at, issue.c.shop_id, issue.c.place_id,
            case_file.c.closed_at, location.c.lon, location.c.lat,
        )
        .join(case_file, case_file.c.id == issue.c.case_id)
        .join(location, location.c.id == issue.c.location_id)
        .where(
            issue.c.kind == kind,
            issue.c.happened_at >= since,
            issue.c.happened_at < until,
            case_file.c.state != CaseState.REJECTED.value,
        )
    )  # fmt: skip
    spots = [within(box)]
    if shop_id:
        spots.append(issue.c.shop_id == shop_id)
    if place_id:
        spots.append(issue.c.place_id == place_id)
    return list(conn.execute(ask.where(or_(*spots))))


def needs_known(conn: Connection, shop_id: str, since: datetime, until: datetime) -> list[Row[Any]]:
    """Needs voiced at a shop from `since` and before `until`: id, at, text."""
    ask = select(need.c.id, need.c.voiced_at.label("at"), need.c.text)
    return list(conn.execute(ask.where(need.c.shop_id == shop_id, need.c.voiced_at >= since, need.c.voiced_at < until)))


def visits_known(conn: Connection, shop_id: str, since: datetime, until: datetime) -> list[Row[Any]]:
    """Visits with a text at a shop from `since` and before `until`: id, at, text."""
    ask = select(visit.c.id, visit.c.happened_at.label("at"), visit.c.note.label("text"))
    told = visit.c.note.is_not(None) & (visit.c.happened_at >= since) & (visit.c.happened_at < until)
    return list(conn.execute(ask.where(visit.c.shop_id == shop_id, told)))


def doors_on(conn: Connection, street: str, lowest: int, highest: int) -> list[Row[Any]]:
    """Shops on a street with numbers from `lowest` to `highest`: id, code, location_id, house_number, address."""
    ask = (
        select(shop.c.id, shop.c.code, shop.c.location_id, location.c.house_number, location.c.address)
        .join(location, location.c.id == shop.c.location_id)
        .where(location.c.street == street, location.c.house_number.between(lowest, highest))
    )
    return list(conn.execute(ask.order_by(shop.c.code)))


def set_known(conn: Connection, rows: Sequence[tuple[str, str | None, str | None, datetime | None]]) -> None:
    """Write what was known before the call of tickets: (ticket id, type, ref, at)."""
    for ticket_id, known_type, ref, at in rows:
        values = {"known_type": known_type, "known_ref": ref, "known_at": at}
        conn.execute(update(ticket).where(ticket.c.id == ticket_id).values(**values))


def ids_since(conn: Connection, since: datetime) -> list[str]:
    """Ids of tickets called since, for looking anew at what was known."""
    return list(conn.execute(select(ticket.c.id).where(ticket.c.called_at >= since).order_by(ticket.c.id)).scalars())


def counted_known(conn: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    """(known before the call, all) of the tickets with a spot and a kind called in a time, returned and merged ones
    left out."""
    whole = ticket.c.location_id.is_not(None) & ticket.c.kind.is_not(None) & ticket.c.duplicate_of.is_(None)
    ask = select(func.count(ticket.c.known_at), func.count()).where(
        whole,
        ticket.c.state != TicketState.RETURNED.value,
        ticket.c.called_at >= since,
        ticket.c.called_at < until,
    )
    row = conn.execute(ask).one()
    return int(row[0]), int(row[1])


def people_of_case(conn: Connection, case_id: str) -> tuple[list[str], list[str]]:
    """(names, phones) of the persons around a case: who runs or ran its shops, its private parties."""
    ran = (
        select(person.c.name, person.c.phone)
        .join(tenancy, tenancy.c.merchant_id == person.c.id)
        .join(issue, issue.c.shop_id == tenancy.c.shop_id)
        .where(issue.c.case_id == case_id)
    )
    private = ("owner", "upstairs", "merchant", "landlord", "other")
    sat = select(council_party.c.name).join(council, council.c.id == council_party.c.council_id)
    sat = sat.where(council.c.case_id == case_id, council_party.c.role.in_(private))
    called = select(response_party.c.name, response_party.c.phone)
    called = called.join(response, response.c.id == response_party.c.response_id)
    called = called.where(response.c.case_id == case_id, response_party.c.role.in_(private))
    rows = [*conn.execute(ran), *conn.execute(called)]
    names = [row.name for row in rows] + list(conn.execute(sat).scalars())
    return [n for n in names if n], [row.phone for row in rows if row.phone]
