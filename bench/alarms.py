"""False alarms and delays of the early warnings: on quiet series and streets, and on rises put into real complaints.

python -m bench.alarms                    # about four minutes
python -m bench.alarms --quick            # a tenth of it
python -m bench.alarms --counts FILE      # weekly counts as csv: week,type,n (the public complaints data)

Beside the detectors here stand EARS C1 and C2 (Hutwagner et al. 2003, J Urban Health 80:i89: mean and standard
deviation of the seven weeks before, for C2 of those ending two weeks earlier, limit three standard deviations) and
Farrington with the usual 0.01 limit where three years are there. "At 1 %" sets every method's limit where one week in a
hundred of the series without a rise is above it: what is left is how soon each sees a rise.
"""

import argparse
import csv
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.table import show
from mapsvc.analysis.farrington import farrington
from mapsvc.analysis.relapse import Treated, relapse
from mapsvc.analysis.scan import scan
from mapsvc.analysis.weekly import judge

SEED = 1
COUNTS = Path(__file__).parents[1].parent / "shared" / "data" / "boston311_2015_weekly_counts_all_types.csv"
_FIRST, _SEVEN = 20, 7
_LEVEL = 0.01
_RISE_WEEKS = 4
_LEAST_SD = 0.2

Score = Callable[[NDArray[np.int64]], float]
"""Of the last week of a series: above its limit is an alarm."""
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--counts", type=Path, default=COUNTS)
    told = parser.parse_args()
    share = 0.1 if told.quick else 1.0
    began = time.perf_counter()
    weeks_without_a_rise(round(60 * share))
    if told.counts.exists():
        rises_put_into(read(told.counts), max(1, round(4 * share)))
    else:
        print(f"no weekly counts at {told.counts}: give them with --counts")
    streets(round(300 * share))
    places(round(200 * share))
    print(f"{time.perf_counter() - began:.0f} s, seed {SEED}")


# --- weekly counts


def ours(counts: IntArray) -> float:
    """Minus the logarithm of p: the larger, the clearer."""
    week = judge(counts)
    return -float(np.log10(week.p)) if week else 0.0


def ears_c1(counts: IntArray) -> float:
    """Standard deviations above the mean of the seven weeks before."""
    return _ears(counts, 0)


def ears_c2(counts: IntArray) -> float:
    """The same with two weeks left out between."""
    return _ears(counts, 2)


def _ears(counts: IntArray, lag: int) -> float:
    base = counts[-1 - lag - _SEVEN : len(counts) - 1 - lag].astype(np.float64)
    return float((counts[-1] - base.mean()) / max(base.std(ddof=1), _LEAST_SD))


def far(counts: IntArray) -> float:
    """How far the count is towards the limit; 1 is at it."""
    week = farrington(counts, [len(counts) - 1])[0]
    return (week.count - week.expected) / (week.upper - week.expected) if week.upper > 0 else 0.0


METHODS: dict[str, tuple[Score, float]] = {
    "here, p at most 0.01": (ours, -float(np.log10(_LEVEL))),
    "EARS C1": (ears_c1, 3.0),
    "EARS C2": (ears_c2, 3.0),
    "Farrington 0.01": (far, 1.0),
}


def quiet(rng: np.random.Generator, mean: FloatArray, phi: float) -> IntArray:
    """Counts with these means and variance over mean."""
    return rng.poisson(mean) if phi == 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi)


def weeks_without_a_rise(n: int) -> None:
    """Share of weeks with an alarm, where nothing but chance and season is at work."""
    rows = []
    for name, years, season in (("one year", 1.5, 0.0), ("four years", 4.2, 0.0), ("four years, season", 4.2, 0.5)):
        for mean in (0.5, 3.0, 15.0):
            for phi in (1.0, 2.0):
                rng = np.random.default_rng(SEED)
                weeks = np.arange(round(52 * years))
                means = mean * (1 + season * np.sin(2 * np.pi * weeks / 52))
                series = [quiet(rng, means, phi) for _ in range(n)]
                first = _FIRST + 20 if years < 3 else len(weeks) - 40
                cells = [
                    _share(score, limit, series, first) if years > 3 or score is not far else "–"
                    for score, limit in METHODS.values()
                ]
                rows.append([f"{name}, {mean:g} a week, dispersion {phi:g}", *cells])
    show("Alarms in weeks without a rise, % of weeks (simulated)", ["series", *METHODS], rows)


def _share(score: Score, limit: float, series: list[IntArray], first: int) -> str:
    found = [score(x[: end + 1]) >= limit for x in series for end in range(first, len(x))]
    return f"{100 * float(np.mean(found)):.2f}"


def read(file: Path) -> dict[str, IntArray]:
    """Weekly counts by type; types with fewer than a report in two weeks are left out."""
    counts: dict[str, dict[str, int]] = {}
    weeks: set[str] = set()
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            counts.setdefault(row["type"], {})[row["week"]] = int(row["n"])
            weeks.add(row["week"])
    # The first and the last week are cut by the turn of the year.
    whole = sorted(weeks)[1:-1]
    series = {name: np.array([per.get(week, 0) for week in whole]) for name, per in sorted(counts.items())}
    return {name: x for name, x in series.items() if x.mean() >= 0.5}


def rises_put_into(series: dict[str, IntArray], rounds: int) -> None:
    """Alarms on real complaints, and how soon a rise put into them is seen.

    As they are, the complaints hold rises of their own (students move in, snow falls). With their weeks shuffled they
    keep their counts and their unrest, and hold none: alarms there are false.
    """
    rng = np.random.default_rng(SEED)
    shuffled = {kind: rng.permutation(x) for kind, x in series.items()}
    rows = []
    for name, (score, usual) in METHODS.items():
        if score is far:
            continue
        false = _scores(shuffled, score)
        at_one = float(np.quantile(false, 1 - _LEVEL, method="higher"))
        plain = _scores(series, score)
        row = [name, *(f"{100 * float(part.mean()):.2f}" for part in (plain >= usual, _begin(plain >= usual)))]
        row.append(f"{100 * float((false >= usual).mean()):.2f}")
        for limit in (usual, at_one):
            for times in (2.0, 3.0):
                seen, delay = _seen(shuffled, score, limit, times, rounds)
                row.append(f"{100 * seen:.0f} ({delay:.1f})")
        rows.append(row)
    head = ["method", "as they are, % of weeks", "of these new", "shuffled, % of weeks"]
    head += ["x2, % seen (weeks)", "x3", "x2 at 1 %", "x3 at 1 %"]
    show(f"Rises of {_RISE_WEEKS} weeks put into {len(series)} kinds of real complaints", head, rows)


def _scores(series: dict[str, IntArray], score: Score) -> FloatArray:
    return np.array([[score(x[: end + 1]) for end in range(_FIRST, len(x))] for x in series.values()])


def _begin(alarms: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Alarms that no alarm of the four weeks before announced: what goes on is one warning here."""
    before = np.zeros_like(alarms)
    for back in range(1, 5):
        before[:, back:] |= alarms[:, :-back]
    return np.asarray(alarms & ~before)


def _seen(series: dict[str, IntArray], score: Score, limit: float, times: float, rounds: int) -> tuple[float, float]:
    """Share of rises with an alarm while they last, and after how many weeks (1: in the first)."""
    rng = np.random.default_rng(SEED)
    delays: list[int | None] = []
    for x in series.values():
        for _ in range(rounds):
            at = int(rng.integers(_FIRST, len(x) - _RISE_WEEKS))
            risen = x.copy()
            risen[at : at + _RISE_WEEKS] += rng.poisson((times - 1) * max(1.0, float(x[:at].mean())), _RISE_WEEKS)
            alarms = (k + 1 for k in range(_RISE_WEEKS) if score(risen[: at + k + 1]) >= limit)
            delays.append(next(alarms, None))
    seen = [delay for delay in delays if delay is not None]
    return len(seen) / len(delays), float(np.mean(seen)) if seen else float("nan")


# --- outbreaks along a street


def streets(n: int) -> None:
    """The scan on streets where nothing happens, and on such with a few reports within a week and sixty metres."""
    rows = []
    for reports in (30, 120, 500):
        rng = np.random.default_rng(SEED)
        p = np.array([_one_street(rng, reports, 0, i) for i in range(n)])
        row = [f"{reports} a year", *(f"{100 * float((p <= level).mean()):.1f}" for level in (0.05, 0.01))]
        for planted in (3, 4, 6):
            rng = np.random.default_rng(SEED)
            found = np.array([_one_street(rng, reports, planted, i) for i in range(max(10, n // 5))])
            row.append(f"{100 * float((found <= _LEVEL).mean()):.0f}")
        began = time.perf_counter()
        _one_street(rng, reports, 6, 1, draws=999)
        rows.append([*row, f"{1000 * (time.perf_counter() - began):.0f} ms"])
    head = ["reports of the kind", "p<=0.05, % of streets", "p<=0.01", "3 planted, % found", "4", "6", "999 draws"]
    show("Outbreaks: streets without and with one (p at most 0.01)", head, rows)


def _one_street(rng: np.random.Generator, n: int, planted: int, seed: int, draws: int = 499) -> float:
    doors = np.stack([rng.uniform(0, 1200, 120), rng.choice([0.0, 20.0], 120)], axis=1)
    # Some doors are reported often, some hardly ever: a street as it is.
    chance = rng.gamma(0.7, 1.0, 120)
    points = doors[rng.choice(120, n, p=chance / chance.sum())]
    day = rng.integers(1, 366, n)
    if planted:
        points = np.concatenate([points, np.array([rng.uniform(100, 1100), 0.0]) + rng.uniform(-30, 30, (planted, 2))])
        day = np.concatenate([day, 365 - rng.integers(0, 7, planted)])
    return scan(points, day, 365, draws=draws, seed=seed).p


# --- relapses


def places(n: int) -> None:
    """Treated places that stay quiet, looked at every week for a year; and such that turn bad again."""
    rows = []
    for per_year in (1.0, 3.0, 6.0):
        p = np.array([_one_place(i, per_year / 365, 0.0)[0] for i in range(n)])
        row = [f"{per_year:g} a year while quiet", f"{100 * float((p <= _LEVEL).mean()):.2f}"]
        row.append(f"{100 * float((p.min(axis=1) <= 0.002).mean()):.1f}")
        for back in (0.5, 1.0, 2.0):
            found = [_one_place(i, per_year / 365, back / 7)[1] for i in range(max(10, n // 4))]
            soon = [d for d in found if d is not None]
            share = 100 * np.mean([d is not None and d <= 14 for d in found])
            row.append(f"{share:.0f} ({np.median(soon):.0f})" if soon else f"{share:.0f}")
        rows.append(row)
    head = [
        "place",
        "p<=0.01, % of weeks",
        "p<=0.002 ever, % of years",
        "back 0.5 a week: % in 14 days (median)",
        "1",
        "2",
    ]
    show("Relapses: treated places that stay quiet, and such that turn bad (p at most 0.01)", head, rows)


def _one_place(seed: int, rate: float, back: float) -> tuple[FloatArray, int | None]:
    """Weekly p over a year; days from the first report of the return to the first day with p at most 0.01."""
    rng = np.random.default_rng(seed)
    past = np.flatnonzero(rng.random(84) < 1.5 / 7)
    past = past if len(past) >= 4 else np.arange(3, 84, 7)
    quiet_days = 90 + np.flatnonzero(rng.random(365) < rate)
    others = rng.random((5, 365)) < rate
    if not back:
        found = [_p(past, quiet_days, others, until, seed) for until in range(90 + 35, 90 + 365, 7)]
        return np.array(found), None
    returned = 90 + 200
    days = returned + np.concatenate([[0], 1 + np.flatnonzero(rng.random(60) < back)])
    here = np.concatenate([quiet_days[quiet_days < returned], days])
    for until in range(returned, returned + 42):
        if _p(past, here, others, until, seed) <= _LEVEL:
            return np.zeros(1), until - returned
    return np.zeros(1), None


def _p(past: IntArray, days: IntArray, others: NDArray[np.bool_], until: int, seed: int) -> float:
    k = until - 13 - 90
    sums = (int(others[:, :k].sum()), int(others[:, k : k + 14].sum()), len(others))
    found = relapse(Treated(np.concatenate([past, days]), 0, 84, 90, *sums), until, seed=seed)
    return found.p if found else 1.0


if __name__ == "__main__":
    main()
