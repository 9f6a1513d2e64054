"""The app is renewed while records wait: what the version before wrote is sent by this one; nothing is half done."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error

from tests.browser.field_page import (
    arrived,
    call,
    counts,
    entries,
    open_today,
    ready,
    record_visit,
    take_along,
    until,
    until_sent,
)
from tests.support.browser import PHONE, OpenContext, watch_of
from tests.support.phone import Phone
from tests.support.pictures import jpeg
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

BEFORE = """async ([records, jpeg]) => {
    const db = await new Promise((resolve, reject) => {
        const asking = indexedDB.open("mapsvc-field", 1);
        asking.onupgradeneeded = () => asking.result.createObjectStore("records", { keyPath: "id" });
        asking.onsuccess = () => resolve(asking.result);
        asking.onerror = () => reject(asking.error);
    });
    const work = db.transaction("records", "readwrite", { durability: "strict" });
    for (const record of records) {
        const photos = record.photos.map((photo) => ({ ...photo, jpeg: new Uint8Array(jpeg).buffer }));
        work.objectStore("records").put({ ...record, photos });
    }
    await new Promise((resolve, reject) => { work.oncomplete = resolve; work.onabort = () => reject(work.error); });
    db.close();
}"""
"""What version 1 of the field app did on the phone: one store, a record with its photos inside."""


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own."""
    folder = tmp_path_factory.mktemp("upgrade") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


BEFORE_WALKS = """async (records) => {
    const db = await new Promise((resolve, reject) => {
        const asking = indexedDB.open("mapsvc-field", 2);
        asking.onupgradeneeded = () => {
            asking.result.createObjectStore("records", { keyPath: "id" });
            asking.result.createObjectStore("photos", { keyPath: "id" }).createIndex("record", "record");
            asking.result.createObjectStore("drafts");
            asking.result.createObjectStore("meta").put("born before", "born");
        };
        asking.onsuccess = () => resolve(asking.result);
        asking.onerror = () => reject(asking.error);
    });
    const work = db.transaction(["records", "meta"], "readwrite", { durability: "strict" });
    records.forEach((record, n) => work.objectStore("records").put({
        ...record, tapped_at: new Date(record.at).toISOString(), reason: null, errors: [], not_before: 0, tries: 0,
        seq: n + 1, photos: [], photo_states: {}, schema: 2, clock_known: true,
    }));
    work.objectStore("meta").put(records.length, "seq");
    await new Promise((resolve, reject) => { work.oncomplete = resolve; work.onabort = () => reject(work.error); });
    db.close();
}"""
"""What version 2 did, which knew no patrols."""


def uuid(n: int, kind: int = 0) -> str:
    """An id that this file alone uses."""
    return f"0d1e2f30-{kind:04d}-4000-8000-{n:012d}"


def as_before(n: int, shop: str, photos: int = 0) -> dict[str, Any]:
    """A record exactly as version 1 wrote it."""
    made = uuid(n)
    at = datetime.fromisoformat("2026-11-23T09:00:00+08:00").replace(minute=n % 60, second=7).isoformat()
    body = {"id": made, "at": at, "shop": shop, "kind": "regular", "outcome": "met"}
    return {
        "id": made,
        "type": "visit",
        "at": at,
        "body": body,
        "label": f"{shop} 见到了，没事",
        "code": shop,
        "person": None,
        "state": "waiting",
        "photos": [{"id": uuid(n, 1 + k), "taken_at": at} for k in range(photos)],
    }


def blank_page(context: BrowserContext) -> Page:
    """A page of this service that runs none of our scripts."""
    page = context.new_page()
    page.goto("/static/app/icon.svg")
    return page


def shops_of(server: Server, n: int) -> list[str]:
    """Codes of some shops."""
    from sqlalchemy import select

    from mapsvc.store import tables as t

    ws = server.workspace()
    with ws.read() as conn:
        found = conn.execute(select(t.shop.c.code).order_by(t.shop.c.code).limit(n)).scalars().all()
    ws.database.close()
    return list(found)


def stored_photos(server: Server, ids: list[str]) -> set[str]:
    """Those of the photos that the office has."""
    from sqlalchemy import select

    from mapsvc.store import tables as t

    ws = server.workspace()
    with ws.read() as conn:
        found = set(conn.execute(select(t.photo.c.id).where(t.photo.c.id.in_(ids))).scalars())
    ws.database.close()
    return found


def test_a_queue_of_the_version_before_is_sent_by_this_one(open_context: OpenContext, live_server: Server) -> None:
    context = open_context("worker", **PHONE)
    context.watch.allow("favicon")  # type: ignore[attr-defined]
    before = [as_before(n, code, photos=2 if n == 3 else 0) for n, code in enumerate(shops_of(live_server, 6), 1)]
    page = blank_page(context)
    page.evaluate(BEFORE, [before, list(jpeg(200, 150))])
    page.close()
    page = open_today(context)
    until_sent(page)
    assert arrived(live_server, before)
    photos = [photo["id"] for record in before for photo in record["photos"]]
    assert stored_photos(live_server, photos) == set(photos)
    assert counts(page) == (0, 0)
    assert call(page, "queue", "photosOf", before[2]["id"]) == []


def test_a_queue_from_before_patrols_is_sent_and_the_next_record_after_it(
    open_context: OpenContext, live_server: Server
) -> None:
    context = open_context("worker", **PHONE)
    context.watch.allow("favicon")  # type: ignore[attr-defined]
    before = [as_before(200 + n, code) for n, code in enumerate(shops_of(live_server, 4), 1)]
    for n, record in enumerate(before):
        record["at"] = record["body"]["at"] = f"2026-11-23T11:{n:02d}:09+08:00"
    page = blank_page(context)
    page.evaluate(BEFORE_WALKS, before)
    page.close()
    page = open_today(context)
    made = record_visit(page, shops_of(live_server, 5)[4])
    assert made["id"] in {entry["id"] for entry in entries(page)}
    until_sent(page)
    assert arrived(live_server, [*before, made])


def test_a_browser_killed_in_the_midst_of_the_upgrade_loses_nothing(
    browser: Browser, live_server: Server, tmp_path: Path
) -> None:
    phone = Phone(browser.browser_type, tmp_path / "profile", live_server.url)
    context = phone.start()
    before = [as_before(100 + n, code, photos=1) for n, code in enumerate(shops_of(live_server, 40))]
    for n, record in enumerate(before):
        record["at"] = record["body"]["at"] = f"2026-11-23T10:{n % 60:02d}:09+08:00"
    page = blank_page(context)
    page.evaluate(BEFORE, [before, list(jpeg(200, 150))])
    page.close()
    context.add_init_script(
        """const put = IDBObjectStore.prototype.put; let n = 0;
        IDBObjectStore.prototype.put = function (...args) {
            if (n++ === 60) for (;;) {}
            return put.apply(this, args);
        };"""
    )
    live_server.sign_in(context, "worker")
    page = context.new_page()
    page.goto("/today", wait_until="commit")
    with pytest.raises(Error):
        page.wait_for_selector("html[data-ready]", state="attached", timeout=2000)
    phone.kill()
    context = phone.start()
    live_server.sign_in(context, "worker")
    page = open_today(context)
    until_sent(page)
    assert arrived(live_server, before)
    assert len(stored_photos(live_server, [record["photos"][0]["id"] for record in before])) == 40
    context.close()


def test_an_open_page_of_the_version_before_makes_way(open_context: OpenContext, live_server: Server) -> None:
    context = open_context("worker", **PHONE)
    context.watch.allow("favicon")  # type: ignore[attr-defined]
    old = open_today(context)
    take_along(old)
    newer = blank_page(context)
    newer.evaluate(NEWER)
    until(old, lambda: "重新打开" in old.locator("#notes").inner_text())


NEWER = """async () => {
    const db = await new Promise((resolve, reject) => {
        const asking = indexedDB.open("mapsvc-field", 4);
        asking.onupgradeneeded = () => undefined;
        asking.onsuccess = () => resolve(asking.result);
        asking.onerror = () => reject(asking.error);
    });
    db.close();
}"""


def test_data_of_a_newer_app_is_left_alone_and_can_be_carried_out(open_context: OpenContext, tmp_path: Path) -> None:
    context = open_context("worker", **PHONE)
    page = open_today(context)
    take_along(page)
    context.set_offline(True)
    watch_of(page).allow("ERR_INTERNET_DISCONNECTED|favicon")
    made = record_visit(page, next(iter(call(page, "day", "theDay")["doors"])))
    page.close()
    blank = context.new_page()
    context.set_offline(False)
    blank.goto("/static/app/icon.svg")
    blank.evaluate(NEWER)
    page = open_today(context)
    until(page, lambda: "更新的程序" in page.locator("#notes").inner_text())
    with page.expect_download() as download:
        page.get_by_role("button", name="存成文件").click()
    download.value.save_as(tmp_path / "out.json")
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [record["id"] for record in written["records"]] == [made["id"]]
    with pytest.raises(Error, match="更新的程序"):
        record_visit(page, "LT0001")


def test_an_update_installs_while_nobody_is_signed_in_and_the_next_load_is_new(
    open_context: OpenContext, live_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = open_context("worker", **PHONE)
    context.watch.allow("401|403|ERR_CONNECTION_REFUSED|ERR_FAILED")  # type: ignore[attr-defined]
    page = open_today(context)
    take_along(page)
    made = record_visit(page, next(iter(call(page, "day", "theDay")["doors"])))
    context.clear_cookies()
    live_server.__exit__()
    monkeypatch.setenv("MAPSVC_BLOCK_NAME", "换了名的街区")
    live_server.__enter__()
    page.evaluate(
        """async () => {
            navigator.serviceWorker.addEventListener("controllerchange", () => (globalThis.renewed = true));
            await (await navigator.serviceWorker.getRegistration('/today')).update();
        }"""
    )
    until(page, lambda: page.evaluate("() => globalThis.renewed === true"), "the new version has taken over")
    page.reload()
    ready(page)
    assert "换了名的街区" in page.locator(".shell-head").inner_text()
    assert [e["id"] for e in entries(page)] == [made["id"]]
    live_server.sign_in(context, "worker")
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    until_sent(page)
    assert arrived(live_server, [made])
