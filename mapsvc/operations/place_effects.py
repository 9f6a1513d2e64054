"""Whether it helped at a place: report-days before and after, against comparable places, in one sentence."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.effects import Measured, effect_sentence
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import day_start, office_day
from mapsvc.errors import NotFound
from mapsvc.operations.workspace import Workspace
from mapsvc.store import effects, places
from mapsvc.store.effects import ReportAt

if TYPE_CHECKING:
    import numpy as np

WINDOW_DAYS = 56
REACH_M = 40.0
"""So far around a place its reports lie."""
_CELL_M = 70.0  # A square of about the area of that circle.
_APART_M = 120.0  # Nearer ones may have taken over what was driven away.


@dataclass(frozen=True)
class Turn:
    """What may have changed a place: on which day, and what it is called."""

    day: date
    words: str


@dataclass(frozen=True)
class ReportDay:
    """A day on which somebody reported, with the cases reported."""

    day: date
    case_ids: tuple[str, ...]


@dataclass(frozen=True)
class PlaceEffect:
    """A place before and after its turn.

    Attributes
    ----------
    kinds : tuple of str
        Codes of the kinds of issue that are counted.
    before_from, after_until : date
        First day of the window before, last day of the window after; the day of the turn belongs to neither.
    others : tuple of (before, after)
        Report-days of the comparable places.
    """

    turn: Turn
    kinds: tuple[str, ...]
    before_from: date
    after_until: date
    before: tuple[ReportDay, ...]
    after: tuple[ReportDay, ...]
    others: tuple[tuple[int, int], ...]
    measured: Measured
    sentence: str


def place_effect(ws: Workspace, actor: Actor, code: str, turn: Turn | None = None) -> PlaceEffect | None:
    """What came of what was done at a place; None if nothing was done there yet.

    Parameters
    ----------
    turn : Turn, optional
        What is looked at; None takes the last playbook begun there.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        place = places.by_code(conn, code)
        if place is None:
            raise NotFound(f"没有编号为{code}的点位，请核对编号。", field="code", code="unknown_place")
        where = place.location
        turned = turn or last_turn(conn, place.id)
        if turned is None or where.lon is None or where.lat is None:
            return None
        return effect_around(conn, where.lon, where.lat, turned, office_day(ws.clock()), place_id=place.id)


def last_turn(conn: Connection, place_id: str) -> Turn | None:
    """The last playbook begun at a place."""
    found = effects.last_turn(conn, place_id)
    return Turn(office_day(found[1]), found[0]) if found else None


def effect_around(
    conn: Connection,
    lon: float,
    lat: float,
    turn: Turn,
    today: date,
    kinds: tuple[str, ...] = (),
    place_id: str | None = None,
) -> PlaceEffect | None:
    """The effect at a spot (WGS-84 degrees); None until the day after the turn."""
    days_after = min(WINDOW_DAYS, (today - turn.day).days)
    if days_after < 1:
        return None
    first, last = turn.day - timedelta(days=WINDOW_DAYS), turn.day + timedelta(days=days_after)
    reports = effects.reports(conn, day_start(first), day_start(last + timedelta(days=1)))
    here, elsewhere = _split(reports, lon, lat, place_id)
    kinds = kinds or _main_kind(here, turn.day)
    before, after = _report_days([r for r in here if r.kind in kinds], turn.day)
    treated = effects.treated(conn, day_start(first), day_start(last + timedelta(days=1)))
    others = _comparable([r for r in elsewhere if r.kind in kinds], treated, turn.day, len(before))
    from mapsvc.analysis.effect import measure

    measured = measure(len(before), len(after), WINDOW_DAYS, days_after, others)
    return PlaceEffect(turn, kinds, first, last, before, after, tuple(others), measured, effect_sentence(measured))


def _split(
    reports: list[ReportAt], lon: float, lat: float, place_id: str | None
) -> tuple[list[ReportAt], list[ReportAt]]:
    far = _distances(reports, lon, lat)
    here = [r for r, m in zip(reports, far, strict=True) if m <= REACH_M or (place_id and r.place_id == place_id)]
    known = {r.issue_id for r in here}
    return here, [r for r, m in zip(reports, far, strict=True) if m > _APART_M and r.issue_id not in known]


def _distances(reports: list[ReportAt], lon: float, lat: float) -> list[float]:
    import numpy as np

    from mapsvc.geo.local import distance_m

    if not reports:
        return []
    lons, lats = np.array([r.lon for r in reports]), np.array([r.lat for r in reports])
    found: list[float] = distance_m(lons, lats, np.full(len(lons), lon), np.full(len(lats), lat)).tolist()
    return found


def _main_kind(here: list[ReportAt], turned: date) -> tuple[str, ...]:
    """What was reported there most before, else what was at all."""
    per_kind: dict[str, int] = defaultdict(int)
    for one in here:
        per_kind[one.kind] += 1 if office_day(one.happened_at) < turned else 0
    return (max(sorted(per_kind), key=lambda kind: per_kind[kind]),) if per_kind else ()


def _report_days(reports: list[ReportAt], turned: date) -> tuple[tuple[ReportDay, ...], tuple[ReportDay, ...]]:
    per_day: dict[date, dict[str, None]] = defaultdict(dict)
    for one in reports:
        per_day[office_day(one.happened_at)][one.case_id] = None
    days = [ReportDay(day, tuple(cases)) for day, cases in sorted(per_day.items())]
    return tuple(d for d in days if d.day < turned), tuple(d for d in days if d.day > turned)


def _comparable(
    reports: list[ReportAt], treated: list[tuple[float, float]], turned: date, before: int
) -> list[tuple[int, int]]:
    """Report-days before and after of other spots about as bad, none of which something was done at as well."""
    import numpy as np

    from mapsvc.analysis.cells import square_cells
    from mapsvc.analysis.effect import alike

    if not reports:
        return []
    points = [(r.lon, r.lat) for r in reports]
    _, cell_of = square_cells(_metres([*points, *treated]), _CELL_M)
    spoiled = set(cell_of[len(points) :].tolist())
    days = np.array([office_day(r.happened_at).toordinal() - turned.toordinal() for r in reports])
    found = []
    for cell in sorted(set(cell_of[: len(points)].tolist()) - spoiled):
        there = days[cell_of[: len(points)] == cell]
        found.append((int(np.unique(there[there < 0]).size), int(np.unique(there[there > 0]).size)))
    return alike(before, found)


def _metres(points: list[tuple[float, float]]) -> "np.ndarray[Any, Any]":
    import numpy as np

    from mapsvc.geo.local import to_metres

    lonlat = np.array(points, dtype=np.float64).reshape(-1, 2)
    x, y = to_metres(lonlat[:, 0], lonlat[:, 1])
    return np.stack([x, y], axis=1)
