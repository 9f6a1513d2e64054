"""Calendar feeds: what is due as RFC 5545 text, for the calendar of a phone or a desk."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_FOLD_BYTES = 75
_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Feed:
    """A person's feed; `id` is the hash of the secret in its address, which is nowhere kept."""

    id: str
    account_id: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Due:
    """Something due: kind and id make it the same event each time it is read.

    Attributes
    ----------
    summary, where : str
        What and at which door or place; no merchant's name, phone or words.
    path : str
        The page that tells more, to those who may open it.
    """

    kind: str
    id: str
    at: datetime
    summary: str
    where: str
    path: str


def new_secret() -> str:
    """What an address ends in: 256 bits nobody guesses."""
    return secrets.token_urlsafe(32)


def id_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def calendar(name: str, dues: Sequence[Due], base_url: str, at: datetime) -> str:
    """The feed as text/calendar.

    Parameters
    ----------
    base_url : str
        Where this service is reached, without a slash at its end.
    at : datetime
        When it was written (DTSTAMP).
    """
    lines: list[str] = []
    for due in dues:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{due.kind}-{due.id}@mapsvc",
            f"DTSTAMP:{_utc(at)}",
            f"DTSTART:{_utc(due.at - _LASTS)}",
            f"DTEND:{_utc(due.at)}",
            f"SUMMARY:{escape(due.summary)}",
            f"LOCATION:{escape(due.where)}",
            f"URL:{base_url}{due.path}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return file_of(name, "PT1H", lines)


def file_of(name: str, refreshed: str, lines: Iterable[str]) -> str:
    """Events as a whole calendar of this name, to be asked for again after `refreshed` (an RFC 5545 duration)."""
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//mapsvc//mapsvc//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{refreshed}",
        f"X-PUBLISHED-TTL:{refreshed}",
    ]
    return "".join(f"{fold(line)}\r\n" for line in (*head, *lines, "END:VCALENDAR"))


def escape(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11)."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    plain = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(c for c in plain if c >= " " and c != "\x7f")


def fold(line: str) -> str:
    """A content line in pieces of at most 75 octets, no character cut apart (RFC 5545, 3.1)."""
    pieces, piece, room = [], "", _FOLD_BYTES
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            # The blank that begins a further piece counts.
            piece, room = "", _FOLD_BYTES - 1
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece])


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
