"""What is asked about a case and decided: more time, urging, supervision, taking it up again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.cases import Case, CaseState
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import case_steps, escalations, extensions, reopenings
from mapsvc.operations.cases import get_case, move_case
from mapsvc.operations.history import shop_history
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cases, register
from tests.support.clock import FixedClock
from tests.support.street import MADE_AT, Street, uid

LEAK = NewIssue(uid("leak"), "L0001", "吊顶滴水", shop="LT0001")


def reported(ws: Workspace, street: Street) -> str:
    return report_issue(ws, street.chen, LEAK).found.case.id


def case_of(ws: Workspace, street: Street, case_id: str) -> Case:
    return get_case(ws, street.secretary, case_id).line.found.case


def walk(ws: Workspace, street: Street, case_id: str, *states: str) -> None:
    for state in states:
        version = case_of(ws, street, case_id).version
        move_case(ws, street.secretary, case_id, CaseState(state), "原因", version)


def titles(ws: Workspace, street: Street) -> list[str]:
    return [e.title for e in shop_history(ws, street.secretary, "LT0001").items]


def test_more_time_is_asked_for_and_granted(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    case_id = reported(workspace, street)
    due = case_of(workspace, street, case_id).due_at
    assert due is not None
    for until in (due, due - timedelta(days=1)):
        with pytest.raises(Refused) as caught:
            extensions.ask_extension(workspace, street.chen, case_id, until, "楼上没人")
        assert caught.value.problems[0].field == "until"
    with pytest.raises(Refused):
        extensions.ask_extension(workspace, street.chen, case_id, due + timedelta(days=3), "")
    asked = extensions.ask_extension(workspace, street.chen, case_id, due + timedelta(days=3), "楼上没人")
    with pytest.raises(Conflict):
        extensions.ask_extension(workspace, street.chen, case_id, due + timedelta(days=4), "还是没人")
    with pytest.raises(Forbidden):
        extensions.decide_extension(workspace, street.chen, asked.id, True)
    assert get_case(workspace, street.chen, case_id).extension == asked
    clock.advance(hours=1)
    extensions.decide_extension(workspace, street.secretary, asked.id, True)
    assert case_of(workspace, street, case_id).due_at == due + timedelta(days=3)
    with pytest.raises(Conflict):
        extensions.decide_extension(workspace, street.secretary, asked.id, False, "不行")
    assert titles(workspace, street)[:2] == ["同意延期", "申请延期"]
    assert get_case(workspace, street.chen, case_id).extension is None


def test_a_pause_after_an_extension_moves_the_granted_time_on(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    due = case_of(workspace, street, case_id).due_at
    assert due is not None
    asked = extensions.ask_extension(workspace, street.chen, case_id, due + timedelta(days=1), "楼上没人")
    extensions.decide_extension(workspace, street.secretary, asked.id, True)
    walk(workspace, street, case_id, "dispatched", "suspended")
    clock.advance(days=1)
    walk(workspace, street, case_id, "dispatched")
    assert case_of(workspace, street, case_id).due_at == due + timedelta(days=2)


def test_a_refused_extension_changes_nothing_and_says_why(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)
    due = case_of(workspace, street, case_id).due_at
    assert due is not None
    asked = extensions.ask_extension(workspace, street.chen, case_id, due + timedelta(days=1), "楼上没人")
    with pytest.raises(Refused):
        extensions.decide_extension(workspace, street.secretary, asked.id, False)
    extensions.decide_extension(workspace, street.secretary, asked.id, False, "三天够了")
    assert case_of(workspace, street, case_id).due_at == due
    with pytest.raises(NotFound):
        extensions.decide_extension(workspace, street.secretary, uid("none"), True)


def test_a_committee_asks_for_its_own_doors_only(workspace: Workspace, street: Street) -> None:
    from mapsvc.domain.register import RegisterEntry, Side

    entry = RegisterEntry(uid("r"), "岚皋西路", 1, 99, Side.ODD, "1号楼", "兰田居委会", "兰田物业")
    with workspace.write() as conn:
        register.add(conn, entry, MADE_AT)
    case_id = reported(workspace, street)
    due = case_of(workspace, street, case_id).due_at
    assert due is not None
    theirs = Actor(None, "居委小李", Role.COMMITTEE, "兰田居委会")
    others = Actor(None, "居委老张", Role.COMMITTEE, "石泉居委会")
    with pytest.raises(Forbidden):
        extensions.ask_extension(workspace, others, case_id, due + timedelta(days=1), "楼上没人")
    assert extensions.ask_extension(workspace, theirs, case_id, due + timedelta(days=1), "楼上没人").until_at > due
    with pytest.raises(Forbidden):
        escalations.note_case(workspace, others, case_id, "联系过")
    escalations.note_case(workspace, theirs, case_id, "联系过，电话13812345678")
    assert titles(workspace, street)[0] == "记事"
    with workspace.read() as conn:
        where = case_steps.location_of_case(conn, case_id)
    assert where.units == ("兰田居委会", "兰田物业")
    assert (where.shop_id, where.tenancy_id) == (uid("LT0001"), uid("ten LT0001"))


def test_urging_is_told_and_supervision_stays_until_it_is_lifted(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    with pytest.raises(Refused):
        escalations.urge(workspace, street.secretary, case_id, " ")
    with pytest.raises(Forbidden):
        escalations.urge(workspace, street.chen, case_id, "快点")
    escalations.urge(workspace, street.secretary, case_id, "周五前要有结果")
    clock.advance(minutes=5)
    escalations.supervise(workspace, street.office, case_id, "第二次来电")
    assert case_of(workspace, street, case_id).is_supervised
    with pytest.raises(Conflict):
        escalations.supervise(workspace, street.office, case_id, "又")
    clock.advance(minutes=5)
    escalations.lift(workspace, street.secretary, case_id, "有人管了")
    assert not case_of(workspace, street, case_id).is_supervised
    with pytest.raises(Conflict):
        escalations.lift(workspace, street.secretary, case_id)
    assert titles(workspace, street)[:4] == ["记事", "解除督办", "督办", "催办"]
    assert case_of(workspace, street, case_id).version == 1
    walk(workspace, street, case_id, "rejected")
    with pytest.raises(Conflict):
        escalations.urge(workspace, street.secretary, case_id, "快点")


def test_a_closed_case_is_taken_up_again_with_a_new_time(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    with pytest.raises(Conflict):
        reopenings.ask_reopening(workspace, street.chen, case_id, "又漏了")
    walk(workspace, street, case_id, "dispatched", "handling", "verifying", "closed")
    clock.advance(days=7)
    filed = reopenings.ask_reopening(workspace, street.chen, case_id, "又漏了")
    assert reopenings.ask_reopening(workspace, street.zhou, case_id, "真的又漏了") == filed
    with pytest.raises(Forbidden):
        reopenings.decide_reopening(workspace, street.chen, filed.id, True)
    clock.advance(hours=1)
    case = reopenings.decide_reopening(workspace, street.secretary, filed.id, True, "再修")
    assert (case.state, case.version, case.reopen_count, case.reopened_at) == (CaseState.HANDLING, 6, 1, clock())
    assert case.closed_at is None
    assert case.due_at is not None
    assert case.due_at == clock().replace(hour=9) + timedelta(days=7)
    assert case.return_visit_due_at is None
    with pytest.raises(Conflict):
        reopenings.decide_reopening(workspace, street.secretary, filed.id, True)
    assert case_of(workspace, street, case_id) == case
    detail = get_case(workspace, street.secretary, case_id)
    assert (detail.steps[-1].name, detail.steps[-1].reason) == ("重新办理", "再修")
    walk(workspace, street, case_id, "verifying", "closed")
    again = reopenings.ask_reopening(workspace, street.chen, case_id, "第三次")
    reopenings.decide_reopening(workspace, street.secretary, again.id, True)
    assert case_of(workspace, street, case_id).reopen_count == 2


def test_a_refused_reopening_leaves_it_closed_and_says_why(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    walk(workspace, street, case_id, "dispatched", "handling", "verifying", "closed")
    filed = reopenings.ask_reopening(workspace, street.chen, case_id, "又漏了")
    with pytest.raises(Refused):
        reopenings.decide_reopening(workspace, street.secretary, filed.id, False)
    clock.advance(hours=1)
    reopenings.decide_reopening(workspace, street.secretary, filed.id, False, "是另一处")
    assert case_of(workspace, street, case_id).state is CaseState.CLOSED
    assert titles(workspace, street)[0] == "不重新办理"


def test_nothing_is_done_before_what_was_done_before(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    case_id = reported(workspace, street)
    at, early = clock(), clock() - timedelta(minutes=1)
    with workspace.write() as conn:
        for to, when in ((CaseState.DISPATCHED, at), (CaseState.HANDLING, at + timedelta(minutes=5))):
            case = cases.by_id(conn, case_id)
            assert case is not None
            case_steps.move_within(conn, workspace, street.secretary, case, to, None, when)
    for when in (early, at):
        with pytest.raises(Refused) as caught, workspace.write() as conn:
            case_steps.pause(conn, workspace, street.secretary, case_id, "等件", when)
        assert caught.value.problems[0].field == "at"
    with workspace.write() as conn:
        case_steps.pause(conn, workspace, street.secretary, case_id, "等件", at + timedelta(minutes=9))
        case_steps.pause(conn, workspace, street.secretary, case_id, "等件", at + timedelta(minutes=10))
    with pytest.raises(Refused), workspace.write() as conn:
        case_steps.resume(conn, workspace, street.secretary, case_id, "到了", at + timedelta(minutes=7))
    with workspace.write() as conn:
        case_steps.resume(conn, workspace, street.secretary, case_id, "到了", at + timedelta(minutes=19))
        case_steps.resume(conn, workspace, street.secretary, case_id, "到了", at + timedelta(minutes=20))
    assert [s.name for s in get_case(workspace, street.chen, case_id).steps][-2:] == ["挂账", "恢复计时"]


def test_a_machine_s_clock_that_was_set_back_stops_nobody(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    walk(workspace, street, case_id, "dispatched")
    clock.advance(hours=-1)
    walk(workspace, street, case_id, "suspended", "dispatched", "handling")
    steps = get_case(workspace, street.chen, case_id).steps
    assert [s.step.at for s in steps] == sorted(s.step.at for s in steps)


def test_self_correction_comes_before_the_case_and_has_its_day(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    move_case(workspace, street.chen, case_id, CaseState.SELF_CORRECTING, "店主今天自己搬", 1)
    by = case_of(workspace, street, case_id).self_correct_by
    assert by == clock().replace(hour=9) + timedelta(days=1)
    assert get_case(workspace, street.chen, case_id).legal == (CaseState.VERIFYING,)
    walk(workspace, street, case_id, "dispatched")
    assert case_of(workspace, street, case_id).self_correct_by is None


def test_what_is_done_within_the_same_minute_stands_one_after_the_other(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    case_id = reported(workspace, street)
    walk(workspace, street, case_id, "dispatched")
    with workspace.write() as conn:
        case_steps.pause(conn, workspace, street.secretary, case_id, "等件", clock() + timedelta(seconds=2))
        resumed = case_steps.resume(conn, workspace, street.secretary, case_id, "到了", clock())
    assert resumed.state is CaseState.DISPATCHED


def test_self_correction_that_is_over_stands_on_the_secretary_s_desk(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    from mapsvc.operations.desk import open_list

    case_id = reported(workspace, street)
    move_case(workspace, street.chen, case_id, CaseState.SELF_CORRECTING, "店主今天自己搬", 1)
    assert open_list(workspace, street.secretary, "self_corrected").rows == ()
    clock.advance(days=2)
    assert [r.id for r in open_list(workspace, street.secretary, "self_corrected").rows] == [case_id]
