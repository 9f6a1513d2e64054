"""`mapsvc handover`: counts on one JSON object, a sentence for people, the reason when it cannot be."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from mapsvc.cli.common import Office
from mapsvc.cli.entry import mapsvc as program
from mapsvc.domain.times import office_day
from mapsvc.errors import Refused
from mapsvc.operations.workspace import Workspace, system_clock
from tests.support.street import build

TODAY = office_day(system_clock()).isoformat()


@pytest.fixture
def database_kind() -> str:
    """SQLite alone: the command line opens a folder."""
    return "sqlite"


def run(ws: Workspace, *args: str) -> Result:
    """Run the command on this office's folder."""
    return CliRunner().invoke(program, ["--data", str(ws.folder), "handover", *args], obj=Office())


def test_it_tells_what_moved(workspace: Workspace) -> None:
    build(workspace)
    told = json.loads(run(workspace, "小陈", "小周", "--from", TODAY, "--until", TODAY, "--json").stdout)
    assert told.pop("id")
    assert told == {
        "from": "小陈", "to": "小周", "from_day": TODAY, "until_day": TODAY, "doors": 1, "promises": 0, "issues": 0,
    }  # fmt: skip
    for_good = run(workspace, "小周", "王书记", "--from", TODAY)
    assert "长期" not in for_good.stdout
    assert "起由王书记来走" in for_good.stdout


def test_it_says_why_not(workspace: Workspace) -> None:
    build(workspace)
    refused = run(workspace, "小陈", "小王", "--from", TODAY)
    assert isinstance(refused.exception, Refused)
    assert "没有叫“小王”的走访人" in str(refused.exception)
    assert run(workspace, "小陈", "小周").exit_code == 2
    assert run(workspace, "小陈", "小周", "--from", "明天").exit_code == 2
