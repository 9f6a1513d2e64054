"""How the segments change over disjoint periods, in a word each; kept until an issue, a door or a patch changes."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from mapsvc.domain.actors import Actor
from mapsvc.domain.changes import (
    CHANGE_OF,
    CHANGE_WORDS,
    LEAST_PERIODS,
    USUAL_WEEKS,
    WEEKS,
    Change,
    Emerging,
    against_before,
    periods_words,
)
from mapsvc.domain.hotspots import LEAST_EPISODES
from mapsvc.domain.kinds import kind_named
from mapsvc.domain.periods import Period, PeriodKind
from mapsvc.domain.permissions import Action, require
from mapsvc.errors import Refused
from mapsvc.operations.hotspot_cells import CellShape, cells_of
from mapsvc.operations.hotspot_events import Events, load_events
from mapsvc.operations.workspace import Workspace
from mapsvc.store import revisions as store_revisions

if TYPE_CHECKING:
    from mapsvc.analysis.change import ChangeResult
    from mapsvc.analysis.neighbours import Neighbours

STREET_CELLS = "street:25"
_KEPT_MAPS = 8
_DAYS_OF_WEEK = 7
# The record begins where its first hundredth lies: one report dated years before the others is no past.
_FIRST_SHARE = 100


@dataclass(frozen=True)
class ChangeQuery:
    """What is asked.

    Attributes
    ----------
    until : date
        Last day of the last period.
    kind : str or None
        One kind, by code, name or synonym; None takes all.
    weeks : int
        Length of a period: 1, 4 or 13.
    cells : str
        As in `HotspotQuery`.
    arcgis_exact : bool
        Name patterns by ArcGIS's own rules, to compare with.
    """

    until: date
    kind: str | None = None
    weeks: int = USUAL_WEEKS
    cells: str = STREET_CELLS
    arcgis_exact: bool = False
    seed: int = 1


@dataclass(frozen=True)
class ChangedCell:
    """A cell with its numbers, one for each period, the earliest first.

    Attributes
    ----------
    episodes, reports : tuple of int
        Troubles somebody other than a patrol spoke of, which are tested; all reports, which people counted.
    hot : tuple of bool
        Whether it stood out in that period.
    change : Change or None
        What it did; None where nothing can be said.
    pattern : Emerging or None
        The pattern by ArcGIS's rules, if those were asked for.
    trend_p, q : float
        Of Mann-Kendall; of standing out at all, after the false discovery rate.
    """

    shape: CellShape
    episodes: tuple[int, ...]
    reports: tuple[int, ...]
    hot: tuple[bool, ...]
    change: Change | None
    pattern: Emerging | None
    trend_p: float
    q: float
    text: str


@dataclass(frozen=True)
class ChangeMap:
    """All cells over the periods; those with a word first, in the order of the words."""

    query: ChangeQuery
    method: str
    periods: tuple[Period, ...]
    n: int
    seed: int
    speaks: bool
    sentence: str
    cells: tuple[ChangedCell, ...]

    @property
    def window(self) -> str:
        """How many periods of which length: 13个四周."""
        return periods_words(len(self.periods), self.query.weeks)

    @property
    def named(self) -> tuple[ChangedCell, ...]:
        """Cells that have a word."""
        return tuple(cell for cell in self.cells if cell.change is not None)

    def of(self, change: Change) -> tuple[ChangedCell, ...]:
        """Cells with this word."""
        return tuple(cell for cell in self.cells if cell.change is change)

    def total(self, period: int) -> int:
        """Episodes of all cells in a period."""
        return sum(cell.episodes[period] for cell in self.cells)

    def cell(self, cell_id: str) -> ChangedCell | None:
        """The cell with this id."""
        return next((cell for cell in self.cells if cell.shape.id == cell_id), None)


_maps: OrderedDict[tuple[object, ...], ChangeMap] = OrderedDict()
_lock = Lock()


def changes(ws: Workspace, actor: Actor, query: ChangeQuery) -> ChangeMap:
    """Name what every cell did over the disjoint periods that end with `query.until`.

    Raises
    ------
    Forbidden
    Refused
        An unknown kind, or a period of another length.
    Malformed
        An unknown division into cells.
    """
    require(actor, Action.SEE_MAP)
    query = _checked(query)
    with ws.read() as conn:
        revision = store_revisions.read(conn)
        key = (str(ws.folder), ws.settings.database, revision["hotspots"], revision["patches"], query)
        with _lock:
            if (kept := _maps.get(key)) is not None:
                _maps.move_to_end(key)
                return kept
        events = load_events(ws, conn, query.until)
    made = changes_of(ws, query, events)
    with _lock:
        _maps[key] = made
        while len(_maps) > _KEPT_MAPS:
            _maps.popitem(last=False)
    return made


def types_by_cell(ws: Workspace, actor: Actor, until: date, kind: str | None, cells: str) -> dict[str, str] | None:
    """By id of a cell the word it has over the usual periods; None where the past is too short for any.

    Raises
    ------
    As `changes`.
    """
    whole = changes(ws, actor, ChangeQuery(until, kind, cells=cells))
    return {cell.shape.id: cell.change.value for cell in whole.cells if cell.change} if whole.speaks else None


def changes_of(ws: Workspace, query: ChangeQuery, everything: Events) -> ChangeMap:
    """As `changes`, of reports at hand: of all kinds up to `query.until`, and a query whose kind is a code."""
    import numpy as np

    from mapsvc.analysis.change import counts_by_period, find_changes, periods_in

    days, until = query.weeks * _DAYS_OF_WEEK, query.until.toordinal()
    events = everything if query.kind is None else everything.of_kind(query.kind)
    events = events.take(~events.placeholder)
    past = np.sort(everything.day[~everything.placeholder])
    periods = periods_in(int(past[len(past) // _FIRST_SHARE]), until, days) if len(past) else 0
    grid, index, shapes = cells_of(ws, query.cells, events.points)
    voiced = events.clean().voiced
    episodes, reports = (
        counts_by_period(index[rows], events.day[rows], until, days, periods, len(shapes))
        for rows in (voiced, np.ones(len(events), dtype=bool))
    )
    neighbours = grid.neighbours()
    result = find_changes(episodes, neighbours, window=f"{periods}x{days}d", seed=query.seed)
    method = result.method
    patterns: tuple[Emerging | None, ...] = tuple(None for _ in shapes)
    if query.arcgis_exact:
        method, patterns = _patterns(result, neighbours)
    return _as_map(query, result, method, patterns, shapes, reports.tolist())


def _patterns(result: "ChangeResult", neighbours: "Neighbours") -> tuple[str, tuple[Emerging | None, ...]]:
    from mapsvc.analysis.emerging import emerging_hotspots

    found = emerging_hotspots(result.counts, neighbours, window=result.window, seed=result.seed)
    return found.method, found.types if result.speaks else tuple(None for _ in found.types)


def _checked(query: ChangeQuery) -> ChangeQuery:
    """The question with its kind by code."""
    if query.weeks not in WEEKS:
        known = "、".join(map(str, WEEKS))
        raise Refused(f"一期可以是{known}周，写的是{query.weeks}周。", field="weeks", code="period")
    return replace(query, kind=kind_named(query.kind).code) if query.kind else replace(query, kind=None)


def _as_map(
    query: ChangeQuery,
    result: "ChangeResult",
    method: str,
    patterns: tuple[Emerging | None, ...],
    shapes: tuple[CellShape, ...],
    reports: list[list[int]],
) -> ChangeMap:
    cells = []
    for i, shape in enumerate(shapes):
        pattern = patterns[i]
        word = (CHANGE_OF[pattern] if pattern else None) if query.arcgis_exact else result.types[i]
        episodes = tuple(result.counts[i].tolist())
        cells.append(
            ChangedCell(
                shape, episodes, tuple(reports[i]), tuple(result.hot[i].tolist()), word, pattern,
                float(result.trend.p[i]), float(result.q[i]), _text(episodes, query.weeks),
            )
        )  # fmt: skip
    order = {change: rank for rank, change in enumerate(Change)}
    cells.sort(key=lambda c: (order.get(c.change, len(order)), -sum(c.episodes), c.shape.id))  # type: ignore[arg-type]
    periods = _periods(query, result.counts.shape[1])
    sentence = _sentence(query, len(periods), result, cells)
    return ChangeMap(query, method, periods, result.n, result.seed, result.speaks, sentence, tuple(cells))


def _periods(query: ChangeQuery, count: int) -> tuple[Period, ...]:
    days = timedelta(days=query.weeks * _DAYS_OF_WEEK)
    ends = [query.until - days * back for back in range(count - 1, -1, -1)]
    return tuple(Period(PeriodKind.OTHER, last - days + timedelta(days=1), last) for last in ends)


def _text(episodes: tuple[int, ...], weeks: int) -> str:
    if not episodes:
        return ""
    return against_before(episodes[-1], sum(episodes[:-1]) / max(len(episodes) - 1, 1), weeks)


def _sentence(query: ChangeQuery, periods: int, result: "ChangeResult", cells: list[ChangedCell]) -> str:
    """One sentence over the whole map: the periods, and how many segments did what."""
    if periods < LEAST_PERIODS:
        least = periods_words(LEAST_PERIODS, query.weeks)
        return f"记录只够往前{periods_words(periods, query.weeks)}，至少要{least}才看得出变化。"
    whole = f"往前{periods_words(periods, query.weeks)}共{result.n}起"
    if not result.speaks:
        return f"{whole}，不到{LEAST_EPISODES}起，太少，看不出变化。"
    unit = "片" if query.cells == "patches" else "段" if query.cells.startswith("street") else "格"
    told = [
        f"{CHANGE_WORDS[change]}{count}{unit}"
        for change in Change
        if (count := sum(cell.change is change for cell in cells))
    ]
    if not told:
        return f"{whole}，没有哪{unit}的变化说得准。"
    first = next((cell.shape.label for cell in cells if cell.change and cell.shape.is_marked), "")
    return f"{whole}：{'，'.join(told)}。{f'先看{first}。' if first else ''}"
