"""Each source of demand: what 今日 says, playbooks, storms at places, silent doors, stretches first by priority."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.patrol import Shift, shift_start
from mapsvc.domain.times import day_start, office_day
from mapsvc.domain.today import Code
from mapsvc.operations import demand
from tests.maps.streets import CORNER, NOW, add, add_issue, add_place, add_shop, add_visit, add_worker
from tests.support.clock import FixedClock

if TYPE_CHECKING:
    from mapsvc.domain.patrol import Candidate
    from mapsvc.operations.workspace import Workspace

TODAY = office_day(NOW)
OF_TODAY = {code.value for code in Code} - {Code.ISSUE.value, Code.CAMPAIGN.value}


def wanted(ws: Workspace, shift: Shift = Shift.EVENING, day: date = TODAY) -> dict[str, Candidate]:
    """Candidates of a shift, by ref."""
    with ws.read() as conn:
        found = demand.candidates(conn, day_start(day) + shift_start(shift), 30, None, None, (), shift)
    return {c.ref: c for c in found}


def codes(candidate: Candidate | None) -> set[str]:
    return {reason.code for reason in candidate.reasons} if candidate else set()


def texts(candidate: Candidate) -> list[str]:
    return [reason.text for reason in candidate.reasons]


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterable[Workspace]:
    """The demo's office."""
    import shutil

    from mapsvc.config import Settings
    from mapsvc.operations.workspace import Workspace

    folder = tmp_path_factory.mktemp("demand") / "data"
    shutil.copytree(demo_folder, folder)
    ws = Workspace.open(Settings(data=folder))
    yield ws
    ws.database.close()


@pytest.mark.parametrize("days", [0, 1, 5, 40])
def test_a_patrol_goes_to_the_doors_that_the_phones_of_all_workers_name(demo: Workspace, days: int) -> None:
    from mapsvc.domain.actors import Actor, Role
    from mapsvc.operations.today import my_day
    from mapsvc.store import people

    at = demo.clock() + timedelta(days=days)
    later = replace(demo, clock=lambda: at)
    with demo.read() as conn:
        staff = people.staff(conn)
        found = demand.candidates(conn, day_start(office_day(at)) + shift_start(Shift.EVENING), 30, None)
    said: dict[str, set[str]] = {}
    late: set[str] = set()
    told: set[str] = set()
    for person in staff:
        for door in my_day(later, Actor(person.id, person.display_name, Role.WORKER)).doors:
            for because in door.due.reasons:
                said.setdefault(door.door.code, set()).add(because.code.value)
            if door.due.is_due:
                late.add(door.door.code)
            if door.campaigns:
                told.add(door.door.code)
    due = {code: some & OF_TODAY for code, some in said.items() if some & OF_TODAY}
    planned = {c.shop: codes(c) & OF_TODAY for c in found if c.shop and codes(c) & OF_TODAY}
    # A place at a shop's door brings reasons of its own.
    beside = {c.shop for c in found if c.also}
    assert {code: some for code, some in planned.items() if code not in beside} == {
        code: some for code, some in due.items() if code not in beside
    }
    assert all(due[code] <= planned[code] for code in beside & due.keys())
    assert late <= {c.shop for c in found}
    # What a campaign wants said rides on these calls, on the phones and on the plan.
    riding = {c.shop for c in found if "campaign" in codes(c)}
    assert told & due.keys() <= riding <= told
    assert told & due.keys() or days > 37
    assert len(planned) > 10


def test_where_somebody_was_met_today_nothing_more_is_due(workspace: Workspace) -> None:
    shops = [add_shop(workspace, n) for n in (1, 2)]
    for shop in shops:
        add_issue(workspace, int(shop[-1]), shop_id=shop, due_at=NOW - timedelta(days=1))
    add_visit(workspace, 1, shops[0], NOW)
    assert codes(wanted(workspace).get("shop:LT0001")) == set()
    assert codes(wanted(workspace)["shop:LT0002"]) == {"call", "issue"}


def test_what_is_grave_and_nobody_saw_is_a_special_visit_and_said_once(workspace: Workspace) -> None:
    shop = add_shop(workspace, 1)
    add_visit(workspace, 1, shop, NOW - timedelta(days=3))
    add_issue(workspace, 1, kind="L0001", shop_id=shop, severity="serious")
    stop = wanted(workspace)["shop:LT0001"]
    assert codes(stop) == {"special"}
    assert texts(stop) == ["专项：渗漏水（严重），报了还没人去看"]


def test_a_new_shop_is_called_on_for_the_first_time(workspace: Workspace) -> None:
    from mapsvc.store.tables import tenancy

    add_shop(workspace, 1)
    with workspace.write() as conn:
        conn.execute(tenancy.update().values(started_on=TODAY - timedelta(days=2)))
    assert codes(wanted(workspace)["shop:LT0001"]) == {"first_visit"}


def test_who_was_met_by_an_earlier_tenants_worker_was_not_met(workspace: Workspace) -> None:
    from mapsvc.store.tables import visit

    add_visit(workspace, 1, add_shop(workspace, 1), NOW - timedelta(days=3))
    add(workspace, "tenancy", id="left", shop_id="shop-1", sign_name="上一家", ended_on=TODAY)
    with workspace.write() as conn:
        conn.execute(visit.update().values(tenancy_id="left"))
    assert codes(wanted(workspace)["shop:LT0001"]) == {"call"}


def test_issues_count_by_their_clock_the_later_the_more(workspace: Workspace) -> None:
    for n, days in enumerate((-5, 0, 1, 6)):
        where = {"lon": CORNER[0] + 0.001 * n, "lat": CORNER[1]}
        due = NOW - timedelta(days=days) + timedelta(hours=3 * (days == 0))
        add_issue(workspace, n, at=NOW - timedelta(days=8), due_at=due, **where)
    found = [wanted(workspace)[f"location:loc-issue-{n}"] for n in range(4)]
    assert [codes(c) for c in found] == [{"in_hand"}, {"issue"}, {"issue"}, {"issue"}]
    assert [c.points for c in found] == sorted(c.points for c in found)
    assert found[3].points > found[2].points > found[0].points
    assert texts(found[0]) == ["暴露垃圾 未结8天"]
    assert texts(found[3]) == ["暴露垃圾 未结8天，已超时"]


def test_nothing_is_asked_of_a_place_on_account_of_a_merchant(workspace: Workspace) -> None:
    add_issue(workspace, 1)
    (stop,) = wanted(workspace).values()
    assert (stop.windows, stop.window_text) == ((), "")


def add_run(ws: Workspace, repeats: str, role: str, due_days: int, ended: bool = False, **task: object) -> None:
    """A playbook at work at the place, with one task of its upkeep."""
    add_place(ws, 1)
    body = {"id": "corner", "name": "垃圾死角", "steps": []}
    add(ws, "playbook", id="book", code="corner", version=1, name="垃圾死角", body=body, made_at=NOW, from_file=False)
    at = {"place_id": "place-1", "location_id": "loc-place-1", "started_at": NOW - timedelta(days=9)}
    add(ws, "playbook_run", id="run", playbook_id="book", ended_at=NOW if ended else None, **at)
    values = {"phase": "upkeep", "step_no": 1, "repeats": repeats, "role": role, "made_at": NOW} | task
    due = NOW + timedelta(days=due_days)
    add(ws, "task", id="task", origin="playbook", text="路过看一眼", run_id="run", due_at=due, **values)


def test_a_playbook_wants_its_place_looked_at_every_morning_and_evening(workspace: Workspace) -> None:
    add_run(workspace, "daily", "worker", 0)
    assert [codes(wanted(workspace, shift).get("place:PD0001")) for shift in Shift] == [{"playbook"}] * 3
    assert texts(wanted(workspace)["place:PD0001"]) == ["垃圾死角：路过看一眼"]


def test_looked_at_today_it_is_looked_at_again_in_the_evening_only(workspace: Workspace) -> None:
    add_run(workspace, "daily", "worker", 1)
    assert [bool(wanted(workspace, shift)) for shift in Shift] == [True, False, True]


def test_a_weekly_look_comes_when_it_is_due(workspace: Workspace) -> None:
    add_run(workspace, "weekly", "volunteer", 3)
    assert [bool(wanted(workspace, day=TODAY + timedelta(days=n))) for n in (0, 2, 3, 4)] == [False, False, True, True]


@pytest.mark.parametrize(
    "other",
    [{"role": "property"}, {"ended": True}, {"phase": "immediate"}, {"done_at": NOW}, {"repeats": "once"}],
    ids=["not ours", "over", "not upkeep", "done", "once"],
)
def test_what_others_do_or_is_over_brings_nobody_there(workspace: Workspace, other: dict[str, object]) -> None:
    add_run(workspace, **{"repeats": "daily", "role": "worker", "due_days": 0} | other)
    assert wanted(workspace) == {}


def test_places_of_an_open_storm_are_looked_at_until_somebody_did(workspace: Workspace) -> None:
    from mapsvc.store.tables import storm_door

    add_place(workspace, 1)
    add(workspace, "storm", id="storm", kind="rain", is_coming=True, from_at=NOW + timedelta(hours=9), made_at=NOW)
    why = {"text": "漏过2次", "short": "漏过2次"}
    add(workspace, "storm_door", id="d", storm_id="storm", place_id="place-1", rank=1, points=2.0, why=why)
    assert texts(wanted(workspace)["place:PD0001"]) == ["雨前看一眼，帮着收货、垫高：漏过2次"]
    with workspace.write() as conn:
        conn.execute(storm_door.update().values(outcome="ok", seen_at=NOW))
    assert wanted(workspace) == {}


def test_nobody_is_sent_out_because_a_door_is_silent(workspace: Workspace) -> None:
    for n, last in ((1, 40), (2, 5)):
        shop = add_shop(workspace, n)
        for k in range(3):
            add_visit(workspace, 10 * n + k, shop, NOW - timedelta(days=last + 30 * k))
    found = wanted(workspace)
    assert set(found) == {"shop:LT0001"}
    assert codes(found["shop:LT0001"]) == {"call", "silent"}


def test_a_door_that_somebody_else_goes_back_to_is_theirs(workspace: Workspace) -> None:
    from mapsvc.store.tables import issue

    chen, zhou = add_worker(workspace, "小陈"), add_worker(workspace, "小周")
    shop = add_shop(workspace, 1, worker=chen)
    add_shop(workspace, 30, worker=zhou)
    for n in (1, 30):
        add_visit(workspace, n, f"shop-{n}", NOW - timedelta(days=2))
    due = {"closed_at": NOW - timedelta(days=15), "return_visit_due_at": NOW - timedelta(days=1)}
    add_issue(workspace, 1, state="closed", shop_id=shop, **due)
    assert wanted(workspace)["shop:LT0001"].worker == "小陈"
    with workspace.write() as conn:
        conn.execute(issue.update().values(reporter_id=chen))
    assert wanted(workspace)["shop:LT0001"].worker == "小周"


def test_the_shift_that_begins_next_is_meant_where_none_is_said() -> None:
    clock = FixedClock()
    begins = [demand.shift_at(day_start(office_day(clock())) + timedelta(hours=h)) for h in (6, 7, 9.5, 17, 18, 23)]
    assert begins == [Shift.MORNING, Shift.MORNING, Shift.DAY, Shift.DAY, Shift.EVENING, Shift.EVENING]
