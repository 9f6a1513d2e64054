"""Contact cards 联心卡: one live card per tenancy, known by a token that stands in print only."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TOKEN_BYTES = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_FINGERPRINT_DIGITS = 16
# What two people read to each other over the phone without 0 for O or 1 for I.
_CHECK_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_NUMBER_DIGITS = 4
MOST_AT_ONCE = 300
"""Cards made or printed in one go: thirty sheets."""
STOP_UNDO = timedelta(minutes=10)
"""A card stopped by mistake lives again within so long."""


class RevokedWhy(StrEnum):
    """Why a card is dead."""

    LOST = "lost"
    HANDED_OVER = "handed_over"
    STOPPED = "stopped"


REVOKED_WHY_NAMES: dict[RevokedWhy, str] = {
    RevokedWhy.LOST: "丢了",
    RevokedWhy.HANDED_OVER: "店换了人",
    RevokedWhy.STOPPED: "店家不用了",
}


class Standing(StrEnum):
    """How a door stands with its card."""

    NONE = "none"
    UNPRINTED = "unprinted"
    PRINTED = "printed"
    VACANT = "vacant"


STANDING_NAMES: dict[Standing, str] = {
    Standing.NONE: "要做卡",
    Standing.UNPRINTED: "做了还没印",
    Standing.PRINTED: "有卡",
    Standing.VACANT: "没有店家",
}


@dataclass(frozen=True)
class Card:
    """A card of a tenancy; dead once `revoked_at` is set. Its text form leaves the token out.

    `printed_at` is when somebody last said that it was printed.
    """

    id: str
    shop_id: str
    tenancy_id: str
    token: str
    made_at: datetime
    revoked_at: datetime | None = None
    printed_at: datetime | None = None
    revoked_why: RevokedWhy | None = None

    def __repr__(self) -> str:
        return f"Card(id={self.id!r}, shop_id={self.shop_id!r}, revoked_at={self.revoked_at!r})"

    @property
    def is_live(self) -> bool:
        """Whether it still opens its shop."""
        return self.revoked_at is None


def need_words(tenancy_id: str | None, cards: Iterable[Card]) -> str:
    """Why a door needs a card now; empty where it has a printed one or nobody is there.

    Parameters
    ----------
    tenancy_id : str or None
        Of who runs the shop now.
    cards : iterable of Card
        All cards the premises ever had.
    """
    if tenancy_id is None:
        return ""
    known = sorted(cards, key=lambda c: (c.made_at, c.id))
    own = [c for c in known if c.tenancy_id == tenancy_id]
    live = next((c for c in reversed(own) if c.is_live), None)
    if live is not None:
        return "" if live.printed_at else "做了还没印"
    if own:
        return f"原来的卡停用了：{REVOKED_WHY_NAMES[own[-1].revoked_why]}" if own[-1].revoked_why else "原来的卡停用了"
    return "换了店家，原来的卡不能用" if known else "还没做过卡"


def is_token(text: str) -> bool:
    """Whether `text` can be a card's token at all: 24 bytes in URL-safe Base64."""
    return _TOKEN.fullmatch(text) is not None


def fingerprint(token: str) -> str:
    """The first 16 hex digits of the token's SHA-256: tells a phone the right card, and nobody the token."""
    return hashlib.sha256(token.encode()).hexdigest()[:_FINGERPRINT_DIGITS]


def card_number(code: str, token: str) -> str:
    """What stands in clear under the code of a shop's card, LX-0127-K4: tells staff which edition, opens nothing.

    The digits are the shop code's, the two characters come from the token's fingerprint: 1,024 editions look
    different, none of them says anything about the token.
    """
    digits = "".join(c for c in code if c.isdigit()).zfill(_NUMBER_DIGITS)
    n = int(fingerprint(token), 16)
    base = len(_CHECK_LETTERS)
    return f"LX-{digits}-{_CHECK_LETTERS[n % base]}{_CHECK_LETTERS[n // base % base]}"
