"""What was recorded by mistake goes without a trace, and what somebody built on stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.tenancies import ChangedHands
from mapsvc.operations.visits import FoundIssue, NewNeed, NewPromise, NewVisit, Recorded, record_visit
from mapsvc.operations.withdrawals import withdraw_issue, withdraw_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables
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


def contents(ws: Workspace) -> dict[str, object]:
    """Every row of the store but those that only count, and the words of the search."""
    with ws.read() as conn:
        whole: dict[str, object] = {}
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
