"""Daily rainfall: what fell on which day at which station, and how strong that is called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

HEAVY_MM = 25.0
"""大雨 of GB/T 28592-2012 (24 hours): from here on roofs and pipes are tried."""
STORM_MM = 50.0
"""暴雨 of the same."""
MOST_MM = 2000.0
"""More has never fallen in a day anywhere: a wrong unit."""
# Least mm in 24 hours, GB/T 28592-2012.
_GRADES = (
    (250.0, "特大暴雨"),
    (100.0, "大暴雨"),
    (STORM_MM, "暴雨"),
    (HEAVY_MM, "大雨"),
    (10.0, "中雨"),
    (0.1, "小雨"),
)


@dataclass(frozen=True)
class RainDay:
    """What fell at one station on one day of the office; `station` is empty where only one is kept."""

    day: date
    station: str
    mm: float


def grade(mm: float) -> str:
    """小雨 to 特大暴雨; 无雨 below 0.1 mm."""
    return next((name for least, name in _GRADES if mm >= least), "无雨")


def by_day(rows: Iterable[RainDay]) -> dict[date, float]:
    """mm by day; of several stations the wettest, since a cloudburst is local."""
    found: dict[date, float] = {}
    for row in rows:
        found[row.day] = max(row.mm, found.get(row.day, 0.0))
    return dict(sorted(found.items()))
