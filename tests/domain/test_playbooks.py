"""Playbooks: what is written to a file comes back the same; when a step is due, and when it comes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar, weekdays
from mapsvc.domain.playbook_files import content_from, read_file, write_json, write_toml
from mapsvc.domain.playbooks import (
    MOST_LIMIT_MIN,
    Content,
    Makes,
    Phase,
    Repeat,
    RunResult,
    Step,
    first_due,
    next_repeat,
)
from mapsvc.domain.tasks import Task, TaskOrigin, TaskRole
from mapsvc.errors import Malformed, Refused
from mapsvc.paths import shipped

MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
STEP = {"phase": "upkeep", "text": "看一眼", "role": "worker"}
FILE = {"id": "corner", "name": "转角", "steps": [STEP]}

texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=60).map(str.strip)
steps = st.builds(
    Step,
    st.sampled_from(Phase),
    texts.filter(bool),
    st.sampled_from(TaskRole),
    st.one_of(st.just(Limit()), st.builds(Limit, st.sampled_from(LimitCalendar), st.integers(1, MOST_LIMIT_MIN))),
    st.just(Repeat.ONCE),
    st.sampled_from(Makes),
    texts,
)
contents = st.builds(
    Content,
    st.from_regex(r"[a-z][a-z0-9_]{1,30}", fullmatch=True),
    texts.filter(bool).map(lambda t: t[:40].strip() or "甲"),
    st.lists(steps, min_size=1, max_size=6).map(tuple),
    texts,
    st.sets(st.sampled_from(("06010", "09005", "L0001"))).map(lambda k: tuple(sorted(k))),
)


@given(contents)
def test_what_is_written_comes_back_the_same(content: Content) -> None:
    results = (
        RunResult(date(2026, 10, 1), date(2026, 10, 30), 7, 6, "better"),
        RunResult(date(2026, 11, 1), None, 7, 0),
    )
    for write in (write_toml, write_json):
        assert read_file(write(content).encode()) == content
        assert read_file(write(content, results).encode()) == replace(content, results=results)


@pytest.mark.parametrize("file", sorted((shipped("layers") / "playbooks").glob("*.toml")), ids=lambda f: f.stem)
def test_those_that_came_along_can_be_read(file: Path) -> None:
    content = read_file(file.read_bytes())
    assert content.code == file.stem and {s.phase for s in content.steps} == set(Phase)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "Ä"}, "id"),
        ({"name": " "}, "name"),
        ({"name": 3}, "name"),
        ({"steps": "x"}, "steps"),
        ({"steps": [3]}, "steps"),
        ({"kinds": ["99999"]}, "kinds"),
        ({"colour": "red"}, "colour"),
        ({"results": [{"began": "gestern", "steps": 1, "steps_done": 0}]}, "results.1.began"),
        ({"results": [{"began": "2026-01-01", "effect": "great"}]}, "results.1.effect"),
        ({"steps": [STEP, STEP | {"role": "boss"}]}, "steps.2.role"),
        ({"steps": [STEP | {"limit_min": 0}]}, "steps.1.limit_min"),
        ({"steps": [STEP | {"limit_min": "2"}]}, "steps.1.limit_min"),
        ({"steps": [STEP | {"calendar": "moon"}]}, "steps.1.calendar"),
        ({"steps": [STEP | {"makes": "order", "repeats": "daily"}]}, "steps.1.repeats"),
        ({"steps": [STEP | {"text": "x" * 201}]}, "steps.1.text"),
        ({"steps": [STEP | {"text": "a\x07"}]}, "steps.1.text"),
    ],
)
def test_what_is_wrong_is_named_by_step_and_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as told:
        content_from(FILE | change)
    assert field in {p.field for p in told.value.problems}


def test_chinese_names_are_taken_for_codes() -> None:
    step = {"phase": "长效维护", "text": "看一眼", "role": "走访人", "repeats": "每天"}
    read = content_from(FILE | {"steps": [step]}).steps[0]
    assert (read.phase, read.role, read.repeats) == (Phase.UPKEEP, TaskRole.WORKER, Repeat.DAILY)


@pytest.mark.parametrize("content", [b"", b"\xff", b"id = ", b"{", b"[1, 2]", b"x" * 400_000])
def test_what_is_no_file_of_ours_is_said(content: bytes) -> None:
    with pytest.raises((Malformed, Refused)):
        read_file(content)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit(), ""),
        (Limit(LimitCalendar.CLOCK, 120), "2小时内"),
        (Limit(LimitCalendar.CLOCK, 90), "1.5小时内"),
        (Limit(LimitCalendar.CLOCK, 45), "45分钟内"),
        (Limit(LimitCalendar.CLOCK, 2880), "2天内"),
        (Limit(LimitCalendar.WORKING_HOURS, 240), "4个工作时内"),
        (Limit(LimitCalendar.WORKING_DAYS, 3 * DAY_MIN), "3个工作日内"),
    ],
)
def test_how_a_limit_is_said(limit: Limit, words: str) -> None:
    assert Step(Phase.IMMEDIATE, "x", TaskRole.WORKER, limit).limit_text == words


@pytest.mark.parametrize(
    ("repeats", "first", "then"),
    [
        (Repeat.DAILY, "2026-11-23T23:59:59", "2026-11-25T23:59:59"),
        (Repeat.WEEKLY, "2026-11-30T23:59:59", "2026-12-01T23:59:59"),
        (Repeat.EACH_RAIN, None, None),
    ],
)
def test_when_it_comes_again(repeats: Repeat, first: str | None, then: str | None) -> None:
    step = Step(Phase.UPKEEP, "看一眼", TaskRole.WORKER, repeats=repeats)
    due = first_due(step, MONDAY, weekdays)
    task = Task("a", TaskOrigin.PLAYBOOK, "看一眼", TaskRole.WORKER, MONDAY, repeats=repeats.value, due_at=due)
    done = MONDAY + timedelta(days=1, hours=2)
    following = next_repeat(replace(task, done_at=done, proof="好"), "b", done)
    assert following is not None and following.is_open and following.proof is None
    for at, wanted in ((due, first), (following.due_at, then)):
        assert (at and (at + timedelta(hours=8)).replace(tzinfo=None).isoformat()) == wanted


def test_what_is_done_once_does_not_come_again() -> None:
    task = Task("a", TaskOrigin.PLAYBOOK, "清掉", TaskRole.PROPERTY, MONDAY, repeats="once", done_at=MONDAY)
    assert next_repeat(task, "b", MONDAY) is None
    assert next_repeat(replace(task, repeats=None), "b", MONDAY) is None
