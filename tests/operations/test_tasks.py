"""A task is added to a case, done with proof, given up with a reason, taken up again; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.photos import PhotoOf
from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.domain.tasks import TaskOrigin, TaskRole
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import history
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.photos import NewPhoto, add_photo
from mapsvc.operations.tasks import (
    NewTask,
    add_case_task,
    cancel_task,
    case_tasks,
    finish_task,
    undo_task,
)
from mapsvc.operations.withdrawals import withdraw_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import register, tasks
from tests.support.clock import FixedClock
from tests.support.pictures import jpeg
from tests.support.street import Street, uid

COMMITTEE, COMPANY = "兰凤新村居委会", "兰凤物业"


@pytest.fixture
def case_id(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """A leak at 27号, whose door the register knows."""
    entry = RegisterEntry(uid("reg"), "岚皋西路", 1, 59, Side.ODD, "兰凤新村1幢", COMMITTEE, COMPANY, "021-60000001")
    with workspace.write() as conn:
        register.add(conn, entry, clock())
    done = report_issue(workspace, street.chen, NewIssue(uid("i"), "L0001", "吊顶滴水", shop="LT0001"))
    clock.advance(hours=1)
    return done.found.case.id  # type: ignore[union-attr]


def test_a_task_of_the_company_bears_its_name(workspace: Workspace, street: Street, case_id: str) -> None:
    due = workspace.clock() + timedelta(days=3)
    made = add_case_task(
        workspace, street.secretary, NewTask("更换排水管", TaskRole.PROPERTY, case_id=case_id, due_at=due)
    )
    assert made.owner_name == COMPANY
    with workspace.read() as conn:
        assert tasks.open_of_unit(conn, COMPANY) == [made]
        assert tasks.open_of_unit(conn, COMMITTEE) == []
        assert tasks.due_between(conn, None, due + timedelta(seconds=1)) == [made]
        assert tasks.due_between(conn, None, due) == []
    (line,) = case_tasks(workspace, street.chen, case_id).items
    assert (line.who, line.left, line.may_finish) == (COMPANY, "剩3天", True)


def test_who_may_finish(workspace: Workspace, street: Street, case_id: str) -> None:
    ours, theirs = (Actor(None, "调度", Role.PROPERTY, unit) for unit in (COMPANY, "石岚物业"))
    made = add_case_task(workspace, street.secretary, NewTask("更换排水管", TaskRole.PROPERTY, case_id=case_id))
    other = add_case_task(workspace, street.secretary, NewTask("通知住户", TaskRole.COMMITTEE, case_id=case_id))
    for task in (made, other):
        with pytest.raises(Forbidden):
            finish_task(workspace, theirs, task.id)
    with pytest.raises(Forbidden):
        finish_task(workspace, ours, other.id)
    assert finish_task(workspace, ours, made.id, "换好了").proof == "换好了"
    assert finish_task(workspace, Actor(None, "居委", Role.COMMITTEE, COMMITTEE), other.id).done_at


def test_done_with_proof_is_told_at_the_door_and_can_be_undone(
    workspace: Workspace, street: Street, clock: FixedClock, case_id: str
) -> None:
    made = add_case_task(workspace, street.secretary, NewTask("送达协议", TaskRole.SECRETARY, case_id=case_id))
    at = clock()
    clock.advance(hours=2)
    finish_task(workspace, street.secretary, made.id, "当面签收，电话13812345678", at)
    add_photo(workspace, street.chen, NewPhoto(uid("p"), PhotoOf.TASK, made.id, jpeg(32, 24)))
    entry = history.shop_history(workspace, street.zhou, "LT0001").items[0]
    assert (entry.title, entry.at) == ("任务 · 办好了", at)
    assert entry.detail == "送达协议（街区书记） · 当面签收，电话138****5678"
    with pytest.raises(Conflict):
        finish_task(workspace, street.secretary, made.id)
    shown = case_tasks(workspace, street.zhou, case_id)
    (line,) = shown.items
    assert (shown.done, shown.total) == (1, 1)
    assert (line.left, line.proof, len(line.photos)) == ("已办", "当面签收，电话138****5678", 1)
    assert undo_task(workspace, street.secretary, made.id) == made
    assert "任务 · 办好了" not in [e.title for e in history.shop_history(workspace, street.zhou, "LT0001").items]
    with pytest.raises(Conflict):
        undo_task(workspace, street.secretary, made.id)


def test_given_up_with_a_reason(workspace: Workspace, street: Street, case_id: str) -> None:
    made = add_case_task(workspace, street.chen, NewTask("再量一次", case_id=case_id, owner_id=uid("zhou")))
    assert made.owner_name == "小周"
    with pytest.raises(Refused):
        cancel_task(workspace, street.chen, made.id, " ")
    assert cancel_task(workspace, street.chen, made.id, "不用了").cancel_reason == "不用了"
    with pytest.raises(Conflict):
        finish_task(workspace, street.chen, made.id)
    assert history.shop_history(workspace, street.chen, "LT0001").items[0].title == "任务 · 取消"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "  "}, "text"),
        ({"amount_fen": -1}, "amount"),
        ({"due_at": timedelta(days=-1)}, "due_at"),
        ({"owner_id": "nobody"}, "owner"),
    ],
)
def test_wrong_fields_are_named(
    workspace: Workspace, street: Street, case_id: str, wrong: dict[str, object], field: str
) -> None:
    if "due_at" in wrong:
        wrong = {"due_at": workspace.clock() + wrong["due_at"]}  # type: ignore[operator]
    with pytest.raises(Refused) as refused:
        add_case_task(workspace, street.chen, NewTask(**{"text": "看一眼", "case_id": case_id} | wrong))  # type: ignore[arg-type]
    assert [p.field for p in refused.value.problems] == [field]


def test_times_that_cannot_be(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    made = add_case_task(workspace, street.chen, NewTask("看一眼", case_id=case_id))
    for at in (clock() + timedelta(minutes=1), clock() - timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            finish_task(workspace, street.chen, made.id, None, at)
        assert refused.value.problems[0].field == "at"


def test_a_look_at_another_door_is_told_there(workspace: Workspace, street: Street, case_id: str) -> None:
    look = NewTask("看有没有渗水", case_id=case_id, shop_id=uid("LT0002"), origin=TaskOrigin.SAME_BUILDING)
    made = add_case_task(workspace, street.secretary, look)
    with workspace.read() as conn:
        assert tasks.open_of_shops(conn, [uid("LT0002")], TaskOrigin.SAME_BUILDING) == [made]
    finish_task(workspace, street.zhou, made.id, "干的")
    assert history.shop_history(workspace, street.zhou, "LT0002").items[0].title == "举一反三 · 看过了"


def test_unknown_ones(workspace: Workspace, street: Street) -> None:
    with pytest.raises(NotFound):
        finish_task(workspace, street.chen, "nothing")
    with pytest.raises(NotFound):
        add_case_task(workspace, street.chen, NewTask("看一眼", case_id="nothing"))
    with pytest.raises(Forbidden):
        add_case_task(workspace, street.volunteer, NewTask("看一眼", case_id="nothing"))


def test_an_issue_with_a_task_is_not_withdrawn(workspace: Workspace, street: Street, case_id: str) -> None:
    add_case_task(workspace, street.secretary, NewTask("看一眼", case_id=case_id))
    with pytest.raises(Conflict, match="已经派了任务"):
        withdraw_issue(workspace, street.chen, uid("i"))
