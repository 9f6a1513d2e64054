"""What a return visit found, on the timeline."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.effects import RESULT_NAMES, SATISFACTION_NAMES, TOLD_BY_NAMES
from mapsvc.domain.history import Words
from mapsvc.store import effects
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """回访 · 好了, who said so, what else was noted."""
    found = effects.by_ids(conn, (e.ref for e in events))
    words: dict[int, Words] = {}
    for event in events:
        if (check := found.get(event.ref)) is None:
            continue
        told_by = TOLD_BY_NAMES[check.told_by] if check.told_by else None
        said = f"店主{SATISFACTION_NAMES[check.satisfaction]}" if check.satisfaction else None
        detail = " · ".join(part for part in (said, told_by, check.note) if part)
        words[event.id] = Words(f"回访 · {RESULT_NAMES[check.result]}", detail, state=check.result.value)
    return words
