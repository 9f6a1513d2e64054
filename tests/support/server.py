"""Fixtures of the service: a real `mapsvc serve` process on demo data."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from tests.support.accounts import Signed, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from mapsvc.operations.workspace import Workspace

START_S = 60


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PROGRAM = (sys.executable, "-m", "mapsvc.cli")
"""The command line of the checkout."""
WITHOUT_JOBS = (sys.executable, "-m", "tests.support.no_jobs")
"""The same; a service of it has no runner of jobs."""


def mapsvc(
    *args: str, program: Sequence[str] = PROGRAM, cwd: Path | None = None, timeout_s: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would and return what it said."""
    return subprocess.run([*program, *args], capture_output=True, text=True, timeout=timeout_s, check=False, cwd=cwd)


class Server:
    """A `mapsvc serve` process of its own on `folder`."""

    def __init__(self, folder: Path, *options: str, program: Sequence[str] = PROGRAM, cwd: Path | None = None) -> None:
        """`program`: WITHOUT_JOBS where nothing waits for one."""
        self.folder = folder
        self._program = program
        self._cwd = cwd
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._options = options

    def __enter__(self) -> Self:
        self.log = (self.folder.parent / f"serve-{self.port}.log").open("w+")
        command = [*self._program, "--data", str(self.folder), "serve", "--port", str(self.port)]
        # A group of its own, so that the workers end with it.
        self.process = subprocess.Popen(
            [*command, *self._options], stdout=self.log, stderr=self.log, start_new_session=True, cwd=self._cwd
        )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()

    def workspace(self) -> Workspace:
        """The same office, opened by the test beside the service; close its `database` when done."""
        from mapsvc.config import Settings
        from mapsvc.operations.workspace import Workspace

        return Workspace.open(Settings(data=self.folder))

    def sign_in(self, context: BrowserContext, role: str) -> Signed:
        """Sign the browser in as the oldest account of `role`, made if there is none."""
        ws = self.workspace()
        try:
            signed = signed_in(ws, role)
        finally:
            ws.database.close()
        cookie = {"name": "mapsvc", "value": signed.cookie, "url": self.url, "httpOnly": True, "sameSite": "Lax"}
        context.add_cookies([cookie])  # type: ignore[list-item]
        return signed

    def said(self) -> str:
        """What the process wrote so far."""
        return Path(self.log.name).read_text(encoding="utf-8")

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"mapsvc serve ended: {self.said()}")
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        self.__exit__()
        raise RuntimeError(f"mapsvc serve did not answer: {self.said()}")


def made_once(base: Path, name: str, *program: str) -> Path:
    """The demo that `program` makes, once for all test processes; never opened itself: take copies.

    Parameters
    ----------
    base : Path
        Where this process's temporary folders lie.
    """
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shared / name
        if not folder.exists():
            done = mapsvc("--data", f"{folder}-new", "demo", program=program)
            assert done.returncode == 0, done.stderr
            Path(f"{folder}-new").rename(folder)
    return folder


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Demo data, made once for all test processes; never opened itself: take copies."""
    return made_once(tmp_path_factory.getbasetemp(), "demo", *PROGRAM)


@pytest.fixture(scope="session")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real service on demo data, one per test process."""
    folder = tmp_path_factory.mktemp("live") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder) as running:
        yield running
