"""走到情况: when stretches of street were walked, by part of the day, and when they are due again; nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from mapsvc.domain.patrol import SHIFT_STARTS, Shift
from mapsvc.domain.times import OFFICE_ZONE

BACK_DAYS = 182
"""How far back it is looked: what was walked before that is as if it had not been."""
DUE_DAYS = 14
"""After so many days a stretch is due, whenever in the day it was walked."""
DUE_IN_PART_DAYS = 42
"""After so many days a stretch is due in a part of the day in which nobody came by."""
GROWS_DAYS = 10
"""For so many days it counts more by the day."""
GO_AFTER_DAYS, GO_EVERY_DAYS, GO_POINTS = 14, 7, 120
"""What has been due longest, for so many days, is gone to once in so many days: for once as much as a few calls."""
_GO_MORE, _GO_MOST = 40, 200
_EARLIEST = time(5)
_PRESSES_DAYS, _PRESSING, _MOST_PRESSING = 7, 2, 10
_TURN_DAYS = 7


class Part(StrEnum):
    """A part of the day, as the shifts cut it."""

    MORNING = "morning"
    DAY = "day"
    EVENING = "evening"


PARTS = tuple(Part)
PART_NAMES: dict[Part, str] = {Part.MORNING: "早", Part.DAY: "白天", Part.EVENING: "晚"}
PART_WORDS: dict[Part, str] = {Part.MORNING: "早上", Part.DAY: "白天", Part.EVENING: "晚上"}
PART_OF_SHIFT: dict[Shift, Part] = {Shift.MORNING: Part.MORNING, Shift.DAY: Part.DAY, Shift.EVENING: Part.EVENING}
_UNTIL: tuple[tuple[time, Part], ...] = (
    (time(*SHIFT_STARTS[Shift.DAY]), Part.MORNING),
    (time(*SHIFT_STARTS[Shift.EVENING]), Part.DAY),
)
PART_HOURS: dict[Part, str] = {Part.MORNING: "5:00–9:30", Part.DAY: "9:30–18:00", Part.EVENING: "18:00以后"}


class Band(StrEnum):
    """How long ago a stretch was walked last."""

    RECENT = "recent"
    WEEKS = "weeks"
    LONG = "long"


BAND_NAMES: dict[Band, str] = {Band.RECENT: "7天内走过", Band.WEEKS: "1–2周没走到", Band.LONG: "更久没走到"}
_RECENT_DAYS, _WEEKS_DAYS = 7, 14


def part_of(at: datetime) -> Part | None:
    """The part of the office's day in which `at` lies; None for midnight sharp, which ledgers write for no hour."""
    clock = at.astimezone(OFFICE_ZONE).time()
    if clock == time():
        return None
    if clock < _EARLIEST:
        return Part.EVENING
    return next((part for until, part in _UNTIL if clock < until), Part.EVENING)


def band_of(last: date | None, day: date) -> Band:
    """How long ago `last` was on `day`; None is longer than it was looked back."""
    if last is None:
        return Band.LONG
    ago = (day - last).days
    return Band.RECENT if ago < _RECENT_DAYS else Band.WEEKS if ago < _WEEKS_DAYS else Band.LONG


def ago_words(last: date | None, day: date) -> str:
    """``今天``, ``3天前``, ``半年没走到``."""
    if last is None:
        return "半年没走到"
    ago = (day - last).days
    return "今天" if ago <= 0 else "昨天" if ago == 1 else f"{ago}天前"


@dataclass(frozen=True)
class Walked:
    """When a stretch was walked last: in any part of the day, and in each (in the order of `PARTS`)."""

    last: date | None
    by_part: tuple[date | None, ...] = (None, None, None)

    def last_in(self, part: Part | None) -> date | None:
        """The last day in that part; of the whole day for None."""
        return self.last if part is None else self.by_part[PARTS.index(part)]


@dataclass(frozen=True)
class Due:
    """How overdue a stretch is on a day: days past its time, and in words why."""

    days: int
    text: str


def due(walked: Walked, day: date, part: Part, since: date) -> Due | None:
    """Whether a stretch is to be walked on `day` in that part of it, and how long it has been due.

    A stretch is due when nobody came by for two weeks; and once in six weeks in each part of the day, so that what
    is only there in the evening is seen too.

    Parameters
    ----------
    since : date
        From when on anybody's coming by is known: what was not walked since then counts from that day.
    """
    known_days = min((day - since).days, BACK_DAYS)
    if walked.last is None:
        if known_days < DUE_DAYS:
            return None
        return Due(known_days - DUE_DAYS, _never(known_days))
    late = (day - walked.last).days - DUE_DAYS
    if late >= 0:
        return Due(late, f"{late + DUE_DAYS}天没走到")
    there = walked.last_in(part)
    in_part = known_days if there is None else (day - there).days
    if in_part < DUE_IN_PART_DAYS:
        return None
    # Walked lately in other hours: it can wait, so it counts less.
    told = _never(known_days) if there is None else f"{in_part // 7}周没走到"
    return Due((in_part - DUE_IN_PART_DAYS) // DUE_DAYS, f"{PART_WORDS[part]}{told}")


def pressing(days: int) -> int:
    """Points added to what has been due longest of all, by the week."""
    weeks = (days - _PRESSES_DAYS) // 7
    return max(0, min(_PRESSING * weeks, _MOST_PRESSING))


def going(days: int) -> int:
    """Points of going there for once, more by the week: whatever else there is to do, at last somebody comes by."""
    return min(GO_POINTS + _GO_MORE * (max(0, days - GO_AFTER_DAYS) // 7), _GO_MOST)


def _never(known_days: int) -> str:
    return "半年没走到" if known_days >= BACK_DAYS - 1 else "还没走到过"


def offered(found: Sequence[tuple[int, Due]], day: date, most: int) -> list[tuple[int, Due]]:
    """What comes up on a day, by number: what has been due longest, and others in turn.

    The others are dealt to the days of a week, the longer due the sooner to come up at all, so that plans of a week
    do not all speak of the same.
    """
    ranked = sorted(found, key=lambda one: (-one[1].days, one[0]))
    each = max(most, 1) - 1
    others = ranked[1 : 1 + _TURN_DAYS * each]
    first = day.toordinal() % _TURN_DAYS * each
    turn = [others[(first + k) % len(others)] for k in range(min(each, len(others)))]
    return ranked[:1] + turn
