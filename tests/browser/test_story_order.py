"""The order link: who has no account accepts, comes, repairs with one photo; waits with a second, and refuses it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.office_days import Day, day, move, open_act, shot
from tests.support.browser import PHONE, serious_faults
from tests.support.pictures import jpeg
from tests.support.street import build, uid

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

TUESDAY = datetime(2026, 11, 24, 2, tzinfo=UTC)
COMPANY, MERCHANT, PHONE_NUMBER = "兰凤物业", "徐女士", "13812345678"
PICTURE = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1600, 1200)}
LARGEST_PAGE = 100_000


def prepare(folder: Path) -> str:
    """27号 leaks, photographed by who found it; the register knows the door. Returns the case's address."""
    from mapsvc.config import Settings
    from mapsvc.domain.actors import SYSTEM, Role
    from mapsvc.domain.photos import PhotoOf
    from mapsvc.domain.register import RegisterEntry, Side
    from mapsvc.operations import accounts
    from mapsvc.operations.issues import NewIssue, Reported, report_issue
    from mapsvc.operations.photos import NewPhoto, add_photo
    from mapsvc.operations.workspace import Workspace
    from mapsvc.store import register

    ws = Workspace.open(Settings(data=folder, office_phone="021-60001234"), clock=lambda: TUESDAY)
    street = build(ws)
    with ws.write() as conn:
        entry = RegisterEntry(uid("reg"), "岚皋西路", 21, 39, Side.ODD, None, "兰凤新村居委会", COMPANY)
        register.add(conn, entry, TUESDAY)
    accounts.add_account(ws, SYSTEM, "王书记", Role.SECRETARY, "王书记")
    told = report_issue(ws, street.chen, NewIssue(uid("leak"), "L0001", "吊顶滴水", shop="LT0001"))
    assert isinstance(told, Reported)
    add_photo(ws, street.chen, NewPhoto(uid("ph"), PhotoOf.ISSUE, uid("leak"), jpeg(1600, 1200)))
    ws.database.close()
    return f"/cases/{told.found.case.id}"


def test_an_order_by_its_link(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    address = prepare(folder)
    with day(browser, folder, TUESDAY) as tuesday:
        desk = tuesday.as_person("王书记")
        first = sent(desk, address, "查201室阳台排水管", is_first=True)
        phone = tuesday.as_person(None, **PHONE)
        nothing_of_anybody(phone, first)
        done_with_one_photo(phone)
        suggested(desk, address)
        # The answers of an order stand a second apart; nobody presses and sends as fast as this.
        desk.wait_for_timeout(3000)
        second = sent(desk, address, "换吊顶")
        waits_and_goes_on(phone, second, desk, address)
        refused(phone)
        passed_on(tuesday, desk, phone, second)
        reads_as_it_was(desk, address)


def sent(desk: Page, address: str, what: str, is_first: bool = False) -> str:
    """The secretary sends an order; the company stands in the form. Returns its link."""
    desk.goto(address)
    if is_first:
        move(desk, "立案派遣")
        move(desk, "开始处理")
    form = open_act(desk, "send-order")
    expect(form.get_by_label("派给谁")).to_have_value(COMPANY)
    form.get_by_label("要做什么").fill(f"{what}（{MERCHANT} {PHONE_NUMBER}）")
    form.get_by_role("button", name="派单，给链接").click()
    expect(desk.get_by_role("status").first).to_contain_text("派单好了")
    expect(desk.locator(".code svg")).to_be_visible()
    if is_first:
        shot(desk, "story6-1-sent")
    found = re.search(r"/w/[\w-]{43}", desk.locator("#order-text").inner_text())
    assert found
    return found.group()


def nothing_of_anybody(phone: Page, link: str) -> None:
    """Where, what, a photo, until when; light enough for a street corner; large buttons; no script."""
    sizes: list[int] = []
    phone.on("response", lambda answer: sizes.append(len(answer.body())))
    phone.goto(link, wait_until="networkidle")
    assert sum(sizes) <= LARGEST_PAGE
    expect(phone.get_by_role("heading", level=1)).to_have_text("岚皋西路27号")
    page = phone.content()
    assert not [said for said in (MERCHANT, PHONE_NUMBER, "138****", "锦云家纺", "<script") if said in page]
    assert phone.locator(".shots img").evaluate("image => image.naturalWidth") == 360
    for button in phone.locator(".big:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 64
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert not serious_faults(phone)
    shot(phone, "story6-2-link")


def done_with_one_photo(phone: Page) -> None:
    """接单, 到场, 修好了; one photo is enough."""
    phone.get_by_role("button", name="接单").tap()
    expect(phone.locator("dl")).to_contain_text("已接单")
    phone.get_by_role("button", name="到场").tap()
    expect(phone.locator("dl")).to_contain_text("已到场")
    phone.locator("#fixed > summary").tap()
    phone.get_by_label("修好的照片").set_input_files(PICTURE)  # type: ignore[arg-type]
    phone.get_by_label("做了什么").fill("换了两米管")
    phone.get_by_role("button", name="报修好了").tap()
    expect(phone.locator("dl")).to_contain_text("修好了")
    expect(phone.get_by_role("img", name="修好的照片1")).to_be_visible()
    shot(phone, "story6-3-fixed")


def suggested(desk: Page, address: str) -> None:
    """The case stays where it is; that it may go on is said."""
    desk.goto(address)
    part = desk.locator("#orders")
    expect(part.get_by_text("派单都报修好了")).to_be_visible()
    expect(part.locator(".shot img")).to_have_count(1)
    expect(desk.locator(".case-path .now")).to_contain_text("处理中")
    shot(desk, "story6-4-case")


def waits_and_goes_on(phone: Page, link: str, desk: Page, address: str) -> None:
    """要等 asks for the reason and stops the clock; 继续 lets it run."""
    phone.goto(link)
    phone.locator("#wait > summary").tap()
    phone.get_by_label("等什么").fill("等吊顶板，周四到货")
    phone.get_by_role("button", name="报要等").tap()
    expect(phone.locator("dl")).to_contain_text("案件暂停计时")
    desk.goto(address)
    expect(desk.locator(".case-clock")).to_contain_text("挂账")
    phone.get_by_role("button", name="继续").tap()
    expect(phone.locator("dl")).to_contain_text("已派出")
    desk.goto(address)
    expect(desk.locator(".case-clock")).not_to_contain_text("挂账中")


def refused(phone: Page) -> None:
    """不是我们的, with a reason: nothing more to do until the secretary decides."""
    phone.locator("#not_ours > summary").tap()
    phone.get_by_label("为什么").fill("吊顶是店里自己装的")
    phone.get_by_role("button", name="告诉书记").tap()
    expect(phone.get_by_text("等书记定").first).to_be_visible()
    shot(phone, "story6-5-refused")


def passed_on(tuesday: Day, desk: Page, phone: Page, link: str) -> None:
    """It waits on the desk; passed on to another, the old link is dead."""
    desk.goto("/orders")
    desk.locator("[data-row] a").click()
    form = desk.locator("#pass-on")
    form.get_by_label("派给谁").fill("申城物业")
    shot(desk, "story6-6-decide")
    form.get_by_role("button", name="改派").click()
    expect(desk.get_by_role("status").first).to_contain_text("改派了")
    stranger = tuesday.as_person(None, **PHONE)
    assert stranger.request.get(link).status == 410
    assert "已经收回" in stranger.request.get(link).text()
    assert phone.request.get(f"{link}/month.xlsx").status == 410


def reads_as_it_was(desk: Page, address: str) -> None:
    """The case's history tells the story, the last on top."""
    desk.goto(address)
    titles = desk.locator("#log-title ~ .log .log-words p:first-child b").all_inner_texts()
    said = [t for t in titles if "派单" in t or COMPANY in t or t in ("挂账 · 渗漏水", "恢复计时 · 渗漏水")]
    assert said == [
        "派单 申城物业",
        f"收回派单 {COMPANY}",
        f"{COMPANY} · 不是我们的",
        "恢复计时 · 渗漏水",
        f"{COMPANY} · 继续",
        "挂账 · 渗漏水",
        f"{COMPANY} · 要等",
        f"派单 {COMPANY}",
        f"{COMPANY} · 修好了",
        f"{COMPANY} · 到场",
        f"{COMPANY} · 接单",
        f"派单 {COMPANY}",
    ]
    shot(desk, "story6-7-history")
