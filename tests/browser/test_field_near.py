"""记一笔 with signal: what is in hand nearby is offered before another report is filed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from mapsvc.store import tables as t
from tests.browser.field_around import phone_with_a_day, visit_view
from tests.browser.field_page import entries, ready, send_now, until_sent
from tests.support.browser import PHONE, OpenContext
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: this test records."""
    folder = tmp_path_factory.mktemp("near") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


def test_what_is_in_hand_nearby_is_offered_and_joined(open_context: OpenContext, live_server: Server) -> None:
    page = phone_with_a_day(open_context("worker", **PHONE))
    visit_view(page, "note")
    page.evaluate("() => history.replaceState(null, '', '/today/note?place=PD0001')")
    page.reload()
    ready(page, "/today/note")
    page.get_by_role("textbox", name="看到什么").fill("门口又堆了垃圾没人清")
    page.locator(".near-row").first.get_by_role("button", name="是这件").tap()
    expect(page.locator(".near-row [aria-pressed=true]")).to_have_text("并到这件")
    page.get_by_role("button", name="记下").tap()
    expect(page.locator(".undo")).to_contain_text("橙子公寓门口")
    (entry,) = entries(page)
    send_now(page)
    until_sent(page)
    ws = live_server.workspace()
    with ws.read() as conn:
        ask = select(t.issue.c.case_id, t.case_file.c.merged_into).join(t.case_file)
        joined = conn.execute(ask.where(t.issue.c.id == entry["id"])).one()
    ws.database.close()
    assert entry["body"]["join"] in joined
