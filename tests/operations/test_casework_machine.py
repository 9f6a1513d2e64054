"""Random people make 2,000 random moves: no illegal state, no lost step, honest clocks, no secret told."""

from __future__ import annotations

from mapsvc.operations.workspace import Workspace
from tests.support.casework_rules import tell
from tests.support.clock import FixedClock

STEPS = {"sqlite": 2_000, "postgres": 2_000}
SEED = {"sqlite": 1, "postgres": 2}


def test_what_must_hold_holds_after_every_step(workspace: Workspace, clock: FixedClock, database_kind: str) -> None:
    steps = STEPS[database_kind]
    machine = tell(workspace, clock, SEED[database_kind], steps)
    assert len(machine.did) > 20, machine.did
    assert sum(machine.did.values()) > steps / 3
