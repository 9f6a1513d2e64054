"""What was asked on an evening's view, topic by topic, and what the calendar says of a topic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mapsvc.domain.alerts import Decision
from mapsvc.domain.asks import Ask, counted_once, doors_between
from mapsvc.domain.policy_windows import MOST_LEAD_DAYS, Opening, turn
from mapsvc.domain.times import day_start
from mapsvc.domain.topics import NAMES, OTHER
from mapsvc.operations.policy_windows import openings
from mapsvc.store import asks as store
from mapsvc.store import policy_windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNIT = "户"
YEAR = timedelta(weeks=52)
"""The same days of last year, weekday by weekday."""
AROUND_DAYS = 14
_MOST_IDS = 200


@dataclass(frozen=True)
class Asked:
    """All asks that had come in by the end of `until`, a door's repeated asking once; `topics` in a fixed order."""

    until: date
    asks: tuple[Ask, ...]
    openings: tuple[Opening, ...]

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """Every topic that can be asked about, and what else was."""
        own = [name for name in NAMES if name != OTHER]
        return (*own, *sorted({one.topic for one in self.asks} - {*own, OTHER}))

    @cached_property
    def weeks(self) -> int:
        """Whole weeks since anything was written down: before that nothing is known, not nought."""
        return (self.until - self.asks[0].day).days // 7 if self.asks else 0

    def counts(self, weeks: int | None = None) -> "NDArray[np.int64]":
        """Per topic and week, the last week ending with `until`; shape (topics, weeks)."""
        import numpy as np

        n = self.weeks if weeks is None else weeks
        found = np.zeros((len(self.topics), n), dtype=np.int64)
        row = {topic: k for k, topic in enumerate(self.topics)}
        for one in self.asks:
            back = (self.until - one.day).days // 7
            if 0 <= back < n and one.topic in row:
                found[row[one.topic], n - 1 - back] += 1
        return found

    def ids(self, topic: str, first: date, last: date) -> list[str]:
        """Ids of the questions that were counted."""
        found = [one.enquiry_id for one in self.asks if one.topic == topic and first <= one.day <= last]
        return [i for i in found if i][-_MOST_IDS:]

    def doors(self, topics: Sequence[str], first: date, last: date) -> int:
        """How many doors asked about any of them."""
        return doors_between(self.asks, topics, first, last)

    def next_opening(self, topic: str) -> Opening | None:
        """The one of the topic that is open or opens next."""
        return next((one for one in self.openings if topic in one.window.topics), None)


def look_back(conn: Connection, until: date) -> Asked:
    """What an evening knew, with what opens within half a year."""
    morning = until + timedelta(days=1)
    known = counted_once(store.before(conn, day_start(morning)))
    return Asked(until, known, openings(conn, morning, MOST_LEAD_DAYS))


def told_evidence(conn: Connection, seen: Asked, topic: str, opening: Opening | None) -> dict[str, Any]:
    """Whom it is for and when it opens, as every warning about a topic carries it."""
    topics = opening.window.topics if opening else (topic,)
    return {
        "topic": topic,
        "topics": list(topics),
        "unit": UNIT,
        "opens_on": opening.opens_on.isoformat() if opening else None,
        "closes_on": opening.closes_on.isoformat() if opening else None,
        "window_code": opening.window.code if opening else None,
        "policy_id": opening.window.policy_id if opening else None,
        "asked_to_be_told": policy_windows.asked_to_be_told(conn, topics, day_start(seen.until + timedelta(days=1))),
        "asked_last_year": asked_last_year(seen, topics, opening),
        "next": next_step(opening),
    }


def asked_last_year(seen: Asked, topics: Sequence[str], opening: Opening | None) -> int:
    """Doors that asked at this time last year: around last year's turn, else in the same weeks."""
    before = turn(opening.window, opening.year - 1) if opening else None
    if opening and before is None:
        first, last = opening.tell_from - YEAR, _asked_until(opening) - YEAR
    elif before is not None:
        first, last = before.tell_from, _asked_until(before)
    else:
        first, last = seen.until - YEAR, seen.until - YEAR + timedelta(days=2 * AROUND_DAYS)
    return seen.doors(topics, first - timedelta(days=AROUND_DAYS), last)


def _asked_until(one: Opening) -> date:
    """Until when people ask about an opening: not all the half year that some stay open."""
    return min(one.closes_on, one.opens_on + timedelta(days=2 * AROUND_DAYS))


def next_step(opening: Opening | None) -> Mapping[str, Any]:
    """What to do: bring it to the doors it is for."""
    what = f"把“{opening.window.title}”带到店里" if opening else "把问得多的几条答复带到店里"
    return {
        "decision": Decision.CAMPAIGN.value,
        "playbook": None,
        "words": f"办一次政策进商铺，{what}，先去选了提前提醒的和去年问过的",
    }


def told_words(evidence: Mapping[str, Any]) -> str:
    """``12户要提前知道``."""
    told = int(evidence["asked_to_be_told"])
    return f"{told}{UNIT}要提前知道" if told else "还没有店家选“提前提醒我”"


def last_year_words(evidence: Mapping[str, Any], seen: Asked) -> str:
    """``去年这时候7户问过``."""
    last = int(evidence["asked_last_year"])
    if last:
        return f"去年这时候{last}{UNIT}问过"
    return "去年这时候没有人问" if seen.weeks >= YEAR.days // 7 else "去年的没有记录"


def day_words(day: date, year: int) -> str:
    """``11月3日``; the year only if it is another."""
    words = f"{day.month}月{day.day}日"
    return words if day.year == year else f"{day.year}年{words}"
