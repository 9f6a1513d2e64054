"""Warnings on the timeline: when one was raised, and what was decided on it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.alerts import DECISION_NAMES, DISMISSAL_NAMES, Alert
from mapsvc.domain.history import Words
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.store import alerts
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """早发现 · 好了又来：橙子公寓旁空地; at its decision what was decided."""
    found = alerts.by_ids(conn, (e.ref for e in events))
    return {e.id: _words(one, e) for e in events if (one := found.get(e.ref))}


def _words(one: Alert, event: Event) -> Words:
    title = mask_phones_in(one.title)
    if one.decided_at is None or event.at != one.decided_at:
        return Words(f"早发现 · {title}", one.text, one.kind, state="raised")
    said = DECISION_NAMES[one.decision] if one.decision else DISMISSAL_NAMES[one.reason] if one.reason else ""
    detail = "，".join(part for part in (title, one.reason_text) if part)
    return Words(f"早发现 · {said}", detail, one.kind, state=one.state.value)
