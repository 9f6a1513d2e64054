"""政策日历: when something can be done, and from when the merchants are to know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from mapsvc.domain.topics import NAMES
from mapsvc.errors import Refused

MOST_LEAD_DAYS, MOST_WEEKS = 120, 52
LONGEST_DAYS = 366
"""A window of every year is shut for a day at least, so that it can open again."""
MOST_TITLE, MOST_NOTE = 60, 300
_YEAR = timedelta(days=LONGEST_DAYS)


@dataclass(frozen=True)
class PolicyWindow:
    """A window of the policy calendar; the columns of table policy_window.

    Either dates (`opens_on`, `closes_on`; every year where `is_yearly`) or weeks before an event.

    Attributes
    ----------
    event, event_on : str, date or None
        What it is counted from, and on which day that is; where `is_yearly` about the same day of every year.
    event_days : mapping
        The event's day in single years, where it is known: ``{"2027": "2027-02-06"}``.
    opens_weeks_before, closes_weeks_before : int or None
        Negative: weeks after the event.
    lead_days : int
        How long before it opens the merchants are to know.
    topics, trades : tuple of str
        Whom it is for; no trades: everybody.
    before : mapping or None
        What the last change replaced, by column, for its undo.
    """

    id: str
    code: str
    title: str
    topics: tuple[str, ...]
    is_yearly: bool
    lead_days: int
    made_at: datetime
    policy_id: str | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    event: str | None = None
    event_on: date | None = None
    opens_weeks_before: int | None = None
    closes_weeks_before: int | None = None
    trades: tuple[str, ...] = ()
    source: str | None = None
    note: str | None = None
    is_sample: bool = False
    made_by: str | None = None
    retired_at: datetime | None = None
    version: int = 1
    event_days: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None

    def was_known(self, at: datetime) -> bool:
        """Whether it stood in the calendar at `at`."""
        return self.made_at < at and (self.retired_at is None or self.retired_at >= at)


@dataclass(frozen=True)
class Opening:
    """One year's turn of a window: open from and to these days, to be told from `tell_from` on.

    Attributes
    ----------
    year : int
        Of the turn; for weeks before an event, the event's: with the window's code the name of the turn.
    is_guessed : bool
        Its event's day of that year was not entered: taken from another year.
    """

    window: PolicyWindow
    opens_on: date
    closes_on: date
    tell_from: date
    year: int = 0
    is_guessed: bool = False

    @property
    def subject(self) -> str:
        """Under which a warning speaks of it: ``window:kindergarten:2026``."""
        return f"window:{self.window.code}:{self.year}"

    def is_open(self, day: date) -> bool:
        """Whether it can be done on `day`."""
        return self.opens_on <= day <= self.closes_on

    def is_to_be_told(self, day: date) -> bool:
        """Whether merchants are to know by now, and it is not over."""
        return self.tell_from <= day <= self.closes_on


def turn(window: PolicyWindow, year: int) -> Opening | None:
    """The turn of `year`; None where there is none."""
    if window.event_on is not None:
        return _turn_of_event(window, window.event_on, year)
    if window.opens_on is None or window.closes_on is None:
        return None
    if not window.is_yearly and year != window.opens_on.year:
        return None
    over = window.closes_on.year - window.opens_on.year
    return _opening(window, in_year(window.opens_on, year), in_year(window.closes_on, year + over), year, False)


def turns(windows: Iterable[PolicyWindow], first: date, last: date) -> tuple[Opening, ...]:
    """Turns that are open on some day of `first` to `last`, the earliest first."""
    found = (turn(window, year) for window in windows for year in _years(window, first, last))
    inside = (one for one in found if one is not None and one.opens_on <= last and one.closes_on >= first)
    return tuple(sorted(inside, key=lambda one: (one.opens_on, one.closes_on, one.window.code)))


def _years(window: PolicyWindow, first: date, last: date) -> Iterable[int]:
    if not window.is_yearly and window.opens_on is not None:
        return (window.opens_on.year,)
    # A turn that is counted from an event lies up to a year from it, and lasts up to a year.
    return range((first - 2 * _YEAR).year, (last + _YEAR).year + 1)


def in_year(day: date, year: int) -> date:
    """The same day of another year; 29 February is the 28th where there is none."""
    if (day.month, day.day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def require_sound(window: PolicyWindow) -> None:
    """Raise Refused unless the window can be."""
    if not window.title.strip():
        raise Refused("请写明是办什么的。", field="title", code="missing")
    if len(window.title) > MOST_TITLE:
        raise Refused(f"名称最多{MOST_TITLE}个字。", field="title", code="too_long")
    if len(window.note or "") > MOST_NOTE or len(window.source or "") > MOST_NOTE:
        where = "note" if len(window.note or "") > MOST_NOTE else "source"
        raise Refused(f"最多写{MOST_NOTE}个字。", field=where, code="too_long")
    if not window.topics:
        raise Refused("请选至少一个话题，选了这个话题的店家才会提前知道。", field="topics", code="missing")
    if unknown := [name for name in window.topics if name not in NAMES]:
        raise Refused(f"没有“{unknown[0][:20]}”这个话题，请从列出的里面选。", field="topics", code="unknown")
    if not 0 <= window.lead_days <= MOST_LEAD_DAYS:
        raise Refused(f"提前天数要在0到{MOST_LEAD_DAYS}之间。", field="lead_days", code="out_of_range")
    if window.event_on is not None or window.event:
        _require_event(window)
    else:
        _require_dates(window)


def _require_dates(window: PolicyWindow) -> None:
    if window.opens_on is None:
        raise Refused("请填哪天开始办；跟着开学、春节走的，请填那件事和日子。", field="opens_on", code="missing")
    if window.closes_on is None:
        raise Refused("请填哪天截止。", field="closes_on", code="missing")
    if window.closes_on < window.opens_on:
        raise Refused("截止的日子比开始的还早，请核对。", field="closes_on", code="order")
    if window.is_yearly and window.closes_on >= in_year(window.opens_on, window.opens_on.year + 1):
        raise Refused("每年都办的，一次不能超过一年。", field="closes_on", code="too_long")


def _require_event(window: PolicyWindow) -> None:
    if not (window.event or "").strip():
        raise Refused("请写明跟着哪件事走，比如开学、春节。", field="event", code="missing")
    if window.event_on is None:
        raise Refused("请填这件事在哪一天。", field="event_on", code="missing")
    if window.opens_on is not None or window.closes_on is not None:
        raise Refused("日子和“某件事前几周”只填一种。", field="opens_on", code="both")
    opens, closes = window.opens_weeks_before, window.closes_weeks_before
    if opens is None or closes is None:
        where = "opens_weeks_before" if opens is None else "closes_weeks_before"
        raise Refused("请填前几周开始、前几周截止；在后面的填负数。", field=where, code="missing")
    for where, weeks in (("opens_weeks_before", opens), ("closes_weeks_before", closes)):
        if abs(weeks) > MOST_WEEKS:
            raise Refused(f"周数要在前后{MOST_WEEKS}周以内。", field=where, code="out_of_range")
    if closes > opens:
        raise Refused(
            "截止比开始还早：截止那一栏的周数要更小，在后面的填负数。", field="closes_weeks_before", code="order"
        )
    if window.is_yearly and 7 * (opens - closes) >= LONGEST_DAYS - 2:
        raise Refused("每年都办的，一次不能超过一年。", field="closes_weeks_before", code="too_long")


def _turn_of_event(window: PolicyWindow, event_on: date, year: int) -> Opening | None:
    known = window.event_days.get(str(year))
    if known is None and not window.is_yearly and year != event_on.year:
        return None
    day = date.fromisoformat(known) if known else in_year(event_on, year)
    opens = day - timedelta(weeks=window.opens_weeks_before or 0)
    closes = day - timedelta(weeks=window.closes_weeks_before or 0)
    return _opening(window, opens, closes, year, known is None and year != event_on.year)


def _opening(window: PolicyWindow, opens: date, closes: date, year: int, is_guessed: bool) -> Opening:
    return Opening(window, opens, closes, opens - timedelta(days=window.lead_days), year, is_guessed)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
