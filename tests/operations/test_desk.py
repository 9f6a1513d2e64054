"""The desk: each number is the length of its list; units see their own; persons go by their role."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.desk import FOUND_FIRST, LISTS, ROLES, DeskList, due_words, lists_for
from mapsvc.errors import Forbidden, NotFound
from mapsvc.operations import ticket_import
from mapsvc.operations.desk import NOUN_OF, get_desk, open_list
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import desk, desk_rows
from mapsvc.store.tables import metadata
from tests.support import street
from tests.support.clock import FixedClock
from tests.support.street import Street, uid
from tests.support.tickets import ticket, ticket_file

COMMITTEE = Actor("c", "居委", Role.COMMITTEE, "联合新村居委会")
PROPERTY = Actor("p", "物业", Role.PROPERTY, "绿苑物业")
OTHERS = Actor("q", "别家物业", Role.PROPERTY, "申城物业")


def put(ws: Workspace, table: str, **values: Any) -> str:
    """A row as other parts write it."""
    row = {"id": uid(f"{table} {sorted(values.items(), key=str)}"), **values}
    with ws.write() as conn:
        conn.execute(metadata.tables[table].insert(), [row])
    return str(row["id"])


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> tuple[Workspace, Street]:
    """One of everything that waits, at 27号."""
    people, now = street.build(workspace), workspace.clock()
    done = report_issue(
        workspace, people.chen, NewIssue(uid("leak"), "L0001", "徐女士说漏水13812345678", shop="LT0001")
    )
    case = done.found.case.id  # type: ignore[union-attr]
    hour, shop = timedelta(hours=1), {"shop_id": uid("LT0001")}
    response = put(workspace, "response", case_id=case, reason="漏得厉害", called_at=now)
    put(workspace, "response_party", response_id=response, role="committee", name=COMMITTEE.unit)
    put(workspace, "contact_attempt", case_id=case, response_id=response, party="owner", way="phone",
        result="no_answer", next_at=now + hour, at=now)  # fmt: skip
    for state, unit in (("not_ours", PROPERTY.unit), ("sent", PROPERTY.unit)):
        put(workspace, "work_order", case_id=case, number=f"PD-{state}", token=f"token-{state}", to_unit=unit,
            what="看管道", state=state, made_at=now, expires_at=now + 30 * hour)  # fmt: skip
    put(workspace, "reopening", case_id=case, reason="又漏了", filed_at=now)
    put(workspace, "extension", case_id=case, reason="等天晴", until_at=now + 99 * hour, asked_at=now)
    planned = put(workspace, "council", case_id=case, held_at=now + hour, state="planned")
    put(workspace, "council_party", council_id=planned, role="committee", name=COMMITTEE.unit)
    put(workspace, "council", case_id=case, held_at=now - hour, state="held")
    put(workspace, "task", case_id=case, origin="manual", text="换管", role="property", owner_name=PROPERTY.unit,
        due_at=now + hour, made_at=now)  # fmt: skip
    put(workspace, "need", text="想换招牌", way="hard_case", voiced_at=now, **shop)
    put(workspace, "need", text="问政策", way="handed_on", voiced_at=now, due_at=now + hour, **shop)
    put(workspace, "promise", text="回个话", promised_at=now, due_at=now + hour, **shop)
    put(workspace, "promise", text="问清了", promised_at=now, kept_at=now, **shop)
    put(workspace, "notice", title="温馨提示", text="垃圾入桶", place_id=uid("PD0001"), from_day=date(2026, 11, 1),
        until_day=date(2026, 11, 20), made_at=now)  # fmt: skip
    rows = [ticket(), ticket(1002, 发生地址="老地方"), ticket(1003, 状态="办理中", **{"办理时限(工作日)": 1})]
    ticket_import.import_tickets(workspace, SYSTEM, ticket_file(tmp_path / "t.xlsx", *rows))
    return workspace, people


WAITING = {
    "reported": 1, "refused_orders": 1, "reopenings": 1, "extensions": 1, "councils": 1, "hard_needs": 1,
    "tickets_to_sign": 2, "tickets_unmatched": 1, "tickets_contact": 3, "tickets_due": 1, "tasks_due": 1,
    "promises_due": 1, "needs_due": 1, "notices_down": 1, "not_visited": 2, "untold": 1,
}  # fmt: skip


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
    assert open_list(ws, PROPERTY, "unit_orders").rows[0].url == "/w/token-sent"
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
