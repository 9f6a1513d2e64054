"""The field app as tests use it: opened on a phone, with and without network, its queue read from the page itself."""

from __future__ import annotations

import base64
import time
from datetime import datetime
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page
from sqlalchemy import select

from mapsvc.store import tables as t
from tests.support.accounts import signed_in
from tests.support.server import Server

PATIENCE_S = 20

_CALL = """async ([module, name, args]) => {
    const found = globalThis.__mapsvcModules[`field/${module}.js`][name];
    return JSON.parse(JSON.stringify(await found(...args) ?? null));
}"""


def open_today(context: BrowserContext, path: str = "/today") -> Page:
    """A page at `path`, with its view drawn."""
    page = context.new_page()
    page.goto(path)
    ready(page, path)
    return page


def ready(page: Page, path: str = "/today") -> None:
    """Wait until the view of `path` stands."""
    page.wait_for_selector(f'html[data-ready="{path}"]', state="attached")


def call(page: Page, module: str, name: str, *args: Any) -> Any:
    """Call what a module of the field app exports, and wait for it: `call(page, "queue", "entries")`."""
    return page.evaluate(_CALL, [module, name, list(args)])


def take_along(page: Page) -> dict[str, Any]:
    """带走今天, and wait until the app works without network."""
    found: dict[str, Any] = call(page, "day", "takeAlong")
    until(page, lambda: page.evaluate("() => Boolean(navigator.serviceWorker && navigator.serviceWorker.controller)"))
    return found


def go_offline(page: Page) -> None:
    """No network for all pages of the context, its service worker included."""
    page.context.set_offline(True)


def go_online(page: Page) -> None:
    """The network is back."""
    page.context.set_offline(False)


def throttle(page: Page, rate: float = 6) -> None:
    """Slow the page's processor down, as many times as `rate` says."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


def entries(page: Page) -> list[dict[str, Any]]:
    """Today's records and all that are unsent, newest first."""
    found: list[dict[str, Any]] = call(page, "queue", "entries")
    return found


def counts(page: Page) -> tuple[int, int]:
    """How many records wait and how many are held back."""
    found = call(page, "queue", "waiting")
    return found["waiting"], found["held"]


def record_visit(page: Page, code: str, outcome: str = "met", **body: Any) -> dict[str, Any]:
    """Record a visit as a view would; returns the entry once the phone has it."""
    visit = {"shop": code, "kind": "regular", "outcome": outcome} | body
    made: dict[str, Any] = call(
        page, "queue", "record", "visit", visit, {"label": f"{code} 见到了，没事", "code": code}
    )
    return made


def send_now(page: Page) -> None:
    """Send what waits, without the ten seconds in which a tap can be taken back."""
    page.evaluate(
        """async () => {
            const M = globalThis.__mapsvcModules;
            await M["field/db.js"].tx("records", "readwrite", async (t) => {
                for (const entry of await t.all("records"))
                    if (entry.state === "waiting") await t.put("records", { ...entry, not_before: 0 });
            });
            M["field/sender.js"].kick();
        }"""
    )


def until(page: Page, holds: Any, what: str = "") -> None:
    """Wait until `holds()` is true, letting the page go on meanwhile."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"still not: {what or holds}"
        page.wait_for_timeout(50)


def until_sent(page: Page) -> None:
    """Send what waits and wait until nothing does."""
    send_now(page)
    until(page, lambda: counts(page)[0] == 0, "everything sent")


def record_with_photo(page: Page, code: str, jpeg: bytes, **body: Any) -> dict[str, Any]:
    """Record a visit with one picture as a view would."""
    visit = {"shop": code, "kind": "regular", "outcome": "met", "note": "门口堆了纸箱"} | body
    made: dict[str, Any] = page.evaluate(
        """async ([visit, code, base64]) => {
            const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const M = globalThis.__mapsvcModules;
            const photo = { id: M["field/uuid.js"].uuid(), blob: new Blob([bytes], { type: "image/jpeg" }) };
            return M["field/queue.js"].record("visit", visit, { label: `${code} 有事要记`, code, photos: [photo] });
        }""",
        [visit, code, base64.b64encode(jpeg).decode()],
    )
    return made


def doors(page: Page) -> list[str]:
    """Codes of the worker's doors."""
    return list(call(page, "day", "theDay")["doors"])


def stored(server: Server, ids: list[str]) -> dict[str, datetime]:
    """Id and time of those visits that the office has."""
    ws = server.workspace()
    with ws.read() as conn:
        rows = conn.execute(select(t.visit.c.id, t.visit.c.happened_at).where(t.visit.c.id.in_(ids))).all()
    ws.database.close()
    assert len({row.id for row in rows}) == len(rows)
    return {row.id: row.happened_at for row in rows}


def received(server: Server, visit_id: str) -> datetime:
    """When the office got this visit."""
    ws = server.workspace()
    with ws.read() as conn:
        at = conn.execute(select(t.visit.c.received_at).where(t.visit.c.id == visit_id)).scalar_one()
    ws.database.close()
    return at


def recorded_by(server: Server, ids: list[str]) -> set[str]:
    """Ids of the people in whose names the office has those visits."""
    ws = server.workspace()
    with ws.read() as conn:
        found = conn.execute(select(t.visit.c.worker_id).where(t.visit.c.id.in_(ids))).scalars().all()
    ws.database.close()
    return set(found)


def told(server: Server, ids: list[str]) -> int:
    """How often the history tells of these visits."""
    ws = server.workspace()
    with ws.read() as conn:
        found = conn.execute(select(t.event.c.ref).where(t.event.c.ref.in_(ids), t.event.c.type == "visit")).all()
    ws.database.close()
    return len(found)


def arrived(server: Server, made: list[dict[str, Any]]) -> bool:
    """Whether all are in the store, once, at the second of the tap."""
    ids = [entry["id"] for entry in made]
    found = stored(server, ids)
    times = {entry["id"]: datetime.fromisoformat(entry["at"]) for entry in made}
    return found == times and told(server, ids) == len(ids)


def requests_of(context: BrowserContext) -> list[tuple[str, str]]:
    """Filled with method and path of each request from now on."""
    seen: list[tuple[str, str]] = []
    context.on("request", lambda r: seen.append((r.method, "/" + r.url.split("/", 3)[3])))
    return seen


def become(context: BrowserContext, server: Server, login: str) -> None:
    """Sign another worker in on the same phone."""
    ws = server.workspace()
    signed = signed_in(ws, "worker", login)
    ws.database.close()
    context.clear_cookies()
    context.add_cookies([{"name": "mapsvc", "value": signed.cookie, "url": server.url}])


def crash(page: Page) -> None:
    """End the page's renderer as the system does when memory is short."""
    try:
        page.goto("chrome://crash")
    except Error:
        return
    raise AssertionError("it did not crash")
