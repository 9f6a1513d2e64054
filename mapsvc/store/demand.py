"""What a patrol could be for: doors with their last call, promises due, return visits due."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, case, func, nulls_last, or_, select, union

from mapsvc.store.snapshots import workers_by_shop
from mapsvc.store.tables import (
    account,
    assignment,
    case_file,
    issue,
    location,
    place,
    promise,
    shop,
    tenancy,
    visit,
)


@dataclass(frozen=True)
class Door:
    """A shop with a position, and when somebody was last met there."""

    id: str
    code: str
    name: str
    state: str
    address: str | None
    lon: float
    lat: float
    street: str | None
    house_number: int | None
    side: str | None
    worker: str | None
    last_met_at: datetime | None


@dataclass(frozen=True)
class Spot:
    """A place or bare point where something is to be done: the ref of shop, place or location."""

    shop_code: str | None
    place_code: str | None
    place_name: str | None
    location_id: str
    address: str | None
    lon: float
    lat: float
    street: str | None
    house_number: int | None
    side: str | None
    kind: str
    state: str
    opened_at: datetime
    due_at: datetime | None
    return_visit_due_at: datetime | None


@dataclass(frozen=True)
class Due:
    """A promise still to be kept."""

    shop_code: str
    text: str
    due_at: datetime | None
    promised_at: datetime


def doors(conn: Connection, day: date) -> list[Door]:
    """All shops with a position, by code."""
    workers = workers_by_shop(conn, day)
    met = (
        select(visit.c.shop_id, func.max(visit.c.happened_at).label("last_met_at"))
        .where(visit.c.outcome == "met")
        .group_by(visit.c.shop_id)
        .subquery()
    )
    current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    query = (
        select(
            shop.c.id,
            shop.c.code,
            func.coalesce(tenancy.c.sign_name, "").label("name"),
            shop.c.state,
            location.c.address,
            location.c.lon,
            location.c.lat,
            location.c.street,
            location.c.house_number,
            location.c.side,
            met.c.last_met_at,
        )
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, current)
        .outerjoin(met, met.c.shop_id == shop.c.id)
        .where(location.c.lon.is_not(None))
        .order_by(shop.c.code)
    )
    return [Door(**row._mapping, worker=workers.get(row.id)) for row in conn.execute(query)]


def spots(conn: Connection, return_visits_until: datetime) -> list[Spot]:
    """Issues whose case is open, and those closed whose return visit is due by then; the oldest first."""
    waits = and_(
        case_file.c.state == "closed",
        case_file.c.return_visited_at.is_(None),
        case_file.c.return_visit_due_at <= return_visits_until,
    )
    query = (
        select(
            shop.c.code.label("shop_code"),
            place.c.code.label("place_code"),
            place.c.name.label("place_name"),
            issue.c.location_id,
            location.c.address,
            location.c.lon,
            location.c.lat,
            location.c.street,
            location.c.house_number,
            location.c.side,
            issue.c.kind,
            case_file.c.state,
            case_file.c.opened_at,
            case_file.c.due_at,
            case((waits, case_file.c.return_visit_due_at), else_=None).label("return_visit_due_at"),
        )
        .join(case_file, case_file.c.id == issue.c.case_id)
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(shop, shop.c.id == issue.c.shop_id)
        .outerjoin(place, place.c.id == issue.c.place_id)
        .where(location.c.lon.is_not(None), case_file.c.merged_into.is_(None))
        .where(case_file.c.state.not_in(["closed", "rejected", "suspended"]) | waits)
        .order_by(issue.c.happened_at, issue.c.id)
    )
    return [Spot(**row._mapping) for row in conn.execute(query)]


def walkers(conn: Connection, day: date) -> set[str]:
    """Ids of the people who walk: those who look after a shop on `day`, and those whose account is a worker's."""
    holds = and_(assignment.c.from_day <= day, or_(assignment.c.until_day.is_(None), assignment.c.until_day > day))
    assigned = select(assignment.c.worker_id).where(holds)
    accounts = select(account.c.person_id).where(account.c.role == "worker", account.c.disabled_at.is_(None))
    return set(conn.scalars(union(assigned, accounts)))


def promises(conn: Connection, until: datetime) -> list[Due]:
    """Promises to who runs the shop now, open and due by then, or without a day; the earliest first."""
    query = (
        select(shop.c.code, promise)
        .join(shop, shop.c.id == promise.c.shop_id)
        .join(tenancy, tenancy.c.id == promise.c.tenancy_id, isouter=True)
        .where(tenancy.c.ended_on.is_(None))
        .where(promise.c.kept_at.is_(None), promise.c.withdrawn_at.is_(None))
        .where((promise.c.due_at <= until) | promise.c.due_at.is_(None))
        .order_by(nulls_last(promise.c.due_at), promise.c.promised_at, promise.c.id)
    )
    return [Due(row.code, row.text, row.due_at, row.promised_at) for row in conn.execute(query)]
