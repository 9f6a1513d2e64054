"""The exchange with the public surface: every few minutes beside the runner's other work, or asked for as a job."""

import logging
import threading
import time
from collections.abc import Mapping

from mapsvc.domain.actors import SYSTEM
from mapsvc.errors import MapsvcError
from mapsvc.jobs.report import Report
from mapsvc.operations.exchange import state as states
from mapsvc.operations.workspace import Workspace
from mapsvc.store import revisions

log = logging.getLogger("mapsvc")
SHOWN_THERE = ("cards", "casework", "enquiries", "policies")
"""What a change of is to be seen outside soon: somebody may hold the new order's link or card already."""
SOON_S = 5.0
"""So long after an exchange a change does not wait for the next one."""


def run(ws: Workspace, _payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Exchange once, now."""
    from mapsvc.operations.exchange.pull import pull

    report.progress(0, 1, "正在和公网页面交换")
    done = pull(ws, report.actor)
    return {"said": done.said, "letters": done.letters}


class Exchange:
    """Exchanges when it is due or something changed, one at a time; after failures the pauses grow.

    In a thread of its own: a slow network keeps no job waiting, and no failure makes a job.
    """

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._thread: threading.Thread | None = None
        self._next_at = time.monotonic()
        self._soon_at = self._next_at
        self._sent: dict[str, int] = {}

    def step(self) -> None:
        """Begin an exchange if one is due, or if something changed that is to be seen outside."""
        if not states.is_configured(self._ws.settings) or (self._thread is not None and self._thread.is_alive()):
            return
        now = time.monotonic()
        if now < self._soon_at:
            return
        shown = self._shown()
        if now < self._next_at and shown == self._sent:
            return
        self._sent = shown
        # Set for the case that the thread dies before it can say.
        self._next_at = self._soon_at = now + states.LONGEST_PAUSE.total_seconds()
        self._thread = threading.Thread(target=self._exchange, name="mapsvc-exchange", daemon=True)
        self._thread.start()

    def _exchange(self) -> None:
        from mapsvc.operations.exchange.pull import pull

        failures = 0
        try:
            pull(self._ws, SYSTEM)
        except MapsvcError as error:
            failures = max(self._failures(), 1)
            # Said once, not every few minutes: how it stands is on the page.
            if failures == 1:
                log.warning("exchange with the public surface failed: %s", error)
        except Exception:
            # Nobody waits for this thread: what it does not write down itself is lost, and the next one comes later.
            failures = max(self._failures(), 1)
            log.exception("exchange with the public surface failed")
        finally:
            ended = time.monotonic()
            self._next_at = ended + states.pause(self._ws.settings, failures).total_seconds()
            self._soon_at = self._next_at if failures else ended + SOON_S

    def _shown(self) -> dict[str, int]:
        with self._ws.read() as conn:
            numbers = revisions.read(conn)
        return {layer: numbers.get(layer, 0) for layer in SHOWN_THERE}

    def _failures(self) -> int:
        try:
            with self._ws.read() as conn:
                return states.read(conn).failures
        except Exception:
            # Called where something failed already, perhaps this very store: the pause must be set all the same.
            log.exception("the exchange's state cannot be read")
            return 1
