"""How often a street where nothing clusters shows a hot spot, and how often a bad cell is found, beside other ways.

python -m bench.calibration                  # 2,000 maps for each row, about four minutes on four cores
python -m bench.calibration --maps 200 --esda-maps 0
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import betaincinv, ndtr

from bench import esda_env
from bench.table import show
from mapsvc.analysis.cells import GridNames
from mapsvc.analysis.gistar import false_discovery_q, gi_star
from mapsvc.analysis.hotspots import weigh

SIDE = 20
NEIGHBOURS = GridNames("square", 1.0, np.stack(np.divmod(np.arange(SIDE * SIDE), SIDE), axis=1)).queen()
RATES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
SIZES = {"Poisson": None, "negative binomial": 1.0}
FACTORS = (3, 5, 10)
PAST_WINDOWS = 13
PLANTED = (SIDE // 2) * SIDE + SIDE // 2
MAPS, ESDA_MAPS = 2_000, 200
NOMINAL, MOST_UPPER = 0.05, 0.065


@dataclass(frozen=True)
class Setting:
    """One row: what the events of a cell follow, how many there are, and how much worse the planted cell is."""

    law: str
    rate: float
    factor: int = 1

    def maps(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Counts of shape (n, cells), and of earlier windows without the planted cell, (n, cells, windows)."""
        rng = np.random.default_rng([list(SIZES).index(self.law), RATES.index(self.rate), self.factor])
        mean = np.full(SIDE * SIDE, self.rate)
        past = _draw(rng, np.broadcast_to(mean[None, :, None], (n, SIDE * SIDE, PAST_WINDOWS)), SIZES[self.law])
        mean[PLANTED] *= self.factor
        return _draw(rng, np.broadcast_to(mean, (n, SIDE * SIDE)), SIZES[self.law]), past


def _draw(rng: np.random.Generator, mean: np.ndarray, size: float | None) -> np.ndarray:
    return rng.poisson(mean if size is None else rng.gamma(size, mean / size))


@dataclass(frozen=True)
class Answers:
    """For each map: whether any cell is hot, whether the planted one is, without and with a past; and Gi* by normal z.

    `z_least` is the least adjusted p among cells above, `z_planted` that of the planted cell.
    """

    any_hot: np.ndarray
    found: np.ndarray
    any_hot_past: np.ndarray
    found_past: np.ndarray
    z_least: np.ndarray
    z_planted: np.ndarray


def ask(setting: Setting, n: int) -> Answers:
    """The product's own function, and the textbook's, on every map of a setting."""
    now, past = setting.maps(n)
    none = np.zeros((SIDE * SIDE, 0), dtype=np.int64)
    rows = []
    for counts, before in zip(now, past, strict=True):
        hot = [_hot(weigh(counts, earlier, NEIGHBOURS)) for earlier in (none, before)]
        z = gi_star(counts, NEIGHBOURS)
        q = np.where(z > 0, false_discovery_q(2 * ndtr(-np.abs(z))), 1.0)
        rows.append((hot[0].any(), hot[0][PLANTED], hot[1].any(), hot[1][PLANTED], q.min(), q[PLANTED]))
    return Answers(*(np.array(column) for column in zip(*rows, strict=True)))


def _hot(evidence) -> np.ndarray:  # type: ignore[no-untyped-def]
    return (evidence.band >= 95) & evidence.is_more


def settings(factors: tuple[int, ...]) -> Iterator[Setting]:
    """All rows with these factors."""
    return (Setting(law, rate, factor) for law in SIZES for rate in RATES for factor in factors)


def ask_esda(asked: list[Setting], n: int, of_maps: int, workers: int) -> dict[Setting, np.ndarray]:
    """Adjusted p of esda for the first n of a setting's maps: the planted cell's, or the least; shape (2, n) each."""

    def some(part: list[Setting]) -> list[np.ndarray]:
        # One process for many settings: esda takes long to be imported and compiled.
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            folder = Path(scratch)
            for i, setting in enumerate(part):
                np.save(folder / f"{i:03d}.npy", setting.maps(of_maps)[0][:n])
            esda_env.run("esda_maps", str(SIDE), scratch)
            found = [np.load(folder / f"q-{i:03d}.npy") for i in range(len(part))]
        return [
            q.min(axis=2) if setting.factor == 1 else q[:, :, PLANTED] for setting, q in zip(part, found, strict=True)
        ]

    esda_env.python()
    parts = [asked[i::workers] for i in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        told = list(pool.map(some, parts))
    return {setting: q for part, found in zip(parts, told, strict=True) for setting, q in zip(part, found, strict=True)}


def upper_bound(hits: int, n: int) -> float:
    """Upper 95 % bound of a share (Clopper and Pearson 1934), two-sided."""
    return 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 0.975))


def threshold(least: np.ndarray, share: float) -> float:
    """The adjusted p up to which at most `share` of the maps without a cluster show a hot cell."""
    allowed = round(share * len(least))
    ordered = np.sort(least)
    return float(np.nextafter(ordered[allowed], 0)) if allowed < len(ordered) else 1.0


def paired(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float]:
    """Difference of two shares on the same maps and half the width of its 95 % interval."""
    difference = ours.astype(float) - theirs.astype(float)
    return float(difference.mean()), float(1.96 * difference.std() / np.sqrt(len(difference)))


def false_alarms(answers: dict[Setting, Answers]) -> bool:
    """Print the table of false alarms; whether all hold."""
    rows, holds = [], True
    for setting in settings((1,)):
        told = answers[setting]
        n = len(told.any_hot)
        row = [f"{setting.law} {setting.rate:g}"]
        for hot in (told.any_hot, told.any_hot_past):
            share, most = float(hot.mean()), upper_bound(int(hot.sum()), n)
            holds &= share <= NOMINAL and most <= MOST_UPPER
            row += [f"{share:.2%}", f"{most:.2%}"]
        rows.append((*row, f"{(told.z_least <= NOMINAL).mean():.1%}"))
    head = ("events per cell", "no past", "at most", "two years", "at most", "normal z, FDR")
    show(f"Maps without clustering that show a hot cell (band 95 and up), {SIDE}x{SIDE} cells", head, rows)
    print(f"limits: share {NOMINAL:.0%}, its upper 95 % bound {MOST_UPPER:.1%}: {'holds' if holds else 'MISSED'}")
    return holds


def power(answers: dict[Setting, Answers], esda: dict[Setting, np.ndarray]) -> bool:
    """Print the table of bad cells found at equal false-alarm rate; whether none is significantly below."""
    rows, holds = [], True
    for setting in settings(FACTORS):
        told, null = answers[setting], answers[Setting(setting.law, setting.rate)]
        share = float(null.any_hot.mean())
        peers = [(told.found, told.z_planted <= threshold(null.z_least, share))]
        if esda:
            n = esda[setting].shape[1]
            nulls = esda[Setting(setting.law, setting.rate)]
            share_there = float(null.any_hot[:n].mean())
            both = zip(esda[setting], nulls, strict=True)
            peers += [(told.found[:n], q <= threshold(least, share_there)) for q, least in both]
        row = [f"{setting.law} {setting.rate:g}", f"{setting.factor}x", f"{share:.2%}"]
        row += [f"{told.found_past.mean():.1%}", f"{told.found.mean():.1%}"]
        for ours, theirs in peers:
            difference, half = paired(ours, theirs)
            holds &= difference + half >= 0
            row += [f"{theirs.mean():.1%}", f"{100 * difference:+.1f}±{100 * half:.1f}"]
        rows.append(tuple(row))
    head = ["events per cell", "worse", "false alarms", "two years", "no past", "normal z, FDR", "ours more by"]
    head += ["esda p_sim", "ours more by", "esda z_sim", "ours more by"] if esda else []
    show("A planted cell found, all at the false-alarm rate of ours without a past", head, rows)
    print(f"nowhere below by more than the paired 95 % interval: {'holds' if holds else 'MISSED'}")
    return holds


def main() -> None:
    """Ask, print, and end with 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--maps", type=int, default=MAPS)
    parser.add_argument("--esda-maps", type=int, default=ESDA_MAPS, help="0 leaves esda out")
    asked = parser.parse_args()
    every = list(settings((1, *FACTORS)))
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers) as pool:
        answers = dict(zip(every, pool.map(ask, every, [asked.maps] * len(every)), strict=True))
    holds = false_alarms(answers)
    esda = ask_esda(every, asked.esda_maps, asked.maps, workers) if asked.esda_maps else {}
    holds &= power(answers, esda)
    raise SystemExit(0 if holds else 1)


if __name__ == "__main__":
    main()
