"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

MONDAY_AT_NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 2026-11-23, 9:00 at the office."""


class FixedClock:
    """Stands in for the machine's time: call it, `set` it, `advance` it."""

    def __init__(self, at: datetime = MONDAY_AT_NINE) -> None:
        self.set(at)

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        """Move to `at`, which must carry its zone."""
        if at.tzinfo is None:
            raise ValueError("a clock needs a time with zone")
        self.at = at.astimezone(UTC)

    def advance(self, step: timedelta | None = None, **parts: float) -> datetime:
        """Move on by `step`, or by `days=`, `hours=`, `minutes=`; returns the new time."""
        self.at += timedelta(**parts) if step is None else step
        return self.at
