"""What became of a need, on the timeline: voiced, given to somebody, done."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.history import Words
from mapsvc.domain.needs import WAY_NAMES, Need, Way
from mapsvc.domain.times import office_day
from mapsvc.store import needs, people
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """诉求 · 水电煤, with the way it goes; later what was done about it."""
    found = needs.by_ids(conn, (e.ref for e in events))
    staff = people.by_ids(conn, (n.handler_id for n in found.values()))
    names = {person_id: person.display_name for person_id, person in staff.items()}
    return {e.id: _words(found[e.ref], e.at, names) for e in events if e.ref in found}


def _words(need: Need, at: datetime, names: dict[str, str]) -> Words:
    way = WAY_NAMES[need.way] if need.way else None
    if at == need.voiced_at:
        return Words(_joined("诉求", need.topic), _joined(need.text, way), state=need.way)
    if at == need.settled_at:
        return Words(_joined("诉求办好了", need.topic), _joined(need.text, need.outcome), state="settled")
    return Words(_joined("诉求", need.topic, way), _joined(need.text, given_to(need, names)), state=need.way)


def given_to(need: Need, names: dict[str, str]) -> str | None:
    """Who sees to it, by when: 房管所，12月3日前回话."""
    if need.way is Way.HARD_CASE and need.case_id:
        return "已立案"
    who = names.get(need.handler_id or "") or need.handler_name
    if who is None:
        return None
    day = office_day(need.due_at) if need.due_at else None
    return f"{who}，{day.month}月{day.day}日前回话" if day else who


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
