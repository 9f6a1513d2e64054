"""What happened around, on the timeline."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.context_events import CONTEXT_KIND_NAMES
from mapsvc.domain.history import Words
from mapsvc.store import context_events
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """诱因 · 撤桶, and from when to when."""
    found = context_events.by_ids(conn, (e.ref for e in events))
    return {
        e.id: Words(f"诱因 · {one.text}", _detail(one.kind, one.text, one.days()), state=one.kind)
        for e in events
        if (one := found.get(e.ref))
    }


def _detail(kind: str, text: str, days: str) -> str:
    name = CONTEXT_KIND_NAMES.get(kind, kind)
    return days if name == text else f"{name}，{days}"
