"""Where there is more than usual: cells, numbers, words; kept until an issue, a door or a patch changes."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from mapsvc.domain.actors import Actor
from mapsvc.domain.changes import Change
from mapsvc.domain.hotspots import WINDOW_WEEKS, Hotspot, Verdict, sentence, window_words
from mapsvc.domain.issues import ISSUE_SOURCE_NAMES, IssueSource
from mapsvc.domain.kinds import kind_named
from mapsvc.domain.permissions import Action, require
from mapsvc.errors import Refused
from mapsvc.operations import priority
from mapsvc.operations.changes import types_by_cell
from mapsvc.operations.hotspot_cells import CellShape, cells_of
from mapsvc.operations.hotspot_events import Events, load_events
from mapsvc.operations.workspace import Workspace
from mapsvc.store import fits
from mapsvc.store import revisions as store_revisions

if TYPE_CHECKING:
    from mapsvc.analysis.hotspots import HotspotResult

STREET_CELLS = "street:25"
PATCHES = "patches"
_KEPT_MAPS = 8


@dataclass(frozen=True)
class HotspotQuery:
    """What is asked.

    Attributes
    ----------
    until : date
        Last day of the window.
    kind : str or None
        One kind, by code, name or synonym; None takes all.
    days : int or None
        Length of the window; None takes the shortest that can speak.
    cells : str
        ``street:25``, ``square:75`` (size in metres).
    """

    until: date
    kind: str | None = None
    days: int | None = None
    cells: str = STREET_CELLS
    seed: int = 1


@dataclass(frozen=True)
class HotCell:
    """A cell with its numbers, what it is called and how it is drawn, and the reports in the window."""

    spot: Hotspot
    shape: CellShape
    issue_ids: tuple[str, ...]


@dataclass(frozen=True)
class HotspotMap:
    """All cells that say something, the strongest first, and what they rest on.

    Attributes
    ----------
    n : int
        Episodes in the window that were compared.
    voiced : bool
        Only what somebody other than a patrol spoke of was compared; False: that is too little, all was.
    placeholders : int
        Reports of the window on coordinates that are nobody's place, set aside.
    asked : int
        How many chances were worked out for each cell.
    """

    query: HotspotQuery
    days: int
    method: str
    n: int
    seed: int
    speaks: bool
    history_windows: float
    sentence: str
    cells: tuple[HotCell, ...]
    voiced: bool = True
    placeholders: int = 0
    asked: int = 0

    @property
    def since(self) -> date:
        """First day of the window."""
        return self.query.until - timedelta(days=self.days - 1)

    def to_json(self) -> dict[str, Any]:
        """The answer of the contract."""
        return {
            "method": self.method,
            "window": {
                "days": self.days,
                "since": self.since.isoformat(),
                "until": self.query.until.isoformat(),
                "text": window_words(self.days),
            },
            "n": self.n,
            "seed": self.seed,
            "kind": self.query.kind,
            "cell_kind": self.query.cells,
            "enough": self.speaks,
            "compared": "voiced" if self.voiced else "all",
            "placeholders": self.placeholders,
            "sentence": self.sentence,
            "cells": [cell_json(cell) for cell in self.cells],
        }


def cell_json(cell: HotCell) -> dict[str, Any]:
    """One cell as the contract has it."""
    s = cell.spot
    return {
        "cell": s.cell,
        "lon": round(s.lon, 6),
        "lat": round(s.lat, 6),
        "count": s.count,
        "patrol": s.patrol,
        "sources": [{"name": name, "count": count} for name, count in s.sources],
        "report_days": s.report_days,
        "episodes": s.episodes,
        "expected": s.expected,
        "verdict": s.verdict.value,
        "z": round(s.z, 3),
        "p": short(s.p),
        "p_usual": short(s.p_usual),
        "p_others": short(s.p_others),
        "q": short(s.q),
        "band": s.band,
        "enough": s.enough,
        "type": s.kind_of_spot,
        "priority": s.priority,
        "text": s.text,
        "label": cell.shape.label,
        "side": cell.shape.side,
        "length_m": cell.shape.length_m,
    }


def short(p: float) -> float:
    """A probability to three digits."""
    return float(f"{p:.3g}")


_maps: OrderedDict[tuple[object, ...], HotspotMap] = OrderedDict()
_lock = Lock()


def hotspot_map(ws: Workspace, actor: Actor, query: HotspotQuery) -> HotspotMap:
    """Compare every cell with what is usual there; kept until an issue, a door or a patch changes.

    Raises
    ------
    Refused
        An unknown kind or kind of cells, a window out of bounds.
    """
    require(actor, Action.SEE_MAP)
    query = _checked(query)
    with ws.read() as conn:
        revision = store_revisions.read(conn)
        fit = fits.latest_id(conn, priority.NAME, query.until)
        key = (str(ws.folder), ws.settings.database, revision["hotspots"], revision["patches"], fit, query)
        with _lock:
            if (kept := _maps.get(key)) is not None:
                _maps.move_to_end(key)
                return kept
        events = load_events(ws, conn, query.until, query.kind)
    made = _compute(ws, query, events, types_by_cell(ws, actor, query.until, query.kind, query.cells))
    with _lock:
        _maps[key] = made
        while len(_maps) > _KEPT_MAPS:
            _maps.popitem(last=False)
    return made


def _checked(query: HotspotQuery) -> HotspotQuery:
    """The question with its kind by code."""
    if query.days is not None and not 7 <= query.days <= 728:
        raise Refused(f"时间窗要在7到728天之间，写的是{query.days}天。", field="days", code="window")
    return replace(query, kind=kind_named(query.kind).code) if query.kind else replace(query, kind=None)


def _compute(ws: Workspace, query: HotspotQuery, events: Events, types: Mapping[str, str] | None) -> HotspotMap:
    import numpy as np

    from mapsvc.analysis.hotspots import Reports, find_hotspots

    until = query.until.toordinal()
    placed = ~events.placeholder
    grid, of_placed, shapes = cells_of(ws, query.cells, events.points[placed])
    index = np.full(len(events), -1, dtype=np.int64)
    index[placed] = of_placed
    clean = events.clean()
    reports = Reports(events.points, events.day, events.kind, index, events.is_patrol, clean)
    result = find_hotspots(grid, reports, until, days=query.days, seed=query.seed)
    ranking = priority.rank_cells(
        ws, grid, shapes, index, events, query.until, kind=query.kind, clean=clean, with_patrols=not result.voiced,
        seed=query.seed,
    )  # fmt: skip
    result = replace(result, priority=ranking.rank)
    shown = events.take((index >= 0) & (events.day > until - result.days))
    cells = index[(index >= 0) & (events.day > until - result.days)].tolist()
    behind = [_Behind([], Counter()) for _ in shapes]
    for cell, issue_id, source in zip(cells, shown.id_texts(), shown.source.tolist(), strict=True):
        behind[cell].ids.append(issue_id)
        behind[cell].sources[ISSUE_SOURCE_NAMES[IssueSource(shown.source_labels[source])]] += 1
    return _as_map(query, _with_types(result, shapes, types), shapes, behind)


def _with_types(
    result: "HotspotResult", shapes: tuple[CellShape, ...], types: Mapping[str, str] | None
) -> "HotspotResult":
    """What each cell did over the periods; where the past is too short for that, what its windows let say."""
    known = {"chronic": Change.PERSISTENT.value, "new": Change.NEW.value}
    if types is None:
        return replace(result, kind_of_spot=tuple(known.get(kind, "") for kind in result.kind_of_spot))
    return replace(result, kind_of_spot=tuple(types.get(shape.id, "") for shape in shapes))


@dataclass(frozen=True)
class _Behind:
    """The reports behind a number: ids, and who reported how many."""

    ids: list[str]
    sources: Counter[str]

    @property
    def told(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(self.sources.items(), key=lambda pair: (-pair[1], pair[0])))


def _rate_words(count: int, shops: int) -> str:
    """How many reports per hundred shops: what makes large and small patches comparable."""
    return f"，每百户约{round(100 * count / shops)}件" if shops and count else ""


def _as_map(
    query: HotspotQuery, result: "HotspotResult", shapes: tuple[CellShape, ...], behind: list[_Behind]
) -> HotspotMap:
    cells = []
    for i, (shape, reports) in enumerate(zip(shapes, behind, strict=True)):
        # Rounded once, so that sentence, picture and explanation say one number.
        count, expected = int(result.count[i]), round(float(result.expected[i]), 2)
        verdict = result.verdict[i] if shape.is_marked or not result.verdict[i].says_more else Verdict.UNSURE
        text = sentence(count, expected, result.days, verdict, reports.told)
        text += _rate_words(count, shape.shops) + _why_unsure(result, i, verdict)
        spot = Hotspot(
            shape.id, shape.lon, shape.lat, count, int(result.report_days[i]), int(result.episodes[i]),
            expected, verdict, float(result.z[i]), float(result.p[i]),
            float(result.p_usual[i]), float(result.q[i]),
            int(result.band[i]), verdict is not Verdict.UNSURE, result.kind_of_spot[i], int(result.priority[i]), text,
            int(result.patrol[i]), int(result.tested[i]), reports.told, float(result.p_others[i]),
        )  # fmt: skip
        cells.append(HotCell(spot, shape, tuple(sorted(reports.ids))))
    order = {verdict: rank for rank, verdict in enumerate(Verdict)}
    cells.sort(key=lambda c: (order[c.spot.verdict], -c.spot.count, c.spot.priority or 10**9, c.spot.cell))
    overall = _overall(query, result, cells)
    return HotspotMap(
        query, result.days, result.method, result.n, result.seed, result.speaks, result.history_windows, overall,
        tuple(cells), result.voiced, result.placeholders, result.asked,
    )  # fmt: skip


def _why_unsure(result: "HotspotResult", i: int, verdict: Verdict) -> str:
    """What keeps a number that looks large from a word of more."""
    if verdict is not Verdict.UNSURE:
        return ""
    if result.verdict[i].says_more:
        return "，门面不到三户，不单独标"
    if result.speaks and not result.tested[i] and result.band[i]:
        return "，和隔壁是同一起"
    return "，多是巡查看到的" if result.voiced and 2 * int(result.patrol[i]) > int(result.count[i]) else ""


def _overall(query: HotspotQuery, result: "HotspotResult", cells: list[HotCell]) -> str:
    """One sentence over the whole map: the window, how it was chosen, and what stands out."""
    window = window_words(result.days)
    if query.cells == PATCHES:
        return f"{window}{result.n}起，{_of_patches(cells)}片区太少，只和自己的平时比，不比聚集。"
    if not result.speaks:
        wider = "，可以放宽到近一年" if result.days < WINDOW_WEEKS[-1] * 7 else ""
        return f"{window}只有{result.n}起，说不准哪里比平时多{wider}。"
    told = f"{window}{result.n}起" + ("" if result.voiced or not result.patrol.any() else "（连巡查看到的）")
    standing_out = [c for c in cells if c.spot.verdict.says_more]
    widened = "" if query.days or result.days == WINDOW_WEEKS[0] * 7 else f"近{WINDOW_WEEKS[0]}周太少，放宽到"
    if not standing_out:
        return f"{widened}{told}，各处和平时差不多。"
    unit = "段" if query.cells.startswith("street") else "格"
    return f"{widened}{told}，{len(standing_out)}{unit}比平时多，先看{standing_out[0].shape.label}。"


def _of_patches(cells: list[HotCell]) -> str:
    more = [c.shape.label for c in cells if c.spot.verdict.says_more]
    return f"{'、'.join(more[:3])}比平时多；" if more else "各片和平时差不多；"
