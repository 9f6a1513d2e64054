"""投屏: the map of hot spots for a wall, all kinds and then those reported most; no names, no door by itself."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from mapsvc.domain.actors import Actor
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.permissions import Action, require
from mapsvc.operations.hotspot_events import load_events
from mapsvc.operations.hotspots import HotCell, HotspotMap, HotspotQuery, hotspot_map
from mapsvc.operations.workspace import Workspace

_MOST_KINDS, _MOST_CELLS = 5, 5
_LEAST_REPORTS = 5
_YEAR = timedelta(days=364)


@dataclass(frozen=True)
class Slide:
    """One view: of which kind, the map, and the cells that stand out on it."""

    name: str
    map: HotspotMap
    cells: tuple[HotCell, ...]


def screen_slides(ws: Workspace, actor: Actor, query: HotspotQuery) -> tuple[Slide, ...]:
    """All kinds first, then the kinds reported most in a year; of a question for one kind that kind alone.

    Raises
    ------
    Forbidden, Refused
    """
    require(actor, Action.SEE_MAP)
    kinds = (query.kind,) if query.kind else (None, *_kinds(ws, query))
    return tuple(_slide(hotspot_map(ws, actor, replace(query, kind=kind))) for kind in kinds)


def _slide(found: HotspotMap) -> Slide:
    name = kind_of(found.query.kind).name if found.query.kind else "全部类别"
    said = [c for c in found.cells if c.shape.is_marked and c.spot.verdict.says_more]
    return Slide(name, found, tuple(said[:_MOST_CELLS]))


def _kinds(ws: Workspace, query: HotspotQuery) -> tuple[str, ...]:
    """Codes of the kinds reported most in the year before, with enough to look at."""
    with ws.read() as conn:
        events = load_events(ws, conn, query.until)
    since = (query.until - _YEAR).toordinal()
    counts = Counter(events.kind[events.day > since].tolist())
    ordered = sorted(counts.items(), key=lambda one: (-one[1], events.kind_labels[one[0]]))
    return tuple(events.kind_labels[code] for code, n in ordered[:_MOST_KINDS] if n >= _LEAST_REPORTS)
