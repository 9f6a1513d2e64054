"""What the runner does by itself between jobs: checkpoints, publishing after changes, the daily clearing up."""

import json
import time
from datetime import date
from pathlib import Path

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.times import office_day
from mapsvc.jobs.surface import Exchange
from mapsvc.operations import alert_runs, fits, jobs
from mapsvc.operations.workspace import Workspace
from mapsvc.store import jobs as store
from mapsvc.store import revisions

CHECKPOINT_EVERY_S = 15.0
LONG_LOG_BYTES = 4 * 1024 * 1024
# The published copy follows when nothing has changed for a while, or at the latest after the longer time.
QUIET_S = 20.0
LONGEST_STALE_S = 300.0
SHOWN = ("shops", "places", "issues", "patches", "hotspots")


class Upkeep:
    """Looks, each time it is asked to `step`, whether anything is due."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._checked_at = time.monotonic()
        self._seen: dict[str, int] | None = None
        self._changed_at = 0.0
        self._stale_since: float | None = None
        self._cleared_on: date | None = None
        self._exchange = Exchange(ws)

    def step(self) -> None:
        """Do what is due."""
        self._checkpoint()
        self._publish()
        self._clear_up()
        self._exchange.step()

    def _checkpoint(self) -> None:
        now = time.monotonic()
        if now - self._checked_at < CHECKPOINT_EVERY_S:
            return
        self._checked_at = now
        if self._ws.database.is_sqlite and self._ws.database.wal_bytes() > LONG_LOG_BYTES:
            self._ws.database.checkpoint()

    def _publish(self) -> None:
        now = time.monotonic()
        shown = shown_revisions(self._ws)
        if shown != self._seen:
            self._seen, self._changed_at = shown, now
            fresh = shown == published_revisions(self._ws.folder) and (self._ws.folder / "view.gpkg").exists()
            self._stale_since = None if fresh else (self._stale_since or now)
        if self._stale_since is None:
            return
        if now - self._changed_at >= QUIET_S or now - self._stale_since >= LONGEST_STALE_S:
            self._stale_since = None
            self._enqueue_once("publish")

    def _clear_up(self) -> None:
        today = office_day(self._ws.clock())
        if self._cleared_on != today:
            self._cleared_on = today
            self._enqueue_once("retention")
            if alert_runs.is_due(self._ws):
                self._enqueue_once("alerts")
            if fits.is_due(self._ws):
                self._enqueue_once("fit")

    def _enqueue_once(self, kind: str) -> None:
        with self._ws.read() as conn:
            waiting = store.has_waiting(conn, kind)
        if not waiting:
            jobs.enqueue(self._ws, SYSTEM, kind)


def shown_revisions(ws: Workspace) -> dict[str, int]:
    """Revisions of the layers that the published copy holds."""
    with ws.read() as conn:
        all_layers = revisions.read(conn)
    return {layer: all_layers.get(layer, 0) for layer in SHOWN}


def published_revisions(folder: Path) -> dict[str, int] | None:
    """What the published copy of `folder` was made from; None without one."""
    try:
        told: dict[str, int] = json.loads((folder / "view.json").read_text(encoding="utf-8"))["revisions"]
        return {layer: told.get(layer, 0) for layer in SHOWN}
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return None
