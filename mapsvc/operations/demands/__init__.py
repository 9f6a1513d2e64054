"""Why to go where: each source of demand adds its reasons to stops, one file per noun."""

from collections.abc import Callable

from mapsvc.operations.demands import campaigns, coverage, doors, issues, musts, pins, playbooks, silent, storms
from mapsvc.operations.demands.gathering import Gathering

Source = Callable[[Gathering], None]
SOURCES: tuple[Source, ...] = (
    doors.add,
    issues.add,
    storms.add,
    playbooks.add,
    pins.add,
    campaigns.add_calls,
    coverage.add,
    musts.add,
)
"""What asks for stops, in the order in which it is asked."""
RIDERS: tuple[Source, ...] = (silent.add, campaigns.add)
"""What rides on calls that are due anyway, and never asks for a stop of its own."""
