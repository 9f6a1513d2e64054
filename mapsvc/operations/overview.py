"""The numbers of the panel: what each is compared with, and what is usual in a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import OFFICE_ZONE, day_start, month_start, office_day, week_start
from mapsvc.operations.workspace import Workspace
from mapsvc.store import overview as store_overview
from mapsvc.store.places import Box

WEEKDAYS = "一二三四五六日"
CHOSEN_WEEKS = 8
"""The newest weeks are what is looked at; what is usual is taken from those before them."""
USUAL_WEEKS = 52
FEWEST_WEEKS = 8
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Compared:
    """A number, the one it is compared with, and the words for when that was."""

    value: int
    before: int
    before_label: str


@dataclass(frozen=True)
class Visited:
    """Shops called on this month of all there are, against the same day of last month."""

    value: int
    total: int
    before: int
    before_label: str = "上月同日"


def week_before(at: datetime) -> tuple[datetime, str]:
    """The same weekday and time a week earlier, and its name, e.g. 上周一."""
    return at - WEEK, f"上周{WEEKDAYS[office_day(at).weekday()]}"


def month_before(at: datetime) -> tuple[datetime, datetime]:
    """The span of last month that ends at the same day and time of the month as `at`; its last day for a longer one."""
    local = at.astimezone(OFFICE_ZONE)
    last = local.replace(day=1) - timedelta(days=1)
    same = last.replace(day=min(local.day, last.day))
    return month_start(same), same.astimezone(at.tzinfo)


def visited(ws: Workspace, actor: Actor, at: datetime, box: Box | None = None) -> Visited:
    """How many shops somebody called on this month up to `at`.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    since, until = month_before(at)
    with ws.read() as conn:
        return Visited(
            store_overview.shops_called_on(conn, month_start(at), at + timedelta(minutes=1), box),
            store_overview.shops_to_call_on(conn, box),
            store_overview.shops_called_on(conn, since, until, box),
        )


def mondays(first: date, last: date) -> list[date]:
    """The Mondays of all weeks that touch the days from `first` to `last`."""
    start = week_start(first)
    return [start + WEEK * n for n in range((week_start(last) - start).days // 7 + 1)]


def usual_span(first_chosen: date) -> list[date]:
    """The Mondays from which the usual of a week is taken: a year's complete weeks before the chosen ones."""
    return [first_chosen - WEEK * n for n in range(USUAL_WEEKS, 0, -1)]


def usual_per_week(earlier: Sequence[int]) -> int | None:
    """平时: the median of earlier weeks, from the first that has a report; None while there are too few to say.

    A median, since one bad week is not what is usual.
    """
    known = list(earlier)
    while known and not known[0]:
        known.pop(0)
    return round(median(known)) if len(known) >= FEWEST_WEEKS else None


def default_span(at: datetime, weeks: int = 26) -> tuple[datetime, datetime]:
    """The newest weeks, the running one included, as [since, until)."""
    monday = week_start(office_day(at))
    return day_start(monday - WEEK * (weeks - 1)), day_start(monday + WEEK)
