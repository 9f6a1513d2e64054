"""The map at a desk: what is drawn, the list beside it, search, history, filters, addresses."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.map_page import HOT, OPENED, click, open_map, pixel, spot, until
from tests.support.browser import watch_of


def total(page: Page) -> int:
    """What the head of the list counts."""
    return int(re.sub(r"\D", "", page.locator("#list-head .second").inner_text()))


def open_layers(page: Page) -> None:
    """Open the layer control as one does by keyboard."""
    page.locator(".leaflet-control-layers-toggle").focus()
    page.keyboard.press("Enter")


def test_shops_and_pins_are_drawn_where_they_are(page: Page) -> None:
    open_map(page)
    counts = page.evaluate("['shops', 'issues', 'streets'].map(draw => mapsvc.app.viewOf(draw).features.length)")
    assert min(counts) > 10
    for draw in ("shops", "issues"):
        mark = spot(page, draw)
        here, beside = pixel(page, mark["x"], mark["y"]), pixel(page, mark["x"] + 60, mark["y"] + 45)
        assert here != beside, f"{draw}: nothing drawn at its position"


def test_every_layer_of_the_catalogue_is_in_the_control_by_its_title(page: Page) -> None:
    open_map(page)
    titles = page.evaluate("fetch('/api/v1/layers').then(a => a.json()).then(a => a.layers.map(layer => layer.title))")
    open_layers(page)
    assert page.locator(".leaflet-control-layers-overlays label").all_inner_texts() == titles


def test_switching_a_layer_off_takes_it_off_the_map_and_the_legend(page: Page) -> None:
    open_map(page)
    mark = spot(page, "shops", "props.visited")
    drawn_colour = pixel(page, mark["x"], mark["y"])
    expect(page.locator("#legend")).to_contain_text("还没走到")
    open_layers(page)
    page.get_by_label("商铺", exact=True).hover()
    page.get_by_label("商铺", exact=True).uncheck()
    until(page, "document.getElementById('legend').textContent.includes('还没走到') === false")
    until(page, "!mapsvc.app.views.find(view => view.manifest.draw === 'shops').isOn")
    page.evaluate("mapsvc.app.scene.redraw()")
    assert pixel(page, mark["x"], mark["y"]) != drawn_colour


def test_search_by_pinyin_opens_the_shop(page: Page) -> None:
    open_map(page)
    page.get_by_role("combobox").press_sequentially("jyjf")
    page.get_by_role("option").first.wait_for()
    expect(page.get_by_role("option").first).to_contain_text("锦云家纺")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("#detail-view h1")).to_have_text("锦云家纺")
    assert re.search(r"/shops/[A-Z]+\d+", page.url)


def test_a_search_without_result_says_what_to_try(page: Page) -> None:
    open_map(page)
    page.get_by_role("combobox").fill("没有这样一家店")
    expect(page.locator("#found")).to_contain_text("没有找到")


def test_a_click_on_a_shop_opens_its_history_and_the_back_button_returns(page: Page) -> None:
    open_map(page)
    mark = spot(page, "shops")
    click(page, mark)
    expect(page.locator("#detail-view h1")).to_have_text(mark["props"]["name"])
    expect(page.locator(".timeline .event").first).to_be_visible()
    assert page.url.split("?")[0].endswith(f"/shops/{mark['props']['code']}")
    page.go_back()
    expect(page.locator("#list-view")).to_be_visible()
    expect(page.locator("#detail-view")).to_be_hidden()


def test_a_click_on_a_pin_opens_its_case(page: Page) -> None:
    open_map(page)
    mark = spot(page, "issues")
    click(page, mark)
    expect(page.locator("#detail-view .path")).to_be_visible()
    expect(page.locator("#detail-view")).to_contain_text(mark["props"]["number"])
    assert f"/?case={mark['id']}" in page.url
    page.reload()
    expect(page.locator("#detail-view")).to_contain_text(mark["props"]["number"])
    page.get_by_role("link", name="打开案件").click()
    expect(page.locator(".case-page h1")).to_be_visible()
    page.go_back()
    expect(page.locator("#detail-view")).to_contain_text(mark["props"]["number"])


def test_something_is_reported_at_a_spot_of_the_map(page: Page) -> None:
    open_map(page)
    button = page.get_by_role("button", name="在图上报一件")
    button.click()
    expect(page.get_by_text("点一下出事的地方")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("点一下出事的地方")).to_have_count(0)
    button.click()
    expect(page.get_by_text("点一下出事的地方")).to_be_visible()
    click(page, spot(page, "shops"))
    page.wait_for_url("**/issues/new?lon=121.*&lat=31.*")
    expect(page.locator("h1")).to_contain_text("附近")
    page.get_by_label("看到了什么").fill("门口堆了三袋垃圾")
    expect(page.locator("#kind-hints .btn[aria-pressed=true]")).to_have_count(1)


def test_a_click_on_a_cluster_comes_nearer(page: Page) -> None:
    open_map(page, "/?at=14.5,31.2502,121.4197")
    page.evaluate("mapsvc.app.map.options.zoomAnimation = false")
    before = page.evaluate("mapsvc.map.getZoom()")
    mark = page.evaluate(
        """(() => { const app = mapsvc.app, box = app.map.getContainer().getBoundingClientRect();
            const {x, y} = app.viewOf('issues').clusters[0], at = app.scene.toContainer(x, y);
            return {x: at.x + box.left, y: at.y + box.top}; })()"""
    )
    click(page, mark)
    until(page, f"mapsvc.map.getZoom() >= {before} + 1")


def test_a_row_opens_its_case_by_keyboard_and_escape_goes_back(page: Page) -> None:
    open_map(page)
    row = page.locator("#rows a.row").first
    place = row.locator(".place").inner_text()
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#detail-view h1")).to_contain_text(place)
    page.keyboard.press("Escape")
    expect(page.locator("#list-view")).to_be_visible()


def test_the_history_has_two_tabs_and_pages(page: Page) -> None:
    open_map(page)
    page.get_by_role("combobox").fill(OPENED)
    page.locator(".hit", has_text="商铺").first.click()
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_count(2)
    expect(tabs.first).to_contain_text("帮他办的")
    expect(tabs.first).to_have_attribute("aria-selected", "true")
    before = page.locator(".timeline .event").count()
    page.get_by_role("button", name="更早的").click()
    until(page, f"document.querySelectorAll('.timeline .event').length > {before}")
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")


def test_the_brush_narrows_map_and_list_to_its_weeks(page: Page) -> None:
    open_map(page)
    before = total(page)
    start = page.get_by_role("slider", name="时间起")
    start.focus()
    with page.expect_request(lambda request: "/layers/issues/" in request.url and "since=" in request.url):
        for _ in range(7):
            page.keyboard.press("ArrowRight")
    until(page, "location.search.includes('since=')")
    until(page, f"parseInt(document.querySelector('#list-head .second').textContent) < {before}")
    page.get_by_role("button", name="看全部").click()
    until(page, f"parseInt(document.querySelector('#list-head .second').textContent) === {before}")


def test_a_kind_chip_narrows_the_list_to_its_kind(page: Page) -> None:
    open_map(page)
    chip = page.locator(".kind").first
    name = chip.locator("span").inner_text()
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    until(
        page,
        "[...document.querySelectorAll('#rows small')].filter(s => !s.closest('.clock'))"
        f".every(s => s.textContent.startsWith({name!r}))",
    )
    assert "kind=" in page.url


def test_an_address_brings_back_view_and_filters(page: Page) -> None:
    open_map(page, "/?state=overdue&at=17.5,31.25000,121.42000")
    assert page.evaluate("mapsvc.map.getZoom()") == pytest.approx(17.5)
    expect(page.locator("#list-head .filter")).to_contain_text("1")
    assert page.locator("#rows .clock .late").count() == page.locator("#rows a.row").count() > 0


def test_a_shop_has_an_address_of_its_own(page: Page) -> None:
    open_map(page)
    code = spot(page, "shops")["props"]["code"]
    open_map(page, f"/shops/{code}")
    expect(page.locator(".timeline .event").first).to_be_visible()
    page.get_by_role("button", name="返回列表").click()
    expect(page.locator("#rows a.row").first).to_be_visible()
    assert page.evaluate("location.pathname") == "/"


def test_an_unknown_shop_is_said_in_a_sentence(page: Page) -> None:
    watch_of(page).allow("404")
    open_map(page, "/shops/NOPE")
    expect(page.locator("#detail-view [role=alert]")).to_contain_text("NOPE")


def test_a_small_move_asks_for_nothing(page: Page) -> None:
    open_map(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/features" in request.url else None)
    page.evaluate("mapsvc.map.panBy([60, 40], {animate: false})")
    page.wait_for_timeout(400)
    assert asked == []


def test_a_segment_says_its_sentence_and_shows_the_reports_behind_it(page: Page) -> None:
    open_map(page, "/?at=18.5,31.25000,121.42060")
    mark = spot(page, "hotspots", HOT)
    click(page, mark)
    popover = page.locator(".popover")
    expect(popover.locator(".verdict")).to_contain_text(f"{mark['props']['count']}件")
    popover.get_by_role("button", name="怎么算的").click()
    expect(popover.locator(".how li").first).to_be_visible()
    popover.get_by_role("button", name=f"看这{mark['props']['count']}件").click()
    expect(page.locator("#rows a.row")).to_have_count(mark["props"]["count"])
    page.get_by_role("button", name="回到图上在办").click()
    expect(page.locator("#list-head h1")).to_have_text("图上在办")


def test_a_list_that_fails_says_so_and_can_be_asked_again(page: Page) -> None:
    watch_of(page).allow("500")
    page.route("**/api/v1/cases?*", lambda route: route.fulfill(status=500, body="{}"))
    page.goto("/")
    expect(page.locator("#list-head [role=alert]")).to_be_visible()
    page.unroute("**/api/v1/cases?*")
    page.locator("#list-head").get_by_role("button", name="重试").click()
    expect(page.locator("#rows a.row").first).to_be_visible()


def test_without_a_network_the_page_says_so_and_keeps_what_it_has(page: Page) -> None:
    watch_of(page).allow("ERR_INTERNET_DISCONNECTED")
    open_map(page)
    page.context.set_offline(True)
    expect(page.locator(".offline")).to_be_visible()
    assert page.locator("#rows a.row").count() > 0
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_be_hidden()


def test_on_paper_stand_map_legend_list_date_and_source(page: Page) -> None:
    open_map(page)
    page.emulate_media(media="print")
    for part in ("#map-region", "#legend", "#rows", "#source", ".print-head"):
        expect(page.locator(part)).to_be_visible()
    for part in ("#brush", "#search", ".furniture", ".topbar nav"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator(".print-head")).to_contain_text("打印于")
    expect(page.locator("#legend").get_by_text("问题分布")).to_be_visible()


def test_in_the_dark_the_map_is_dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    open_map(page)
    corner = page.evaluate(
        """(() => { const canvas = document.querySelector('canvas.scene');
            return [...canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data]; })()"""
    )
    assert max(corner[:3]) < 120


def test_the_segments_can_be_read_and_opened_without_pointing_at_the_map(page: Page) -> None:
    open_map(page)
    page.get_by_role("button", name="问题分布，逐段列出").focus()
    page.keyboard.press("Enter")
    first = page.locator(".row.segment").first
    name = first.locator(".place").inner_text()
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".popover h2")).to_have_text(name)
    page.keyboard.press("Escape")
    expect(page.locator(".popover")).to_be_hidden()


def test_the_first_tab_skips_to_the_search(page: Page) -> None:
    open_map(page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()


def test_a_segment_names_what_happened_around_it(page: Page) -> None:
    """The corner by 橙子公寓: bins removed, the flats renovated."""
    open_map(page, "/?at=18.5,31.25158,121.41991")
    click(page, spot(page, "hotspots", "props.verdict === 'much'"))
    facts = page.locator(".popover .facts")
    expect(facts).to_contain_text("诱因")
    expect(facts).to_contain_text("撤桶")
    expect(facts).to_contain_text("起橙子公寓装修")


def test_what_is_closed_stands_newest_first_and_without_a_deadline(page: Page) -> None:
    open_map(page, "/?state=closed")
    expect(page.locator(".list-head .order")).to_have_text("新记下的在前")
    first = page.locator("#rows .row").first
    expect(first).to_contain_text("结案")
    expect(first).to_contain_text("记下")
    expect(first).not_to_contain_text("到期")
