"""Rows for the published copy: what may leave the office, and nothing of a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, exists, func, or_, select

from mapsvc.store.tables import case_file, issue, location, patch, patch_version, person, place, shop, tenancy, visit

_BATCH = 5000


@dataclass(frozen=True)
class Moment:
    """As of when the copy speaks: the day in force, and the first instant of its month."""

    day: date
    month_start: datetime


def shops(conn: Connection, moment: Moment) -> Iterator[RowMapping]:
    """Premises with a position; the sign and trade are those of the present tenancy."""
    called = exists().where(
        visit.c.shop_id == shop.c.id, visit.c.outcome == "met", visit.c.happened_at >= moment.month_start
    )
    now = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    query = (
        select(
            shop.c.code,
            tenancy.c.sign_name.label("name"),
            location.c.address,
            location.c.street,
            location.c.house_number,
            shop.c.state,
            tenancy.c.trade,
            shop.c.area_m2,
            called.label("visited_this_month"),
            location.c.position_source,
            location.c.error_m,
            location.c.lon,
            location.c.lat,
        )
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, now)
        .order_by(shop.c.code)
    )
    return _rows(conn, _with_position(query))


def issues(conn: Connection) -> Iterator[RowMapping]:
    """Issues with a position and the state of their cases; no words of a report, for they may name people."""
    query = (
        select(
            issue.c.number,
            issue.c.kind,
            issue.c.source,
            issue.c.severity,
            issue.c.happened_at,
            case_file.c.state,
            case_file.c.due_at,
            case_file.c.closed_at,
            case_file.c.rework_count,
            location.c.address,
            shop.c.code.label("shop"),
            place.c.code.label("place"),
            location.c.position_source,
            location.c.error_m,
            location.c.lon,
            location.c.lat,
        )
        .join(case_file, case_file.c.id == issue.c.case_id)
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(shop, shop.c.id == issue.c.shop_id)
        .outerjoin(place, place.c.id == issue.c.place_id)
        .order_by(issue.c.happened_at, issue.c.number)
    )
    return _rows(conn, _with_position(query))


def places(conn: Connection) -> Iterator[RowMapping]:
    """Places with a position."""
    columns = (place.c.code, place.c.name, place.c.kind, place.c.responsible_unit, location.c.lon, location.c.lat)
    query = select(*columns).join(location, location.c.id == place.c.location_id).order_by(place.c.code)
    return _rows(conn, _with_position(query))


def patches(conn: Connection, moment: Moment) -> Iterator[RowMapping]:
    """The patches in force, without who looks after them; `area` is WKB."""
    in_force = select(func.max(patch_version.c.valid_from)).where(patch_version.c.valid_from <= moment.day)
    query = (
        select(patch.c.code, patch.c.name, patch_version.c.valid_from, patch_version.c.is_illustrative, patch.c.area)
        .join(patch_version, patch_version.c.id == patch.c.version_id)
        .where(patch_version.c.valid_from == in_force.scalar_subquery())
        .order_by(patch.c.code)
    )
    return _rows(conn, query)


def staff_names(conn: Connection) -> set[str]:
    """Names and nicknames of staff, to be kept out of names of areas."""
    query = select(person.c.name, person.c.nickname).where(
        or_(person.c.kind == "staff", person.c.nickname.is_not(None))
    )
    return {name for row in conn.execute(query) for name in row if name and len(name) > 1}


def _with_position(query: Select[Any]) -> Select[Any]:
    return query.where(location.c.lon.is_not(None), location.c.lat.is_not(None))


def _rows(conn: Connection, query: Select[Any]) -> Iterator[RowMapping]:
    with conn.execute(query.execution_options(yield_per=_BATCH)) as result:
        yield from result.mappings()
