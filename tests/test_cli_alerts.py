"""`mapsvc alerts`: the object it prints, a day of the past, nothing written."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mapsvc.cli.common import Office
from mapsvc.cli.entry import mapsvc as program


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo data for this file."""
    return Path(shutil.copytree(demo_folder, tmp_path_factory.mktemp("alerts") / "data"))


def run(folder: Path, *args: str) -> Result:
    """Run it in this process on `folder`."""
    return CliRunner().invoke(program, ["--data", str(folder), *args], obj=Office(), catch_exceptions=False)


def test_alerts_print_what_a_look_would_raise_and_write_nothing(demo: Path) -> None:
    store = demo / "mapsvc.sqlite"
    before = sha256(store.read_bytes()).hexdigest()
    told = json.loads(run(demo, "--json", "alerts").stdout)
    assert {"until", "method", "seed", "level", "tested", "found", "shown", "budget", "alerts", "held"} <= told.keys()
    assert told["shown"] == len(told["alerts"]) <= told["budget"] == 3 and told["tested"] > 5
    assert told == json.loads(run(demo, "--json", "alerts").stdout)
    first = told["alerts"][0]
    assert first["q"] <= first["evidence"]["q_limit"] <= told["level"] and first["text"].endswith("。")
    assert sha256(store.read_bytes()).hexdigest() == before


def test_a_past_day_is_seen_as_it_was(demo: Path) -> None:
    told = json.loads(run(demo, "--json", "alerts", "--until", "2000-01-03").stdout)
    assert (told["until"], told["found"], told["alerts"]) == ("2000-01-03", 0, [])
    assert "查到1月3日" in run(demo, "alerts", "--until", "2000-01-03").stdout
