"""What merchants ask about: questions and needs by topic, a door's repeated asking counted once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SAME_DAYS = 28
"""A door that asks about the same topic again within so many days of the first time is counted once."""


@dataclass(frozen=True)
class Ask:
    """Somebody asked about a topic; never their words.

    Attributes
    ----------
    door : str
        Who asked: the tenancy's id, else the shop's, else the question's own.
    enquiry_id : str or None
        The question; None for a need voiced on a call.
    """

    topic: str
    door: str
    day: date
    enquiry_id: str | None = None


def counted_once(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """Those that count, the earliest first: of one door and topic at most one in 28 days."""
    last: dict[tuple[str, str], date] = {}
    kept = []
    for one in sorted(asks, key=lambda a: (a.day, a.topic, a.door, a.enquiry_id or "~")):
        before = last.get((one.topic, one.door))
        if before is None or (one.day - before).days >= SAME_DAYS:
            last[one.topic, one.door] = one.day
            kept.append(one)
    return tuple(kept)


def doors_between(asks: Iterable[Ask], topics: Iterable[str], first: date, last: date) -> int:
    """How many doors asked about any of `topics` on these days."""
    wanted = frozenset(topics)
    return len({one.door for one in asks if one.topic in wanted and first <= one.day <= last})
