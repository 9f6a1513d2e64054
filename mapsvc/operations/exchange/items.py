"""One thing said on the public surface as it is taken in: what it stands in, and how its words are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.cards import Card
from mapsvc.domain.shops import Shop
from mapsvc.domain.surface import Said
from mapsvc.errors import Refused
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    from mapsvc.operations.pictures import Picture

BY_CARD = Actor(None, "店家（联心卡）", Role.PROPERTY)
"""Who says something with a card: nobody by name, and nobody of the staff."""
DEAD = "这张卡已经停用，没有记下；请用新卡再说一次，或打座机。"
UNKNOWN = "没有这张卡，没有记下。"


@dataclass(frozen=True)
class Kept:
    """A picture made clean, and the file it waits in."""

    picture: "Picture"
    aside: Path


@dataclass(frozen=True)
class Item:
    """One thing being taken in.

    Attributes
    ----------
    card : Card or None
        Whose token it was said with; None for what is said of an order.
    shop : Shop or None
        The card's door as it is now.
    is_present : bool
        Who has the card still runs the shop.
    said_at : datetime
        When it was said, as far as that can be.
    at : datetime
        When it is taken in.
    """

    conn: Connection
    ws: Workspace
    said: Said
    card: Card | None
    shop: Shop | None
    is_present: bool
    photos: tuple[Kept, ...]
    said_at: datetime
    at: datetime


def require_present(item: Item) -> tuple[Card, Shop]:
    """The card and its door; raises Refused unless who has the card still runs the shop."""
    if item.card is None or item.shop is None:
        raise Refused(UNKNOWN, code="unknown_card")
    if not item.is_present:
        raise Refused(DEAD, code="dead_card")
    return item.card, item.shop


def text_of(body: Mapping[str, Any], name: str, most: int) -> str:
    """A text of the body; empty where there is none; raises Refused for what is none or too long."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise Refused(f"内容读不懂或太长（最多{most}个字），没有记下。", field=name, code="bad_text")
    return value.strip()


def flag_of(body: Mapping[str, Any], name: str) -> bool:
    """Whether something was ticked."""
    return body.get(name) is True
