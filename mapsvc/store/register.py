"""The register of those responsible, in the store, with what was changed in it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import location, register_change, register_entry, shop, tenancy

_FIELDS = tuple(c.name for c in register_entry.c if c.name not in {"side", "updated_at"})


@dataclass(frozen=True)
class RegisterChange:
    """One change of the register; `before` is None where an entry was added, `after` where one was taken out."""

    id: str
    entry_id: str
    before: RegisterEntry | None
    after: RegisterEntry | None
    at: datetime
    actor_id: str | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True)
class DoorOnStreet:
    """A shop by its number; `chainage_m`: metres along the street, where known."""

    shop_id: str
    code: str
    location_id: str
    street: str
    number: int
    chainage_m: float | None
    name: str | None


def from_row(row: Row[Any]) -> RegisterEntry:
    """An entry from a row of table register_entry."""
    return RegisterEntry(**{name: getattr(row, name) for name in _FIELDS}, side=Side(row.side))


def everything(conn: Connection) -> list[RegisterEntry]:
    """All entries, in no order that matters to people."""
    return [from_row(row) for row in conn.execute(select(register_entry).order_by(register_entry.c.id))]


def by_id(conn: Connection, entry_id: str) -> RegisterEntry | None:
    """The entry with this id."""
    row = conn.execute(select(register_entry).where(register_entry.c.id == entry_id)).first()
    return from_row(row) if row else None


def for_door(conn: Connection, street: str, number: int) -> list[RegisterEntry]:
    """Who answers for the door `number` of `street`, the narrowest run first."""
    ask = select(register_entry).where(
        register_entry.c.street == street,
        register_entry.c.number_from <= number,
        register_entry.c.number_to >= number,
    )
    found = [from_row(row) for row in conn.execute(ask)]
    covering = (entry for entry in found if entry.covers(street, number))
    return sorted(covering, key=lambda e: (e.number_to - e.number_from, e.id))


def units(conn: Connection) -> list[str]:
    """Every committee and company that the register names, by name."""
    columns = (register_entry.c.residents_committee, register_entry.c.property_company)
    named = (conn.execute(select(c).where(c.is_not(None)).distinct()).scalars() for c in columns)
    return sorted({name for names in named for name in names})


def add(conn: Connection, new: RegisterEntry, at: datetime) -> None:
    """Store a new entry."""
    conn.execute(insert(register_entry).values(**asdict(new), updated_at=at))


def replace(conn: Connection, changed: RegisterEntry, at: datetime) -> bool:
    """Write an entry that was changed; False if another change came first (the stored version is not one less)."""
    is_it = (register_entry.c.id == changed.id) & (register_entry.c.version == changed.version - 1)
    values = asdict(changed) | {"updated_at": at}
    return conn.execute(update(register_entry).where(is_it).values(**values)).rowcount == 1


def remove(conn: Connection, entry_id: str) -> None:
    """Take an entry out."""
    conn.execute(delete(register_entry).where(register_entry.c.id == entry_id))


def doors(conn: Connection) -> list[DoorOnStreet]:
    """Every shop with street and number, by street and number."""
    current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    ask = (
        select(shop.c.id, shop.c.code, location.c.id.label("location_id"), location.c.street,
               location.c.house_number, location.c.chainage_m, tenancy.c.sign_name)
        .join(location, shop.c.location_id == location.c.id)
        .outerjoin(tenancy, current)
        .where(location.c.street.is_not(None), location.c.house_number.is_not(None))
        .order_by(location.c.street, location.c.house_number, shop.c.code)
    )  # fmt: skip
    return [
        DoorOnStreet(r.id, r.code, r.location_id, r.street, r.house_number, r.chainage_m, r.sign_name)
        for r in conn.execute(ask)
    ]


def add_change(conn: Connection, new: RegisterChange) -> None:
    """Keep what was changed."""
    values = asdict(new) | {"before": _document(new.before), "after": _document(new.after)}
    conn.execute(insert(register_change).values(**values))


def change_by_id(conn: Connection, change_id: str) -> RegisterChange | None:
    """The change with this id."""
    row = conn.execute(select(register_change).where(register_change.c.id == change_id)).first()
    return _change(row) if row else None


def changes_by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, RegisterChange]:
    """Changes by id; unknown ids are left out."""
    return {row.id: _change(row) for row in rows_by_ids(conn, register_change, ids)}


def changes(conn: Connection, most: int) -> list[RegisterChange]:
    """The latest changes, the last first."""
    ask = select(register_change).order_by(register_change.c.at.desc(), register_change.c.id).limit(most)
    return [_change(row) for row in conn.execute(ask)]


def mark_undone(conn: Connection, change_id: str, at: datetime) -> None:
    """A change was taken back."""
    conn.execute(update(register_change).where(register_change.c.id == change_id).values(undone_at=at))


def _change(row: Row[Any]) -> RegisterChange:
    return RegisterChange(
        row.id, row.entry_id, _entry(row.before), _entry(row.after), row.at, row.actor_id, row.undone_at
    )


def _document(entry: RegisterEntry | None) -> dict[str, Any] | None:
    return asdict(entry) | {"side": entry.side.value} if entry else None


def _entry(values: Mapping[str, Any] | None) -> RegisterEntry | None:
    return RegisterEntry(**{**values, "side": Side(values["side"])}) if values else None
