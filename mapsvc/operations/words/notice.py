"""温馨提示 on the timeline: put up, taken down."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.history import Words
from mapsvc.store import notices
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """提示 · 贴出 with its text, or 提示 · 撤下."""
    found = notices.by_ids(conn, (e.ref for e in events))
    words: dict[int, Words] = {}
    for event in events:
        if (one := found.get(event.ref)) is None:
            continue
        is_down = one.taken_down_at is not None and event.at == one.taken_down_at and one.taken_down_at != one.made_at
        until = f"贴到{one.until_day.month}月{one.until_day.day}日"
        words[event.id] = Words(
            f"{one.title} · {'撤下' if is_down else '写好'}",
            one.text if is_down else f"{until}：{one.text}",
            state="down" if is_down else "up",
        )
    return words
