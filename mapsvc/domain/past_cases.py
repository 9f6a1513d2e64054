"""以往同类: how long cases of one kind took, with and without a council."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

LEAST = 5
"""Fewer say nothing, and point to somebody."""
YEARS = 2
_DAY_S = 86_400


@dataclass(frozen=True)
class PastCase:
    """A case of the kind that was closed."""

    case_id: str
    opened_at: datetime
    closed_at: datetime
    had_council: bool

    @property
    def days(self) -> float:
        """From the report to the closing."""
        return max((self.closed_at - self.opened_at).total_seconds(), 0) / _DAY_S


@dataclass(frozen=True)
class PastCases:
    """Those of one kind, the latest closed first."""

    items: tuple[PastCase, ...]

    @property
    def is_enough(self) -> bool:
        """Whether there is something to say."""
        return len(self.items) >= LEAST

    def of_council(self, had: bool) -> tuple[PastCase, ...]:
        """Those with, or without, a council."""
        return tuple(c for c in self.items if c.had_council is had)


def median_days(items: Sequence[PastCase]) -> float:
    """Half took longer."""
    return median(c.days for c in items) if items else 0.0


def span_words(days: float) -> str:
    """``14小时``, ``4天``; at least an hour."""
    return f"{round(days)}天" if days >= 1 else f"{max(round(days * 24), 1)}小时"
