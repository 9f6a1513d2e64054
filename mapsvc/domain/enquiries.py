"""咨询: what merchants ask, by topic; no pins."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Rating(StrEnum):
    """What a merchant says of an answer, on their own page only."""

    HELPED = "helped"
    PARTLY = "partly"
    NOT = "not"


RATING_NAMES: dict[Rating, str] = {Rating.HELPED: "有用", Rating.PARTLY: "有点用", Rating.NOT: "没帮上"}


class StepKind(StrEnum):
    """What happened to an enquiry."""

    REFERRED = "referred"
    REPLIED = "replied"
    NOTE = "note"
    ANSWERED = "answered"
    TURNED = "turned"
    REOPENED = "reopened"
    RATED = "rated"
    THANKED = "thanked"


STEP_NAMES: dict[StepKind, str] = {
    StepKind.REFERRED: "转询",
    StepKind.REPLIED: "对方答复",
    StepKind.NOTE: "记一笔",
    StepKind.ANSWERED: "答复",
    StepKind.TURNED: "转办",
    StepKind.REOPENED: "又问",
    StepKind.RATED: "评价",
    StepKind.THANKED: "道谢",
}


@dataclass(frozen=True)
class Enquiry:
    """A question and what came of it; the columns of table enquiry.

    Attributes
    ----------
    card_id : str or None
        Asked on the card's page: the secretary and the assigned worker read it, nobody else.
    contact_name, contact_phone : str or None
        Only where they were given.
    due_at : datetime or None
        1 working day, kept at asking; None for what was imported: that is judged by no clock.
    is_urgent : bool
        Somebody may be in danger: may be passed on.
    is_held : bool
        Beyond what one card usually asks: shown folded.
    """

    id: str
    text: str
    asked_at: datetime
    shop_id: str | None = None
    tenancy_id: str | None = None
    channel: str | None = None
    topic: str | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    card_id: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    policy_id: str | None = None
    answered_by: str | None = None
    is_urgent: bool = False
    is_held: bool = False
    need_id: str | None = None
    case_id: str | None = None
    promise_id: str | None = None
    closed_at: datetime | None = None
    rating: str | None = None
    rating_text: str | None = None
    rated_at: datetime | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered or settled it yet."""
        return self.answered_at is None and not self.answer and self.closed_at is None

    def is_overdue(self, at: datetime) -> bool:
        """Open past its clock."""
        return self.is_open and self.due_at is not None and self.due_at < at


@dataclass(frozen=True)
class EnquiryStep:
    """Something that happened to an enquiry."""

    id: str
    enquiry_id: str
    kind: StepKind
    at: datetime
    text: str | None = None
    to_whom: str | None = None
    due_at: datetime | None = None
    actor_id: str | None = None
