"""The session ends while somebody types: after signing in again what was typed is there, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.map_page import open_map, spot
from tests.support.browser import OpenContext, watch_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.server import Server

PASSWORD = "一只猫过了岚皋西路"


def signed_in_by_password(open_context: OpenContext, server: Server, login: str) -> Page:
    """A page of a new secretary who knows their password."""
    from mapsvc.domain.actors import SYSTEM, Role
    from mapsvc.operations import accounts

    ws = server.workspace()
    accounts.add_account(ws, SYSTEM, login, Role.SECRETARY, password=PASSWORD)
    ws.database.close()
    page = open_context(None).new_page()
    watch_of(page).allow("401")
    page.goto("/ledger")
    sign_in(page, login)
    page.wait_for_url("**/ledger")
    return page


def sign_in(page: Page, login: str) -> None:
    """Fill in the form of signing in."""
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_a_call_half_told_waits_for_the_worker(open_context: OpenContext, live_server: Server) -> None:
    page = signed_in_by_password(open_context, live_server, "ends-one")
    open_map(page)
    code = spot(page, "shops")["props"]["code"]
    open_map(page, f"/shops/{code}")
    page.get_by_role("button", name="登记走访").click()
    page.get_by_label("聊到什么").fill("说到一半就断了")
    page.context.clear_cookies()
    page.get_by_role("button", name="没开门").click()
    page.wait_for_url("**/sign-in?next=*")
    sign_in(page, "ends-one")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("聊到什么")).to_have_value("说到一半就断了")
    dialog.get_by_role("button", name="没开门").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".timeline .event").first).to_contain_text("说到一半就断了")
    page.reload()
    expect(page.locator(".timeline .event").first).to_contain_text("说到一半就断了")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_form_of_the_office_comes_back_filled_in(open_context: OpenContext, live_server: Server) -> None:
    page = signed_in_by_password(open_context, live_server, "ends-two")
    page.goto("/admin/people")
    page.get_by_label("登录名", exact=True).fill("laoli")
    page.get_by_label("角色", exact=True).first.select_option("worker")
    page.context.clear_cookies()
    page.get_by_role("button", name="新建，并给一次性登录链接").click()
    page.get_by_role("link", name="重新登录").click()
    sign_in(page, "ends-two")
    page.wait_for_url("**/admin/people")
    expect(page.get_by_label("登录名", exact=True)).to_have_value("laoli")
    expect(page.get_by_label("角色", exact=True).first).to_have_value("worker")
    page.reload()
    expect(page.get_by_label("登录名", exact=True)).to_have_value("")
