"""Bulk loads for the map: whole point layers as columns, and the details of the few points that are drawn singly."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, and_, case, cast, exists, func, or_, select

from mapsvc.domain.people import PersonKind
from mapsvc.domain.shops import RANK
from mapsvc.store.tables import (
    assignment,
    case_file,
    issue,
    location,
    patch,
    patch_version,
    person,
    place,
    shop,
    tenancy,
    visit,
)

NEVER = np.iinfo(np.int64).max
"""Stands for a time that is not set; later than any."""
_CHUNK_ROWS = 50_000
_CHUNK_IDS = 900


@dataclass(frozen=True)
class Category:
    """A column of few different texts.

    Attributes
    ----------
    labels : tuple of str
        Sorted; "" stands for none.
    code : array of int16 or int32, shape (n,)
        Index into `labels`.
    """

    labels: tuple[str, ...]
    code: NDArray[Any]


@dataclass(frozen=True)
class PointColumns:
    """A point layer, column by column; only points that have a position.

    Attributes
    ----------
    ids : array of bytes, shape (n,)
    lon, lat : arrays of float64, shape (n,)
        WGS-84 degrees.
    categories : mapping of name to Category
    times : mapping of name to array of int64, shape (n,)
        Seconds since 1970 UTC; NEVER where not set.
    """

    ids: NDArray[np.bytes_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    categories: Mapping[str, Category]
    times: Mapping[str, NDArray[np.int64]]


def load_shops(conn: Connection, day: date, only: Collection[str] | None = None) -> PointColumns:
    """All shops with a position, or `only` those with these ids; `worker` looks after them on the office's `day`."""
    workers = workers_by_shop(conn, day)
    query = (
        select(shop.c.id, location.c.lon, location.c.lat, shop.c.state, shop.c.id)
        .join(location, location.c.id == shop.c.location_id)
        .where(location.c.lon.is_not(None), location.c.lat.is_not(None))
    )
    if only is not None:
        query = query.where(shop.c.id.in_(sorted(only)))
    return _load(conn, query, ("state", "worker"), (), {"worker": workers})


def load_issues(conn: Connection, day: date | None = None) -> PointColumns:
    """All issues with a position, with state and times of their cases; what joined another report's case is left out.

    `worker` is who looks after the issue's shop on the office's `day`, who reported it where there is no shop; ""
    everywhere without a day.
    Times: happened, due, closed, paused, return_due (of cases closed and not yet returned to).
    """
    workers = workers_by_shop(conn, day) | _labels_of_staff(conn) if day else {}
    theirs = case((issue.c.shop_id.is_(None), issue.c.reporter_id), else_=issue.c.shop_id)
    waits = and_(case_file.c.state == "closed", case_file.c.return_visited_at.is_(None))
    query = (
        select(
            issue.c.id,
            location.c.lon,
            location.c.lat,
            issue.c.kind,
            case_file.c.state,
            issue.c.source,
            theirs,
            _epoch(conn, issue.c.happened_at),
            _epoch(conn, case_file.c.due_at),
            _epoch(conn, case_file.c.closed_at),
            _epoch(conn, case_file.c.paused_at),
            case((waits, _epoch(conn, case_file.c.return_visit_due_at)), else_=None),
        )
        .join(location, location.c.id == issue.c.location_id)
        .join(case_file, case_file.c.id == issue.c.case_id)
        .where(location.c.lon.is_not(None), location.c.lat.is_not(None), case_file.c.merged_into.is_(None))
        .where(issue.c.joined_at.is_(None))
    )
    times = ("happened", "due", "closed", "paused", "return_due")
    return _load(conn, query, ("kind", "state", "source", "worker"), times, {"worker": workers})


def load_reports(conn: Connection, happened_before: datetime) -> PointColumns:
    """All issues with a position that happened before a time, for counting; joined ones as in `load_issues`.

    Categories: kind, source, door (id of the shop or place it names). Times: happened, received; what a ledger brought
    was written down when it happened, whenever the ledger was read.
    """
    known_at = case((case_file.c.is_imported, issue.c.happened_at), else_=issue.c.received_at)
    query = (
        select(
            issue.c.id,
            location.c.lon,
            location.c.lat,
            issue.c.kind,
            issue.c.source,
            func.coalesce(issue.c.shop_id, issue.c.place_id),
            _epoch(conn, issue.c.happened_at),
            _epoch(conn, known_at),
        )
        .join(location, location.c.id == issue.c.location_id)
        .join(case_file, case_file.c.id == issue.c.case_id)
        .where(location.c.lon.is_not(None), location.c.lat.is_not(None), case_file.c.merged_into.is_(None))
        .where(issue.c.joined_at.is_(None), issue.c.happened_at < happened_before)
        .order_by(issue.c.happened_at, issue.c.id)
    )
    return _load(conn, query, ("kind", "source", "door"), ("happened", "received"), {})


def load_places(conn: Connection, _day: date) -> PointColumns:
    """All places with a position."""
    query = (
        select(place.c.id, location.c.lon, location.c.lat, place.c.kind)
        .join(location, location.c.id == place.c.location_id)
        .where(location.c.lon.is_not(None), location.c.lat.is_not(None))
    )
    return _load(conn, query, ("kind",), (), {})


def workers_by_shop(conn: Connection, day: date) -> dict[str, str]:
    """Shop id -> label of the worker who looks after it on `day`: set by hand before the row's before the patch's."""
    query = (
        select(assignment.c.shop_id, person.c.nickname, person.c.name, assignment.c.source, assignment.c.from_day)
        .join(person, person.c.id == assignment.c.worker_id)
        .where(assignment.c.from_day <= day, or_(assignment.c.until_day.is_(None), assignment.c.until_day > day))
    )
    best: dict[str, tuple[tuple[int, int], str]] = {}
    for row in conn.execute(query):
        rank = (RANK[row.source], -row.from_day.toordinal())
        if row.shop_id not in best or rank < best[row.shop_id][0]:
            best[row.shop_id] = (rank, row.nickname or row.name)
    return {shop_id: label for shop_id, (_, label) in best.items()}


def _labels_of_staff(conn: Connection) -> dict[str, str]:
    ask = select(person.c.id, person.c.nickname, person.c.name).where(person.c.kind == PersonKind.STAFF)
    return {row.id: row.nickname or row.name for row in conn.execute(ask)}


def shop_details(conn: Connection, ids: Sequence[str], since: datetime, day: date) -> dict[str, Any]:
    """Rows by id: code, sign_name, trade, address, state, and whether a visit happened from `since` on."""
    current = and_(
        tenancy.c.shop_id == shop.c.id,
        or_(tenancy.c.started_on.is_(None), tenancy.c.started_on <= day),
        or_(tenancy.c.ended_on.is_(None), tenancy.c.ended_on > day),
    )
    visited = exists().where(visit.c.shop_id == shop.c.id, visit.c.happened_at >= since).label("visited")
    query = (
        select(shop.c.id, shop.c.code, shop.c.state, location.c.address, tenancy.c.sign_name, tenancy.c.trade, visited)
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, current)
        .order_by(tenancy.c.started_on)
    )
    return _details(conn, query, shop.c.id, ids)


def issue_details(conn: Connection, ids: Sequence[str]) -> dict[str, Any]:
    """Rows by id: number, case_id, address and names of shop or place."""
    query = (
        select(
            issue.c.id,
            issue.c.number,
            issue.c.case_id,
            location.c.address,
            shop.c.code.label("shop_code"),
            place.c.name.label("place_name"),
        )
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(shop, shop.c.id == issue.c.shop_id)
        .outerjoin(place, place.c.id == issue.c.place_id)
    )
    return _details(conn, query, issue.c.id, ids)


def place_details(conn: Connection, ids: Sequence[str]) -> dict[str, Any]:
    """Rows by id: code, name."""
    return _details(conn, select(place.c.id, place.c.code, place.c.name), place.c.id, ids)


def _details(conn: Connection, query: Select[Any], key: ColumnElement[str], ids: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for start in range(0, len(ids), _CHUNK_IDS):
        for row in conn.execute(query.where(key.in_(ids[start : start + _CHUNK_IDS]))):
            found[row[0]] = row
    return found


def _epoch(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[int]:
    """The time as whole seconds, computed by the database: a million conversions in Python take seconds."""
    if conn.dialect.name == "postgresql":
        return cast(func.floor(func.extract("epoch", column)), BigInteger)
    return cast(func.strftime("%s", column), BigInteger)


def _load(
    conn: Connection,
    query: Select[Any],
    categories: Sequence[str],
    times: Sequence[str],
    lookups: Mapping[str, Mapping[str, str]],
) -> PointColumns:
    names = ["id", "lon", "lat", *categories, *times]
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    labels: dict[str, dict[str, int]] = {name: {} for name in categories}
    result = conn.execution_options(stream_results=True).execute(query)
    while rows := result.fetchmany(_CHUNK_ROWS):
        for name, values in zip(names, zip(*rows, strict=True), strict=True):
            parts[name].append(_column(name, values, labels.get(name), lookups.get(name)))
    joined = {name: np.concatenate(part) if part else _nothing(name, labels) for name, part in parts.items()}
    return PointColumns(
        ids=joined["id"],
        lon=joined["lon"],
        lat=joined["lat"],
        categories={name: _sorted_category(labels[name], joined[name]) for name in categories},
        times={name: joined[name] for name in times},
    )


def _column(
    name: str, values: Iterable[Any], labels: dict[str, int] | None, lookup: Mapping[str, str] | None
) -> NDArray[Any]:
    if name == "id":
        return np.array(values, dtype="S36")
    if name in {"lon", "lat"}:
        return np.array(values, dtype=np.float64)
    if labels is None:
        return np.array([value or NEVER for value in values], dtype=np.int64)
    if lookup is not None:
        values = [lookup.get(value, "") if value else "" for value in values]
    return np.array([labels.setdefault(value or "", len(labels)) for value in values], dtype=np.int32)


def _nothing(name: str, labels: Mapping[str, object]) -> NDArray[Any]:
    kind: Any = "S36" if name == "id" else np.float64 if name in {"lon", "lat"} else np.int32
    return np.zeros(0, dtype=kind if name in labels or name in {"id", "lon", "lat"} else np.int64)


def _sorted_category(labels: Mapping[str, int], code: NDArray[Any]) -> Category:
    """Number the labels in their own order, so that equal data give equal codes whatever order the rows came in."""
    ordered = sorted(labels)
    place_of = np.zeros(max(len(ordered), 1), dtype=np.int32)
    for new, label in enumerate(ordered):
        place_of[labels[label]] = new
    return Category(tuple(ordered), place_of[code])


def patches_in_force(conn: Connection, day: date) -> list[Any]:
    """The patches of the version in force on `day`: code, name, nickname, person_name, area (WKB), is_illustrative."""
    version = (
        select(patch_version.c.id)
        .where(patch_version.c.valid_from <= day)
        .order_by(patch_version.c.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            patch.c.code,
            patch.c.name,
            person.c.nickname,
            person.c.name.label("person_name"),
            patch.c.area,
            patch_version.c.is_illustrative,
        )
        .join(patch_version, patch_version.c.id == patch.c.version_id)
        .outerjoin(person, person.c.id == patch.c.worker_id)
        .where(patch.c.version_id == version)
        .order_by(patch.c.code)
    )
    return list(conn.execute(query))
