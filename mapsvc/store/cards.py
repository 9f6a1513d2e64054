"""Contact cards in the store."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mapsvc.domain.cards import Card, RevokedWhy, is_token
from mapsvc.store.tables import card, tenancy

_FIELDS = tuple(f.name for f in fields(Card))
_CHUNK = 5_000


def _card(row: Row[Any]) -> Card:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Card(**values | {"revoked_why": RevokedWhy(row.revoked_why) if row.revoked_why else None})


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


def by_id(conn: Connection, card_id: str) -> Card | None:
    """The card with this id, dead or alive."""
    row = conn.execute(select(card).where(card.c.id == card_id)).first()
    return _card(row) if row else None


def all_by_shop(conn: Connection) -> dict[str, list[Card]]:
    """Every card there ever was by shop id, the first made first."""
    found: dict[str, list[Card]] = {}
    for row in conn.execute(select(card).order_by(card.c.made_at, card.c.id)):
        found.setdefault(row.shop_id, []).append(_card(row))
    return found


def live_of_present(conn: Connection) -> list[Card]:
    """The live cards of who runs the shops now, by id."""
    ask = (
        select(card)
        .join(tenancy, tenancy.c.id == card.c.tenancy_id)
        .where(card.c.revoked_at.is_(None), tenancy.c.ended_on.is_(None))
    )
    return [_card(row) for row in conn.execute(ask.order_by(card.c.id))]


def add(conn: Connection, new: Card) -> None:
    """Store a new card; the one before must be revoked first."""
    conn.execute(insert(card).values(asdict(new)))


def change(conn: Connection, card_ids: Iterable[str], **values: Any) -> int:
    """Write columns of cards; how many there were."""
    wanted = sorted(set(card_ids))
    return conn.execute(update(card).where(card.c.id.in_(wanted)).values(**values)).rowcount if wanted else 0


def revoke_of_shop(conn: Connection, shop_id: str, at: datetime, why: RevokedWhy = RevokedWhy.HANDED_OVER) -> int:
    """Let the shop's live cards die at `at`; how many there were. To be called when a tenancy ends."""
    ask = update(card).where(card.c.shop_id == shop_id, card.c.revoked_at.is_(None))
    return conn.execute(ask.values(revoked_at=at, revoked_why=why.value)).rowcount
