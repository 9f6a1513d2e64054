"""esda's answer to many small maps, for bench.calibration; runs in the environment with esda alone.

python -m bench.esda_maps SIDE FOLDER: each N.npy of the folder, maps as rows, is answered by q-N.npy.
"""

import sys
from pathlib import Path

import esda
import libpysal
import numpy as np
from scipy.special import ndtr

from mapsvc.analysis.gistar import false_discovery_q

PERMUTATIONS = 999


def answer(counts: np.ndarray, side: int, seed: int) -> np.ndarray:
    """Adjusted p of every cell of every map, 1 where it is not above: by permutation, and by the z of its draws.

    Shape (2, maps, cells).
    """
    weights = libpysal.weights.lat2W(side, side, rook=False)
    q = np.ones((2, *counts.shape))
    for i, row in enumerate(counts):
        if not row.any():
            continue
        found = esda.G_Local(
            row.astype(float), weights, transform="B", permutations=PERMUTATIONS, star=True, n_jobs=1, seed=seed + i,
            keep_simulations=True,
        )  # fmt: skip
        for j, p in enumerate((found.p_sim, 2 * ndtr(-np.abs(found.z_sim)))):
            known = np.where(np.isfinite(p), p, 1.0)
            q[j, i] = np.where(found.Zs > 0, false_discovery_q(np.minimum(known, 1.0)), 1.0)
    return q


def main() -> None:
    """Answer every file of maps in a folder; asked for by bench/calibration.py, no bench of its own."""
    side_cells, folder = int(sys.argv[1]), Path(sys.argv[2])
    for maps in sorted(folder.glob("[0-9]*.npy")):
        np.save(folder / f"q-{maps.name}", answer(np.load(maps), side_cells, 1).astype(np.float32))
