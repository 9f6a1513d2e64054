"""What doors told asked afterwards: how often the comparison is wrong, and how often it sees what is there.

python -m bench.campaigns            # about eight minutes
python -m bench.campaigns --quick    # a tenth of it

Doors ask about a topic at rates of their own (gamma), more in its season; the campaign is for those who asked most in
the half year before, or for a random lot. Beside the matched sets stand what one would do by hand: before against after
(binomial), and doors told against all others (the same exchange, without matching).
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.table import show
from mapsvc.analysis.matched import MOST_BESIDE, Subject, compare, exchanged

SEED = 1
WEEKS = 8
DOORS = 200
_FIRST, _WINDOW = -420, 56
_LEAST = 8
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Street:
    """A made-up street: how many are told, how often a door asks in a week, and what telling does to it."""

    name: str
    told: int = 40
    a_week: float = 0.02
    chosen: str = "curious"
    times: float = 1.0


STREETS = (
    Street("few ask, a random lot told", a_week=0.012, chosen="random"),
    Street("few ask, the curious told", a_week=0.012),
    Street("many ask, a random lot told", a_week=0.05, chosen="random"),
    Street("many ask, the curious told", a_week=0.05),
    Street("many ask, 80 curious told", told=80, a_week=0.05),
    Street("doubled: few ask, random", a_week=0.012, chosen="random", times=2),
    Street("doubled: many ask, random", a_week=0.05, chosen="random", times=2),
    Street("doubled: few ask, curious", a_week=0.012, times=2),
    Street("tripled: few ask, random", a_week=0.012, chosen="random", times=3),
    Street("tripled: few ask, curious", a_week=0.012, times=3),
    Street("halved: many ask, random", a_week=0.05, chosen="random", times=0.5),
)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    rounds = 20 if parser.parse_args().quick else 200
    began = time.perf_counter()
    rows = []
    for street in STREETS:
        rng = np.random.default_rng(SEED)
        said: dict[str, list[str]] = {name: [] for name in METHODS}
        sets = []
        for _ in range(rounds):
            told, others = made(rng, street)
            for name, method in METHODS.items():
                said[name].append(method(told, others))
            sets.append(compare(told, others, WEEKS).doors)
        shares = [f"{_share(said[name], 'more')} / {_share(said[name], 'fewer')}" for name in METHODS]
        rows.append([street.name, f"{np.mean(sets):.0f}", *shares])
    show("Said more / fewer, in % of the streets", ["street", "sets", *METHODS], rows)
    print(f"{rounds} streets each; {time.perf_counter() - began:.0f} s, seed {SEED}")


def made(rng: np.random.Generator, street: Street) -> tuple[list[Subject], list[Subject]]:
    """Doors told on day 0, and the others."""
    days = np.arange(_FIRST, _WINDOW + 1)
    rates = rng.gamma(0.6, street.a_week / 0.6, DOORS) / 7
    season = 1 + 1.5 * np.exp(-(((days - 20) / 40.0) ** 2)) + 1.5 * np.exp(-(((days + 345) / 40.0) ** 2))
    asked = rng.poisson(rates[:, None] * season)
    other = rng.poisson(rng.gamma(1, 0.02 / 7, DOORS)[:, None] * np.ones(len(days)))
    lately = asked[:, (days >= -183) & (days < 0)].sum(axis=1) + rng.random(DOORS)
    order = np.argsort(-lately) if street.chosen == "curious" else rng.permutation(DOORS)
    is_told = np.isin(np.arange(DOORS), order[: street.told])
    after = days > 0
    if street.times >= 1:
        more = rng.poisson(rates[:, None] * season * (street.times - 1))
        asked = asked + more * is_told[:, None] * after
    else:
        kept = rng.binomial(asked, street.times)
        asked = np.where(is_told[:, None] & after, kept, asked)
    trades = rng.integers(8, size=DOORS)
    every = [
        Subject(
            str(n), str(trades[n]), np.repeat(days, asked[n]), np.repeat(days, asked[n] + other[n]),
            told=0 if is_told[n] else None,
        )
        for n in range(DOORS)
    ]  # fmt: skip
    return [one for one in every if one.told == 0], [one for one in every if one.told is None]


def ours(told: list[Subject], others: list[Subject]) -> str:
    """The matched sets."""
    return compare(told, others, WEEKS).verdict


def before_after(told: list[Subject], others: list[Subject]) -> str:
    """Before against after at the doors told alone: the half of all is expected in either (binomial, 90 %)."""
    counts = np.array([_counts(one) for one in told]).sum(axis=0)
    total, after = int(counts.sum()), int(counts[1])
    if total < 1:
        return "unsure"
    spread = 1.645 * np.sqrt(total) / 2
    return "more" if after > total / 2 + spread else "fewer" if after < total / 2 - spread else "unsure"


def unmatched(told: list[Subject], others: list[Subject]) -> str:
    """The same exchange, each door told beside three others by lot."""
    rest = [_change(one) for one in others]
    changes = [
        np.array([_change(one), *rest[n * MOST_BESIDE : (n + 1) * MOST_BESIDE]])
        for n, one in enumerate(told)
        if len(rest) > n * MOST_BESIDE
    ]
    _, low, high = exchanged(changes, SEED)
    return "unsure" if low <= 0 <= high or len(changes) < _LEAST else "more" if low > 0 else "fewer"


METHODS: dict[str, Callable[[list[Subject], list[Subject]], str]] = {
    "matched sets": ours,
    "before, after": before_after,
    "any others": unmatched,
}


def _counts(one: Subject) -> tuple[int, int]:
    edges = np.searchsorted(one.asked, [-_WINDOW, 0, 1, _WINDOW + 1])
    return int(edges[1] - edges[0]), int(edges[3] - edges[2])


def _change(one: Subject) -> float:
    before, after = _counts(one)
    return float(after - before)


def _share(said: list[str], verdict: str) -> str:
    return f"{100 * sum(one == verdict for one in said) / len(said):.0f}"


if __name__ == "__main__":
    main()
