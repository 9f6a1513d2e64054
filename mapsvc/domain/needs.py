"""What people say they need, and the way it was handled."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """办法: the four ways a need ends in."""

    ON_THE_SPOT = "on_the_spot"
    HANDED_ON = "handed_on"
    HARD_CASE = "hard_case"
    EXPLAINED = "explained"


WAY_NAMES: dict[Way, str] = {
    Way.ON_THE_SPOT: "当场办",
    Way.HANDED_ON: "转交办",
    Way.HARD_CASE: "攻坚办",
    Way.EXPLAINED: "解释清楚",
}

_SETTLES = frozenset({Way.ON_THE_SPOT, Way.EXPLAINED})


def settled_at(way: Way | None, voiced_at: datetime) -> datetime | None:
    """When a need of this way is done: at once on the spot or by explaining, else still to come."""
    return voiced_at if way in _SETTLES else None


@dataclass(frozen=True)
class Need:
    """One thing voiced: `way` None and `settled_at` None means still open."""

    id: str
    shop_id: str
    text: str
    voiced_at: datetime
    topic: str | None = None
    way: Way | None = None
    tenancy_id: str | None = None
    visit_id: str | None = None
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.settled_at is None
