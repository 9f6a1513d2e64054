"""很久没走的路: runs of pavement nobody came by for long, so that no place is forgotten."""

from dataclasses import replace

from mapsvc.domain.coverage import GROWS_DAYS, PART_OF_SHIFT, pressing
from mapsvc.domain.demand import Weights
from mapsvc.operations.demands.gathering import Gathering
from mapsvc.operations.stale_runs import stale_runs

_BEFORE_IT = ("special", "promise", "issue")


def add(g: Gathering) -> None:
    """A few runs due in this part of the day, to be walked along; without the streets there are none."""
    if g.gazetteer is None:
        return
    for run in stale_runs(g.conn, g.gazetteer, g.day, PART_OF_SHIFT[g.shift], g.runs, g.walked):
        stop = g.at_point(f"along:{run.id}", run.label, run.lon, run.lat, run.street, None, run.side)
        stop.stretch, stop.also = run.pavement, [f"cell:{name}" for name in run.segments]
        g.add(stop, "coverage", run.text, days_late=min(run.due.days, GROWS_DAYS))
        reason = stop.reasons.pop()
        # What has waited longest presses, or a short-handed team would never come by.
        worth = reason.points + (pressing(run.due.days) if run.is_oldest and reason.points else 0)
        stop.reasons.append(replace(reason, points=min(worth, most_points(g.weights))))


def most_points(weights: Weights) -> int:
    """An empty pavement counts less than what somebody waits for, however the office weighs that."""
    return min(
        (weights[code].points - 1 for code in _BEFORE_IT if weights[code].points), default=weights["call"].points
    )
