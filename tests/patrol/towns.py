"""Small random towns to walk in, and stops in them."""

import random

import numpy as np

from mapsvc.patrol.network import StreetLine


def town(seed):
    """Streets of a shaken grid with gaps, bends, other widths and paths."""
    rng = random.Random(seed)
    at = {(i, j): (120 * i + rng.uniform(-25, 25), 120 * j + rng.uniform(-25, 25)) for i in range(4) for j in range(4)}
    pairs = [(p, (p[0] + i, p[1] + j)) for p in at for i, j in ((0, 1), (1, 0)) if (p[0] + i, p[1] + j) in at]
    streets = []
    for n, (p, q) in enumerate(pairs):
        if rng.random() < 0.2:
            continue
        bend = [((at[p][0] + at[q][0]) / 2 + rng.uniform(-12, 12), (at[p][1] + at[q][1]) / 2)][: rng.randint(0, 1)]
        road = rng.choice(["", "", "", "path"])
        streets.append(StreetLine(f"路{n}", (at[p], *bend, at[q]), rng.choice([6.0, 14.0, 26.0]), road))
    return tuple(streets)


def stops_in(seed, count):
    """Stops anywhere in a town; shape (count, 2)."""
    return np.random.default_rng(seed).uniform(-30, 390, (count, 2))
