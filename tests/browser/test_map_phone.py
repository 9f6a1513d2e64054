"""The map on a phone, 360 px wide: sheet, search on top, tab bar, targets for a thumb."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.map_page import HOT, open_map, spot

TARGET_PX = 44


def sheet_height(page: Page) -> float:
    """How high the sheet stands above the tab bar."""
    page.wait_for_timeout(350)
    height: float = page.evaluate("document.getElementById('panel').getBoundingClientRect().height")
    return height


def test_shops_and_pins_are_drawn_above_the_sheet(phone: Page) -> None:
    open_map(phone)
    top = phone.evaluate("document.getElementById('panel').getBoundingClientRect().top")
    assert spot(phone, "shops")["y"] < top
    assert spot(phone, "issues")["y"] < top


def test_the_sheet_has_three_heights(phone: Page) -> None:
    open_map(phone)
    grip = phone.get_by_role("button", name="面板高低")
    low = sheet_height(phone)
    grip.tap()
    half = sheet_height(phone)
    grip.tap()
    full = sheet_height(phone)
    assert low < half < full
    assert low == pytest.approx(124, abs=1)
    search = phone.locator("#search").bounding_box()
    panel = phone.locator("#panel").bounding_box()
    assert search and panel and panel["y"] >= search["y"] + search["height"]


def test_the_sheet_follows_a_drag_of_its_head(phone: Page) -> None:
    open_map(phone)
    box = phone.locator("#grip").bounding_box()
    assert box
    phone.mouse.move(box["x"] + 100, box["y"] + 8)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 100, 420, steps=4)
    phone.mouse.up()
    assert phone.evaluate("document.body.dataset.sheet") == "half"


def test_a_tap_on_a_shop_raises_the_sheet_with_its_history(phone: Page) -> None:
    open_map(phone)
    mark = spot(phone, "shops", "props.visited")
    phone.touchscreen.tap(mark["x"], mark["y"])
    expect(phone.locator("#detail-view h1")).to_have_text(mark["props"]["name"])
    expect(phone.locator(".timeline .event").first).to_be_attached()
    assert phone.evaluate("document.body.dataset.sheet") == "half"


def test_a_segment_speaks_from_the_bottom_of_the_screen(phone: Page) -> None:
    open_map(phone, "/?at=18.5,31.25000,121.42060")
    mark = spot(phone, "hotspots", HOT)
    phone.touchscreen.tap(mark["x"], mark["y"])
    box = phone.locator(".popover").bounding_box()
    assert box
    assert box["x"] == pytest.approx(0, abs=1)
    assert box["width"] == pytest.approx(360, abs=1)


def test_every_tab_leads_somewhere(phone: Page) -> None:
    open_map(phone)
    links = phone.locator(".tabbar a")
    words = [text.split("\n")[0] for text in links.all_inner_texts()]
    assert words == ["今日", "地图", "记一笔", "案件", "我的"]
    for url in [link.get_attribute("href") for link in links.all()]:
        answer = phone.request.get(str(url))
        assert answer.status == 200, url


@pytest.mark.parametrize("sheet", ["low", "full"])
def test_targets_are_big_enough_for_a_thumb(phone: Page, sheet: str) -> None:
    open_map(phone)
    if sheet == "full":
        phone.get_by_role("button", name="面板高低").tap()
        phone.get_by_role("button", name="面板高低").tap()
        phone.wait_for_timeout(350)
    small = phone.evaluate(
        """least => [...document.querySelectorAll('button, a, input, select')].filter(e => {
            const b = e.getBoundingClientRect(), half = least / 2 - 1;
            const hits = (dx, dy) => {
                const hit = document.elementFromPoint(b.x + b.width / 2 + dx, b.y + b.height / 2 + dy);
                return hit && (hit === e || e.contains(hit));
            };
            const seen = b.width && !e.matches('.skip') && getComputedStyle(e).visibility !== 'hidden' && hits(0, 0);
            const low = b.height < least && !(hits(0, half) && hits(0, -half));
            const narrow = b.width < least && !(hits(half, 0) && hits(-half, 0));
            return seen && (low || narrow);
        }).map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 20)}`)""",
        TARGET_PX,
    )
    assert small == []


def test_nothing_sticks_out_sideways(phone: Page) -> None:
    open_map(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    open_map(phone, "/cases")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_the_source_is_always_on(phone: Page) -> None:
    open_map(phone)
    expect(phone.locator("#source")).to_contain_text("OpenStreetMap")
    expect(phone.locator("#source")).to_be_visible()
