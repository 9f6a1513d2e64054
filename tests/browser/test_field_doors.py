"""今日 at the door: one tap for a quiet door, sheets that lose nothing, a list that sets things right."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.field_page import call, counts, entries, go_offline, open_today, ready, send_now
from tests.support.browser import PHONE, OpenContext, serious_faults
from tests.support.pictures import jpeg
from tests.support.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page, Route

    Change = Callable[[dict[str, Any]], None]

SHUT_OFF = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch"
LEAK = "收银台上面的吊顶又滴水了。孩子明年上幼儿园，想知道要哪些材料。"
LONG = "说下水道一下雨就往店里返水，物业来看过一次没有结果，还想问问能不能申请补贴"


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: these tests record."""
    folder = tmp_path_factory.mktemp("doors") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder) as running:
        yield running


def phone(open_context: OpenContext, change: Change = lambda _: None, **options: Any) -> Page:
    """今日 of a worker on a phone that has the day, changed as the test wants it; nothing is sent."""
    context = open_context("worker", **(PHONE | options), service_workers="block")
    context.watch.allow(SHUT_OFF)  # type: ignore[attr-defined]
    context.route("**/api/v1/today", lambda route: _changed(route, change))
    page = open_today(context)
    page.locator("#door-name").wait_for()
    return page


def _changed(route: Route, change: Change) -> None:
    answer = route.fetch(headers={k: v for k, v in route.request.headers.items() if k != "if-none-match"})
    day = answer.json()
    change(day)
    route.fulfill(response=answer, body=json.dumps(day))


def due(count: int) -> Change:
    """So many doors due on one side of one street, all plain monthly calls."""

    def change(day: dict[str, Any]) -> None:
        codes = sorted(day["doors"])[:count]
        for n, code in enumerate(codes):
            plain = {"due": True, "kind": "regular", "reasons": [{"code": "call", "text": "35天没走到"}]}
            number = f"{2 * n + 1}号"
            told = {"number": number, "address": f"岚皋西路{number}", "street": "岚皋西路", "side": "odd"}
            nothing = {"promises": [], "tip": None, "if_closed": None, "visited_today": None, "cover_for": None}
            day["doors"][code] |= plain | told | nothing
        side = {"street": "岚皋西路", "side": "odd", "side_name": "单号侧", "doors": codes, "turn": None}
        day["route"] = [side]
        day["counts"] = {"calls": count, "return_visits": 0, "promises": 0}

    return change


def first_door(count: int = 4, **told: Any) -> Change:
    """As `due`, and this is told of the first door."""

    def change(day: dict[str, Any]) -> None:
        due(count)(day)
        day["doors"][day["route"][0]["doors"][0]] |= told

    return change


def act(page: Page, name: str) -> Locator:
    """One of the four buttons."""
    return page.locator(".acts").get_by_role("button", name=name)


def place(page: Page) -> Locator:
    """The address of the door one stands at."""
    return page.locator("#door-name .door-place")


def top_of(page: Page, selector: str) -> float:
    """Where an element begins on the screen, in px."""
    found: float = page.locator(selector).first.evaluate("e => e.getBoundingClientRect().top")
    return found


def test_thirty_five_quiet_doors_take_one_tap_each(open_context: OpenContext) -> None:
    page = phone(open_context, due(35))
    go_offline(page)
    taps = 0
    for n in range(35):
        expect(place(page)).to_have_text(f"岚皋西路{2 * n + 1}号")
        act(page, "见到了，没事").tap()
        taps += 1
    expect(page.get_by_text("今天要走的都走到了")).to_be_visible()
    assert counts(page) == (35, 0)
    assert len({entry["code"] for entry in entries(page)}) == 35
    assert taps <= 70


def test_one_tap_says_all_that_the_office_takes(open_context: OpenContext) -> None:
    page = phone(open_context, first_door(kind="follow_up"))
    go_offline(page)
    act(page, "见到了，没事").tap()
    expect(page.locator(".undo")).to_contain_text("见到了，没事")
    (entry,) = entries(page)
    assert entry["body"]["kind"] == "follow_up"
    assert entry["body"]["outcome"] == "met"
    assert [entry["body"][name] for name in ("needs", "promises", "issues", "note")] == [[], [], [], ""]


def test_a_second_tap_does_not_land_on_the_next_door(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    go_offline(page)
    box = act(page, "见到了，没事").bounding_box()
    assert box
    for _ in range(3):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(place(page)).to_have_text("岚皋西路3号")
    assert counts(page) == (1, 0)


def test_a_slip_is_taken_back_and_the_door_comes_back(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    go_offline(page)
    act(page, "没开门").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    page.get_by_role("button", name="撤销").tap()
    expect(place(page)).to_have_text("岚皋西路1号")
    assert counts(page) == (0, 0)


@pytest.mark.parametrize("viewport", [{"width": 360, "height": 740}, {"width": 390, "height": 844}])
def test_the_buttons_stand_in_the_lower_half_and_stay_there(
    open_context: OpenContext, viewport: dict[str, int]
) -> None:
    promise = {"id": "8d1f6f6c-14f7-4a4e-a1cf-5c0b1f3f8a01", "text": LONG, "due_at": "2099-01-01T10:00:00+08:00"}
    told = {"last_talk": {"at": "2026-01-01T10:00:00+08:00", "text": LONG}, "promises": [promise | {"by": "小吴"}]}
    page = phone(open_context, first_door(**told, tip={"answer": None, "text": LONG}), viewport=viewport)
    go_offline(page)
    assert page.locator(".line .clamp").evaluate_all("all => all.every(e => e.clientHeight <= 48)")
    before = [top_of(page, f".act:nth-child({n})") for n in (1, 2, 3, 4)]
    assert all(top >= viewport["height"] / 2 for top in before)
    foot = page.locator(".act").last.evaluate("e => e.getBoundingClientRect().bottom")
    assert foot < top_of(page, ".tabs")
    heights = page.locator(".act").evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    assert all(height >= 56 for height in heights)
    act(page, "见到了，没事").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    assert [top_of(page, f".act:nth-child({n})") for n in (1, 2, 3, 4)] == before


def test_the_place_of_the_phone_is_never_asked_for(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    page.evaluate("() => { Geolocation.prototype.getCurrentPosition = () => { document.title = 'asked'; }; }")
    go_offline(page)
    act(page, "见到了，没事").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    assert page.title() != "asked"


def test_where_the_office_wishes_it_the_place_is_added_to_what_is_recorded(open_context: OpenContext) -> None:
    def wished(day: dict[str, Any]) -> None:
        due(4)(day)
        day["asks_position"] = True

    where = {"longitude": 121.4181, "latitude": 31.2539, "accuracy": 12}
    page = phone(open_context, wished, geolocation=where, permissions=["geolocation"])
    go_offline(page)
    act(page, "见到了，没事").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    page.wait_for_timeout(300)
    (entry,) = entries(page)
    assert entry["body"]["position"]["lon"] == pytest.approx(121.4181)


def test_a_promise_is_kept_at_the_door(open_context: OpenContext) -> None:
    promise = {"id": "8d1f6f6c-14f7-4a4e-a1cf-5c0b1f3f8a02", "text": "回话：入园要哪些材料", "due_at": None, "by": "小吴"}
    page = phone(open_context, first_door(promises=[promise]))
    go_offline(page)
    page.get_by_role("button", name="办好了：回话").tap()
    expect(page.locator(".undo")).to_contain_text("办好了")
    expect(page.get_by_text("入园要哪些材料", exact=False).and_(page.locator(".line *"))).to_have_count(0)
    (entry,) = entries(page)
    assert (entry["type"], entry["body"]["target"]) == ("promise_kept", promise["id"])


def test_shut_for_the_third_time_the_door_comes_later(open_context: OpenContext) -> None:
    closed = {"in_a_row": 2, "text": "上两次上午没开，下午开过5次", "from_hour": 24, "until_hour": 24}
    page = phone(open_context, first_door(if_closed=closed))
    go_offline(page)
    act(page, "没开门").tap()
    expect(page.locator(".undo small")).to_contain_text("上两次上午没开，下午开过5次，24点后再来")
    expect(page.locator(".next-head").last).to_contain_text("晚点再来")
    expect(page.locator(".next-row").last).to_contain_text("1号")
    expect(page.locator(".next")).to_contain_text("今天还有4户")


def test_something_to_note_becomes_need_promise_and_issue(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    go_offline(page)
    act(page, "有事要记").tap()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator("[aria-pressed=true]")).to_have_count(0)
    sheet.get_by_label("说了什么").fill(LEAK)
    expect(sheet.locator(".kind-word")).to_have_text("像是 房屋渗漏")
    sheet.get_by_role("button", name="子女入园").tap()
    sheet.get_by_role("button", name="转交办").tap()
    sheet.get_by_label("答应了什么").fill("回话：入园要哪些材料")
    sheet.get_by_role("button", name="明天").tap()
    sheet.get_by_role("button", name="记下").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    (entry,) = entries(page)
    body = entry["body"]
    assert (body["needs"][0]["topic"], body["needs"][0]["way"]) == ("子女入园", "handed_on")
    assert body["promises"][0]["text"] == "回话：入园要哪些材料"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", body["promises"][0]["due_at"])
    assert (body["issues"][0]["kind"], body["issues"][0]["description"]) == ("L0001", LEAK)


def test_only_the_text_is_needed(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    go_offline(page)
    act(page, "有事要记").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="记下").tap()
    expect(sheet.locator("#what-error")).to_contain_text("写一句")
    sheet.get_by_label("说了什么").fill("生意还行，下月想换个招牌")
    sheet.get_by_role("button", name="记下").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    (entry,) = entries(page)
    assert entry["body"]["note"] == "生意还行，下月想换个招牌"
    assert entry["body"]["needs"] == entry["body"]["issues"] == []


def test_a_day_without_a_promise_is_said_beside_the_field(open_context: OpenContext) -> None:
    page = phone(open_context, due(2))
    act(page, "有事要记").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("说了什么").fill("聊了几句")
    sheet.get_by_role("button", name="今天").tap()
    sheet.get_by_role("button", name="记下").tap()
    expect(sheet.locator("#promise-error")).to_contain_text("写一句答应了什么")
    expect(sheet.get_by_label("答应了什么")).to_be_focused()


def test_a_page_that_the_camera_closed_loses_nothing(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    go_online_sheet(page)
    sheet = page.get_by_role("dialog")
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    sheet.locator("input[type=file]").first.set_input_files(picture)  # type: ignore[arg-type]
    expect(sheet.locator(".thumbs img")).to_have_count(1)
    # The camera opens, and what comes back is a page that begins anew.
    sheet.locator("input[type=file]").first.evaluate("e => { e.addEventListener('click', v => v.preventDefault()); e.click(); }")
    call(page, "drafts", "draft", "unfinished")
    page.reload()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("说了什么")).to_have_value(LEAK)
    expect(sheet.get_by_text("相机把这一页关掉了")).to_be_visible()
    expect(sheet.get_by_role("button", name="子女入园")).to_have_attribute("aria-pressed", "true")
    expect(sheet.locator(".thumbs img")).to_have_count(1)


def go_online_sheet(page: Page) -> None:
    """有事要记 at the first door, with a text and a topic."""
    act(page, "有事要记").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("说了什么").fill(LEAK)
    sheet.get_by_role("button", name="子女入园").tap()


def test_a_sheet_that_was_closed_is_marked_at_its_door(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    go_online_sheet(page)
    page.get_by_role("button", name="关上，写的留着").tap()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="有没记完的，接着记").tap()
    expect(page.get_by_role("dialog").get_by_label("说了什么")).to_have_value(LEAK)
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_big_photo_is_made_small_and_goes_with_the_record(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    go_offline(page)
    act(page, "有事要记").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("说了什么").fill("门口堆了纸箱")
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(2400, 1200)}
    sheet.locator("input[type=file]").first.set_input_files(picture)  # type: ignore[arg-type]
    image = sheet.locator(".thumbs img")
    expect(image).to_have_count(1)
    assert image.evaluate("async e => { await e.decode(); return [e.naturalWidth, e.naturalHeight]; }") == [1600, 800]
    sheet.get_by_role("button", name="记下").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    assert len(entries(page)[0]["photos"]) == 1


def test_a_picture_the_browser_cannot_read_is_told_in_words(open_context: OpenContext) -> None:
    page = phone(open_context, due(2))
    act(page, "有事要记").tap()
    picture = {"name": "a.heic", "mimeType": "image/heic", "buffer": b"ftypheic"}
    page.locator("input[type=file]").first.set_input_files(picture)  # type: ignore[arg-type]
    expect(page.locator(".photo-field .error")).to_contain_text("HEIC")


def test_another_shop_behind_the_door_is_one_record(open_context: OpenContext) -> None:
    page = phone(open_context, first_door(tenancy="8d1f6f6c-14f7-4a4e-a1cf-5c0b1f3f8a03"))
    go_offline(page)
    act(page, "换店/歇业").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name=re.compile("^换了店")).tap()
    sheet.get_by_role("button", name="记下").tap()
    expect(sheet.get_by_role("alert")).to_contain_text("写上店名")
    sheet.get_by_label("新店名").fill("阿芳理发")
    sheet.get_by_role("button", name="生活服务").tap()
    sheet.get_by_role("button", name="记下").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    (entry,) = entries(page)
    assert entry["body"]["outcome"] == "changed"
    tenancy = entry["body"]["tenancy"]
    assert (tenancy["sign_name"], tenancy["state"], tenancy["trade"]) == ("阿芳理发", "open", "生活服务")
    assert tenancy["replaces"] == "8d1f6f6c-14f7-4a4e-a1cf-5c0b1f3f8a03"


@pytest.mark.parametrize(("answer", "state"), [("歇业或空着", "closed"), ("装修中", "renovating")])
def test_a_shop_that_is_gone_takes_two_taps(open_context: OpenContext, answer: str, state: str) -> None:
    page = phone(open_context, first_door(tenancy="8d1f6f6c-14f7-4a4e-a1cf-5c0b1f3f8a03"))
    go_offline(page)
    act(page, "换店/歇业").tap()
    page.get_by_role("dialog").get_by_role("button", name=answer).tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    assert entries(page)[0]["body"]["tenancy"]["state"] == state


def test_everything_recorded_can_be_changed_or_taken_back_later(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    go_offline(page)
    act(page, "见到了，没事").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    act(page, "没开门").tap()
    expect(place(page)).to_have_text("岚皋西路5号")
    page.locator(".status-right").tap()
    rows = page.locator(".record")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("没开门")
    expect(rows.first).to_contain_text("待传")
    rows.first.get_by_role("button", name="撤销").tap()
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button", name="改").tap()
    page.get_by_role("dialog").get_by_label("说了什么").fill("想起来还说了停车的事")
    page.get_by_role("dialog").get_by_role("button", name="记下").tap()
    expect(rows).to_have_count(1)
    (entry,) = entries(page)
    assert entry["body"]["note"] == "想起来还说了停车的事"


def _refused(route: Route, refusal: dict[str, Any]) -> None:
    route.fulfill(status=422, body=json.dumps(refusal), content_type="application/problem+json")


def test_what_the_office_refused_says_why_and_can_be_given_up(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    refusal = {"detail": "没有编号为LT9999的商铺，请核对编号。", "errors": []}
    page.context.watch.allow("422")  # type: ignore[attr-defined]
    page.context.route("**/api/v1/visits", lambda route: _refused(route, refusal))
    act(page, "见到了，没事").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    send_now(page)
    expect(page.locator(".status-left")).to_contain_text("1条要看一下")
    page.locator(".status-left a").tap()
    row = page.locator(".record")
    expect(row).to_contain_text("要看一下：没有编号为LT9999的商铺")
    row.get_by_role("button", name="不要了").tap()
    expect(row).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="撤销").tap()
    expect(row).to_have_count(1)


SAID = [
    ("收银台上面的吊顶又滴水了", "L0001"),
    ("楼上漏水，昨天修好了", None),
    ("天花板不漏水了", None),
    ("没再漏水，谢谢", None),
    ("漏水还没修好", "L0001"),
    ("上次漏水修好了，就是油烟往店里窜", "L0003"),
    ("门口装修垃圾堆了一地", "06011"),
    ("垃圾已经清走了", None),
    ("生意还行", None),
    ("", None),
]


def test_the_words_typed_suggest_a_kind_and_what_is_over_does_not(open_context: OpenContext) -> None:
    page = phone(open_context, due(2))
    kinds = call(page, "day", "theDay")["kinds"]
    found = {text: call(page, "suggest", "kindOf", text, kinds) for text, _ in SAID}
    assert found == dict(SAID)


def test_the_words_typed_suggest_a_topic(open_context: OpenContext) -> None:
    page = phone(open_context, due(2))
    topics = call(page, "day", "theDay")["topics"]
    asked = {"孩子明年上幼儿园要什么": "子女入园", "房东要涨租": "房租租约", "聊聊天": None}
    assert {text: call(page, "suggest", "topicOf", text, topics) for text in asked} == asked


def test_a_suggestion_is_declined_or_changed(open_context: OpenContext) -> None:
    page = phone(open_context, due(2))
    act(page, "有事要记").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("说了什么").fill("楼上漏水")
    sheet.get_by_role("button", name="不是问题").tap()
    expect(sheet.locator(".kind-word")).to_have_text("不当问题记")
    sheet.get_by_role("button", name="选一类").tap()
    sheet.get_by_label("找一类问题").fill("油烟")
    sheet.get_by_role("button", name="油烟扰民").tap()
    expect(sheet.locator(".kind-word")).to_have_text("油烟扰民")


def test_with_nothing_on_the_phone_it_says_what_to_do(open_context: OpenContext) -> None:
    context = open_context("worker", **PHONE, service_workers="block")
    context.watch.allow(SHUT_OFF)  # type: ignore[attr-defined]
    context.route("**/api/v1/today", lambda route: route.abort())
    page = open_today(context)
    expect(page.get_by_role("heading", name="手机上还没有今天")).to_be_visible()
    page.get_by_role("button", name="带走今天").last.tap()
    expect(page.locator(".empty-day [role=status]")).to_contain_text("办公室")


def test_with_nothing_due_there_is_still_something_to_do(open_context: OpenContext) -> None:
    page = phone(open_context, due(0))
    expect(page.get_by_role("heading", name="今天没有要走的门")).to_be_visible()
    expect(page.get_by_role("link", name="看别的门")).to_be_visible()


def test_cases_need_the_network_and_say_so(open_context: OpenContext) -> None:
    page = phone(open_context, due(2))
    go_offline(page)
    page.get_by_role("link", name="案件").tap()
    expect(page.locator("#toasts")).to_contain_text("案件要连上办公室的网才能看")


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "record", "changed", "list"])
def test_the_screens_at_a_door_are_accessible(open_context: OpenContext, path: str, color_scheme: str) -> None:
    page = phone(open_context, due(4), color_scheme=color_scheme)
    act(page, "见到了，没事").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    code = page.locator(".next-row").first.get_attribute("href")
    where = {"": "/today", "list": "/today/list"}.get(path, f"{code}/{path}")
    page.goto(where)
    ready(page, where)
    page.wait_for_timeout(300)
    assert not serious_faults(page)


def small_targets(page: Page) -> list[str]:
    """What can be tapped in less than 44 px, counting what its hit area adds."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main a, main button, dialog button, dialog input, .tabs a, .undo button')]
            .filter((e) => e.offsetParent && !e.closest('.sr') && !e.classList.contains('sr'))
            .map((e) => {
                const box = e.getBoundingClientRect(), after = getComputedStyle(e, '::after');
                const more = after.content === 'none' ? 0 : -(parseFloat(after.top) || 0) - (parseFloat(after.bottom) || 0);
                return [e.textContent || e.getAttribute('aria-label'), Math.round(box.height + more)];
            })
            .filter(([, height]) => height < 44).map(([text, height]) => `${text} ${height}`)"""
    )
    return found


def test_gloves_find_every_target(open_context: OpenContext) -> None:
    promise = {"id": "8d1f6f6c-14f7-4a4e-a1cf-5c0b1f3f8a02", "text": "回话", "due_at": None, "by": "小吴"}
    page = phone(open_context, first_door(promises=[promise]))
    assert small_targets(page) == []
    act(page, "有事要记").tap()
    page.get_by_role("dialog").get_by_label("说了什么").fill("漏水")
    assert small_targets(page) == []


@pytest.mark.parametrize("viewport", [{"width": 320, "height": 640}, {"width": 740, "height": 360}])
def test_nothing_runs_out_of_the_screen(open_context: OpenContext, viewport: dict[str, int]) -> None:
    page = phone(open_context, first_door(last_talk={"at": "2026-01-01T10:00:00+08:00", "text": LONG}), viewport=viewport)
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    act(page, "有事要记").tap()
    assert page.locator(".sheet-body").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    expect(page.get_by_role("button", name="记下")).to_be_in_viewport()
