"""Numbers over the snapshot of issues: open and overdue now and a week ago, per kind, and new ones per week."""

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.actors import Actor
from mapsvc.domain.times import day_start, iso, office_day
from mapsvc.maps.mercator import Ints
from mapsvc.maps.query import Box
from mapsvc.maps.snapshots import Mask, Snapshot
from mapsvc.maps.sources.ask import Ask
from mapsvc.maps.sources.issues import Issues
from mapsvc.maps.sources.points import identifiers
from mapsvc.operations import overview
from mapsvc.operations.cases import Picked
from mapsvc.store.snapshots import NEVER

ISSUES = Issues()


def summary(ask: Ask, actor: Actor) -> dict[str, Any]:
    """The three numbers of the panel for what lies in the box, each with what it is compared with."""
    snapshot, box = ISSUES.snapshot(ask), ask.query.bbox
    inside = _inside(snapshot, box)
    before_at, label = overview.week_before(ask.at)
    open_ = overview.Compared(
        int((_open_at(snapshot, ask.at) & inside).sum()), int((_open_at(snapshot, before_at) & inside).sum()), label
    )
    overdue = overview.Compared(
        int((_overdue_at(snapshot, ask.at) & inside).sum()),
        int((_overdue_at(snapshot, before_at) & inside).sum()),
        label,
    )
    visited = overview.visited(ask.ws, actor, ask.at, box)
    return {
        "as_of": iso(ask.at),
        "open": vars(open_),
        "overdue": vars(overdue),
        "visited": vars(visited),
    }


def open_by_kind(ask: Ask) -> dict[str, int]:
    """How many issues of each kind are open now, in the box of the question."""
    snapshot = ISSUES.snapshot(ask)
    chosen = _open_at(snapshot, ask.at) & _inside(snapshot, ask.query.bbox)
    category = snapshot.columns.categories["kind"]
    counts = np.bincount(category.code[chosen], minlength=len(category.labels))
    return {label: int(n) for label, n in zip(category.labels, counts, strict=False) if n}


def weeks(ask: Ask) -> dict[str, Any]:
    """New issues per week of the span (26 weeks up to now), and the usual of a week before the newest eight."""
    snapshot = ISSUES.snapshot(ask)
    default_since, default_until = overview.default_span(ask.at)
    since, until = ask.query.since or default_since, ask.query.until or default_until
    mondays = overview.mondays(office_day(since), office_day(until - overview.WEEK / 10_000))
    chosen = _filtered(ask, snapshot) & _inside(snapshot, ask.query.bbox)
    happened = np.sort(snapshot.time("happened")[chosen])
    earlier = overview.usual_span(mondays[max(0, len(mondays) - overview.CHOSEN_WEEKS)])
    return {
        "weeks": [
            {"start": monday.isoformat(), "count": n}
            for monday, n in zip(mondays, _per_week(happened, mondays), strict=True)
        ],
        "expected": overview.usual_per_week(_per_week(happened, earlier)),
    }


def due_first(ask: Ask, limit: int) -> Picked:
    """Issues of the question, the next due first, then those whose clock does not run, the latest reported first.

    Parameters
    ----------
    ask : Ask
        Its states are `open` or states of cases.
    limit : int
        Of a page; one more is picked if there are more.
    """
    snapshot, query = ISSUES.snapshot(ask), ask.query
    chosen = _filtered(ask, snapshot) & _inside(snapshot, query.bbox)
    happened, due = snapshot.time("happened"), snapshot.time("due")
    if query.since:
        chosen &= happened >= int(query.since.timestamp())
    if query.until:
        chosen &= happened < int(query.until.timestamp())
    runs = (due != NEVER) & (snapshot.time("paused") == NEVER)
    first = _least(snapshot, chosen & runs, due, limit + 1)
    rest = _least(snapshot, chosen & ~runs, -happened, limit + 1 - len(first), ids_down=True)
    return Picked(tuple(identifiers(snapshot, np.concatenate((first, rest)))), int(chosen.sum()))


def _least(snapshot: Snapshot, mask: Mask, key: Ints, n: int, *, ids_down: bool = False) -> NDArray[np.intp]:
    """The `n` points of a mask with the least key, in order; of equals by id."""
    index = np.flatnonzero(mask)
    if n < len(index):
        bound = np.partition(key[index], n)[n]
        index = index[key[index] <= bound]
    by_id = np.argsort(snapshot.columns.ids[index], kind="stable")
    index = index[by_id[::-1] if ids_down else by_id]
    return index[np.argsort(key[index], kind="stable")][:n]


def _per_week(happened: Any, mondays: list[Any]) -> list[int]:
    edges = [int(day_start(monday).timestamp()) for monday in [*mondays, mondays[-1] + overview.WEEK]]
    found: list[int] = np.diff(np.searchsorted(happened, edges)).tolist()
    return found


def _filtered(ask: Ask, snapshot: Snapshot) -> Mask:
    query = ask.query
    chosen = np.ones(len(snapshot), dtype=bool)
    for name, values in (("kind", query.kinds), ("source", query.sources), ("worker", query.workers)):
        if values:
            chosen &= snapshot.is_one_of(name, values)
    if query.states:
        chosen &= ISSUES.in_states(snapshot, query.states, ask.at)
    return chosen


def _open_at(snapshot: Snapshot, at: datetime) -> Mask:
    """Reported and not yet closed at that time."""
    then = int(at.timestamp())
    return (snapshot.time("happened") <= then) & (snapshot.time("closed") > then)


def _overdue_at(snapshot: Snapshot, at: datetime) -> Mask:
    """Open and past its time then; of a suspended case the time counts up to its suspension."""
    stopped = np.minimum(snapshot.time("paused"), int(at.timestamp()))
    late: Mask = stopped > snapshot.time("due")
    return _open_at(snapshot, at) & late


def _inside(snapshot: Snapshot, box: Box | None) -> Mask:
    if box is None:
        return np.ones(len(snapshot), dtype=bool)
    west, south, east, north = box
    lon, lat = snapshot.columns.lon, snapshot.columns.lat
    inside: Mask = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside
