"""Watches in the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, false, insert, or_, select, update

from mapsvc.domain.watches import Watch, WatchOrigin
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import case_file, context_event, issue, location, watch

_FIELDS = tuple(f.name for f in fields(Watch))


@dataclass(frozen=True)
class Placed:
    """A watch with where it is: WGS-84 degrees, and how far it reaches where its origin says so."""

    watch: Watch
    lon: float | None
    lat: float | None
    radius_m: float | None


@dataclass(frozen=True)
class Report:
    """What is needed of an issue to see whether it lies within a watch."""

    id: str
    case_id: str
    kind: str
    happened_at: datetime
    received_at: datetime
    place_id: str | None
    location_id: str
    lon: float | None
    lat: float | None


def from_row(row: Row[Any]) -> Watch:
    """A watch from a row of table watch."""
    values = {name: getattr(row, name) for name in _FIELDS}
    return Watch(**{**values, "origin": WatchOrigin(row.origin), "is_relapsed": bool(row.is_relapsed)})


def add(conn: Connection, new: Watch) -> None:
    """Store a new watch."""
    conn.execute(insert(watch).values(**asdict(new)))


def by_id(conn: Connection, watch_id: str) -> Watch | None:
    """The watch with this id."""
    return next(iter(by_ids(conn, [watch_id]).values()), None)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Watch]:
    """Watches by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, watch, ids)}


def of_ref(conn: Connection, ref: str) -> Watch | None:
    """The watch that this thing opened."""
    ask = select(watch).where(watch.c.ref == ref).order_by(watch.c.made_at, watch.c.id).limit(1)
    row = conn.execute(ask).first()
    return from_row(row) if row else None


def _placed() -> Select[Any]:
    return (
        select(watch, location.c.lon, location.c.lat, context_event.c.radius_m)
        .outerjoin(location, location.c.id == watch.c.location_id)
        .outerjoin(context_event, context_event.c.id == watch.c.ref)
    )


def _of_placed(ask: Select[Any], conn: Connection) -> list[Placed]:
    ordered = ask.order_by(watch.c.from_at, watch.c.id)
    return [Placed(from_row(r), r.lon, r.lat, r.radius_m) for r in conn.execute(ordered)]


def on_between(conn: Connection, since: datetime, until: datetime) -> list[Placed]:
    """Watches that were on at some moment from `since` to `until`, the earliest first."""
    ask = _placed().where(
        watch.c.from_at <= until,
        or_(watch.c.until_at.is_(None), watch.c.until_at > since),
        or_(watch.c.ended_at.is_(None), watch.c.ended_at > since),
    )
    return _of_placed(ask, conn)


def of_place(conn: Connection, place_id: str, location_id: str) -> list[Placed]:
    """Watches of a place, ended ones too, the earliest first."""
    return _of_placed(_placed().where(or_(watch.c.place_id == place_id, watch.c.location_id == location_id)), conn)


def reports(
    conn: Connection, since: datetime, case_ids: Sequence[str] | None = None, *, by_arrival: bool = False
) -> list[Report]:
    """Issues that happened (or came in) since then, of these cases only if given, the earliest first."""
    column = issue.c.received_at if by_arrival else issue.c.happened_at
    wanted: ColumnElement[bool] = column >= since
    if case_ids is not None:
        wanted = wanted & (issue.c.case_id.in_(sorted(case_ids)) if case_ids else false())
    ask = (
        select(
            issue.c.id, issue.c.case_id, issue.c.kind, issue.c.happened_at, issue.c.received_at, issue.c.place_id,
            issue.c.location_id, location.c.lon, location.c.lat,
        )
        .join(location, location.c.id == issue.c.location_id)
        .join(case_file, case_file.c.id == issue.c.case_id)
        # What turned out to be nothing is no news.
        .where(wanted, case_file.c.state != "rejected")
        .order_by(issue.c.happened_at, issue.c.id)
    )  # fmt: skip
    return [Report(**row._mapping) for row in conn.execute(ask)]


def change(conn: Connection, watch_id: str, **values: object) -> None:
    """Write some columns of a watch."""
    conn.execute(update(watch).where(watch.c.id == watch_id).values(**values))
