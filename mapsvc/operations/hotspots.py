"""Where there is more than usual: cells with their numbers, words, and the reports behind them."""

from collections import Counter, OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from mapsvc.domain.actors import Actor
from mapsvc.domain.hotspots import WINDOW_WEEKS, Hotspot, Verdict, band_of, judge, sentence, window_words
from mapsvc.domain.issues import ISSUE_SOURCE_NAMES
from mapsvc.domain.kinds import find_kind, kind_of
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import OFFICE_ZONE, day_start, office_day
from mapsvc.errors import NotFound, Refused
from mapsvc.operations.hotspot_cells import CellShape, cells_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import context_events as store_context_events
from mapsvc.store import issues as store_issues
from mapsvc.store import revisions as store_revisions
from mapsvc.store.issues import Found, Wanted
from mapsvc.store.snapshots import PointColumns, load_issues

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mapsvc.analysis.hotspots import HotspotResult

STREET_CELLS = "street:25"
PATCHES = "patches"
METHOD_OF_PATCHES = "counts.rates+usual.negative_binomial,bh"
_KEPT_MAPS = 8
_PART_OF_DAY_H = 3


@dataclass(frozen=True)
class HotspotQuery:
    """What is asked.

    Attributes
    ----------
    until : date
        Last day of the window.
    kind : str or None
        Code of one kind; None takes all.
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
    """A cell with its numbers and its outline (ring of lon, lat)."""

    spot: Hotspot
    label: str
    side: str
    length_m: float
    street: str | None
    house_number: int | None
    ring: tuple[tuple[float, float], ...]
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
        "expected": round(s.expected, 2),
        "verdict": s.verdict.value,
        "z": round(s.z, 3),
        "p": _short(s.p),
        "p_usual": _short(s.p_usual),
        "q": _short(s.q),
        "band": s.band,
        "enough": s.enough,
        "type": s.kind_of_spot,
        "priority": s.priority,
        "text": s.text,
        "label": cell.label,
        "side": cell.side,
        "length_m": cell.length_m,
    }


def _short(p: float) -> float:
    return float(f"{p:.3g}")


_maps: OrderedDict[tuple[object, ...], HotspotMap] = OrderedDict()
_lock = Lock()


def hotspot_map(ws: Workspace, actor: Actor, query: HotspotQuery) -> HotspotMap:
    """Compare every cell with what is usual there; kept until an issue changes.

    Raises
    ------
    Refused
        An unknown kind or kind of cells, a window out of bounds.
    """
    require(actor, Action.SEE_MAP)
    _check(query)
    with ws.read() as conn:
        revision = store_revisions.read(conn)
        key = (str(ws.folder), ws.settings.database, revision.get("issues"), revision.get("shops"), query)
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


def _check(query: HotspotQuery) -> None:
    if query.kind is not None and find_kind(query.kind) is None:
        raise Refused(f"没有叫“{query.kind[:40]}”的问题类别。", field="kind", code="unknown_kind")
    if query.days is not None and not 7 <= query.days <= 728:
        raise Refused(f"时间窗要在7到728天之间，写的是{query.days}天。", field="days", code="window")


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
        verdict = result.verdict[i]
        text = sentence(int(result.count[i]), float(result.expected[i]), result.days, verdict)
        text += _rate_words(int(result.count[i]), shape.shops)
        spot = Hotspot(
            shape.id, shape.lon, shape.lat, int(result.count[i]), int(result.report_days[i]), int(result.episodes[i]),
            float(result.expected[i]), verdict, float(result.z[i]), float(result.p[i]),
            float(result.p_usual[i]), float(result.q[i]),
            int(result.band[i]), bool(result.enough[i]), result.kind_of_spot[i], int(result.priority[i]), text,
        )  # fmt: skip
        behind = tuple(sorted(ids.get(i, ())))
        cells.append(
            HotCell(
                spot,
                shape.label,
                shape.side,
                shape.length_m,
                shape.street,
                shape.house_number,
                shape.ring,
                behind,
            )
        )
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
    return f"{widened}{window}{result.n}起，{len(standing_out)}{unit}比平时多，先看{standing_out[0].label}。"


def _of_patches(cells: list[HotCell]) -> str:
    more = [c.label for c in cells if c.spot.verdict.says_more]
    return f"{'、'.join(more[:3])}比平时多；" if more else "各片和平时差不多；"


@dataclass(frozen=True)
class CellDetail:
    """A cell with the very reports behind its number, and what they have in common."""

    map: HotspotMap
    cell: HotCell
    issues: tuple[Found, ...]
    sources: tuple[tuple[str, int], ...]
    mostly: str
    steps: tuple[str, ...]
    context: tuple[str, ...] = ()


def hotspot_cell(ws: Workspace, actor: Actor, query: HotspotQuery, cell_id: str) -> CellDetail:
    """The reports of one cell, their sources and hours, and how its word came about.

    Raises
    ------
    NotFound
        The map has no such cell.
    """
    whole = hotspot_map(ws, actor, query)
    cell = next((c for c in whole.cells if c.spot.cell == cell_id), None)
    if cell is None:
        raise NotFound("图上没有这个路段，可能换了分格方式，请回到地图重新点选。", code="unknown_cell")
    with ws.read() as conn:
        found = store_issues.found_by_ids(conn, cell.issue_ids) if cell.issue_ids else {}
        context = _context(conn, whole, cell)
    issues = tuple(sorted(found.values(), key=lambda f: (f.issue.happened_at, f.issue.id), reverse=True))
    sources = Counter(ISSUE_SOURCE_NAMES[f.issue.source] for f in issues)
    return CellDetail(whole, cell, issues, tuple(sources.most_common()), _mostly(issues), _steps(whole, cell), context)


def _context(conn: "Connection", whole: HotspotMap, cell: HotCell) -> tuple[str, ...]:
    """诱因 that reach into the cell during the window, in words."""
    from mapsvc.geo.local import distance_m

    end = day_start(whole.query.until + timedelta(days=1))
    events = store_context_events.going_on(conn, day_start(whole.since), end)
    reach_m = cell.length_m / 2
    return tuple(
        event.words(whole.query.until.year)
        for event in events
        if distance_m(cell.spot.lon, cell.spot.lat, event.lon, event.lat) <= (event.radius_m or 0) + reach_m
    )


def _mostly(issues: tuple[Found, ...]) -> str:
    """Hours and kind that most of the reports share, e.g. 19–22时,暴露垃圾9件; empty for few reports."""
    if len(issues) < 3:
        return ""
    kind, times = Counter(f.issue.kind for f in issues).most_common(1)[0]
    hours = [f.issue.happened_at.astimezone(OFFICE_ZONE).hour for f in issues]
    begin = max(range(24 - _PART_OF_DAY_H + 1), key=lambda h: (sum(h <= x < h + _PART_OF_DAY_H for x in hours), -h))
    held = sum(begin <= x < begin + _PART_OF_DAY_H for x in hours)
    part = f"{begin}–{begin + _PART_OF_DAY_H}时" if held * 2 >= len(hours) else ""
    return "，".join(t for t in (part, f"{kind_of(kind).short_name}{times}件") if t)


def _steps(whole: HotspotMap, cell: HotCell) -> tuple[str, ...]:
    """怎么算的, step by step in plain words."""
    s = cell.spot
    history = (
        f"往前{whole.history_windows:.1f}个同样长的时段里，这里平均每段约{s.expected:.1f}件，就是“平时”。"
        if whole.history_windows
        else f"更早的记录不够一个时段，“平时”按全街平均每处约{s.expected:.1f}件算。"
    )
    level = band_of(s.q)
    words = f"过了{level}%这一档。" if level else "没过90%这一档。"
    own = f"只和自己的过去比：要是一切照旧，碰巧有这么多的机会是{_percent(s.p_usual)}。"
    told = (
        f"时间窗：{_day(whole.since)}到{_day(whole.query.until)}，{window_words(whole.days)}"
        + (f"（最短的、够{30}起的时间窗）。" if whole.query.days is None else "。"),
        f"这里共{s.count}件，分布在{s.report_days}天；同一类、50米内、3天内的重复上报合并后是{s.episodes}起。",
        history,
    )
    if whole.query.cells == PATCHES:
        return *told, own, f"同时比了{len(whole.cells)}片，按错报比例校正后q={_short(s.q)}：{words}片区太少，不比聚集。"
    return (
        *told,
        f"和左右相邻的路段一起看，z={s.z:.2f}；全街{whole.n}起随意洗牌，碰巧聚成这样的机会是{_percent(s.p)}。",
        own,
        f"两个机会取小的（乘以2），同时查了很多路段，按错报比例校正后q={_short(s.q)}：{words}",
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _percent(p: float) -> str:
    return "不到万分之一" if p < 1e-4 else f"{p:.2%}"


def today_query(ws: Workspace) -> HotspotQuery:
    """The map as it stands on opening: all kinds, street segments, up to today."""
    return HotspotQuery(until=office_day(ws.clock()))


def widened(query: HotspotQuery) -> HotspotQuery:
    """The same question over a year: what 说不准 offers in one click."""
    return replace(query, days=WINDOW_WEEKS[-1] * 7)


def reports_filter(whole: HotspotMap) -> Wanted:
    """The filter under which a list shows the reports of this map's window."""
    return Wanted(since=day_start(whole.since).astimezone(UTC), until=day_start(whole.query.until + timedelta(days=1)))
