"""Contact cards in the store."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mapsvc.domain.cards import Card, is_token
from mapsvc.store.tables import card

_FIELDS = tuple(f.name for f in fields(Card))
_CHUNK = 5_000


def _card(row: Row[Any]) -> Card:
    return Card(**{name: getattr(row, name) for name in _FIELDS})


def by_token(conn: Connection, token: str) -> Card | None:
    """The card with this token, dead or alive; None for what no card bears and for what can be no token."""
    if not is_token(token):
        return None
    row = conn.execute(select(card).where(card.c.token == token)).first()
    return _card(row) if row else None


def live_of_shops(conn: Connection, shop_ids: Iterable[str]) -> dict[str, Card]:
    """The live card of each shop that has one, by shop id."""
    wanted = sorted(set(shop_ids))
    found: dict[str, Card] = {}
    for start in range(0, len(wanted), _CHUNK):
        ask = select(card).where(card.c.shop_id.in_(wanted[start : start + _CHUNK]), card.c.revoked_at.is_(None))
        found |= {row.shop_id: _card(row) for row in conn.execute(ask.order_by(card.c.made_at, card.c.id))}
    return found


def add(conn: Connection, new: Card) -> None:
    """Store a new card; the one before must be revoked first."""
    conn.execute(insert(card).values(asdict(new)))


def revoke_of_shop(conn: Connection, shop_id: str, at: datetime) -> int:
    """Let the shop's live cards die at `at`; how many there were. To be called when a tenancy ends."""
    ask = update(card).where(card.c.shop_id == shop_id, card.c.revoked_at.is_(None))
    return conn.execute(ask.values(revoked_at=at)).rowcount
