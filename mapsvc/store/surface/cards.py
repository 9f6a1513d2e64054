"""Cards as laid out on the public surface, by the hash of their token."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, select

from mapsvc.domain.surface import LaidCard
from mapsvc.store.surface.documents import card_document, card_of
from mapsvc.store.surface.tables import laid_card


def by_key(conn: Connection, key: str) -> LaidCard | None:
    """The card with this key; None for what no live card bears."""
    found = conn.execute(select(laid_card.c.card).where(laid_card.c.key == key)).scalar()
    return card_of(found) if found else None


def count(conn: Connection) -> int:
    """How many cards are laid out."""
    return int(conn.execute(select(func.count()).select_from(laid_card)).scalar() or 0)


def replace_all(conn: Connection, cards: Iterable[LaidCard]) -> None:
    """From now on there are these cards and no other."""
    conn.execute(delete(laid_card))
    rows = [{"key": card.key, "card": card_document(card)} for card in cards]
    if rows:
        conn.execute(insert(laid_card), rows)
