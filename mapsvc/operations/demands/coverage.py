"""很久没走的路: runs of pavement nobody came by for long, so that no place is forgotten."""

from dataclasses import replace
from datetime import timedelta

from mapsvc.domain.coverage import GO_AFTER_DAYS, GO_EVERY_DAYS, GO_POINTS, GROWS_DAYS, PART_OF_SHIFT, going, pressing
from mapsvc.domain.demand import Weights
from mapsvc.operations.demands.gathering import Gathering
from mapsvc.operations.stale_runs import StaleRun, stale_runs
from mapsvc.store import patrols

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
        stop.reasons.append(replace(reason, points=_points(g, run, reason.points)))


def _points(g: Gathering, run: StaleRun, points: int) -> int:
    most = most_points(g.weights)
    if not run.is_oldest or not points:
        return min(points, most)
    if run.due.days >= GO_AFTER_DAYS and not _went_lately(g):
        # Or a short-handed team would never come to the far ends.
        return going(run.due.days)
    return min(points + pressing(run.due.days), most)


def _went_lately(g: Gathering) -> bool:
    """Whether a plan handed out in the days before went to what had waited longest."""
    before = patrols.handed_out(g.conn, g.day - timedelta(days=GO_EVERY_DAYS - 1), g.day - timedelta(days=1))
    stops = (stop for plan in before for route in plan.routes for stop in route.stops)
    return any(reason.code == "coverage" and reason.points >= GO_POINTS for stop in stops for reason in stop.reasons)


def most_points(weights: Weights) -> int:
    """An empty pavement counts less than what somebody waits for, however the office weighs that."""
    return min(
        (weights[code].points - 1 for code in _BEFORE_IT if weights[code].points), default=weights["call"].points
    )
