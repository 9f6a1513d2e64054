"""The merchant's page in a real browser, on a public surface of its own: ask, report, drafts, axe, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mapsvc.config import Settings
from mapsvc.domain.surface import Said, key_of
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import outbox, pictures
from tests.support.browser import PATIENCE_MS, PHONE, Watch, serious_faults
from tests.support.card_pages import ADDRESS, TOKEN, two_cards
from tests.support.pictures import jpeg
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
QUESTION = "孩子入园要哪些材料"


@pytest.fixture(scope="module")
def surface(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`mapsvc serve --surface public` with two cards laid out."""
    folder = tmp_path_factory.mktemp("cards") / "public"
    space = Space.open(Settings(data=folder))
    two_cards(space)
    space.database.close()
    with Server(folder, "--surface", "public", program=WITHOUT_JOBS) as running:
        yield running


@pytest.fixture
def open_card(browser: Browser, surface: Server) -> Iterator[Any]:
    """Open a card's page on a new phone: `open_card("/report", color_scheme="dark")`."""
    from urllib.parse import urlsplit

    opened: list[tuple[Any, Watch]] = []

    def make(where: str = "", **options: Any) -> Page:
        context = browser.new_context(
            base_url=surface.url, locale="zh-CN", timezone_id="Asia/Shanghai", **(PHONE | options)
        )
        context.set_default_timeout(PATIENCE_MS)
        opened.append((context, Watch(context, urlsplit(surface.url).netloc)))
        page = context.new_page()
        page.goto(ADDRESS + where)
        return page

    yield make
    faults: list[str] = []
    for context, watch in opened:
        faults += watch.unexpected()
        context.close()
    assert not faults, "\n".join(faults)


def said(surface: Server) -> list[Said]:
    """What waits to be picked up."""
    space = Space.open(Settings(data=surface.folder))
    try:
        with space.read() as conn:
            return outbox.waiting_of_key(conn, key_of(TOKEN))
    finally:
        space.database.close()


def test_asked_answered_at_once_and_still_asked(open_card: Any, surface: Server) -> None:
    page = open_card()
    page.get_by_label("想问什么").fill(QUESTION)
    page.keyboard.press("Enter")
    page.get_by_text("先看通知，再带材料去窗口。").wait_for()
    page.get_by_role("button", name="复制“入园登记”").tap()
    page.get_by_text("已复制").or_(page.get_by_text("请长按左边")).wait_for()
    page.locator("summary", has_text="还是想问").tap()
    page.get_by_role("textbox", name="想问什么").last.fill("户口在外地的呢")
    page.get_by_role("button", name="请人来回").dblclick()
    page.get_by_text("已记下您问的。").wait_for()
    assert page.get_by_role("link", name="户口在外地的呢").is_visible()
    assert [one.body["text"] for one in said(surface)].count("户口在外地的呢") == 1


def test_a_draft_outlives_a_reload_and_goes_once_it_was_sent(open_card: Any) -> None:
    page = open_card("/report?kind=L0001")
    page.get_by_label("怎么了").fill("天花板滴水，昨晚开始")
    page.reload()
    assert page.get_by_label("怎么了").input_value() == "天花板滴水，昨晚开始"
    assert page.get_by_text("上次没发出去的，还在这里。").is_visible()
    page.get_by_role("button", name="告诉书记").tap()
    page.get_by_text("已记下您反映的。").wait_for()
    page.goto(f"{ADDRESS}/report?kind=L0001")
    assert page.get_by_label("怎么了").input_value() == ""
    page.get_by_label("怎么了").fill("不想要的")
    page.reload()
    page.get_by_role("button", name="不要了").tap()
    page.reload()
    assert page.get_by_label("怎么了").input_value() == ""


def test_a_large_photo_is_made_small_on_the_phone(open_card: Any, surface: Server, tmp_path: Path) -> None:
    photo = tmp_path / "leak.jpg"
    photo.write_bytes(jpeg(3000, 2000))
    page = open_card("/report?kind=L0001")
    page.get_by_label("照片（可不附，最多四张）").set_input_files(photo)
    page.get_by_text("选了1张照片。").wait_for()
    page.wait_for_function("() => document.querySelector('#photo').files[0].size < 60000")
    page.get_by_role("button", name="告诉书记").tap()
    page.get_by_text("已记下您反映的。").wait_for()
    last = said(surface)[-1]
    space = Space.open(Settings(data=surface.folder))
    try:
        with space.read() as conn:
            kept = pictures.jpeg_of(conn, last.photos[0])
    finally:
        space.database.close()
    assert kept is not None and len(kept) < 60_000


def test_without_scripts_everything_can_be_said(open_card: Any) -> None:
    page = open_card(java_script_enabled=False)
    page.get_by_role("button", name="14点后").tap()
    page.get_by_text("已记下：14点后来方便").wait_for()
    page.get_by_role("button", name="撤销").tap()
    page.get_by_text("什么时候来都行").wait_for()
    page.get_by_role("link", name="提前提醒我").tap()
    page.get_by_label("子女入园").check(force=True)
    page.get_by_role("button", name="记下").tap()
    page.get_by_text("子女入园，办之前上门告诉您。").wait_for()
    page.get_by_label("想问什么").fill("龙虾好吃吗")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="请人来回").tap()
    page.get_by_text("已记下您问的。").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390])
def test_every_page_is_clean_for_axe_and_fits_the_phone(open_card: Any, scheme: str, width: int) -> None:
    page = open_card(color_scheme=scheme, viewport={"width": width, "height": 740})
    for where in ("", f"/answers?q={QUESTION}", "/answers", "/report", "/topics", "/matters/ask-1"):
        page.goto(ADDRESS + where)
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        assert serious_faults(page) == [], where
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
        small = page.evaluate(
            """() => [...document.querySelectorAll('main > * a, button, summary, .picks label, .choices label')]
                .filter((one) => one.offsetParent && !one.closest('.longer, .found li'))
                .map((one) => [one.textContent.trim().slice(0, 12), one.getBoundingClientRect()])
                .filter(([, box]) => box.height < 44 || box.width < 44).map(([text, box]) => `${text} ${box.height}`)"""
        )
        assert small == [], where


def test_the_keyboard_reaches_everything_in_order(open_card: Any) -> None:
    page = open_card()
    reached = []
    for _ in range(32):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("(document.activeElement.ariaLabel || document.activeElement.textContent).trim().slice(0, 8)")
        )
    order = [
        "服务联系，不是检",
        "想问什么",
        "问一声",
        "子女入园",
        "提前提醒我",
        "房屋渗漏",
        "上午",
        "14点后",
        "自己写一句",
    ]
    places = [reached.index(name) for name in order]
    assert places == sorted(places)
