"""红色响应 on the timeline: called, who arrived after how long, stood down."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.history import Words
from mapsvc.domain.responses import PARTY_ROLE_NAMES, PRIVATE_ROLES, Party, Response
from mapsvc.store import responses
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """Words by id of the event."""
    arrived = responses.parties_by_ids(conn, (e.ref for e in events))
    own = (e.ref for e in events if e.ref not in arrived)
    found = responses.by_ids(conn, [*own, *(p.response_id for p in arrived.values())])
    called = responses.parties(conn, found)
    words: dict[int, Words] = {}
    for event in events:
        if event.ref in arrived:
            words[event.id] = arrival_words(arrived[event.ref], found[arrived[event.ref].response_id])
        elif event.ref in found:
            parties = [p for p in called if p.response_id == event.ref]
            words[event.id] = response_words(found[event.ref], parties, event.at)
    return words


def response_words(response: Response, parties: Sequence[Party], at: datetime) -> Words:
    """红色响应: the reason and which sides were called; or 解除响应: what came of it."""
    if response.stood_down_at is not None and at == response.stood_down_at:
        return Words("解除红色响应", response.outcome or "", state="stood_down")
    sides = "、".join(dict.fromkeys(PARTY_ROLE_NAMES[p.role] for p in parties))
    detail = [response.reason, f"召集{sides}" if sides else ""]
    return Words("红色响应", " · ".join(part for part in detail if part), state="called")


def arrival_words(party: Party, response: Response) -> Words:
    """兰凤物业到场: 响应15分钟. People are named by their side."""
    name = PARTY_ROLE_NAMES[party.role] if party.role in PRIVATE_ROLES else party.name
    minutes = party.minutes_after(response.called_at)
    return Words(f"{name}到场", "" if minutes is None else f"响应{minutes}分钟", state="arrived")
