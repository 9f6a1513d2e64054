"""`mapsvc hotspots` and `mapsvc plan`: the objects of the contract, files, refusals and exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner, Result

from mapsvc.cli.common import Office
from mapsvc.cli.entry import mapsvc as program
from mapsvc.errors import MapsvcError, Refused, Usage
from tests.support.server import mapsvc

SIX = "小吴,小周,小李,小沈,小郑,小陈"


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo data for this file."""
    return Path(shutil.copytree(demo_folder, tmp_path_factory.mktemp("planning") / "data"))


@pytest.fixture(scope="module")
def today(demo: Path) -> str:
    """The day on which the demo's window ends."""
    return str(json.loads(run(demo, "hotspots").stdout)["window"]["until"])


def run(folder: Path, *args: str) -> Result:
    """Run a command in this process on `folder`, as JSON."""
    return CliRunner().invoke(program, ["--data", str(folder), "--json", *args], obj=Office())


def test_hotspots_print_one_object_with_the_names_of_the_contract(demo: Path) -> None:
    told = json.loads(run(demo, "hotspots").stdout)
    assert {"method", "window", "n", "seed", "cells"} <= told.keys()
    assert {"cell", "lon", "lat", "count", "expected", "verdict", "band", "text"} <= told["cells"][0].keys()
    assert told["cells"][0]["verdict"] in ("much", "more")


def test_hotspots_take_kind_window_and_cells(demo: Path) -> None:
    told = json.loads(run(demo, "hotspots", "--kind", "暴露垃圾", "--days", "364", "--cells", "square:75").stdout)
    assert (told["kind"], told["window"]["days"], told["cell_kind"]) == ("06010", 364, "square:75")
    assert all(cell["cell"].startswith("square:75:") for cell in told["cells"])


def test_hotspots_by_patch_say_counts_and_rates(demo: Path) -> None:
    told = json.loads(run(demo, "hotspots", "--cells", "patches").stdout)
    assert "每百户" in told["cells"][0]["text"]
    assert {(cell["z"], cell["p"]) for cell in told["cells"]} == {(0, 1)}


def test_hotspots_for_a_person_are_sentences(demo: Path) -> None:
    done = CliRunner().invoke(program, ["--data", str(demo), "hotspots"], obj=Office())
    assert done.stdout.startswith("近")
    assert "和平时一样" not in done.stdout


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("--kind", "没有的"), Refused),
        (("--days", "很久"), Usage),
        (("--days", "3"), Refused),
        (("--cells", "circle:9"), MapsvcError),
    ],
)
def test_hotspots_refuse_what_makes_no_sense(demo: Path, args: tuple[str, ...], error: type[Exception]) -> None:
    assert isinstance(run(demo, "hotspots", *args).exception, error)


def test_a_plan_for_six_is_one_object_and_repeats(demo: Path, today: str, tmp_path: Path) -> None:
    file = tmp_path / "evening.gpx"
    asked = ("plan", "--date", today, "--shift", "evening", "--workers", SIX, "--minutes", "120", "--seed", "1")
    first, second = json.loads(run(demo, *asked, "--gpx", str(file)).stdout), json.loads(run(demo, *asked).stdout)
    assert first["input_hash"] == second["input_hash"]
    assert first["routes"] == second["routes"]
    assert [route["worker"] for route in first["routes"]] == SIX.split(",")
    assert len(Xml.parse(file).getroot().findall("{*}trk")) == sum(bool(r["stops"]) for r in first["routes"])


def test_the_demo_evening_is_walkable(demo: Path, today: str) -> None:
    told = json.loads(run(demo, "plan", "--date", today, "--shift", "evening", "--workers", SIX).stdout)
    stops = [stop for route in told["routes"] for stop in route["stops"]]
    assert len(stops) >= 25
    assert sum(stop["crosses"] for stop in stops) <= 0.35 * len(stops)
    for route in told["routes"]:
        assert route["walk_min"] + route["service_min"] <= 122
        times = [stop["about"] for stop in route["stops"]]
        assert times == sorted(times)
    assert any("橙子公寓" in stop["label"] and stop["label"].startswith("岚皋路236号") for stop in stops)


def test_a_short_shift_names_what_was_left_out(demo: Path, today: str) -> None:
    told = json.loads(
        run(demo, "plan", "--date", today, "--shift", "day", "--workers", "小陈", "--minutes", "30").stdout
    )
    assert told["skipped"] and all(skipped["text"] for skipped in told["skipped"])


def test_a_week_is_one_object_of_seven_drafts(demo: Path, today: str, tmp_path: Path) -> None:
    asked = ("plan", "--date", today, "--shift", "evening", "--workers", SIX, "--week")
    told = json.loads(run(demo, *asked).stdout)
    assert len(told["plans"]) + len(told["kept"]) == 7
    assert told["text"].startswith("排好")
    refused = run(demo, *asked, "--gpx", str(tmp_path / "week.gpx"))
    assert isinstance(refused.exception, Usage)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"--workers": "阿飞"}, "workers"), ({"--minutes": "0"}, "minutes"), ({"--workers": ","}, "workers")],
)
def test_a_plan_is_refused_with_the_field(demo: Path, today: str, change: dict[str, str], field: str) -> None:
    asked = {"--date": today, "--shift": "evening", "--workers": "小陈", "--minutes": "60"} | change
    done = run(demo, "plan", *(part for pair in asked.items() for part in pair))
    assert isinstance(done.exception, Refused)
    assert done.exception.problems[0].field == field


def test_wrong_usage_leaves_with_2_and_a_refusal_with_1(demo: Path, today: str) -> None:
    wrong = mapsvc("--data", str(demo), "plan", "--date", "今天", "--shift", "evening", "--workers", "小陈")
    assert wrong.returncode == 2 and "2026-11-23" in wrong.stderr
    refused = mapsvc("--data", str(demo), "--json", "plan", "--date", today, "--shift", "evening", "--workers", "谁")
    assert refused.returncode == 1 and "现有人员" in refused.stderr
    assert json.loads(refused.stdout)["error"]["code"] == "unknown_worker"
