"""What people typed stands on the page as they typed it, and runs nowhere."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.map_page import open_map, post, spot

NASTY = '<img src=x onerror="window.ran=1">${window.ran=1}</script><script>window.ran=1</script>{{7*7}}'


def test_nothing_that_was_typed_is_executed(page: Page) -> None:
    open_map(page)
    code = spot(page, "shops")["props"]["code"]
    visit = {
        "id": str(uuid4()),
        "shop": code,
        "kind": "regular",
        "at": page.evaluate("new Date(Date.now() - 60000).toISOString()"),
        "outcome": "met",
        "note": NASTY,
        "needs": [{"id": str(uuid4()), "topic": None, "text": NASTY, "way": None}],
        "promises": [{"id": str(uuid4()), "text": NASTY, "due_at": None}],
        "issues": [{"id": str(uuid4()), "kind": "06010", "description": NASTY}],
    }
    post(page, "/api/v1/visits", visit)
    open_map(page, f"/shops/{code}")
    expect(page.locator(".promise .what").filter(has_text="onerror").first).to_be_visible()
    expect(page.locator(".timeline .event").first).to_be_visible()
    page.get_by_role("tab").nth(1).click()
    page.locator(".open-things a.row", has_text="onerror").first.click()
    expect(page.locator("#detail-view .note")).to_have_text(NASTY)
    assert page.evaluate("window.ran") is None
    assert page.locator("#panel img, #panel script").count() == 0


def test_a_name_from_the_server_is_text_everywhere(page: Page) -> None:
    page.route(
        "**/api/v1/search?*",
        lambda route: route.fulfill(
            json={"items": [{"type": "shop", "code": "X", "title": NASTY, "subtitle": NASTY, "url": "/shops/X"}]}
        ),
    )
    open_map(page)
    page.get_by_role("combobox").fill("x")
    expect(page.get_by_role("option").first).to_contain_text("onerror")
    assert page.evaluate("window.ran") is None


def test_the_title_of_a_layer_is_text_in_the_control(page: Page) -> None:
    open_map(page)
    page.evaluate(
        """nasty => { const handle = mapsvc.layer({id: 'nasty', draw: 'points', title: nasty});
            L.control.layers({}, {[nasty]: handle}).addTo(mapsvc.map); }""",
        NASTY,
    )
    assert page.locator(".leaflet-control-layers-overlays span span").last.text_content() == NASTY
    assert page.evaluate("window.ran") is None
