"""What counts for the rates in a span: decided cases, calls after closing, the hotline's orders; each with its spot."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from mapsvc.domain.cases import Case
from mapsvc.domain.effects import EffectCheck
from mapsvc.domain.figures import Spot
from mapsvc.domain.tickets import Ticket
from mapsvc.store import cases as store_cases
from mapsvc.store import effects as store_effects
from mapsvc.store import tickets as store_tickets
from mapsvc.store.tables import case_file, effect_check, issue, location, place, ticket

_WHERE = (func.coalesce(place.c.name, location.c.address).label("spot_address"), location.c.lon, location.c.lat)


def decided_cases(conn: Connection, since: datetime, until: datetime) -> list[tuple[Case, Spot]]:
    """Cases that were closed or fell due in [since, until), with the first report of each; imported ones left out."""
    inside = or_(_within(case_file.c.closed_at, since, until), _within(case_file.c.due_at, since, until))
    columns = [*(c.label(f"file_{c.name}") for c in case_file.c), issue.c.number, issue.c.kind, *_WHERE]
    ask = _with_issue(select(*columns))
    ask = ask.where(inside, case_file.c.is_imported.is_(False), case_file.c.merged_into.is_(None))
    return [(store_cases.from_row(row, "file_"), _spot(row)) for row in _first_of(conn, ask, "file_id")]


def checks(conn: Connection, since: datetime, until: datetime) -> list[tuple[EffectCheck, Spot]]:
    """Calls after closing in [since, until); those of imported cases left out."""
    columns = [*(c.label(f"check_{c.name}") for c in effect_check.c), issue.c.number, issue.c.kind, *_WHERE]
    ask = _with_issue(select(*columns), effect_check.join(case_file, case_file.c.id == effect_check.c.case_id))
    ask = ask.where(_within(effect_check.c.at, since, until), case_file.c.is_imported.is_(False))
    rows = _first_of(conn, ask, "check_id")
    whole = store_effects.by_ids(conn, [row.check_id for row in rows])
    return [(whole[row.check_id], _spot(row)) for row in rows]


def tickets(conn: Connection, since: datetime, until: datetime) -> list[tuple[Ticket, Spot]]:
    """Orders of the hotline for which a time ran out or something was done in [since, until); no imported ones."""
    times = (ticket.c.first_contact_due_at, ticket.c.first_contact_at, ticket.c.due_at, ticket.c.answered_at)
    called = func.coalesce(place.c.name, ticket.c.address, location.c.address).label("spot_address")
    ask = (
        select(ticket, called, location.c.lon, location.c.lat)
        .outerjoin(location, location.c.id == ticket.c.location_id)
        .outerjoin(place, place.c.id == ticket.c.place_id)
        .where(or_(*(_within(c, since, until) for c in times)), ticket.c.is_imported.is_(False))
        .order_by(ticket.c.called_at, ticket.c.id)
    )
    return [(store_tickets.from_row(row), _spot(row)) for row in conn.execute(ask)]


def _within(column: Any, since: datetime, until: datetime) -> Any:
    return and_(column >= since, column < until)


def _with_issue(ask: Select[Any], source: Any = case_file) -> Select[Any]:
    """Joined with the case's reports and where they are, the first report first."""
    joined = (
        source.join(issue, issue.c.case_id == case_file.c.id)
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(place, place.c.id == issue.c.place_id)
    )
    return ask.select_from(joined).order_by(issue.c.joined_at.is_not(None), issue.c.happened_at, issue.c.id)


def _first_of(conn: Connection, ask: Select[Any], key: str) -> list[Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for row in conn.execute(ask):
        found.setdefault(getattr(row, key), row)
    return list(found.values())


def _spot(row: Row[Any]) -> Spot:
    return Spot(row.number, row.kind, row.spot_address or "", row.lon, row.lat)
