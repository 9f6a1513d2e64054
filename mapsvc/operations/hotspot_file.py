"""Everything about one cell: why it says what it says, what happened, what was tried there and what came of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import CaseState
from mapsvc.domain.effects import RESULT_NAMES, Result
from mapsvc.domain.places import Place
from mapsvc.domain.times import office_day, to_second
from mapsvc.domain.watches import Watch
from mapsvc.operations.case_lines import Line, lines_of
from mapsvc.operations.hotspot_reports import CellDetail, hotspot_cell
from mapsvc.operations.hotspot_watches import watch_of
from mapsvc.operations.hotspots import HotCell, HotspotQuery
from mapsvc.operations.place_effects import PlaceEffect, effect_around, last_turn
from mapsvc.operations.workspace import Workspace
from mapsvc.store import effects, notices, places, playbooks
from mapsvc.store.issues import Found

_BEYOND_M = 10.0
"""So far beside a cell its spots lie."""
_MOST_PLACES = 500
_METRE_DEG = 1 / 90_000.0


@dataclass(frozen=True)
class Tried:
    """Something that was done there.

    Attributes
    ----------
    ref_type, ref : str
        What it leads to: place or notice.
    is_on : bool
        It still goes on.
    """

    day: date
    words: str
    detail: str
    ref_type: str
    ref: str
    is_on: bool = False


@dataclass(frozen=True)
class HotspotFile:
    """A cell with all that belongs to it.

    Attributes
    ----------
    reports : tuple of Line
        The very reports behind its number, the latest first.
    kinds : tuple of (code, count)
        The most frequent first.
    spots : tuple of Place
        点位 within the cell, the nearest first.
    ends : str
        What became of the reports' cases, as a sentence.
    effect : PlaceEffect or None
        Of the last playbook at one of its spots.
    effect_of : Place or None
        That spot.
    watch : Watch or None
        What somebody opened on the cell, while it is on.
    """

    detail: CellDetail
    reports: tuple[Line, ...]
    kinds: tuple[tuple[str, int], ...]
    spots: tuple[Place, ...]
    tried: tuple[Tried, ...]
    ends: str
    effect: PlaceEffect | None
    effect_of: Place | None
    watch: Watch | None

    @property
    def cell(self) -> HotCell:
        """The cell itself."""
        return self.detail.cell

    @property
    def open(self) -> tuple[Line, ...]:
        """Of the reports those whose case is not over, the latest first."""
        over = (CaseState.CLOSED, CaseState.REJECTED)
        return tuple(line for line in self.reports if line.found.case.state not in over)

    @property
    def going_on(self) -> tuple[Tried, ...]:
        """Playbooks at work there."""
        return tuple(one for one in self.tried if one.is_on and one.ref_type == "place")


def hotspot_file(ws: Workspace, actor: Actor, query: HotspotQuery, cell_id: str) -> HotspotFile:
    """The cell with its reports, the spots within it, and what was tried there.

    Raises
    ------
    NotFound
        The map has no such cell.
    Forbidden
    """
    detail = hotspot_cell(ws, actor, query, cell_id)
    at = to_second(ws.clock())
    with ws.read() as conn:
        spots = _spots(conn, detail.cell)
        effect, effect_of = _effect(conn, spots, office_day(at))
        watch = watch_of(conn, detail.cell.spot.cell, detail.map.query.kind)
        return HotspotFile(
            detail,
            lines_of(conn, actor, detail.issues, at),
            tuple(Counter(f.issue.kind for f in detail.issues).most_common()),
            spots,
            _tried(conn, spots, at),
            _ends(conn, detail.issues),
            effect,
            effect_of,
            watch if watch and watch.is_on(at) else None,
        )


def _spots(conn: Connection, cell: HotCell) -> tuple[Place, ...]:
    from mapsvc.geo.local import distance_m

    spot, reach_m = cell.spot, cell.shape.length_m / 2 + _BEYOND_M
    west, south = spot.lon - 2 * reach_m * _METRE_DEG, spot.lat - 2 * reach_m * _METRE_DEG
    near = places.page(conn, _MOST_PLACES, box=(west, south, 2 * spot.lon - west, 2 * spot.lat - south))
    found = [
        (float(distance_m(spot.lon, spot.lat, p.location.lon, p.location.lat)), p.code, p)
        for p in near
        if p.location.lon is not None and p.location.lat is not None
    ]
    return tuple(place for far, _, place in sorted(found, key=lambda f: f[:2]) if far <= reach_m)


def _effect(conn: Connection, spots: Sequence[Place], today: date) -> tuple[PlaceEffect | None, Place | None]:
    for place in spots:
        where, turn = place.location, last_turn(conn, place.id)
        if turn is None or where.lon is None or where.lat is None:
            continue
        found = effect_around(conn, where.lon, where.lat, turn, today, place_id=place.id)
        if found:
            return found, place
    return None, None


def _ends(conn: Connection, found: Sequence[Found]) -> str:
    """What became of the reports' cases, in one sentence; empty while all are open."""
    cases = {f.case.id: f.case for f in found}
    closed = [c for c in cases.values() if c.state is CaseState.CLOSED]
    last = {c.id: checks[-1].result for c in closed if (checks := effects.of_case(conn, c.id))}
    if not closed:
        return ""
    told = f"这{len(found)}件里办结了{len(closed)}件"
    if not last:
        return f"{told}，还没有回访过。"
    results = Counter(last.values())
    named = "，".join(f"{RESULT_NAMES[r]}{results[r]}件" for r in Result if r in results)
    return f"{told}，回访过{len(last)}件：{named}。"


def _tried(conn: Connection, spots: Sequence[Place], at: datetime) -> tuple[Tried, ...]:
    """Playbooks, notices and checks at its spots, the latest first."""
    found: list[Tried] = []
    for place in spots:
        found += _at_spot(conn, place, at)
    return tuple(sorted(found, key=lambda t: (t.day, t.words, t.ref), reverse=True))


def _at_spot(conn: Connection, place: Place, at: datetime) -> list[Tried]:
    runs = playbooks.runs_of(conn, place_id=place.id)
    named = playbooks.by_ids(conn, (r.playbook_id for r in runs))
    found = [
        Tried(
            office_day(run.started_at), f"用样板“{named[run.playbook_id].name}”",
            "还在做" if run.is_on else f"{_until(run.ended_at)}收尾", "place", place.code, run.is_on,
        )
        for run in runs
    ]  # fmt: skip
    for notice in notices.of(conn, place_id=place.id):
        is_up = notice.taken_down_at is None and notice.until_day >= office_day(at)
        state = "还贴着" if is_up else "撤下了" if notice.taken_down_at else "过了期"
        found.append(Tried(notice.from_day, f"贴提示“{notice.title}”", state, "notice", notice.id, is_up))
    for check in effects.of_place(conn, place.id):
        words = f"回访：{RESULT_NAMES[check.result]}"
        found.append(Tried(office_day(check.at), words, place.name, "place", place.code))
    return found


def _until(at: datetime | None) -> str:
    day = office_day(at) if at else None
    return f"{day.month}月{day.day}日" if day else ""
