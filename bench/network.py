"""Walking distances between 200 stops in a city of 200,000 pavement corners: beside scipy alone, networkx, rustworkx.

Exactness first: 100 random parts of the city against the whole of it, some of whose shortest ways lead out of the part.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from scipy.sparse.csgraph import dijkstra

from bench import toptw_env
from bench.city import city, doors
from bench.table import show
from mapsvc.patrol.matrix import Matrix
from mapsvc.patrol.network import Network
from mapsvc.patrol.snapping import snap

STOPS, SNAPS = 200, 500
ROUNDS = 7
CLIPS, CLIP_STOPS = 100, 6
MARGINS_M = (100.0, 250.0, 500.0, 1000.0)
_SIDE = 172
_IN_TOWN, _AT_THE_RIVER, _REACH_M = (8_000.0, 4_000.0), (10_000.0, 8_600.0), 750.0
_AT_MOST, _SNAPS_AT_MOST = 1.5, 0.1


def cpu_s(act: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    began = time.process_time()
    act()
    return time.process_time() - began


def exact(network: Network) -> tuple[int, int]:
    """Hold random parts against the whole; returns how many asked beyond the part, and how many would err without."""
    rng = np.random.default_rng(3)
    asked = needed = 0
    corners = network.pavements.node_xy
    for k in range(CLIPS):
        middle = rng.uniform(1_000, 16_000, 2)
        if k % 2:
            middle[1] = rng.uniform(7_500, 9_700)
        stops = doors(corners, tuple(middle), float(rng.uniform(150, 900)), CLIP_STOPS, k)
        margin_m = float(rng.choice(MARGINS_M))
        part, full = (network.walks(stops, margin_m=m) for m in (margin_m, np.inf))
        assert np.array_equal(part.effort_m, full.effort_m), f"part {k} is not exact"
        assert np.array_equal(part.distance_m, full.distance_m), f"part {k} is not exact"
        matrix = Matrix(network.pavements, snap(network.pavements, stops), margin_m)
        asked += bool(matrix.is_beyond.any())
        needed += not np.array_equal(_part_alone(matrix), matrix.weight)
    return asked, needed


def _part_alone(matrix: Matrix) -> np.ndarray:
    """The weights where the part would be believed as it is."""
    cost = matrix.part.rows(np.arange(len(matrix.weight)))
    inside = np.minimum(*(cost[:, matrix.part.entry[:, k]] + matrix.doors.weight[:, k] for k in (0, 1)))
    return np.where(matrix.is_beyond, inside, matrix.weight)


def timed(network: Network, stops: np.ndarray, snaps: np.ndarray) -> tuple[float, float, float]:
    """Medians over rounds in turns: all walks, scipy on the part alone, the snaps."""
    matrix = Matrix(network.pavements, snap(network.pavements, stops))
    sources = np.arange(len(stops)) + len(matrix.part.kept)
    acts = (
        lambda: network.walks(stops),
        lambda: dijkstra(matrix.part.graph, indices=sources),
        lambda: snap(network.pavements, snaps),
    )
    rounds = [[cpu_s(act) for act in acts] for _ in range(ROUNDS)]
    ours, alone, snapping = (median(column) for column in zip(*rounds, strict=True))
    return ours, alone, snapping


def peers(matrix: Matrix) -> dict[str, float]:
    """CPU seconds of others for the same 200 rows of the same part; their answers must agree."""
    graph, count = matrix.part.graph, len(matrix.weight)
    sources = np.arange(count) + len(matrix.part.kept)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "part.npz"
        np.savez(file, indptr=graph.indptr, indices=graph.indices, data=graph.data, sources=sources,
                 expected=matrix.part.rows(np.arange(count)).min(axis=0))  # fmt: skip
        lines = toptw_env.run("network_peers", str(file)).splitlines()
    return {name: float(seconds) for name, seconds in (line.split() for line in lines)}


def main() -> None:
    """Print the tables; stop where a limit is broken."""
    network = Network(city(_SIDE))
    corners, build_s = network.pavements.node_xy, cpu_s(lambda: Network(network.streets))
    print(f"{len(corners):,} corners, {len(network.pavements.weight) // 2:,} steps, built in {build_s:.1f} s")
    asked, needed = exact(network)
    print(f"{CLIPS} random parts equal the whole city; {asked} had to ask beyond the part, {needed} would err without")
    stops = doors(corners, _IN_TOWN, _REACH_M, STOPS, 1)
    ours, alone, snapping = timed(network, stops, doors(corners, _IN_TOWN, _REACH_M, SNAPS, 2))
    over, _, _ = timed(network, doors(corners, _AT_THE_RIVER, _REACH_M, STOPS, 1), stops)
    matrix = Matrix(network.pavements, snap(network.pavements, stops))
    unclipped = cpu_s(lambda: matrix.whole.rows(np.arange(STOPS)))
    rows = [
        (f"all of it: {STOPS} stops put on, walks both ways, proof", ours, f"at most {_AT_MOST}"),
        ("scipy on the part alone", alone, ""),
        (f"{SNAPS} stops put on pavements", snapping, f"at most {_SNAPS_AT_MOST * ours / alone:.2f}"),
        ("all of it, on both banks, bridges out of the part", over, ""),
        ("scipy on the whole city", unclipped, ""),
        *((f"{name} on the part", seconds, "") for name, seconds in peers(matrix).items()),
    ]
    told = [(what, f"{s:.3f}", f"{s / alone:.2f}", limit) for what, s, limit in rows]
    title = f"{STOPS} x {STOPS} walks, median of {ROUNDS} in turns; the part has {len(matrix.part.kept):,} corners"
    show(title, ("what", "CPU s", "times scipy alone", "limit"), told)
    assert ours <= _AT_MOST * alone, "the matrix is too slow"
    assert snapping < _SNAPS_AT_MOST * ours, "putting stops on pavements is too slow"


if __name__ == "__main__":
    main()
