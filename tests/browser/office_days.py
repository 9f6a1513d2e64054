"""An office over several days: on each it opens at an hour of its own, and each person has a browser of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.browser import DESK, PATIENCE_MS, Watch
from tests.support.other_hour import StreetServer, moved_clock, shift_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


class Day:
    """The office on one day: each person opens a browser of their own."""

    def __init__(self, browser: Browser, server: StreetServer) -> None:
        self._browser, self.server = browser, server
        self._watches: list[Watch] = []

    def as_person(self, login: str | None, **options: Any) -> Page:
        """A fresh browser in which this person is signed in; None: nobody is."""
        context = self._browser.new_context(
            base_url=self.server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **(DESK | options)
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(moved_clock(self.server.shift_s))
        watch = context.watch = Watch(context, urlsplit(self.server.url).netloc)  # type: ignore[attr-defined]
        # What a person may not see is answered so; the browser says it on its console.
        watch.allow(r"status of 404")
        self._watches.append(watch)
        if login:
            cookie = {"name": "mapsvc", "value": _cookie(self.server, login), "url": self.server.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        return context.new_page()

    def close(self) -> None:
        """Nothing may have gone wrong in any of them."""
        for context in self._browser.contexts:
            context.close()
        faults = [fault for watch in self._watches for fault in watch.unexpected()]
        assert not faults, "\n".join(faults)


def _cookie(server: StreetServer, login: str) -> str:
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import accounts, signing_in

    ws = server.workspace()
    account = next(a for a in accounts.list_accounts(ws, SYSTEM) if a.login == login)
    fresh = signing_in.sign_in_once(ws, accounts.one_time_link(ws, SYSTEM, account.id).secret)
    value = signing_in.cookie_value(ws, fresh.secret)
    ws.database.close()
    return value


@contextmanager
def day(browser: Browser, folder: Path, at: datetime) -> Iterator[Day]:
    """The office open at `at`."""
    with StreetServer(folder, shift_to(at)) as server:
        opened = Day(browser, server)
        yield opened
        opened.close()


def open_act(page: Page, act_id: str) -> Any:
    """The form behind a button."""
    form = page.locator(f'details.act[id^="{act_id}"]')
    form.locator("summary").first.click()
    return form


def move(page: Page, name: str) -> None:
    """One of the case's moves that needs no reason; some ask for more and stand behind a button of their own."""
    acts = page.locator("#acts")
    more = acts.locator("details:not(.act):not([open])", has=page.get_by_text(name, exact=True))
    if more.count():
        more.locator("summary").first.click()
    folded = acts.locator("details.act", has=page.locator("summary", has_text=name))
    if folded.count():
        folded.locator("summary").click()
    with page.expect_navigation():
        acts.get_by_role("button", name=name, exact=True).click()


def shot(page: Page, name: str) -> None:
    """A picture of the whole page for who asks for one: STORY_SHOTS names a folder."""
    if folder := os.environ.get("STORY_SHOTS"):
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
