"""Tickets of the office's own workbook, all placed, what was known recomputed; and what is done with a ticket."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.contacts import ContactResult, ContactWay
from mapsvc.domain.effects import Satisfaction
from mapsvc.domain.tickets import TicketState
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.errors import Conflict, Forbidden, Refused
from mapsvc.operations import imports, ticket_answers, ticket_import, ticket_links, ticket_steps, tickets
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.ticket_answers import Closing
from mapsvc.operations.ticket_steps import NewContact
from mapsvc.operations.workspace import Workspace
from mapsvc.store.tickets import Wanted
from tests.support import street
from tests.support.clock import FixedClock
from tests.support.street import Street, uid
from tests.support.tickets import SHEET, ticket, ticket_file
from tests.support.workbook import ISSUE, write_workbook

DATA = Path(__file__).resolve().parents[1] / "data/ledger"
NUMBER = "SH202611201001"


def taken_in(ws: Workspace, file: Path, **more: Any) -> dict[str, int]:
    return ticket_import.import_tickets(ws, SYSTEM, file, **more).as_json()["sheets"][SHEET]  # type: ignore[index,no-any-return]


def stored(ws: Workspace, number: str = NUMBER) -> Any:
    return tickets.get_ticket(ws, SYSTEM, number).ticket


@pytest.fixture
def people(workspace: Workspace) -> Street:
    return street.build(workspace)


# The office's own workbook.


@pytest.fixture
def office(workspace: Workspace, database_kind: str) -> Workspace:
    imports.import_ledger(workspace, SYSTEM, DATA / "lantian_ledger.xlsx")
    return workspace


def test_the_offices_workbook_is_read_placed_and_known_before_as_its_own_dates_say(office: Workspace) -> None:
    file = DATA / "lantian_ledger_12345.xlsx"
    assert taken_in(office, file, dry_run=True)["added"] == 46
    assert tickets.list_tickets(office, SYSTEM, Wanted()).total == 0
    assert taken_in(office, file) == {
        "read": 46, "added": 46, "updated": 0, "unchanged": 0, "rejected": 0, "conflicts": 0
    }  # fmt: skip
    assert taken_in(office, file)["unchanged"] == 46
    page = tickets.list_tickets(office, SYSTEM, Wanted())
    rows = {one["工单编号"]: one for one in sheet_rows(file, SHEET)}
    doors, places = dict(shop_doors()), {}
    wrong = []
    for line in page.items:
        row = rows[line.ticket.number]
        street_name, number = door_of(row["发生地址"])
        wanted = {code for code, (s, n, last) in doors.items() if s == street_name and n <= number <= last}
        wanted = {code for code in wanted if doors[code][1] == number} or wanted
        if line.found.shop_code not in wanted:
            wrong.append((row["工单编号"], row["发生地址"], line.found.shop_code, wanted))
        places[line.ticket.number] = line.found
    assert not wrong
    told = {line.ticket.number: line.known for line in page.items if line.known}
    assert told == known_by_hand(rows, places)
    assert 10 <= len(told) < 46


def sheet_rows(file: Path, name: str) -> Iterator[dict[str, Any]]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    rows = iter(book[name].iter_rows(values_only=True))
    titles = next(row for row in rows if sum(isinstance(cell, str) for cell in row) > 4)
    yield from (dict(zip(titles, row, strict=True)) for row in rows if sum(cell is not None for cell in row) > 3)


def at_office(value: Any) -> datetime | None:
    """A cell's time, read here once more: as a date or by its digits."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=OFFICE_ZONE)
    parts = [int(n) for n in re.findall(r"\d+", unicodedata.normalize("NFKC", str(value or "")))]
    try:
        return datetime(*parts[:5], tzinfo=OFFICE_ZONE) if len(parts) >= 5 else None  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def door_of(address: str) -> tuple[str, int]:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", address))
    found = re.search(r"(岚皋西路|岚皋路)(\d+)", plain)
    assert found, address
    return found[1], int(found[2])


def shop_doors() -> Iterator[tuple[str, tuple[str, int, int]]]:
    for row in sheet_rows(DATA / "lantian_ledger.xlsx", "商铺底册"):
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(row["地址(门牌)"])))
        if found := re.search(r"(岚皋西路|岚皋路)(\d+)(?:-(\d+))?", plain):
            yield row["商铺编号"], (found[1], int(found[2]), int(found[3] or found[2]))


def known_by_hand(rows: dict[str, dict[str, Any]], places: dict[str, Any]) -> dict[str, str]:
    """The claims from the two workbooks' own dates, by the rule as it stands in words in domain/found_first.py."""
    codes = {"店外经营": "09005", "违规户外广告": "07003", "房屋渗漏": "L0001"}
    issues = [row for row in sheet_rows(DATA / "lantian_ledger.xlsx", "问题台账") if at_office(row["上报时间"])]
    visits = [row for row in sheet_rows(DATA / "lantian_ledger.xlsx", "走访记录") if at_office(row["走访时间"])]
    said = {
        "巡查": "巡查已发现",
        "走访": "走访已发现",
        "居民": "居民已反映",
        "商户": "商户已反映",
        "联心卡": "商户扫码已反映",
    }
    told = {}
    for number, row in rows.items():
        called, found = at_office(row["来电时间"]), places[number]
        assert called
        kind = re.sub(r"市民来电反映|,.*", "", row["诉求内容"])
        still_open, settled = [], []
        for issue in issues:
            at, closed = at_office(issue["上报时间"]), at_office(issue["办结时间"])
            assert at
            if issue["类别"].strip() != kind or at >= called or issue["来源"] == "12345":
                continue
            same = issue["商铺编号"] == found.shop_code
            if not same and (kind in codes or metres(found, issue) > 50):
                continue
            if (closed is None or closed > called) and called - at <= timedelta(days=180):
                still_open.append((at, said[issue["来源"]]))
            elif closed and closed <= called and called - at <= timedelta(days=60):
                settled.append((at, said[issue["来源"]]))
        for visit in visits:
            at = at_office(visit["走访时间"])
            assert at
            leak = kind == "房屋渗漏" and visit["反映问题"] == "楼上滴水"
            if leak and visit["商铺编号"] == found.shop_code and at < called and called - at <= timedelta(days=60):
                settled.append((at, "走访已听到"))
        if still_open or settled:
            at, how = min(still_open) if still_open else max(settled)
            told[number] = f"{at.month}月{at.day}日{how}，早了{(called.date() - at.date()).days}天"
    return told


def metres(found: Any, issue: dict[str, Any]) -> float:
    if issue["经度"] is None or found.lon is None:
        return math.inf
    east = (float(issue["经度"]) - found.lon) * 95_200
    north = (float(issue["纬度"]) - found.lat) * 110_900
    return math.hypot(east, north)


# Three ways of a value, and what cannot be taken.


def test_the_offices_changes_come_through_and_what_was_done_here_stays(
    workspace: Workspace, people: Street, tmp_path: Path
) -> None:
    taken_in(workspace, ticket_file(tmp_path / "1.xlsx", ticket(), ticket(1002)))
    ticket_steps.sign(workspace, people.secretary, NUMBER, 1)
    ticket_answers.keep_answer(workspace, people.secretary, NUMBER, "正在修。", 2)
    later = [ticket(状态="办理中", 承办单位="绿苑物业"), ticket(1002, 状态="办理中")]
    counted = taken_in(workspace, ticket_file(tmp_path / "2.xlsx", *later))
    assert (counted["updated"], counted["conflicts"]) == (2, 0)
    mine, other = stored(workspace), stored(workspace, "SH202611201002")
    assert (mine.state, mine.answer, mine.unit) == (TicketState.HANDLING, "正在修。", "绿苑物业")
    assert other.state is TicketState.HANDLING
    ticket_steps.return_ticket(workspace, people.secretary, "SH202611201002", "不归我们", other.version)
    done = [later[0], ticket(1002, 状态="已办结")]
    assert taken_in(workspace, ticket_file(tmp_path / "3.xlsx", *done))["conflicts"] == 1
    assert stored(workspace, "SH202611201002").state is TicketState.RETURNED


def test_rejected_rows_say_where_and_what_to_do(workspace: Workspace, people: Street, tmp_path: Path) -> None:
    rows = [
        ticket(),
        ticket(),
        ticket(1002, 来电时间="2026年13月1日"),
        ticket(1003, 诉求内容=None),
        ticket(1004, 来电时间="2030-01-01"),
    ]
    report = ticket_import.import_tickets(workspace, SYSTEM, ticket_file(tmp_path / "1.xlsx", *rows))
    counts = report.sheets[SHEET]
    assert (counts.read, counts.added, counts.rejected) == (5, 1, 4)
    told = [(p.row, p.column, p.code) for p in report.problems if p.level == "error"]
    assert told == [
        (4, "工单编号", "twice"), (5, "来电时间", "bad_date"), (6, "诉求内容", "missing"), (7, "来电时间", "ahead")
    ]  # fmt: skip
    assert all(p.message.endswith("。") for p in report.problems)


def test_what_cannot_be_placed_comes_in_all_the_same(workspace: Workspace, people: Street, tmp_path: Path) -> None:
    rows = [
        ticket(发生地址="大门口", 诉求内容="有人吵", **{"办理时限(工作日)": 0, "先行联系时限": None}, 诉求类型="咨询")
    ]
    report = ticket_import.import_tickets(workspace, SYSTEM, ticket_file(tmp_path / "1.xlsx", *rows))
    assert {p.code for p in report.problems} == {"no_spot", "no_kind", "bad_limit"}
    one = stored(workspace)
    assert (one.location_id, one.kind, one.limit_days) == (None, None, 1)
    assert one.first_contact_due_at.astimezone(OFFICE_ZONE) == datetime(2026, 11, 23, 17, tzinfo=OFFICE_ZONE)


def test_the_files_own_first_contact_time_wins_and_a_workbook_of_something_else_is_refused(
    workspace: Workspace, people: Street, tmp_path: Path
) -> None:
    taken_in(workspace, ticket_file(tmp_path / "1.xlsx", ticket(先行联系时限="2026-11-21 13:19")))
    assert stored(workspace).first_contact_due_at.astimezone(OFFICE_ZONE).day == 21
    with pytest.raises(Refused, match="12345工单"):
        taken_in(workspace, DATA / "lantian_ledger.xlsx")


@pytest.mark.parametrize(
    "address", ["岚皋西路27号", " 岚皋西路 ２７ 号 ", "上海市普陀区岚皋西路27号底层", "普陀区石泉路街道岚皋西路27-29号"]
)
def test_an_address_finds_the_shop_at_its_door(
    workspace: Workspace, people: Street, tmp_path: Path, address: str
) -> None:
    taken_in(workspace, ticket_file(tmp_path / "1.xlsx", ticket(发生地址=address)))
    assert stored(workspace).shop_id == uid("LT0001")


@pytest.mark.parametrize("address", ["岚皋西路28号", "岚皋西路27弄3号", "岚皋西路231号"])
def test_another_door_is_a_point_and_no_shop(
    workspace: Workspace, people: Street, tmp_path: Path, address: str
) -> None:
    taken_in(workspace, ticket_file(tmp_path / "1.xlsx", ticket(发生地址=address)))
    one = stored(workspace)
    assert one.shop_id is None and one.location_id is not None


def test_an_import_is_undone_but_for_what_was_worked_on(workspace: Workspace, people: Street, tmp_path: Path) -> None:
    rows = [ticket(), ticket(1002, 发生地址="岚皋西路231号")]
    taken_in(workspace, ticket_file(tmp_path / "1.xlsx", *rows))
    contact = NewContact(uid("c"), ContactWay.PHONE, ContactResult.NO_ANSWER)
    ticket_steps.log_contact(workspace, people.chen, NUMBER, contact)
    report = imports.undo_last_import(workspace, SYSTEM)
    assert (report.removed, report.kept_count) == (1, 1)
    assert [line.ticket.number for line in tickets.list_tickets(workspace, SYSTEM, Wanted()).items] == [NUMBER]


def test_an_imported_case_on_which_a_ticket_hangs_stays_when_the_import_is_undone(
    workspace: Workspace, people: Street, tmp_path: Path
) -> None:
    taken_in(workspace, ticket_file(tmp_path / "1.xlsx", ticket()))
    rows = [ISSUE | {"编号": number, "事发位置": "岚皋西路27号"} for number in ("WT1", "WT2")]
    imports.import_ledger(workspace, SYSTEM, write_workbook(tmp_path / "2.xlsx", {"问题台账": rows}))
    ticket_links.link_case(workspace, people.secretary, NUMBER, "WT1", 1)
    report = imports.undo_last_import(workspace, SYSTEM)
    assert (report.removed, [kept.key for kept in report.kept]) == (1, ["WT1"])


# What is done with a ticket.


@pytest.fixture
def one(workspace: Workspace, people: Street, tmp_path: Path) -> Workspace:
    taken_in(workspace, ticket_file(tmp_path / "1.xlsx", ticket(), ticket(1002)))
    return workspace


def test_only_reaching_the_caller_stops_the_first_clock(one: Workspace, people: Street, clock: FixedClock) -> None:
    no_answer = NewContact(uid("c1"), ContactWay.PHONE, ContactResult.NO_ANSWER, one.clock() - timedelta(hours=2))
    ticket_steps.log_contact(one, people.chen, NUMBER, no_answer)
    assert stored(one).first_contact_at is None
    reached = replace(no_answer, id=uid("c2"), result=ContactResult.REACHED, at=None)
    ticket_steps.log_contact(one, people.chen, NUMBER, reached)
    ticket_steps.log_contact(one, people.chen, NUMBER, reached)
    assert stored(one).first_contact_at == one.clock()
    assert len(tickets.get_ticket(one, SYSTEM, NUMBER).attempts) == 2
    early = replace(reached, id=uid("c3"), at=datetime(2026, 11, 1, tzinfo=OFFICE_ZONE))
    with pytest.raises(Refused):
        ticket_steps.log_contact(one, people.chen, NUMBER, early)


def test_a_stale_version_changes_nothing(one: Workspace, people: Street) -> None:
    ticket_steps.sign(one, people.secretary, NUMBER, 1)
    with pytest.raises(Conflict) as told:
        ticket_steps.return_ticket(one, people.secretary, NUMBER, "不归我们", 1)
    assert told.value.code == "stale_version" and told.value.extra["state_name"] == "办理中"
    with pytest.raises(Forbidden):
        ticket_steps.sign(one, people.chen, NUMBER, 2)


def test_the_answer_is_composed_of_what_was_done_without_names_and_numbers(one: Workspace, people: Street) -> None:
    at = datetime(2026, 11, 18, 10, tzinfo=OFFICE_ZONE)
    told = report_issue(
        one, people.chen, NewIssue(uid("leak"), "L0001", "徐女士说在漏，13812345678", at=at, shop="LT0001")
    )
    ticket_links.link_case(one, people.secretary, NUMBER, told.found.issue.number, 1)  # type: ignore[union-attr]
    from mapsvc.operations import cases

    case = told.found.case  # type: ignore[union-attr]
    cases.move_case(one, people.secretary, case.id, cases.CaseState("dispatched"), "徐女士很急", case.version)
    text = ticket_answers.compose(one, people.secretary, NUMBER)
    assert "11月20日来电" in text and "房屋渗漏" in text and "11月18日" in text and "立案" in text
    assert "徐女士" not in text and "138" not in text and "小陈" not in text
    version = stored(one).version
    ticket_answers.close_ticket(one, people.secretary, NUMBER, Closing(text, True, Satisfaction.FAIR), version)
    assert (stored(one).answer, stored(one).satisfaction) == (text, Satisfaction.FAIR)


def test_the_second_handling_has_three_working_days_from_then(one: Workspace, people: Street) -> None:
    ticket_steps.sign(one, people.secretary, NUMBER, 1)
    ticket_answers.close_ticket(one, people.secretary, NUMBER, Closing("修好了。", True), 2)
    ticket_steps.take_up_again(one, people.secretary, NUMBER, "还漏", 3)
    again = stored(one)
    assert again.is_second and again.due_at.astimezone(OFFICE_ZONE) == datetime(2026, 11, 26, 17, tzinfo=OFFICE_ZONE)
    assert again.answered_at is None and again.answer == "修好了。"


def test_merging_goes_one_way_and_is_answered_once(one: Workspace, people: Street) -> None:
    other = "SH202611201002"
    ticket_links.merge(one, people.secretary, other, NUMBER, 1)
    with pytest.raises(Conflict):
        ticket_links.merge(one, people.secretary, NUMBER, other, 1)
    assert tickets.list_tickets(one, SYSTEM, Wanted(states=("to_sign", "handling"))).total == 1
    ticket_steps.sign(one, people.secretary, NUMBER, 1)
    ticket_answers.close_ticket(one, people.secretary, NUMBER, Closing("修好了。", True), 2)
    assert stored(one, other).state is TicketState.ANSWERED
    assert stored(one, other).satisfaction is None


def test_what_was_merged_goes_back_with_a_return_and_comes_back_with_it(one: Workspace, people: Street) -> None:
    other = "SH202611201002"
    ticket_links.merge(one, people.secretary, other, NUMBER, 1)
    ticket_steps.return_ticket(one, people.secretary, NUMBER, "不归我们", 1)
    assert stored(one, other).state is TicketState.RETURNED
    ticket_steps.take_up_again(one, people.secretary, NUMBER, "热线说归", 2)
    assert stored(one, other).state is TicketState.HANDLING


def test_merged_into_an_answered_one_it_is_answered_into_a_returned_one_it_is_not_merged(
    one: Workspace, people: Street, tmp_path: Path
) -> None:
    taken_in(one, ticket_file(tmp_path / "2.xlsx", ticket(1003)))
    ticket_steps.sign(one, people.secretary, NUMBER, 1)
    ticket_answers.close_ticket(one, people.secretary, NUMBER, Closing("修好了。", True), 2)
    ticket_links.merge(one, people.secretary, "SH202611201002", NUMBER, 1)
    assert stored(one, "SH202611201002").answer == "修好了。"
    ticket_steps.take_up_again(one, people.secretary, NUMBER, "还漏", 3)
    ticket_steps.return_ticket(one, people.secretary, NUMBER, "不归我们", 4)
    with pytest.raises(Conflict):
        ticket_links.merge(one, people.secretary, "SH202611201003", NUMBER, 1)


def test_a_case_opened_for_a_ticket_came_by_the_hotline_and_is_no_evidence(one: Workspace, people: Street) -> None:
    case_id = ticket_links.open_case(one, people.secretary, NUMBER, 1)
    assert stored(one).case_id == case_id and stored(one).state is TicketState.HANDLING
    assert tickets.tickets_of_case(one, people.chen, case_id)[0].ticket.number == NUMBER
    assert tickets.tickets_of_case(one, people.volunteer, case_id) == ()
    assert stored(one, "SH202611201002").known_at is None


def test_what_is_withdrawn_is_no_evidence_any_more(workspace: Workspace, people: Street, tmp_path: Path) -> None:
    from mapsvc.operations.ticket_known import refresh_known
    from mapsvc.operations.withdrawals import withdraw_issue

    at = datetime(2026, 11, 18, 10, tzinfo=OFFICE_ZONE)
    report_issue(workspace, people.chen, NewIssue(uid("leak"), "L0001", at=at, shop="LT0001"))
    taken_in(workspace, ticket_file(tmp_path / "1.xlsx", ticket()))
    assert tickets.get_ticket(workspace, SYSTEM, NUMBER).line.known == "11月18日已记下，早了2天"
    withdraw_issue(workspace, people.chen, uid("leak"))
    assert tickets.get_ticket(workspace, SYSTEM, NUMBER).line.known is None
    refresh_known(workspace)
    assert stored(workspace).known_at is None
