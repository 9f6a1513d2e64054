"""早发现: the inbox of warnings, and one of them with all that shows it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import Alert, AlertRun, AlertState, Rule, week_of
from mapsvc.domain.context_events import ContextEvent
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.places import Location, Place
from mapsvc.domain.playbooks import Playbook
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import day_start
from mapsvc.operations.alert_decisions import accept, dismiss, find_alert, take_back
from mapsvc.operations.alert_runs import last_whole_day, preview, replay, run_alerts
from mapsvc.operations.case_lines import Line, lines_of
from mapsvc.operations.context_events import around_spot
from mapsvc.operations.playbook_runs import RunView, runs_of_place
from mapsvc.operations.playbooks import shelf
from mapsvc.operations.workspace import Workspace
from mapsvc.store import alerts, issues, places, shops

__all__ = [
    "AlertLine",
    "AlertView",
    "Inbox",
    "Week",
    "accept",
    "dismiss",
    "get_alert",
    "inbox",
    "last_whole_day",
    "list_alerts",
    "preview",
    "replay",
    "run_alerts",
    "take_back",
]
MOST_DECIDED, MOST_REPORTS = 30, 200
_BEFORE = timedelta(days=90)


@dataclass(frozen=True)
class AlertLine:
    """A warning in a list, with where it is; its words without phone numbers."""

    alert: Alert
    title: str
    text: str
    place: Place | None
    shop: Shop | None


@dataclass(frozen=True)
class Week:
    """What this week's looks came to: tests made, warnings raised, how many a week may raise, and the last look."""

    tested: int
    shown: int
    budget: int
    last: AlertRun | None


@dataclass(frozen=True)
class Inbox:
    """What waits for a decision (the strongest first), what is over the budget, what was decided lately."""

    open: tuple[AlertLine, ...]
    held: tuple[AlertLine, ...]
    decided: tuple[AlertLine, ...]
    week: Week


@dataclass(frozen=True)
class AlertView:
    """One warning with all that shows it.

    Attributes
    ----------
    reports : tuple of Line
        Cases behind it, the latest report first.
    open_cases : tuple of Line
        Those of them, and others of its place, that are open: it may be attached to them.
    tried : tuple of RunView
        Playbooks that ran at its place, the latest first.
    contexts : tuple of ContextEvent
        What happened around lately: one of them may explain it.
    earlier : tuple of Alert
        Other warnings about the same, the latest first.
    playbooks : tuple of Playbook
        Those that may begin, meant for its kind first; empty where none can.
    """

    line: AlertLine
    location: Location | None
    reports: tuple[Line, ...]
    open_cases: tuple[Line, ...]
    tried: tuple[RunView, ...]
    contexts: tuple[ContextEvent, ...]
    earlier: tuple[Alert, ...]
    playbooks: tuple[Playbook, ...]
    may_decide: bool
    may_take_back: bool

    @property
    def alert(self) -> Alert:
        """The warning itself."""
        return self.line.alert

    @property
    def has_spot(self) -> bool:
        """Whether it is about one spot, not about the whole street."""
        return self.location is not None


def list_alerts(
    ws: Workspace, actor: Actor, states: Collection[AlertState] = (), rule: Rule | None = None
) -> tuple[AlertLine, ...]:
    """Warnings in these states (empty: all) and of this rule, those that wait first.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_ALERTS)
    with ws.read() as conn:
        return _lines(conn, alerts.listed(conn, states, rule))


def inbox(ws: Workspace, actor: Actor) -> Inbox:
    """The page's lists and the week's figures.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_ALERTS)
    over = (AlertState.ACCEPTED, AlertState.DISMISSED, AlertState.OVER)
    with ws.read() as conn:
        return Inbox(
            _lines(conn, alerts.listed(conn, [AlertState.OPEN])),
            _lines(conn, alerts.listed(conn, [AlertState.HELD])),
            _lines(conn, alerts.listed(conn, over, limit=MOST_DECIDED)),
            _week(ws, conn),
        )


def get_alert(ws: Workspace, actor: Actor, alert_id: str) -> AlertView:
    """One warning.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_ALERTS)
    at = ws.clock()
    with ws.read() as conn:
        one = find_alert(conn, alert_id)
        line = _lines(conn, [one])[0]
        where = where_of(conn, one, line)
        behind = _reports(conn, one)
        there = issues.open_of_place(conn, one.place_id) if one.place_id else []
        there += issues.open_of_shop(conn, one.shop_id) if one.shop_id else []
        still = [f for f in [*behind, *there] if f.case.is_open and one.kind in (None, f.issue.kind)]
        can_run = one.is_waiting and may(actor, Action.DECIDE_ALERT) and (one.place_id or still)
        since = day_start(one.from_day) - _BEFORE
        return AlertView(
            line,
            where,
            lines_of(conn, actor, behind, at),
            lines_of(conn, actor, list({f.case.id: f for f in reversed(still)}.values()), at),
            runs_of_place(ws, conn, actor, one.place_id) if one.place_id else (),
            tuple(reversed(around_spot(conn, where, since, at))) if where else (),
            tuple(a for a in alerts.of_subject(conn, one.subject) if a.id != one.id),
            _playbooks(ws, conn, one.kind) if can_run else (),
            may(actor, Action.DECIDE_ALERT),
            may(actor, Action.DECIDE_ALERT) and one.may_take_back(at),
        )


def where_of(conn: Connection, one: Alert, line: AlertLine) -> Location | None:
    """Its spot: the place's, the shop's or its own; None where it is about the whole street."""
    if line.place:
        return line.place.location
    if line.shop:
        return line.shop.location
    return places.location_by_id(conn, one.location_id) if one.location_id else None


def _lines(conn: Connection, some: Sequence[Alert]) -> tuple[AlertLine, ...]:
    at_places = places.by_ids(conn, (a.place_id for a in some))
    at_shops = {i: shops.by_id(conn, i) for i in sorted({a.shop_id for a in some if a.shop_id})}
    return tuple(
        AlertLine(
            a,
            mask_phones_in(a.title),
            mask_phones_in(a.text),
            at_places.get(a.place_id or ""),
            at_shops.get(a.shop_id or ""),
        )
        for a in some
    )


def _week(ws: Workspace, conn: Connection) -> Week:
    last = alerts.last_run(conn)
    if last is None:
        return Week(0, 0, ws.settings.alert_budget, None)
    looks = alerts.runs_between(conn, week_of(last.until_day), last.until_day)
    tested = sum(int(n) for n in last.detail.get("tested", {}).values())
    return Week(tested, sum(r.shown for r in looks), last.budget, last)


def _reports(conn: Connection, one: Alert) -> list[issues.Found]:
    ids = [str(i) for i in one.evidence.get("issue_ids") or ()][:MOST_REPORTS]
    found = issues.found_by_ids(conn, ids).values()
    return sorted(found, key=lambda f: (f.issue.happened_at, f.issue.id), reverse=True)


def _playbooks(ws: Workspace, conn: Connection, kind: str | None) -> tuple[Playbook, ...]:
    usable = [p for p in shelf(ws, conn).playbooks.values() if p.retired_at is None]
    return tuple(sorted(usable, key=lambda p: (not (kind and p.fits(kind)), p.code)))
