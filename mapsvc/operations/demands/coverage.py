"""很久没走的路: stretches nobody came by for long, so that no place is forgotten."""

from dataclasses import replace

from mapsvc.domain.coverage import PART_OF_SHIFT
from mapsvc.operations import coverage
from mapsvc.operations.demands.gathering import Gathering


def add(g: Gathering) -> None:
    """The stretches due longest in this part of the day, to be walked along; without the streets there are none."""
    if g.gazetteer is None:
        return
    for stale in coverage.stale(g.conn, g.gazetteer, g.day, PART_OF_SHIFT[g.shift]):
        stop = g.at_point(f"cell:{stale.id}", stale.label, stale.lon, stale.lat, stale.street, None, stale.side)
        stop.stretch = stale.pavement
        g.add(stop, "coverage", stale.due.text, days_late=stale.due.days)
        if stale.pressing and stop.points:
            # What has waited longest goes before other errands, or a short-handed team would never come by.
            reason = stop.reasons.pop()
            stop.reasons.append(replace(reason, points=reason.points + stale.pressing))
