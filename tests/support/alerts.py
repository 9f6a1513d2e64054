"""Detectors that find what a test tells them to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from mapsvc.domain.alerts import Candidate, Looked, Rule
from tests.support.street import uid

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mapsvc.operations.workspace import Workspace

SUNDAY = date(2026, 11, 22)
"""The last whole day on the Monday that the tests' clock shows."""


def corner(p: float = 1e-5, name: str = "PD0001", count: int = 9, **more: Any) -> Candidate:
    """Much rubbish at the corner by 橙子公寓."""
    evidence = {
        "method": "test", "window": 14, "n": 40, "seed": 1, "count": count, "expected": 1.5, "interval": [0, 4],
        "series": [
            {"from": str(SUNDAY - timedelta(days=7 * (7 - i))), "count": i, "expected": 1.5} for i in range(8)
        ],
        "issue_ids": [],
    }  # fmt: skip
    made = Candidate(
        Rule.OUTBREAK, f"outbreak:{name}", f"{name} 暴露垃圾突然多了", f"近14天{count}件，平时约1.5件。", p,
        SUNDAY - timedelta(days=13), SUNDAY, evidence, "06010", place_id=uid("PD0001"),
    )  # fmt: skip
    return replace(made, **more)


def street_wide(p: float = 1e-5) -> Candidate:
    """A kind that rises all over the street."""
    return corner(p, rule=Rule.RISE, subject="rise:06010", title="全街暴露垃圾多了", place_id=None)


@dataclass
class Told:
    """What the detector says by the last day looked at; `asked` are the days it was asked for."""

    candidates: Callable[[date], tuple[Candidate, ...]] = lambda _: ()
    tested: int = 40
    asked: list[date] = field(default_factory=list)

    def __call__(self, _ws: Workspace, _conn: Connection, until: date, _seed: int) -> Looked:
        """As a detector."""
        self.asked.append(until)
        return Looked(Rule.OUTBREAK, self.tested, self.candidates(until), "test")

    def say(self, *candidates: Candidate) -> None:
        """Find these from now on."""
        self.candidates = lambda _: candidates
