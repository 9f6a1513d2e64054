"""一处突然多了: reports of one kind that came together in place and time."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.alerts import Candidate, Looked, Rule
from mapsvc.operations.detectors.seen import (
    SHOWN_WEEKS,
    Seen,
    few_words,
    kind_words,
    look_back,
    next_step,
    series_of,
    stretch_at,
    weeks_of,
)
from mapsvc.operations.workspace import Workspace
from mapsvc.store import bulk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.scan import Cluster, Scan

_LEAST_PAST = 8
"""Kinds with fewer episodes in the year before the last four weeks are not tested."""
_SHOWN_P = 0.2
_MANY, _DRAWS, _FEW_DRAWS = 400, 9999, 999
_STRETCH_M = 200.0


def look(ws: Workspace, conn: Connection, until: date, seed: int = 1) -> Looked:
    """Stretches where more of a kind was reported in the last days, up to four weeks, than the rest lets expect."""
    from mapsvc.analysis.scan import LONGEST_DAYS, METHOD, scan

    seen = look_back(ws, conn, until)
    tested, found = 0, []
    for code, kind in enumerate(seen.events.kind_labels):
        episodes = seen.of_kind(code)
        days = seen.events.day[episodes]
        past = int(((days <= seen.last - LONGEST_DAYS) & (days > seen.last - 365)).sum())
        if past < _LEAST_PAST:
            continue
        tested += 1
        draws = _DRAWS if len(days) <= _MANY else _FEW_DRAWS
        told = scan(seen.events.points[episodes], days, seen.last, draws=draws, seed=seed)
        if told.cluster is not None and told.p <= _SHOWN_P:
            found.append(_candidate(ws, conn, seen, episodes, kind, told, told.cluster))
    return Looked(Rule.OUTBREAK, tested, tuple(found), METHOD)


def _candidate(
    ws: Workspace, conn: Connection, seen: Seen, episodes: "NDArray[np.int64]", kind: str, told: "Scan", at: "Cluster"
) -> Candidate:
    import numpy as np

    members = episodes[at.members]
    reports = seen.reports_of(members)
    ids = seen.ids_of(reports)
    cell, label, ring = stretch_at(ws, *_middle(seen, members))
    shown = f"{label}一带"
    lon, lat = float(np.median(seen.events.lon[members])), float(np.median(seen.events.lat[members]))
    low, high = _interval(at.expected)
    evidence = {
        "method": told.method, "window": told.window, "n": told.n, "seed": told.seed, "draws": told.draws,
        "count": at.count, "expected": round(at.expected, 2), "interval": [low, high], "days": at.days,
        "radius_m": at.radius_m, "score": round(at.score, 2), "p_gumbel": told.p_gumbel,
        "series": _series(seen, episodes, at), "issue_ids": ids, "cell": cell, "label": shown, "ring": ring,
        "lon": round(lon, 6), "lat": round(lat, 6), "next": next_step(ws, conn, kind),
    }  # fmt: skip
    name, first = kind_words(kind), seen.until - timedelta(days=at.days - 1)
    place_id, location_id = _spot(conn, ids)
    return Candidate(
        Rule.OUTBREAK, _subject(kind, cell, at), f"{shown}：近{at.days}天{at.count}件{name}",
        _text(shown, name, at), told.p, first, seen.until, evidence, kind=kind, place_id=place_id,
        location_id=location_id,
    )  # fmt: skip


def _text(shown: str, name: str, at: "Cluster") -> str:
    usual = few_words(at.expected, "件")
    return f"{shown}近{at.days}天报了{at.count}件{name}，照这里和全街平时的样子，这些天该有{usual}。"


def _subject(kind: str, cell: str, at: "Cluster") -> str:
    """The same for later weeks of the same trouble: by stretch of street, else by square."""
    _, _, where = cell.partition(":25:")
    if where:
        street, side, chainage = where.rsplit("/", 2)
        return f"outbreak:{kind}:{street}/{side}/{int(float(chainage) // _STRETCH_M)}"
    x, y = (round(v / _STRETCH_M) for v in at.centre)
    return f"outbreak:{kind}:{x}/{y}"


def _middle(seen: Seen, members: "NDArray[np.int64]") -> tuple[float, float]:
    """The report nearest to the middle of all: it stands where reports are, not between two streets."""
    import numpy as np

    points = seen.events.points[members]
    far = np.hypot(*(points - np.median(points, axis=0)).T)
    x, y = points[int(far.argmin())]
    return float(x), float(y)


def _spot(conn: Connection, ids: list[str]) -> tuple[str | None, str | None]:
    """The place and the location where most of them are; among equals the first by id."""
    rows = bulk.rows_by_ids(conn, "issue", ids)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.location_id] = counts.get(row.location_id, 0) + 1
    most = min(counts, key=lambda one: (-counts[one], one))
    place_ids = sorted({row.place_id for row in rows if row.location_id == most and row.place_id})
    return (place_ids[0] if place_ids else None), most


def _interval(expected: float) -> tuple[float, float]:
    from scipy.stats import poisson

    low, high = poisson.ppf((0.05, 0.95), max(expected, 1e-9))
    return float(low), float(high)


def _series(seen: Seen, episodes: "NDArray[np.int64]", at: "Cluster") -> list[dict[str, object]]:
    """Weeks within the circle, and what its share of all reports of the kind would be."""
    import numpy as np

    points, days = seen.events.points[episodes], seen.events.day[episodes]
    inside = np.hypot(*(points - np.array(at.centre)).T) <= at.radius_m + 1e-9
    here = weeks_of(days[inside], seen.last, SHOWN_WEEKS)
    everywhere = weeks_of(days, seen.last, SHOWN_WEEKS)
    year = days > seen.last - 365
    share = float((inside & year).sum()) / max(1, int(year.sum()))
    return series_of(seen.until, here.tolist(), (everywhere * share).tolist())
