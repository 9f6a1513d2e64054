"""联心卡: made on request for who runs the shop now, opened by its token; a lost one is replaced."""

import secrets
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cards import TOKEN_BYTES, Card
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Refused
from mapsvc.operations.shops import find_shop
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cards, shops


@dataclass(frozen=True)
class Opened:
    """What a token led to; `shop_code` is None for a card that is no longer valid."""

    shop_code: str | None


def make_card(ws: Workspace, actor: Actor, code: str, *, is_lost: bool = False) -> Card:
    """The live card of the shop's present tenancy, made if there is none.

    Parameters
    ----------
    is_lost : bool
        The printed one is gone: it dies, and a new one is made.

    Raises
    ------
    NotFound, Forbidden
    Refused
        If nobody runs the premises.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        shop = _own_shop(ws, conn, actor, code)
        if shop.tenancy is None:
            raise Refused(f"{shop.code}现在没有店，等新店开了再做卡。", field="shop", code="no_tenancy")
        live = _live(conn, shop)
        if live is not None and not is_lost:
            return live
        cards.revoke_of_shop(conn, shop.id, at)
        made = Card(str(uuid4()), shop.id, shop.tenancy.id, secrets.token_urlsafe(TOKEN_BYTES), at)
        cards.add(conn, made)
        told = {"shop": shop.code, "tenancy": made.tenancy_id}
        audit.append(conn, actor, "make_card", "card", made.id, None, told, at)
    return made


def live_card(ws: Workspace, actor: Actor, code: str) -> Card | None:
    """The live card of the shop, for printing again; None if none was made for its present tenant.

    Raises
    ------
    NotFound, Forbidden
    """
    with ws.read() as conn:
        return _live(conn, _own_shop(ws, conn, actor, code))


def open_card(ws: Workspace, token: str) -> Opened | None:
    """What the token of a printed card leads to; None for a token that no card ever had."""
    with ws.read() as conn:
        found = cards.by_token(conn, token)
        if found is None:
            return None
        shop = shops.by_id(conn, found.shop_id) if found.is_live else None
        is_current = shop is not None and shop.tenancy is not None and shop.tenancy.id == found.tenancy_id
        return Opened(shop.code if shop and is_current else None)


def _own_shop(ws: Workspace, conn: Connection, actor: Actor, code: str) -> Shop:
    shop = find_shop(conn, code, office_day(ws.clock()))
    require(actor, Action.EDIT_SHOP, shop.worker_id)
    return shop


def _live(conn: Connection, shop: Shop) -> Card | None:
    # A tenancy may have ended on a way that knows no cards: a workbook's 换店.
    found = cards.live_of_shops(conn, [shop.id]).get(shop.id)
    return found if found and shop.tenancy and found.tenancy_id == shop.tenancy.id else None
