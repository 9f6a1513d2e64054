"""联心卡: made on request for who runs the shop now, opened by its token; a lost one is replaced."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cards import MOST_AT_ONCE, STOP_UNDO, TOKEN_BYTES, Card, RevokedWhy
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
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
        live = _live(conn, shop)
        if live is not None and not is_lost:
            return live
        return _made(conn, actor, shop, at)


def make_cards(ws: Workspace, actor: Actor, codes: Sequence[str]) -> tuple[str, ...]:
    """Make the cards that are missing at these doors; whoever has a live one keeps it.

    Returns
    -------
    tuple of str
        Codes of the doors that have a card now: premises without a tenant are left out.

    Raises
    ------
    NotFound, Forbidden
    Refused
        More than `MOST_AT_ONCE`, or none.
    """
    require(actor, Action.MAKE_CARDS)
    wanted = few(codes)
    at = to_second(ws.clock())
    found = []
    with ws.write() as conn:
        for code in wanted:
            shop = find_shop(conn, code, office_day(at))
            if shop.tenancy is None:
                continue
            if _live(conn, shop) is None:
                _made(conn, actor, shop, at)
            found.append(shop.code)
    return tuple(found)


def stop_card(ws: Workspace, actor: Actor, code: str, why: RevokedWhy) -> Card:
    """停用: the shop's live card opens nothing from now on.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        There is no live card.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _live(conn, _own_shop(ws, conn, actor, code))
        if before is None:
            raise Conflict("这里没有在用的卡，不用停。", field="card", code="no_card")
        cards.change(conn, [before.id], revoked_at=at, revoked_why=why.value)
        after = replace(before, revoked_at=at, revoked_why=why)
        audit.append(conn, actor, "stop_card", "card", before.id, _told(before), _told(after), at)
    return after


def undo_stop(ws: Workspace, actor: Actor, code: str, card_id: str) -> Card:
    """The card stopped by mistake lives again; live already, nothing changes.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        After ten minutes, when a new card was made since, or the shop changed hands.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        shop = _own_shop(ws, conn, actor, code)
        before = cards.by_id(conn, card_id)
        if before is None or before.shop_id != shop.id:
            raise NotFound("没有这张卡，请刷新后再看。", field="card", code="unknown_card")
        if before.revoked_at is None:
            return before
        if _live(conn, shop) is not None:
            raise Conflict("已经做了新卡，原来的不能再用。", field="card", code="replaced")
        if shop.tenancy is None or shop.tenancy.id != before.tenancy_id:
            raise Conflict("店已经换了人，原来的卡不能再用。", field="card", code="tenancy_ended")
        if at - before.revoked_at > STOP_UNDO:
            raise Conflict("停用超过十分钟了，不能撤销；要用请做一张新卡。", field="card", code="too_late")
        cards.change(conn, [card_id], revoked_at=None, revoked_why=None)
        after = replace(before, revoked_at=None, revoked_why=None)
        audit.append(conn, actor, "undo_stop_card", "card", card_id, _told(before), _told(after), at)
    return after


def mark_printed(ws: Workspace, actor: Actor, codes: Sequence[str]) -> int:
    """Remember that the live cards of these doors were printed; how many there are.

    Raises
    ------
    NotFound, Forbidden, Refused
    """
    return _mark(ws, actor, codes, to_second(ws.clock()))


def unmark_printed(ws: Workspace, actor: Actor, codes: Sequence[str]) -> int:
    """They were not printed after all: the paper ran out. As `mark_printed`."""
    return _mark(ws, actor, codes, None)


def few(codes: Sequence[str]) -> tuple[str, ...]:
    """The codes each once, in their order; Refused for none, and for more than go at once."""
    wanted = tuple(dict.fromkeys(code for code in codes if code))
    if not wanted:
        raise Refused("还没有选哪一家，请至少勾一家。", field="doors", code="none_chosen")
    if len(wanted) > MOST_AT_ONCE:
        told = f"一次最多{MOST_AT_ONCE}张，现在选了{len(wanted)}家；请分几次印。"
        raise Refused(told, field="doors", code="too_many")
    return wanted


def _mark(ws: Workspace, actor: Actor, codes: Sequence[str], at: datetime | None) -> int:
    now = to_second(ws.clock())
    with ws.write() as conn:
        found = [_live(conn, _own_shop(ws, conn, actor, code)) for code in few(codes)]
        ids = [card.id for card in found if card and (card.printed_at is None) != (at is None)]
        if ids:
            cards.change(conn, ids, printed_at=at)
            act = "print_cards" if at else "unprint_cards"
            audit.append(conn, actor, act, "card", ids[0], None, {"cards": sorted(ids)}, now)
    return sum(card is not None for card in found)


def _made(conn: Connection, actor: Actor, shop: Shop, at: datetime) -> Card:
    if shop.tenancy is None:
        raise Refused(f"{shop.code}现在没有店，等新店开了再做卡。", field="shop", code="no_tenancy")
    cards.revoke_of_shop(conn, shop.id, at, RevokedWhy.LOST)
    made = Card(str(uuid4()), shop.id, shop.tenancy.id, secrets.token_urlsafe(TOKEN_BYTES), at)
    cards.add(conn, made)
    told = {"shop": shop.code, "tenancy": made.tenancy_id}
    audit.append(conn, actor, "make_card", "card", made.id, None, told, at)
    return made


def _told(card: Card) -> dict[str, object]:
    # Without the token: who reads the audit trail opens no door with it.
    why = card.revoked_why.value if card.revoked_why else None
    return {"shop": card.shop_id, "revoked_at": card.revoked_at, "revoked_why": why}


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
