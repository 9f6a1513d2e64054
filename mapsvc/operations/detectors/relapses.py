"""好了又来: trouble that comes back to a place where it had been got rid of."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mapsvc.domain.alerts import Candidate, Looked, Rule
from mapsvc.operations.detectors.seen import (
    SHOWN_WEEKS,
    Seen,
    day_words,
    few_words,
    kind_words,
    look_back,
    next_step,
    series_of,
    stretch_at,
    weeks_of,
)
from mapsvc.operations.detectors.treated import Spot, Turn, spots
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.relapse import Relapse, Treated

REACH_M = 40.0
"""So far around a place its reports lie."""
PAST_DAYS = 84
"""So long before the treatment is what may come back counted."""
_CELL_M, _APART_M = 70.0, 120.0
_SHOWN_P = 0.2
_ONE_IN_DAYS = 56
"""A place with no more than one episode in so many days was quiet between two looks."""


@dataclass(frozen=True)
class _Asked:
    """A spot and a kind: the turn it is called by, the first day of quiet, the episodes around."""

    spot: Spot
    kind: str
    turn: Turn
    quiet_from: int
    here: "NDArray[np.int64]"


def look(ws: Workspace, conn: Connection, until: date, seed: int = 1) -> Looked:
    """Places that were got quiet, stayed quiet, and are reported again in the last days up to `until`."""
    from mapsvc.analysis.relapse import METHOD, relapse

    seen = look_back(ws, conn, until)
    around = spots(conn, until) if len(seen.events) else []
    tested, found = 0, []
    for spot in around:
        for asked in _asked(seen, spot):
            told = relapse(_treated(seen, asked, around), seen.last, seed=seed)
            if told is None:
                continue
            tested += 1
            if told.p <= _SHOWN_P:
                found.append(_candidate(ws, conn, seen, asked, told))
    return Looked(Rule.RELAPSE, tested, tuple(found), METHOD)


def _asked(seen: Seen, spot: Spot) -> list[_Asked]:
    """By kind what is to be asked of a spot; nothing where the last look found it as bad as ever."""
    near = _near(seen, spot)
    per_kind: dict[str, list[Turn]] = {}
    for turn in spot.turns:
        kind = _kind_of(seen, near, turn)
        if kind:
            per_kind.setdefault(kind, []).append(turn)
    found = []
    for kind, told in sorted(per_kind.items()):
        # Closing one more case ends no quiet and begins none where something was done about the place itself.
        turns = [turn for turn in told if not turn.is_of_case] or told
        here = near[seen.events.kind[near] == seen.events.kind_labels.index(kind)]
        if turns[-1].holds:
            first, named = _same_quiet(seen, turns, here)
            found.append(_Asked(spot, kind, named, first.ended.toordinal() + 1, here))
    return found


def _same_quiet(seen: Seen, turns: list[Turn], here: "NDArray[np.int64]") -> tuple[Turn, Turn]:
    """The first turn of the present quiet, and the one it is called by: what was done before that it was looked at."""
    days, first = seen.events.day[here], turns[-1]
    kept = [first]
    for turn in reversed(turns[:-1]):
        span = (first.ended - turn.ended).days
        between = int(((days > turn.ended.toordinal()) & (days <= first.ended.toordinal())).sum())
        if not turn.holds or between * _ONE_IN_DAYS > span:
            break
        first = turn
        kept.append(turn)
    return first, next((turn for turn in kept if turn.playbook), first)


def _near(seen: Seen, spot: Spot) -> "NDArray[np.int64]":
    """Episodes of any kind within reach."""
    import numpy as np

    x, y = _metres(spot)
    far = np.hypot(seen.events.points[:, 0] - x, seen.events.points[:, 1] - y)
    return np.flatnonzero(seen.voiced & (far <= REACH_M))


def _metres(spot: Spot) -> tuple[float, float]:
    from mapsvc.geo.local import to_metres

    return to_metres(spot.lon, spot.lat)


def _kind_of(seen: Seen, near: "NDArray[np.int64]", turn: Turn) -> str | None:
    """The kind it was meant for that was reported most around before it; None if none was."""
    labels, events = seen.events.kind_labels, seen.events
    before = events.kind[near[events.day[near] < turn.began.toordinal()]]
    counts = {kind: int((before == labels.index(kind)).sum()) for kind in turn.kinds or labels if kind in labels}
    best = max(sorted(counts), key=lambda kind: counts[kind], default=None)
    return best if best and counts[best] else None


def _treated(seen: Seen, asked: _Asked, around: list[Spot]) -> "Treated":
    """The place as the test sees it, with comparable places in the same weeks."""
    import numpy as np

    from mapsvc.analysis.relapse import RECENT_DAYS, Treated, comparable

    turned = min(asked.turn.began.toordinal(), asked.quiet_from)
    days = np.unique(seen.events.day[asked.here])
    before = int(((days >= turned - PAST_DAYS) & (days < turned)).sum())
    recent = seen.last - RECENT_DAYS + 1
    windows = [(turned - PAST_DAYS, turned), (asked.quiet_from, recent), (recent, seen.last + 1)]
    others = _elsewhere(seen, asked, around, windows)
    return Treated(days, turned - PAST_DAYS, turned, asked.quiet_from, *comparable(before, others))


def _elsewhere(
    seen: Seen, asked: _Asked, around: list[Spot], windows: list[tuple[int, int]]
) -> list[tuple[int, int, int]]:
    """Report-days of every other spot in the windows (from, before), but for those that something was done at."""
    import numpy as np

    from mapsvc.analysis.cells import square_cells

    code = seen.events.kind_labels.index(asked.kind)
    theirs = seen.of_kind(code)
    points, middle = seen.events.points[theirs], np.array(_metres(asked.spot))
    treated = np.array([_metres(spot) for spot in around if any(turn.playbook for turn in spot.turns)]).reshape(-1, 2)
    _, cell = square_cells(np.concatenate([points, treated]), _CELL_M)
    spoiled = set(cell[len(points) :].tolist()) | set(
        cell[: len(points)][np.hypot(*(points - middle).T) <= _APART_M].tolist()
    )
    days, cells = seen.events.day[theirs], cell[: len(points)]
    found = []
    for one in sorted(set(cells.tolist()) - spoiled):
        there = np.unique(days[cells == one])
        a, b, c = (int(((there >= first) & (there < end)).sum()) for first, end in windows)
        found.append((a, b, c))
    return found


def _candidate(ws: Workspace, conn: Connection, seen: Seen, asked: _Asked, told: "Relapse") -> Candidate:
    spot, kind = asked.spot, asked.kind
    back = asked.here[seen.events.day[asked.here] >= told.since]
    reports = seen.reports_of(back)
    voiced = reports[~seen.events.is_patrol[reports]]
    days = sorted(set(seen.events.day[voiced].tolist()))
    cell, label, ring = stretch_at(ws, *_metres(spot))
    evidence: dict[str, Any] = {
        "method": told.method, "window": told.window, "n": told.n, "seed": told.seed, "draws": told.draws,
        "count": told.count, "expected": round(told.expected, 2), "interval": [told.low, told.high],
        "before": round(told.before, 2), "quiet_days": told.quiet_days, "report_days": len(days),
        "since": date.fromordinal(told.since).isoformat(), "n_others": told.n_others, "score": round(told.score, 2),
        "treated_on": asked.turn.ended.isoformat(), "treated_by": asked.turn.words,
        "series": _series(seen, asked, told), "issue_ids": seen.ids_of(reports), "cell": cell,
        "label": spot.name or label, "ring": ring, "lon": round(spot.lon, 6), "lat": round(spot.lat, 6),
        "next": next_step(ws, conn, kind, used=asked.turn.playbook),
    }  # fmt: skip
    name = spot.name or label
    title = f"{name}：安静了{told.quiet_days}天，{kind_words(kind)}又来了"
    suffix = "" if spot.place_id else f":{kind}"
    return Candidate(
        Rule.RELAPSE, f"relapse:{spot.code}{suffix}", title, _text(name, kind, asked.turn, days, told, seen.until),
        told.p, date.fromordinal(told.since), seen.until, evidence, kind=kind, place_id=spot.place_id,
        shop_id=spot.shop_id, location_id=spot.location_id,
    )  # fmt: skip


def _text(name: str, kind: str, turn: Turn, days: list[int], told: "Relapse", until: date) -> str:
    since = date.fromordinal(told.since)
    head = f"{name}：{turn.words}，之后安静了{told.quiet_days}天，"
    head += f"{day_words(since, until.year)}起又有{len(days)}天有人报{kind_words(kind)}"
    # What is compared are days on which a trouble began, so that a long one that many tell of weighs no more.
    head += f"。一阵算一起，近{told.window}天{told.count}起"
    before = f"治理以前{told.window}天里有{few_words(told.before, '起')}"
    return f"{head}（安静的时候{told.window}天里{few_words(told.expected, '起')}，{before}）。"


def _series(seen: Seen, asked: _Asked, told: "Relapse") -> list[dict[str, Any]]:
    """Weeks around the spot, and what is expected of a quiet one."""
    counts = weeks_of(seen.events.day[asked.here], seen.last, SHOWN_WEEKS)
    return series_of(seen.until, counts.tolist(), [told.expected * 7 / told.window] * len(counts))
