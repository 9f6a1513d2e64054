"""Playbooks at work: steps become tasks, notices and rosters; what repeats comes again; the end has words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mapsvc.domain.issues import IssueSource
from mapsvc.domain.playbooks import Repeat
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import history
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.playbook_runs import NewRun, RunView, end_run, runs_of_place, start_run
from mapsvc.operations.playbooks import get_playbook, save_playbook
from mapsvc.operations.tasks import finish_task
from mapsvc.operations.workspace import Workspace
from mapsvc.store import places
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

CORNER = NewRun(uid("run"), "dumping_spot", place="PD0001", order_to="兰凤物业")


def the_run(ws: Workspace, street: Street) -> RunView:
    """The latest run at the corner, as the secretary sees it."""
    with ws.read() as conn:
        place = places.by_code(conn, "PD0001")
        assert place is not None
        return runs_of_place(ws, conn, street.secretary, place.id)[0]


def test_every_step_not_left_out_becomes_a_task(workspace: Workspace, street: Street) -> None:
    _, is_new = start_run(workspace, street.secretary, replace(CORNER, leave_out=frozenset({7})))
    assert is_new and start_run(workspace, street.secretary, CORNER)[1] is False
    view = the_run(workspace, street)
    assert [len(s.tasks) for s in view.steps] == [1, 1, 1, 1, 1, 1, 0]
    assert [s.is_left_out for s in view.steps] == [False] * 6 + [True]
    first = view.steps[0].tasks[0].task
    assert first.owner_name == "兰凤物业"
    assert first.due_at == workspace.clock() + timedelta(hours=2)
    order = view.steps[0].order
    assert order is not None and (order.to_unit, order.due_at) == ("兰凤物业", first.due_at)
    assert [n.until_day.isoformat() for n in view.notices] == ["2026-12-23"]
    assert view.rosters[0].coverage.text == "排了28班，够人的0班"
    assert (view.done, len(view.used)) == (0, 6)


def test_what_repeats_comes_again_when_one_is_done(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    start_run(workspace, street.secretary, CORNER)
    daily = the_run(workspace, street).steps[3]
    assert daily.step.repeats is Repeat.DAILY
    clock.advance(timedelta(hours=3))
    finish_task(workspace, street.chen, daily.tasks[0].task.id)
    lines = the_run(workspace, street).steps[3].tasks
    assert [line.task.is_open for line in lines] == [True, False]
    due = lines[0].task.due_at
    assert due is not None and due.isoformat() == "2026-11-24T15:59:59+00:00"
    assert the_run(workspace, street).steps[3].times_done == 1


def test_an_ended_run_gives_up_what_is_open_and_says_what_came_of_it(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    run, _ = start_run(workspace, street.secretary, CORNER)
    with pytest.raises(Refused):
        end_run(workspace, street.secretary, run.id, " ")
    clock.advance(timedelta(days=30))
    end_run(workspace, street.secretary, run.id, "三十天没有再堆。")
    assert not any(line.task.is_open for s in the_run(workspace, street).steps for line in s.tasks)
    with pytest.raises(Conflict):
        end_run(workspace, street.secretary, run.id, "再收一次")
    told = [(e.title, e.detail) for e in history.place_history(workspace, street.chen, "PD0001").items]
    assert told[0] == ("治理样板 · 垃圾死角 · 收尾", "三十天没有再堆。")
    assert told[-1] == ("治理样板 · 垃圾死角 · 开始", "第1版，7步") or told[-2][0].startswith("治理样板")


def test_a_run_keeps_the_version_it_began_with(workspace: Workspace, street: Street) -> None:
    start_run(workspace, street.secretary, CORNER)
    content = get_playbook(workspace, street.secretary, "dumping_spot").playbook.content
    after = save_playbook(workspace, street.secretary, replace(content, steps=content.steps[:2]), 1)
    assert after.version == 2
    assert len(the_run(workspace, street).steps) == 7


def test_what_cannot_be_begun_is_refused(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        start_run(workspace, street.chen, CORNER)
    with pytest.raises(NotFound):
        start_run(workspace, street.secretary, replace(CORNER, place="PD9999"))
    with pytest.raises(NotFound):
        start_run(workspace, street.secretary, replace(CORNER, playbook="nothing"))
    with pytest.raises(Refused):
        start_run(workspace, street.secretary, replace(CORNER, leave_out=frozenset(range(1, 8))))
    start_run(workspace, street.secretary, CORNER)
    with pytest.raises(Conflict, match="正在这里用着"):
        start_run(workspace, street.secretary, replace(CORNER, id=uid("again")))


def test_it_runs_on_a_case_and_stands_in_its_history(workspace: Workspace, street: Street) -> None:
    new = NewIssue(uid("leak"), "L0001", "吊顶滴水", IssueSource.VISIT, shop="LT0001")
    case_id = report_issue(workspace, street.chen, new).found.case.id  # type: ignore[union-attr]
    run, _ = start_run(workspace, street.secretary, NewRun(uid("r"), "rain_leak", case=case_id, order_to="兰凤物业"))
    assert (run.case_id, run.shop_id) == (case_id, uid("LT0001"))
    titles = [e.title for e in history.shop_history(workspace, street.chen, "LT0001").items]
    assert "治理样板 · 雨天渗漏 · 开始" in titles
