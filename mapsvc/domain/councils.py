"""三方议事会: owner, shop and property company meet; survey, root cause, claims, agreement, private notes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.tasks import TaskRole
from mapsvc.domain.ways_out import WayOut


class CouncilState(StrEnum):
    """How far a council is; those of a workbook have none."""

    PLANNED = "planned"
    HELD = "held"
    AGREED = "agreed"
    FAILED = "failed"


COUNCIL_STATE_NAMES: dict[CouncilState, str] = {
    CouncilState.PLANNED: "约好了",
    CouncilState.HELD: "开过了",
    CouncilState.AGREED: "谈成了",
    CouncilState.FAILED: "没谈拢",
}


class PartyRole(StrEnum):
    """What a party is in the matter."""

    OWNER = "owner"
    UPSTAIRS = "upstairs"
    MERCHANT = "merchant"
    PROPERTY = "property"
    COMMITTEE = "committee"
    OWNERS_COMMITTEE = "owners_committee"
    LANDLORD = "landlord"
    OTHER = "other"


PARTY_ROLE_NAMES: dict[PartyRole, str] = {
    PartyRole.OWNER: "业主",
    PartyRole.UPSTAIRS: "楼上住户",
    PartyRole.MERCHANT: "商户",
    PartyRole.PROPERTY: "物业",
    PartyRole.COMMITTEE: "居委会",
    PartyRole.OWNERS_COMMITTEE: "业委会",
    PartyRole.LANDLORD: "房东",
    PartyRole.OTHER: "其他",
}

TASK_ROLES: dict[PartyRole, TaskRole] = {
    PartyRole.OWNER: TaskRole.OWNER,
    PartyRole.UPSTAIRS: TaskRole.OWNER,
    PartyRole.LANDLORD: TaskRole.OWNER,
    PartyRole.MERCHANT: TaskRole.MERCHANT,
    PartyRole.PROPERTY: TaskRole.PROPERTY,
    PartyRole.COMMITTEE: TaskRole.COMMITTEE,
    PartyRole.OWNERS_COMMITTEE: TaskRole.OTHER,
    PartyRole.OTHER: TaskRole.OTHER,
}


@dataclass(frozen=True)
class Council:
    """One meeting; of those in a workbook only the minutes are known.

    Attributes
    ----------
    mediator_id : str or None
        Who of the staff talks to each side alone.
    agreed_at : datetime or None
        When the agreement was reached.
    """

    id: str
    held_at: datetime
    case_id: str | None = None
    issue_id: str | None = None
    venue: str | None = None
    attendees: str | None = None
    survey: str | None = None
    root_cause: str | None = None
    claims: str | None = None
    agreement: str | None = None
    fulfil_by: datetime | None = None
    result: str | None = None
    state: CouncilState | None = None
    mediator_id: str | None = None
    way_out: WayOut | None = None
    version: int = 1
    made_by: str | None = None
    made_at: datetime | None = None
    agreed_at: datetime | None = None


@dataclass(frozen=True)
class Party:
    """One of those who meet: what they ask for, what they offer, when they signed on paper."""

    id: str
    council_id: str
    role: PartyRole
    name: str
    invited_at: datetime | None = None
    is_present: bool | None = None
    claim: str | None = None
    offer: str | None = None
    signed_at: datetime | None = None
    sort: int = 0

    @property
    def label(self) -> str:
        """业主201室, 商户27号 锦云家纺; a company or committee by its own name."""
        if self.role in (PartyRole.PROPERTY, PartyRole.COMMITTEE):
            return self.name
        return f"{PARTY_ROLE_NAMES[self.role]}{self.name}"


@dataclass(frozen=True)
class PrivateNote:
    """单独谈: what one side said alone, for the secretary and the council's mediator only."""

    id: str
    council_id: str
    text: str
    at: datetime
    party_id: str | None = None
    author_id: str | None = None


@dataclass(frozen=True)
class AgreedItem:
    """What a party takes upon itself."""

    party_id: str
    what: str
    amount_fen: int | None = None
    due_at: datetime | None = None
