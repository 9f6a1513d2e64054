"""Shops, tenancies and assignments in the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, insert, or_, select, update

from mapsvc.domain.people import Person, PersonKind
from mapsvc.domain.places import LocationKind
from mapsvc.domain.shops import Assignment, AssignmentSource, Origin, Shop, ShopState, Tenancy, in_force
from mapsvc.store import people
from mapsvc.store.places import LOCATION, Box, add_location, location_of, within
from mapsvc.store.tables import assignment, location, person, shop, tenancy

_CHUNK = 5_000
_TENANCY_FIELDS = ("shop_id", "sign_name", "trade", "merchant_id", "has_preschooler", "staff_count")
_TENANCY = tuple(c.label(f"tenancy_{c.name}") for c in tenancy.c)
_MERCHANT = tuple(c.label(f"merchant_{c.name}") for c in person.c if c.name not in {"kind", "nickname"})


def _shops() -> Select[Any]:
    current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    return (
        select(shop, *LOCATION, *_TENANCY, *_MERCHANT)
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, current)
        .outerjoin(person, person.c.id == tenancy.c.merchant_id)
    )


def _tenancy(row: Row[Any], prefix: str = "") -> Tenancy:
    origin = getattr(row, f"{prefix}origin")
    return Tenancy(
        getattr(row, f"{prefix}id"),
        **{name: getattr(row, prefix + name) for name in _TENANCY_FIELDS},
        origin=Origin(origin) if origin else None,
        started_on=getattr(row, f"{prefix}started_on"),
        ended_on=getattr(row, f"{prefix}ended_on"),
    )


def _merchant(row: Row[Any]) -> Person | None:
    if row.merchant_id is None:
        return None
    return Person(
        row.merchant_id,
        PersonKind.MERCHANT,
        row.merchant_name,
        phone=row.merchant_phone,
        created_at=row.merchant_created_at,
        left_at=row.merchant_left_at,
        erased_at=row.merchant_erased_at,
    )


def _shop(row: Row[Any]) -> Shop:
    return Shop(
        row.id,
        row.code,
        location_of(row, row.location_id, LocationKind.SHOP),
        ShopState(row.state),
        row.area_m2,
        row.note,
        row.version,
        row.created_at,
        row.updated_at,
        _tenancy(row, "tenancy_") if row.tenancy_id else None,
        _merchant(row),
    )


def _whole(conn: Connection, ask: Select[Any], on: date | None) -> list[Shop]:
    found = {row.id: _shop(row) for row in conn.execute(ask)}
    workers = workers_of(conn, found, on)
    return [replace(s, worker=workers.get(s.id)) for s in found.values()]


def by_code(conn: Connection, code: str, on: date | None = None) -> Shop | None:
    """The shop with this code, its present tenancy and merchant, and its worker on the office's day `on`.

    Without `on` the worker is the one whose assignment has no end.
    """
    return next(iter(_whole(conn, _shops().where(shop.c.code == code), on)), None)


def by_id(conn: Connection, shop_id: str, on: date | None = None) -> Shop | None:
    """The shop with this id."""
    return next(iter(_whole(conn, _shops().where(shop.c.id == shop_id), on)), None)


def by_ids(conn: Connection, ids: Iterable[str | None], on: date | None = None) -> dict[str, Shop]:
    """Shops by id; unknown ids are left out."""
    wanted = sorted({i for i in ids if i})
    return {s.id: s for s in _whole(conn, _shops().where(shop.c.id.in_(wanted)), on)} if wanted else {}


def page(
    conn: Connection,
    limit: int,
    after: str = "",
    box: Box | None = None,
    ids: Sequence[str] | None = None,
    on: date | None = None,
) -> list[Shop]:
    """Up to `limit` shops by code, after code `after`, within `box`, out of `ids`."""
    ask = _shops().where(shop.c.code > after).order_by(shop.c.code).limit(limit)
    if box:
        ask = ask.where(within(box))
    if ids is not None:
        ask = ask.where(shop.c.id.in_(ids))
    return _whole(conn, ask, on)


def tenancies(conn: Connection, shop_id: str) -> list[Tenancy]:
    """All tenancies of a shop, the newest first."""
    return tenancies_of(conn, [shop_id]).get(shop_id, [])


def tenancies_of(conn: Connection, shop_ids: Iterable[str]) -> dict[str, list[Tenancy]]:
    """All tenancies of shops by shop id, the newest first."""
    ask = select(tenancy).where(tenancy.c.shop_id.in_(sorted(set(shop_ids))))
    found = [_tenancy(row) for row in conn.execute(ask)]
    found.sort(key=lambda t: (t.ended_on or date.max, t.started_on or date.min, t.id), reverse=True)
    by_shop: dict[str, list[Tenancy]] = {}
    for one in found:
        by_shop.setdefault(one.shop_id, []).append(one)
    return by_shop


def tenancies_by_ids(conn: Connection, ids: Iterable[str]) -> dict[str, Tenancy]:
    """Tenancies by id."""
    ask = select(tenancy).where(tenancy.c.id.in_(sorted(set(ids))))
    return {row.id: _tenancy(row) for row in conn.execute(ask)}


def assignments_of(conn: Connection, shop_ids: Iterable[str], on: date | None = None) -> list[Assignment]:
    """Assignments of shops in force on `on` (None: without end), of all sources."""
    holds: ColumnElement[bool] = assignment.c.until_day.is_(None)
    if on is not None:
        holds = and_(assignment.c.from_day <= on, or_(holds, assignment.c.until_day > on))
    wanted = sorted(shop_ids)
    found: list[Assignment] = []
    for start in range(0, len(wanted), _CHUNK):
        ask = select(assignment).where(assignment.c.shop_id.in_(wanted[start : start + _CHUNK]), holds)
        found += [
            Assignment(r.id, r.shop_id, r.worker_id, AssignmentSource(r.source), r.from_day, r.until_day)
            for r in conn.execute(ask)
        ]
    return found


def positions(conn: Connection) -> list[tuple[str, float, float]]:
    """(shop id, lon, lat) of every shop that has a position, by id."""
    ask = select(shop.c.id, location.c.lon, location.c.lat).join(location, location.c.id == shop.c.location_id)
    ask = ask.where(location.c.lon.is_not(None), location.c.lat.is_not(None)).order_by(shop.c.id)
    return [(row.id, row.lon, row.lat) for row in conn.execute(ask)]


def workers_of(conn: Connection, shop_ids: Iterable[str], on: date | None = None) -> dict[str, Person]:
    """Who looks after each shop on `on` (None: by the assignment without end)."""
    per_shop: dict[str, list[Assignment]] = {}
    for one in assignments_of(conn, shop_ids, on):
        per_shop.setdefault(one.shop_id, []).append(one)
    # Without a day every assignment found is in force: ask on the latest day there is.
    chosen = {shop_id: in_force(some, on or date.max) for shop_id, some in per_shop.items()}
    staff = people.by_ids(conn, (a.worker_id for a in chosen.values() if a))
    return {shop_id: staff[a.worker_id] for shop_id, a in chosen.items() if a and a.worker_id in staff}


def add(conn: Connection, new: Shop) -> None:
    """Store a new shop with its location and, if it has one, its tenancy; the merchant must be stored before."""
    add_location(conn, new.location)
    conn.execute(
        insert(shop).values(
            id=new.id,
            code=new.code,
            location_id=new.location.id,
            state=new.state,
            area_m2=new.area_m2,
            note=new.note,
            version=new.version,
            created_at=new.created_at,
            updated_at=new.updated_at,
        )
    )
    if new.tenancy:
        add_tenancy(conn, new.tenancy)


def change(conn: Connection, shop_id: str, version: int, **values: object) -> bool:
    """Write some columns of a shop and count its version up; False if `version` is no longer the stored one."""
    ask = update(shop).where(shop.c.id == shop_id, shop.c.version == version)
    return conn.execute(ask.values(version=version + 1, **values)).rowcount == 1


def add_tenancy(conn: Connection, new: Tenancy) -> None:
    """Store a new tenancy."""
    values = {name: getattr(new, name) for name in (*_TENANCY_FIELDS, "origin", "started_on", "ended_on")}
    conn.execute(insert(tenancy).values(id=new.id, **values))


def change_tenancy(conn: Connection, tenancy_id: str, **values: object) -> None:
    """Write some columns of a tenancy, e.g. its `ended_on`."""
    conn.execute(update(tenancy).where(tenancy.c.id == tenancy_id).values(**values))


def add_assignment(conn: Connection, new: Assignment) -> None:
    """Store a new assignment."""
    conn.execute(
        insert(assignment).values(
            id=new.id,
            shop_id=new.shop_id,
            worker_id=new.worker_id,
            source=new.source,
            from_day=new.from_day,
            until_day=new.until_day,
        )
    )


def hand_over(conn: Connection, new: Sequence[Assignment], day: date) -> None:
    """Let new assignments by patch take the place of those without end, from `day` on."""
    for start in range(0, len(new), _CHUNK):
        chunk = new[start : start + _CHUNK]
        end_assignments(conn, [a.shop_id for a in chunk], day, AssignmentSource.PATCH)
        conn.execute(insert(assignment), [asdict(a) for a in chunk])


def end_assignments(
    conn: Connection, shop_ids: Sequence[str], day: date, source: AssignmentSource | None = None
) -> None:
    """End assignments without end (of `source`) before `day`: `day` is the first they no longer hold.

    Without `source` those who stand in go with whom they stood in for.
    """
    ask = update(assignment).where(assignment.c.shop_id.in_(shop_ids))
    still = assignment.c.until_day.is_(None)
    conn.execute(ask.where(still if source is None else still & (assignment.c.source == source)).values(until_day=day))
    if source is None:
        later = (assignment.c.source == AssignmentSource.COVER) & (assignment.c.until_day > day)
        first_gone = case((assignment.c.from_day > day, assignment.c.from_day), else_=day)
        conn.execute(ask.where(later).values(until_day=first_gone))
