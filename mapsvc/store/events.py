"""History: one append-only row per thing that happened, written in the transaction of the thing itself."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select

from mapsvc.store import guards
from mapsvc.store.tables import event

# fmt: off
TYPES = frozenset({
    "visit", "need", "promise", "issue", "case_step", "response", "council", "agreement", "playbook", "order",
    "ticket", "enquiry", "campaign", "tenancy", "correction", "task", "note", "contact", "effect", "context", "notice",
    "alert", "storm",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Event:
    """What happened; `ref` is the id of the thing, whose own table holds the words.

    `id` counts on in the order of writing and is given by the store: 0 for an event that is still to be written.
    """

    type: str
    ref: str
    at: datetime
    shop_id: str | None = None
    place_id: str | None = None
    location_id: str | None = None
    tenancy_id: str | None = None
    case_id: str | None = None
    actor_id: str | None = None
    id: int = field(init=False, default=0)


def append(
    conn: Connection,
    *,
    type: str,
    ref: str,
    at: datetime,
    shop_id: str | None = None,
    place_id: str | None = None,
    location_id: str | None = None,
    tenancy_id: str | None = None,
    case_id: str | None = None,
    actor_id: str | None = None,
) -> None:
    """Write one event.

    Raises
    ------
    ValueError
        If `type` is none of the contract's.
    """
    append_many(conn, [Event(type, ref, at, shop_id, place_id, location_id, tenancy_id, case_id, actor_id)])


def append_many(conn: Connection, events: Iterable[Event]) -> None:
    """Write many events, in the order given."""
    rows = [asdict(e) for e in events]
    for row in rows:
        if row["type"] not in TYPES:
            raise ValueError(f"no such type of event: {row['type']}")
        del row["id"]
    if rows:
        conn.execute(insert(event), rows)


def page(
    conn: Connection,
    *,
    shop_id: str | None = None,
    place_id: str | None = None,
    location_id: str | None = None,
    case_ids: Sequence[str] = (),
    limit: int = 50,
    after: tuple[datetime, int] | None = None,
) -> list[Event]:
    """Events of one thing, newest first; `after` is (at, id) of the last one seen."""
    wanted = {"shop_id": shop_id, "place_id": place_id, "location_id": location_id}
    query = select(event).where(*[event.c[name] == value for name, value in wanted.items() if value is not None])
    if case_ids:
        query = query.where(event.c.case_id.in_(case_ids))
    if after:
        at, last = after
        query = query.where(or_(event.c.at < at, and_(event.c.at == at, event.c.id < last)))
    rows = conn.execute(query.order_by(event.c.at.desc(), event.c.id.desc()).limit(limit)).mappings()
    return [_event(dict(row)) for row in rows]


def _event(row: dict[str, Any]) -> Event:
    number = row.pop("id")
    read = Event(**row)
    object.__setattr__(read, "id", number)
    return read


def forget(conn: Connection, refs: Sequence[str], at: datetime | None = None) -> int:
    """Remove the events of things that were undone or erased (`at`: only those of that moment); returns how many.

    The only way to remove history: the guard is lifted for this statement, in the caller's transaction.
    """
    gone = 0
    with guards.lifted(conn, "event"):
        for start in range(0, len(refs), 500):
            these = event.delete().where(event.c.ref.in_(refs[start : start + 500]))
            gone += conn.execute(these.where(event.c.at == at) if at else these).rowcount
    return gone


def hand_back(conn: Connection, tenancy_id: str, to: str | None) -> None:
    """Let what is told of a tenancy that never was be told of tenancy `to`: its opening was undone."""
    with guards.lifted(conn, "event"):
        conn.execute(event.update().where(event.c.tenancy_id == tenancy_id).values(tenancy_id=to))
