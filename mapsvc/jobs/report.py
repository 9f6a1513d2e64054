"""What a job's function tells while it works, and learns: how far it is, and whether to stop."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.jobs import Job
from mapsvc.errors import MapsvcError
from mapsvc.operations.jobs import cancel_file, progress_file

_SPACING_S = 0.2


class Cancelled(MapsvcError):
    """Somebody asked the job to stop; its open transaction is rolled back on the way out."""

    code = "cancelled"


class Report:
    """Passed to a job's function.

    Attributes
    ----------
    job : Job
    actor : Actor
        On whose behalf the work is done.
    """

    def __init__(self, folder: Path, job: Job) -> None:
        self.job = job
        self.actor = actor_of(job.payload)
        self._progress = progress_file(folder, job.id)
        self._cancel = cancel_file(folder, job.id)
        self._told_at = 0.0

    def progress(self, done: float, total: float, message: str = "") -> None:
        """Tell that `done` of `total` is done.

        Raises
        ------
        Cancelled
            Somebody asked for that.
        """
        if time.monotonic() - self._told_at < _SPACING_S and done < total:
            return
        self._told_at = time.monotonic()
        self.stop_if_asked()
        percent = min(100, max(0, int(100 * done / total))) if total else 0
        self._progress.parent.mkdir(exist_ok=True)
        fresh = self._progress.with_suffix(".new")
        fresh.write_text(json.dumps({"progress": percent, "message": message}, ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, self._progress)

    def stop_if_asked(self) -> None:
        """Raise Cancelled if somebody asked the job to stop."""
        if self._cancel.exists():
            raise Cancelled("已按要求停下，什么都没有改。")

    def clear(self) -> None:
        """Remove the job's files."""
        self._progress.unlink(missing_ok=True)
        self._cancel.unlink(missing_ok=True)


def actor_of(payload: Mapping[str, Any]) -> Actor:
    """The person on whose behalf a job was queued."""
    told = payload["actor"]
    return Actor(told["person_id"], told["name"], Role(told["role"]))
