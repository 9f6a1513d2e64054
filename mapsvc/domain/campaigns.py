"""政策进商铺: a policy brought to the doors it is for, on calls that are due anyway."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mapsvc.domain import topics
from mapsvc.errors import FieldProblem, Refused

MOST_TITLE, MOST_WORDS = 40, 60
MOST_DAYS = 180
UNDO_WITHIN = timedelta(minutes=10)
"""How long a start can be taken back, as long as nobody was told."""
CALLS_FROM_DAYS = 14
"""So long before a window closes the doors whose own call comes too late are due on the phone."""
ASKED_WITHIN = timedelta(days=183)
"""What was asked since then was asked lately."""
YEAR, SEASON = timedelta(days=365), timedelta(days=60)
"""What was asked a year before the window opens, or so long before or after that, was asked last year."""


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    RUNNING = "running"
    OVER = "over"


STATE_NAMES: dict[CampaignState, str] = {
    CampaignState.DRAFT: "还没开始",
    CampaignState.RUNNING: "正在办",
    CampaignState.OVER: "办完了",
}


class DoorReason(StrEnum):
    """Why a door is in a campaign, the strongest first."""

    CHOSEN = "chosen"
    ASKED = "asked"
    ASKED_LAST_YEAR = "asked_last_year"
    TRADE = "trade"
    BY_HAND = "by_hand"


REASON_NAMES: dict[DoorReason, str] = {
    DoorReason.CHOSEN: "自己要提醒的",
    DoorReason.ASKED: "最近问过的",
    DoorReason.ASKED_LAST_YEAR: "去年这时候问过的",
    DoorReason.TRADE: "这一行用得上的",
    DoorReason.BY_HAND: "手工加的",
}
OPEN_REASONS = frozenset({DoorReason.TRADE, DoorReason.BY_HAND})
"""Told to everybody; what a merchant chose or asked is for the secretary and who looks after the door."""
CLOSED_WORDS = "用得上的"
_STRENGTH = {reason: n for n, reason in enumerate(DoorReason)}


class Uptake(StrEnum):
    """What came of it at a door."""

    WANTS = "wants"
    DONE = "done"
    NOT_FOR_US = "not_for_us"


UPTAKE_NAMES: dict[Uptake, str] = {Uptake.WANTS: "想办", Uptake.DONE: "办了", Uptake.NOT_FOR_US: "用不上"}


@dataclass(frozen=True)
class Campaign:
    """A campaign; the columns of table campaign.

    Attributes
    ----------
    words : str
        What is said at the door, in one sentence.
    from_day, until_day : date
        First and last day on which it is said.
    opens_on, closes_on : date or None
        Of the window it is for; without `closes_on` nobody is sent out for it alone.
    """

    id: str
    title: str
    topic: str
    state: CampaignState
    words: str
    from_day: date
    until_day: date
    made_at: datetime
    alert_id: str | None = None
    policy_id: str | None = None
    window_code: str | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    made_by: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1

    def state_on(self, day: date) -> CampaignState:
        """How it stands on `day`: it ends by itself after its last day."""
        if self.state is CampaignState.RUNNING and day > self.until_day:
            return CampaignState.OVER
        return self.state

    def is_told_on(self, day: date) -> bool:
        """Whether it is said at the doors on `day`."""
        return self.state is CampaignState.RUNNING and self.from_day <= day <= self.until_day

    def may_undo_start(self, at: datetime) -> bool:
        """Whether the start is fresh enough to be taken back."""
        is_fresh = self.started_at is not None and at - self.started_at <= UNDO_WITHIN
        return self.state is CampaignState.RUNNING and is_fresh

    @property
    def window_words(self) -> str:
        """窗口2月1日到2月28日; empty without one."""
        if self.closes_on is None:
            return f"{day_words(self.opens_on)}开办" if self.opens_on else ""
        return f"窗口{day_words(self.opens_on)}到{day_words(self.closes_on)}" if self.opens_on else (
            f"窗口{day_words(self.closes_on)}关"
        )  # fmt: skip


@dataclass(frozen=True)
class CampaignShop:
    """A door of a campaign; the columns of table campaign_shop."""

    id: str
    campaign_id: str
    shop_id: str
    reason: DoorReason
    reason_text: str
    added_at: datetime
    tenancy_id: str | None = None
    removed_at: datetime | None = None
    told_at: datetime | None = None
    told_by: str | None = None
    visit_id: str | None = None
    uptake: Uptake | None = None
    uptake_at: datetime | None = None

    @property
    def is_in(self) -> bool:
        """Whether it belongs to the campaign, told or not."""
        return self.removed_at is None


@dataclass(frozen=True)
class Why:
    """A reason a door could be in, in words."""

    reason: DoorReason
    text: str


class CallFor(StrEnum):
    """How a door that waits comes to hear of it."""

    DUE = "due"
    EXTRA = "extra"
    LATER = "later"


@dataclass(frozen=True)
class Coming:
    """When a door's own call is due next (None: nobody knows when), and whether that is in time."""

    next_on: date | None
    call: CallFor


def strongest(reasons: Iterable[Why]) -> Why:
    """The reason that is said of a door that has several."""
    return min(reasons, key=lambda why: _STRENGTH[why.reason])


def coming(
    campaign: Campaign, last_met_on: date | None, started_on: date | None, day: date, interval_days: int
) -> Coming:
    """How a door will hear of a campaign, as seen on `day`: on a call of its own, on an extra one, or not this time.

    An extra call is for windows only: where nothing closes, nothing is lost by waiting for the next campaign.
    """
    begins = max(day, campaign.from_day)
    if last_met_on is not None:
        next_on = max(begins, last_met_on + timedelta(days=interval_days))
    else:
        next_on = max(begins, started_on) if started_on else begins
    if next_on <= campaign.until_day:
        return Coming(next_on, CallFor.DUE)
    if campaign.closes_on is not None and next_on > campaign.closes_on:
        return Coming(next_on, CallFor.EXTRA)
    return Coming(next_on, CallFor.LATER)


def call_words(
    campaign: Campaign, last_met_on: date | None, started_on: date | None, day: date, interval_days: int
) -> str:
    """Why a door is due for it alone on `day`, empty where it is not: an extra call, and the window closes soon."""
    when = coming(campaign, last_met_on, started_on, day, interval_days)
    closes = campaign.closes_on or campaign.until_day
    is_due = when.call is CallFor.EXTRA and last_met_on != day and (closes - day).days <= CALLS_FROM_DAYS
    return extra_words(campaign, when.next_on) if is_due and when.next_on else ""


def extra_words(campaign: Campaign, next_on: date) -> str:
    """Why somebody goes there for it alone."""
    closes = campaign.closes_on or campaign.until_day
    return f"{campaign.title}：窗口{day_words(closes)}关，月度走访要到{day_words(next_on)}"


def ride_words(campaign: Campaign) -> str:
    """What a call that is due anyway takes along."""
    return f"顺带说一声：{campaign.title}"


def days_pressing(campaign: Campaign, day: date) -> int:
    """By how many days an extra call presses more than at first: grows as the window's end comes near."""
    closes = campaign.closes_on or campaign.until_day
    return max(0, CALLS_FROM_DAYS - (closes - day).days)


def day_words(day: date | None) -> str:
    """``2月28日``."""
    return f"{day.month}月{day.day}日" if day else ""


def require_sound(
    title: str, topic: str, words: str, from_day: date, until_day: date, closes_on: date | None, today: date
) -> None:
    """Raise Refused beside every field that is missing, too long or cannot be."""
    found: list[FieldProblem] = []

    def wrong(field: str, code: str, message: str) -> None:
        found.append(FieldProblem(field, code, message))

    for field, label, text, most in (
        ("title", "名称", title, MOST_TITLE),
        ("words", "到门口说的话", words, MOST_WORDS),
    ):
        if not text.strip():
            wrong(field, "missing", f"请写{label}。")
        elif len(text.strip()) > most:
            wrong(field, "too_long", f"{label}最多{most}个字，现在{len(text.strip())}个字。")
    if topic not in topics.NAMES:
        wrong("topic", "unknown_topic", "请选一个主题。")
    if until_day < from_day:
        wrong("until_day", "before_from", "最后一天不能早于开始那天。")
    elif until_day < today:
        wrong("until_day", "over", "最后一天已经过去，请往后改。")
    elif (until_day - from_day).days > MOST_DAYS:
        wrong("until_day", "too_long", f"一次最多办{MOST_DAYS}天；更长的请分两次办。")
    elif closes_on is not None and until_day > closes_on:
        wrong("until_day", "after_window", f"窗口{day_words(closes_on)}就关，最后一天请不要晚于这天。")
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)
