"""Enquiries on the timeline: asked, answered, over; what was said on a card's page stands there for few."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.enquiries import Enquiry
from mapsvc.domain.enquiry_reading import WITHHELD, may_read, may_read_words
from mapsvc.domain.history import Words
from mapsvc.store import enquiries
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """咨询 · 子女入园, what was asked and answered; of a card's page only that something was asked."""
    found = enquiries.by_ids(conn, (e.ref for e in events))
    return {e.id: _withheld(one) if one.card_id else _words(one, e) for e in events if (one := found.get(e.ref))}


def opened(
    conn: Connection, actor: Actor, owner: str | None, events: Sequence[Event]
) -> tuple[dict[int, Words], dict[str, str]]:
    """The words of a door's enquiries that `actor` may read, those of a card's page too, by the event's id; and the
    addresses of those whose page they may open, by the enquiry's."""
    asked = [e for e in events if e.type == "enquiry"]
    found = enquiries.by_ids(conn, (e.ref for e in asked))
    words = {e.id: _words(one, e) for e in asked if (one := found.get(e.ref)) and may_read_words(actor, one, owner)}
    return words, {i: f"/enquiries/{i}" for i, one in found.items() if may_read(actor, one, owner)}


def open_words(one: Enquiry, actor: Actor, owner: str | None) -> tuple[str, str]:
    """(title, detail) of one that waits for an answer."""
    if not may_read_words(actor, one, owner):
        return WITHHELD, "还没答复"
    return _joined("咨询", one.topic), _joined(one.text, "还没答复")


def _withheld(one: Enquiry) -> Words:
    return Words(WITHHELD, "", state=_state(one))


def _words(one: Enquiry, event: Event) -> Words:
    if one.received_at is None and event.at == one.asked_at:
        # A workbook's row is one line: what was asked and what was said to it.
        answer = f"答复：{one.answer}" if one.answer else "还没答复"
        return Words(_joined("咨询", one.topic), _joined(one.text, answer, one.channel), state=_state(one))
    if event.at == one.asked_at:
        # Answered on the spot it is one line.
        said = f"答复：{one.answer}" if one.answer and one.answered_at == one.asked_at else None
        return Words(_joined("咨询", one.topic), _joined(one.text, said, one.channel), state=_state(one))
    if event.at == one.answered_at:
        return Words(_joined("咨询答复", one.topic), one.answer or "", state="answered")
    if event.at == one.closed_at:
        return Words(_joined("咨询结束", one.topic), "不用答复", state="answered")
    return Words(_joined("又问", one.topic), one.text, state=_state(one))


def _state(one: Enquiry) -> str:
    return "open" if one.is_open else "answered"


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
