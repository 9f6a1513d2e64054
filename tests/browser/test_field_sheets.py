"""有事要记 and 换店/歇业: what is offered, what is recorded, and that nothing typed is lost."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.field_doors import act, due, first_door, phone, place
from tests.browser.field_page import call, entries, go_offline
from tests.support.browser import OpenContext
from tests.support.pictures import jpeg
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

LEAK = "收银台上面的吊顶又滴水了。孩子明年上幼儿园，想知道要哪些材料。"
TENANCY = "8d1f6f6c-14f7-4a4e-a1cf-5c0b1f3f8a03"


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: these tests record."""
    folder = tmp_path_factory.mktemp("doors") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


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
    sheet.get_by_label("转交给谁").fill("教育科")
    sheet.get_by_role("button", name="周五回话").tap()
    sheet.get_by_label("答应了什么").fill("回话：入园要哪些材料")
    sheet.get_by_role("button", name="明天", exact=True).tap()
    sheet.get_by_role("button", name="记下").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    (entry,) = entries(page)
    body = entry["body"]
    assert (body["needs"][0]["topic"], body["needs"][0]["way"]) == ("子女入园", "handed_on")
    assert body["needs"][0]["handler_name"] == "教育科"
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
    begin_a_note(page)
    sheet = page.get_by_role("dialog")
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    sheet.locator("input[type=file]").first.set_input_files(picture)  # type: ignore[arg-type]
    expect(sheet.locator(".thumbs img")).to_have_count(1)
    # The camera opens, and what comes back is a page that begins anew.
    opens = "e => { e.addEventListener('click', v => v.preventDefault()); e.click(); }"
    sheet.locator("input[type=file]").first.evaluate(opens)
    call(page, "drafts", "draft", "unfinished")
    page.reload()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("说了什么")).to_have_value(LEAK)
    expect(sheet.get_by_text("相机把这一页关掉了")).to_be_visible()
    expect(sheet.get_by_role("button", name="子女入园")).to_have_attribute("aria-pressed", "true")
    expect(sheet.locator(".thumbs img")).to_have_count(1)


def begin_a_note(page: Page) -> None:
    """有事要记 at the first door, with a text and a topic."""
    act(page, "有事要记").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("说了什么").fill(LEAK)
    sheet.get_by_role("button", name="子女入园").tap()


def test_a_sheet_that_was_closed_is_marked_at_its_door(open_context: OpenContext) -> None:
    page = phone(open_context, due(4))
    begin_a_note(page)
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
    page = phone(open_context, first_door(tenancy=TENANCY))
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
    assert tenancy["replaces"] == TENANCY


def test_who_was_there_before_is_not_shown_any_more(open_context: OpenContext) -> None:
    talk = {"at": "2026-01-01T10:00:00+08:00", "text": "孩子明年入园"}
    page = phone(open_context, first_door(tenancy=TENANCY, last_talk=talk, name="锦云家纺"))
    act(page, "换店/歇业").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name=re.compile("^换了店")).tap()
    sheet.get_by_label("新店名").fill("阿芳理发")
    sheet.get_by_role("button", name="记下").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    page.goto(f"/today/doors/{entries(page)[0]['code']}")
    expect(page.locator("#door-name .door-shop")).to_have_text("阿芳理发")
    expect(page.locator(".lines")).to_contain_text("第一次上门")
    expect(page.locator(".door")).not_to_contain_text("孩子明年入园")


def test_a_change_of_hands_that_is_still_here_is_put_right(open_context: OpenContext) -> None:
    page = phone(open_context, first_door(tenancy=TENANCY))
    go_offline(page)
    act(page, "换店/歇业").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name=re.compile("^换了店")).tap()
    sheet.get_by_label("新店名").fill("阿芳里发")
    sheet.get_by_role("button", name="记下").tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    page.locator("a[href='/today/list']").first.tap()
    page.get_by_role("button", name=re.compile("^改：")).tap()
    expect(sheet.get_by_label("新店名")).to_have_value("阿芳里发")
    sheet.get_by_label("新店名").fill("阿芳理发")
    sheet.get_by_role("button", name="记下").tap()
    expect(page.get_by_text("换了店：阿芳理发")).to_be_visible()
    (entry,) = entries(page)
    assert (entry["body"]["tenancy"]["sign_name"], entry["body"]["tenancy"]["replaces"]) == ("阿芳理发", TENANCY)


@pytest.mark.parametrize(("answer", "state"), [("歇业或空着", "closed"), ("装修中", "renovating")])
def test_a_shop_that_is_gone_takes_two_taps(open_context: OpenContext, answer: str, state: str) -> None:
    page = phone(open_context, first_door(tenancy=TENANCY))
    go_offline(page)
    act(page, "换店/歇业").tap()
    page.get_by_role("dialog").get_by_role("button", name=answer).tap()
    expect(place(page)).to_have_text("岚皋西路3号")
    assert entries(page)[0]["body"]["tenancy"]["state"] == state


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


def test_friday_is_the_next_one_and_says_its_date_where_it_could_be_misheard(open_context: OpenContext) -> None:
    page = phone(open_context, due(2))
    days = {"2026-11-23": "周五", "2026-11-26": "下周五", "2026-11-27": "周五 12/4", "2026-11-28": "周五 12/4"}
    offered = {day: call(page, "promise-days", "daysToOffer", day) for day in days}
    assert {day: three[2][1] for day, three in offered.items()} == days
    assert [three[2][0] for three in offered.values()] == ["2026-11-27", "2026-12-04", "2026-12-04", "2026-12-04"]


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


CASE = {"case": "8d1f6f6c-14f7-4a4e-a1cf-5c0b1f3f8a04", "kind": "L0012", "kind_name": "店招安全", "text": "招牌松了"}


def test_a_return_visit_takes_one_tap(open_context: OpenContext) -> None:
    page = phone(open_context, first_door(kind="follow_up", returns=[CASE | {"asks": True}]))
    go_offline(page)
    act(page, "回访，看效果").tap()
    sheet = page.get_by_role("dialog", name="回访：现在怎么样")
    expect(sheet).to_contain_text("店招安全 招牌松了")
    expect(sheet.get_by_role("button", name="满意", exact=True)).to_be_visible()
    sheet.get_by_role("button", name="还那样").tap()
    expect(page.locator(".undo")).to_contain_text("回访：还那样")
    expect(place(page)).to_have_text("岚皋西路3号")
    (entry,) = entries(page)
    body = entry["body"]
    assert (body["kind"], body["outcome"]) == ("follow_up", "met")
    assert (body["effect"]["case"], body["effect"]["result"], body["effect"]["note"]) == (CASE["case"], "same", "")
    assert "satisfaction" not in body["effect"]


def test_words_and_what_the_merchant_says_go_along(open_context: OpenContext) -> None:
    page = phone(open_context, first_door(kind="follow_up", returns=[CASE | {"asks": True}]))
    go_offline(page)
    act(page, "回访，看效果").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("textbox").fill("昨夜又晃")
    sheet.get_by_role("button", name="不满意").tap()
    sheet.get_by_role("button", name="又来了").tap()
    (entry,) = entries(page)
    told = {name: entry["body"]["effect"][name] for name in ("result", "note", "satisfaction", "told_by")}
    assert told == {"result": "back", "note": "昨夜又晃", "satisfaction": "unsatisfied", "told_by": "merchant"}


def test_nobody_asks_for_praise_of_the_own_work(open_context: OpenContext) -> None:
    page = phone(open_context, first_door(kind="follow_up", returns=[CASE | {"asks": False}]))
    act(page, "回访，看效果").tap()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("button", name="好了")).to_be_visible()
    expect(sheet.get_by_text("店主自己怎么说")).to_have_count(0)
