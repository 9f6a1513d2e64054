"""A data folder with any number of open issues and some shops, made through the store; and a service on it."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.domain.kinds import KINDS
from mapsvc.operations import accounts, signing_in
from mapsvc.operations.workspace import Workspace
from mapsvc.store.tables import metadata

WEST, SOUTH, EAST, NORTH = 121.4155, 31.2476, 121.4239, 31.2528
"""Where the points lie, WGS-84: all in the first view of the map."""
N_SHOPS = 200
START_S = 60
_CHUNK = 20_000


def make_office(folder: Path, n_issues: int, seed: int = 1) -> str:
    """Fill a new data folder; returns the cookie of a signed-in secretary.

    Parameters
    ----------
    folder : Path
        Does not exist yet.
    n_issues : int
        Open issues spread over the sub-district and the last year, a tenth of them past their time.
    """
    ws = Workspace.open(Settings(data=folder))
    now = datetime.now(UTC).replace(microsecond=0)
    fill(ws, "location", "shop", "tenancy", rows=shop_rows(now))
    fill(ws, "location", "case_file", "issue", rows=_issues(n_issues, now, random.Random(seed)))
    ws.database.checkpoint()
    account = accounts.add_account(ws, SYSTEM, "bench", Role.SECRETARY)
    link = accounts.one_time_link(ws, SYSTEM, account.id)
    cookie = signing_in.cookie_value(ws, signing_in.sign_in_once(ws, link.secret).secret)
    ws.database.close()
    return cookie


def demo_office(folder: Path) -> str:
    """Fill a new data folder with the demo; returns the cookie of a signed-in worker, all of whose doors are due."""
    subprocess.run([sys.executable, "-m", "mapsvc", "--data", str(folder), "demo"], check=True, capture_output=True)
    ws = Workspace.open(Settings(data=folder))
    worker = accounts.first_of_role(ws, Role.WORKER)
    assert worker is not None
    _make_due(ws)
    link = accounts.one_time_link(ws, SYSTEM, worker.id)
    cookie = signing_in.cookie_value(ws, signing_in.sign_in_once(ws, link.secret).secret)
    ws.database.close()
    return cookie


def _make_due(ws: Workspace) -> None:
    """As on the first of a month: nobody was called on in the last weeks."""
    visit = metadata.tables["visit"]
    moved = datetime.now(UTC) - timedelta(days=45)
    with ws.write() as conn:
        conn.execute(visit.update().where(visit.c.happened_at > moved).values(happened_at=moved))
    ws.database.checkpoint()


def spread(n: int, seed: int = 1) -> list[tuple[float, float]]:
    """The same points for every page: lon, lat."""
    rng = random.Random(seed)
    return [(rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH)) for _ in range(n)]


def fill(ws: Workspace, *tables: str, rows: Iterator[tuple[dict[str, Any], ...]]) -> None:
    """Insert rows into several tables at once, each row one per table."""
    held: list[tuple[dict[str, Any], ...]] = []
    with ws.write() as conn:
        for row in rows:
            held.append(row)
            if len(held) == _CHUNK:
                _insert(conn, tables, held)
        _insert(conn, tables, held)


def _insert(conn: Any, tables: tuple[str, ...], held: list[tuple[dict[str, Any], ...]]) -> None:
    for i, table in enumerate(tables):
        if held:
            conn.execute(metadata.tables[table].insert(), [row[i] for row in held])
    held.clear()


def key(kind: int, n: int) -> str:
    """The n-th id of a kind of things."""
    return str(UUID(int=(kind << 64) | n, version=4))


def shop_rows(now: datetime) -> Iterator[tuple[dict[str, Any], ...]]:
    """Shops along one street, with location and tenancy."""
    for n in range(N_SHOPS):
        place, shop = key(1, n), key(2, n)
        where = {"lon": 121.4163 + 0.00002 * n, "lat": 31.2486 + 0.000008 * n, "address": f"岚皋西路{2 * n + 1}号"}
        yield (
            {"id": place, "kind": "shop", **where},
            {
                "id": shop,
                "code": f"LT{n:04d}",
                "location_id": place,
                "state": "open",
                "created_at": now,
                "updated_at": now,
            },
            {"id": key(3, n), "shop_id": shop, "sign_name": f"第{n}家店", "trade": "餐饮"},
        )


def _issues(n_issues: int, now: datetime, rng: random.Random) -> Iterator[tuple[dict[str, Any], ...]]:
    codes = [kind.code for kind in KINDS]
    for n, (lon, lat) in enumerate(spread(n_issues)):
        place, case = key(4, n), key(5, n)
        at = now - timedelta(minutes=rng.randrange(60, 365 * 24 * 60))
        due = now + timedelta(minutes=rng.randrange(-2_000, 18_000))
        yield (
            {"id": place, "kind": "point", "lon": lon, "lat": lat, "address": f"岚皋路{n % 600}号"},
            {"id": case, "state": "handling", "calendar": "clock", "opened_at": at, "due_at": due},
            {
                "id": key(6, n),
                "number": f"B{n:08d}",
                "case_id": case,
                "location_id": place,
                "kind": rng.choice(codes),
                "source": "patrol",
                "happened_at": at,
                "received_at": at,
            },
        )


class Service:
    """`mapsvc serve` with one worker on a data folder, in a process of its own."""

    def __init__(self, folder: Path, cookie: str, *options: str) -> None:
        """`options`: of `mapsvc serve`."""
        self.folder, self.cookie, self._options = folder, cookie, options
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "mapsvc", "--data", str(self.folder), "serve"]
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), "--workers", "1", *self._options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def get(self, path: str, timeout_s: float = 120) -> tuple[int, bytes]:
        """Status and body as they come over the wire, compressed; redirects are not followed."""
        headers = {"Cookie": f"mapsvc={self.cookie}", "Accept-Encoding": "br"}
        request = urllib.request.Request(self.url + path, headers=headers)
        with _opener.open(request, timeout=timeout_s) as answer:
            return answer.status, answer.read()

    def wait(self, path: str = "/") -> float:
        """Seconds from the start of the process to the first 200 of `path`."""
        while time.perf_counter() - self.began < START_S:
            if self.process.poll() is not None:
                raise RuntimeError("mapsvc serve ended by itself")
            try:
                if self.get(path)[0] == 200:
                    return time.perf_counter() - self.began
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.002)
        raise RuntimeError("mapsvc serve does not answer")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A page that sends to the sign-in is no page."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
