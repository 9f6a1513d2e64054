"""A synthetic city to measure walking on: an irregular grid with gaps, main roads, and a river with few bridges."""

import numpy as np

from mapsvc.patrol.network import StreetLine

BLOCK_M = 100.0
_SHAKE_M = 22.0
_GAPS = 0.15
_MAIN_EVERY = 8
_BRIDGE_EVERY = 40
_BENDS = 0.3


def city(side: int, seed: int = 1) -> tuple[StreetLine, ...]:
    """Streets of a city of about side x side junctions, equal for an equal seed."""
    rng = np.random.default_rng(seed)
    ticks = np.arange(side) * BLOCK_M
    corner = np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1)
    corner += rng.uniform(-_SHAKE_M, _SHAKE_M, corner.shape)
    bank = side // 2 + np.rint(3 * np.sin(np.arange(side) / 9.0)).astype(int)
    out: list[StreetLine] = []
    for k in range(side):
        is_main = k % _MAIN_EVERY == 0
        gaps = (rng.random((2, side - 1)) < _GAPS) & (not is_main)
        # Row k runs east, column k north; the river lies between the corners up to bank[i] and those beyond.
        gaps[0] |= (k > bank[:-1]) != (k > bank[1:])
        gaps[1, bank[k]] |= k % _BRIDGE_EVERY != 0
        out += _pieces(rng, f"东{k}路", corner[:, k], gaps[0], is_main)
        out += _pieces(rng, f"北{k}路", corner[k], gaps[1], is_main)
    return tuple(out)


def _pieces(rng: np.random.Generator, name: str, row: np.ndarray, gaps: np.ndarray, is_main: bool) -> list[StreetLine]:
    """A grid line without its gaps, one street per run, some blocks bent."""
    width = 30.0 if is_main else float(rng.choice([8.0, 12.0, 18.0]))
    out, points = [], [tuple(row[0])]
    for here, there, is_gap in zip(row, row[1:], gaps, strict=False):
        if is_gap:
            out.append(points)
            points = [tuple(there)]
            continue
        if rng.random() < _BENDS:
            points.append(tuple((here + there) / 2 + rng.uniform(-8, 8, 2)))
        points.append(tuple(there))
    return [StreetLine(name, tuple(p), width, reach_m=1.0) for p in [*out, points] if len(p) > 1]


def doors(network_xy: np.ndarray, middle: tuple[float, float], reach_m: float, count: int, seed: int) -> np.ndarray:
    """Random stops near pavement corners within `reach_m` of a place; shape (count, 2)."""
    rng = np.random.default_rng(seed)
    near = np.flatnonzero((np.abs(network_xy - np.array(middle)) <= reach_m).all(axis=1))
    return network_xy[rng.choice(near, count)] + rng.uniform(-30, 30, (count, 2))
