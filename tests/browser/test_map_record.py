"""What one records from the panel of a shop: a call, and the reason for seeing a number."""

import re

from playwright.sync_api import Page, expect

from tests.browser.map_page import open_map, spot


def test_a_call_is_recorded_in_one_tap_and_stands_in_the_history(page: Page) -> None:
    open_map(page)
    code = spot(page, "shops")["props"]["code"]
    open_map(page, f"/shops/{code}")
    page.get_by_role("button", name="登记走访").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("聊到什么").fill("门口的灯修好了")
    dialog.get_by_role("button", name="见到了").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("走访已记下")
    expect(page.locator(".timeline .event").first).to_contain_text("门口的灯修好了")


def test_what_was_typed_stays_when_the_service_refuses(page: Page) -> None:
    page.context.watch.allow("422")  # type: ignore[attr-defined]
    page.route("**/api/v1/visits", lambda route: route.fulfill(status=422, json={"detail": "这次走访没有记下。"}))
    open_map(page)
    code = spot(page, "shops")["props"]["code"]
    open_map(page, f"/shops/{code}")
    page.get_by_role("button", name="登记走访").click()
    note = page.get_by_role("dialog").get_by_label("聊到什么")
    note.fill("先记下这一句")
    page.get_by_role("button", name="没开门").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("这次走访没有记下。")
    expect(note).to_have_value("先记下这一句")


def test_the_full_number_is_shown_for_a_reason_only(page: Page) -> None:
    page.context.watch.allow("422")  # type: ignore[attr-defined]
    open_map(page)
    code = spot(page, "shops")["props"]["code"]
    open_map(page, f"/shops/{code}")
    expect(page.locator(".people")).to_contain_text("****")
    page.get_by_role("button", name="查看号码").click()
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.locator(".reason .error")).to_contain_text("原因")
    page.get_by_label("查看号码的原因").fill("约时间上门")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.locator(".people")).to_contain_text(re.compile(r"1\d{10}"))
