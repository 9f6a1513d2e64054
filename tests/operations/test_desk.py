"""The desk: each number is the length of its list; units see their own; persons go by their role."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.desk import FOUND_FIRST, LISTS, ROLES, DeskList, due_words, lists_for
from mapsvc.errors import Forbidden, NotFound
from mapsvc.operations import ticket_import
from mapsvc.operations.desk import NOUN_OF, get_desk, open_list
from mapsvc.operations.workspace import Workspace
from mapsvc.store import desk, desk_rows
from tests.support.clock import FixedClock
from tests.support.desk import COMMITTEE as COMMITTEE_NAME
from tests.support.desk import PROPERTY as PROPERTY_NAME
from tests.support.desk import WAITING, build, put
from tests.support.street import Street, uid
from tests.support.tickets import ticket, ticket_file

COMMITTEE = Actor("c", "居委", Role.COMMITTEE, COMMITTEE_NAME)
PROPERTY = Actor("p", "物业", Role.PROPERTY, PROPERTY_NAME)
OTHERS = Actor("q", "别家物业", Role.PROPERTY, "申城物业")


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> tuple[Workspace, Street]:
    """One of everything that waits, at 27号."""
    return workspace, build(workspace, tmp_path)


def numbers(ws: Workspace, actor: Actor) -> dict[str, int]:
    """What is not nothing, by list; each as long as its list."""
    found = {}
    for figures in get_desk(ws, actor).figures.values():
        for figure in figures:
            rows = open_list(ws, actor, figure.list.id).rows
            assert len(rows) == figure.count, figure.list.id
            assert len({row.id for row in rows}) == len(rows)
            if rows:
                found[figure.list.id] = figure.count
    return found


def test_what_waits_stands_in_its_list_and_nowhere_else(office: tuple[Workspace, Street]) -> None:
    ws, people = office
    assert numbers(ws, people.secretary) == WAITING
    assert numbers(ws, people.office) == WAITING


def test_units_see_what_is_theirs_alone(office: tuple[Workspace, Street]) -> None:
    ws, _ = office
    assert numbers(ws, COMMITTEE) == {"unit_responses": 1, "unit_councils": 1, "unit_contacts": 1}
    assert numbers(ws, PROPERTY) == {"unit_orders": 1, "unit_tasks_due": 1, "unit_tasks": 1}
    assert numbers(ws, OTHERS) == {}
    assert numbers(ws, replace(PROPERTY, unit=None)) == {}
    assert open_list(ws, PROPERTY, "unit_orders").rows[0].url == f"/w/{'sent':x>43}"
    with pytest.raises(NotFound):
        open_list(ws, PROPERTY, "reported")


def test_tomorrow_what_was_due_is_late(office: tuple[Workspace, Street], clock: FixedClock) -> None:
    ws, people = office
    clock.advance(days=1)
    late = {name: open_list(ws, people.secretary, name).rows[0] for name in ("promises_due", "tasks_due")}
    assert all(row.is_late and row.clock.startswith("超时") for row in late.values())


def test_a_phone_in_a_text_is_masked_and_persons_go_by_their_role(office: tuple[Workspace, Street]) -> None:
    ws, people = office
    put(ws, "task", origin="manual", text="打13812345678", role="worker", owner_name="小陈", due_at=ws.clock(),
        made_at=ws.clock())  # fmt: skip
    said = " ".join(row.what for row in open_list(ws, people.secretary, "tasks_due").rows)
    assert "138****5678" in said and "走访人" in said and "小陈" not in said and "绿苑物业" in said


def test_a_task_stands_at_the_door_to_look_at(office: tuple[Workspace, Street]) -> None:
    ws, people = office
    now = ws.clock()
    put(
        ws,
        "task",
        origin="same_building",
        text="看看顶上",
        role="worker",
        shop_id=uid("LT0002"),
        due_at=now,
        made_at=now,
    )
    assert "岚皋西路29号" in {row.place for row in open_list(ws, people.secretary, "tasks_due").rows}


def test_the_headline_is_told_from_five_tickets_on(
    office: tuple[Workspace, Street], tmp_path: Path, clock: FixedClock
) -> None:
    ws, people = office
    first = get_desk(ws, people.secretary).found_first
    assert first is not None and not first.is_enough
    assert open_list(ws, people.secretary, FOUND_FIRST.id).rows == ()
    rows = [ticket(2000 + n, 来电时间="2026-11-22 10:00") for n in range(5)]
    ticket_import.import_tickets(ws, SYSTEM, ticket_file(tmp_path / "more.xlsx", *rows))
    first = get_desk(ws, people.secretary).found_first
    assert first is not None and first.is_enough
    assert len(open_list(ws, people.secretary, FOUND_FIRST.id).rows) == first.known


@pytest.mark.parametrize("role", sorted(set(Role) - ROLES))
def test_who_has_no_desk_is_told_so(workspace: Workspace, role: Role) -> None:
    with pytest.raises(Forbidden):
        get_desk(workspace, Actor("x", "某人", role))


def test_every_list_has_its_question_its_words_and_somebody_who_reads_it() -> None:
    ids = [one.id for one in (*LISTS, FOUND_FIRST)]
    assert len(set(ids)) == len(ids)
    assert set(ids) == set(desk.QUERIES) == set(NOUN_OF)
    assert set(NOUN_OF.values()) <= set(desk_rows.NOUNS)
    assert all(one.todo.endswith("。") and one.roles for one in LISTS)
    mine: tuple[DeskList, ...] = lists_for(PROPERTY)
    assert [one.id for one in mine] == ["unit_orders", "unit_tasks_due", "unit_tasks"]


def test_how_a_deadline_is_said(clock: FixedClock) -> None:
    now = clock()
    assert due_words(None, now) == ("", False)
    assert due_words(now + timedelta(hours=8), now) == ("今天17:00", False)
    assert due_words(now + timedelta(days=5), now) == ("11月28日", False)
    assert due_words(now - timedelta(minutes=80), now) == ("超时1:20", True)
    assert due_words(now - timedelta(days=3), now) == ("超时3天", True)
