"""Counters of requests shared by the processes of one service, and their Prometheus text. They know no person."""

import fcntl
import mmap
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
_SLOT = 1 + _ROUTES * _ROW
_SLOTS = 64
_BYTES = _SLOTS * _SLOT * 8


_claiming = threading.Lock()


class Board:
    """A file of counters, a slot per process: nobody writes another's, so nobody waits.

    The first cell of a slot is its process; a new process goes on counting in the slot of a dead one.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    @contextmanager
    def _mapped(self) -> Iterator[memoryview]:
        if self._file is None:
            yield memoryview(bytearray(_BYTES)).cast("Q")
            return
        with self._file.open("a+b") as handle:
            # The first process makes the file; the lock ends with its process, however that ends.
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.fstat(handle.fileno()).st_size < _BYTES:
                os.ftruncate(handle.fileno(), _BYTES)
            yield memoryview(mmap.mmap(handle.fileno(), _BYTES)).cast("Q")
            # The mapping keeps a copy of the handle and with it the lock.
            fcntl.flock(handle, fcntl.LOCK_UN)

    def claim(self) -> tuple[memoryview, int]:
        """All cells, and where this process's slot begins."""
        with self._mapped() as cells:
            for n in range(_SLOTS):
                if not _is_alive(cells[n * _SLOT]):
                    cells[n * _SLOT] = os.getpid()
                    return cells, n * _SLOT
        raise RuntimeError("more processes than slots")


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

    def __init__(self, cells: memoryview, start: int, routes: Sequence[str]) -> None:
        self._cells, self._start = cells, start + 1
        self.routes = [*routes[: _ROUTES - 1], OTHER]
        self._index = {route: n for n, route in enumerate(self.routes)}
        self._lock = threading.Lock()

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        row = self._start + self._index.get(route, len(self.routes) - 1) * _ROW
        column = STATUSES.index(status) if status in STATUSES else len(STATUSES)
        bucket = next((n for n, limit in enumerate(BUCKETS_S) if seconds <= limit), len(BUCKETS_S))
        with self._lock:
            self._cells[row + column] += 1
            self._cells[row + _STATUS_CELLS + bucket] += 1
            self._cells[row + _ROW - 1] += int(seconds * 1e6)

    def totals(self) -> list[list[int]]:
        """One row per route, summed over all processes."""
        summed = []
        for n in range(len(self.routes)):
            starts = [slot * _SLOT + 1 + n * _ROW for slot in range(_SLOTS)]
            used = [s for s in starts if self._cells[s - 1 - n * _ROW]]
            summed.append([sum(self._cells[s + cell] for s in used) for cell in range(_ROW)])
        return summed


def text(meter: Meter, gauges: dict[str, dict[str, int]]) -> str:
    """Prometheus text exposition, version 0.0.4: counts by route and status, seconds by route, then `gauges`.

    Parameters
    ----------
    gauges : dict
        Name with its label in braces left out -> value per label, as in ``{"mapsvc_jobs": {'state="queued"': 2}}``.
    """
    lines = ["# TYPE mapsvc_requests_total counter"]
    totals = [(route, row) for route, row in zip(meter.routes, meter.totals(), strict=True) if any(row)]
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
    """The app's meter; made at the first request, when all routes are known."""
    found: Meter | None = app.extensions.get(EXTENSION)
    if found is None:
        with _claiming:
            found = app.extensions.get(EXTENSION)
            if found is None:
                cells, start = app.extensions[EXTENSION + ".board"].claim()
                routes = sorted({rule.rule for rule in app.url_map.iter_rules()})
                found = app.extensions[EXTENSION] = Meter(cells, start, routes)
    return found


def init(app: Flask, board: Board | None) -> None:
    """Count every request of the app."""
    app.extensions[EXTENSION + ".board"] = board or Board()
    app.before_request(_start)
    app.after_request(lambda response: _finish(app, response))
