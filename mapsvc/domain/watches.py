"""Watches 关注: looked at more closely for a while, after something happened there or after it was found better."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mapsvc.domain.times import OFFICE_ZONE, office_day

AFTER_CONTEXT = timedelta(days=60)
"""How long past its end something that happened is still looked at."""
AFTER_EFFECT = timedelta(days=90)
"""How long after it was found gone or better its coming back is looked for."""
REACH_M = 60.0
"""How far a watch reaches where nothing else says so."""


class WatchOrigin(StrEnum):
    """What opened a watch."""

    CONTEXT = "context"
    EFFECT = "effect"
    MANUAL = "manual"


# What may follow: kinds of issues by the kind of what happened. A watch opens by itself for these alone.
FOLLOWS: dict[str, tuple[str, ...]] = {
    "bins_removed": ("06010", "06011", "06042"),
    "renovation": ("06010", "06011", "06036", "L0007"),
    "works": ("06011", "06012", "06036", "L0013", "L0014"),
}


@dataclass(frozen=True)
class Watch:
    """What is looked at more closely, from when to when.

    Attributes
    ----------
    ref : str or None
        Id of the context event or effect check that opened it.
    kind : str or None
        A kind of issue; of a context event's watch the kind of what happened; None: any issue.
    until_at : datetime or None
        None while what opened it still goes on.
    is_relapsed : bool
        Something was reported within its reach since it was opened.
    """

    id: str
    origin: WatchOrigin
    text: str
    from_at: datetime
    made_at: datetime
    ref: str | None = None
    case_id: str | None = None
    place_id: str | None = None
    location_id: str | None = None
    kind: str | None = None
    until_at: datetime | None = None
    is_relapsed: bool = False
    ended_at: datetime | None = None
    made_by: str | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of issues it looks for; empty: any."""
        if self.kind is None:
            return ()
        return FOLLOWS.get(self.kind, ()) if self.origin is WatchOrigin.CONTEXT else (self.kind,)

    def is_on(self, at: datetime) -> bool:
        """Whether it is looked at at `at`."""
        if at < self.from_at or (self.ended_at is not None and at >= self.ended_at):
            return False
        return self.until_at is None or at < self.until_at

    def looks_for(self, kind: str) -> bool:
        """Whether issues of `kind` are what it looks for."""
        return not self.kinds or kind in self.kinds


def after_context(from_at: datetime, until_at: datetime | None, is_momentary: bool) -> datetime | None:
    """Until when what happened is looked at: 60 days past its end; None while it goes on."""
    end = from_at if is_momentary else until_at
    return end + AFTER_CONTEXT if end else None


def words_on_case(watch: Watch, at: datetime) -> str:
    """``关注中：撤桶后第12天``, ``关注中：好转后第41天又有``."""
    days = (office_day(at) - office_day(watch.from_at)).days
    if watch.origin is WatchOrigin.EFFECT:
        return f"关注中：{watch.text}，第{days}天又有"
    return f"关注中：{watch.text}第{days}天"


def until_words(watch: Watch) -> str:
    """``关注到1月22日`` or ``过去以后再看60天``."""
    if watch.until_at is None:
        return f"完了以后再看{AFTER_CONTEXT.days}天"
    local = watch.until_at.astimezone(OFFICE_ZONE)
    return f"关注到{local.month}月{local.day}日"
