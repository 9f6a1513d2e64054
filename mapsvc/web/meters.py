"""Counters of requests shared by the processes of one service, and their Prometheus text. They know no person."""

import fcntl
import mmap
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask, Response, g, request

STATUSES = (200, 201, 204, 206, 302, 303, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 507)
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OTHER = "other"
EXTENSION = "mapsvc.meters"
# A row per route: one cell per status and one for the rest, one per bucket and one above, the sum in microseconds.
_STATUS_CELLS = len(STATUSES) + 1
_ROW = _STATUS_CELLS + len(BUCKETS_S) + 1 + 1
_ROUTES = 512
LONGEST_ROUTE = 120
"""Bytes of a route's name; a test holds all routes to it."""
_NAMES = _ROUTES * LONGEST_ROUTE
_SLOT = 1 + _ROUTES * _ROW
_SLOTS = 64
_BYTES = _NAMES + _SLOTS * _SLOT * 8

_claiming = threading.Lock()


class Board:
    """A file of counters: which row a route has, the same for all, then a slot per process, which nobody else writes.

    The first cell of a slot is its process; a new process goes on counting in the slot of a dead one. Routes get their
    rows as they are first asked for: no process needs to know those of parts that it has not loaded.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._all: memoryview | None = None
        self._rows: dict[str, int] = {}

    @contextmanager
    def _alone(self) -> Iterator[memoryview]:
        """All bytes, while neither thread nor process looks for a place in them."""
        with self._guard, ExitStack() as stack:
            if self._file is None:
                self._all = memoryview(mmap.mmap(-1, _BYTES)) if self._all is None else self._all
                yield self._all
                return
            handle = stack.enter_context(self._file.open("a+b"))
            # The first process makes the file; the lock ends with its process, however that ends.
            fcntl.flock(handle, fcntl.LOCK_EX)
            # The mapping keeps a copy of the handle and with it the lock.
            stack.callback(fcntl.flock, handle, fcntl.LOCK_UN)
            if self._all is None:
                if os.fstat(handle.fileno()).st_size < _BYTES:
                    os.ftruncate(handle.fileno(), _BYTES)
                self._all = memoryview(mmap.mmap(handle.fileno(), _BYTES))
            yield self._all

    def claim(self) -> tuple[memoryview, int]:
        """All cells, and where this process's slot begins."""
        with self._alone() as everything:
            cells = everything[_NAMES:].cast("Q")
            for n in range(_SLOTS):
                if cells[n * _SLOT] == os.getpid() or not _is_alive(cells[n * _SLOT]):
                    cells[n * _SLOT] = os.getpid()
                    return cells, n * _SLOT
        raise RuntimeError("more processes than slots")

    def row(self, route: str) -> int:
        """The row of a route in every slot; the last one for all that find no room."""
        found = self._rows.get(route)
        if found is None and route != OTHER:
            with self._alone() as everything:
                self._learn(everything)
                if route not in self._rows and len(self._rows) < _ROUTES - 1:
                    at, name = len(self._rows) * LONGEST_ROUTE, route.encode()[:LONGEST_ROUTE]
                    everything[at : at + len(name)] = name
                    self._rows[route] = len(self._rows)
            found = self._rows.get(route)
        return _ROUTES - 1 if found is None else found

    def routes(self) -> list[tuple[str, int]]:
        """What was counted by any process, and its row."""
        with self._alone() as everything:
            self._learn(everything)
        return [*sorted(self._rows.items()), (OTHER, _ROUTES - 1)]

    def _learn(self, everything: memoryview) -> None:
        """Read the names that others wrote since."""
        for n in range(len(self._rows), _ROUTES - 1):
            name = bytes(everything[n * LONGEST_ROUTE : (n + 1) * LONGEST_ROUTE]).rstrip(b"\0").decode(errors="replace")
            if not name:
                return
            self._rows[name] = n


def _is_alive(pid: int) -> bool:
    if pid == 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Meter:
    """What one process counts, by route."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._cells, start = board.claim()
        self._start = start + 1
        self._lock = threading.Lock()

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        row = self._start + self._board.row(route) * _ROW
        column = STATUSES.index(status) if status in STATUSES else len(STATUSES)
        bucket = next((n for n, limit in enumerate(BUCKETS_S) if seconds <= limit), len(BUCKETS_S))
        with self._lock:
            self._cells[row + column] += 1
            self._cells[row + _STATUS_CELLS + bucket] += 1
            self._cells[row + _ROW - 1] += int(seconds * 1e6)

    def totals(self) -> list[tuple[str, list[int]]]:
        """Each route that was counted, with its row summed over all processes."""
        used = [slot * _SLOT for slot in range(_SLOTS) if self._cells[slot * _SLOT]]
        summed = []
        for route, n in self._board.routes():
            starts = [slot + 1 + n * _ROW for slot in used]
            row = [sum(self._cells[start + cell] for start in starts) for cell in range(_ROW)]
            if any(row):
                summed.append((route, row))
        return summed


def text(meter: Meter, gauges: dict[str, dict[str, int]]) -> str:
    """Prometheus text exposition, version 0.0.4: counts by route and status, seconds by route, then `gauges`.

    Parameters
    ----------
    gauges : dict
        Name with its label in braces left out -> value per label, as in ``{"mapsvc_jobs": {'state="queued"': 2}}``.
    """
    lines = ["# TYPE mapsvc_requests_total counter"]
    totals = meter.totals()
    for route, row in totals:
        named = zip([*map(str, STATUSES), OTHER], row, strict=False)
        lines += [f'mapsvc_requests_total{{route="{route}",status="{s}"}} {n}' for s, n in named if n]
    lines.append("# TYPE mapsvc_request_seconds histogram")
    for route, row in totals:
        lines += _histogram(route, row)
    for name, values in gauges.items():
        lines.append(f"# TYPE {name} gauge")
        lines += [f"{name}{{{label}}} {value}" if label else f"{name} {value}" for label, value in values.items()]
    return "\n".join(lines) + "\n"


def _histogram(route: str, row: list[int]) -> Iterator[str]:
    seen = 0
    for limit, n in zip([*map(str, BUCKETS_S), "+Inf"], row[_STATUS_CELLS:-1], strict=True):
        seen += n
        yield f'mapsvc_request_seconds_bucket{{route="{route}",le="{limit}"}} {seen}'
    yield f'mapsvc_request_seconds_sum{{route="{route}"}} {row[-1] / 1e6:.6f}'
    yield f'mapsvc_request_seconds_count{{route="{route}"}} {seen}'


def _start() -> None:
    g.started_s = time.perf_counter()


def _finish(app: Flask, response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else OTHER
    meter_of(app).count(rule, response.status_code, time.perf_counter() - g.get("started_s", time.perf_counter()))
    return response


def meter_of(app: Flask) -> Meter:
    """The meter of this process; made at its first request."""
    found: Meter | Board = app.extensions[EXTENSION]
    if isinstance(found, Board):
        with _claiming:
            found = app.extensions[EXTENSION]
            if isinstance(found, Board):
                found = app.extensions[EXTENSION] = Meter(found)
    return found


def init(app: Flask, board: Board | None) -> None:
    """Count every request of the app."""
    app.extensions.setdefault(EXTENSION, board or Board())
    app.before_request(_start)
    app.after_request(lambda response: _finish(app, response))
