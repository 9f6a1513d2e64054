"""The demo's inbox: two weeks in which each thing happens that can happen to a question."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mapsvc.config import Settings
from mapsvc.demo.make import make_demo
from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.enquiries import Channel, StepKind
from mapsvc.operations.enquiry_views import inbox
from mapsvc.operations.workspace import Workspace
from mapsvc.store import enquiries

SECRETARY = Actor("s", "书记", Role.SECRETARY)


@pytest.mark.parametrize("at", [datetime(2026, 11, 24, 3, tzinfo=UTC), datetime(2026, 11, 21, 16, 30, tzinfo=UTC)])
def test_the_demos_inbox_is_lively_on_any_day(tmp_path: Path, at: datetime) -> None:
    ws = Workspace.open(Settings.load({}, data=str(tmp_path / "demo")), clock=lambda: at)
    make_demo(ws, seed=1)
    box = inbox(ws, SECRETARY)
    with ws.read() as conn:
        steps = enquiries.steps_of(conn, [line.enquiry.id for line in (*box.open, *box.lately)])
        templates = enquiries.templates(conn)
    ws.database.close()
    happened = {s.kind for some in steps.values() for s in some}
    assert happened >= {StepKind.ANSWERED, StepKind.REFERRED, StepKind.TURNED, StepKind.RATED, StepKind.THANKED}
    assert {line.enquiry.channel for line in (*box.open, *box.lately)} == set(Channel)
    assert box.late >= 1 and box.total >= 8 and templates
    assert any(line.referred for line in box.open) and any(line.held for line in box.open)
    assert [line.became[0].name for line in box.lately if line.enquiry.is_urgent] == ["案件"]
    assert all(e.asked_at <= at for e in (line.enquiry for line in (*box.open, *box.lately)))
