"""政策进商铺: a policy brought to the doors it is for, on calls that are due anyway."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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
    """Why a door is in a campaign."""

    CHOSEN = "chosen"
    ASKED = "asked"
    ASKED_LAST_YEAR = "asked_last_year"
    TRADE = "trade"
    BY_HAND = "by_hand"


class Uptake(StrEnum):
    """What came of it at a door."""

    WANTS = "wants"
    DONE = "done"
    NOT_FOR_US = "not_for_us"


@dataclass(frozen=True)
class Campaign:
    """A campaign; the columns of table campaign."""

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
