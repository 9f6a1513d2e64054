"""Answers at once: the laid policies, searched; an index per layout."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_files import from_document
from mapsvc.domain.times import office_day
from mapsvc.domain.topics import OTHER
from mapsvc.errors import Refused
from mapsvc.operations.surface.space import Space
from mapsvc.policy.index import Found, Index
from mapsvc.store.surface import facts, policies

log = logging.getLogger("mapsvc")
MOST_HITS = 3
LONGEST_QUESTION = 200


@dataclass(frozen=True)
class Shelf:
    """The entries in force of one layout and day."""

    entries: tuple[PolicyEntry, ...]
    index: Index


_shelves: dict[tuple[str, int, date], Shelf] = {}
_filling = threading.Lock()


def find(space: Space, q: str) -> Found:
    """Up to three entries that may answer, the best first."""
    return shelf(space).index.find(q[:LONGEST_QUESTION], MOST_HITS)


def of_topic(space: Space, topic: str) -> tuple[PolicyEntry, ...]:
    """All entries of a topic, in their order."""
    return tuple(entry for entry in shelf(space).entries if entry.topic == topic)


def topics(space: Space) -> tuple[str, ...]:
    """Topics that have an entry, in the order of the entries; 其他 comes last."""
    found = dict.fromkeys(entry.topic for entry in shelf(space).entries)
    return tuple(sorted(found, key=lambda topic: topic == OTHER))


def entry_of(space: Space, policy_id: str) -> PolicyEntry | None:
    """An entry in force."""
    return next((entry for entry in shelf(space).entries if entry.id == policy_id), None)


def shelf(space: Space) -> Shelf:
    """The entries in force today, made ready once for each layout and day."""
    day = office_day(space.clock())
    with space.read() as conn:
        place = (str(space.folder), int(facts.get(conn, facts.LAYOUT) or 0), day)
        held = _shelves.get(place)
        documents = policies.all_documents(conn) if held is None else []
    if held is not None:
        return held
    entries = tuple(entry for entry in map(_read, documents) if entry is not None and entry.is_valid(day))
    with _filling:
        for old in [one for one in _shelves if one[0] == place[0]]:
            del _shelves[old]
        return _shelves.setdefault(place, Shelf(entries, Index(entries)))


def _read(document: Mapping[str, Any]) -> PolicyEntry | None:
    # An office with a newer program may say more than is known here: the other answers stand all the same.
    try:
        return from_document(document)
    except Refused as error:
        log.warning("policy %s is not shown: %s", document.get("id"), error)
        return None
