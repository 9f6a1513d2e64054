"""The working calendar of one month: what is general, what the office entered itself."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.operations.clock import general_working_day, holiday_of, knows_year
from mapsvc.operations.workspace import Workspace
from mapsvc.store import calendar_days


@dataclass(frozen=True)
class OfficeDay:
    """A day of the calendar.

    Attributes
    ----------
    works : bool
        Whether the office works on it.
    general : bool
        Whether it would without an entry of its own.
    holiday : str
        The holiday it belongs to; empty for weekends and working days.
    is_own : bool
        Whether the office entered it.
    """

    day: date
    works: bool
    general: bool
    holiday: str = ""
    is_own: bool = False
    note: str = ""

    @property
    def words(self) -> str:
        """Why it is as it is, where that is not plain from the weekday."""
        if self.is_own:
            return "改为上班" if self.works else "改为休息"
        if self.works:
            return "调休上班" if self.day.weekday() >= 5 else ""
        return self.holiday


@dataclass(frozen=True)
class OfficeMonth:
    """A month: its days, the office's entries of its year, and the year whose holidays nobody knows yet, if any."""

    first: date
    days: tuple[OfficeDay, ...]
    entered: tuple[OfficeDay, ...]
    unknown_year: int | None


def month_of(ws: Workspace, actor: Actor, first: date) -> OfficeMonth:
    """The month that begins on `first`.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        own = {day: (works, note) for day, works, note in calendar_days.entered(conn)}
    last = monthrange(first.year, first.month)[1]
    days = tuple(_day(first.replace(day=n), own) for n in range(1, last + 1))
    entered = tuple(_day(day, own) for day in sorted(own) if day.year == first.year)
    # Deadlines of the last weeks of a year reach into the next.
    years = (first.year, first.year + 1) if first.month >= 11 else (first.year,)
    return OfficeMonth(first, days, entered, next((year for year in years if not knows_year(year)), None))


def _day(day: date, own: dict[date, tuple[bool, str]]) -> OfficeDay:
    general = general_working_day(day)
    works, note = own.get(day, (general, ""))
    return OfficeDay(day, works, general, holiday_of(day), day in own, note)
