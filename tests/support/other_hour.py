"""`mapsvc` at another hour than the machine's: `python -m tests.support.other_hour SECONDS ARGS…`, workers included.

What a phone shows at a door depends on the hour, and a test must not: the office and the phone are moved by the same
number of seconds, and time goes on from there.
"""

import os
import sys
from datetime import UTC, datetime, timedelta, tzinfo

from mapsvc.operations import workspace
from mapsvc.operations.workspace import Workspace
from tests.support.clock import MONDAY_AT_NINE
from tests.support.server import Server

SHIFT = "OTHER_HOUR_S"


def shift_to(wanted: datetime = MONDAY_AT_NINE) -> int:
    """Seconds from the machine's time to `wanted`."""
    return round((wanted - datetime.now(UTC)).total_seconds())


class StreetServer(Server):
    """A service at another hour; `clock` tells it."""

    def __init__(self, folder: object, shift_s: int, *options: str, **more: object) -> None:
        program = (sys.executable, "-m", "tests.support.other_hour", str(shift_s))
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

    workspace.datetime = Moved  # type: ignore[attr-defined]


if __name__ in {"__main__", "__mp_main__"}:
    # Workers are started anew and run this file once more, under the second name.
    if __name__ == "__main__":
        os.environ[SHIFT] = sys.argv.pop(1)
    _move(int(os.environ[SHIFT]))
    if __name__ == "__main__":
        from mapsvc.cli import main

        main()
