"""Where there is more than usual: cells, numbers, words; kept until an issue, a door or a patch changes."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from mapsvc.domain.actors import Actor
from mapsvc.domain.hotspots import WINDOW_WEEKS, Hotspot, Verdict, band_of, judge, sentence, window_words
from mapsvc.domain.kinds import kind_named
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import OFFICE_ZONE, day_start
from mapsvc.errors import Refused
from mapsvc.operations.hotspot_cells import CellShape, cells_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import revisions as store_revisions
from mapsvc.store.snapshots import PointColumns, load_issues

if TYPE_CHECKING:
    from mapsvc.analysis.hotspots import HotspotResult

STREET_CELLS = "street:25"
PATCHES = "patches"
METHOD_OF_PATCHES = "counts.rates+usual.negative_binomial,bh"
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
    """All cells that say something, the strongest first, and what they rest on."""

    query: HotspotQuery
    days: int
    method: str
    n: int
    seed: int
    speaks: bool
    history_windows: float
    sentence: str
    cells: tuple[HotCell, ...]

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
        "report_days": s.report_days,
        "episodes": s.episodes,
        "expected": s.expected,
        "verdict": s.verdict.value,
        "z": round(s.z, 3),
        "p": short(s.p),
        "p_usual": short(s.p_usual),
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
        key = (str(ws.folder), ws.settings.database, revision["hotspots"], revision["patches"], query)
        with _lock:
            if (kept := _maps.get(key)) is not None:
                _maps.move_to_end(key)
                return kept
        columns = load_issues(conn, query.until)
    made = _compute(ws, query, columns)
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


def _compute(ws: Workspace, query: HotspotQuery, columns: PointColumns) -> HotspotMap:
    import numpy as np

    from mapsvc.analysis.hotspots import Reports, find_hotspots
    from mapsvc.geo.local import to_metres

    kinds = columns.categories["kind"]
    until_s = int(day_start(query.until + timedelta(days=1)).timestamp())
    rows = columns.times["happened"] < until_s
    if query.kind is not None:
        code = kinds.labels.index(query.kind) if query.kind in kinds.labels else -1
        rows &= kinds.code == code
    east, north = to_metres(columns.lon[rows], columns.lat[rows])
    points = np.stack([east, north], axis=1)
    # Epoch seconds to day numbers of the office: its zone has one offset through all of these years.
    offset_s = int(datetime.now(OFFICE_ZONE).utcoffset().total_seconds())  # type: ignore[union-attr]
    day = (columns.times["happened"][rows] + offset_s) // 86_400 + date(1970, 1, 1).toordinal()
    grid, index, shapes = cells_of(ws, query.cells, points)
    reports = Reports(points, day, kinds.code[rows].astype(np.int64), index)
    result = find_hotspots(grid, reports, query.until.toordinal(), days=query.days, seed=query.seed)
    if query.cells == PATCHES:
        result = _by_counts(result)
    in_window = (day > query.until.toordinal() - result.days) & (day <= query.until.toordinal())
    ids: dict[int, list[str]] = {}
    for cell, issue_id in zip(index[in_window].tolist(), columns.ids[rows][in_window].tolist(), strict=True):
        ids.setdefault(cell, []).append(issue_id.decode() if isinstance(issue_id, bytes) else issue_id)
    return _as_map(query, result, shapes, ids)


def _by_counts(result: "HotspotResult") -> "HotspotResult":
    """Patches are too few to ask which of them stand out together: each is compared with its own past alone."""
    import numpy as np

    from mapsvc.analysis.gistar import false_discovery_q

    q = false_discovery_q(result.p_usual) if len(result.p_usual) else result.p_usual
    verdict = tuple(
        judge(int(count), float(expected), band_of(float(own)), result.speaks)
        for count, expected, own in zip(result.count, result.expected, q, strict=True)
    )
    none, ones = np.zeros_like(result.z), np.ones_like(result.p)
    return replace(
        result, method=METHOD_OF_PATCHES, verdict=verdict, z=none, p=ones, q=q,
        band=np.zeros_like(result.band), enough=np.array([v is not Verdict.UNSURE for v in verdict], dtype=bool),
    )  # fmt: skip


def _rate_words(count: int, shops: int) -> str:
    """How many reports per hundred shops: what makes large and small patches comparable."""
    return f"，每百户约{round(100 * count / shops)}件" if shops and count else ""


def _as_map(
    query: HotspotQuery, result: "HotspotResult", shapes: tuple[CellShape, ...], ids: dict[int, list[str]]
) -> HotspotMap:
    cells = []
    for i, shape in enumerate(shapes):
        # Rounded once, so that sentence, picture and explanation say one number.
        verdict, expected = result.verdict[i], round(float(result.expected[i]), 2)
        text = sentence(int(result.count[i]), expected, result.days, verdict)
        text += _rate_words(int(result.count[i]), shape.shops)
        spot = Hotspot(
            shape.id, shape.lon, shape.lat, int(result.count[i]), int(result.report_days[i]), int(result.episodes[i]),
            expected, verdict, float(result.z[i]), float(result.p[i]),
            float(result.p_usual[i]), float(result.q[i]),
            int(result.band[i]), bool(result.enough[i]), result.kind_of_spot[i], int(result.priority[i]), text,
        )  # fmt: skip
        cells.append(HotCell(spot, shape, tuple(sorted(ids.get(i, ())))))
    order = {verdict: rank for rank, verdict in enumerate(Verdict)}
    cells.sort(key=lambda c: (order[c.spot.verdict], -c.spot.count, c.spot.priority or 10**9, c.spot.cell))
    overall = _overall(query, result, cells)
    return HotspotMap(
        query, result.days, result.method, result.n, result.seed, result.speaks, result.history_windows, overall,
        tuple(cells),
    )  # fmt: skip


def _overall(query: HotspotQuery, result: "HotspotResult", cells: list[HotCell]) -> str:
    """One sentence over the whole map: the window, how it was chosen, and what stands out."""
    window = window_words(result.days)
    if query.cells == PATCHES:
        return f"{window}{result.n}起，{_of_patches(cells)}片区太少，只和自己的平时比，不比聚集。"
    if not result.speaks:
        wider = "，可以放宽到近一年" if result.days < WINDOW_WEEKS[-1] * 7 else ""
        return f"{window}只有{result.n}起，说不准哪里比平时多{wider}。"
    standing_out = [c for c in cells if c.spot.verdict.says_more]
    widened = "" if query.days or result.days == WINDOW_WEEKS[0] * 7 else f"近{WINDOW_WEEKS[0]}周太少，放宽到"
    if not standing_out:
        return f"{widened}{window}{result.n}起，各处和平时差不多。"
    unit = "段" if query.cells.startswith("street") else "格"
    return f"{widened}{window}{result.n}起，{len(standing_out)}{unit}比平时多，先看{standing_out[0].shape.label}。"


def _of_patches(cells: list[HotCell]) -> str:
    more = [c.shape.label for c in cells if c.spot.verdict.says_more]
    return f"{'、'.join(more[:3])}比平时多；" if more else "各片和平时差不多；"
