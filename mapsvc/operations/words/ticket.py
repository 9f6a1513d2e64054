"""What the timeline says of a ticket: the call, how it was answered, that it was returned."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.history import Words
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.tickets import Ticket
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.operations.ticket_known import known_words
from mapsvc.store import tickets
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """Words of events of type ticket, by the event's id."""
    found = tickets.by_ids(conn, (e.ref for e in events))
    known = known_words(conn, found.values())
    words = {}
    for event in events:
        one = found.get(event.ref)
        if one is not None:
            words[event.id] = _words(one, event, known.get(one.id))
    return words


def _words(one: Ticket, event: Event, known: str | None) -> Words:
    name = kind_of(one.kind).short_name if one.kind else None
    state = one.state.value
    if event.at == one.called_at:
        title, detail = "12345来电", "；".join(filter(None, (one.text, known)))
    elif event.at == one.answered_at:
        title, detail, state = "12345工单办结", one.answer or "", "answered"
    elif event.at == one.returned_at:
        title, detail, state = "12345工单退单", one.return_reason or "", "returned"
    else:
        called = one.called_at.astimezone(OFFICE_ZONE)
        told = f"{called.month}月{called.day}日来电：{one.text}"
        title, detail = "12345工单", "；".join(filter(None, (told, known)))
    return Words(" · ".join(filter(None, (title, name))), detail, one.kind, one.number, state)
