"""What came by chat or phone, written down in five seconds: the shop and the topic are guessed from the text."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain import enquiry_moves as moves
from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.cards import Card, card_number
from mapsvc.domain.enquiries import Channel, Enquiry, StepKind
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Forbidden, Refused
from mapsvc.operations import policies
from mapsvc.operations.enquiries import NewEnquiry, ask_within
from mapsvc.operations.enquiry_steps import keep, owner_of, require_worker, step
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cards, enquiries, shops

if TYPE_CHECKING:
    from mapsvc.policy.index import Hit

LOGGED = (Channel.CHAT, Channel.PHONE, Channel.CALL, Channel.COUNTER)
"""Ways in which staff hear of a question."""
MOST_DOORS, MOST_HITS, MOST_SHOPS = 5, 3, 5_000
_CARD = re.compile(r"LX-?(\d{4,6})-?([2-9A-Z]{2})(?![0-9A-Z])")
_NO = "号"
_NUMBER = re.compile(rf"(\d{{1,5}})(?:[-、]\d{{1,5}})?{_NO}")


@dataclass(frozen=True)
class Door:
    """A shop that a text may come from, and by what it was found: 卡号, 编号, 店名, 门牌."""

    code: str
    name: str
    address: str
    by: str


@dataclass(frozen=True)
class Guess:
    """What a text says of itself.

    Attributes
    ----------
    doors : tuple of Door
        The likeliest first; `is_sure`: the first is taken unless somebody says otherwise.
    hits : tuple of Hit
        Policy entries that may answer.
    """

    doors: tuple[Door, ...]
    is_sure: bool
    topic: str
    hits: "tuple[Hit, ...]"


@dataclass(frozen=True)
class Logged:
    """What came of writing one down."""

    enquiry: Enquiry
    is_new: bool


def guess(ws: Workspace, actor: Actor, text: str) -> Guess:
    """The shop, the topic and the answers that a pasted text points to. Raises Forbidden."""
    require(actor, Action.LOG_ENQUIRY)
    with ws.read() as conn:
        doors, is_sure = doors_of(conn, ws, text)
    return Guess(doors, is_sure, topics.topic_of(text), suggestions(ws, text))


def suggestions(ws: Workspace, text: str, limit: int = MOST_HITS) -> "tuple[Hit, ...]":
    """Policy entries that may answer a text, the best first; none that lies far behind the best."""
    hits = policies.index_of(ws).find(text[:200], limit).hits if text.strip() else ()
    return tuple(hit for hit in hits if hit.score >= hits[0].score / 2)


def log_enquiry(ws: Workspace, actor: Actor, new: NewEnquiry, answer: str = "", policy_id: str | None = None) -> Logged:
    """Write down a question that came by chat, phone or in person; `answer` is what was said on the spot.

    Raises
    ------
    Forbidden
        Not one who takes questions.
    Refused
        As `ask_within`; an answer by who may not give it.
    Conflict
        As `ask_within`.
    """
    require(actor, Action.LOG_ENQUIRY)
    if new.card_id is not None or new.channel not in LOGGED:
        raise Refused(f"怎么来的请从这里选：{'、'.join(LOGGED)}。", field="channel", code="unknown_channel")
    at = to_second(ws.clock())
    with ws.write() as conn:
        is_new = enquiries.by_id(conn, new.id) is None
        shop = new.shop or _sure_door(conn, ws, new.text)
        made = ask_within(conn, ws, actor, replace(new, shop=shop))
        if answer.strip() and made.is_open:
            made = _answered(conn, actor, made, answer, policy_id, at)
    return Logged(made, is_new)


def _answered(
    conn: Connection, actor: Actor, made: Enquiry, answer: str, policy_id: str | None, at: datetime
) -> Enquiry:
    try:
        require_worker(actor, made, owner_of(conn, made.shop_id, at))
    except Forbidden:
        message = "这家店由包联人或书记答复，把“答复”清空再存。"
        raise Refused(message, field="answer", code="not_yours") from None
    after = moves.answer(made, answer, policy_id or None, actor.person_id, at)
    told = step(after, StepKind.ANSWERED, at, actor, after.answer)
    keep(conn, actor, made, after, told, "answer_enquiry", at, is_told=True)
    return after


def doors_of(conn: Connection, ws: Workspace, text: str) -> tuple[tuple[Door, ...], bool]:
    """The shops a text may come from, the likeliest first, and whether the first is clear.

    A card's number is clearest, then the shop's code, then its sign together with its door, then either of them
    where it fits one shop alone.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    upper = plain.upper()
    numbers = {f"LX-{digits}-{check}" for digits, check in _CARD.findall(upper)}
    everybody = shops.page(conn, MOST_SHOPS, on=office_day(ws.clock()))
    live = cards.live_of_shops(conn, [s.id for s in everybody]) if numbers else {}
    found = sorted(
        (scored for shop in everybody if (scored := _score(shop, live.get(shop.id), numbers, plain, upper))),
        key=lambda one: (-one[0], one[1].code),
    )
    doors = tuple(door for _, door in found[:MOST_DOORS])
    is_sure = len(found) == 1 or (len(found) > 1 and found[0][0] > found[1][0])
    return doors, is_sure


def _score(shop: Shop, card: Card | None, numbers: Iterable[str], plain: str, upper: str) -> tuple[int, Door] | None:
    where = shop.location
    if card is not None and card_number(shop.code, card.token) in numbers:
        return 100, _door(shop, "卡号")
    if re.search(rf"(?<![0-9A-Z]){re.escape(shop.code.upper())}(?![0-9])", upper):
        return 90, _door(shop, "编号")
    sign = "".join(shop.tenancy.sign_name.split()) if shop.tenancy else ""
    by_sign = len(sign) >= 2 and sign in plain
    by_number = where.house_number is not None and str(where.house_number) in _NUMBER.findall(plain)
    by_street = where.street is not None and by_number and f"{where.street}{where.house_number}" in plain
    if by_sign:
        return 60 + 10 * by_street + 5 * by_number + min(len(sign), 4), _door(shop, "店名")
    if by_street:
        return 40, _door(shop, "门牌")
    return (20, _door(shop, "门牌")) if by_number else None


def _door(shop: Shop, by: str) -> Door:
    return Door(shop.code, shop.name, shop.location.address or "", by)


def _sure_door(conn: Connection, ws: Workspace, text: str) -> str | None:
    doors, is_sure = doors_of(conn, ws, text)
    return doors[0].code if is_sure else None
