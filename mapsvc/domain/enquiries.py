"""咨询: what merchants ask, by topic; no pins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CHANGEABLE = timedelta(days=1)
"""How long a rating may be thought over."""
UNDOABLE = timedelta(minutes=10)
"""How long an answer may be taken back, if the merchant's page does not have it yet."""
LONGEST_TEXT, LONGEST_ANSWER, LONGEST_RATING, LONGEST_NAME, LONGEST_PHONE = 2000, 2000, 300, 40, 40


class Channel(StrEnum):
    """How a question came; workbooks bring words of their own besides."""

    CARD = "联心卡"
    CHAT = "微信"
    PHONE = "电话"
    CALL = "上门"
    COUNTER = "窗口"


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
    CLOSED = "closed"
    TAKEN_BACK = "taken_back"
    RATED = "rated"
    THANKED = "thanked"


STEP_NAMES: dict[StepKind, str] = {
    StepKind.REFERRED: "转询",
    StepKind.REPLIED: "对方答复",
    StepKind.NOTE: "记一笔",
    StepKind.ANSWERED: "答复",
    StepKind.TURNED: "转办",
    StepKind.REOPENED: "又问",
    StepKind.CLOSED: "不用答复",
    StepKind.TAKEN_BACK: "收回答复",
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
    made_by : str or None
        Who of the staff wrote it down; None for what was asked on a card's page or imported.
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
    made_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered or settled it yet."""
        return self.answered_at is None and not self.answer and self.closed_at is None

    @property
    def is_turned(self) -> bool:
        """Whether work was made of it."""
        return bool(self.need_id or self.case_id or self.promise_id)

    def is_overdue(self, at: datetime) -> bool:
        """Open past its clock."""
        return self.is_open and self.due_at is not None and self.due_at < at

    @property
    def was_in_time(self) -> bool | None:
        """Whether its answer came within its clock; None without an answer or a clock."""
        if self.answered_at is None or self.due_at is None:
            return None
        return self.answered_at <= self.due_at


@dataclass(frozen=True)
class EnquiryStep:
    """Something that happened to an enquiry: the one that made its version `n`."""

    id: str
    enquiry_id: str
    n: int
    kind: StepKind
    at: datetime
    text: str | None = None
    to_whom: str | None = None
    due_at: datetime | None = None
    actor_id: str | None = None


@dataclass(frozen=True)
class ReplyTemplate:
    """常用回复: words to answer with, changed before they are sent."""

    id: str
    title: str
    text: str
    made_at: datetime
    topic: str | None = None
    made_by: str | None = None
    retired_at: datetime | None = None
