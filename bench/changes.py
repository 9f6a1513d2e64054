"""How often a street where nothing changes gets a word of change, and how often a planted pattern gets its own.

python -m bench.changes                  # 300 maps for each row, about a minute; beside it the rules of ArcGIS
python -m bench.changes --maps 2000
"""

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.table import show
from mapsvc.analysis.change import find_changes
from mapsvc.analysis.emerging import emerging_hotspots
from mapsvc.analysis.neighbours import Neighbours
from mapsvc.domain.changes import CHANGE_OF, CHANGE_WORDS, Change

CELLS, PERIODS, SPOT, RATE = 130, 13, 65, 0.115
"""A street of 130 stretches with some fifteen episodes in four weeks."""
NEIGHBOURS = Neighbours.within(np.stack([np.arange(CELLS) * 25.0, np.zeros(CELLS)], axis=1), 30.0)
_T = np.arange(PERIODS)
_LEFT = PERIODS - 1 - _T


@dataclass(frozen=True)
class Setting:
    """One row of the table: the counts of every stretch, and what is planted in the middle."""

    name: str
    rate: float
    bouts: float | None = None
    planted: np.ndarray | None = None
    word: Change | None = None

    def counts(self, rng: np.random.Generator) -> np.ndarray:
        """One map, (cells, periods)."""
        size = (CELLS, PERIODS)
        mean = self.rate if self.bouts is None else rng.gamma(self.bouts, self.rate / self.bouts, size)
        drawn = rng.poisson(mean, size)
        if self.planted is not None:
            drawn[SPOT] = rng.poisson(self.planted)
        return drawn


STILL = [Setting(f"Poisson {rate}", rate) for rate in (0.02, 0.05, RATE, 0.3, 1.0, 3.0)]
STILL += [Setting(f"in bouts {rate}", rate, 0.5) for rate in (0.05, RATE, 0.3, 1.0)]
PLANTED = [
    Setting("8 in the last period", RATE, planted=np.where(_LEFT == 0, 8.0, RATE), word=Change.NEW),
    Setting("5 in the last period", RATE, planted=np.where(_LEFT == 0, 5.0, RATE), word=Change.NEW),
    Setting("5 in each of the last three", RATE, planted=np.where(_LEFT < 3, 5.0, RATE), word=Change.CONSECUTIVE),
    Setting("3 in each of the last three", RATE, planted=np.where(_LEFT < 3, 3.0, RATE), word=Change.CONSECUTIVE),
    Setting("from 1 to 5", RATE, planted=1 + _T * 0.35, word=Change.INTENSIFYING),
    Setting("2 in every period", RATE, planted=np.full(PERIODS, 2.0), word=Change.PERSISTENT),
    Setting("1 in every period", RATE, planted=np.full(PERIODS, 1.0), word=Change.PERSISTENT),
    Setting("3, two periods of five", RATE, planted=np.where(_LEFT % 5 < 2, 3.0, RATE), word=Change.RECURRING),
    Setting("from 7 to 2", RATE, planted=7 - _T * 0.45, word=Change.DIMINISHING),
    Setting("3 until four periods ago", RATE, planted=np.where(_LEFT >= 4, 3.0, RATE), word=Change.HISTORICAL),
]

Namer = Callable[[np.ndarray], list[Change | None]]


def ours(counts: np.ndarray) -> list[Change | None]:
    """Our words."""
    return list(find_changes(counts, NEIGHBOURS).types)


def arcgis(counts: np.ndarray) -> list[Change | None]:
    """ArcGIS's patterns in our words."""
    return [CHANGE_OF[p] if p else None for p in emerging_hotspots(counts, NEIGHBOURS).types]


def tried(setting: Setting, namer: Namer, maps: int, seed: int) -> tuple[float, float, str]:
    """Maps with a word where nothing is planted, those where the planted one has its word, and its commonest words."""
    rng = np.random.default_rng(seed)
    near = () if setting.planted is None else (SPOT - 1, SPOT, SPOT + 1)
    elsewhere, there = 0, Counter[Change | None]()
    for _ in range(maps):
        found = namer(setting.counts(rng))
        elsewhere += any(word for i, word in enumerate(found) if i not in near)
        there[found[SPOT]] += 1
    told = "、".join(f"{CHANGE_WORDS[w] if w else '无'}{n / maps:.0%}" for w, n in there.most_common(3))
    return elsewhere / maps, there[setting.word] / maps, told if setting.planted is not None else ""


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--maps", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    rows = []
    for setting in STILL + PLANTED:
        chance, hit, told = tried(setting, ours, given.maps, given.seed)
        theirs, their_hit, _ = tried(setting, arcgis, given.maps, given.seed)
        share = f"{hit:.0%}" if setting.word else ""
        their_share = f"{their_hit:.0%}" if setting.word else ""
        word = CHANGE_WORDS[setting.word] if setting.word else ""
        rows.append([setting.name, f"{chance:.1%}", f"{theirs:.1%}", word, share, their_share, told])
    show(
        f"{given.maps} maps of {CELLS} stretches and {PERIODS} periods",
        ["where", "maps with a false word", "ArcGIS", "planted", "named so", "ArcGIS", "named"],
        rows,
    )


if __name__ == "__main__":
    main()
