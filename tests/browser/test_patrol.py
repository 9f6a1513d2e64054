"""Patrols walked in a browser: planned, read on list and map, handed out, taken along, printed; desk and phone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mapsvc.domain.times import office_day
from tests.browser.map_page import drawn, until
from tests.support.browser import PHONE, OpenContext, watch_of
from tests.support.server import WITHOUT_JOBS, Server

TARGET_PX = 44
STOP_2 = """() => {
    const { map, scene } = mapsvc.app, box = map.getContainer().getBoundingClientRect();
    const stop = mapsvc.app.viewOf('routes').stops.find(({ item }) => item.props.index === 1 && item.props.order === 2);
    const at = scene.toContainer(stop.x, stop.y);
    return [at.x + box.left, at.y + box.top];
}"""
"""Where the second stop of the second route is drawn on the page."""


def plan_an_evening(page: Page, people: int = 6) -> str:
    """Plan the evening with everybody, or with the first so many for half an hour; returns the plan's address."""
    page.goto("/patrol")
    page.get_by_role("radio", name="晚班").check()
    if people < 6:
        for one in page.locator(".people .choice").all()[people:]:
            one.click()
        page.locator("#minutes").fill("30")
    page.locator("#date").fill(office_day(datetime.now(UTC)).isoformat())
    page.get_by_role("button", name="排一班").click()
    page.wait_for_url(re.compile(r"/patrol/[0-9a-f-]{36}$"))
    drawn(page)
    return page.url


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: who can be sent out is counted here, and elsewhere people are added."""
    folder = tmp_path_factory.mktemp("patrol") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


@pytest.fixture(scope="module")
def evening(browser, live_server) -> str:
    """Path of a plan of the secretary's."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    live_server.sign_in(context, "secretary")
    address = plan_an_evening(context.new_page())
    context.close()
    return address.removeprefix(live_server.url)


def open_plan(page: Page, path: str) -> None:
    page.goto(path)
    drawn(page)


def test_the_evening_is_planned_with_a_few_clicks(page: Page) -> None:
    page.goto("/patrol")
    expect(page.locator('[name="workers"]:checked')).to_have_count(6)
    page.get_by_role("button", name="少走15分钟").click()
    expect(page.locator("#minutes")).to_have_value("105")
    page.get_by_role("button", name="多走15分钟").click()
    plan_an_evening(page)
    expect(page.locator("h1")).to_contain_text("晚班 18:00–20:00")
    expect(page.locator("details.route")).to_have_count(6)
    assert page.locator(".stop").count() >= 25


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(page: Page) -> None:
    watch_of(page).allow("422")
    page.goto("/patrol")
    for name in page.locator(".people .choice").all():
        name.click()
    page.locator("#minutes").fill("90")
    page.get_by_role("button", name="排一班").click()
    expect(page.get_by_role("alert")).to_have_text("请至少选一个人去走。")
    expect(page.locator("#minutes")).to_have_value("90")
    expect(page.locator('[name="workers"]:checked')).to_have_count(0)


def test_a_must_is_sifted_and_chosen(page: Page) -> None:
    page.goto("/patrol")
    page.locator(".must summary").click()
    page.get_by_label("在下面找").fill("橙子公寓")
    expect(page.locator(".due li:visible")).to_have_count(1)
    page.locator(".due li:visible input").check()
    page.locator("#minutes").fill("30")
    plan_an_evening(page)
    expect(page.locator(".stop .place", has_text="橙子公寓")).to_have_count(1)


def test_list_and_map_point_at_each_other(page: Page, evening: str) -> None:
    open_plan(page, evening)
    route = page.locator("details.route").nth(1)
    route.locator("summary").click()
    expect(page.locator("details.route[open]")).to_have_count(1)
    until(page, "mapsvc.app.selection?.route === 1")
    route.locator(".number").first.click()
    expect(route.locator(".stop").first).to_have_class(re.compile("at"))
    page.wait_for_timeout(400)
    x, y = page.evaluate(STOP_2)
    page.mouse.click(x, y)
    expect(route.locator('.stop[data-order="2"]')).to_have_class(re.compile("at"))


def test_the_map_shows_every_stop_of_the_list(page: Page, evening: str) -> None:
    open_plan(page, evening)
    shown = page.evaluate("mapsvc.app.viewOf('routes').features.filter((f) => !f.parts.length).length")
    assert shown == page.locator(".stop").count()
    assert page.evaluate("mapsvc.app.viewOf('shops').isOn") is False


def test_reasons_carry_the_sign_of_their_kind(page: Page, evening: str) -> None:
    open_plan(page, evening)
    expect(page.locator(".mark.issue svg").first).to_be_attached()


def test_one_less_is_compared_in_words(page: Page) -> None:
    plan_an_evening(page, people=2)
    expect(page.locator("#what-if b").first).to_contain_text(re.compile("站"), timeout=30_000)


def test_planned_anew_with_fewer_it_is_another_plan(page: Page) -> None:
    before = plan_an_evening(page, people=3)
    page.get_by_role("button", name="少一人").click()
    page.get_by_role("button", name="重排").click()
    page.wait_for_url(lambda url: url != before and "/patrol/" in url)
    expect(page.locator("details.route")).to_have_count(2)


def test_handed_out_it_says_so_and_lies_on_the_map(page: Page) -> None:
    plan_an_evening(page, people=2)
    page.get_by_role("button", name="发给2人").click()
    expect(page.locator(".back .sent")).to_contain_text("已发给2人")
    expect(page.get_by_role("button", name="发给2人")).to_have_count(0)
    page.get_by_role("link", name="全部巡查").click()
    expect(page.locator(".plans .sent").first).to_contain_text("已发给2人")
    layer = page.request.get("/api/v1/layers/patrol/features").json()
    assert layer["features"]


def test_it_leaves_as_files(page: Page, evening: str) -> None:
    open_plan(page, evening)
    page.locator(".export summary").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="GPX 轨迹").click()
    assert waiting.value.suggested_filename.endswith(".gpx")
    assert "巡查" in waiting.value.suggested_filename


def test_a_sheet_fits_on_one_page_of_a4(page: Page, evening: str) -> None:
    page.goto(f"{evening}/print")
    sheets = page.locator(".paper").count()
    assert sheets >= 4
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert pages == sheets
    expect(page.locator(".sheet-map").first).to_be_visible()
    expect(page.get_by_text("示例数据").first).to_be_visible()


def test_a_worker_opens_the_own_walk_on_a_phone(phone: Page, evening: str) -> None:
    open_plan(phone, evening)
    expect(phone.locator("details.route[open]")).to_have_count(1)
    name = phone.locator(".topbar .who a").inner_text()
    assert phone.locator("details.route[open] .tag").inner_text() == name[-1]
    expect(phone.locator(".strip")).to_be_hidden()
    strip = phone.locator("#map-region").bounding_box()
    assert strip and strip["width"] == 360
    phone.evaluate("scrollTo(0, 600)")
    phone.wait_for_timeout(200)
    stuck = phone.locator("#map-region").bounding_box()
    assert stuck and stuck["y"] == pytest.approx(48, abs=1)


def test_on_a_phone_everything_is_wide_enough_for_a_thumb(phone: Page, evening: str) -> None:
    for path in ("/patrol", evening):
        phone.goto(path)
        phone.wait_for_load_state()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        for target in phone.locator("main button:visible, main summary:visible, .choice:visible").all():
            box = target.bounding_box()
            extra = 16 if "number" in (target.get_attribute("class") or "") else 0
            assert box and box["height"] + extra >= TARGET_PX - 0.5, target.inner_text()


def test_a_worker_plans_only_the_own_walk(phone: Page) -> None:
    phone.goto("/patrol")
    expect(phone.locator('[name="workers"]')).to_have_count(1)
    plan_an_evening(phone)
    expect(phone.locator("details.route")).to_have_count(1)


def test_others_see_plans_and_no_form(open_context: OpenContext, evening: str) -> None:
    page = open_context("volunteer", **PHONE).new_page()
    page.goto("/patrol")
    expect(page.locator(".shift-form")).to_have_count(0)
    open_plan(page, evening)
    expect(page.get_by_role("button", name=re.compile("发给"))).to_have_count(0)


def hold(page: Page, x: float, y: float) -> None:
    """Move to a spot as a hand does: not in one leap."""
    page.mouse.move(x, y - 12)
    page.mouse.move(x, y)
    page.wait_for_timeout(60)


def test_a_stop_is_dragged_to_somebody_else_undone_and_moved_with_the_keyboard(page: Page) -> None:
    plan_an_evening(page, people=3)
    mine, other = page.locator("details.route").nth(0), page.locator("details.route").nth(1)
    mine.locator("summary").click()
    mine.evaluate("route => (route.open = true)")
    count, theirs = mine.locator(".stop").count(), other.locator(".stop").count()
    stop = mine.locator(".stop").first
    ref = stop.get_attribute("data-ref")
    at, to = stop.locator(".stay").bounding_box(), other.locator("summary").bounding_box()
    assert at and to
    page.mouse.move(at["x"] + 8, at["y"] + 8)
    page.mouse.down()
    hold(page, to["x"] + 80, to["y"] + to["height"] / 2)
    expect(other).to_have_class(re.compile("drop"))
    page.mouse.up()
    expect(page.locator("#undo")).to_contain_text("交给")
    expect(other.locator(".stop")).to_have_count(theirs + 1)
    expect(other.locator(f'.stop[data-ref="{ref}"] .lock')).to_have_count(1)
    page.locator("#undo").get_by_role("button", name="撤销").click()
    expect(mine.locator(".stop")).to_have_count(count)
    expect(page.locator("#undo form")).to_have_count(0)

    mine.evaluate("route => (route.open = true)")
    number = mine.locator(f'.stop[data-ref="{ref}"] .number')
    number.focus()
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#said")).to_contain_text("的第1站")
    page.keyboard.press("Escape")
    expect(mine.locator(".stop")).to_have_count(count)
    number.focus()
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    expect(page.locator("#said")).to_contain_text("交给")
    expect(other.locator(f'.stop[data-order="1"][data-ref="{ref}"]')).to_have_count(1)
