"""The demo by seed: two years up to now, in working hours, with the stories in it."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from mapsvc.config import Settings
from mapsvc.demo.make import build, make_demo
from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.hotspots import Verdict
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.errors import Conflict
from mapsvc.operations import accounts, hotspots
from mapsvc.operations.office import is_demo
from mapsvc.operations.today import my_day
from mapsvc.operations.workspace import Workspace
from mapsvc.store import people

NOW = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A workspace with the demo of seed 1."""
    ws = Workspace.open(Settings.load({}, data=str(tmp_path_factory.mktemp("demo"))), clock=lambda: NOW)
    make_demo(ws, seed=1)
    yield ws
    ws.database.close()


@pytest.fixture(scope="module")
def rows(demo):
    """The rows of the same demo, unwritten."""
    return build(demo, 1).tables


def test_equal_seeds_give_equal_demos(demo, rows):
    assert build(demo, 1).tables == rows
    assert build(demo, 2).tables != rows


@pytest.mark.parametrize("seed", range(3, 9))
def test_every_seed_gives_a_demo(demo, rows, seed):
    assert len(build(demo, seed).tables["shop"]) == len(rows["shop"])


def test_it_says_of_itself_that_it_is_fictional(demo):
    assert is_demo(demo)


def test_it_never_touches_a_store_that_holds_something(demo):
    with pytest.raises(Conflict):
        make_demo(demo)


def test_nothing_happens_after_now_and_calls_are_made_in_shop_hours(rows):
    assert max(row["at"] for row in rows["event"]) <= NOW
    calls = [row["happened_at"].astimezone(OFFICE_ZONE) for row in rows["visit"] if row["kind"] == "regular"]
    assert all(at.weekday() < 5 for at in calls[:2000] if at < NOW - timedelta(days=4))
    assert all(9 <= at.hour < 18 for at in calls)


def test_nobody_works_on_a_case_at_night(rows):
    steps = [row["at"].astimezone(OFFICE_ZONE) for row in rows["case_step"] if row["at"] < NOW - timedelta(days=4)]
    assert len(steps) > 500
    assert all(7 <= at.hour < 22 for at in steps)


def test_every_case_went_only_legal_ways(rows):
    from mapsvc.domain.case_moves import MOVES
    from mapsvc.domain.cases import CaseState

    for step in rows["case_step"]:
        assert CaseState(step["to_state"]) in MOVES[CaseState(step["from_state"])]


def test_some_cases_are_overdue_paused_and_waiting_for_a_return_visit(rows):
    cases = rows["case_file"]
    open_ = [c for c in cases if c["state"] not in ("closed", "rejected")]
    assert 10 <= len(open_) <= 60
    assert any(c["due_at"] < NOW and c["state"] != "suspended" for c in open_)
    assert any(c["paused_at"] for c in open_)
    assert any(c["return_visit_due_at"] and not c["return_visited_at"] for c in cases)


def test_the_corner_by_the_flats_stands_out_first(demo):
    found = hotspots.hotspot_map(demo, SYSTEM, hotspots.HotspotQuery(office_day(NOW)))
    assert found.cells[0].spot.verdict is Verdict.MUCH
    assert found.cells[0].shape.label.startswith("岚皋路23")
    assert Counter(c.spot.verdict for c in found.cells)[Verdict.USUAL] > len(found.cells) / 2


def test_the_door_that_changed_hands_keeps_its_past_without_its_people(rows):
    old = next(t for t in rows["tenancy"] if t["sign_name"] == "宏达窗帘")
    assert old["merchant_id"] is None
    assert any(v["tenancy_id"] == old["id"] for v in rows["visit"])


def test_who_looks_at_it_as_a_worker_has_that_day(demo):
    oldest = accounts.first_of_role(demo, Role.WORKER)
    assert oldest.login == "小陈"


def test_the_day_of_one_worker_is_one_to_look_at(demo):
    day = my_day(demo, worker(demo, "小陈"))
    assert day.counts == {"calls": 12, "return_visits": 1, "promises": 2}
    first = day.route[0]
    assert (first.street, first.side_name, first.turn, len(first.doors)) == ("岚皋西路", "单号侧", None, 9)
    assert day.route[1].turn == "过街，从双号侧往回走"
    doors = {(d.door.street, d.door.house_number): d for d in day.doors}
    leak = doors["岚皋西路", 27]
    assert (leak.name, leak.hours) == ("锦云家纺", "上午常没开，14点后在")
    assert leak.last_talk.text == "吊顶没再渗水；孩子明年入园"
    assert [p.text for p in leak.promises] == ["回话：入园要哪些材料"]
    assert leak.tip.text == "问过，带上《入园要哪些材料》"
    assert [d.if_closed.text for d in day.doors if d.if_closed] == ["上两次上午没开，下午开过5次"]
    assert [(c.name, c.doors, c.promises) for c in day.covering] == [("小沈", 1, 1)]
    assert [a.name for a in my_day(demo, worker(demo, "小沈")).away] == ["小陈"]


def worker(ws, nickname):
    """The walker called so."""
    with ws.read() as conn:
        return Actor(people.staff_by_nickname(conn, nickname).id, nickname, Role.WORKER)


@pytest.mark.parametrize("hours_later", [15, 131])
def test_whenever_it_is_made_there_is_a_day_to_walk(tmp_path, hours_later):
    now = NOW + timedelta(hours=hours_later)
    ws = Workspace.open(Settings.load({}, data=str(tmp_path / "data")), clock=lambda: now)
    make_demo(ws)
    day = my_day(ws, worker(ws, "小陈"))
    ws.database.close()
    assert 10 <= day.counts["calls"] <= 14
    assert day.counts["return_visits"] == 1
    assert day.counts["promises"] in (2, 3)
    assert "27号" in {f"{d.door.house_number}号" for d in day.doors if d.due.is_due}
