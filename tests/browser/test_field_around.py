"""The phone besides the door: map, 记一笔, own page, what was taken along, abilities, cards, answers."""

from __future__ import annotations

import io
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import segno
from playwright.sync_api import expect
from sqlalchemy import select

from mapsvc.ledger.sheets import VISITS
from mapsvc.store import tables as t
from tests.browser.field_page import (
    call,
    counts,
    entries,
    go_offline,
    go_online,
    open_today,
    ready,
    record_visit,
    take_along,
    until,
    until_sent,
)
from tests.support.accounts import signed_in
from tests.support.browser import PHONE, OpenContext, serious_faults, watch_of
from tests.support.pictures import jpeg
from tests.support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

SHUT_OFF = r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_FAILED"
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
    with Server(folder) as running:
        yield running


@pytest.fixture
def worker(open_context: OpenContext) -> BrowserContext:
    """A worker's phone."""
    context = open_context("worker", **PHONE)
    context.watch.allow(SHUT_OFF)  # type: ignore[attr-defined]
    return context


@pytest.fixture
def page(worker: BrowserContext) -> Page:
    """The phone with the day on it."""
    opened = open_today(worker)
    until(opened, lambda: call(opened, "day", "theDay"), "the day is there")
    return opened


@pytest.fixture
def packed(page: Page) -> Page:
    """The phone after 带走今天: it works without network."""
    take_along(page)
    return page


def visit_view(page: Page, name: str) -> None:
    """Go to a view by its address."""
    page.goto(f"/today/{name}")
    ready(page, f"/today/{name}")


def the_day(page: Page) -> dict[str, Any]:
    """The day that lies on the phone."""
    found: dict[str, Any] = call(page, "day", "theDay")
    return found


def a_door(page: Page) -> dict[str, Any]:
    """One of the worker's doors."""
    doors = the_day(page)["doors"]
    door: dict[str, Any] = doors[sorted(doors)[0]]
    return door


def issue_of(server: Server, issue_id: str) -> Any:
    """An issue as the office has it."""
    ws = server.workspace()
    with ws.read() as conn:
        joined = t.issue.join(t.location, t.location.c.id == t.issue.c.location_id)
        columns = select(t.issue, t.location.c.lon, t.location.c.lat).select_from(joined)
        found = conn.execute(columns.where(t.issue.c.id == issue_id)).one()
    ws.database.close()
    return found


# -- the day in words ---------------------------------------------------------------------------------------------

DAY = {
    "date": "2026-11-23",
    "office": {"name": "石泉路街道", "block": "兰田街区"},
    "person": {"id": "w", "name": "小周"},
    "kinds": [
        {"code": "L0001", "name": "房屋渗漏", "short_name": "渗漏水"},
        {"code": "06010", "short_name": "暴露垃圾"},
    ],
    "places": [{"code": "PD0001", "name": "橙子公寓旁空地"}],
    "doors": {
        "LT0001": {"address": "岚皋西路27号", "name": "锦云家纺", "promises": []},
        "LT0002": {
            "address": "岚皋西路31号",
            "name": "福来茶铺",
            "promises": [
                {"id": "p1", "text": "问清楚回话", "due_at": "2026-11-24T18:00:00+08:00"},
                {"id": "p2", "text": "换灭火器", "due_at": "2026-11-24T18:00:00+08:00"},
                {"id": "p3", "text": "下周的事", "due_at": "2026-12-01T18:00:00+08:00"},
            ],
        },
    },
}


def entry(number: int, kind: str, at: str, body: dict[str, Any]) -> dict[str, Any]:
    """A record of the queue."""
    return {"id": f"e{number}", "type": kind, "at": f"{at}+08:00", "body": body, "state": "waiting"}


SAID = [
    entry(
        1,
        "visit",
        "2026-11-23T09:05:00",
        {
            "shop": "LT0001",
            "kind": "regular",
            "outcome": "met",
            "note": "=1+1\t有\n两行",
            "needs": [{"topic": "子女入园", "text": "要哪些材料"}],
            "promises": [
                {"id": "n1", "text": "给王小明先生回话，打13812345678。", "due_at": "2026-11-27T18:00:00+08:00"}
            ],
            "issues": [{"kind": "L0001", "description": "又滴水"}],
        },
    ),
    entry(
        2,
        "visit",
        "2026-11-23T09:20:00",
        {"shop": "LT0002", "kind": "follow_up", "outcome": "closed", "needs": [{"topic": "子女入园", "text": "报名"}]},
    ),
    entry(3, "issue", "2026-11-23T10:00:00", {"kind": "06010", "place": "PD0001"}),
    entry(4, "promise_kept", "2026-11-23T10:05:00", {"target": "p2", "target_type": "promise"}),
    entry(5, "issue", "2026-11-23T10:10:00", {"kind": "L0001", "place": "PD0001"}),
    entry(6, "withdraw", "2026-11-23T10:11:00", {"target": "e5", "target_type": "issue"}),
    entry(7, "visit", "2026-11-22T10:11:00", {"shop": "LT0002", "kind": "regular", "outcome": "met", "needs": []}),
]


def test_the_day_in_five_lines(page: Page) -> None:
    visit_view(page, "me")
    assert call(page, "words", "groupLines", DAY, SAID) == [
        "11月23日（周一）兰田街区走访",
        "听到：子女入园（岚皋西路27号、31号）",
        "发现：渗漏水（岚皋西路27号）；暴露垃圾（橙子公寓旁空地）",
        "答应：周五前给店主回话，打（号码略）（岚皋西路27号）",
        "明天到期：问清楚回话（岚皋西路31号）",
    ]


def test_a_day_without_anything_still_has_five_lines(page: Page) -> None:
    visit_view(page, "me")
    lines = call(page, "words", "groupLines", DAY | {"doors": {}}, [])
    assert len(lines) == 5
    assert lines[1:] == ["听到：没有新的诉求", "发现：没有新的问题", "答应：没有新的承诺", "明天到期：没有"]


def test_the_table_has_the_columns_of_the_workbook(page: Page) -> None:
    visit_view(page, "me")
    rows = [line.split("\t") for line in call(page, "words", "sheetText", DAY, SAID).splitlines()]
    assert rows[0] == [column.title for column in VISITS.columns]
    assert rows[1:] == [
        ["2026-11-23 09:05", "小周", "定期", "LT0001", "锦云家纺", "是", "'=1+1 有 两行", "要哪些材料", "", ""],
        ["2026-11-23 09:20", "小周", "回访", "LT0002", "福来茶铺", "未开门", "", "报名", "", ""],
    ]


def test_nobody_is_named_in_the_group(page: Page) -> None:
    visit_view(page, "me")
    said = {
        "打 021-6000 4636 问": "打 （号码略） 问",
        "电话１３８ １２３４ ５６７８": "电话（号码略）",
        "陈老板娘说的": "店主说的",
        "27号楼上 2026年11月27日前": "27号楼上 2026年11月27日前",
    }
    assert {text: call(page, "words", "discreet", text) for text in said} == said


def test_copying_puts_the_lines_on_the_clipboard(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit_view(page, "me")
    page.get_by_role("button", name="复制到群").tap()
    expect(page.locator(".copybox .said").first).to_contain_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert len(copied.splitlines()) == 5
    assert copied.splitlines() == page.get_by_label("今天的五行话").input_value().splitlines()


def test_where_copying_is_not_allowed_the_text_is_selected(page: Page) -> None:
    page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new Error('no')); document.execCommand = () => false;"
    )
    visit_view(page, "me")
    page.get_by_role("button", name="复制成表格").tap()
    expect(page.locator(".copybox .said").nth(1)).to_contain_text("已经全选")
    chosen = page.evaluate(
        "() => { const b = document.activeElement; return [b.value.length, b.selectionStart, b.selectionEnd]; }"
    )
    assert chosen == [chosen[0], 0, chosen[0]]
    assert chosen[0] > 0


# -- a card opens its door ----------------------------------------------------------------------------------------


def card_of(server: Server, code: str) -> str:
    """The token of a new card for a shop."""
    from mapsvc.operations import cards

    ws = server.workspace()
    token = cards.make_card(ws, signed_in(ws, "secretary").actor, code, is_lost=True).token
    ws.database.close()
    return token


def picture_of(text: str) -> bytes:
    """A photo of a code, as PNG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=7, border=5)
    return out.getvalue()


def show_photo(page: Page, picture: bytes, kind: str = "image/png") -> None:
    """Give the view a photo, as the camera would."""
    name = f"card.{kind.partition('/')[2]}"
    page.set_input_files(".scan input[type=file]", {"name": name, "mimeType": kind, "buffer": picture})


def test_a_photo_of_the_card_opens_its_door_without_network(packed: Page, live_server: Server) -> None:
    page = packed
    door = a_door(page)
    token = card_of(live_server, door["code"])
    call(page, "day", "refresh", {"force": True})
    go_offline(page)
    visit_view(page, "scan")
    show_photo(page, picture_of(f"http://10.1.2.3:8000/c/{token}"))
    ready(page, f"/today/doors/{door['code']}")
    expect(page.locator("#door-name")).to_contain_text(door["address"])
    made = record_visit(page, door["code"])
    assert made["body"]["card"] == token
    go_online(page)
    until_sent(page)
    ws = live_server.workspace()
    with ws.read() as conn:
        checked = conn.execute(select(t.visit.c.checked_by).where(t.visit.c.id == made["id"])).scalar_one()
    ws.database.close()
    assert checked == "card"


def test_a_card_opened_by_the_phones_own_scanner_counts_for_the_visit(page: Page, live_server: Server) -> None:
    door = a_door(page)
    token = card_of(live_server, door["code"])
    page.goto(f"/c/{token}")
    ready(page, f"/today/doors/{door['code']}")
    assert record_visit(page, door["code"])["body"]["card"] == token
    assert "card" not in record_visit(page, sorted(the_day(page)["doors"])[1])["body"]


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (picture_of("https://weixin.qq.com/g/abc"), "不是联心卡"),
        (picture_of("http://10.1.2.3/c/" + "A" * 32), "已经换新作废"),
        (jpeg(), "没有认出码"),
    ],
)
def test_what_is_no_live_card_is_said_in_plain_words(page: Page, picture: bytes, said: str) -> None:
    visit_view(page, "scan")
    show_photo(page, picture, "image/jpeg" if picture.startswith(b"\xff\xd8") else "image/png")
    expect(page.locator(".scan .said")).to_contain_text(said)


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
                const past = new Date(Date.now() - 3 * 86400000).toISOString().slice(0, 10);
                await t.put("meta", { ...taken, date: past }, "taken");
            });
            M["field/news.js"].announce("day");
        }"""
    )
    expect(page.locator(".onphone h2")).to_have_text(re.compile("[23]天前的|昨天的"))
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


def test_in_a_chat_program_the_way_out_is_told(open_context: OpenContext) -> None:
    page = open_context("worker", **PHONE, user_agent=WECHAT).new_page()
    page.goto("/today/abilities")
    expect(page.locator(".abilities")).to_contain_text("在浏览器打开")


def test_answers_are_found_by_what_is_typed(page: Page) -> None:
    visit_view(page, "answers")
    expect(page.locator(".answers li")).to_have_count(10)
    page.get_by_label("在解答里找").fill("入园")
    assert 0 < page.locator(".answers li").count() < 10
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
