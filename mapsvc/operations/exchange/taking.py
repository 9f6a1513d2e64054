"""Taking in what was said on the public surface: each thing once, in one transaction, by the rules of the office."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from sqlalchemy import Connection

from mapsvc.domain.surface import Said, SaidKind, Unreadable
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Broken, MapsvcError, NoSpace
from mapsvc.operations.exchange.items import Item, Kept
from mapsvc.operations.exchange.takers import TAKERS
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cards, photos, shops, surface_items
from mapsvc.store.surface_items import REFUSED, TAKEN, SurfaceItem

log = logging.getLogger(__name__)

OLDEST = timedelta(days=90)
"""What somebody says was said longer ago counts as said then."""
MOST_PHOTOS = 12
_LONGEST_ID = 36
_LONGEST_REASON = 300
NOT_READ = "内容读不懂，没有记下；请打座机说一声。"


def take(ws: Workspace, said: Said, pictures: Mapping[str, bytes]) -> None:
    """Take in one thing: it becomes what it is, or is kept as refused with its reason; known, nothing changes.

    Raises
    ------
    Broken, NoSpace
        The office's own store failed: it is to be handed over again.
    """
    if not said.id or len(said.id) > _LONGEST_ID:
        return
    with ws.read() as conn:
        if surface_items.has(conn, said.id):
            return
    try:
        with _aside(ws, said, pictures) as kept, ws.write() as conn:
            if not surface_items.has(conn, said.id):
                item = _item(conn, ws, said, kept)
                ref = TAKERS[said.kind](item)
                surface_items.add(conn, _row(item, TAKEN, ref, None))
    except (Broken, NoSpace):
        raise
    except MapsvcError as error:
        _refuse(ws, said, str(error))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        log.warning("said %s (%s) not taken: %r", said.id, said.kind.value, error)
        _refuse(ws, said, NOT_READ)


def refuse_unreadable(ws: Workspace, one: Unreadable) -> None:
    """Keep what this program cannot read as refused, so that it holds up nothing."""
    at = to_second(ws.clock())
    if not one.id or one.id != one.id.strip():
        return
    with ws.write() as conn:
        if not surface_items.has(conn, one.id):
            card_id = surface_items.card_of_key(conn, one.key)
            row = SurfaceItem(one.id, one.seq, one.kind or "?", REFUSED, at, at, None, NOT_READ, card_id)
            surface_items.add(conn, row)


def _refuse(ws: Workspace, said: Said, reason: str) -> None:
    with ws.write() as conn:
        if not surface_items.has(conn, said.id):
            item = _item(conn, ws, said, ())
            order = surface_items.order_of_key(conn, said.key) if said.kind is SaidKind.ORDER else None
            surface_items.add(conn, _row(item, REFUSED, order, reason[:_LONGEST_REASON]))


def _item(conn: Connection, ws: Workspace, said: Said, kept: tuple[Kept, ...]) -> Item:
    at = to_second(ws.clock())
    card_id = None if said.kind is SaidKind.ORDER else surface_items.card_of_key(conn, said.key)
    card = cards.by_id(conn, card_id) if card_id else None
    shop = shops.by_id(conn, card.shop_id, office_day(at)) if card else None
    runs = card is not None and shop is not None and shop.tenancy is not None and shop.tenancy.id == card.tenancy_id
    said_at = min(max(to_second(said.said_at), at - OLDEST), at)
    # What was said before the card was lost stands.
    is_present = runs and (card is None or card.revoked_at is None or said_at <= card.revoked_at)
    return Item(conn, ws, said, card, shop, is_present, kept, said_at, at)


def _row(item: Item, outcome: str, ref: str | None, reason: str | None) -> SurfaceItem:
    said = item.said
    card_id = item.card.id if item.card else None
    return SurfaceItem(
        said.id, said.seq, said.kind.value, outcome, item.said_at, item.at, ref, reason, card_id, said.is_held
    )


@contextmanager
def _aside(ws: Workspace, said: Said, pictures: Mapping[str, bytes]) -> Iterator[tuple[Kept, ...]]:
    """The pictures that came with it, made clean again: the outside is not believed; one that is missing is left."""
    from mapsvc.operations.pictures import clean_picture

    with ExitStack() as stack:
        kept = []
        for sha in said.photos[:MOST_PHOTOS]:
            if sha in pictures:
                picture = clean_picture(pictures[sha])
                kept.append(Kept(picture, stack.enter_context(photos.written_aside(ws.folder, picture.jpeg))))
        yield tuple(kept)
