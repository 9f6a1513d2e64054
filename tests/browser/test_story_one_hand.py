"""One hand in the rain, in a chat program's browser: three lines, four big buttons, undo, and the camera."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.field_stories import (
    CHANGED,
    CLOSED,
    IN_APP,
    MET,
    RECORD,
    act,
    at_rest,
    door,
    next_door,
    nobody_was_called_on,
    slow_page,
    street,
    street_phone,
    take_along,
    tap_and_wait,
    walking_order,
    worker_of,
)
from tests.support.pictures import jpeg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from mapsvc.operations.workspace import Workspace
    from tests.support.browser import OpenContext
    from tests.support.other_hour import StreetServer

LEAST_PX = 56
SCREEN_PX = 740
TALK, PROMISED = "吊顶没再渗水", "入园要哪些材料"
SAID = "楼上装修，吊顶又滴水了"


def prepare(ws: Workspace) -> None:
    """The first door of the way: something was talked about, and something promised for Friday."""
    from datetime import timedelta

    from mapsvc.domain.visits import Outcome, VisitKind
    from mapsvc.operations.visits import NewPromise, NewVisit, record_visit

    nobody_was_called_on(ws)
    now = ws.clock().replace(microsecond=0)
    promised = (NewPromise(str(uuid4()), PROMISED, now + timedelta(days=4)),)
    visit = NewVisit(str(uuid4()), first_door(ws), VisitKind.REGULAR, now, Outcome.MET, promises=promised, note=TALK)
    record_visit(ws, worker_of(ws), visit)
    nobody_was_called_on(ws, 40)


def first_door(ws: Workspace) -> str:
    """Where the way begins."""
    return walking_order(ws)[0]


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StreetServer]:
    """The office of this story."""
    with street(tmp_path_factory.mktemp("one-hand"), prepare) as server:
        yield server


@pytest.fixture
def page(open_context: OpenContext, live_server: StreetServer) -> Page:
    """今日 on a slow phone without network, in a chat program's browser."""
    context = street_phone(open_context, live_server, user_agent=IN_APP)
    page = slow_page(context)
    take_along(page)
    context.set_offline(True)
    return page


def test_a_door_is_three_lines_and_four_big_buttons_in_the_lower_half(page: Page) -> None:
    lines = page.locator("dl.lines .line")
    assert lines.locator("dt").all_inner_texts() == ["上次聊到", "答应的事", "顺带"]
    assert TALK in lines.nth(0).inner_text()
    assert "周五前" in lines.nth(1).inner_text()
    assert PROMISED in lines.nth(1).inner_text()
    assert lines.nth(2).locator("dd").inner_text()
    for name in (MET, RECORD, CLOSED, CHANGED):
        box = act(page, name).bounding_box()
        assert box
        assert box["height"] >= LEAST_PX, name
        assert box["y"] >= SCREEN_PX / 2, f"{name} stands at {box['y']}"
        assert box["y"] + box["height"] <= SCREEN_PX - 60, f"{name} lies under the tabs"


def test_one_tap_no_dialog_and_ten_seconds_to_take_it_back(page: Page) -> None:
    first, following = door(page), page.locator(".next-row .next-number").first.inner_text()
    tap_and_wait(page, MET)
    assert door(page).endswith(following)
    expect(page.locator(".status-right")).to_have_text("待传 1")
    assert page.locator("dialog[open], [role=dialog]:visible, [role=alertdialog]:visible").count() == 0
    undo = page.locator("#strip-host").get_by_role("button", name="撤销")
    expect(page.locator("#strip-host")).to_contain_text("见到了，没事")
    undo.tap()
    expect(page.locator("#door-name .door-place")).to_have_text(first)
    expect(page.locator(".status-right")).to_have_text("待传 0")

    page.goto("/today")
    tapped_at = time.monotonic()
    tap_and_wait(page, MET)
    with at_rest(page):
        page.wait_for_timeout(7_000)
    expect(undo).to_be_visible()
    undo.wait_for(state="detached")
    assert time.monotonic() - tapped_at >= 10
    page.get_by_role("link", name=re.compile("待传")).tap()
    later = page.locator("li.record").get_by_role("button", name=re.compile("^撤销"))
    later.tap()
    expect(page.locator("li.record .gone")).to_have_count(1)
    page.goto("/today")
    expect(page.locator("#door-name .door-place")).to_have_text(first)


def test_a_camera_that_kills_the_page_loses_nothing(page: Page) -> None:
    was = door(page)
    act(page, RECORD).tap()
    text = page.get_by_role("textbox", name="说了什么")
    text.fill(SAID)
    page.get_by_role("button", name="更多诉求").tap()
    page.get_by_role("button", name="其他", exact=True).tap()
    page.get_by_label("答应了什么").fill("请物业来看")
    page.get_by_role("button", name="明天", exact=True).tap()
    camera = page.locator("input[type=file]").first
    camera.set_input_files({"name": "1.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1200, 900)})
    page.locator(".thumbs img").wait_for()
    with page.expect_file_chooser():
        page.get_by_text("拍照", exact=True).tap()
    # The system takes the memory for the camera: the page comes back as from nothing.
    page.wait_for_timeout(500)
    page.reload()
    page.get_by_text("相机把这一页关掉了，写的都在").wait_for()
    assert text.input_value() == SAID
    expect(page.get_by_role("button", name="其他", exact=True)).to_have_attribute("aria-pressed", "true")
    assert page.get_by_label("答应了什么").input_value() == "请物业来看"
    expect(page.get_by_role("button", name="明天", exact=True)).to_have_attribute("aria-pressed", "true")
    assert page.locator(".thumbs img").count() == 1
    page.get_by_role("button", name="记下").tap()
    next_door(page, was)
    expect(page.locator(".status-right")).to_have_text("待传 1")
