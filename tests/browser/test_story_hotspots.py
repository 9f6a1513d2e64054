"""Hot spots in words: too few, widened in one click, a stretch and its reports, 怎么算的, a wall without names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.map_page import HOT, open_map, spot
from tests.support.browser import OpenContext, serious_faults

if TYPE_CHECKING:
    from tests.support.server import Server

CORNER = re.compile(r"^岚皋路\d+–23[68]号$")


def test_hot_spots_in_words(open_context: OpenContext, live_server: Server) -> None:
    page = open_context("secretary").new_page()

    # From the map: a coloured segment leads to its page.
    open_map(page, "/?at=18.5,31.25158,121.4199")
    mark = spot(page, "hotspots", HOT)
    page.mouse.click(mark["x"], mark["y"])
    page.locator(".popover").get_by_role("link", name="打开这一段").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(mark["props"]["label"])
    page.get_by_role("link", name="回到问题分布").click()

    # Eight weeks of one kind by 路段 are too few; a year is one click away.
    page.get_by_label("类别").select_option("暴露垃圾")
    page.get_by_label("时间窗").select_option("近8周")
    page.get_by_role("button", name="看").click()
    expect(page.locator(".hot-said")).to_contain_text("说不准")
    page.get_by_role("link", name="放宽到近一年").click()
    expect(page).to_have_url(re.compile(r"/hotspots\?kind=06010&days=364$"))
    expect(page.locator(".hot-said")).to_contain_text("近一年")
    expect(page.get_by_role("link", name="放宽到近一年")).to_have_count(0)
    corner = page.get_by_role("row").filter(has=page.get_by_role("link", name=CORNER)).first
    expect(corner).to_contain_text("平时")

    # Its number is a list of as many reports, its sentence is counted again for those who ask.
    number = int(re.findall(r"\d+", corner.locator("[data-count]").inner_text())[0])
    corner.locator("[data-count]").click()
    assert page.locator("#reports [data-row]").count() == number
    expect(page.locator(".hot-verdict")).to_contain_text(f"近一年{number}件")
    how = page.locator("#how")
    expect(how.locator("li").first).to_be_hidden()
    how.locator("summary").click()
    expect(how).to_contain_text("时间窗")
    expect(how).to_contain_text("洗牌")
    assert not serious_faults(page)

    # On the wall: keys turn, nobody and no single door is named.
    page.goto("/hotspots/screen?kind=&days=364")
    expect(page.locator("#at")).to_have_text(re.compile(r"^1/\d$"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#at")).to_have_text(re.compile(r"^2/\d$"))
    for slide in page.locator(".slide").all():
        said = slide.evaluate("e => e.textContent")
        assert not re.search(r"路\d+号|橙子公寓|锦云家纺", said)
