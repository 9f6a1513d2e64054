"""Reads the public files of team orienteering, with and without time windows, as their authors measure distances."""

import csv
import math
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What the arithmetic of tenths and hundredths in binary may lose.
_EXACT = 1e-9


@dataclass(frozen=True)
class Instance:
    """Nodes 0 … n + 1: where everybody sets out, the n tasks, where everybody ends; all times in the file's unit."""

    name: str
    distance: list[list[float]]
    service: list[float]
    prize: list[float]
    window: list[tuple[float, float]]
    horizon: float

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return len(self.prize) - 2

    def faults(self, routes: list[list[int]], vehicles: int) -> list[str]:
        """What is wrong with routes of tasks (1 … n): too many, twice the same, too late at a task or at the end."""
        found = [f"{len(routes)} routes for {vehicles}"] if len(routes) > vehicles else []
        every = [i for route in routes for i in route]
        if len(set(every)) < len(every) or not set(every) <= set(range(1, self.tasks + 1)):
            found.append("a task twice, or none of this file")
        for route in routes:
            at, here = 0.0, 0
            for there in [*route, self.tasks + 1]:
                at = max(at + self.service[here] + self.distance[here][there], self.window[there][0])
                if at > self.window[there][1] + _EXACT * self.horizon:
                    found.append(f"too late at {there}")
                here = there
        return found

    def collected(self, routes: list[list[int]]) -> float:
        """Prizes of the tasks of these routes."""
        return sum(self.prize[i] for route in routes for i in route)


def folder() -> Path:
    """Where the files are: MAPSVC_SHARED, or a folder `shared` beside the repository."""
    return Path(os.environ.get("MAPSVC_SHARED", ROOT.parent / "shared")) / "data/toptw"


def best_known() -> list[tuple[str, int, float]]:
    """Name, vehicles and best value known of every instance that is measured."""
    with (folder() / "best_known.csv").open(encoding="utf-8") as file:
        return [(row["instance"], int(row["vehicles"]), float(row["best_known"])) for row in csv.DictReader(file)]


def find(name: str) -> Path:
    """The file of an instance.

    Raises
    ------
    FileNotFoundError
        No folder has it.
    """
    return next(iter(sorted(folder().glob(f"*/{name}.txt"))), None) or _missing(name)


def _missing(name: str) -> Path:
    raise FileNotFoundError(f"{name}.txt is not below {folder()}")


def read(path: Path) -> Instance:
    """Read a file of Chao (n, m, tmax first), of Solomon (distances floored to 0.1) or of Cordeau (to 0.01)."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return _chao(path.stem, rows) if rows[0][0] == "n" else _windows(path.stem, rows)


def _chao(name: str, rows: list[list[str]]) -> Instance:
    tmax = float(rows[2][1])
    nodes = [(float(x), float(y), float(s)) for x, y, s in (row[:3] for row in rows[3:])]
    first, *between, last = nodes
    nodes = [first, *between, last]
    distance = [[math.hypot(a[0] - b[0], a[1] - b[1]) for b in nodes] for a in nodes]
    prize = [0.0, *(s for _, _, s in between), 0.0]
    return Instance(name, distance, [0.0] * len(nodes), prize, [(0.0, tmax)] * len(nodes), tmax)


def _windows(name: str, rows: list[list[str]]) -> Instance:
    """Tables of number, x, y, service, prize, frequency, combinations and their list, opening and closing."""
    decimals = 2 if name.lower().startswith("pr") or rows[0][0] == "5" else 1
    nodes = [[float(v) for v in row] for row in rows[2:]]
    nodes = [*nodes, nodes[0]]
    distance = [[_floored(math.hypot(a[1] - b[1], a[2] - b[2]), decimals) for b in nodes] for a in nodes]
    horizon = nodes[0][-1]
    return Instance(
        name, distance, [n[3] for n in nodes], [n[4] for n in nodes],
        [(n[-2] if n[-1] else 0.0, n[-1] or horizon) for n in nodes], horizon,
    )  # fmt: skip


def _floored(value: float, decimals: int) -> float:
    return math.floor(value * 10**decimals + _EXACT) / 10**decimals
