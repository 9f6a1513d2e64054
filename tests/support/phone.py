"""A phone that can be killed: Chromium with a profile that outlives it, as a browser on a phone has one."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from tests.support.browser import FLAGS, PHONE, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, BrowserType


class Phone:
    """One profile; `start` opens the browser on it, `kill` ends every process of it at once."""

    def __init__(self, browser_type: BrowserType, profile: Path, url: str, **options: Any) -> None:
        self._type, self._profile, self._url, self._options = browser_type, profile, url, options
        self.context: BrowserContext

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
        return self.context

    def processes(self, kind: str = "") -> list[psutil.Process]:
        """Processes of this browser; `kind` "renderer" for those that draw pages, "browser" for the main one."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                mine = any(str(self._profile) in word for word in words)
                of = next((w.removeprefix("--type=") for w in words if w.startswith("--type=")), "browser")
                if mine and (not kind or of == kind):
                    found.append(process)
        return found

    def main(self) -> psutil.Process:
        """The process whose end is the end of the browser."""
        return min(self.processes("browser"), key=lambda p: p.create_time())

    def kill(self) -> None:
        """End the browser as a system does that needs its memory: at once, nothing is written any more."""
        family = [self.main(), *self.main().children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(family, timeout=10)
        self.forget()

    def forget(self) -> None:
        """Give up what is left of a browser that has ended."""
        from playwright.sync_api import Error

        with contextlib.suppress(Error):
            self.context.close()
