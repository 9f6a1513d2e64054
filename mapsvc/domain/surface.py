"""The public surface: what is laid out there for whom, what is said there, and the letters the two sides exchange.

The inside makes a `Layout` of everything the public surface may know and sends it whole; the outside hands over what
was said, each as a `Said` with an id of its own, until the inside has acknowledged it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

TOKEN_KEY_DIGITS = 64


class SaidKind(StrEnum):
    """What can be said on the public surface."""

    ASK = "ask"
    REPORT = "report"
    QUIET = "quiet"
    TOPICS = "topics"
    RATE = "rate"
    THANK = "thank"
    ORDER = "order"


SAID_NAMES: dict[SaidKind, str] = {
    SaidKind.ASK: "问一声",
    SaidKind.REPORT: "反映问题",
    SaidKind.QUIET: "什么时候来方便",
    SaidKind.TOPICS: "提前提醒我",
    SaidKind.RATE: "评价",
    SaidKind.THANK: "道谢",
    SaidKind.ORDER: "答复派单",
}


class MatterKind(StrEnum):
    """What a line of 我的事 is about."""

    ASK = "ask"
    REPORT = "report"
    PROMISE = "promise"


def key_of(token: str) -> str:
    """SHA-256 of a card's or order's token in hex: what the public store knows it by, so that it holds no token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Matter:
    """One of 我的事, in three lines.

    Attributes
    ----------
    ref : str
        Of the enquiry, case or promise inside: what a rating names.
    said_id : str or None
        Of the `Said` it came from: the public surface shows its own line until this one is there.
    title, state, detail : str
        The three lines: what, where it stands (处理中 · 11月24日17:00前办好), the answer or what comes next.
    kind_code : str or None
        Of a report its kind, for the mark in front.
    is_over : bool
        Nothing more is to come.
    can_rate : bool
        There is an answer, and it was not rated.
    """

    ref: str
    kind: MatterKind
    title: str
    state: str
    detail: str
    at: datetime
    said_id: str | None = None
    kind_code: str | None = None
    is_over: bool = False
    can_rate: bool = False
    rating: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class QuietLine:
    """不便的时间 of a card's shop: minutes of the day; weekday 0 Monday … 6, None every day.

    is_told: said to the staff at the door; what is said on the page leaves it as it is.
    """

    from_minute: int
    until_minute: int
    weekday: int | None = None
    text: str | None = None
    is_told: bool = False


@dataclass(frozen=True)
class LaidCard:
    """A live card as the public surface knows it: a door number, never a name or phone of a merchant.

    Attributes
    ----------
    key : str
        `key_of` its token.
    number : str
        What stands in clear under the code: LX-0127-K4.
    door : str
        岚皋西路27号.
    """

    key: str
    number: str
    door: str
    worker: str | None = None
    topics: tuple[str, ...] = ()
    quiet: tuple[QuietLine, ...] = ()
    matters: tuple[Matter, ...] = ()


@dataclass(frozen=True)
class Layout:
    """All that the public surface may know.

    Attributes
    ----------
    office : mapping
        office_name, block_name, office_phone, secretary_name, worker_label, is_demo.
    working_spans : tuple of (datetime, datetime)
        Office hours of the coming four weeks: until when a question is answered, when it is picked up.
    kinds : tuple of (code, name)
        What can be reported, the usual ones first.
    topics : tuple of str
        What one can be told about in time.
    policies : tuple of mapping
        Entries in force, as `domain.policy_files.to_document` writes them.
    orders : tuple of mapping
        Open orders as their pages show them, each with its `key`.
    """

    serial: int
    made_at: datetime
    office: Mapping[str, Any]
    working_spans: tuple[tuple[datetime, datetime], ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    topics: tuple[str, ...] = ()
    cards: tuple[LaidCard, ...] = ()
    policies: tuple[Mapping[str, Any], ...] = ()
    orders: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Said:
    """Something said on the public surface, waiting to be picked up.

    Attributes
    ----------
    id : str
        UUID made by the page: the same again is the same.
    key : str
        Of the card, of an order's answer the order's.
    body : mapping
        ask: text, topic, policy (the entry that was shown and did not do), name, phone, is_urgent ·
        report: kind, text, where (here | near), is_urgent · quiet: lines [{weekday, from_minute, until_minute}], text ·
        topics: topics (all that hold from now on) · rate: ref, rating, text · thank: text ·
        order: action, reason, by.
    photos : tuple of str
        SHA-256 of JPEGs re-encoded without metadata.
    is_held : bool
        Beyond what one card usually says in a day.
    """

    id: str
    key: str
    kind: SaidKind
    body: Mapping[str, Any]
    said_at: datetime
    photos: tuple[str, ...] = ()
    is_held: bool = False
    seq: int = 0


@dataclass(frozen=True)
class Unreadable:
    """Something said that this program cannot read, e.g. a kind that only a newer one knows."""

    id: str
    seq: int
    kind: str
    key: str = ""


@dataclass(frozen=True)
class Letter:
    """One side's words to the other, signed on the way.

    Attributes
    ----------
    sender : str
        inside | outside.
    surface : str
        Which public surface it belongs to: made with its key, so that a letter of another office is refused.
    n : int
        Rises with each letter of a sender: an older one than the last is refused.
    layout : Layout or None
        From the inside; None where the outside has it already.
    acked, acked_id : int, str
        From the inside: all said up to this seq has been taken in; the id that stands at it, so that a store which was
        made anew and counts from one again loses nothing.
    said : tuple of Said
        From the outside, in order of seq, the oldest first.
    has_more : bool
        There is more than fits into one letter.
    layout_serial : int
        From the outside: the layout it shows.
    answers : int
        From the outside: n of the letter that this one answers.
    unreadable : tuple of Unreadable
        What was said and this program cannot read.
    """

    sender: str
    surface: str
    n: int
    made_at: datetime
    layout: Layout | None = None
    acked: int = 0
    said: tuple[Said, ...] = ()
    has_more: bool = False
    layout_serial: int = 0
    photos: Mapping[str, bytes] = field(default_factory=dict)
    acked_id: str = ""
    answers: int = 0
    unreadable: tuple[Unreadable, ...] = ()
