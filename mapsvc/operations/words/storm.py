"""What was found at a door before or after rain, on the timeline."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.history import Words
from mapsvc.domain.storms import OUTCOME_NAMES
from mapsvc.store import storms
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """雨后看一眼 · 看过，没漏."""
    doors = storms.doors_by_ids(conn, (e.ref for e in events))
    called = storms.by_ids(conn, (d.storm_id for d in doors.values()))
    return {
        e.id: Words(f"{called[door.storm_id].look} · {OUTCOME_NAMES[door.outcome]}", called[door.storm_id].title)
        for e in events
        if (door := doors.get(e.ref)) and door.outcome
    }
