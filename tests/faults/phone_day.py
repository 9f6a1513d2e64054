"""`make faults`: a worker's day of 35 doors and 10 photos on a phone that is killed at 200 random moments.

    python -m tests.faults.phone_day [--kills 200] [--doors 35] [--photos 10] [--seed 1] [--minutes 10]

The doors are recorded by tapping on the real pages. Pages are closed, their processes and the whole browser killed, the
service killed and started again, the network switched off and on. Prints one table; exit code 1 if a visit or a photo
was lost or doubled, or does not bear the time of its tap.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserType, Error, Page, sync_playwright
from sqlalchemy import select

from mapsvc.store import tables as t
from tests.browser.field_page import call, counts, entries, open_today, ready, send_now, take_along
from tests.support.phone import Phone
from tests.support.pictures import jpeg
from tests.support.server import Server, mapsvc

KINDS = {"page closed": 4, "page killed": 6, "browser killed": 4, "service killed": 3, "network off or on": 3}
EARLIEST_S, LATEST_S = 0.02, 1.2
FINISH_S = 120
SECOND = 1.0


@dataclass
class Tap:
    """A door as the phone confirmed it: its record, and the span of real time in which it was tapped."""

    record: str
    at: datetime
    from_s: float
    until_s: float
    photos: tuple[str, ...]


@dataclass
class Tally:
    """What was done and what came of it."""

    kills: Counter[str] = field(default_factory=Counter)
    taps: dict[str, Tap] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)
    interrupted: int = 0
    doubled_taps: int = 0
    spent_s: float = 0.0


class Struck(Exception):
    """The moment has come at which this page, browser or service ends."""


class Day:
    """A worker who goes on after every kill from what the phone shows."""

    def __init__(self, phone: Phone, server: Server, seed: int) -> None:
        self.phone, self.server = phone, server
        self.random = random.Random(seed)
        self.tally = Tally()
        self.page: Page | None = None
        self.is_offline = False
        self.pages_killed = False
        self.strike_at = float("inf")
        self._cookie: dict[str, Any] = {}
        self.picture = jpeg(1200, 900)

    # The day

    def begin(self) -> list[str]:
        """Sign in and take the day along; codes of the worker's doors."""
        self.phone.start()
        signed = self.server.sign_in(self.phone.context, "worker")
        cookie = {"name": "mapsvc", "value": signed.cookie, "url": self.server.url}
        self._cookie = cookie | {"expires": time.time() + 86_400}
        self.page = open_today(self.phone.context)
        take_along(self.page)
        return list(call(self.page, "day", "theDay")["doors"])

    def go(self, codes: list[str], with_photo: set[str], kills: int, deadline_s: float) -> None:
        """Record all doors, killed `kills` times on the way."""
        for n in range(kills):
            if time.monotonic() > deadline_s:
                break
            allowed = codes[: -(-(n + 1) * len(codes) // kills)]
            self._until_struck(allowed, with_photo)
            print(f"\r{n + 1}/{kills} kills, {len(self.tally.taps)} doors", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        self.strike_at = float("inf")
        self._finish(codes, with_photo)

    def _until_struck(self, allowed: list[str], with_photo: set[str]) -> None:
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        delay_s = self.random.uniform(EARLIEST_S, LATEST_S)
        self._mend()
        self.strike_at = time.monotonic() + delay_s
        struck = self._aim(kind, delay_s)
        try:
            while time.monotonic() < self.strike_at:
                self._work(allowed, with_photo)
        except (Error, Struck, AssertionError, KeyError):
            self.tally.interrupted += 1
        while time.monotonic() < self.strike_at:
            time.sleep(0.01)
        struck()
        self.tally.kills[kind] += 1

    def _work(self, allowed: list[str], with_photo: set[str]) -> None:
        page = self._open()
        self._look(page)
        left = [code for code in allowed if code not in self.tally.taps]
        if left:
            self._record(page, left[0], left[0] in with_photo)
        else:
            self._pause(page, 30)

    def _finish(self, codes: list[str], with_photo: set[str]) -> None:
        """No more kills: what is left of the day, and everything sent."""
        deadline_s = time.monotonic() + FINISH_S
        while time.monotonic() < deadline_s:
            self.is_offline = False
            with contextlib.suppress(Error, AssertionError):
                self._mend()
                self.phone.context.set_offline(False)
                page = self._open()
                self._look(page)
                left = [code for code in codes if code not in self.tally.taps]
                if left:
                    self._record(page, left[0], left[0] in with_photo)
                    continue
                send_now(page)
                self._pause(page, 200)
                if counts(page) == (0, 0):
                    return

    # One door

    def _record(self, page: Page, code: str, with_photo: bool) -> None:
        path = f"/today/doors/{code}" + ("/record" if with_photo else "")
        page.goto(path)
        ready(page, path)
        self._pause(page, 0)
        if with_photo:
            self._write(page, code)
        else:
            button = page.locator("button.act.met:not([aria-disabled=true])")
            self._wait(page, lambda: button.count() == 1)
            if "回访" in button.inner_text():
                button.click(no_wait_after=True)
                button = page.locator("[data-result=gone]")
                self._wait(page, lambda: button.count() == 1)
            self._tap(page, code, button.click)
        self._wait(page, lambda: self._look(page) and code in self.tally.taps)

    def _write(self, page: Page, code: str) -> None:
        """Text and picture; what a kill left of both is still there."""
        text = page.locator("textarea#what")
        self._wait(page, lambda: text.count() == 1)
        self._pause(page, 150)
        if not text.input_value():
            text.fill(f"{code}门口灯不亮，夜里看不清")
        thumbs = page.locator(".thumbs li")
        if thumbs.count() == 0:
            file = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": self.picture}
            page.locator(".photo-field input[type=file]").first.set_input_files(file)
            self._wait(page, lambda: thumbs.count() == 1)
        self._pause(page, 0)
        self._tap(page, code, page.get_by_role("button", name="记下", exact=True).click)

    def _tap(self, page: Page, code: str, click: Callable[..., None]) -> None:
        self.tally.begun[code] = time.time()
        click(no_wait_after=True)

    def _look(self, page: Page) -> bool:
        """Take note of what the phone says it has."""
        seen = [e for e in entries(page) if e["type"] == "visit" and not e.get("withdrawn")]
        for entry in seen:
            code = entry["code"]
            if code in self.tally.taps:
                self.tally.doubled_taps += entry["id"] != self.tally.taps[code].record
            elif code in self.tally.begun:
                at = datetime.fromisoformat(entry["at"])
                begun = self.tally.begun[code]
                self.tally.taps[code] = Tap(entry["id"], at, begun, time.time(), tuple(entry["photos"]))
        return True

    # Waiting, in small steps, so that the moment is not missed

    def _pause(self, page: Page, ms: float) -> None:
        end = time.monotonic() + ms / 1000
        while True:
            if time.monotonic() >= self.strike_at:
                raise Struck
            if time.monotonic() >= end:
                return
            page.wait_for_timeout(min(10, ms))

    def _wait(self, page: Page, holds: Callable[[], Any]) -> None:
        deadline_s = time.monotonic() + 10
        while not holds():
            if time.monotonic() > deadline_s:
                raise AssertionError("the page does not go on")
            self._pause(page, 10)

    # Kills, and what comes after

    def _aim(self, kind: str, delay_s: float) -> Callable[[], None]:
        """Arrange for the strike; what is returned is called when its moment is over."""
        from_outside: dict[str, Callable[[], None]] = {
            "page killed": self._kill_pages,
            "browser killed": self.phone.strike,
            "service killed": self._kill_service,
        }
        if kind in from_outside:
            timer = threading.Timer(delay_s, from_outside[kind])
            timer.start()
            return timer.join
        return self._close_page if kind == "page closed" else self._switch_network

    def _kill_pages(self) -> None:
        self.pages_killed = True
        self.phone.strike_page()

    def _kill_service(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.process.pid, signal.SIGKILL)

    def _close_page(self) -> None:
        with contextlib.suppress(Error):
            if self.page:
                self.page.close()
        self.page = None

    def _switch_network(self) -> None:
        self.is_offline = not self.is_offline
        with contextlib.suppress(Error):
            self.phone.context.set_offline(self.is_offline)

    def _mend(self) -> None:
        if self.server.process.poll() is not None:
            self.server.process.wait()
            self.server.log.close()
            self.server.__enter__()
        if not self.phone.is_running:
            self.phone.bury()
            self.phone.start()
            self.phone.context.add_cookies([self._cookie])  # type: ignore[list-item]
            self.page, self.pages_killed = None, False
            self.phone.context.set_offline(self.is_offline)
        if self.pages_killed:
            self.pages_killed = False
            dead = self.phone.context.pages
            self.page = self.phone.context.new_page()
            for page in dead:
                page.close()
        # Made while nothing is killed: a page that is being made when its browser dies is never answered for.
        self.page = self.page or self.phone.context.new_page()

    def _open(self) -> Page:
        """The page, with the app on it."""
        page = self.page
        if page is None:
            raise Struck
        if not page.url.startswith(self.server.url):
            page.goto("/today")
            ready(page)
        page.evaluate("1")
        return page


def spend_day(
    browser_type: BrowserType, folder: Path, kills: int, doors: int, photos: int, seed: int, minutes: float
) -> tuple[Day, list[tuple[str, object, bool]]]:
    """A day on a copy of the demo in `folder`; the day, and the rows of its table."""
    started_s = time.monotonic()
    before = visit_ids(folder)
    server = Server(folder)
    with server:
        phone = Phone(browser_type, folder.parent / f"phone-{seed}", server.url)
        day = Day(phone, server, seed)
        codes = day.begin()[:doors]
        chosen = set(day.random.sample(codes, photos))
        day.go(codes, chosen, kills, started_s + minutes * 60)
        phone.kill()
    day.tally.spent_s = time.monotonic() - started_s
    return day, judge(folder, day.tally, before, kills, doors, photos)


def visit_ids(folder: Path) -> set[str]:
    """What the office has of visits."""
    ws = Server(folder).workspace()
    with ws.read() as conn:
        found = set(conn.execute(select(t.visit.c.id)).scalars())
    ws.database.close()
    return found


def judge(
    folder: Path, tally: Tally, before: set[str], kills: int, doors: int, photos: int
) -> list[tuple[str, object, bool]]:
    """Rows of the table: what, how many, and whether that is as it must be."""
    ws = Server(folder).workspace()
    with ws.read() as conn:
        rows = conn.execute(select(t.visit.c.id, t.visit.c.happened_at).where(t.visit.c.id.not_in(before))).all()
        told = Counter(conn.execute(select(t.event.c.ref).where(t.event.c.type == "visit")).scalars())
        pictures = Counter(conn.execute(select(t.photo.c.id).where(t.photo.c.visit_id.is_not(None))).scalars())
    ws.database.close()
    stored = {row.id: row.happened_at.astimezone(UTC) for row in rows}
    confirmed = {tap.record: tap for tap in tally.taps.values()}
    taken = [photo for tap in confirmed.values() for photo in tap.photos]
    lost = set(confirmed) - set(stored)
    doubled = [i for i in stored if i not in confirmed or told[i] != 1]
    twice = len(doubled) + tally.doubled_taps
    wrong = [i for i, tap in confirmed.items() if i in stored and not is_its_time(stored[i], tap)]
    return [
        *((f"  {kind}", n, True) for kind, n in sorted(tally.kills.items())),
        ("moments killed at", sum(tally.kills.values()), sum(tally.kills.values()) == kills),
        ("steps interrupted", tally.interrupted, True),
        ("doors confirmed by the phone", len(confirmed), len(confirmed) == doors),
        ("visits at the office", len(stored), len(stored) == doors),
        ("visits lost", len(lost), not lost),
        ("visits doubled, in store or history", twice, twice == 0),
        ("visits not at the second of the tap", len(wrong), not wrong),
        ("photos confirmed by the phone", len(taken), len(taken) == photos),
        ("photos lost", len([p for p in taken if not pictures[p]]), all(pictures[p] for p in taken)),
        ("photos doubled", sum(pictures.values()) - len(set(taken)), sum(pictures.values()) == len(set(taken))),
        ("minutes", round(tally.spent_s / 60, 1), True),
    ]


def is_its_time(stored: datetime, tap: Tap) -> bool:
    """Whether the office has the phone's time, and that is the time of the tap."""
    at_s = stored.timestamp()
    return stored == tap.at.astimezone(UTC) and tap.from_s - SECOND <= at_s <= tap.until_s + SECOND


def main() -> int:
    """Run, print the table, say by the exit code whether all is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("kills", 200), ("doors", 35), ("photos", 10), ("seed", 1), ("minutes", 10)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mapsvc-phone-") as made, sync_playwright() as playwright:
        folder = Path(made) / "data"
        done = mapsvc("--data", str(folder), "demo")
        if done.returncode:
            raise SystemExit(done.stderr)
        _, rows = spend_day(playwright.chromium, folder, **vars(given))
        shutil.rmtree(made, ignore_errors=True)
    was = f"{given.doors} doors and {given.photos} photos, killed at {given.kills} random moments"
    print(f"a day of {was}, seed {given.seed}")
    for what, number, is_right in rows:
        print(f"  {what:38} {number!s:>8}  {'' if is_right else 'WRONG'}")
    return 0 if all(is_right for *_, is_right in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
