"""What came in from the public surface, each once, and whom its keys stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from mapsvc.domain.surface import key_of
from mapsvc.store.tables import card, surface_item, surface_state, work_order

TAKEN, REFUSED = "taken", "refused"


@dataclass(frozen=True)
class SurfaceItem:
    """Something said on the public surface and what became of it.

    Attributes
    ----------
    outcome : {"taken", "refused"}
    ref : str or None
        What it became: an enquiry, an issue; of an order's answer the order.
    """

    id: str
    seq: int
    kind: str
    outcome: str
    said_at: datetime
    taken_at: datetime
    ref: str | None = None
    reason: str | None = None
    card_id: str | None = None
    is_held: bool = False


_FIELDS = tuple(f.name for f in fields(SurfaceItem))


def add(conn: Connection, new: SurfaceItem) -> None:
    """Write down that something was taken in or refused."""
    conn.execute(insert(surface_item).values(asdict(new)))


def has(conn: Connection, item_id: str) -> bool:
    """Whether it was taken in or refused before."""
    return conn.execute(select(surface_item.c.id).where(surface_item.c.id == item_id)).first() is not None


def of_cards(conn: Connection, card_ids: Iterable[str], since: datetime) -> list[SurfaceItem]:
    """What came in with these cards since then, the newest first."""
    wanted, found = sorted(set(card_ids)), []
    for start in range(0, len(wanted), 900):
        these = surface_item.c.card_id.in_(wanted[start : start + 900])
        found += _items(conn, these, surface_item.c.said_at >= since)
    return sorted(found, key=lambda item: (item.said_at, item.seq), reverse=True)


def of_orders(conn: Connection, since: datetime) -> list[SurfaceItem]:
    """Answers to orders that came in since then, the newest first."""
    return _items(conn, surface_item.c.kind == "order", surface_item.c.said_at >= since)


def cards_of_tenancies(conn: Connection, tenancy_ids: Iterable[str]) -> dict[str, str]:
    """Card id -> tenancy, of every card that these tenancies ever had."""
    wanted = set(tenancy_ids)
    rows = conn.execute(select(card.c.id, card.c.tenancy_id).order_by(card.c.id))
    return {row.id: row.tenancy_id for row in rows if row.tenancy_id in wanted}


def state(conn: Connection) -> Mapping[str, Any]:
    """How the exchange stands; empty before the first letter."""
    return conn.execute(select(surface_state.c.state).where(surface_state.c.id == 1)).scalar() or {}


def put_state(conn: Connection, value: Mapping[str, Any], at: datetime) -> None:
    """Keep how the exchange stands."""
    told = {"state": dict(value), "changed_at": at}
    if not conn.execute(update(surface_state).where(surface_state.c.id == 1).values(**told)).rowcount:
        conn.execute(insert(surface_state).values(id=1, **told))


def card_of_key(conn: Connection, key: str) -> str | None:
    """Id of the card, dead or alive, whose token has this hash."""
    rows = conn.execute(select(card.c.id, card.c.token))
    return next((row.id for row in rows if key_of(row.token) == key), None)


def order_of_key(conn: Connection, key: str) -> str | None:
    """Id of the order, dead or alive, whose token has this hash."""
    rows = conn.execute(select(work_order.c.id, work_order.c.token))
    return next((row.id for row in rows if key_of(row.token) == key), None)


def _items(conn: Connection, *where: object) -> list[SurfaceItem]:
    ask = select(surface_item).where(*where).order_by(surface_item.c.said_at.desc(), surface_item.c.seq.desc())  # type: ignore[arg-type]
    return [SurfaceItem(**{name: getattr(row, name) for name in _FIELDS}) for row in conn.execute(ask)]
