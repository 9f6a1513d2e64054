"""今日 at the door: one tap for a quiet door, buttons that stay, a list that sets things right."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.field_doors import LONG, SHUT_OFF, act, due, first_door, phone, place, small_targets, top_of
from tests.browser.field_page import counts, entries, go_offline, open_today, ready, send_now
from tests.support.browser import PHONE, OpenContext, serious_faults
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Route
PROMISE = "8d1f6f6c-14f7-4a4e-a1cf-5c0b1f3f8a02"


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: these tests record."""
    folder = tmp_path_factory.mktemp("doors") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


# The door is there and its buttons take a tap again.
TAKES_A_TAP = """address => document.querySelector(".door-place")?.textContent === address
    && document.querySelector(".acts [aria-disabled]")?.getAttribute("aria-disabled") !== String(true)"""


def test_thirty_five_quiet_doors_take_one_tap_each(open_context: OpenContext) -> None:
    page = phone(open_context, due(35))
    go_offline(page)
    box = act(page, "见到了，没事").bounding_box()
    assert box
    taps = 0
    for n in range(35):
        page.wait_for_function(TAKES_A_TAP, arg=f"岚皋西路{2 * n + 1}号")
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
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


def test_what_a_campaign_wants_said_is_one_tap_more_and_goes_with_the_visit(open_context: OpenContext) -> None:
    told = {"id": PROMISE, "title": "居住证签注", "words": "居住证到期前一个月能续，我留一张说明"}
    page = phone(open_context, first_door(campaigns=[told], tip={"answer": None, "text": told["words"]}))
    go_offline(page)
    expect(page.locator("dl.lines")).to_contain_text(told["words"])
    act(page, "见到了，没事").tap()
    assert "told" not in entries(page)[0]["body"]
    page.get_by_role("button", name="顺带说了").tap()
    expect(page.locator(".undo")).to_contain_text("见到了，没事，顺带说了")
    (entry,) = entries(page)
    assert (entry["body"]["outcome"], entry["body"]["told"]) == ("met", [PROMISE])
    page.get_by_role("button", name="撤销").tap()
    expect(page.locator(".undo")).to_contain_text("撤销了")
    assert counts(page) == (0, 0)


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
    promise = {"id": PROMISE, "text": LONG, "due_at": "2099-01-01T10:00:00+08:00"}
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
    promise = {"id": PROMISE, "text": "回话：入园要哪些材料", "due_at": None, "by": "小吴"}
    page = phone(open_context, first_door(promises=[promise]))
    go_offline(page)
    page.get_by_role("button", name="办好了：回话").tap()
    expect(page.locator(".undo")).to_contain_text("办好了")
    expect(page.locator(".line", has_text="答应的事")).to_have_count(0)
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
    row.get_by_role("button", name="改").tap()
    expect(page.get_by_role("dialog").get_by_text("没有编号为LT9999的商铺")).to_be_visible()


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


def test_gloves_find_every_target(open_context: OpenContext) -> None:
    promise = {"id": PROMISE, "text": "回话", "due_at": None, "by": "小吴"}
    page = phone(open_context, first_door(promises=[promise]))
    assert small_targets(page) == []
    act(page, "有事要记").tap()
    page.get_by_role("dialog").get_by_label("说了什么").fill("漏水")
    assert small_targets(page) == []


@pytest.mark.parametrize(
    "viewport", [{"width": 320, "height": 640}, {"width": 740, "height": 360}, {"width": 180, "height": 370}]
)
def test_nothing_runs_out_of_the_screen(open_context: OpenContext, viewport: dict[str, int]) -> None:
    talk = {"at": "2026-01-01T10:00:00+08:00", "text": LONG}
    page = phone(open_context, first_door(last_talk=talk), viewport=viewport)
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    act(page, "有事要记").tap()
    assert page.locator(".sheet-body").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    expect(page.get_by_role("button", name="记下")).to_be_in_viewport()


def test_the_merchant_is_told_with_one_tap(open_context: OpenContext) -> None:
    news = [{"type": "need", "id": PROMISE, "text": "路灯坏了：换了灯泡"}]
    page = phone(open_context, first_door(untold=news))
    go_offline(page)
    expect(page.locator(".lines")).to_contain_text("路灯坏了：换了灯泡")
    page.get_by_role("button", name="告诉店主了：路灯坏了：换了灯泡").tap()
    expect(page.locator(".undo")).to_contain_text("告诉店主了")
    expect(page.locator(".lines")).not_to_contain_text("换了灯泡")
    (entry,) = entries(page)
    told = {name: entry["body"][name] for name in ("target", "target_type", "told")}
    assert told == {"target": PROMISE, "target_type": "need", "told": True}


def test_a_promise_just_kept_asks_whether_it_was_told(open_context: OpenContext) -> None:
    promise = {"id": PROMISE, "text": "回话：入园要哪些材料", "due_at": None, "by": "小陈"}
    page = phone(open_context, first_door(promises=[promise]))
    go_offline(page)
    page.get_by_role("button", name="办好了：回话").tap()
    page.get_by_role("button", name="告诉店主了：回话").tap()
    assert [entry["body"].get("told", False) for entry in entries(page)] in ([True, False], [False, True])
