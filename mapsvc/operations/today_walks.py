"""What the phone takes along of today's patrols: my route as it was handed out, and how far its stops are apart."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import LonLat, Plan, Route, Shift, Skipped, Stop
from mapsvc.domain.times import office_day
from mapsvc.domain.walks import Walk
from mapsvc.operations.workspace import Workspace
from mapsvc.store import ids, patrols, walks
from mapsvc.store.patrols import KeptPlan

MOST_SKIPPED = 8
_NO_WAY_S = 86_400
Seconds = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class WalkToday:
    """My route of a plan that was handed out.

    Attributes
    ----------
    id : str
        Of my walking it, the same on whichever phone it is begun.
    skipped : tuple of Skipped
        Of what was left out, mine first; `left_out` are all there are.
    seconds : matrix of whole seconds
        Walking times between where I set out (row 0), the stops in their order, and where I end (last row); a stretch
        is come to at its begin and left at its end, as planned.
    stays : tuple of int
        Seconds at each stop, those of walking along a stretch included.
    walk : Walk or None
        What I have walked of it, as far as it has arrived.
    """

    id: str
    plan: Plan
    edition: int
    route: Route
    skipped: tuple[Skipped, ...]
    left_out: int
    seconds: Seconds
    stays: tuple[int, ...]
    walk: Walk | None

    @property
    def shops(self) -> frozenset[str]:
        """Codes of the doors on it."""
        return frozenset(stop.shop for stop in self.route.stops if stop.shop)


def walks_today(conn: Connection, ws: Workspace, actor: Actor, at: datetime) -> tuple[WalkToday, ...]:
    """My routes of today, one for each shift: of several plans the one handed out last."""
    if actor.person_id is None:
        return ()
    newest: dict[Shift, tuple[KeptPlan, Route]] = {}
    for kept in sorted(patrols.of_day(conn, office_day(at)), key=_handed_out):
        route = next((r for r in kept.carried.routes if r.worker == actor.name and r.stops), None)
        if kept.published_at is not None and route is not None:
            newest[kept.carried.shift] = (kept, route)
    mine = walks.of_plans(conn, actor.person_id, [kept.plan.id for kept, _ in newest.values()])
    return tuple(
        _walk_today(ws, actor, *newest[shift], mine.get(newest[shift][0].plan.id)) for shift in Shift if shift in newest
    )


def _handed_out(kept: KeptPlan) -> tuple[str, str]:
    return (kept.published_at.isoformat() if kept.published_at else "", kept.plan.id)


def _walk_today(ws: Workspace, actor: Actor, kept: KeptPlan, route: Route, walk: Walk | None) -> WalkToday:
    plan = kept.carried
    begin = route.start or plan.start or _first(route)
    end = route.end or begin
    come = (begin, *(s.stretch[0] if s.stretch else (s.lon, s.lat) for s in route.stops), end)
    leave = (begin, *(s.stretch[-1] if s.stretch else (s.lon, s.lat) for s in route.stops), end)
    streets = (None, *(s.street for s in route.stops), None)
    own = sorted(plan.skipped, key=lambda s: (s.keeper != actor.name, not s.is_must, -s.points, s.ref))
    return WalkToday(
        walk.id if walk else ids.of("walk", plan.id, actor.person_id), plan, kept.published_edition or 1, route,
        tuple(own[:MOST_SKIPPED]), len(own), _seconds(ws.settings.layers, come, leave, streets),
        tuple(_stay_s(stop) for stop in route.stops), walk,
    )  # fmt: skip


def _stay_s(stop: Stop) -> int:
    from mapsvc.geo.local import distance_m
    from mapsvc.patrol.problems import WALK_M_PER_S

    along = sum(float(distance_m(*a, *b)) for a, b in itertools.pairwise(stop.stretch))
    return round(stop.service_min * 60 + along / WALK_M_PER_S)


def _first(route: Route) -> LonLat:
    return route.stops[0].lon, route.stops[0].lat


@lru_cache(maxsize=64)
def _seconds(
    layers: Path | None, come: tuple[LonLat, ...], leave: tuple[LonLat, ...], streets: tuple[str | None, ...]
) -> Seconds:
    """Walking seconds between all pairs: the same every time, and asked for by each phone every quarter of an hour."""
    import numpy as np

    from mapsvc.geo.local import to_metres
    from mapsvc.operations.plans import network
    from mapsvc.patrol.problems import WALK_M_PER_S

    metres = np.array([to_metres(lon, lat) for lon, lat in (*come, *leave)], dtype=np.float64)
    n = len(come)
    apart = network(layers).walks(metres, (*streets, *streets)).distance_m[n:, :n] / WALK_M_PER_S
    np.fill_diagonal(apart, 0.0)
    # Where no way leads nobody is sent by a plan made anew on the phone.
    apart[~np.isfinite(apart)] = _NO_WAY_S
    return tuple(tuple(round(float(s)) for s in row) for row in apart)


def doors_on(found: Iterable[WalkToday]) -> frozenset[str]:
    """Codes of all doors on these routes."""
    return frozenset(code for one in found for code in one.shops)
