"""Monday at nine: the desk's numbers, tickets brought in, what was known before, one answered from its case."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import pytest
from playwright.sync_api import expect

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.times import OFFICE_ZONE
from tests.browser.field_stories import street
from tests.support.browser import serious_faults
from tests.support.tickets import ticket, ticket_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from mapsvc.domain.cases import Case
    from mapsvc.operations.workspace import Workspace
    from tests.support.browser import OpenContext
    from tests.support.other_hour import StreetServer

KNOWN, FIRST, AGAIN, CORNER, LOST = (f"SH20261120{n}" for n in (9001, 9002, 9003, 9004, 9005))
SECRETARY = Actor(None, "王书记", Role.SECRETARY)
DONE_MS = 60_000


@dataclass(frozen=True)
class Doors:
    """Addresses of two open shops of the demo and the name of its corner."""

    known: str
    leaks: str
    corner: str


def doors_of(ws: Workspace) -> Doors:
    """The same doors in every run."""
    from sqlalchemy import select

    from mapsvc.store.tables import location, place, shop

    with ws.read() as conn:
        ask = select(location.c.address).join(shop, shop.c.location_id == location.c.id).where(shop.c.state == "open")
        found = list(conn.execute(ask.where(location.c.street == "岚皋路").order_by(location.c.house_number)).scalars())
        corner = conn.execute(select(place.c.name).where(place.c.code == "PD0001")).scalar_one()
    return Doors(found[20], found[40], corner)


def seen_before(ws: Workspace) -> None:
    """A call on 8 October found smoke at one door; a leak at the other is being handled since Thursday."""
    from mapsvc.domain.cases import CaseState
    from mapsvc.operations.cases import move_case

    doors = doors_of(ws)
    report(ws, doors.known, "L0003", datetime(2026, 10, 8, 10))
    case = report(ws, doors.leaks, "L0001", datetime(2026, 11, 19, 9))
    for step, to in enumerate((CaseState.DISPATCHED, CaseState.HANDLING)):
        move_case(at(ws, datetime(2026, 11, 19, 11 + step)), SECRETARY, case.id, to, "", case.version + step)


def report(ws: Workspace, address: str, kind: str, day: datetime) -> Case:
    """Something seen on a call."""
    from mapsvc.domain.issues import IssueSource
    from mapsvc.operations.issues import NewIssue, Reported, report_issue

    new = NewIssue(str(uuid5(NAMESPACE_URL, kind)), kind, "走到时看见的", IssueSource.VISIT, shop=code_at(ws, address))
    told = report_issue(at(ws, day), SECRETARY, new)
    assert isinstance(told, Reported)
    return told.found.case


def at(ws: Workspace, day: datetime) -> Workspace:
    """The office at another time."""
    return replace(ws, clock=lambda: day.replace(tzinfo=OFFICE_ZONE))


def code_at(ws: Workspace, address: str) -> str:
    """The shop at a door."""
    from sqlalchemy import select

    from mapsvc.store.tables import location, shop

    with ws.read() as conn:
        ask = select(shop.c.code).join(location, location.c.id == shop.c.location_id)
        return str(conn.execute(ask.where(location.c.address == address)).scalar_one())


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StreetServer]:
    """The office on Monday at nine."""
    with street(tmp_path_factory.mktemp("monday"), seen_before, has_jobs=True) as running:
        yield running


@pytest.fixture
def workbook(live_server: StreetServer, tmp_path: Path) -> Path:
    """What the hotline sent: four at places we know, one nobody can place."""
    ws = live_server.workspace()
    doors = doors_of(ws)
    ws.database.close()
    empty = {"先行联系时限": None, "办理时限(工作日)": 5}
    smoke = {"诉求内容": "市民来电反映油烟扰民,希望尽快处理", "发生地址": f"上海市普陀区{doors.known}"}
    rubbish = {"诉求内容": "市民来电反映暴露垃圾，希望尽快处理", "发生地址": doors.corner}
    noise = {"诉求内容": "市民来电反映晚上有人敲东西", "发生地址": "老地方"}
    spaced = f" {doors.leaks.replace('号', '')} 号 "
    return ticket_file(
        tmp_path / "12345.xlsx",
        ticket(9001, 来电时间="2026年10月14日 9时20分", 状态="已办结", **smoke),
        ticket(9002, 来电时间="2026/11/20 13:19", 发生地址=spaced, **empty),
        ticket(9003, 来电时间="2026.11.22 19:05", 发生地址=f"{doors.leaks}底层", 是否重复="是", **empty),
        ticket(9004, 来电时间=datetime(2026, 11, 20, 8, 30), **rubbish, **empty),
        ticket(9005, 来电时间="2026-11-22 21:40", **noise, **empty),
    )


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """The secretary at a desk."""
    return open_context("secretary").new_page()


def test_monday_at_nine(page: Page, workbook: Path) -> None:
    the_maps_numbers_open_their_lists(page)
    the_desk_opens_every_number(page)
    tickets_are_brought_in(page, workbook)
    one_was_known_before_the_call(page)
    duplicates_are_merged(page)
    the_answer_comes_from_the_case(page)
    page.goto("/desk")
    expect(page.get_by_role("heading", name="今天要定")).to_be_visible()
    assert not serious_faults(page)


def the_maps_numbers_open_their_lists(page: Page) -> None:
    for n, address in ((0, "/cases"), (1, "/cases?state=overdue")):
        page.goto("/")
        number = page.locator("#numbers a.number").nth(n)
        count = number.locator("b").inner_text()
        number.click()
        page.wait_for_url(f"**{address}")
        expect(page.locator("#list-head .second")).to_have_text(re.compile(rf"^{count}\D"))
    page.goto("/")
    walked, all_of_them = re.findall(r"\d+", page.locator("#numbers a.number .value").nth(2).inner_text())
    page.locator("#numbers a.number").nth(2).click()
    expect(page.locator("[data-row]")).to_have_count(int(all_of_them) - int(walked))


def the_desk_opens_every_number(page: Page) -> None:
    page.get_by_role("link", name="今日").first.click()
    for name in ("今天要定", "今天到期", "还没走到"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    links = page.locator("main a[data-count]")
    assert links.count() >= 6
    for n in range(links.count()):
        count = int(links.nth(n).get_attribute("data-count") or "-1")
        links.nth(n).click()
        expect(page.locator("[data-row]")).to_have_count(count)
        page.get_by_role("link", name="回到今日").click()
    expect(page.locator(".desk-first")).to_contain_text("先发现")


def tickets_are_brought_in(page: Page, workbook: Path) -> None:
    page.get_by_role("link", name="工单", exact=True).click()
    page.get_by_role("link", name="导入工单").click()
    page.set_input_files("#file", workbook)
    page.get_by_role("button", name="看看会改什么").click()
    page.get_by_role("button", name="确认导入").wait_for(timeout=DONE_MS)
    expect(page.locator("main")).to_contain_text(LOST)
    page.get_by_role("button", name="确认导入").click()
    page.get_by_text("导入好了。").wait_for(timeout=DONE_MS)
    page.goto("/tickets")
    for number in (FIRST, AGAIN, CORNER):
        expect(page.locator(f"[data-row={number}]")).not_to_contain_text("没找到地点")
    expect(page.locator(f"[data-row={LOST}]")).to_contain_text("没找到地点")
    # Called on Friday and on Sunday evening: both have until this evening.
    expect(page.locator(f"[data-row={AGAIN}]")).to_contain_text("先行联系剩")
    expect(page.locator(f"[data-row={FIRST}]")).to_contain_text("11月27日 17:00到期")


def one_was_known_before_the_call(page: Page) -> None:
    page.goto("/tickets?state=answered")
    page.locator(f"[data-row={KNOWN}] a").click()
    expect(page.locator("#known")).to_contain_text("10月8日走访已发现，早了6天")
    expect(page.get_by_text("历史工单，不算时限")).to_be_visible()


def duplicates_are_merged(page: Page) -> None:
    page.goto(f"/tickets/{AGAIN}")
    expect(page.locator("#known")).to_contain_text("11月19日走访已发现，早了3天")
    offer = page.locator("#alike")
    expect(offer).to_contain_text(FIRST)
    offer.get_by_role("button", name="并过去").click()
    expect(page.get_by_text("已经并到")).to_be_visible()


def the_answer_comes_from_the_case(page: Page) -> None:
    page.goto(f"/tickets/{FIRST}")
    expect(page.locator(".ticket-clocks")).to_contain_text("先行联系")
    expect(page.get_by_role("heading", name="并过来的")).to_be_visible()
    page.get_by_role("button", name="签收").click()
    page.get_by_text("记一次联系").click()
    page.get_by_role("radio", name="联系上").check()
    page.get_by_role("button", name="记下", exact=True).click()
    expect(page.locator(".ticket-clocks")).to_contain_text("联系上")
    page.get_by_role("button", name="就是这件").click()
    answer = page.get_by_label("给来电人的话")
    text = answer.input_value()
    assert all(said in text for said in ("11月20日", "11月19日", "立案", "开始处理", "已与您取得联系"))
    assert not re.search(r"1\d{10}|王书记|小[陈周吴郑李]", text)
    answer.fill(text + "本周内换管。")
    page.get_by_role("radio", name="解决了", exact=True).check()
    page.get_by_role("button", name="办结").click()
    expect(page.get_by_text("按时办结")).to_be_visible()
    page.locator("#case-part a").click()
    expect(page.locator("#tickets")).to_contain_text(FIRST)
    page.goto(f"/tickets/{AGAIN}")
    expect(page.get_by_text("本周内换管。")).to_be_visible()
