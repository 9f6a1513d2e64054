"""What was recorded by mistake goes without a trace, and what somebody built on stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.cards import Card
from mapsvc.domain.cases import CaseState
from mapsvc.domain.visits import Outcome, Visit, VisitKind, VisitSource
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import cases
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.promises import keep_promise
from mapsvc.operations.shop_changes import ShopChanges, correct_shop
from mapsvc.operations.tenancies import ChangedHands
from mapsvc.operations.visits import FoundIssue, NewNeed, NewPromise, NewVisit, Recorded, record_visit
from mapsvc.operations.withdrawals import withdraw_issue, withdraw_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, bulk, cards, tables, visits
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

AT = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)
LEAK = NewVisit(
    uid("leak visit"),
    "LT0001",
    VisitKind.REGULAR,
    AT,
    Outcome.MET,
    (NewNeed(uid("need"), "孩子明年上幼儿园要哪些材料", "子女入园"),),
    (NewPromise(uid("promise"), "周五前回话"),),
    (FoundIssue(uid("issue"), "漏水", "雨后吊顶滴水"),),
)
COFFEE = NewVisit(
    uid("changed"),
    "LT0001",
    VisitKind.REGULAR,
    AT,
    Outcome.CHANGED,
    note="换成咖啡店了",
    tenancy=ChangedHands(uid("coffee"), uid("ten LT0001"), None, "新叶咖啡", "餐饮", "周小叶", "13900002222"),
)
LEFT_BEHIND = {"audit", "audit_head", "revision", "withdrawn", "search_entry"}
CORNER = NewIssue(uid("corner"), "06010", "三袋垃圾", position=Spot(121.4199, 31.2516))


def contents(ws: Workspace) -> dict[str, list[str]]:
    """Every row of the store but those that only count, and the words of the search."""
    with ws.read() as conn:
        whole: dict[str, list[str]] = {}
        for table in tables.metadata.sorted_tables:
            if table.name not in LEFT_BEHIND:
                keys = [c for c in table.c if not (table.name == "shop" and c.name in ("version", "updated_at"))]
                keys = [c for c in keys if not (table.name == "event" and c.name == "id")]
                whole[table.name] = sorted(map(repr, conn.execute(select(*keys)).all()))
        found = select(tables.search_entry.c.kind, tables.search_entry.c.ref, tables.search_entry.c.title)
        whole["search"] = sorted(map(repr, conn.execute(found).all()))
        return whole


def recorded(ws: Workspace, street: Street, visit: NewVisit) -> Recorded:
    done = record_visit(ws, street.chen, visit)
    assert isinstance(done, Recorded)
    return done


def the_case(ws: Workspace, issue_id: str) -> str:
    with ws.read() as conn:
        return str(conn.execute(select(tables.issue.c.case_id).where(tables.issue.c.id == issue_id)).scalar_one())


@pytest.mark.parametrize("visit", [LEAK, COFFEE, replace(COFFEE, tenancy=ChangedHands(uid("x"), uid("ten LT0001")))])
def test_a_visit_taken_back_leaves_the_store_as_it_was(
    workspace: Workspace, street: Street, clock: FixedClock, visit: NewVisit
) -> None:
    before = contents(workspace)
    recorded(workspace, street, visit)
    assert contents(workspace) != before
    clock.advance(minutes=5)
    assert withdraw_visit(workspace, street.chen, visit.id).id == visit.id
    assert contents(workspace) == before


def test_an_issue_taken_back_leaves_the_store_as_it_was(workspace: Workspace, street: Street) -> None:
    before = contents(workspace)
    report_issue(workspace, street.chen, CORNER)
    withdraw_issue(workspace, street.chen, CORNER.id)
    assert contents(workspace) == before


def test_what_was_taken_back_is_never_written_again(workspace: Workspace, street: Street) -> None:
    for make, withdraw in (
        (lambda: record_visit(workspace, street.chen, LEAK), lambda: withdraw_visit(workspace, street.chen, LEAK.id)),
        (
            lambda: report_issue(workspace, street.chen, CORNER),
            lambda: withdraw_issue(workspace, street.chen, CORNER.id),
        ),
    ):
        make()
        first = withdraw()
        before = contents(workspace)
        assert withdraw() == first
        assert make() == first
        assert contents(workspace) == before


def test_a_withdrawal_that_overtakes_its_record_wins(workspace: Workspace, street: Street) -> None:
    before = contents(workspace)
    withdraw_visit(workspace, street.chen, LEAK.id)
    withdraw_issue(workspace, street.chen, CORNER.id)
    assert isinstance(record_visit(workspace, street.chen, LEAK), Withdrawn)
    assert isinstance(report_issue(workspace, street.chen, CORNER), Withdrawn)
    assert contents(workspace) == before


def test_the_old_card_opens_its_shop_again_and_the_new_ones_is_gone(workspace: Workspace, street: Street) -> None:
    old, new = (Card(uid(n), uid("LT0001"), uid(t), n * 16, AT) for n, t in (("ab", "ten LT0001"), ("cd", "coffee")))
    with workspace.write() as conn:
        cards.add(conn, old)
    recorded(workspace, street, COFFEE)
    with workspace.write() as conn:
        cards.add(conn, new)
    withdraw_visit(workspace, street.chen, COFFEE.id)
    with workspace.read() as conn:
        assert cards.live_of_shops(conn, [uid("LT0001")]) == {uid("LT0001"): old}
        assert cards.by_token(conn, new.token) is None


def test_pictures_of_a_visit_and_of_its_issues_go_with_it(workspace: Workspace, street: Street) -> None:
    before = contents(workspace)
    recorded(workspace, street, LEAK)
    taken = {"sha256": "a" * 64, "width_px": 1, "height_px": 1, "taken_at": AT}
    with workspace.write() as conn:
        bulk.add(conn, "photo", [{"id": uid("of visit"), "visit_id": LEAK.id, **taken}])
        bulk.add(conn, "photo", [{"id": uid("of issue"), "issue_id": uid("issue"), **taken}])
    withdraw_visit(workspace, street.chen, LEAK.id)
    assert contents(workspace) == before


def test_the_same_parts_may_come_with_another_visit(workspace: Workspace, street: Street) -> None:
    """So a phone sends a visit again that was put right."""
    for visit in (LEAK, COFFEE):
        recorded(workspace, street, visit)
        withdraw_visit(workspace, street.chen, visit.id)
        right = replace(visit, id=uid(f"right {visit.id}"), note="写对了")
        done = recorded(workspace, street, right)
        assert (len(done.needs), len(done.promises), len(done.issues)) == (
            len(visit.needs),
            len(visit.promises),
            len(visit.issues),
        )


def test_an_issue_taken_back_leaves_its_visit_and_a_retry_of_it_is_no_conflict(
    workspace: Workspace, street: Street
) -> None:
    recorded(workspace, street, LEAK)
    withdraw_issue(workspace, street.chen, uid("issue"))
    again = recorded(workspace, street, LEAK)
    assert (again.is_new, again.issues) == (False, ())


def move(ws: Workspace, street: Street, issue_id: str) -> None:
    cases.move_case(ws, street.secretary, the_case(ws, issue_id), CaseState.DISPATCHED, None, 1)


def council(ws: Workspace, issue_id: str) -> None:
    with ws.write() as conn:
        case_id = bulk.rows_by_ids(conn, "issue", [issue_id])[0].case_id
        bulk.add(conn, "council", [{"id": uid("council"), "case_id": case_id, "issue_id": issue_id, "held_at": AT}])


def join(ws: Workspace, issue_id: str) -> None:
    other = report_issue(ws, Actor(uid("zhou"), "小周", Role.WORKER), replace(CORNER, id=uid("other")))
    assert not isinstance(other, Withdrawn)
    with ws.write() as conn:
        case_id = bulk.rows_by_ids(conn, "issue", [issue_id])[0].case_id
        bulk.change(conn, "issue", [{"id": uid("other"), "case_id": case_id}])


def test_what_somebody_built_on_stays_and_is_named(workspace: Workspace, street: Street) -> None:
    recorded(workspace, street, LEAK)
    before = contents(workspace)
    touches = (
        (lambda: move(workspace, street, uid("issue")), "案件XJ20261123-001已经立案派遣，不能撤回"),
        (lambda: keep_promise(workspace, street.chen, uid("promise")), "“周五前回话”已经办好了，不能撤回"),
    )
    for touch, told in touches:
        touch()
        assert contents(workspace) != before
        before = contents(workspace)
        with pytest.raises(Conflict, match=told):
            withdraw_visit(workspace, street.chen, LEAK.id)
        assert contents(workspace) == before
    with pytest.raises(Conflict, match="立案派遣，不能撤回这次上报"):
        withdraw_issue(workspace, street.secretary, uid("issue"))


@pytest.mark.parametrize(("touch", "told"), [(council, "开过议事会"), (join, "并案")])
def test_a_case_with_company_stays(workspace: Workspace, street: Street, touch: object, told: str) -> None:
    report_issue(workspace, street.chen, CORNER)
    touch(workspace, CORNER.id)  # type: ignore[operator]
    with pytest.raises(Conflict, match=told):
        withdraw_issue(workspace, street.chen, CORNER.id)


LIVES = {
    "a call": lambda ws, street: record_visit(ws, street.zhou, replace(LEAK, issues=(), needs=(), promises=())),
    "a correction": lambda ws, street: correct_shop(ws, street.chen, "LT0001", 2, ShopChanges(sign_name="新叶茶")),
    "an issue": lambda ws, street: report_issue(ws, street.zhou, NewIssue(uid("smoke"), "油烟", shop="LT0001")),
}


@pytest.mark.parametrize("life", LIVES)
def test_a_change_of_hands_stays_once_the_new_shop_has_a_life_of_its_own(
    workspace: Workspace, street: Street, life: str
) -> None:
    recorded(workspace, street, COFFEE)
    LIVES[life](workspace, street)
    before = contents(workspace)
    with pytest.raises(Conflict, match=r"新叶.*不能撤回这次换店"):
        withdraw_visit(workspace, street.chen, COFFEE.id)
    assert contents(workspace) == before


def test_a_change_of_hands_that_was_followed_by_another_goes_second(workspace: Workspace, street: Street) -> None:
    start = contents(workspace)
    recorded(workspace, street, COFFEE)
    then = replace(COFFEE, id=uid("then"), tenancy=ChangedHands(uid("tea"), uid("coffee"), None, "茶铺"))
    recorded(workspace, street, then)
    with pytest.raises(Conflict, match="茶铺"):
        withdraw_visit(workspace, street.chen, COFFEE.id)
    withdraw_visit(workspace, street.chen, then.id)
    withdraw_visit(workspace, street.chen, COFFEE.id)
    assert contents(workspace) == start


def test_ones_own_today_and_tomorrow_the_secretary_any_of_thirty_days(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    kept = [replace(LEAK, id=uid(f"v{n}"), needs=(), promises=(), issues=()) for n in range(4)]
    for visit in kept:
        recorded(workspace, street, visit)
    with pytest.raises(Forbidden, match=r"只有登记的人能撤回.*街区书记"):
        withdraw_visit(workspace, street.zhou, kept[0].id)
    clock.advance(days=1)
    withdraw_visit(workspace, street.chen, kept[0].id)
    clock.advance(days=1)
    with pytest.raises(Refused, match="请找街区书记"):
        withdraw_visit(workspace, street.chen, kept[1].id)
    withdraw_visit(workspace, street.secretary, kept[1].id)
    clock.advance(days=28)
    withdraw_visit(workspace, street.secretary, kept[2].id)
    clock.advance(days=1)
    with pytest.raises(Refused, match="30天"):
        withdraw_visit(workspace, street.secretary, kept[3].id)


def test_who_may_record_nothing_leaves_no_tombstone(workspace: Workspace, street: Street) -> None:
    for withdraw in (withdraw_visit, withdraw_issue):
        with pytest.raises(Forbidden):
            withdraw(workspace, street.property, LEAK.id)
    assert isinstance(record_visit(workspace, street.chen, LEAK), Recorded)


def test_a_visit_is_no_issue(workspace: Workspace, street: Street) -> None:
    recorded(workspace, street, LEAK)
    with pytest.raises(NotFound):
        withdraw_issue(workspace, street.chen, LEAK.id)
    with pytest.raises(NotFound):
        withdraw_visit(workspace, street.chen, uid("issue"))


def test_what_a_ledger_brought_is_taken_back_there(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    with workspace.write() as conn:
        imported = Visit(
            uid("l"), uid("LT0001"), VisitKind.REGULAR, Outcome.MET, AT, clock(), source=VisitSource.LEDGER
        )
        visits.add(conn, imported)
    with pytest.raises(Conflict, match="台账"):
        withdraw_visit(workspace, street.secretary, imported.id)


def test_a_return_visit_answers_for_what_waited_and_taken_back_lets_it_wait_again(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    recorded(workspace, street, LEAK)
    case_id = the_case(workspace, uid("issue"))
    for version, state in enumerate(("dispatched", "handling", "verifying", "closed"), 1):
        cases.move_case(workspace, street.secretary, case_id, CaseState(state), None, version)
    clock.advance(days=14)
    back = NewVisit(uid("back"), "LT0001", VisitKind.FOLLOW_UP, clock() - timedelta(minutes=1), Outcome.MET)

    def returned_at() -> datetime | None:
        return cases.get_case(workspace, street.chen, case_id).line.found.case.return_visited_at

    for nothing in (replace(back, outcome=Outcome.CLOSED), replace(back, kind=VisitKind.REGULAR)):
        recorded(workspace, street, replace(nothing, id=uid(repr(nothing))))
        assert returned_at() is None
    recorded(workspace, street, back)
    assert returned_at() == back.at
    assert cases.get_case(workspace, street.chen, case_id).line.ring == "closed"
    withdraw_visit(workspace, street.chen, back.id)
    assert returned_at() is None


def test_of_two_cases_the_one_whose_time_has_come_is_answered_for(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    both = []
    for n in range(2):
        report_issue(workspace, street.chen, NewIssue(uid(f"leak {n}"), "L0001", shop="LT0001"))
        both.append(the_case(workspace, uid(f"leak {n}")))
        for version, state in enumerate(("dispatched", "handling", "verifying", "closed"), 1):
            cases.move_case(workspace, street.secretary, both[n], CaseState(state), None, version)
        clock.advance(days=7)
    recorded(workspace, street, NewVisit(uid("b"), "LT0001", VisitKind.FOLLOW_UP, clock(), Outcome.MET))
    answered = [cases.get_case(workspace, street.chen, c).line.found.case.return_visited_at for c in both]
    assert answered == [clock(), None]


def test_the_chain_of_acts_stays_whole_and_says_who_took_back(workspace: Workspace, street: Street) -> None:
    recorded(workspace, street, COFFEE)
    withdraw_visit(workspace, street.chen, COFFEE.id)
    with workspace.read() as conn:
        assert audit.verify(conn).is_whole
        acts = conn.execute(select(tables.audit.c.action, tables.audit.c.actor_id).order_by(tables.audit.c.id)).all()
    assert [tuple(a) for a in acts[-2:]] == [
        ("withdraw_tenancy", street.chen.person_id),
        ("withdraw_visit", street.chen.person_id),
    ]
