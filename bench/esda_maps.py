"""esda's answer to many small maps, for bench.calibration; runs in the environment with esda alone.

python -m bench.esda_maps MAPS.npy SIDE OUT.npy SEED
"""

import sys

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


if __name__ == "__main__":
    maps, side_cells, out, first_seed = sys.argv[1:]
    np.save(out, answer(np.load(maps), int(side_cells), int(first_seed)).astype(np.float32))
