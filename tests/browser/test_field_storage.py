"""What lies on the phone besides the records: photos, drafts; and what is said when the browser threw it away."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from mapsvc.store import tables as t
from tests.browser.field_page import (
    arrived,
    call,
    counts,
    crash,
    doors,
    entries,
    go_offline,
    go_online,
    open_today,
    ready,
    record_visit,
    record_with_photo,
    send_now,
    take_along,
    until,
    until_sent,
)
from tests.support.browser import PHONE, OpenContext, watch_of
from tests.support.pictures import jpeg
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

SHUT_OFF = r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_FAILED"


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: these tests stop it, and record."""
    folder = tmp_path_factory.mktemp("queue") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


@pytest.fixture
def worker(open_context: OpenContext) -> BrowserContext:
    """A worker's phone."""
    context = open_context("worker", **PHONE)
    context.watch.allow(SHUT_OFF)  # type: ignore[attr-defined]
    return context


@pytest.fixture
def page(worker: BrowserContext) -> Page:
    """The phone with the day on it."""
    opened = open_today(worker)
    take_along(opened)
    return opened


def test_photos_follow_their_record_and_leave_the_phone(page: Page, live_server: Server) -> None:
    made = record_with_photo(page, doors(page)[0], jpeg(640, 480))
    go_offline(page)
    page.reload()
    ready(page)
    assert len(call(page, "queue", "photosOf", made["id"])) == 1
    go_online(page)
    until_sent(page)
    assert arrived(live_server, [made])
    assert call(page, "queue", "photosOf", made["id"]) == []
    ws = live_server.workspace()
    with ws.read() as conn:
        found = conn.execute(select(t.photo.c.id).where(t.photo.c.id.in_(made["photos"]))).scalars().all()
    ws.database.close()
    assert found == made["photos"]


def test_a_photo_that_is_refused_keeps_its_reason_while_the_visit_is_sent(page: Page, live_server: Server) -> None:
    watch_of(page).allow("415|422")
    made = record_with_photo(page, doors(page)[0], b"no picture at all")
    until(page, lambda: send_now(page) or entries(page)[0]["photos_held"])
    assert entries(page)[0]["state"] == "sent"
    assert arrived(live_server, [made])
    call(page, "queue", "discard", made["id"])
    assert counts(page) == (0, 0)


def test_drafts_outlive_the_page(worker: BrowserContext, page: Page) -> None:
    page.evaluate(
        """async () => {
            const photo = new Blob([new Uint8Array([1, 2, 3])], { type: "image/jpeg" });
            const { keepDraft } = globalThis.__mapsvcModules["field/drafts.js"];
            await keepDraft("record:LT0001", { text: "楼上又漏了", photos: [photo] });
        }"""
    )
    crash(page)
    page.close()
    again = open_today(worker)
    kept = again.evaluate(
        """async () => {
            const found = await globalThis.__mapsvcModules["field/drafts.js"].draft("record:LT0001");
            return [found.text, found.photos[0].type, [...new Uint8Array(await found.photos[0].arrayBuffer())]];
        }"""
    )
    assert kept == ["楼上又漏了", "image/jpeg", [1, 2, 3]]


def test_records_that_vanished_with_the_browsers_storage_are_spoken_of(worker: BrowserContext, page: Page) -> None:
    go_offline(page)
    record_visit(page, doors(page)[0])
    until(page, lambda: '"unsent":1' in (page.evaluate("() => localStorage.getItem('mapsvc-field')") or ""))
    page.evaluate(
        """async () => {
            (await globalThis.__mapsvcModules["field/db.js"].openDb()).close();
            await new Promise((done) => { indexedDB.deleteDatabase("mapsvc-field").onsuccess = done; });
        }"""
    )
    page.reload()
    ready(page)
    until(page, lambda: "1条没传的记录" in page.locator("#notes").inner_text())
    page.reload()
    ready(page)
    page.wait_for_timeout(300)
    assert "没传的记录" not in page.locator("#notes").inner_text()
    go_online(page)


def test_without_a_service_worker_all_works_while_there_is_a_network(
    open_context: OpenContext, live_server: Server
) -> None:
    context = open_context("worker", **PHONE, service_workers="block")
    page = open_today(context)
    call(page, "day", "takeAlong")
    assert call(page, "day", "taken")["offline"] is False
    assert call(page, "sender", "status")["offline_ready"] is False
    made = record_visit(page, doors(page)[0])
    until_sent(page)
    assert arrived(live_server, [made])


def test_without_locks_two_tabs_still_send_each_record_once(open_context: OpenContext, live_server: Server) -> None:
    context = open_context("worker", **PHONE)
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })")
    page = open_today(context)
    take_along(page)
    other = open_today(context)
    made = [record_visit(tab, code) for code in doors(page)[:3] for tab in (page, other)]
    sent: list[str] = []
    context.on("request", lambda request: sent.append(request.method))
    send_now(page)
    send_now(other)
    until(page, lambda: counts(page) == (0, 0))
    assert sent.count("POST") == len(made)
    assert arrived(live_server, made)
