"""早发现: what a look raises, what a week lets through, what becomes of it, and what decisions teach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.alerts import Alert, AlertState, Candidate, Decision, Dismissal
from mapsvc.domain.cases import CaseState
from mapsvc.domain.issues import IssueSource
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import alerts, cases, context_events, history, playbook_runs, watches
from mapsvc.operations.alert_decisions import Acceptance
from mapsvc.operations.context_events import NewContext
from mapsvc.operations.imports import import_ledger, undo_last_import
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables
from tests.support.alerts import SUNDAY, Told, corner, street_wide
from tests.support.clock import FixedClock
from tests.support.street import Street, uid
from tests.support.workbook import ISSUE, write_workbook

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """The one detector there is."""
    detector = Told()
    monkeypatch.setattr("mapsvc.operations.detectors.DETECTORS", (detector,))
    return detector


def run(ws: Workspace) -> alerts.Inbox:
    """A look at yesterday, and the inbox after it."""
    alerts.run_alerts(ws, SYSTEM)
    return alerts.inbox(ws, SYSTEM)


def opened(ws: Workspace) -> list[Alert]:
    return [line.alert for line in alerts.inbox(ws, SYSTEM).open]


def only(ws: Workspace) -> Alert:
    (one,) = opened(ws)
    return one


def rows(ws: Workspace) -> tuple[int, ...]:
    """How many rows stand in the tables that a look writes to."""
    some = (tables.alert, tables.alert_run, tables.event, tables.audit)
    with ws.read() as conn:
        return tuple(int(conn.execute(select(func.count()).select_from(t)).scalar_one()) for t in some)


def test_a_clear_sign_is_raised_with_its_words_and_on_the_timeline(
    workspace: Workspace, street: Street, told: Told
) -> None:
    told.say(corner())
    made = alerts.run_alerts(workspace, SYSTEM)
    assert (made.until_day, made.tested, made.found, made.shown) == (SUNDAY, 40, 1, 1)
    one = only(workspace)
    assert one.text == "近14天9件，平时约1.5件。" and one.evidence["count"] == 9
    assert one.q == pytest.approx(1e-5 / 0.7 * 40) and one.evidence["q_limit"] == 0.1
    entry = history.place_history(workspace, street.chen, "PD0001").items[0]
    assert (entry.title, entry.url) == ("早发现 · PD0001 暴露垃圾突然多了", f"/alerts/{one.id}")


def test_looking_twice_at_a_day_changes_nothing(workspace: Workspace, street: Street, told: Told) -> None:
    told.say(corner())
    first = alerts.run_alerts(workspace, SYSTEM)
    before = rows(workspace)
    told.say(corner(), corner(name="other"))
    assert alerts.run_alerts(workspace, SYSTEM) == first
    assert rows(workspace) == before and told.asked == [SUNDAY]


def test_an_earlier_day_is_not_looked_at_afterwards(workspace: Workspace, street: Street, told: Told) -> None:
    run(workspace)
    with pytest.raises(Refused, match="11月22日"):
        alerts.run_alerts(workspace, SYSTEM, SUNDAY - DAY)


def test_what_may_be_chance_among_so_many_tests_is_not_raised(workspace: Workspace, street: Street, told: Told) -> None:
    told.say(corner(p=0.004))
    told.tested = 400
    assert not run(workspace).open


def test_the_same_again_is_seen_again_and_not_doubled(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    told.say(corner())
    run(workspace)
    clock.advance(WEEK)
    told.say(corner(count=12, until_day=SUNDAY + WEEK))
    box = run(workspace)
    one = only(workspace)
    assert one.seen_again_at == workspace.clock() and one.evidence["count"] == 12 and box.week.shown == 0
    assert len(history.place_history(workspace, street.chen, "PD0001").items) == 1


def test_a_sign_whose_middle_moved_is_the_same_if_it_speaks_of_the_same_reports(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    def of(name: str, *reports: str) -> Candidate:
        return corner(name=name, evidence={**corner().evidence, "issue_ids": list(reports)})

    told.say(of("here", "a", "b", "c"))
    run(workspace)
    clock.advance(WEEK)
    told.say(of("there", "b", "c", "d", "e"), of("elsewhere", "c", "x", "y"))
    run(workspace)
    assert sorted(one.subject for one in opened(workspace)) == ["outbreak:elsewhere", "outbreak:here"]
    alerts.dismiss(workspace, street.secretary, raised_one(workspace, "outbreak:here").id, 0, Dismissal.SMALL)
    clock.advance(WEEK)
    told.say(of("third", "d", "e", "f"))
    run(workspace)
    assert [one.subject for one in opened(workspace)] == ["outbreak:elsewhere"]


def raised_one(ws: Workspace, subject: str) -> Alert:
    return next(one for one in opened(ws) if one.subject == subject)


def test_later_looks_of_a_week_need_far_clearer_signs(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    run(workspace)
    clock.advance(DAY)
    told.say(corner(p=0.001))
    assert not run(workspace).open
    clock.advance(DAY)
    told.say(corner(p=1e-5))
    assert len(run(workspace).open) == 1


def test_what_is_over_the_budget_waits_and_comes_first_next_week(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    signs = [corner(p=10**-n, name=f"P{n}") for n in (9, 8, 7, 6, 5)]
    told.say(*reversed(signs))
    box = run(workspace)
    assert [line.alert.subject for line in box.open] == ["outbreak:P9", "outbreak:P8", "outbreak:P7"]
    assert [line.alert.subject for line in box.held] == ["outbreak:P6", "outbreak:P5"]
    assert (box.week.shown, box.week.budget) == (3, 3)
    clock.advance(DAY)
    assert len(run(workspace).held) == 2
    clock.advance(WEEK - DAY)
    told.say(signs[-1])
    box = run(workspace)
    assert len(box.open) == 4 and [line.alert.subject for line in box.held] == ["outbreak:P6"]
    assert {line.alert.raised_at for line in box.open if line.alert.subject == "outbreak:P5"} == {workspace.clock()}


def test_what_nobody_decided_and_nobody_saw_again_passes(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    told.say(corner())
    run(workspace)
    told.say()
    clock.advance(27 * DAY)
    assert run(workspace).open
    clock.advance(DAY)
    box = run(workspace)
    assert not box.open and [line.alert.state for line in box.decided] == [AlertState.OVER]


def raised(ws: Workspace, told: Told, *candidates: object) -> Alert:
    told.say(*candidates or (corner(),))  # type: ignore[arg-type]
    run(ws)
    return opened(ws)[0]


def test_accepted_as_a_case_it_is_one_with_its_words_and_can_be_undone(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    one = raised(workspace, told)
    after = alerts.accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.CASE, words="去看看"))
    assert after.state is AlertState.ACCEPTED and after.decided_ref == after.case_id
    case = cases.get_case(workspace, street.secretary, str(after.decided_ref))
    assert case.line.description == "去看看" and case.line.found.place_code == "PD0001"
    assert not opened(workspace)
    clock.advance(timedelta(minutes=9))
    back = alerts.take_back(workspace, street.secretary, one.id, after.version)
    assert back.state is AlertState.OPEN and back.case_id is None and only(workspace) == back
    with pytest.raises(NotFound):
        cases.get_case(workspace, street.secretary, str(after.decided_ref))
    again = alerts.accept(workspace, street.secretary, one.id, back.version, Acceptance(Decision.CASE))
    assert again.decided_ref != after.decided_ref


def test_a_case_that_was_taken_up_cannot_be_undone_from_here(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    one = raised(workspace, told)
    after = alerts.accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.CASE))
    case_id = str(after.decided_ref)
    cases.move_case(workspace, street.secretary, case_id, CaseState.DISPATCHED, None, 1)
    with pytest.raises(Conflict):
        alerts.take_back(workspace, street.secretary, one.id, after.version)
    assert cases.get_case(workspace, street.secretary, case_id)


def test_it_can_be_attached_to_a_case_that_is_open(workspace: Workspace, street: Street, told: Told) -> None:
    known = report_issue(
        workspace, street.chen, NewIssue(uid("i"), "06010", "一堆", IssueSource.PATROL, place="PD0001")
    )
    one = raised(workspace, told)
    view = alerts.get_alert(workspace, street.secretary, one.id)
    (line,) = view.open_cases
    case_id = line.found.case.id
    assert case_id == known.found.case.id  # type: ignore[union-attr]
    after = alerts.accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.CASE, case_id))
    assert after.decided_ref == case_id
    assert alerts.take_back(workspace, street.secretary, one.id, after.version).case_id is None
    assert cases.get_case(workspace, street.secretary, case_id)
    gone = Acceptance(Decision.CASE, uid("no case"))
    with pytest.raises(Refused, match="不在办"):
        alerts.accept(workspace, street.secretary, one.id, after.version + 1, gone)


def test_accepted_as_a_watch_it_is_watched_until_undone(workspace: Workspace, street: Street, told: Told) -> None:
    one = raised(workspace, told)
    after = alerts.accept(workspace, street.office, one.id, one.version, Acceptance(Decision.WATCH))
    (line,) = watches.list_watches(workspace, street.chen)
    assert line.watch.id == after.decided_ref and line.watch.until_at == workspace.clock() + timedelta(days=90)
    alerts.take_back(workspace, street.office, one.id, after.version)
    assert not watches.list_watches(workspace, street.chen)


def test_accepted_with_a_playbook_it_runs_at_the_place_and_is_not_undone(
    workspace: Workspace, street: Street, told: Told
) -> None:
    one = raised(workspace, told)
    with pytest.raises(Refused, match="样板"):
        alerts.accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.PLAYBOOK))
    wanted = Acceptance(Decision.PLAYBOOK, playbook="dumping_spot", order_to="兰凤物业")
    after = alerts.accept(workspace, street.secretary, one.id, one.version, wanted)
    with workspace.read() as conn:
        assert playbook_runs.get_run(conn, str(after.decided_ref)).place_id == uid("PD0001")
    with pytest.raises(Conflict, match="收尾"):
        alerts.take_back(workspace, street.secretary, one.id, after.version)


def test_what_is_about_the_whole_street_can_be_noted_only(workspace: Workspace, street: Street, told: Told) -> None:
    one = raised(workspace, told, street_wide())
    for decision in (Decision.CASE, Decision.PLAYBOOK, Decision.WATCH, Decision.CAMPAIGN):
        with pytest.raises(Refused):
            alerts.accept(workspace, street.secretary, one.id, one.version, Acceptance(decision))
    after = alerts.accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.NOTED))
    assert after.state is AlertState.ACCEPTED and after.decided_ref is None


def test_of_two_who_decide_at_once_the_second_is_told(workspace: Workspace, street: Street, told: Told) -> None:
    one = raised(workspace, told)
    alerts.dismiss(workspace, street.secretary, one.id, one.version, Dismissal.SMALL)
    with pytest.raises(Conflict) as late:
        alerts.accept(workspace, street.office, one.id, one.version, Acceptance(Decision.CASE))
    assert late.value.extra == {"version": one.version + 1}
    with pytest.raises(Conflict):
        alerts.take_back(workspace, street.office, one.id, one.version)
    assert not cases.list_cases(workspace, street.office, cases.Wanted()).items


def test_who_may_see_may_not_decide(workspace: Workspace, street: Street, told: Told) -> None:
    one = raised(workspace, told)
    assert not alerts.get_alert(workspace, street.chen, one.id).may_decide
    with pytest.raises(Forbidden):
        alerts.dismiss(workspace, street.chen, one.id, one.version, Dismissal.SMALL)
    with pytest.raises(Forbidden):
        alerts.accept(workspace, street.chen, one.id, one.version, Acceptance(Decision.NOTED))
    with pytest.raises(Forbidden):
        alerts.inbox(workspace, street.volunteer)
    with pytest.raises(NotFound):
        alerts.get_alert(workspace, street.chen, uid("nothing"))


def test_another_reason_needs_words(workspace: Workspace, street: Street, told: Told) -> None:
    one = raised(workspace, told)
    with pytest.raises(Refused) as missing:
        alerts.dismiss(workspace, street.secretary, one.id, one.version, Dismissal.OTHER)
    assert missing.value.problems[0].field == "words"
    assert only(workspace) == one


def test_dismissed_as_too_small_it_must_be_clearer_next_time(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    one = raised(workspace, told)
    alerts.dismiss(workspace, street.secretary, one.id, one.version, Dismissal.SMALL)
    clock.advance(WEEK)
    assert not run(workspace).open
    clock.advance(WEEK)
    told.say(corner(count=18))
    again = (run(workspace), only(workspace))[1]
    assert again.id != one.id and again.evidence["q_limit"] == 0.05
    assert again.evidence["learned"] == ["上次说是太小，这次要更明显才提醒。"]
    alerts.dismiss(workspace, street.secretary, again.id, again.version, Dismissal.WRONG)
    clock.advance(5 * WEEK)
    told.say(corner(p=0.03 / 40 * 0.7))
    assert not run(workspace).open
    clock.advance(26 * WEEK)
    assert len(run(workspace).open) == 1


def test_a_dismissal_that_is_taken_back_teaches_nothing(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    one = raised(workspace, told)
    gone = alerts.dismiss(workspace, street.secretary, one.id, one.version, Dismissal.SMALL)
    clock.advance(6 * DAY)
    alerts.take_back(workspace, street.secretary, one.id, gone.version)
    gone = alerts.dismiss(workspace, street.secretary, one.id, gone.version + 1, Dismissal.KNOWN)
    clock.advance(8 * DAY)
    with pytest.raises(Conflict, match="过了"):
        alerts.take_back(workspace, street.secretary, one.id, gone.version)


def test_what_was_explained_is_quiet_while_its_reason_lasts(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    works = NewContext(uid("works"), "works", "换雨水管", workspace.clock() - 9 * DAY, place="PD0001")
    context_events.add_context(workspace, street.chen, works)
    one = raised(workspace, told)
    assert [c.id for c in alerts.get_alert(workspace, street.chen, one.id).contexts] == [works.id]
    with pytest.raises(Refused):
        alerts.dismiss(workspace, street.secretary, one.id, one.version, Dismissal.EXPLAINED, because=uid("none"))
    alerts.dismiss(workspace, street.secretary, one.id, one.version, Dismissal.EXPLAINED, because=works.id)
    clock.advance(9 * WEEK)
    assert not run(workspace).open
    context_events.end_context(workspace, street.chen, works.id, workspace.clock())
    clock.advance(WEEK)
    assert len(run(workspace).open) == 1


def test_what_is_handled_is_quiet_while_its_case_is_open(
    workspace: Workspace, street: Street, told: Told, clock: FixedClock
) -> None:
    one = raised(workspace, told)
    after = alerts.accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.CASE))
    clock.advance(9 * WEEK)
    assert not run(workspace).open
    cases.move_case(workspace, street.secretary, str(after.decided_ref), CaseState.REJECTED, "没有了", 1)
    clock.advance(WEEK)
    assert len(run(workspace).open) == 1


def test_an_import_is_undone_though_a_warning_speaks_of_its_reports(
    workspace: Workspace, street: Street, told: Told, tmp_path: Path
) -> None:
    import_ledger(workspace, street.secretary, write_workbook(tmp_path / "a.xlsx", {"问题台账": [ISSUE]}))
    with workspace.read() as conn:
        (report,) = conn.execute(select(tables.issue)).all()
    evidence = {**corner().evidence, "issue_ids": [report.id]}
    one = raised(workspace, told, corner(evidence=evidence, location_id=report.location_id, place_id=None))
    assert len(alerts.get_alert(workspace, street.chen, one.id).reports) == 1
    undo_last_import(workspace, street.secretary)
    view = alerts.get_alert(workspace, street.chen, one.id)
    assert not view.reports and not view.has_spot
    with pytest.raises(Refused):
        alerts.accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.WATCH))


def test_trying_out_and_replaying_write_nothing(workspace: Workspace, street: Street, told: Told) -> None:
    before = rows(workspace)

    def some(until: date) -> tuple[object, ...]:
        n = (until - SUNDAY).days // 7
        return tuple(replace(corner(name=f"P{i}"), until_day=until) for i in range(n % 3 * 2))

    told.candidates = some  # type: ignore[assignment]
    assert [f.candidate.subject for f in alerts.preview(workspace, street.chen, SUNDAY + WEEK).shown] == [
        "outbreak:P0", "outbreak:P1",
    ]  # fmt: skip
    weeks = list(alerts.replay(workspace, street.chen, SUNDAY, SUNDAY + 5 * WEEK))
    assert [len(w.raised) for w in weeks] == [0, 2, 2, 0, 0, 0] and not any(w.held for w in weeks)
    assert rows(workspace) == before
