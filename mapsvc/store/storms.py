"""Storms and their doors in the store, the past leaks behind them, and who was there since."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, delete, exists, func, insert, or_, select, update

from mapsvc.domain.cases import OPEN_STATES, CaseState
from mapsvc.domain.effects import Result
from mapsvc.domain.storms import DoorOutcome, Storm, StormDoor, StormKind
from mapsvc.domain.visits import Outcome
from mapsvc.store.bulk import chunks
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import (
    case_file,
    effect_check,
    issue,
    location,
    place,
    shop,
    storm,
    storm_door,
    tenancy,
    visit,
)

_DOOR = tuple(c.name for c in storm_door.c)
_SEEN = (Outcome.MET.value, Outcome.CHANGED.value)
NOBODY_THERE = ("vacant", "closed")


@dataclass(frozen=True)
class Spot:
    """A shop or place where water may come in."""

    shop_id: str | None
    place_id: str | None
    location_id: str
    code: str
    name: str | None
    state: str | None
    address: str | None
    street: str | None
    number: int | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class Leak:
    """A past leak; `is_gone`: closed, and the last look found it gone."""

    shop_id: str | None
    place_id: str | None
    lon: float | None
    lat: float | None
    happened_at: datetime
    is_gone: bool


@dataclass(frozen=True)
class Call:
    """A call at a shop."""

    shop_id: str
    outcome: Outcome
    at: datetime


def from_row(row: Row[Any]) -> Storm:
    """A storm from a row of table storm."""
    values = {name: getattr(row, name) for name in Storm.__dataclass_fields__}
    return Storm(**{**values, "kind": StormKind(row.kind), "is_coming": bool(row.is_coming)})


def _door(row: Row[Any]) -> StormDoor:
    values = {name: getattr(row, name) for name in _DOOR}
    return StormDoor(**{**values, "outcome": DoorOutcome(row.outcome) if row.outcome else None})


def add(conn: Connection, new: Storm, doors: Iterable[StormDoor]) -> None:
    """Store a storm with its list."""
    conn.execute(insert(storm).values(**asdict(new)))
    for some in chunks([asdict(door) for door in doors]):
        conn.execute(insert(storm_door), list(some))


def add_door(conn: Connection, new: StormDoor) -> None:
    """One more door."""
    conn.execute(insert(storm_door).values(**asdict(new)))


def change(conn: Connection, storm_id: str, **values: object) -> None:
    """Write some columns of a storm."""
    conn.execute(update(storm).where(storm.c.id == storm_id).values(**values))


def change_door(conn: Connection, door_id: str, **values: object) -> None:
    """Write some columns of a door."""
    conn.execute(update(storm_door).where(storm_door.c.id == door_id).values(**values))


def remove(conn: Connection, storm_id: str) -> None:
    """Take a storm back with its list."""
    conn.execute(delete(storm_door).where(storm_door.c.storm_id == storm_id))
    conn.execute(delete(storm).where(storm.c.id == storm_id))


def remove_door(conn: Connection, door_id: str) -> None:
    """Take a door off the list."""
    conn.execute(delete(storm_door).where(storm_door.c.id == door_id))


def by_id(conn: Connection, storm_id: str) -> Storm | None:
    """The storm with this id."""
    row = conn.execute(select(storm).where(storm.c.id == storm_id)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Storm]:
    """Storms by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, storm, ids)}


def every(conn: Connection, is_open: bool | None = None) -> list[Storm]:
    """Storms, the latest first; only those open or over if asked."""
    ask = select(storm).order_by(storm.c.made_at.desc(), storm.c.id)
    if is_open is not None:
        ask = ask.where(storm.c.ended_at.is_(None) if is_open else storm.c.ended_at.is_not(None))
    return [from_row(row) for row in conn.execute(ask)]


def doors(conn: Connection, storm_ids: Collection[str], shop_ids: Collection[str] | None = None) -> list[StormDoor]:
    """Doors of these storms, of these shops only if given, by storm and rank."""
    ask = select(storm_door).where(storm_door.c.storm_id.in_(sorted(storm_ids)))
    if shop_ids is not None:
        ask = ask.where(storm_door.c.shop_id.in_(sorted(shop_ids)))
    return [_door(row) for row in conn.execute(ask.order_by(storm_door.c.storm_id, storm_door.c.rank, storm_door.c.id))]


def door_by_id(conn: Connection, door_id: str) -> StormDoor | None:
    """The door with this id."""
    row = conn.execute(select(storm_door).where(storm_door.c.id == door_id)).first()
    return _door(row) if row else None


def doors_by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, StormDoor]:
    """Doors by id; unknown ids are left out."""
    return {row.id: _door(row) for row in rows_by_ids(conn, storm_door, ids)}


def shop_spots(conn: Connection) -> list[Spot]:
    """Every shop with where it is, by code."""
    current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    ask = (
        select(
            shop.c.id.label("shop_id"), shop.c.location_id, shop.c.code, tenancy.c.sign_name.label("name"),
            shop.c.state, location.c.address, location.c.street, location.c.house_number.label("number"),
            location.c.lon, location.c.lat,
        )
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, current)
        .order_by(shop.c.code)
    )  # fmt: skip
    return [Spot(place_id=None, **row._mapping) for row in conn.execute(ask)]


def place_spots(conn: Connection, kinds: Collection[str]) -> list[Spot]:
    """Places that had these kinds of issue, by code."""
    had = exists().where(issue.c.place_id == place.c.id, issue.c.kind.in_(sorted(kinds)))
    ask = (
        select(
            place.c.id.label("place_id"), place.c.location_id, place.c.code, place.c.name, location.c.address,
            location.c.street, location.c.house_number.label("number"), location.c.lon, location.c.lat,
        )
        .join(location, location.c.id == place.c.location_id)
        .where(had)
        .order_by(place.c.code)
    )  # fmt: skip
    return [Spot(shop_id=None, state=None, **row._mapping) for row in conn.execute(ask)]


def leaks(conn: Connection, kind: str, since: datetime, until: datetime) -> list[Leak]:
    """Issues of this kind from `since` to before `until`, the earliest first; what turned out to be none is left out.

    A report that joined the case of an earlier one is the same leak and is left out too.
    """
    last = (
        select(effect_check.c.result)
        .where(effect_check.c.case_id == case_file.c.id)
        .order_by(effect_check.c.at.desc(), effect_check.c.id)
        .limit(1)
        .scalar_subquery()
    )
    gone = and_(case_file.c.state == CaseState.CLOSED.value, last == Result.GONE.value)
    ask = (
        select(
            issue.c.shop_id, issue.c.place_id, location.c.lon, location.c.lat, issue.c.happened_at,
            case((gone, 1), else_=0).label("is_gone"),
        )
        .join(case_file, case_file.c.id == issue.c.case_id)
        .join(location, location.c.id == issue.c.location_id)
        .where(issue.c.kind == kind, issue.c.happened_at >= since, issue.c.happened_at < until)
        .where(case_file.c.state != CaseState.REJECTED.value, issue.c.joined_at.is_(None))
        .order_by(issue.c.happened_at, issue.c.id)
    )  # fmt: skip
    return [Leak(r.shop_id, r.place_id, r.lon, r.lat, r.happened_at, bool(r.is_gone)) for r in conn.execute(ask)]


def troubled(conn: Connection, kind: str) -> list[str]:
    """Ids of shops and places with an open case of this kind, the oldest first."""
    ask = (
        select(func.coalesce(issue.c.shop_id, issue.c.place_id).label("there"))
        .join(case_file, case_file.c.id == issue.c.case_id)
        .where(issue.c.kind == kind, case_file.c.state.in_(sorted(OPEN_STATES)), case_file.c.merged_into.is_(None))
        .order_by(issue.c.happened_at, issue.c.id)
    )
    return [there for there in dict.fromkeys(conn.execute(ask).scalars()) if there]


def first_report(conn: Connection) -> datetime | None:
    """When the first issue of all happened."""
    found: datetime | None = conn.execute(select(func.min(issue.c.happened_at))).scalar_one()
    return found


def calls(conn: Connection, shop_ids: Collection[str], since: datetime) -> list[Call]:
    """Calls at these shops since then, the earliest first."""
    ask = (
        select(visit.c.shop_id, visit.c.outcome, visit.c.happened_at)
        .where(visit.c.shop_id.in_(sorted(shop_ids)), visit.c.happened_at >= since)
        .order_by(visit.c.happened_at, visit.c.id)
    )
    return [Call(r.shop_id, Outcome(r.outcome), r.happened_at) for r in conn.execute(ask)]


def reported(
    conn: Connection, kind: str, shop_ids: Collection[str], place_ids: Collection[str], since: datetime
) -> list[tuple[str, str, datetime]]:
    """(id of the shop or place, id of the case, when) of reports of this kind since then, the earliest first."""
    there = func.coalesce(issue.c.shop_id, issue.c.place_id)
    ask = (
        select(there.label("there"), issue.c.case_id, issue.c.happened_at)
        .join(case_file, case_file.c.id == issue.c.case_id)
        .where(issue.c.kind == kind, issue.c.happened_at >= since, case_file.c.state != CaseState.REJECTED.value)
        .where(or_(issue.c.shop_id.in_(sorted(shop_ids)), issue.c.place_id.in_(sorted(place_ids))))
        .order_by(issue.c.happened_at, issue.c.id)
    )
    return [(r.there, r.case_id, r.happened_at) for r in conn.execute(ask)]


def waiting(kind: str) -> Select[Any]:
    """Ids of doors of open storms where nobody was since and nothing was said."""
    since = case(
        (or_(storm.c.is_coming.is_(True), storm.c.from_at > storm.c.made_at), storm.c.made_at), else_=storm.c.from_at
    )
    called = exists().where(
        visit.c.shop_id == storm_door.c.shop_id, visit.c.happened_at >= since, visit.c.outcome.in_(_SEEN)
    )
    here = or_(issue.c.shop_id == storm_door.c.shop_id, issue.c.place_id == storm_door.c.place_id)
    is_reported = exists().where(
        issue.c.case_id == case_file.c.id, case_file.c.state != CaseState.REJECTED.value, issue.c.kind == kind,
        issue.c.happened_at >= since, here,
    )  # fmt: skip
    unsaid = or_(storm_door.c.outcome.is_(None), storm_door.c.outcome == DoorOutcome.CLOSED.value)
    ask = select(storm_door.c.id).join(storm, storm.c.id == storm_door.c.storm_id)
    return ask.where(storm.c.ended_at.is_(None), unsaid, ~called, ~is_reported)


def spots_of(conn: Connection, doors_: Sequence[StormDoor]) -> dict[str, Spot]:
    """Where the doors are, by id of the door."""
    of_shops = {s.shop_id: s for s in shop_spots(conn)}
    places_ = _places(conn, {d.place_id for d in doors_ if d.place_id})
    found = {d.id: of_shops.get(d.shop_id) if d.shop_id else places_.get(d.place_id or "") for d in doors_}
    return {door_id: spot for door_id, spot in found.items() if spot is not None}


def _places(conn: Connection, ids: Collection[str]) -> dict[str, Spot]:
    if not ids:
        return {}
    ask = (
        select(place, location.c.address, location.c.street, location.c.house_number, location.c.lon, location.c.lat)
        .join(location, location.c.id == place.c.location_id)
        .where(place.c.id.in_(sorted(ids)))
    )
    return {
        r.id: Spot(None, r.id, r.location_id, r.code, r.name, None, r.address, r.street, r.house_number, r.lon, r.lat)
        for r in conn.execute(ask)
    }
