"""`make faults`: random people make 20,000 random moves on cases; after every step what must hold is looked at again.

    python -m tests.faults.casework [--steps 20000] [--stories 8] [--seed 1]

Several stories, each with its own seed and an empty store. Prints what was done and what was refused; a fault stops it
with the seed of its story.
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from mapsvc.config import Settings
from mapsvc.operations.workspace import Workspace
from mapsvc.store.database import Database
from tests.support.casework_machine import Machine
from tests.support.casework_rules import tell
from tests.support.clock import FixedClock


def story(seed: int, steps: int) -> Machine:
    """One story from an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        clock = FixedClock()
        database = Database.open(data, "")
        try:
            return tell(Workspace(Settings(data=data), data, database, clock), clock, seed, steps)
        finally:
            database.close()


def main(argv: list[str] | None = None) -> int:
    """Tell the stories; 1 if something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--stories", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    did: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for seed in range(args.seed, args.seed + args.stories):
        try:
            machine = story(seed, args.steps // args.stories)
        except AssertionError:
            print(f"story {seed} broke", file=sys.stderr)
            raise
        did += machine.did
        refused += machine.refused
    print(f"{sum(did.values()) + sum(refused.values())} steps, {sum(refused.values())} refused, all laws held")
    for name, n in sorted(did.items()):
        print(f"{name:20} {n:6}")
    for name, n in sorted(refused.items()):
        print(f"  refused {name:45} {n:6}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
