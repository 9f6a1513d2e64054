"""What stands behind the number of one cell: its reports, what happened around, how its word came about."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.hotspots import LEAST_EPISODES, band_of, source_words, window_words
from mapsvc.domain.issues import ISSUE_SOURCE_NAMES
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.times import OFFICE_ZONE, day_start
from mapsvc.errors import NotFound
from mapsvc.operations.hotspots import PATCHES, HotCell, HotspotMap, HotspotQuery, hotspot_map, short
from mapsvc.operations.workspace import Workspace
from mapsvc.store import context_events as store_context_events
from mapsvc.store import issues as store_issues
from mapsvc.store.issues import Found

_PART_OF_DAY_H = 3
# All there can be of a cell: its neighbourhood, its own past, the others.
_CHANCES = 3


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


def _context(conn: Connection, whole: HotspotMap, cell: HotCell) -> tuple[str, ...]:
    """诱因 that reach into the cell during the window, in words."""
    from mapsvc.geo.local import distance_m

    end = day_start(whole.query.until + timedelta(days=1))
    events = store_context_events.going_on(conn, day_start(whole.since), end)
    reach_m = cell.shape.length_m / 2
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
    own = (
        f"只和自己的过去比：要是一切照旧，碰巧差这么多的机会是{_percent(s.p_usual)}。"
        if whole.history_windows
        else f"和其他各处比：要是这里和别处一样，碰巧差这么多的机会是{_percent(s.p_usual)}。"
    )
    told = (
        f"时间窗：{_day(whole.since)}到{_day(whole.query.until)}，{window_words(whole.days)}{_chosen(whole)}。",
        f"这里共{s.count}件{source_words(s.sources)}，分布在{s.report_days}天；"
        f"同一类、50米内、第一次上报起72小时内的合并后是{s.episodes}起。{_set_aside(whole)}",
        _compared(whole, cell),
        history,
    )
    if whole.query.cells == PATCHES:
        return *told, own, f"同时比了{len(whole.cells)}片，按错报比例校正后q={short(s.q)}：{words}片区太少，不比聚集。"
    return (
        *told,
        f"和左右相邻的路段一起看，z={s.z:.2f}；全街{whole.n}起随意洗牌，碰巧聚成（或空成）这样的机会是{_percent(s.p)}。",
        own,
        *_beside_others(whole, cell),
        f"{whole.asked}个机会取最小的，乘以{whole.asked}"
        f"（多和少两头都算了）；同时查了{len(whole.cells)}处，"
        f"按错报比例校正后q={short(s.q)}：{words}",
    )


def _beside_others(whole: HotspotMap, cell: HotCell) -> tuple[str, ...]:
    """The cell beside all the others, asked too where its own past is short."""
    if whole.asked < _CHANCES:
        return ()
    if cell.spot.p_others >= 1:
        return ("和其他各处比：这里和自己的过去差得不多，别处再少也不算，这一项不用。",)
    return (f"和其他各处比：要是这里和别处一样，碰巧差这么多的机会是{_percent(cell.spot.p_others)}。",)


def _set_aside(whole: HotspotMap) -> str:
    """What was left out of the whole map before counting."""
    if not whole.placeholders:
        return ""
    return f"另有{whole.placeholders}件落在不是真实位置的坐标上（一个点上堆了各种不相干的事），放在一边，没有算。"


def _compared(whole: HotspotMap, cell: HotCell) -> str:
    """Which of the episodes were compared, and why those."""
    if whole.voiced:
        return (
            "巡查走到哪里，哪里看到的就多，所以只拿居民、商户等说过的来比："
            f"这里{cell.spot.tested}起，全街{whole.n}起；巡查看到的{cell.spot.patrol}件只写出来，不参加比。"
        )
    return (
        f"不算巡查，说过的不够{LEAST_EPISODES}起，所以连巡查看到的一起比：这里{cell.spot.tested}起，全街{whole.n}起。"
    )


def _chosen(whole: HotspotMap) -> str:
    """Why this window, if nobody asked for it."""
    if whole.query.days is not None:
        return ""
    return (
        f"（最短的、够{LEAST_EPISODES}起的时间窗）" if whole.speaks else f"（最长的时间窗，还不到{LEAST_EPISODES}起）"
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _percent(p: float) -> str:
    return "不到万分之一" if p < 1e-4 else f"{p:.2%}"
