"""沉默商户: doors where somebody was met again and again and nothing was ever voiced, and what else could be tried."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mapsvc.domain import topics
from mapsvc.domain.opening_hours import PART_NAMES, Part, part_of

LEAST_MET = 3
"""Met so often and nothing voiced: silent."""
WITHIN = timedelta(days=365)
LEAST_SHARE = 5
"""No share is told of fewer doors."""
_MOSTLY = 0.8
_LEAST_NEIGHBOURS = 2


@dataclass(frozen=True)
class Contact:
    """Somebody was met: when, by whom."""

    at: datetime
    worker_id: str | None


@dataclass(frozen=True)
class Share:
    """开口率: of the doors where somebody was met, those that voiced something."""

    voiced: int
    met: int

    @property
    def percent(self) -> int | None:
        """In whole percent; None of too few doors."""
        return round(100 * self.voiced / self.met) if self.met >= LEAST_SHARE else None

    @property
    def text(self) -> str:
        """As it is said."""
        return f"{self.percent}%" if self.percent is not None else "太少，不算"


def is_silent(met: int, voiced: int) -> bool:
    """Whether a door is silent: met often enough, and nothing voiced."""
    return met >= LEAST_MET and voiced == 0


def suggestions(
    contacts: Sequence[Contact],
    open_parts: Mapping[Part, int],
    neighbours_topics: Mapping[str, int],
    trade: str | None,
    policy: str | None,
) -> tuple[str, ...]:
    """What else could be tried at a silent door, the likeliest first: another hour, topic, visitor, a fitting policy.

    Parameters
    ----------
    contacts : sequence of Contact
        Whoever was met there, when and by whom.
    open_parts : mapping of Part to int
        How often the door was found open, by part of the day; empty: not known.
    neighbours_topics : mapping of str to int
        What shops of the same trade voiced, by topic.
    policy : str or None
        The question of an answer that is of use there now.
    """
    found = [
        _another_hour(contacts, open_parts),
        _another_topic(neighbours_topics, trade),
        _another_visitor(contacts),
        f"带上《{policy}》" if policy else None,
    ]
    return tuple(one for one in found if one) or ("换个由头坐一会儿，先聊生意",)


def _another_hour(contacts: Sequence[Contact], open_parts: Mapping[Part, int]) -> str | None:
    parts = Counter(part_of(one.at) for one in contacts)
    if not parts:
        return None
    usual, often = max(parts.items(), key=lambda item: (item[1], item[0].value))
    if often < _MOSTLY * len(contacts):
        return None
    others = [part for part in Part if part is not usual and part is not Part.EVENING]
    best = max(others, key=lambda part: (open_parts.get(part, 0), -others.index(part)))
    return f"换个时间：以前多是{PART_NAMES[usual]}去，改{PART_NAMES[best]}"


def _another_topic(neighbours_topics: Mapping[str, int], trade: str | None) -> str | None:
    known = {topic: n for topic, n in neighbours_topics.items() if topic != topics.OTHER and n >= _LEAST_NEIGHBOURS}
    if not known:
        return None
    # What an office wrote that is none of the topics comes last.
    order = {name: n for n, name in enumerate(topics.NAMES)}
    topic = min(known, key=lambda name: (-known[name], order.get(name, len(order)), name))
    return f"换个话题：别的{trade or ''}店提过{topic}"


def _another_visitor(contacts: Sequence[Contact]) -> str | None:
    who = {one.worker_id for one in contacts}
    return "换个人去聊" if len(contacts) >= LEAST_MET and len(who) == 1 else None
