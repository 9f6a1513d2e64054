"""A phone that can be killed: Chromium with a profile that outlives it, as a browser on a phone has one."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from tests.support.browser import FLAGS, PHONE, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, BrowserType

GONE_S = 10


class Phone:
    """One profile; `start` opens the browser on it, `kill` ends every process of it at once."""

    def __init__(self, browser_type: BrowserType, profile: Path, url: str, **options: Any) -> None:
        self._type, self._profile, self._url, self._options = browser_type, profile, url, options
        self.context: BrowserContext
        self._main: psutil.Process | None = None

    def start(self) -> BrowserContext:
        """Open the browser."""
        self.context = self._type.launch_persistent_context(
            str(self._profile),
            executable_path=chromium_path(),
            args=FLAGS,
            base_url=self._url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **(PHONE | self._options),
        )
        self.context.set_default_timeout(15_000)
        self._main = self._find()
        return self.context

    def _find(self) -> psutil.Process:
        own = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                if f"--user-data-dir={self._profile}" in words and not any(w.startswith("--type=") for w in words):
                    own.append(process)
        return min(own, key=lambda p: p.create_time())

    @property
    def is_running(self) -> bool:
        """Whether the browser's main process lives."""
        try:
            return self._main is not None and self._main.is_running() and self._main.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:  # it went between the two questions
            return False

    def family(self, kind: str = "") -> list[psutil.Process]:
        """The browser's processes; with `kind` those of that kind, as "renderer" for those that draw pages."""
        assert self._main is not None
        found = []
        with contextlib.suppress(psutil.Error):
            for process in [self._main, *self._main.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    if not kind or f"--type={kind}" in process.cmdline():
                        found.append(process)
        return found

    def strike(self) -> None:
        """Kill the whole browser at once: nothing is written any more."""
        for process in self.family():
            with contextlib.suppress(psutil.Error):
                process.kill()

    def strike_page(self) -> None:
        """Kill the process that draws the page: of all that draw pages the one that has worked most."""
        busiest, most_s = None, -1.0
        for process in self.family("renderer"):
            with contextlib.suppress(psutil.Error):
                spent_s = process.cpu_times().user
                if spent_s > most_s:
                    busiest, most_s = process, spent_s
        if busiest:
            with contextlib.suppress(psutil.Error):
                busiest.kill()

    def kill(self) -> None:
        """End the browser as a system does that needs its memory, and give up what is left of it."""
        self.strike()
        self.bury()

    def bury(self) -> None:
        """Wait until a killed browser is gone."""
        from playwright.sync_api import Error

        deadline = time.monotonic() + GONE_S
        while self.is_running and time.monotonic() < deadline:
            time.sleep(0.02)
        with contextlib.suppress(Error):
            self.context.close()
