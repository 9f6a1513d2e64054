"""The phone besides the door: map, 记一笔, own page, what was taken along, abilities, cards, answers."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from mapsvc.store import tables as t
from tests.browser.field_around import a_door, phone_with_a_day, the_day, visit_view
from tests.browser.field_page import (
    call,
    counts,
    entries,
    go_offline,
    go_online,
    ready,
    record_visit,
    take_along,
    until,
    until_sent,
)
from tests.support.browser import PHONE, OpenContext, serious_faults, watch_of
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

VIEWS = ["map", "note", "me", "taken", "abilities", "scan", "answers"]
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/87.0.4280.141 Mobile Safari/537.36 MicroMessenger/8.0.16"
)
TARGET_PX = 44


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: these tests record."""
    folder = tmp_path_factory.mktemp("around") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


@pytest.fixture
def worker(open_context: OpenContext) -> BrowserContext:
    """A worker's phone."""
    return open_context("worker", **PHONE)


@pytest.fixture
def page(worker: BrowserContext) -> Page:
    """The phone with the day on it."""
    return phone_with_a_day(worker)


@pytest.fixture
def packed(page: Page) -> Page:
    """The phone after 带走今天: it works without network."""
    take_along(page)
    return page


def issue_of(server: Server, issue_id: str) -> Any:
    """An issue as the office has it."""
    ws = server.workspace()
    with ws.read() as conn:
        joined = t.issue.join(t.location, t.location.c.id == t.issue.c.location_id)
        columns = select(t.issue, t.location.c.lon, t.location.c.lat).select_from(joined)
        found = conn.execute(columns.where(t.issue.c.id == issue_id)).one()
    ws.database.close()
    return found


# -- 记一笔 -------------------------------------------------------------------------------------------------------


def test_a_note_at_a_place_is_kept_without_network_and_arrives(packed: Page, live_server: Server) -> None:
    page = packed
    place = the_day(page)["places"][0]
    go_offline(page)
    visit_view(page, f"note?place={place['code']}".partition("?")[0])
    page.evaluate("code => history.replaceState(null, '', `/today/note?place=${code}`)", place["code"])
    page.reload()
    ready(page, "/today/note")
    expect(page.locator('.jot .row[aria-pressed="true"]')).to_contain_text(place["name"])
    page.get_by_role("textbox", name="看到什么").fill("垃圾桶满了，摆到外面")
    expect(page.locator(".jot-kind")).to_contain_text("像是")
    page.get_by_role("button", name="记下").tap()
    ready(page, "/today")
    made = entries(page)[0]
    assert made["type"] == "issue"
    assert made["body"]["place"] == place["code"]
    go_online(page)
    until_sent(page)
    found = issue_of(live_server, made["id"])
    assert found.description == "垃圾桶满了，摆到外面"
    assert found.place_id


def test_a_note_on_the_map_takes_the_point_under_the_cross(page: Page, live_server: Server) -> None:
    visit_view(page, "note")
    page.get_by_role("button", name="在图上点").tap()
    page.get_by_role("button", name=re.compile("就在.*门口")).tap()
    for _ in range(3):
        page.get_by_role("button", name="往北一点").tap()
    page.get_by_role("textbox", name="看到什么").fill("共享单车堵住门口")
    page.get_by_role("button", name="记下").tap()
    ready(page, "/today")
    made = entries(page)[0]
    until_sent(page)
    found = issue_of(live_server, made["id"])
    assert found.lat == pytest.approx(made["body"]["position"]["lat"], abs=1e-6)
    day = the_day(page)
    assert min(abs(door["lat"] - found.lat) for door in day["doors"].values()) < 0.001


def test_a_note_needs_a_kind_and_offers_the_usual_ones(page: Page) -> None:
    visit_view(page, "note")
    page.locator(".jot .row").first.tap()
    page.get_by_role("textbox", name="看到什么").fill("这里不太对劲")
    page.get_by_role("button", name="记下").tap()
    expect(page.locator(".jot-foot .error")).to_contain_text("选一类问题")
    page.get_by_role("button", name="暴露垃圾").tap()
    page.get_by_role("button", name="记下").tap()
    ready(page, "/today")
    assert entries(page)[0]["body"]["kind"] == "06010"


def test_a_note_that_has_not_been_sent_can_be_changed(packed: Page) -> None:
    page = packed
    go_offline(page)
    visit_view(page, "note")
    page.locator(".jot .row").first.tap()
    page.get_by_role("textbox", name="看到什么").fill("垃圾桶满了")
    page.get_by_role("button", name="记下").tap()
    ready(page, "/today")
    before = entries(page)[0]
    visit_view(page, "list")
    page.get_by_role("button", name=re.compile("^改")).first.tap()
    box = page.get_by_role("textbox", name="看到什么")
    expect(box).to_have_value("垃圾桶满了")
    box.fill("灭火器过期了")
    page.get_by_role("button", name="改", exact=True).tap()
    page.get_by_role("button", name="消防隐患").tap()
    page.get_by_role("button", name="记下").tap()
    ready(page, "/today/list")
    after = next(one for one in entries(page) if one["id"] == before["id"])
    assert after["body"] == before["body"] | {"description": "灭火器过期了", "kind": "L0005"}
    go_online(page)


def test_what_was_typed_in_a_note_outlives_a_reload(page: Page) -> None:
    visit_view(page, "note")
    page.get_by_role("button", name="商铺门牌").tap()
    number = a_door(page)["number"].removesuffix("号")
    page.get_by_label("找门牌或店名").fill(number)
    page.locator(".jot .row").first.tap()
    page.get_by_role("textbox", name="看到什么").fill("门口的井盖松了")
    until(page, lambda: (call(page, "drafts", "draft", "note") or {}).get("text") == "门口的井盖松了")
    page.reload()
    ready(page, "/today/note")
    expect(page.get_by_role("textbox", name="看到什么")).to_have_value("门口的井盖松了")
    expect(page.locator('.jot .row[aria-pressed="true"]')).to_have_count(1)


# -- what is on the phone -----------------------------------------------------------------------------------------


def test_what_is_on_the_phone_is_listed_with_sizes(packed: Page) -> None:
    page = packed
    visit_view(page, "taken")
    shown = page.locator(".onphone")
    expect(shown).to_contain_text(f"{len(the_day(page)['doors'])}户")
    expect(shown).to_contain_text(re.compile(r"大小\s*\d+(\.\d)? [kM]B"))
    expect(shown).to_contain_text("是，没网也能打开")


def test_the_phone_is_not_cleared_while_something_waits(page: Page) -> None:
    made = record_visit(page, a_door(page)["code"])
    visit_view(page, "taken")
    page.get_by_role("button", name="清掉手机上的内容").tap(force=True)
    expect(page.locator(".taken .said")).to_contain_text("还有1条没传上去")
    assert [one["id"] for one in entries(page) if one["state"] != "sent"] == [made["id"]]
    assert the_day(page)
    until_sent(page)
    page.get_by_role("button", name="清掉手机上的内容").tap()
    expect(page.locator(".taken .said")).to_contain_text("清掉了")
    assert call(page, "day", "theDay") is None
    expect(page.get_by_role("heading", name="手机上还没有今天的内容")).to_be_visible()


def test_what_waits_can_be_carried_out_as_a_file(packed: Page) -> None:
    page = packed
    go_offline(page)
    record_visit(page, a_door(page)["code"])
    visit_view(page, "taken")
    assert counts(page) == (1, 0)
    with page.expect_download() as saved:
        page.get_by_role("button", name="导出还没传的").tap()
    assert '"format":"mapsvc-field"' in saved.value.path().read_text(encoding="utf-8").replace(" ", "")
    go_online(page)


def test_an_old_day_is_called_old(page: Page) -> None:
    visit_view(page, "taken")
    words = {"2026-11-23": "", "2026-11-22": "昨天的", "2026-11-20": "3天前的", "2026-11-24": ""}
    assert {date: call(page, "taken-view", "ageWords", date, "2026-11-23") for date in words} == words


def test_a_day_of_last_week_says_so(page: Page) -> None:
    visit_view(page, "taken")
    page.evaluate(
        """async () => {
            const M = globalThis.__mapsvcModules;
            await M["field/db.js"].tx("meta", "readwrite", async (t) => {
                const taken = await t.get("meta", "taken");
                const past = M["field/clock.js"].officeDay(Date.now() - 3 * 86400000);
                await t.put("meta", { ...taken, date: past }, "taken");
            });
            M["field/news.js"].announce("day");
        }"""
    )
    expect(page.locator(".onphone h2")).to_have_text(re.compile("3天前的"))
    expect(page.get_by_text("还没进来")).to_be_visible()


# -- the map ------------------------------------------------------------------------------------------------------


def test_a_number_leads_to_its_door(page: Page) -> None:
    door = a_door(page)
    visit_view(page, "map")
    page.get_by_label("找门牌或店名").fill(door["address"])
    page.get_by_label("找门牌或店名").press("Enter")
    card = page.locator(".mapcard")
    expect(card).to_contain_text(door["name"])
    card.get_by_role("button", name="去这户").tap()
    ready(page, f"/today/doors/{door['code']}")


def test_a_tap_on_the_map_says_what_is_there(page: Page) -> None:
    door = a_door(page)
    visit_view(page, "map")
    page.get_by_label("找门牌或店名").fill(door["address"])
    page.get_by_label("找门牌或店名").press("Enter")
    page.get_by_role("button", name="关上").tap()
    expect(page.locator(".mapcard")).to_be_hidden()
    box = page.locator(".livemap").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".mapcard")).to_contain_text(door["address"])


def colours(page: Page) -> int:
    """How many different colours the map shows."""
    counted: int = page.evaluate(
        """() => {
            const c = document.querySelector('.livemap'), seen = new Set();
            const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
            for (let i = 0; i < data.length; i += 40) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
            return seen.size;
        }"""
    )
    return counted


def test_the_map_is_drawn_from_the_phone_and_moves_by_keys(packed: Page) -> None:
    page = packed
    go_offline(page)
    visit_view(page, "map")
    assert colours(page) > 4
    shot = "document.querySelector('.livemap').toDataURL()"
    page.locator(".livemap").focus()
    for press in ("ArrowRight", "+", "ArrowUp"):
        before = page.evaluate(shot)
        page.keyboard.press(press)
        page.wait_for_function(f"was => {shot} !== was", arg=before)
    go_online(page)


def test_the_strip_under_the_head_says_where_one_stands(page: Page) -> None:
    address = page.locator("#door-name .door-place").inner_text()
    said = page.locator(".strip-map").get_attribute("aria-label")
    assert said and said.startswith(f"地图：{address}，这一侧往下")


def test_every_door_stands_in_the_list(page: Page) -> None:
    visit_view(page, "map")
    page.locator(".doorlist summary").tap()
    expect(page.locator(".doorlist a")).to_have_count(len(the_day(page)["doors"]))
    expect(page.locator(".doorlist a small").first).not_to_be_empty()


# -- abilities and answers ----------------------------------------------------------------------------------------

_NOTHING_ASKED = """
window.asked = [];
Geolocation.prototype.getCurrentPosition = () => asked.push('position');
MediaDevices.prototype.getUserMedia = () => { asked.push('camera'); return Promise.reject(new Error()); };
StorageManager.prototype.persist = () => { asked.push('persist'); return Promise.resolve(false); };
"""


def test_the_abilities_are_told_without_asking_for_any(page: Page) -> None:
    page.add_init_script(_NOTHING_ASKED)
    visit_view(page, "abilities")
    expect(page.locator(".abilities")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".abilities li")).to_have_count(9)
    for line in page.locator(".abilities li .mark").all_inner_texts():
        assert line.strip() in {"有", "没有", "不用"}
    assert page.evaluate("asked") == []


def test_without_a_certificate_the_way_to_one_is_told(page: Page) -> None:
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false });")
    visit_view(page, "abilities")
    for name in ("离线", "连接"):
        line = page.locator(".abilities li", has_text=name).first
        expect(line).to_have_attribute("data-has", "false")
        expect(line).to_contain_text("--tls-cert")


def test_in_a_chat_program_the_way_out_is_told(open_context: OpenContext) -> None:
    page = open_context("worker", **PHONE, user_agent=WECHAT).new_page()
    page.goto("/today/abilities")
    expect(page.locator(".abilities")).to_contain_text("在浏览器打开")


def test_answers_are_found_by_what_is_typed(page: Page) -> None:
    visit_view(page, "answers")
    taken = len(the_day(page)["answers"])
    assert taken >= 30
    expect(page.locator(".answers li")).to_have_count(taken)
    page.get_by_label("在解答里找").fill("隔油池")
    assert 0 < page.locator(".answers li").count() < taken
    page.locator(".answers summary").first.tap()
    expect(page.locator(".answers li").first).to_contain_text("样例")
    expect(page.locator(".answers li").first).to_contain_text("来源")
    page.get_by_label("在解答里找").fill("没有的词")
    expect(page.get_by_role("status").get_by_text("没有找到")).to_be_visible()


# -- all of them --------------------------------------------------------------------------------------------------


_SMALL = """least => [...document.querySelectorAll('main button, main summary, main nav a, main input:not(.sr)')]
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([e, r]) => r.width && (r.height < least - 0.5 || r.width < least - 0.5))
    .map(([e, r]) => `${e.outerHTML.slice(0, 80)} ${r.width}x${r.height}`)"""


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_fit_for_everybody(page: Page, name: str) -> None:
    visit_view(page, name)
    page.wait_for_timeout(200)
    assert serious_faults(page) == []
    assert page.evaluate(_SMALL, TARGET_PX) == []
    page.emulate_media(color_scheme="dark")
    assert serious_faults(page, ["color-contrast"]) == []
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) == 360
    page.evaluate("document.documentElement.style.setProperty('-webkit-text-size-adjust', '200%', 'important')")
    page.wait_for_timeout(100)
    assert page.evaluate(width) == 360


@pytest.mark.parametrize("name", VIEWS)
def test_a_phone_without_a_day_says_what_to_do(worker: BrowserContext, name: str) -> None:
    page = worker.new_page()
    page.route("**/api/v1/today", lambda route: route.abort())
    watch_of(page).allow("ERR_FAILED")
    page.goto(f"/today/{name}")
    ready(page, f"/today/{name}")
    expect(page.locator("main")).to_contain_text("没信号" if name == "taken" else re.compile("带走今天|这台手机"))
