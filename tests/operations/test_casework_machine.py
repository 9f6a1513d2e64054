"""Random people make 2,000 random moves: no illegal state, no lost step, honest clocks, no secret told."""

from __future__ import annotations

from mapsvc.operations.workspace import Workspace
from tests.support.casework_rules import tell
from tests.support.clock import FixedClock

STEPS, SEED = 2_000, 1


def test_what_must_hold_holds_after_every_step(workspace: Workspace, clock: FixedClock) -> None:
    machine = tell(workspace, clock, SEED, STEPS)
    assert len(machine.did) > 20, machine.did
    assert sum(machine.did.values()) > STEPS / 3
