"""Cases from a workbook: their time is history, judged by no clock of the program."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.cases import CaseState
from mapsvc.operations.cases import get_case, list_cases, move_case
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.workspace import Workspace
from mapsvc.store.issues import Wanted
from tests.support.clock import FixedClock
from tests.support.workbook import ISSUE, SHOP, write_workbook


@pytest.fixture
def imported(workspace: Workspace, tmp_path: Path) -> str:
    """The case of an issue reported two years ago and never closed in the file."""
    old = ISSUE | {"上报时间": datetime(2024, 12, 3, 9)}
    import_ledger(workspace, SYSTEM, write_workbook(tmp_path / "a.xlsx", {"商铺底册": [SHOP], "问题台账": [old]}))
    return get_case(workspace, SYSTEM, "WT00001").line.found.case.id


def test_an_open_case_from_a_workbook_is_handled_without_a_clock(workspace: Workspace, imported: str) -> None:
    line = get_case(workspace, SYSTEM, imported).line
    assert (line.found.case.state, line.ring) == (CaseState.HANDLING, "handling")
    assert (line.clock.due_at, line.clock.overdue, line.clock.text) == (None, False, "")
    assert line.found.case.limit.minutes == 240
    assert list_cases(workspace, SYSTEM, Wanted(), states=("overdue",)).total == 0
    assert list_cases(workspace, SYSTEM, Wanted()).total == 1


def test_neither_a_pause_nor_a_later_file_starts_the_clock(
    workspace: Workspace, imported: str, clock: FixedClock, tmp_path: Path
) -> None:
    for to in (CaseState.SUSPENDED, CaseState.HANDLING):
        version = get_case(workspace, SYSTEM, imported).line.found.case.version
        move_case(workspace, SYSTEM, imported, to, "等楼上住户回来", version)
        clock.advance(timedelta(days=2))
    again = ISSUE | {"上报时间": datetime(2024, 12, 3, 10), "处置时限(小时)": 24}
    import_ledger(workspace, SYSTEM, write_workbook(tmp_path / "b.xlsx", {"商铺底册": [SHOP], "问题台账": [again]}))
    case = get_case(workspace, SYSTEM, imported).line.found.case
    assert (case.limit.minutes, case.due_at, case.is_overdue(clock())) == (1440, None, False)
