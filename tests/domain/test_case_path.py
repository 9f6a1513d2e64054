"""The way of a case from 待受理 to 回访, with what happened on it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mapsvc.domain.case_path import RETURNED, path_of
from mapsvc.domain.cases import Case, CaseState, CaseStep, Limit

S = CaseState
START = datetime(2026, 11, 2, 2, tzinfo=UTC)
CASE = Case("c", S.REPORTED, START, Limit())


def steps_of(*states: CaseState) -> list[CaseStep]:
    return [
        CaseStep(str(i), "c", to, i + 1, START + timedelta(hours=i), states[i - 1] if i else None)
        for i, to in enumerate(states)
    ]


def progress(case: Case, *states: CaseState) -> dict[str, str]:
    return {s.code: s.progress for s in path_of(case, steps_of(*states), []).stations}


def test_what_is_behind_is_done_and_what_is_ahead_to_come() -> None:
    found = progress(replace(CASE, state=S.HANDLING), S.REPORTED, S.DISPATCHED, S.HANDLING)
    assert list(found.values()) == ["done", "done", "now", "todo", "todo", "todo"]


def test_a_paused_case_stands_where_it_stood() -> None:
    case = replace(CASE, state=S.SUSPENDED, suspended_from=S.HANDLING)
    found = progress(case, S.REPORTED, S.DISPATCHED, S.HANDLING, S.SUSPENDED)
    assert found["handling"] == "now" and found["verifying"] == "todo"


def test_a_closed_case_waits_for_its_return_visit_and_then_is_through() -> None:
    way = (S.REPORTED, S.DISPATCHED, S.HANDLING, S.VERIFYING, S.CLOSED)
    waiting = replace(CASE, state=S.CLOSED, return_visit_due_at=START + timedelta(days=20))
    assert progress(waiting, *way)["closed"] == "done" and progress(waiting, *way)[RETURNED] == "now"
    through = replace(waiting, return_visited_at=START + timedelta(days=18))
    assert set(progress(through, *way).values()) == {"done"}


def test_a_case_that_came_back_counts_from_its_last_way() -> None:
    steps = steps_of(S.REPORTED, S.DISPATCHED, S.HANDLING, S.VERIFYING, S.HANDLING)
    found = path_of(replace(CASE, state=S.HANDLING), steps, [])
    stations = {s.code: s for s in found.stations}
    assert stations["handling"].at == steps[-1].at and stations["verifying"].at is None


def test_taking_a_pause_does_not_move_the_day_a_station_was_reached() -> None:
    steps = steps_of(S.REPORTED, S.DISPATCHED, S.HANDLING, S.SUSPENDED, S.HANDLING)
    found = {s.code: s for s in path_of(replace(CASE, state=S.HANDLING), steps, []).stations}
    assert found["handling"].at == steps[2].at


def test_a_rejected_case_ends_where_it_was() -> None:
    found = path_of(replace(CASE, state=S.REJECTED), steps_of(S.REPORTED, S.DISPATCHED, S.REJECTED), [])
    assert found.ended == "作废"
    assert [s.progress for s in found.stations] == ["done", "done", "todo", "todo", "todo", "todo"]


def test_flags_stand_on_the_stretch_where_it_happened_once_each() -> None:
    steps = steps_of(S.REPORTED, S.DISPATCHED, S.HANDLING)
    marks = [
        ("people", "议事会", START + timedelta(hours=5)),
        ("bell", "红色响应", START + timedelta(hours=1, minutes=5)),
        ("bell", "红色响应", START + timedelta(hours=1, minutes=50)),
    ]
    found = path_of(replace(CASE, state=S.HANDLING), steps, marks)
    assert [(f.code, f.after) for f in found.flags] == [("bell", 1), ("people", 2)]
