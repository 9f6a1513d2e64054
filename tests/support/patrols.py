"""Plans made with little search, where a test asks for what becomes of a plan and not how short its walks are."""

from __future__ import annotations

import pytest

ITERATIONS = 30


@pytest.fixture
def quick_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search a little only; still the same plan each time."""
    from mapsvc.patrol import plan, week
    from mapsvc.patrol.problem import Effort

    little = Effort(iterations=ITERATIONS)
    monkeypatch.setattr(plan, "USUAL", little)
    monkeypatch.setattr(plan, "QUICK", little)
    monkeypatch.setattr(week, "EFFORT", little)
