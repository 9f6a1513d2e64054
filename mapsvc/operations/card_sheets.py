"""联心卡 by the street: which doors have one, which need one, and the faces that are printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from mapsvc.domain.actors import Actor
from mapsvc.domain.cards import Card, Standing, card_number, need_words
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.photos import Photo
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import office_day
from mapsvc.operations.cards import few
from mapsvc.operations.chat_code import current_within
from mapsvc.operations.shops import unknown_shop
from mapsvc.operations.workspace import Workspace
from mapsvc.store import bulk, cards, patches, shops

MOST_DOORS = 20_000


@dataclass(frozen=True)
class CardLine:
    """A door and how it stands with its card.

    Attributes
    ----------
    why : str
        Why it needs one, in words; empty where it does not.
    card : Card or None
        The live one.
    """

    shop: Shop
    standing: Standing
    why: str
    card: Card | None = None

    @property
    def number(self) -> str:
        """LX-0127-K4; empty without a card."""
        return card_number(self.shop.code, self.card.token) if self.card else ""

    @property
    def is_needed(self) -> bool:
        """Whether something is to be printed."""
        return self.standing in (Standing.NONE, Standing.UNPRINTED)


@dataclass(frozen=True)
class CardDesk:
    """All doors in the order of the street, and the names of the patches by the worker who looks after them."""

    lines: tuple[CardLine, ...]
    patches: dict[str, str]


@dataclass(frozen=True)
class CardFace:
    """What one printed card says; the words that are alike on all of them are settings."""

    code: str
    address: str
    worker: str | None
    card: Card
    chat: Photo | None

    @property
    def number(self) -> str:
        """What stands in clear under the code."""
        return card_number(self.code, self.card.token)


def card_desk(ws: Workspace, actor: Actor) -> CardDesk:
    """How every door stands with its card. Raises Forbidden."""
    require(actor, Action.MAKE_CARDS)
    today = office_day(ws.clock())
    with ws.read() as conn:
        known = cards.all_by_shop(conn)
        found = shops.page(conn, MOST_DOORS, on=today)
        own = {p.worker_id: p.name for p in patches.in_force(conn, today) if p.worker_id}
    lines = sorted((_line(shop, known.get(shop.id, ())) for shop in found), key=_by_street)
    return CardDesk(tuple(lines), own)


def faces(ws: Workspace, actor: Actor, codes: Sequence[str]) -> tuple[CardFace, ...]:
    """What is printed for these doors, in the order given; doors without a live card are left out.

    Raises
    ------
    NotFound, Forbidden, Refused
    """
    wanted = few(codes)
    with ws.read() as conn:
        ids = bulk.ids_by(conn, "shop", "code", wanted)
        doors = shops.by_ids(conn, ids.values(), office_day(ws.clock()))
        live = cards.live_of_shops(conn, doors)
        chat = current_within(conn)
    for code in wanted:
        if code not in ids:
            raise unknown_shop(code)
        require(actor, Action.EDIT_SHOP, doors[ids[code]].worker_id)
    found = (_face(doors[ids[code]], live.get(ids[code]), chat) for code in wanted)
    return tuple(face for face in found if face)


def _face(shop: Shop, card: Card | None, chat: Photo | None) -> CardFace | None:
    if card is None or shop.tenancy is None or card.tenancy_id != shop.tenancy.id:
        return None
    worker = shop.worker.display_name if shop.worker else None
    return CardFace(shop.code, shop.location.address or shop.code, worker, card, chat)


def _line(shop: Shop, known: Sequence[Card]) -> CardLine:
    if shop.tenancy is None:
        return CardLine(shop, Standing.VACANT, "")
    live = next((c for c in reversed(known) if c.is_live and c.tenancy_id == shop.tenancy.id), None)
    standing = Standing.NONE if live is None else Standing.PRINTED if live.printed_at else Standing.UNPRINTED
    return CardLine(shop, standing, need_words(shop.tenancy.id, known), live)


def _by_street(line: CardLine) -> tuple[str, str, int, str]:
    where = line.shop.location
    return where.street or "～", where.side or "", where.house_number or 0, line.shop.code
