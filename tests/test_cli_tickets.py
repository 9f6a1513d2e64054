"""`mapsvc import tickets`: the object of the contract, a dry run writes nothing, a second run changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.server import mapsvc
from tests.support.tickets import SHEET, ticket, ticket_file

COUNTS = {"read": 2, "added": 1, "updated": 0, "unchanged": 0, "rejected": 1, "conflicts": 0}


def test_tickets_are_imported_once(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", ticket_file(tmp_path / "t.xlsx", ticket(), ticket(1002, 来电时间="二月三十日"))
    run = [str(word) for word in ("--data", folder, "import", "tickets", file, "--json")]
    dry = json.loads(mapsvc(*run, "--dry-run").stdout)
    assert dry["sheets"] == {SHEET: COUNTS} and dry["batch"] is None
    told = json.loads(mapsvc(*run).stdout)
    assert told["sheets"] == {SHEET: COUNTS}
    wrong = [p for p in told["problems"] if p["level"] == "error"]
    assert [(p["sheet"], p["row"], p["column"]) for p in wrong] == [(SHEET, 4, "来电时间")]
    again = json.loads(mapsvc(*run).stdout)["sheets"][SHEET]
    assert again == COUNTS | {"added": 0, "unchanged": 1}


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    file = ticket_file(tmp_path / "t.xlsx")
    file.write_bytes(b"no workbook")
    done = mapsvc("--data", str(tmp_path / "data"), "import", "tickets", str(file))
    assert done.returncode == 1 and "xlsx" in done.stderr
