"""Friday's report: half a page, map, figures against the week before, three stories; changed, frozen, taken away."""

from __future__ import annotations

import io
import os
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from docx import Document
from playwright.sync_api import expect

from tests.support.browser import PHONE, OpenContext, serious_faults
from tests.support.pictures import jpeg
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from mapsvc.domain.periods import Period
    from mapsvc.operations.workspace import Workspace

TYPED = "雨下了三天，这周走得比上周少，27号一滴没漏。"
A4_PX = (297 - 2 * 14) / 25.4 * 96


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service on a demo of this story's own."""
    folder = Path(shutil.copytree(demo_folder, tmp_path_factory.mktemp("friday") / "data"))
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


def prepare(ws: Workspace) -> tuple[Period, str]:
    """The week before last, and one of its closed cases with a picture from before and one from after."""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.domain.periods import week_of
    from mapsvc.domain.photos import PhotoOf, Purpose
    from mapsvc.domain.times import office_day
    from mapsvc.operations.photos import NewPhoto, add_photo
    from mapsvc.store import report_lists

    period = week_of(office_day(ws.clock())).before.before
    with ws.read() as conn:
        closed = report_lists.closed(conn, period.from_at, period.until_at)[0]
    for purpose, turned in ((Purpose.BEFORE, 1), (Purpose.AFTER, 3)):
        picture = jpeg(640, 480, turned)
        add_photo(ws, SYSTEM, NewPhoto(str(uuid4()), PhotoOf.CASE, closed.case.id, picture, ws.clock(), purpose))
    return period, closed.case.id


def record_late(ws: Workspace, period: Period) -> None:
    """A call of that week that is written down only now."""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations.issues import NewIssue, report_issue

    at = period.from_at + timedelta(hours=34)
    report_issue(ws, SYSTEM, NewIssue(str(uuid4()), "暴露垃圾", "本子上记着，忘了录", at=at, place="PD0001"))


def shot(page: Page, name: str) -> None:
    """A picture for people, where one is asked for."""
    if folder := os.environ.get("STORY_SHOTS"):
        page.screenshot(path=f"{folder}/story9-{name}.png")


def test_fridays_report(open_context: OpenContext, live_server: Server) -> None:
    ws = live_server.workspace()
    period, told = prepare(ws)
    context = open_context("secretary")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    is_composed(page, period, told)
    address = sentence_is_changed(page)
    five = frozen(page)
    before = page.locator("article.report").inner_html()
    # Times are kept to the second, and nobody writes a call down within the one in which the report was closed.
    page.wait_for_timeout(1_100)
    record_late(ws, period)
    ws.database.close()
    page.reload()
    assert page.locator("article.report").inner_html() == before
    expect(page.get_by_role("link", name="定稿后又补记1件")).to_be_visible()
    shot(page, "late")
    copied(page, five)
    opens_as_docx(page, address)
    prints_on_paper(page, address)
    is_thrown_on_the_wall(page, address)
    fits_a_phone(open_context("worker", **PHONE).new_page(), address)


def is_composed(page: Page, period: Period, told: str) -> None:
    page.goto("/reports")
    page.get_by_label("从哪天").fill(period.first.isoformat())
    page.get_by_label("到哪天（含这天）").fill(period.last.isoformat())
    page.get_by_role("button", name="写这几天的").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r".*周报（.*日至.*日）"))
    written = [box.input_value() for box in page.locator(".sentence textarea").all()]
    assert sum(1 for text in written if text) >= 5
    assert any("比上周" in text for text in written)
    assert page.locator(".report-map svg polyline").count() > 5
    expect(page.locator(".report-numbers thead th")).to_have_text(["什么", "本周", "上周"])
    chosen = [box.input_value() for box in page.locator(".story select").all()]
    assert len(set(chosen)) == 3 and chosen[0] == told
    page.locator(".story").first.scroll_into_view_if_needed()
    for picture in page.locator(".story").first.locator("img").all():
        expect(picture).to_be_visible()
        page.wait_for_function("i => i.complete && i.naturalWidth > 0", arg=picture.element_handle())
    page.evaluate("scrollTo(0, 0)")
    shot(page, "draft")
    assert serious_faults(page) == []


def sentence_is_changed(page: Page) -> str:
    page.get_by_label("走访", exact=True).fill(TYPED)
    page.get_by_role("button", name="存下").click()
    page.wait_for_url(re.compile(r"/reports/[0-9a-f-]{36}$"))
    expect(page.locator("#text_visits")).to_have_value(TYPED)
    expect(page.get_by_text("改过")).to_be_visible()
    return page.url


def frozen(page: Page) -> str:
    five = page.locator("#plain").input_value()
    page.get_by_role("button", name="定稿").click()
    expect(page.get_by_text("已定稿")).to_be_visible()
    expect(page.locator("article.report")).to_contain_text(TYPED)
    expect(page.get_by_role("button", name="存下")).to_have_count(0)
    shot(page, "frozen")
    return five


def copied(page: Page, five: str) -> None:
    page.get_by_role("button", name="复制这五行").click()
    expect(page.locator("#copied")).to_have_text("已复制，去粘贴就行。")
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert len(lines) == 5 and TYPED in lines[1]
    assert "\n".join(lines) == five


def opens_as_docx(page: Page, address: str) -> None:
    opened = Document(io.BytesIO(page.request.get(f"{address}/report.docx").body()))
    assert TYPED in [paragraph.text for paragraph in opened.paragraphs]
    # The map, and the pair of the first story.
    assert len(opened.inline_shapes) == 3
    assert opened.tables[0].cell(0, 0).paragraphs


def prints_on_paper(page: Page, address: str) -> None:
    page.goto(f"{address}/print")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1017})
    assert page.locator(".bar:visible").count() == 0
    for part in (".said", ".report-map", ".report-numbers"):
        box = page.locator(part).bounding_box()
        assert box is not None and box["y"] + box["height"] <= A4_PX, part
    if folder := os.environ.get("STORY_SHOTS"):
        page.screenshot(path=f"{folder}/story9-print.png")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 800})


def is_thrown_on_the_wall(page: Page, address: str) -> None:
    page.goto(f"{address}/screen")
    expect(page.locator(".slide:visible")).to_have_count(1)
    shot(page, "wall")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".slide:visible svg.by-day")).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator(".slide:visible h2")).to_have_text("卡住的，接下来的")
    expect(page.get_by_role("button", name="下一页")).to_be_disabled()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".slide:visible h2")).to_have_text("第3件事")
    for name in ("王书记", "小陈", "锦云家纺"):
        assert name not in page.locator("main").inner_text()


def fits_a_phone(phone: Page, address: str) -> None:
    phone.goto(address)
    expect(phone.locator("article.report")).to_contain_text(TYPED)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(phone, "phone")
    phone.emulate_media(color_scheme="dark")
    shot(phone, "phone-dark")
    assert serious_faults(phone) == []
