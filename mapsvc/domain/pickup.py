"""When what is said on the public surface is picked up and answered, in words to be read before it is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mapsvc.domain.times import OFFICE_ZONE, office_day

CONNECTED_FOR = timedelta(minutes=15)
"""How long after the last letter the inside counts as there."""
_WEEKDAYS = "一二三四五六日"

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Pickup:
    """What can be promised to who says something now.

    Attributes
    ----------
    picked_up_by : datetime or None
        At the latest then somebody at the office has it; None where it is picked up within minutes, or nobody knows.
    answered_by : datetime or None
        End of the next working day; None where the office's hours are not known.
    """

    is_connected: bool
    picked_up_by: datetime | None = None
    answered_by: datetime | None = None

    @property
    def words(self) -> str:
        """``最晚11月25日 周三 17:00答复。``, and when it is picked up where that takes longer."""
        answered = f"{_moment(self.answered_by)}前答复" if self.answered_by else "下一个工作日内答复"
        if self.is_connected:
            return f"几分钟内送到办公室，{answered}。"
        taken = f"最晚{_moment(self.picked_up_by)}上班时取走" if self.picked_up_by else "办公室上班后取走"
        return f"已存好。办公室现在没连上，{taken}，{answered}。"


def pickup_at(spans: Sequence[Span], last_letter_at: datetime | None, at: datetime) -> Pickup:
    """What holds for something said at `at`.

    Parameters
    ----------
    spans : sequence of (from, until)
        Office hours to come, as laid out.
    last_letter_at : datetime or None
        When the inside was last heard of.
    """
    is_connected = last_letter_at is not None and at - last_letter_at <= CONNECTED_FOR
    today = office_day(at)
    answered = next((b for _, b in sorted(spans) if office_day(b) > today), None)
    if is_connected:
        return Pickup(True, None, answered)
    # Where the office is open this minute but does not answer, the next opening is what can be promised.
    return Pickup(False, next((a for a, _ in sorted(spans) if a > at), None), answered)


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(OFFICE_ZONE)
    return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）{local:%H:%M}"
