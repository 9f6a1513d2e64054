"""带走今天: a day without network, a closed tab, an ended session and an update, and everything arrives once."""

from __future__ import annotations

import os
import re
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.field_stories import (
    CHANGED,
    MET,
    PASSWORD,
    RECORD,
    account_of,
    act,
    at_rest,
    door,
    end_sessions,
    next_door,
    nobody_was_called_on,
    set_password,
    slow_page,
    street,
    street_phone,
    take_along,
    tap_and_wait,
    updated_static,
    walking_order,
    watch_of_context,
    worker_of,
)
from tests.support.other_hour import STATIC
from tests.support.pictures import jpeg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from mapsvc.operations.workspace import Workspace
    from tests.support.browser import OpenContext
    from tests.support.other_hour import StreetServer

TEXTS = ("灯箱不亮，让物业来看看", "后厨吊顶又渗水了")
PHOTOGRAPHED = 1
QUIET = 7
TOLERATED = timedelta(seconds=5)
RENEWED_S = 60


def prepare(ws: Workspace) -> None:
    """A day with doors, return visits and a promise due; the last door of the ten is the one that will not fit."""
    from mapsvc.domain.visits import Outcome, VisitKind
    from mapsvc.operations.visits import NewPromise, NewVisit, record_visit

    nobody_was_called_on(ws)
    set_password(ws)
    now = ws.clock().replace(microsecond=0)
    promised = (NewPromise(str(uuid4()), "把消防通道的事回个话", now + timedelta(hours=8)),)
    first, at = walking_order(ws)[0], now - timedelta(days=3)
    record_visit(
        ws, worker_of(ws), NewVisit(str(uuid4()), first, VisitKind.REGULAR, at, Outcome.MET, promises=promised)
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this story."""
    return tmp_path_factory.mktemp("take-along")


@pytest.fixture(scope="module")
def live_server(home: Path) -> Iterator[StreetServer]:
    """The office of this story."""
    with street(home, prepare) as server:
        yield server


def record_text(page: Page, text: str, photo: bytes | None = None) -> str:
    """有事要记 with a text, and a photo where there is one; returns the door."""
    was = door(page)
    act(page, RECORD).tap()
    page.get_by_role("textbox", name="说了什么").fill(text)
    if photo:
        camera = page.locator("input[type=file]").first
        camera.set_input_files({"name": "1.jpg", "mimeType": "image/jpeg", "buffer": photo})
        page.locator(".thumbs img").wait_for()
    page.get_by_role("button", name="记下").tap()
    next_door(page, was)
    return was


def change_hands(page: Page) -> str:
    """换店: the sign of the new shop; returns the door."""
    was = door(page)
    act(page, CHANGED).tap()
    page.get_by_role("button", name=re.compile("^换了店")).tap()
    page.get_by_label("新店名").fill("小满花店")
    page.get_by_role("button", name="记下").tap()
    next_door(page, was)
    return was


def went_back(page: Page) -> str:
    """Look at what was put right: it is."""
    left = door(page)
    act(page, "回访，看效果").tap()
    page.get_by_role("dialog").get_by_role("button", name="好了").tap()
    next_door(page, left)
    return left


def ten_visits(page: Page, server: StreetServer) -> dict[str, datetime]:
    """Seven doors of one tap (two where it is a return visit), two with a text, one of them with a photo, and a shop
    that changed hands: door → when."""
    tapped: dict[str, datetime] = {}

    def note(where: str) -> None:
        tapped[where] = server.clock()

    for _ in range(QUIET):
        goes_back = act(page, "回访，看效果").count() > 0
        note(went_back(page) if goes_back else tap_and_wait(page, MET))
    for n, text in enumerate(TEXTS):
        note(record_text(page, text, jpeg(640, 480) if n == PHOTOGRAPHED else None))
    note(change_hands(page))
    assert len(tapped) == 10
    return tapped


def meanwhile(server: StreetServer, address: str, monkeypatch: pytest.MonkeyPatch, static: Path) -> None:
    """While the phone is away: the session runs out, another writes 换店 at that door first, the app is updated."""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations.shop_changes import change_tenancy
    from mapsvc.operations.tenancies import NewTenancy

    ws = server.workspace()
    end_sessions(ws)
    code = code_at(ws, address)
    shop = shop_at(ws, code)
    change_tenancy(ws, SYSTEM, code, shop.version, NewTenancy(str(uuid4()), ws.clock().date(), "先到一步"))
    ws.database.close()
    server.__exit__()
    monkeypatch.setitem(os.environ, STATIC, str(static))
    server.__enter__()


def shop_at(ws: Workspace, code: str) -> Any:
    """A shop as the store has it today."""
    from mapsvc.domain.times import office_day
    from mapsvc.store import shops

    with ws.read() as conn:
        return shops.by_code(conn, code, office_day(ws.clock()))


def code_at(ws: Workspace, address: str) -> str:
    """The code of the shop at an address."""
    from mapsvc.store.tables import metadata

    shop, location = metadata.tables["shop"], metadata.tables["location"]
    with ws.read() as conn:
        found = shop.join(location, location.c.id == shop.c.location_id)
        codes = conn.execute(shop.select().select_from(found).where(location.c.address == address)).all()
    return str(codes[0].code)


def arrived(server: StreetServer) -> dict[str, list[Any]]:
    """Visits the office has from the phone's day, by address."""
    from mapsvc.store.tables import metadata

    visit, shop, location = (metadata.tables[name] for name in ("visit", "shop", "location"))
    ws = server.workspace()
    found: dict[str, list[Any]] = {}
    with ws.read() as conn:
        joined = visit.join(shop, shop.c.id == visit.c.shop_id).join(location, location.c.id == shop.c.location_id)
        since = ws.clock() - timedelta(hours=1)
        rows = visit.select().add_columns(location.c.address).select_from(joined).where(visit.c.happened_at > since)
        for row in conn.execute(rows):
            found.setdefault(row.address, []).append(row)
    ws.database.close()
    return found


def photos_of(server: StreetServer) -> int:
    """How many photos of calls the office has."""
    from mapsvc.store.tables import metadata

    ws = server.workspace()
    with ws.read() as conn:
        photo = metadata.tables["photo"]
        n = len(conn.execute(photo.select().where(photo.c.visit_id.is_not(None))).all())
    ws.database.close()
    return n


def sign_in(page: Page, server: StreetServer) -> None:
    """From the strip's word to the form and back."""
    ws = server.workspace()
    login = account_of(ws).login
    ws.database.close()
    page.get_by_role("link", name="登录", exact=True).tap()
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").tap()
    page.wait_for_url("**/today")


def test_the_day_is_taken_along_and_comes_home(
    open_context: OpenContext, live_server: StreetServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = street_phone(open_context, live_server)
    page = slow_page(context)
    page.goto("/today")
    page.get_by_text(re.compile("已带走.*离线可用")).wait_for()
    take_along(page)
    head = page.locator(".today-head").inner_text()
    assert re.search(r"要走\d+户 · 回访\d+ · 答应的事[1-9]", head), head
    assert "周一 11月23日" in head

    context.set_offline(True)
    page.reload()
    tapped = ten_visits(page, live_server)
    page.close()
    page = slow_page(context)
    page.goto("/today")
    page.get_by_text("待传 10").wait_for()
    assert arrived(live_server) == {}

    held = list(tapped)[-1]
    with at_rest(page):
        meanwhile(live_server, held, monkeypatch, updated_static(home, "2"))
    home_again(context, page, live_server, tapped, held)


def home_again(
    context: BrowserContext, page: Page, server: StreetServer, tapped: dict[str, datetime], held: str
) -> None:
    """Network on: sign in once; nine arrive once, with the time of tapping; one stays behind with its reason."""
    watch_of_context(context).allow("401|409")
    context.set_offline(False)
    page.reload()
    sign_in(page, server)
    page.get_by_text("1条要看一下").wait_for()
    page.wait_for_function("() => document.querySelector('.status-right').textContent.endsWith(' 1')")
    found = arrived(server)
    assert set(found) == set(tapped) - {held}
    for address, rows in found.items():
        assert len(rows) == 1, address
        assert abs(rows[0].happened_at - tapped[address]) < TOLERATED, address
        assert rows[0].received_at > rows[0].happened_at
    assert {row.note for rows in found.values() for row in rows} >= set(TEXTS)
    assert photos_of(server) == 1
    expect(page.locator(".status-right")).to_have_text("待传 1")

    page.get_by_text("1条要看一下").tap()
    record = page.locator("li.record.is-held")
    record.wait_for()
    assert "先到一步" in record.inner_text()
    renewed(page)
    expect(page.locator("li.record[data-state=sent]")).to_have_count(len(tapped) - 1)


def renewed(page: Page) -> None:
    """The browser brings the new release by itself while the page is open; opened again it is the new one."""
    deadline_s = time.monotonic() + RENEWED_S
    while page.evaluate("() => document.documentElement.dataset.release") != "2":
        assert time.monotonic() < deadline_s, "still the old release"
        page.wait_for_timeout(500)
        if page.evaluate("async () => (await caches.keys()).length") > 1:
            page.reload()
            page.locator("li.record.is-held").wait_for()
