"""线上驿站 of the demo: something of everything that its pages tell apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.config import Settings
from mapsvc.demo.policies import CHECKED, keep_policies
from mapsvc.domain.actors import SYSTEM
from mapsvc.operations.policies import get_policy
from mapsvc.operations.policy_lists import base_of
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("days", [0, 40, 170, 300])
def test_there_is_something_of_everything_on_any_day(tmp_path: Path, days: int) -> None:
    ws = Workspace.open(Settings(data=tmp_path / "data"), clock=lambda: NOW + timedelta(days=days))
    keep_policies(ws, SYSTEM)
    base = base_of(ws, SYSTEM)
    assert [e.id for e in base.expiring] == ["slow_business"]
    assert [e.id for e in base.expired] == ["startup_subsidy"]
    assert len(base.samples) == len(base.live) - len(CHECKED)
    assert base.hints
    told = get_policy(ws, SYSTEM, "kindergarten")
    assert [v.text for v in told.versions] == ["改了问法", "核对过了", "随程序带来的样例"]
    assert not told.entry.is_sample
    ws.database.close()
