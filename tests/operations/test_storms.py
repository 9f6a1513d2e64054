"""雨前雨后: a storm called, its list by past leaks, what is found there, and the doors in a day and at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from mapsvc.domain.cases import CaseState
from mapsvc.domain.storms import DoorOutcome, StormKind
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations.cases import move_case
from mapsvc.operations.desk import open_list
from mapsvc.operations.history import shop_history
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.rainfall import import_rainfall
from mapsvc.operations.storm_views import StormView, get_storm, list_storms
from mapsvc.operations.storms import NewStorm, add_door, call_storm, end_storm, remove_door, see_door, undo_storm
from mapsvc.operations.today import my_day, stamp
from mapsvc.operations.visits import NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables
from tests.support.clock import MONDAY_AT_NINE, FixedClock
from tests.support.street import Street, uid

COMING = NewStorm(
    uid("typhoon"), StormKind.TYPHOON, True, MONDAY_AT_NINE + timedelta(hours=30), expected_mm=120.0, text="梅花"
)
FALLEN = NewStorm(uid("rain"), StormKind.RAIN, False)


def days_ago(days: float) -> datetime:
    """So long before the Monday of these tests."""
    return MONDAY_AT_NINE - timedelta(days=days)


def leaked(ws: Workspace, street: Street, name: str, days_ago: float, **where: Any) -> str:
    """A leak so many days ago, at LT0001 unless said; the id of its case."""
    at = ws.clock() - timedelta(days=days_ago)
    new = NewIssue(uid(name), "L0001", "吊顶滴水", at=at, **(where or {"shop": "LT0001"}))
    return str(report_issue(ws, street.chen, new).found.case.id)  # type: ignore[union-attr]


def call(ws: Workspace, street: Street, new: NewStorm = COMING) -> StormView:
    """Call it and look at its list."""
    call_storm(ws, street.secretary, new)
    return get_storm(ws, street.secretary, new.id)


def visited(ws: Workspace, street: Street, name: str, outcome: Outcome = Outcome.MET) -> None:
    """A call at LT0001 now."""
    told = NewVisit(uid(name), "LT0001", VisitKind.REGULAR, ws.clock(), outcome)
    record_visit(ws, street.chen, told)


@pytest.fixture
def leaks(workspace: Workspace, street: Street) -> Street:
    """Three leaks at 27号, two of them after heavy rain, and rain of a year."""
    days = [MONDAY_AT_NINE.date() - timedelta(days=n) for n in range(400)]
    wet = {100, 160, 220, 280, 340, 31}
    rows = "".join(f"{day},{62.5 if n in wet else 0}\n" for n, day in enumerate(days))
    import_rainfall(workspace, street.office, f"日期,雨量mm\n{rows}".encode())
    report_issue(workspace, street.chen, NewIssue(uid("old"), "06010", at=days_ago(399), place="PD0001"))
    for n, ago in enumerate((98, 159, 250)):
        leaked(workspace, street, f"leak {n}", ago)
    return street


def test_the_list_says_why_in_words_and_warns_next_door(workspace: Workspace, leaks: Street) -> None:
    leaked(workspace, leaks, "one more", 220, shop="LT0002")
    leaked(workspace, leaks, "and more", 218.5, shop="LT0002")
    leaked(workspace, leaks, "on the map", 30, position=Spot(121.420231, 31.2501))
    view = call(workspace, leaks)
    assert [(line.spot.code, line.door.why["text"]) for line in view.lines] == [
        ("LT0001", "2026年以来漏过4次，3次在大雨后；附近29号也漏过"),
        ("LT0002", "2026年漏过1次，在大雨后；附近27号也漏过"),
    ]
    assert view.lines[0].door.points > view.lines[1].door.points
    assert "6场大雨" in list_storms(workspace, leaks.chen).risks.words


def test_too_few_leaks_are_said_to_be_too_few(workspace: Workspace, leaks: Street) -> None:
    page = list_storms(workspace, leaks.chen)
    assert "只记过3次渗漏，说不准" in page.risks.words
    assert [(line.spot.code, line.door.points) for line in call(workspace, leaks).lines] == [
        ("LT0001", 0.0), ("LT0002", 0.0)
    ]  # fmt: skip


def test_without_any_leak_there_is_nothing_to_list_and_doors_are_put_on_by_hand(
    workspace: Workspace, street: Street
) -> None:
    assert call(workspace, street).lines == ()
    assert "还没有记过渗漏" in list_storms(workspace, street.chen).risks.words
    made = add_door(workspace, street.office, COMING.id, " lt0002 ")
    assert add_door(workspace, street.office, COMING.id, "LT0002") == made
    assert add_door(workspace, street.office, COMING.id, "PD0001").place_id == uid("PD0001")
    with pytest.raises(Refused, match="没有编号为"):
        add_door(workspace, street.office, COMING.id, "LT9")
    assert [line.label for line in get_storm(workspace, street.chen, COMING.id).lines] == [
        "岚皋西路29号",
        "橙子公寓旁空地",
    ]
    remove_door(workspace, street.office, made.id)
    assert [line.door.rank for line in get_storm(workspace, street.chen, COMING.id).lines] == [2]


def test_before_wind_come_those_whose_sign_may_come_down(workspace: Workspace, leaks: Street) -> None:
    sign = NewIssue(uid("sign"), "L0012", "灯箱晃", at=days_ago(1), shop="LT0002")
    signs = (sign, NewIssue(uid("mast"), "L0012", place="PD0001"))
    cases = [report_issue(workspace, leaks.chen, new).found.case.id for new in signs]  # type: ignore[union-attr]
    lines = call(workspace, leaks).lines
    assert [(line.spot.code, line.door.why["text"]) for line in lines] == [
        ("LT0002", "店招的隐患还没办完，大风前先看；附近27号漏过"),
        ("PD0001", "店招的隐患还没办完，大风前先看"),
        ("LT0001", "2026年以来漏过3次，两次在大雨后"),
    ]
    move_case(workspace, leaks.secretary, cases[0], CaseState.REJECTED, "看错了", 1)
    after = call(workspace, leaks, FALLEN).lines
    assert [line.spot.code for line in after] == ["LT0001", "LT0002"]


def test_the_same_again_changes_nothing_and_one_of_a_kind_is_open(workspace: Workspace, leaks: Street) -> None:
    made, is_new = call_storm(workspace, leaks.secretary, COMING)
    assert is_new and call_storm(workspace, leaks.secretary, COMING) == (made, False)
    with pytest.raises(Conflict, match="新的 id"):
        call_storm(workspace, leaks.secretary, replace(COMING, expected_mm=5.0))
    with pytest.raises(Conflict, match="台风要来"):
        call_storm(workspace, leaks.secretary, replace(COMING, id=uid("again")))
    with pytest.raises(Forbidden):
        call_storm(workspace, leaks.chen, replace(COMING, id=uid("mine")))


def test_what_cannot_be_is_refused_beside_its_field(workspace: Workspace, street: Street) -> None:
    at = MONDAY_AT_NINE
    bad = replace(COMING, from_at=at + timedelta(days=40), until_at=at, expected_mm=-1.0, text="长" * 200, most=900)
    with pytest.raises(Refused) as told:
        call_storm(workspace, street.secretary, bad)
    assert {p.field for p in told.value.problems} == {"from", "until", "expected_mm", "text", "most"}
    with pytest.raises(Refused, match="最近七天"):
        call_storm(workspace, street.secretary, replace(FALLEN, from_at=at + timedelta(hours=1)))


def test_a_list_is_no_longer_than_can_be_walked(workspace: Workspace, leaks: Street) -> None:
    assert [line.spot.code for line in call(workspace, leaks, replace(COMING, most=1)).lines] == ["LT0001"]


def test_rain_that_fell_ends_what_was_announced_and_taking_it_back_opens_that_again(
    workspace: Workspace, leaks: Street, clock: FixedClock
) -> None:
    call(workspace, leaks)
    clock.advance(hours=3)
    call(workspace, leaks, FALLEN)
    page = list_storms(workspace, leaks.chen)
    assert [v.storm.title for v in page.open] == ["刚下过暴雨"]
    assert [(p.storm.title, p.words) for p in page.past] == [("台风要来", "2户，都还没看")]
    undo_storm(workspace, leaks.secretary, FALLEN.id)
    assert [v.storm.title for v in list_storms(workspace, leaks.chen).open] == ["台风要来"]
    with pytest.raises(NotFound):
        get_storm(workspace, leaks.chen, FALLEN.id)


def test_taking_back_is_for_ten_minutes_and_while_nobody_looked(
    workspace: Workspace, leaks: Street, clock: FixedClock
) -> None:
    view = call(workspace, leaks)
    see_door(workspace, leaks.chen, view.lines[0].door.id, DoorOutcome.OK)
    with pytest.raises(Conflict, match="有人看过"):
        undo_storm(workspace, leaks.secretary, COMING.id)
    see_door(workspace, leaks.chen, view.lines[0].door.id, None)
    clock.advance(minutes=11)
    with pytest.raises(Conflict, match="10分钟"):
        undo_storm(workspace, leaks.secretary, COMING.id)


def test_a_call_or_a_reported_leak_answers_for_the_door(workspace: Workspace, leaks: Street, clock: FixedClock) -> None:
    call(workspace, leaks)
    clock.advance(hours=1)
    visited(workspace, leaks, "shut", Outcome.CLOSED)
    first = get_storm(workspace, leaks.chen, COMING.id).lines[0]
    assert (first.outcome, first.is_waiting) == (DoorOutcome.CLOSED, True)
    clock.advance(hours=1)
    visited(workspace, leaks, "met")
    first = get_storm(workspace, leaks.chen, COMING.id).lines[0]
    assert (first.outcome, first.is_waiting, first.seen_at) == (DoorOutcome.OK, False, clock())
    case = leaked(workspace, leaks, "new", 0, shop="LT0002")
    second = get_storm(workspace, leaks.chen, COMING.id).lines[1]
    assert (second.outcome, second.case_id) == (DoorOutcome.LEAK, case)
    assert list_storms(workspace, leaks.chen).open[0].leaking == (second,)
    move_case(workspace, leaks.secretary, case, CaseState.REJECTED, "看错了", 1)
    assert get_storm(workspace, leaks.chen, COMING.id).lines[1].outcome is None


def test_what_was_said_at_the_door_stands_in_its_history(workspace: Workspace, leaks: Street) -> None:
    door = call(workspace, leaks).lines[0].door
    see_door(workspace, leaks.chen, door.id, DoorOutcome.OK)
    see_door(workspace, leaks.chen, door.id, DoorOutcome.LEAK)
    titles = [e.title for e in shop_history(workspace, leaks.chen, "LT0001").items if e.type == "storm"]
    assert titles == ["雨前看一眼 · 在漏"]
    with pytest.raises(Conflict, match="有人看过"):
        remove_door(workspace, leaks.office, door.id)
    see_door(workspace, leaks.office, door.id, DoorOutcome.NOT_NEEDED)
    assert not [e for e in shop_history(workspace, leaks.chen, "LT0001").items if e.type == "storm"]
    with pytest.raises(Forbidden):
        see_door(workspace, leaks.volunteer, door.id, DoorOutcome.OK)


def test_an_ended_list_stays_as_it_was(workspace: Workspace, leaks: Street, clock: FixedClock) -> None:
    door = call(workspace, leaks).lines[0].door
    clock.advance(hours=1)
    assert end_storm(workspace, leaks.secretary, COMING.id).ended_at == clock()
    assert end_storm(workspace, leaks.secretary, COMING.id).ended_at == clock()
    clock.advance(hours=1)
    visited(workspace, leaks, "later")
    assert get_storm(workspace, leaks.chen, COMING.id).seen == ()
    for act in (
        lambda: see_door(workspace, leaks.chen, door.id, DoorOutcome.OK),
        lambda: add_door(workspace, leaks.office, COMING.id, "PD0001"),
        lambda: remove_door(workspace, leaks.office, door.id),
    ):
        with pytest.raises(Conflict, match="已经结束"):
            act()


def test_the_doors_stand_in_their_workers_day(workspace: Workspace, leaks: Street, clock: FixedClock) -> None:
    visited(workspace, leaks, "lately")
    clock.advance(days=1)
    before = stamp(workspace, leaks.chen)
    call(workspace, leaks, replace(COMING, from_at=clock() + timedelta(hours=5)))
    assert stamp(workspace, leaks.chen) != before
    door = my_day(workspace, leaks.chen).doors[0]
    storm = [b.text for b in door.due.reasons if b.code == "storm"]
    assert storm == ["雨前看一眼，帮着收货、垫高：漏过3次，两次在大雨后"]
    clock.advance(days=1)
    assert "storm" in {b.code for b in my_day(workspace, leaks.chen).doors[0].planned.reasons}
    visited(workspace, leaks, "shut", Outcome.CLOSED)
    assert "storm" in {b.code for b in my_day(workspace, leaks.chen).doors[0].due.reasons}
    visited(workspace, leaks, "seen")
    done = my_day(workspace, leaks.chen).doors[0]
    assert not done.due.is_due and "storm" in {b.code for b in done.planned.reasons}
    clock.advance(days=1)
    assert "storm" not in {b.code for b in my_day(workspace, leaks.chen).doors[0].due.reasons}


def test_an_ended_storm_is_nobodys_errand(workspace: Workspace, leaks: Street) -> None:
    call(workspace, leaks)
    end_storm(workspace, leaks.secretary, COMING.id)
    codes = {b.code for b in my_day(workspace, leaks.chen).doors[0].due.reasons}
    assert codes and "storm" not in codes


def test_the_desk_lists_the_doors_that_wait(workspace: Workspace, leaks: Street, clock: FixedClock) -> None:
    view = call(workspace, leaks)

    def waiting() -> list[str]:
        rows = open_list(workspace, leaks.secretary, "storm_doors").rows
        assert all(row.url == f"/storms/{COMING.id}" for row in rows)
        return [row.place for row in rows]

    assert waiting() == ["岚皋西路27号", "岚皋西路29号"]
    see_door(workspace, leaks.chen, view.lines[1].door.id, DoorOutcome.NOT_NEEDED)
    assert waiting() == ["岚皋西路27号"]
    clock.advance(minutes=5)
    visited(workspace, leaks, "shut", Outcome.CLOSED)
    assert waiting() == ["岚皋西路27号"]
    visited(workspace, leaks, "met")
    assert waiting() == []


def test_what_is_pasted_names_house_numbers_and_nobody(workspace: Workspace, leaks: Street) -> None:
    text = call(workspace, leaks).group_text
    assert text.startswith("【雨前提醒】台风要来（11月24日下午到，预计120毫米（大暴雨））。")
    assert "岚皋西路27、29号" in text and "不是检查" in text
    assert "锦云" not in text and "小陈" not in text


def test_a_number_in_its_words_is_masked(workspace: Workspace, leaks: Street) -> None:
    assert call(workspace, leaks, replace(COMING, text="打13812345678")).storm.text == "打138****5678"
    end_storm(workspace, leaks.secretary, COMING.id)
    assert list_storms(workspace, leaks.chen).past[0].storm.text == "打138****5678"


def test_nothing_is_left_of_what_was_taken_back(workspace: Workspace, leaks: Street) -> None:
    call(workspace, leaks)
    undo_storm(workspace, leaks.secretary, COMING.id)
    with workspace.read() as conn:
        for table in (tables.storm, tables.storm_door):
            assert conn.scalar(select(func.count()).select_from(table)) == 0


def test_days_before_the_first_record_are_no_trials(workspace: Workspace, street: Street) -> None:
    leaked(workspace, street, "only", 40)
    assert list_storms(workspace, street.chen).risks.window == 41


def test_the_next_number_is_a_neighbour_where_no_position_is_known(workspace: Workspace, leaks: Street) -> None:
    with workspace.write() as conn:
        conn.execute(update(tables.location).where(tables.location.c.id == uid("loc LT0002")).values(lon=None))
    assert [line.spot.code for line in call(workspace, leaks).lines] == ["LT0001", "LT0002"]
    with workspace.write() as conn:
        far = {"house_number": 129, "address": "岚皋西路129号"}
        conn.execute(update(tables.location).where(tables.location.c.id == uid("loc LT0002")).values(**far))
    assert [line.spot.code for line in call(workspace, leaks, FALLEN).lines] == ["LT0001"]
