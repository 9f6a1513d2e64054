"""What the stories of the street share: an office on Monday at nine, a slow phone never asked where it is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.browser import PHONE, OpenContext, watch_of
from tests.support.clock import MONDAY_AT_NINE
from tests.support.other_hour import StreetServer, moved_clock, moved_program, shift_to
from tests.support.server import made_once

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

    from mapsvc.domain.accounts import Account
    from mapsvc.domain.actors import Actor
    from mapsvc.operations.workspace import Workspace

SLOWER = 6
MET, RECORD, CLOSED, CHANGED = "见到了，没事", "有事要记", "没开门", "换店/歇业"
PASSWORD = "lan-gao-lu-27"
IN_APP = (
    "Mozilla/5.0 (Linux; Android 10; V1981A Build/QP1A.190711.020; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/87.0.4280.141 Mobile Safari/537.36 MicroMessenger/8.0.16.2040(0x28001037) "
    "NetType/4G Language/zh_CN"
)
"""A chat program's own browser on a phone of four years ago."""
NO_NETWORK = r"ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_CONNECTION"
# A question where the phone is fails the test as an error of the console.
_NEVER_ASKED = """
for (const name of ['getCurrentPosition', 'watchPosition']) {
  Geolocation.prototype[name] = () => console.error('the page asks where the phone is');
}
"""

Prepare = Callable[["Workspace"], None]


@contextmanager
def street(home: Path, prepare: Prepare = lambda _: None, has_jobs: bool = False) -> Iterator[StreetServer]:
    """The service on the demo's data, made and served on Monday at nine; `prepare` changes it before it starts."""
    folder = home / "data"
    # Made a little earlier, so that nothing in it lies ahead of the service's clock.
    earlier = shift_to(MONDAY_AT_NINE - timedelta(minutes=1))
    shutil.copytree(made_once(home.parent, "monday", *moved_program(earlier)), folder)
    shift_s = shift_to()
    server = StreetServer(folder, shift_s, has_jobs=has_jobs)
    ws = server.workspace()
    prepare(ws)
    ws.database.close()
    with server:
        yield server


def updated_static(home: Path, release: str) -> Path:
    """A copy of static/ as the next release brings it; pages tell which one they run."""
    from mapsvc.paths import shipped

    folder = home / f"static-{release}"
    shutil.copytree(shipped("static"), folder)
    with (folder / "app/field/main.js").open("a", encoding="utf-8") as script:
        script.write(f'\ndocument.documentElement.dataset.release = "{release}";\n')
    return folder


def nobody_was_called_on(ws: Workspace, days: int = 45) -> None:
    """As on the first of a month: all doors are due, the last calls lie so many days back."""
    from mapsvc.store.tables import metadata

    visit = metadata.tables["visit"]
    with ws.write() as conn:
        moved = ws.clock() - timedelta(days=days)
        conn.execute(visit.update().where(visit.c.happened_at > moved).values(happened_at=moved))


def walking_order(ws: Workspace) -> list[str]:
    """Codes of the doors due, as 今日 of the worker leads past them."""
    from mapsvc.operations.today import my_day

    return [code for stretch in my_day(ws, worker_of(ws)).route for code in stretch.doors]


def worker_of(ws: Workspace) -> Actor:
    """The worker whose phone the stories use: the one that signing in as a worker gives."""
    return account_of(ws).actor


def account_of(ws: Workspace) -> Account:
    """That worker's account."""
    from mapsvc.domain.actors import Role
    from mapsvc.operations import accounts

    found = accounts.first_of_role(ws, Role.WORKER)
    assert found
    return found


def set_password(ws: Workspace) -> None:
    """Give the worker a password."""
    from mapsvc.operations.signing_in import hash_password
    from mapsvc.store.tables import metadata

    account, who = metadata.tables["account"], worker_of(ws)
    with ws.write() as conn:
        mine = account.c.person_id == who.person_id
        conn.execute(account.update().where(mine).values(password_hash=hash_password(PASSWORD)))


def end_sessions(ws: Workspace) -> None:
    """All sessions run out, as over a long day."""
    from mapsvc.store.tables import metadata

    with ws.write() as conn:
        conn.execute(metadata.tables["session"].delete())


def street_phone(open_context: OpenContext, server: StreetServer, **options: Any) -> BrowserContext:
    """A worker's phone, 360x740 with touch, without leave to tell its position."""
    context = open_context("worker", **PHONE, **options)
    context.add_init_script(moved_clock(server.shift_s))
    context.add_init_script(_NEVER_ASKED)
    watch_of_context(context).allow(NO_NETWORK)
    return context


def watch_of_context(context: BrowserContext) -> Any:
    """The watch, to allow what a story provokes."""
    return context.watch  # type: ignore[attr-defined]


def slow_page(context: BrowserContext) -> Page:
    """A tab at a sixth of the speed; a dialog of the browser fails the test."""
    page = context.new_page()
    page.tools = context.new_cdp_session(page)  # type: ignore[attr-defined]
    _set_pace(page, SLOWER)

    def refuse(dialog: Any) -> None:
        watch_of(page).faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    return page


@contextmanager
def at_rest(page: Page) -> Iterator[None]:
    """While nothing is asked of a slow tab: what slows it keeps a core busy even where there is nothing to do."""
    _set_pace(page, 1)
    yield
    _set_pace(page, SLOWER)


def _set_pace(page: Page, rate: int) -> None:
    page.tools.send("Emulation.setCPUThrottlingRate", {"rate": rate})  # type: ignore[attr-defined]


def take_along(page: Page) -> None:
    """Tap 带走今天, and wait until the phone says that it has the day and works without network."""
    page.goto("/today/taken")
    page.get_by_role("button", name=re.compile("带走今天|重新带一遍")).tap()
    page.get_by_text("是，没网也能打开").wait_for()
    page.goto("/today")
    page.get_by_text(re.compile("已带走 09:0.*离线可用")).wait_for()


def take_again(page: Page) -> None:
    """The same once more, for what is new at the office."""
    page.goto("/today/taken")
    page.get_by_role("button", name="重新带一遍").tap()
    page.get_by_text(re.compile("^带走了，.*没网也能走")).wait_for()


def door(page: Page) -> str:
    """The address of the door that is shown, as in 岚皋路233号."""
    return page.locator("#door-name .door-place").inner_text()


def act(page: Page, name: str) -> Locator:
    """One of the four buttons at the door."""
    return page.locator(".acts").get_by_role("button", name=name)


def tap_and_wait(page: Page, name: str) -> str:
    """Tap a button at the door and wait until another door stands there; returns the one that was left."""
    left = door(page)
    act(page, name).tap()
    next_door(page, left)
    return left


def next_door(page: Page, left: str) -> None:
    """Wait until another door stands there and takes a tap: none while it slides in."""
    page.wait_for_function(
        """(left) => {
            const name = document.querySelector('#door-name'), acts = document.querySelector('.acts');
            return name && !name.innerText.startsWith(left) && acts && !acts.hasAttribute('data-fresh');
        }""",
        arg=left,
    )
