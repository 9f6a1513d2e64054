"""A call is recorded once, whole, wherever the phone was; a retry changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from mapsvc.domain.needs import Way
from mapsvc.domain.visits import CheckedBy, Outcome, VisitKind
from mapsvc.errors import Conflict, Forbidden, Refused
from mapsvc.operations import history
from mapsvc.operations.issues import Spot
from mapsvc.operations.visits import FoundIssue, NewNeed, NewPromise, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

AT = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
LEAK = NewVisit(
    uid("leak visit"),
    "LT0001",
    VisitKind.REGULAR,
    AT,
    Outcome.MET,
    (NewNeed(uid("need"), "孩子明年上幼儿园要哪些材料", "子女入园", Way.HANDED_ON),),
    (NewPromise(uid("promise"), "周五前回话", FRIDAY),),
    (FoundIssue(uid("issue"), "漏水", "雨后吊顶滴水,约2平方米"),),
    "见到店主,当面看了吊顶",
)


def count(ws: Workspace, table: str) -> int:
    with ws.read() as conn:
        return int(conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_call_writes_what_was_voiced_promised_and_found(workspace: Workspace, street: Street) -> None:
    recorded = record_visit(workspace, street.chen, LEAK)
    assert recorded.is_new
    assert [count(workspace, t) for t in ("visit", "need", "promise", "issue", "case_file")] == [1, 1, 1, 1, 1]
    assert recorded.issues[0].number == "XJ20261123-001"
    page = history.shop_history(workspace, street.chen, "LT0001")
    assert {e.title for e in page.items} >= {"走访 · 定期 · 见到店主", "诉求 · 子女入园", "答应的事", "问题 · 渗漏水"}
    assert [e.title for e in page.open] == ["答应的事", "问题 · 渗漏水", "诉求 · 子女入园"]


def test_the_same_call_sent_again_doubles_nothing(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    first = record_visit(workspace, street.chen, LEAK)
    events, acts = count(workspace, "event"), count(workspace, "audit")
    clock.advance(hours=3)
    again = record_visit(workspace, street.chen, LEAK)
    assert not again.is_new
    assert (again.visit, again.needs, again.promises, again.issues) == (
        first.visit,
        first.needs,
        first.promises,
        first.issues,
    )
    assert (count(workspace, "event"), count(workspace, "audit")) == (events, acts)


@pytest.mark.parametrize(
    "change",
    [
        {"note": "别的"},
        {"shop": "LT0002"},
        {"outcome": Outcome.CLOSED},
        {"at": AT - timedelta(minutes=1)},
        {"needs": ()},
        {"issues": (FoundIssue(uid("issue"), "油烟"),)},
    ],
)
def test_another_call_under_the_same_id_is_a_conflict(
    workspace: Workspace, street: Street, change: dict[str, object]
) -> None:
    record_visit(workspace, street.chen, LEAK)
    with pytest.raises(Conflict):
        record_visit(workspace, street.chen, replace(LEAK, **change))  # type: ignore[arg-type]


def test_a_need_of_another_call_cannot_be_taken_over(workspace: Workspace, street: Street) -> None:
    record_visit(workspace, street.chen, LEAK)
    with pytest.raises(Conflict):
        record_visit(workspace, street.chen, replace(LEAK, id=uid("other"), promises=(), issues=()))
    assert count(workspace, "visit") == 1


def test_a_call_from_far_away_is_recorded_with_its_distance(workspace: Workspace, street: Street) -> None:
    far = replace(LEAK, position=Spot(121.5, 31.3))
    check = record_visit(workspace, street.chen, far).visit.place_check
    assert check.by is CheckedBy.GPS
    assert check.distance_m is not None
    assert check.distance_m > 5_000


def test_without_a_position_nothing_is_checked(workspace: Workspace, street: Street) -> None:
    check = record_visit(workspace, street.chen, LEAK).visit.place_check
    assert (check.by, check.distance_m) == (CheckedBy.NONE, None)


def test_a_phone_whose_clock_runs_ahead_is_taken_at_the_time_of_receipt(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    early = replace(LEAK, at=clock() + timedelta(hours=3))
    recorded = record_visit(workspace, street.chen, early)
    assert recorded.visit.happened_at == clock()
    assert recorded.notes
    assert not record_visit(workspace, street.chen, early).is_new


def test_a_call_made_offline_keeps_both_times(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    clock.advance(hours=8)
    visit = record_visit(workspace, street.chen, LEAK).visit
    assert (visit.happened_at, visit.received_at) == (AT, clock())


def test_what_breaks_a_rule_is_refused_whole(workspace: Workspace, street: Street) -> None:
    broken = (
        replace(LEAK, shop="LT9999"),
        replace(LEAK, issues=(FoundIssue(uid("issue"), "外星人"),)),
        replace(LEAK, needs=(NewNeed(uid("need"), "问一下", "没有的主题"),)),
        replace(LEAK, promises=(NewPromise(uid("promise"), "昨天办", AT - timedelta(days=1)),)),
        replace(LEAK, needs=(NewNeed(uid("need"), "一"), NewNeed(uid("need"), "二"))),
    )
    for visit in broken:
        with pytest.raises(Refused):
            record_visit(workspace, street.chen, visit)
    assert [count(workspace, t) for t in ("visit", "need", "promise", "issue", "case_file")] == [0] * 5


def test_only_those_who_walk_record(workspace: Workspace, street: Street) -> None:
    for actor in (street.office, street.volunteer, street.property):
        with pytest.raises(Forbidden):
            record_visit(workspace, actor, LEAK)
