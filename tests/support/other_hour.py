"""`mapsvc` at another hour than the machine's: `python -m tests.support.other_hour SECONDS ARGS…`, workers included.

What a phone shows at a door depends on the hour, and a test must not: the office and the phone are moved by the same
number of seconds, and time goes on from there. OTHER_STATIC names a folder to serve in place of static/: an update.
"""

import os
import sys
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from flask import Flask, Response

from mapsvc import paths
from mapsvc.operations import workspace
from mapsvc.operations.workspace import Workspace
from tests.support.clock import MONDAY_AT_NINE
from tests.support.no_jobs import leave_jobs
from tests.support.server import Server
from tests.support.shared_work import share_work

SHIFT, STATIC = "OTHER_HOUR_S", "OTHER_STATIC"
_CLOCK = """
(() => {
  const shift = %d * 1000, Real = Date;
  globalThis.Date = class Date extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
})();
"""


def shift_to(wanted: datetime = MONDAY_AT_NINE) -> int:
    """Seconds from the machine's time to `wanted`."""
    return round((wanted - datetime.now(UTC)).total_seconds())


def moved_clock(shift_s: int) -> str:
    """A script that sets the clock of a page by the same number of seconds."""
    return _CLOCK % shift_s


def moved_program(shift_s: int) -> tuple[str, ...]:
    """The command line at another hour."""
    return (sys.executable, "-m", "tests.support.other_hour", str(shift_s))


class StreetServer(Server):
    """A service at another hour; `clock` tells it."""

    def __init__(self, folder: Path, shift_s: int, *options: str, has_jobs: bool = False, **more: object) -> None:
        """`has_jobs`: a runner stands beside it, which goes by the machine's own clock."""
        program = moved_program(shift_s) + ("WITH_JOBS",) * has_jobs
        super().__init__(folder, *options, program=program, **more)  # type: ignore[arg-type]
        self.shift_s = shift_s

    def clock(self) -> datetime:
        """The service's time."""
        return datetime.now(UTC) + timedelta(seconds=self.shift_s)

    def workspace(self) -> Workspace:
        """The same office, opened by the test, at the same hour."""
        from mapsvc.config import Settings

        return Workspace.open(Settings(data=self.folder), self.clock)


def _move(seconds: int) -> None:
    class Moved(datetime):
        """The class of times as the workspace's clock sees it."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            """Now, moved."""
            return datetime.now(tz) + timedelta(seconds=seconds)

    def told(app: Flask, response: Response) -> Response:
        response.date = Moved.now(UTC)
        return answered(app, response)

    workspace.datetime = Moved  # type: ignore[attr-defined]
    # The phone sets its clock by the date of the answers.
    answered, Flask.process_response = Flask.process_response, told  # type: ignore[method-assign]


def _serve_from(static: Path) -> None:
    """Must come before anything asks where static/ is."""
    shipped = paths.shipped
    paths.shipped = lambda name: static if name == "static" else shipped(name)


if __name__ in {"__main__", "__mp_main__"}:
    # Workers are started anew and run this file once more, under the second name.
    if __name__ == "__main__":
        os.environ[SHIFT], has_jobs = sys.argv.pop(1), "WITH_JOBS" in sys.argv
        sys.argv = [word for word in sys.argv if word != "WITH_JOBS"]
    _move(int(os.environ[SHIFT]))
    share_work()
    if STATIC in os.environ:
        _serve_from(Path(os.environ[STATIC]))
    if __name__ == "__main__":
        from mapsvc.cli import main

        if not has_jobs:
            leave_jobs()
        main()
