"""A patrol walked: when it began and ended, which stops were done and which left out; the walker's own."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class StepOutcome(StrEnum):
    """What became of a stop."""

    DONE = "done"
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why a stop was left out."""

    CLOSED = "closed"
    BUSY = "busy"
    NO_TIME = "no_time"
    OTHER = "other"


SKIP_NAMES: dict[SkipReason, str] = {
    SkipReason.CLOSED: "没开门",
    SkipReason.BUSY: "忙，改天",
    SkipReason.NO_TIME: "来不及",
    SkipReason.OTHER: "其他",
}


@dataclass(frozen=True)
class Step:
    """A stop of a walk; one that was taken back has `withdrawn_at`.

    Attributes
    ----------
    segments : tuple of str
        Stretches of pavement passed on the way there since the stop before.
    """

    id: str
    walk_id: str
    ref: str
    outcome: StepOutcome
    at: datetime
    reason: SkipReason | None = None
    text: str | None = None
    segments: tuple[str, ...] = ()
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Walk:
    """One person walking a plan; `steps` in the order they were met, without those taken back."""

    id: str
    plan_id: str
    person_id: str
    started_at: datetime
    ended_at: datetime | None = None
    steps: tuple[Step, ...] = ()

    def before(self, at: datetime) -> Step | None:
        """Where the walker came from: the stop done last by then."""
        done = (s for s in self.steps if s.outcome is StepOutcome.DONE and s.at <= at)
        return max(done, key=lambda s: (s.at, s.id), default=None)


def ended(walk: Walk, at: datetime) -> Walk:
    """The walk with its end, never before its beginning."""
    return replace(walk, ended_at=max(at, walk.started_at))
