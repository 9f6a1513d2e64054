"""A case moves only as the table allows, by one hand at a time, and its list stands by deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mapsvc.domain.cases import CaseState
from mapsvc.errors import Conflict, Forbidden, Malformed, NotFound, Refused
from mapsvc.operations import history
from mapsvc.operations.cases import Sort, get_case, list_cases, move_case
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store.issues import Wanted
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

LEAK = NewIssue(uid("leak"), "L0001", "吊顶滴水,店主电话13812345678", shop="LT0001")


def reported(ws: Workspace, street: Street, new: NewIssue = LEAK) -> str:
    return report_issue(ws, street.chen, new).found.case.id


def walk(ws: Workspace, street: Street, case_id: str, *states: str) -> None:
    for state in states:
        version = get_case(ws, street.secretary, case_id).line.found.case.version
        move_case(ws, street.secretary, case_id, CaseState(state), "原因", version)


def test_a_case_goes_its_way_and_the_history_tells_it(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    case_id = reported(workspace, street)
    for state in ("dispatched", "handling", "verifying", "closed"):
        clock.advance(hours=1)
        walk(workspace, street, case_id, state)
    detail = get_case(workspace, street.secretary, case_id)
    assert [s.name for s in detail.steps] == ["待受理", "立案派遣", "开始处理", "送核查", "结案"]
    assert detail.line.ring == "follow_up"
    assert detail.legal == ()
    titles = [e.title for e in history.shop_history(workspace, street.secretary, "LT0001").items]
    assert titles[:5] == ["结案 · 渗漏水", "送核查 · 渗漏水", "开始处理 · 渗漏水", "立案派遣 · 渗漏水", "问题 · 渗漏水"]


def test_an_illegal_move_names_both_states_and_the_legal_ones(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    with pytest.raises(Conflict, match=r"待受理.*结案.*立案派遣") as caught:
        move_case(workspace, street.secretary, case_id, CaseState.CLOSED, None, 1)
    assert caught.value.extra == {
        "from": "reported",
        "to": "closed",
        "legal": ["self_correcting", "dispatched", "rejected"],
    }


def test_the_second_of_two_hands_is_told_of_the_first(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    move_case(workspace, street.secretary, case_id, CaseState.SELF_CORRECTING, None, 1)
    with pytest.raises(Conflict) as caught:
        move_case(workspace, street.chen, case_id, CaseState.VERIFYING, None, 1)
    assert caught.value.code == "stale_version"
    assert caught.value.extra == {
        "version": 2,
        "state": "self_correcting",
        "state_name": "自行整改",
        "handler": None,
        "last_step": {"name": "自行整改", "at": "2026-11-23T09:00:00+08:00", "actor": "王书记", "reason": ""},
    }


def test_who_may_make_which_move(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    assert get_case(workspace, street.chen, case_id).legal == (CaseState.SELF_CORRECTING,)
    with pytest.raises(Forbidden, match=r"^走访人不能把案件“立案派遣”，请找街区书记定。$"):
        move_case(workspace, street.chen, case_id, CaseState.DISPATCHED, None, 1)
    move_case(workspace, street.secretary, case_id, CaseState.DISPATCHED, None, 1)
    move_case(workspace, street.chen, case_id, CaseState.HANDLING, None, 2)
    move_case(workspace, street.chen, case_id, CaseState.VERIFYING, None, 3)
    assert get_case(workspace, street.chen, case_id).legal == (CaseState.HANDLING,)
    with pytest.raises(Forbidden, match="结案"):
        move_case(workspace, street.chen, case_id, CaseState.CLOSED, None, 4)
    with pytest.raises(Conflict, match=r"待受理|立案派遣"):
        move_case(workspace, street.chen, case_id, CaseState.DISPATCHED, None, 4)
    move_case(workspace, street.chen, case_id, CaseState.HANDLING, "还在滴水", 4)
    assert get_case(workspace, street.office, case_id).legal == (
        CaseState.VERIFYING,
        CaseState.SUSPENDED,
        CaseState.REJECTED,
    )


def test_suspending_needs_a_reason_stops_the_clock_and_leads_back(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    walk(workspace, street, case_id, "dispatched", "handling")
    with pytest.raises(Refused):
        move_case(workspace, street.secretary, case_id, CaseState.SUSPENDED, " ", 3)
    before = get_case(workspace, street.secretary, case_id).line.clock
    walk(workspace, street, case_id, "suspended")
    clock.advance(days=2)
    paused = get_case(workspace, street.secretary, case_id)
    assert paused.line.clock.paused
    assert paused.line.clock.remaining_min == before.remaining_min
    assert paused.legal == (CaseState.HANDLING,)
    walk(workspace, street, case_id, "handling")
    after = get_case(workspace, street.secretary, case_id).line
    assert after.clock.remaining_min == before.remaining_min
    assert after.clock.due_at is not None
    assert before.due_at is not None
    assert after.clock.due_at == before.due_at + timedelta(days=2)


def test_sending_back_is_counted(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    walk(workspace, street, case_id, "dispatched", "handling", "verifying", "handling", "verifying", "handling")
    assert get_case(workspace, street.secretary, case_id).line.found.case.rework_count == 2


def test_the_list_stands_by_deadline_and_pages_without_loss(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    kinds = ["L0001", "06010", "L0011", "L0099", "L0004"]
    for n, kind in enumerate(kinds):
        reported(workspace, street, replace(LEAK, id=uid(f"i{n}"), kind=kind))
    for sort in Sort:
        ids: list[str] = []
        after: str | None = None
        while True:
            page = list_cases(workspace, street.chen, Wanted(), sort, 2, after)
            assert page.total == 5
            ids += [line.found.issue.id for line in page.items]
            after = page.next
            if after is None:
                break
        assert sorted(ids) == sorted(uid(f"i{n}") for n in range(5))
    dues = [line.clock.due_at for line in list_cases(workspace, street.chen, Wanted()).items]
    assert dues == sorted(dues, key=lambda d: d or datetime.max.replace(tzinfo=UTC))


def test_what_is_suspended_or_has_no_limit_stands_last_the_latest_first(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    for name in ("paused", "paused later", "runs", "runs later"):
        clock.advance(minutes=10)
        reported(workspace, street, replace(LEAK, id=uid(name), kind="L0011"))
    for name in ("paused", "paused later"):
        case_id = next(
            line.found.case.id
            for line in list_cases(workspace, street.chen, Wanted()).items
            if line.found.issue.id == uid(name)
        )
        walk(workspace, street, case_id, "dispatched", "suspended")
    seen: list[str] = []
    after: str | None = None
    while len(seen) < 9:
        page = list_cases(workspace, street.chen, Wanted(), Sort.DUE, 1, after)
        seen += [line.found.issue.id for line in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [uid("runs"), uid("runs later"), uid("paused later"), uid("paused")]


def test_a_list_by_worker_takes_who_looks_after_the_shop_today(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    from datetime import date

    from mapsvc.domain.shops import Assignment, AssignmentSource
    from mapsvc.store import shops

    reported(workspace, street)
    today = date(2026, 11, 23)
    with workspace.write() as conn:
        gone = Assignment(uid("gone"), uid("LT0001"), uid("wang"), AssignmentSource.MANUAL, date(2026, 1, 1), today)
        coming = Assignment(
            uid("coming"), uid("LT0001"), uid("zhou"), AssignmentSource.MANUAL, today + timedelta(days=1), None
        )
        shops.add_assignment(conn, gone)
        shops.add_assignment(conn, coming)

    def of(worker: str) -> int:
        return list_cases(workspace, street.secretary, Wanted(workers=(worker,))).total

    assert (of("小陈"), of("小周"), of("王书记")) == (1, 0, 0)
    clock.advance(days=1)
    assert (of("小陈"), of("小周"), of("王书记")) == (0, 1, 0)


def test_filters_narrow_and_states_widen_each_other(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    late = reported(workspace, street, replace(LEAK, id=uid("late"), kind="L0011"))
    done = reported(workspace, street, replace(LEAK, id=uid("done")))
    walk(workspace, street, done, "dispatched", "handling", "verifying", "closed")
    elsewhere = NewIssue(uid("z"), "06010", position=Spot(121.4193, 31.2523))
    report_issue(workspace, street.zhou, elsewhere)
    clock.advance(hours=3)

    def found(wanted: Wanted, *states: str) -> set[str]:
        page = list_cases(workspace, street.chen, wanted, states=states or ("open",))
        assert page.total == len(page.items)
        return {line.found.issue.id for line in page.items}

    assert found(Wanted()) == {uid("late"), uid("z")}
    assert found(Wanted(), "overdue") == {uid("late")}
    assert found(Wanted(), "overdue", "closed") == {uid("late"), uid("done")}
    assert found(Wanted(), "follow_up") == {uid("done")}
    assert found(Wanted(), "all") == {uid("late"), uid("done"), uid("z")}
    assert found(Wanted(overdue_at=clock())) == {uid("late")}
    assert found(Wanted(kinds=("06010",))) == {uid("z")}
    assert found(Wanted(workers=("小陈",))) == {uid("late")}
    assert found(Wanted(workers=("小周",))) == {uid("z")}
    assert found(Wanted(box=(121.419, 31.252, 121.4195, 31.2525))) == {uid("z")}
    assert found(Wanted(since=clock())) == set()
    assert get_case(workspace, street.chen, late).line.ring == "overdue"


def test_a_phone_in_a_description_is_masked_for_those_it_does_not_concern(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    assert "138****5678" in get_case(workspace, street.office, case_id).line.description
    assert "138****5678" in get_case(workspace, street.zhou, case_id).line.description
    assert "13812345678" in get_case(workspace, street.chen, case_id).line.description


def test_a_case_is_found_by_its_number_and_an_unknown_one_is_not(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    assert get_case(workspace, street.chen, "XJ20261123-001").line.found.case.id == case_id
    with pytest.raises(NotFound):
        get_case(workspace, street.chen, "WT99999")
    with pytest.raises(Malformed):
        list_cases(workspace, street.chen, Wanted(), after="nonsense")


def test_who_may_not_move_moves_nothing(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    with pytest.raises(Forbidden):
        move_case(workspace, street.volunteer, case_id, CaseState.DISPATCHED, None, 1)


def test_who_may_not_move_a_case_is_offered_no_move(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    assert get_case(workspace, street.volunteer, case_id).legal == ()
    assert get_case(workspace, street.chen, case_id).legal != ()


def test_of_many_hands_at_once_one_moves_the_case(workspace: Workspace, street: Street) -> None:
    from concurrent.futures import ThreadPoolExecutor

    case_id = reported(workspace, street)

    def dispatch(_: int) -> bool:
        try:
            move_case(workspace, street.secretary, case_id, CaseState.DISPATCHED, None, 1)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(dispatch, range(6))) == 1
    detail = get_case(workspace, street.secretary, case_id)
    assert (detail.line.found.case.version, len(detail.steps)) == (2, 2)


def test_dispatching_says_who_is_to_handle_it(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    moved = move_case(workspace, street.secretary, case_id, CaseState.DISPATCHED, None, 1, handler=" 兰田物业 ")
    assert moved.line.found.case.handler == "兰田物业"
