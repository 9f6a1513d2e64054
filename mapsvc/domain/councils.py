"""三方议事会: owner, shop and property company meet; survey, root cause, claims, agreement."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Council:
    """One meeting as recorded."""

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
