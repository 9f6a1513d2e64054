"""Changes of the register on the timeline of every door they concern."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.history import Words
from mapsvc.domain.register import change_text, change_title
from mapsvc.store import register
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """更正 · 责任主体: who answers now."""
    found = register.changes_by_ids(conn, (e.ref for e in events))
    words: dict[int, Words] = {}
    for event in events:
        if (change := found.get(event.ref)) is not None:
            title, what = change_title(change.before, change.after), change_text(change.before, change.after)
            words[event.id] = Words("更正 · 责任主体", " · ".join(part for part in (title, what) if part))
    return words
