"""Every page there is, at a desk and on a phone, by day and by night: within its screen, without a serious fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.map_page import drawn
from tests.browser.test_admin_markup import addresses, fill, plan
from tests.support.browser import DESK, PHONE, OpenContext, serious_faults, watch_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.support.server import Server

CONTRAST = ("color-contrast",)


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service on the demo with a plan, an import and a job."""
    import shutil
    from pathlib import Path as FilePath

    from tests.support.server import WITHOUT_JOBS
    from tests.support.server import Server as RealServer

    folder = FilePath(shutil.copytree(demo_folder, tmp_path_factory.mktemp("pages") / "data"))
    with RealServer(folder, program=WITHOUT_JOBS) as running:
        ws = running.workspace()
        fill(ws, folder, mark="")
        plan(ws)
        ws.database.close()
        yield running


def look_at(page: Page, where: str) -> list[str]:
    """What is wrong with a page by day and by night."""
    answer = page.goto(where)
    assert answer is not None
    if "text/html" not in (answer.headers.get("content-type") or ""):
        return []
    if page.locator("#map-region").count():
        drawn(page)
    if page.locator("body.field").count():
        page.wait_for_function("() => document.documentElement.dataset.ready === location.pathname")
    faults = [f"{where} by day: {fault}" for fault in serious_faults(page)]
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if width > room:
        faults.append(f"{where} is {width} px wide on a screen of {room} px")
    if page.locator("h1:visible").count() != 1:
        faults.append(f"{where} has not one heading of the first order")
    if page.locator(".skip").count() and not page.evaluate(
        "document.querySelector(document.querySelector('.skip').hash)"
    ):
        faults.append(f"{where} has a skip link that leads nowhere")
    page.emulate_media(color_scheme="dark")
    faults += [f"{where} by night: {fault}" for fault in serious_faults(page, CONTRAST)]
    page.emulate_media(color_scheme="light")
    return faults


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("role", ["secretary", "admin"])
def test_every_page_can_be_read_by_everybody(
    open_context: OpenContext, live_server: Server, role: str, options: dict[str, Any]
) -> None:
    page = open_context(role, **options).new_page()
    watch_of(page).allow("403")
    # One of each kind of page: the numbers of the data quality share theirs.
    everywhere = {re.sub(r"/quality/.*", "/quality/…", a): a for a in addresses(live_server)}.values()
    # The keeper of the service sees what others do not; the rest is the same page.
    wanted = [a for a in everywhere if role == "secretary" or "/jobs" in a]
    assert len(wanted) > (20 if role == "secretary" else 1)
    faults = [fault for where in wanted for fault in look_at(page, where)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
def test_every_view_of_the_day_can_be_read_by_everybody(open_context: OpenContext, options: dict[str, Any]) -> None:
    context = open_context("worker", **options)
    page = context.new_page()
    page.goto("/today")
    page.locator("#door-name").wait_for()
    code = sorted(context.request.get("/api/v1/today").json()["doors"])[0]
    page.goto(f"/today/doors/{code}")
    page.get_by_role("button", name="见到了，没事").click()
    page.get_by_text("待传 1").wait_for()
    door = f"/today/doors/{code}"
    views = [f"/today/{name}" for name in ("list", "note", "map", "answers", "taken", "me", "abilities", "scan")]
    everywhere = ["/today", door, f"{door}/record", f"{door}/changed", *views]
    faults = [fault for where in everywhere for fault in look_at(page, where)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_of_strangers_and_of_failures_too(open_context: OpenContext, options: dict[str, Any]) -> None:
    page = open_context(None, **options).new_page()
    watch_of(page).allow("401|404")
    assert look_at(page, "/sign-in") == []
    assert look_at(page, "/sign-in/used-up") == []
    known = open_context("secretary", **options).new_page()
    watch_of(known).allow("404")
    assert look_at(known, "/nowhere") == []
    assert look_at(known, "/shops/nowhere") == []
