"""Contact cards 联心卡: one live card per tenancy, known by a token that stands in print only."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

TOKEN_BYTES = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_FINGERPRINT_DIGITS = 16
# What two people read to each other over the phone without 0 for O or 1 for I.
_CHECK_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_NUMBER_DIGITS = 4


@dataclass(frozen=True)
class Card:
    """A card of a tenancy; dead once `revoked_at` is set. Its text form leaves the token out."""

    id: str
    shop_id: str
    tenancy_id: str
    token: str
    made_at: datetime
    revoked_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Card(id={self.id!r}, shop_id={self.shop_id!r}, revoked_at={self.revoked_at!r})"

    @property
    def is_live(self) -> bool:
        """Whether it still opens its shop."""
        return self.revoked_at is None


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
