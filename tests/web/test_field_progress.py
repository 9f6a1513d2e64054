"""How far the day is, as the phone works it out: which doors are done, which come later, which is next."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mapsvc.paths import shipped
from mapsvc.web.bundle import bundle

APP = shipped("static") / "app"
NINE = "2026-11-23T09:00:00+08:00"
Entry = dict[str, Any]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The module with a command line: at, function, arguments."""
    file = tmp_path_factory.mktemp("progress") / "progress.mjs"
    source = bundle(APP, "field/progress.js")["field/progress.js"]
    run = (
        "const [at, name, args] = JSON.parse(process.argv[2]);\nDate.now = () => Date.parse(at);\n"
        'console.log(JSON.stringify(globalThis.__mapsvcModules["field/progress.js"][name](...args) ?? null));\n'
    )
    file.write_text(source + run, encoding="utf-8")
    return file


def ask(script: Path, name: str, *args: Any, at: str = NINE) -> Any:
    """What the phone says at that time."""
    done = subprocess.run(
        ["node", str(script), json.dumps([at, name, args])], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def day(**doors: dict[str, Any]) -> dict[str, Any]:
    """Five doors on one side, in walking order A to E."""
    codes = ["A", "B", "C", "D", "E"]
    return {
        "date": "2026-11-23",
        "route": [{"doors": codes[:3]}, {"doors": codes[3:]}],
        "doors": {code: {"if_closed": None, "visited_today": None} | doors.get(code, {}) for code in codes},
    }


def visit(code: str, seq: int, outcome: str = "met", at: str = NINE, **more: Any) -> Entry:
    """A call as the queue tells it."""
    return {"id": f"v{seq}", "type": "visit", "code": code, "seq": seq, "at": at, "body": {"outcome": outcome}} | more


def queue(*entries: Entry) -> list[Entry]:
    """Newest first."""
    return sorted(entries, key=lambda entry: -entry["seq"])


SHUT_AGAIN = {"if_closed": {"in_a_row": 2, "text": "下午开过5次", "from_hour": 14, "until_hour": 18}}


def test_the_way_begins_at_the_first_door(script: Path) -> None:
    assert ask(script, "remaining", day(), []) == ["A", "B", "C", "D", "E"]
    assert ask(script, "current", day(), []) == "A"


def test_the_next_door_is_the_one_behind_the_last_and_what_was_passed_by_comes_round(script: Path) -> None:
    assert ask(script, "remaining", day(), queue(visit("C", 1))) == ["D", "E", "A", "B"]


def test_a_door_that_was_opened_by_itself_stays_until_it_is_recorded(script: Path) -> None:
    assert ask(script, "current", day(), [], "D") == "D"
    assert ask(script, "current", day(), [], "Z") == "A"


@pytest.mark.parametrize("outcome", ["met", "changed", "closed"])
def test_a_recorded_door_is_done(script: Path, outcome: str) -> None:
    states = ask(script, "doorStates", day(), queue(visit("A", 1, outcome)))
    assert (states["A"]["done"], states["A"]["outcome"], states["A"]["entry"]) == (True, outcome, "v1")
    assert not states["B"]["done"]


def test_shut_again_moves_it_to_its_open_hours_and_then_it_is_next(script: Path) -> None:
    with_hours, shut = day(A=SHUT_AGAIN), queue(visit("A", 1, "closed"))
    assert ask(script, "doorStates", with_hours, shut)["A"] == {
        "done": False,
        "outcome": "closed",
        "later_from_hour": 14,
        "entry": "v1",
    }
    assert ask(script, "remaining", with_hours, shut) == ["B", "C", "D", "E", "A"]
    assert ask(script, "remaining", with_hours, shut, at="2026-11-23T14:30:00+08:00") == ["B", "C", "D", "E", "A"]
    done = [visit(code, n, at="2026-11-23T10:00:00+08:00") for n, code in enumerate("BCDE", 2)]
    assert ask(script, "remaining", with_hours, queue(*shut, *done), at="2026-11-23T14:30:00+08:00") == ["A"]


def test_shut_twice_in_a_day_is_enough(script: Path) -> None:
    shut = queue(visit("A", 1, "closed"), visit("A", 2, "closed", at="2026-11-23T14:10:00+08:00"))
    assert ask(script, "doorStates", day(A=SHUT_AGAIN), shut)["A"]["done"]


def test_what_was_taken_back_is_to_be_done_again(script: Path) -> None:
    assert ask(script, "remaining", day(), queue(visit("A", 1, withdrawn="w")))[0] == "A"
    seen = day(A={"visited_today": {"visit": "v0", "outcome": "met", "at": NINE}})
    assert ask(script, "doorStates", seen, [])["A"]["done"]
    back = {"id": "w", "type": "withdraw", "state": "waiting", "seq": 2, "at": NINE, "body": {"target": "v0"}}
    assert not ask(script, "doorStates", seen, [back])["A"]["done"]


def test_yesterdays_records_do_not_count(script: Path) -> None:
    old = visit("A", 1, at="2026-11-22T17:00:00+08:00")
    assert not ask(script, "doorStates", day(), [old])["A"]["done"]
