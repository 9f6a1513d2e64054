"""咨询: what merchants ask, by topic; no pins."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Enquiry:
    """A question and what came of it."""

    id: str
    text: str
    asked_at: datetime
    shop_id: str | None = None
    tenancy_id: str | None = None
    channel: str | None = None
    topic: str | None = None
    answer: str | None = None
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answered_at is None and not self.answer
