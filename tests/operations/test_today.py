"""A worker's day out of the store: whose doors, what is known of them, who stands in, and when it changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, update

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.cases import CaseState
from mapsvc.domain.needs import Way
from mapsvc.domain.patrol import PlanRequest, Shift
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Forbidden
from mapsvc.operations import handovers, plans, promises
from mapsvc.operations.cases import move_case
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.needs import settle_need, tell_need
from mapsvc.operations.shop_changes import change_tenancy
from mapsvc.operations.tenancies import NewTenancy
from mapsvc.operations.today import Day, my_day, stamp
from mapsvc.operations.visits import FoundIssue, NewNeed, NewPromise, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store.tables import card, case_file, enquiry
from tests.support.street import Street, many_visits, uid

if TYPE_CHECKING:
    from tests.support.clock import FixedClock


def called(ws: Workspace, actor: Actor, name: str, days_ago: float = 0, **more: Any) -> None:
    """A call at LT0001 so many days ago."""
    told: dict[str, Any] = {"kind": VisitKind.REGULAR, "outcome": Outcome.MET, "shop": "LT0001"} | more
    record_visit(ws, actor, NewVisit(id=uid(name), at=ws.clock() - timedelta(days=days_ago), **told))


def door(day: Day, code: str = "LT0001") -> Any:
    return next(d for d in day.doors if d.door.code == code)


def test_a_worker_has_the_own_doors_and_no_others(workspace: Workspace, street: Street) -> None:
    day = my_day(workspace, street.chen)
    assert [d.door.code for d in day.doors] == ["LT0001"]
    assert [s.doors for s in day.route] == [("LT0001",)]
    assert door(day).due.reasons[0].text == "还没走到过"
    assert day.counts == {"calls": 1, "return_visits": 0, "promises": 0}
    assert [p.code for p in day.places] == ["PD0001"]
    assert day.trades == ("零售",)
    assert len(day.answers) >= 30
    assert {s.kind for s in day.streets} == {"road", "rail"}


def test_the_secretary_without_doors_has_an_empty_day(workspace: Workspace, street: Street) -> None:
    day = my_day(workspace, street.secretary)
    assert (day.doors, day.route, day.counts["calls"]) == ((), (), 0)


def test_who_does_not_call_on_doors_has_no_day(workspace: Workspace, street: Street) -> None:
    for actor in (street.office, street.volunteer, street.property):
        with pytest.raises(Forbidden):
            my_day(workspace, actor)
        with pytest.raises(Forbidden):
            stamp(workspace, actor)


def test_a_door_carries_what_was_said_promised_and_found(workspace: Workspace, street: Street) -> None:
    called(
        workspace, street.chen, "v", 40, note="吊顶没再渗水；店主电话13812345678",
        needs=(NewNeed(uid("n"), "孩子明年入园，要哪些材料", "子女入园", Way.HANDED_ON),),
        promises=(NewPromise(uid("p"), "入园要哪些材料，回话", workspace.clock() + timedelta(hours=8)),),
        issues=(FoundIssue(uid("i"), "L0001", "吊顶有水印"),),
    )  # fmt: skip
    one = door(my_day(workspace, street.chen))
    assert one.last_talk.text == "吊顶没再渗水；店主电话138****5678"
    assert [p.text for p in one.promises] == ["入园要哪些材料，回话"]
    assert one.tip.text == "问过，带上《入园要哪些材料》"
    assert [c.kind for c in one.open_issues] == ["L0001"]
    assert {line.type for line in one.history} == {"visit", "need", "promise", "issue", "tenancy"}
    assert not any("13812345678" in line.detail for line in one.history)
    assert [r.code.value for r in one.due.reasons] == ["promise", "issue", "call"]


def test_a_call_without_a_note_says_what_was_voiced(workspace: Workspace, street: Street) -> None:
    called(workspace, street.chen, "v", 3, needs=(NewNeed(uid("n"), "门口卸货\n没地方停", "装卸停车"),))
    assert door(my_day(workspace, street.chen)).last_talk.text == "门口卸货 没地方停"


def test_a_note_that_stands_at_every_call_is_no_talk(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    called(workspace, street.chen, "said", 90, note="想换店招")
    many_visits(workspace, 13, clock.at, lambda n: timedelta(days=n + 1))
    assert door(my_day(workspace, street.chen)).last_talk.text == "想换店招"


def test_an_enquiry_gives_the_tip_too(workspace: Workspace, street: Street) -> None:
    asked = {"id": uid("q"), "shop_id": uid("LT0001"), "tenancy_id": uid("ten LT0001"), "topic": "补贴融资"}
    with workspace.write() as conn:
        conn.execute(insert(enquiry).values(**asked, text="贷款？", asked_at=workspace.clock() - timedelta(days=9)))
    assert door(my_day(workspace, street.chen)).tip.answer == "small_loan"


def test_who_was_met_today_is_not_due_again(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    called(workspace, street.zhou, "v")
    day = my_day(workspace, street.chen)
    assert door(day).visited_today.outcome is Outcome.MET
    assert door(day).due.is_due is False
    clock.advance(days=1)
    assert door(my_day(workspace, street.chen)).visited_today is None


def test_the_walk_and_its_counts_stay_as_they_were_while_the_doors_are_done(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    handovers.hand_over(workspace, street.secretary, "小周", "小陈", date(2026, 11, 23), date(2026, 11, 23))
    called(workspace, street.chen, "before", 40, promises=(NewPromise(uid("p"), "回话", clock.at),), shop="LT0002")
    morning = my_day(workspace, street.chen)
    assert (morning.counts, [s.doors for s in morning.route]) == (
        {"calls": 2, "return_visits": 0, "promises": 1},
        [("LT0002", "LT0001")],
    )
    called(workspace, street.chen, "v", shop="LT0002", promises=(NewPromise(uid("p2"), "明天再来", clock.at),))
    promises.keep_promise(workspace, street.chen, uid("p"))
    called(workspace, street.chen, "v2", issues=(FoundIssue(uid("i"), "L0005"),))
    evening = my_day(workspace, street.chen)
    assert (evening.counts, evening.route) == (morning.counts, morning.route)
    assert [d.due.is_due for d in evening.doors] == [False, False]


def test_a_door_found_shut_stays_due_and_the_third_time_says_when_it_was_open(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    for n in range(5):
        called(workspace, street.chen, f"open {n}", 60 + 7 * n - 6 / 24)
    called(workspace, street.chen, "shut 1", 14, outcome=Outcome.CLOSED)
    assert door(my_day(workspace, street.chen)).if_closed is None
    called(workspace, street.zhou, "shut 2", 7, outcome=Outcome.CLOSED)
    one = door(my_day(workspace, street.chen))
    assert (one.hours, one.if_closed.text) == ("上午常没开，14点后在", "上两次上午没开，下午开过5次")
    assert (one.if_closed.from_hour, one.if_closed.until_hour) == (14, 18)
    called(workspace, street.chen, "shut 3", outcome=Outcome.CLOSED)
    one = door(my_day(workspace, street.chen))
    assert (one.due.is_due, one.visited_today.outcome, one.if_closed.in_a_row) == (True, Outcome.CLOSED, 3)


def test_new_people_start_afresh(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    called(workspace, street.chen, "v", 2, note="要搬走了", promises=(NewPromise(uid("p"), "押金的事回话"),))
    workspace_card(workspace, "old")
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("t"), date(2026, 11, 23), "新云家纺"))
    clock.advance(days=1)
    one = door(my_day(workspace, street.chen))
    assert (one.name, one.last_talk, one.promises, one.card) == ("新云家纺", None, (), None)
    assert one.due.reasons[0].text == "新店，7天内上门（11月30日前）"
    assert "走访 · 定期 · 见到店主" in [line.title for line in one.history]


def workspace_card(ws: Workspace, token: str) -> None:
    """A card of LT0001's first tenancy."""
    with ws.write() as conn:
        where = {"shop_id": uid("LT0001"), "tenancy_id": uid("ten LT0001")}
        conn.execute(insert(card).values(id=uid(token), token=token, made_at=ws.clock(), **where))


def test_the_card_in_force_goes_along(workspace: Workspace, street: Street) -> None:
    workspace_card(workspace, "token")
    assert door(my_day(workspace, street.chen)).card == "token"


def test_closed_cases_come_back_as_a_return_visit(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    called(workspace, street.chen, "v", issues=(FoundIssue(uid("i"), "L0012", "招牌一角松了"),))
    case = door(my_day(workspace, street.chen)).open_issues[0].case_id
    for n, to in enumerate(("dispatched", "handling", "verifying", "closed"), start=1):
        move_case(workspace, street.secretary, case, CaseState(to), "好了", n)
    solved = my_day(workspace, street.chen).solved
    assert [(s.place, s.text) for s in solved] == [("岚皋西路27号 锦云家纺", "店招安全结案：招牌一角松了")]
    clock.advance(days=14)
    assert my_day(workspace, street.chen).counts["return_visits"] == 0
    day = my_day(workspace, street.zhou)
    assert (day.counts["return_visits"], door(day).due.kind) == (1, VisitKind.FOLLOW_UP)
    assert door(day).due.reasons[0].text == "换人回访：招牌一角松了"
    assert [c.case_id for c in door(day).returns] == [case]
    assert (door(day).open_issues, door(day).promises) == ((), ())
    called(workspace, street.chen, "regular")
    assert door(my_day(workspace, street.zhou)).due.is_due
    called(workspace, street.zhou, "again", kind=VisitKind.FOLLOW_UP)
    day = my_day(workspace, street.zhou)
    assert day.counts["return_visits"] == 1 and not door(day).due.is_due
    clock.advance(days=1)
    assert [d.door.code for d in my_day(workspace, street.zhou).doors] == ["LT0002"]
    assert my_day(workspace, street.chen).counts == {"calls": 0, "return_visits": 0, "promises": 0}


def test_who_had_a_hand_in_it_may_go_back_all_the_same(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    called(workspace, street.chen, "v", issues=(FoundIssue(uid("i"), "L0012", "招牌一角松了"),))
    case = door(my_day(workspace, street.chen)).open_issues[0].case_id
    for n, to in enumerate(("dispatched", "handling", "verifying", "closed"), start=1):
        move_case(workspace, street.secretary, case, CaseState(to), "好了", n)
    clock.advance(days=14)
    called(workspace, street.chen, "back", kind=VisitKind.FOLLOW_UP)
    assert not door(my_day(workspace, street.zhou)).due.is_due


def test_what_was_done_and_not_told_goes_along(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    called(
        workspace, street.chen, "v", needs=(NewNeed(uid("n"), "灯不亮", "水电煤"),),
        promises=(NewPromise(uid("p"), "停车的事回话"),),
    )  # fmt: skip
    clock.advance(days=1)
    promises.keep_promise(workspace, street.chen, uid("p"))
    settle_need(workspace, street.secretary, uid("n"), "换了灯泡")
    untold = [(u.type, u.id, u.text) for u in door(my_day(workspace, street.chen)).untold]
    assert untold == [("promise", uid("p"), "停车的事回话"), ("need", uid("n"), "灯不亮：换了灯泡")]
    promises.tell_promise(workspace, street.chen, uid("p"))
    tell_need(workspace, street.chen, uid("n"))
    assert door(my_day(workspace, street.chen)).untold == ()


def test_where_nothing_was_ever_voiced_something_else_is_tried(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    for days in (3, 33, 63):
        called(workspace, street.chen, f"v{days}", days)
    assert door(my_day(workspace, street.chen)).tip.text == "一直没开口，换个时间：以前多是上午去，改中午"


def test_a_grave_issue_waits_for_somebody_to_see_it(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    called(workspace, street.chen, "v")
    report_issue(workspace, street.secretary, NewIssue(uid("i"), "L0001", "整面墙渗水", shop="LT0001"))
    with workspace.write() as conn:
        conn.execute(update(case_file).values(severity="serious"))
    clock.advance(days=1)
    due = door(my_day(workspace, street.chen)).due
    assert (due.kind, due.reasons[0].text) == (VisitKind.SPECIAL, "专项：渗漏水（严重），报了还没人去看")
    called(workspace, street.chen, "shut", outcome=Outcome.CLOSED)
    assert door(my_day(workspace, street.chen)).due.is_due
    called(workspace, street.chen, "seen", kind=VisitKind.SPECIAL)
    clock.advance(days=1)
    assert not door(my_day(workspace, street.chen)).due.is_due


def test_what_got_solved_is_told_newest_first(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    called(
        workspace, street.chen, "v",
        needs=(
            NewNeed(uid("n1"), "灯不亮", "水电煤", Way.ON_THE_SPOT),
            NewNeed(uid("n2"), "居住证", "居住证积分", Way.EXPLAINED),
        ),
        promises=(NewPromise(uid("p"), "停车的事回话"),),
    )  # fmt: skip
    clock.advance(days=1)
    promises.keep_promise(workspace, street.chen, uid("p"))
    assert [s.text for s in my_day(workspace, street.chen).solved] == ["答应的事办好了：停车的事回话", "灯不亮，办好了"]
    clock.advance(days=31)
    assert my_day(workspace, street.chen).solved == ()


def test_who_stands_in_has_the_colleagues_doors_with_what_was_promised(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    called(workspace, street.chen, "v", promises=(NewPromise(uid("p"), "回话"),))
    today = date(2026, 11, 23)
    handovers.hand_over(workspace, street.secretary, "小陈", "小周", today, today + timedelta(days=1))
    zhou, chen = my_day(workspace, street.zhou), my_day(workspace, street.chen)
    assert [(d.door.code, d.cover_for) for d in zhou.doors] == [("LT0001", "小陈"), ("LT0002", None)]
    assert [asdict(c) for c in zhou.covering] == [
        {"name": "小陈", "until": date(2026, 11, 24), "doors": 1, "promises": 1}
    ]
    assert chen.doors == ()
    assert [asdict(a) for a in chen.away] == [{"name": "小周", "from_day": today, "until": date(2026, 11, 24)}]
    clock.advance(days=2)
    assert [d.door.code for d in my_day(workspace, street.chen).doors] == ["LT0001"]
    assert (my_day(workspace, street.zhou).covering, my_day(workspace, street.chen).away) == ((), ())


def test_doors_handed_over_for_good_are_said_to_be_new_for_two_weeks(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    handovers.hand_over(workspace, street.secretary, "小陈", "小周", date(2026, 11, 23))
    zhou = my_day(workspace, street.zhou)
    assert [(c.name, c.until, c.doors) for c in zhou.covering] == [("小陈", None, 1)]
    clock.advance(days=15)
    later = my_day(workspace, street.zhou)
    assert (later.covering, len(later.doors), {d.cover_for for d in later.doors}) == ((), 2, {None})


def test_the_patrol_handed_out_comes_before_the_own_draft(workspace: Workspace, street: Street) -> None:
    assert my_day(workspace, street.chen).patrol is None
    request = PlanRequest(date(2026, 11, 23), Shift.EVENING, ("小陈",), 60)
    drafted = plans.make_plan(workspace, street.chen, request)
    found = my_day(workspace, street.chen).patrol
    assert found is not None
    assert (found.plan.plan.id, found.stops) == (drafted.id, len(drafted.routes[0].stops))
    assert my_day(workspace, street.zhou).patrol is None
    team = plans.make_plan(workspace, street.secretary, replace(request, workers=("小周", "小陈"), minutes=120))
    plans.publish_plan(workspace, street.secretary, team.id)
    published = my_day(workspace, street.chen).patrol
    assert published is not None
    walks = {route.worker: len(route.stops) for route in team.routes}
    assert (published.plan.plan.id, published.stops) == (team.id, walks["小陈"])


def test_the_stamp_changes_with_the_day_the_reader_and_what_happens_and_with_nothing_else(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    stamps = [stamp(workspace, street.chen)]
    clock.advance(minutes=10)
    assert stamp(workspace, street.chen) == stamps[0]
    stamps.append(stamp(workspace, street.zhou))
    called(workspace, street.chen, "v", promises=(NewPromise(uid("p"), "回话"),))
    stamps.append(stamp(workspace, street.chen))
    promises.keep_promise(workspace, street.chen, uid("p"))
    stamps.append(stamp(workspace, street.chen))
    workspace_card(workspace, "token")
    stamps.append(stamp(workspace, street.chen))
    handovers.hand_over(workspace, street.secretary, "小周", "小陈", date(2026, 11, 23), date(2026, 11, 23))
    stamps.append(stamp(workspace, street.chen))
    clock.advance(days=1)
    stamps.append(stamp(workspace, street.chen))
    assert len(set(stamps)) == len(stamps)


@contextmanager
def statements(ws: Workspace) -> Iterator[list[str]]:
    """What is asked of the store meanwhile."""
    asked: list[str] = []

    def listen(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    from sqlalchemy.engine import Engine

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


def test_more_doors_ask_no_more_of_the_store(workspace: Workspace, street: Street) -> None:
    for code in ("LT0001", "LT0002"):
        called(workspace, street.chen, code, 3, shop=code, issues=(FoundIssue(uid(f"i {code}"), "L0001"),))
    with statements(workspace) as for_one:
        my_day(workspace, street.chen)
    handovers.hand_over(workspace, street.secretary, "小周", "小陈", date(2026, 11, 23), date(2026, 11, 23))
    with statements(workspace) as for_two:
        assert len(my_day(workspace, street.chen).doors) == 2
    assert len([s for s in for_one if "SELECT" in s]) == len([s for s in for_two if "SELECT" in s])


def test_a_door_is_nobodys_who_has_left_it(workspace: Workspace, street: Street) -> None:
    stranger = Actor(uid("nobody"), "某人", Role.WORKER)
    assert my_day(workspace, stranger).doors == ()
