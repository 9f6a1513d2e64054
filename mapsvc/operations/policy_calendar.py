"""政策日历 as it is looked at: what opens next, the months of a year, and as a calendar file or feed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.policy_windows import Opening, PolicyWindow, in_year, turns
from mapsvc.domain.times import office_day
from mapsvc.domain.window_feeds import calendar
from mapsvc.errors import NotFound
from mapsvc.operations.feeds import account_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import policy_windows as store

AHEAD_DAYS = 90
"""How far ahead the next openings are listed."""
FEED_BACK, FEED_AHEAD = timedelta(days=60), timedelta(days=400)


@dataclass(frozen=True)
class Coming:
    """An opening, and how many doors asked to be told of its topics."""

    opening: Opening
    asked_to_be_told: int


@dataclass(frozen=True)
class EventDay:
    """What windows are counted from, in a year: its day (None: nobody entered it), and what is guessed."""

    event: str
    year: int
    day: date | None
    guess: date | None


@dataclass(frozen=True)
class Calendar:
    """The page.

    Attributes
    ----------
    months : tuple of tuple of Opening
        Twelve; each turn in the month in which it opens.
    going_on : tuple of Opening
        Turns open at the turn of the year that had opened before it.
    event_days : tuple of EventDay
        Of the year and the one after it.
    """

    year: int
    today: date
    coming: tuple[Coming, ...]
    months: tuple[tuple[Opening, ...], ...]
    going_on: tuple[Opening, ...]
    windows: tuple[PolicyWindow, ...]
    retired: tuple[PolicyWindow, ...]
    event_days: tuple[EventDay, ...]


def calendar_of(ws: Workspace, actor: Actor, year: int | None = None) -> Calendar:
    """The policy calendar of a year (usually the one of today).

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_POLICIES)
    at = ws.clock()
    today = office_day(at)
    shown = year or today.year
    with ws.read() as conn:
        windows = tuple(store.listed(conn))
        inside = turns(windows, date(shown, 1, 1), date(shown, 12, 31))
        begun = [one for one in inside if one.opens_on.year == shown]
        ahead = _coming(conn, at, AHEAD_DAYS)
        retired = tuple(store.listed(conn, is_retired=True))
    months = tuple(tuple(one for one in begun if one.opens_on.month == month) for month in range(1, 13))
    going_on = tuple(one for one in inside if one.opens_on.year < shown)
    return Calendar(shown, today, ahead, months, going_on, windows, retired, _event_days(windows, shown))


def coming(ws: Workspace, actor: Actor, days: int = AHEAD_DAYS) -> tuple[Coming, ...]:
    """What is open today or opens within so many days, the earliest first.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_POLICIES)
    with ws.read() as conn:
        return _coming(conn, ws.clock(), days)


def calendar_file(ws: Workspace, actor: Actor, base_url: str) -> str:
    """The windows of a year ahead as text/calendar, each with a reminder when merchants are to know.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_POLICIES)
    with ws.read() as conn:
        return _as_calendar(ws, conn, base_url)


def read_window_feed(ws: Workspace, secret: str, base_url: str) -> str:
    """The same, for whoever has the secret of a person's feed.

    Raises
    ------
    NotFound
        No such feed, a revoked one, or the account can no longer sign in or see policies.
    """
    with ws.read() as conn:
        account = account_of(conn, secret)
        if not may(account.actor, Action.SEE_POLICIES):
            raise NotFound("这个日历地址打不开政策日历。", code="unknown_feed")
        return _as_calendar(ws, conn, base_url)


def _coming(conn: Connection, at: datetime, days: int) -> tuple[Coming, ...]:
    today = office_day(at)
    ahead = turns(store.listed(conn), today, today + timedelta(days=days))
    return tuple(Coming(one, store.asked_to_be_told(conn, one.window.topics, at)) for one in ahead)


def _as_calendar(ws: Workspace, conn: Connection, base_url: str) -> str:
    at = ws.clock()
    today = office_day(at)
    ahead = turns(store.listed(conn), today - FEED_BACK, today + FEED_AHEAD)
    return calendar(f"{ws.settings.block_name} 政策日历", ahead, base_url, at)


def _event_days(windows: Iterable[PolicyWindow], year: int) -> tuple[EventDay, ...]:
    found: Mapping[str, PolicyWindow] = {one.event: one for one in reversed(tuple(windows)) if one.event}
    return tuple(_event_day(one, name, y) for name, one in sorted(found.items()) for y in (year, year + 1))


def _event_day(one: PolicyWindow, name: str, year: int) -> EventDay:
    known = one.event_days.get(str(year))
    guess = in_year(one.event_on, year) if one.event_on and one.is_yearly else None
    if known:
        return EventDay(name, year, date.fromisoformat(known), guess)
    is_own = one.event_on is not None and one.event_on.year == year
    return EventDay(name, year, one.event_on if is_own else None, guess)
