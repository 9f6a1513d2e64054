"""One cell over the periods, with what happened around it and what was done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.context_events import CONTEXT_KIND_NAMES, ContextEvent
from mapsvc.domain.privacy import visible_text
from mapsvc.domain.times import day_start, office_day
from mapsvc.domain.watches import REACH_M
from mapsvc.errors import NotFound
from mapsvc.operations.changes import ChangedCell, ChangeMap, ChangeQuery, changes
from mapsvc.operations.hotspot_cells import CellShape
from mapsvc.operations.workspace import Workspace
from mapsvc.store import changes as store_changes
from mapsvc.store import context_events as store_context_events
from mapsvc.store.changes import Measure

_TREATED_M = 40.0
_DAY = timedelta(days=1)
_SHORT = 9
_LASTING = frozenset({"playbook_run", "roster", "notice"})


@dataclass(frozen=True)
class HistoryMark:
    """Something that happened at the cell, or was done there.

    Attributes
    ----------
    day, until : date, date or None
        From when, and the last day if it went on and is over.
    goes_on : bool
        Whether it went on for a time (also when it is not over).
    label : str
        Short, for a chart.
    text : str
        Whole, with its days.
    is_measure : bool
        Done against it, not a possible cause.
    href : str
        The page that tells more; empty if there is none.
    """

    day: date
    until: date | None
    goes_on: bool
    label: str
    text: str
    is_measure: bool
    href: str = ""


@dataclass(frozen=True)
class CellHistory:
    """A cell of a map of changes with its marks, the earliest first."""

    map: ChangeMap
    cell: ChangedCell
    marks: tuple[HistoryMark, ...]


def cell_history(ws: Workspace, actor: Actor, query: ChangeQuery, cell_id: str) -> CellHistory:
    """What was counted at a cell in each period, and what happened and was done there meanwhile.

    Raises
    ------
    Forbidden, Refused, Malformed
        As `changes`.
    NotFound
        There is no such cell.
    """
    whole = changes(ws, actor, query)
    cell = whole.cell(cell_id)
    if cell is None:
        raise NotFound("图上没有这个路段，可能换了分格方式，请回到地图重新点选。", code="unknown_cell")
    if not whole.periods:
        return CellHistory(whole, cell, ())
    since, until = whole.periods[0].from_at, whole.periods[-1].until_at
    with ws.read() as conn:
        marks = [*_context(conn, actor, cell.shape, since, until), *_measures(conn, actor, cell.shape, since, until)]
    return CellHistory(whole, cell, tuple(sorted(marks, key=lambda m: (m.day, m.is_measure, m.label))))


def _context(
    conn: Connection, actor: Actor, shape: CellShape, since: datetime, until: datetime
) -> Sequence[HistoryMark]:
    """诱因 that began within the time and reach into the cell."""
    from mapsvc.geo.local import distance_m

    return [
        _of_context(actor, event)
        for event in store_context_events.going_on(conn, since, until)
        if event.from_at >= since
        and distance_m(shape.lon, shape.lat, event.lon, event.lat) <= _reach_m(event) + shape.length_m / 2
    ]


def _reach_m(event: ContextEvent) -> float:
    return max(event.radius_m or 0.0, REACH_M if event.place_id else 0.0)


def _of_context(actor: Actor, event: ContextEvent) -> HistoryMark:
    told = visible_text(actor, event.text, None)
    kind = CONTEXT_KIND_NAMES[event.kind]
    short = told if len(told) <= _SHORT or event.kind == "other" else kind
    until = office_day(event.until_at) if event.until_at else None
    return HistoryMark(
        office_day(event.from_at), until, not event.is_momentary, short, f"{event.days()} {told}", False
    )  # fmt: skip


def _measures(
    conn: Connection, actor: Actor, shape: CellShape, since: datetime, until: datetime
) -> Sequence[HistoryMark]:
    """What was done within the time at the cell."""
    from mapsvc.geo.local import distance_m

    reach_m = max(_TREATED_M, shape.length_m / 2)
    return [
        _of_measure(actor, one)
        for one in store_changes.measures(conn, since, until)
        if distance_m(shape.lon, shape.lat, one.lon, one.lat) <= reach_m
    ]


def _of_measure(actor: Actor, one: Measure) -> HistoryMark:
    day, name = office_day(one.at), visible_text(actor, one.name, None)
    until = office_day(one.until) if one.until else None
    href = f"/cases/{one.case_id}" if one.case_id else f"/places/{one.place}" if one.place else ""
    text = f"{day.month}月{day.day}日{'起' if one.noun in _LASTING else ''} {name}"
    return HistoryMark(day, until, one.noun in _LASTING, name, text, True, href)


def at_in(whole: ChangeMap, day: date) -> float:
    """Where a day lies among the periods: 0 is the beginning of the first, 1.5 the middle of the second."""
    days = (whole.periods[0].last - whole.periods[0].first + _DAY).days
    return (day_start(day) - whole.periods[0].from_at) / timedelta(days=days)
