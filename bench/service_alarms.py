"""Service warnings by topic, on a year of real weekly counts and on simulated ones.

python -m bench.service_alarms                 # about two minutes
python -m bench.service_alarms --quick         # a tenth of the simulations
python -m bench.service_alarms --counts FILE   # weekly counts as csv: week,type,n (the public complaints data)

Every type is a topic; absent weeks are noughts; the first and the last week, cut by the turn of the year, are dropped;
judged from the ninth week on, each week by what was known at its end. What is raised goes through the code that raises
warnings in the program: `analysis.topic_rises.judge_topics`, then `operations.alert_plans.plan` (false discovery rate
over all topics of the week, the week's budget; nobody decides on anything).

Beside it stand, each with its usual fixed limit and no account of how many topics are looked at: EARS C1 (Hutwagner et
al. 2003: mean and standard deviation of the seven weeks before, three standard deviations), a negative binomial of the
eight weeks before with p at most 0.01, and a limit as Farrington's (1996: quasi-Poisson, symmetric on the 2/3 scale,
0.01) about the mean of the eight weeks before, since the data have no earlier years. A topic above the limit again
within four weeks is one warning for all of them, as an open warning is renewed and not raised anew.
"""

import argparse
import csv
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.table import show
from mapsvc.analysis.topic_rises import judge_topics
from mapsvc.analysis.weekly import judge_week, negative_binomial_tail
from mapsvc.config import Settings
from mapsvc.domain.alerts import PASSES_AFTER, Alert, AlertState, Candidate, Looked, Rule
from mapsvc.operations.alert_plans import Memory, plan

SEED = 1
COUNTS = Path(__file__).parents[1].parent / "shared" / "data" / "boston311_2015_weekly_counts_all_types.csv"
FIRST_JUDGED = 8
"""Index of the ninth week."""
READ_OFF = "Student Move-in Issues"
_ON_WEEKS = 4
_LEVEL, _SEVEN, _EIGHT, _LEAST_SD, _LEAST_COUNT = 0.01, 7, 8, 0.2, 3
_SHOWN_P = 0.2

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Judged = Callable[[IntArray], BoolArray]
"""Counts of shape (topics, weeks) -> which topics are above their limit in the last week."""


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--counts", type=Path, default=COUNTS)
    told = parser.parse_args()
    rounds = 20 if told.quick else 200
    began = time.perf_counter()
    if told.counts.exists():
        weeks, topics, counts = read(told.counts)
        backtest(weeks, topics, counts)
    else:
        print(f"no weekly counts at {told.counts}: give them with --counts")
    without_rises(rounds)
    doublings(rounds)
    print(f"{time.perf_counter() - began:.0f} s, seed {SEED}")


def read(file: Path) -> tuple[list[date], list[str], IntArray]:
    """(Mondays, topics, counts of shape (topics, weeks)), whole weeks only."""
    found: dict[str, dict[str, int]] = {}
    weeks: set[str] = set()
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["type"], {})[row["week"]] = int(row["n"])
            weeks.add(row["week"])
    whole = sorted(weeks)[1:-1]
    topics = sorted(found)
    counts = np.array([[found[topic].get(week, 0) for week in whole] for topic in topics], dtype=np.int64)
    return [date.fromisoformat(week) for week in whole], topics, counts


# --- a year of real counts


def raised(weeks: list[date], topics: list[str], counts: IntArray) -> Iterator[tuple[int, Alert]]:
    """(week, warning) of all that the program would have raised, week by week; nobody decides on any."""
    budget = Settings.load({}, data=".").alert_budget
    waiting: dict[str, Alert] = {}
    for t in range(FIRST_JUDGED, len(weeks)):
        at = datetime.combine(weeks[t] + timedelta(days=7), datetime.min.time(), UTC) + timedelta(hours=6)
        waiting = {s: a for s, a in waiting.items() if at - a.last_seen_at < PASSES_AFTER}
        looked = look(topics, counts[:, : t + 1], weeks[t])
        made = plan(Memory(waiting=waiting), [looked], budget, at, SEED)
        new = [_opened(f.candidate, f.q, AlertState.OPEN, at) for f in made.shown]
        held = [_opened(f.candidate, f.q, AlertState.HELD, at) for f in made.held]
        again = [_opened(f.candidate, f.q, AlertState.OPEN, at) for f in made.again]
        waiting |= {a.subject: a for a in (*new, *held, *again)}
        yield from ((t, one) for one in new)


def look(topics: list[str], counts: IntArray, week: date) -> Looked:
    """One week's look at all topics, as the detector of topics makes it."""
    judged = judge_topics(counts, seed=SEED)
    last = week + timedelta(days=6)
    found = [
        Candidate(Rule.TOPIC, f"topic:{topic}", topic, "", one.p, week, last, {"count": one.count}, topic=topic)
        for topic, one in zip(topics, judged, strict=True)
        if one is not None and one.p <= _SHOWN_P
    ]
    return Looked(Rule.TOPIC, sum(one is not None for one in judged), tuple(found), "")


def _opened(one: Candidate, q: float, state: AlertState, at: datetime) -> Alert:
    return Alert(
        one.subject, one.rule, one.subject, state, one.title, one.text, one.evidence, one.p, q, one.from_day,
        one.until_day, at, topic=one.topic,
    )  # fmt: skip


def backtest(weeks: list[date], topics: list[str], counts: IntArray) -> None:
    """Alarms a week, what came after them, and when the topic of the students was called."""
    n = len(weeks) - FIRST_JUDGED
    told = list(raised(weeks, topics, counts))
    calls = {"here": [(t, topics.index(a.topic or "")) for t, a in told]}
    for name, judged in PEERS.items():
        calls[name] = begun(np.stack([judged(counts[:, : t + 1]) for t in range(FIRST_JUDGED, len(weeks))], axis=1))
    rows = []
    for name, some in calls.items():
        on = [goes_on(counts[k], t) for t, k in some]
        known = [one for one in on if one is not None]
        own = [t for t, k in some if topics[k] == READ_OFF]
        first = int(np.flatnonzero(counts[topics.index(READ_OFF)])[0]) if READ_OFF in topics else -1
        most = max(np.bincount([t for t, _ in some])) if some else 0
        rows.append(
            [
                name, str(len(some)), f"{len(some) / n:.2f}", str(most),
                f"{100 * sum(known) / max(1, len(known)):.0f}",
                "in its first week" if own[:1] == [first] else f"{own[0] - first} weeks later" if own else "no",
            ]
        )  # fmt: skip
    head = ["method", "alarms", "a week", "most in a week", "goes on, %", READ_OFF]
    show(f"{len(topics)} topics, {n} weeks judged ({weeks[FIRST_JUDGED]} to {weeks[-1]})", head, rows)
    lines = []
    for t, one in told:
        k = topics.index(one.topic or "")
        after = goes_on(counts[k], t)
        around = " ".join(str(c) for c in counts[k, max(0, t - 4) : t + 1]) + " | "
        around += " ".join(str(c) for c in counts[k, t + 1 : t + 4])
        went = "–" if after is None else "yes" if after else "no"
        lines.append([str(weeks[t]), one.topic or "", around, f"{one.q:.1g}", went])
    show(
        "What was called (weeks before and of the call | after)", ["week of", "topic", "counts", "q", "goes on"], lines
    )


def goes_on(counts: IntArray, t: int) -> bool | None:
    """Whether the next week still has half as much again as the eight weeks before the call; None: it is the last."""
    if t + 1 >= len(counts):
        return None
    return bool(counts[t + 1] >= 1.5 * max(counts[max(0, t - _EIGHT) : t].mean(), 0.5))


def begun(above: BoolArray) -> list[tuple[int, int]]:
    """(week, topic) of calls that none of the four weeks before announced, of shape (topics, judged weeks)."""
    before = np.zeros_like(above)
    for back in range(1, _ON_WEEKS + 1):
        before[:, back:] |= above[:, :-back]
    return sorted((int(t) + FIRST_JUDGED, int(k)) for k, t in np.argwhere(above & ~before))


def ears_c1(counts: IntArray) -> BoolArray:
    """Three standard deviations above the mean of the seven weeks before."""
    base = counts[:, -1 - _SEVEN : -1].astype(np.float64)
    return np.asarray(counts[:, -1] > base.mean(axis=1) + 3 * np.maximum(base.std(axis=1, ddof=1), _LEAST_SD))


def negative_binomial(counts: IntArray) -> BoolArray:
    """A negative binomial of the mean and variance of the eight weeks before, p at most 0.01."""
    base = counts[:, -1 - _EIGHT : -1].astype(np.float64)
    mean = np.maximum(base.mean(axis=1), 1 / _EIGHT)
    spread = np.maximum(base.var(axis=1, ddof=1), 1.05 * mean)
    tails = [negative_binomial_tail(int(c), m, v) for c, m, v in zip(counts[:, -1], mean, spread, strict=True)]
    return np.asarray(np.array(tails) <= _LEVEL)


def farrington_like(counts: IntArray) -> BoolArray:
    """A quasi-Poisson limit about the mean of the eight weeks before, symmetric on the 2/3 scale, 0.01 two-sided."""
    base = counts[:, -1 - _EIGHT : -1].astype(np.float64)
    mean = np.maximum(base.mean(axis=1), 1 / _EIGHT)
    phi = np.maximum(base.var(axis=1, ddof=1) / mean, 1.0)
    spread = 2 / 3 * mean ** (2 / 3 - 0.5) * np.sqrt(phi * (1 + 1 / _EIGHT))
    upper = (mean ** (2 / 3) + 2.576 * spread) ** 1.5
    enough = counts[:, -4:].sum(axis=1) >= 5
    return np.asarray(enough & (counts[:, -1] > upper))


def kinds_of_reports(counts: IntArray) -> BoolArray:
    """The judgement of kinds of reports (`analysis.weekly`), p at most 0.01."""
    told = [judge_week(x) for x in counts]
    return np.array([one is not None and one.p <= _LEVEL for one in told])


PEERS: dict[str, Judged] = {
    "EARS C1": ears_c1,
    "negative binomial, p ≤ 0.01": negative_binomial,
    "Farrington-like, 0.01": farrington_like,
    "kinds of reports, p ≤ 0.01": kinds_of_reports,
}


# --- simulated


def ours(counts: IntArray) -> BoolArray:
    """Here, one topic by itself, p at most 0.01: before the false discovery rate."""
    return np.array([one is not None and one.p <= _LEVEL for one in judge_topics(counts)])


def without_rises(rounds: int) -> None:
    """Share of weeks with an alarm where nothing but chance is at work: fourteen topics of one kind, 9 to 60 weeks."""
    methods: dict[str, Judged] = {"here, p ≤ 0.01": ours, **PEERS}
    rows = []
    for mean in (0.1, 0.5, 2.0, 5.0, 10.0):
        for phi in (1.0, 1.5, 2.5):
            rng = np.random.default_rng(SEED)
            found: dict[str, list[float]] = {name: [] for name in methods}
            for i in range(rounds):
                x = quiet(rng, mean, phi, (14, (9, 16, 30, 60)[i % 4]))
                for name, judged in methods.items():
                    found[name].append(float(judged(x).mean()))
            rows.append([f"{mean:g} a week, dispersion {phi:g}", *(f"{100 * np.mean(f):.2f}" for f in found.values())])
    show("Alarms in weeks without a rise, % of topics and weeks (simulated)", ["series", *methods], rows)


def doublings(rounds: int) -> None:
    """Share of rises of four weeks that are seen while they last; the other thirteen topics stay as they are."""
    methods: dict[str, Judged] = {"here, p ≤ 0.01": ours, **PEERS}
    rows = []
    for times in (2.0, 3.0):
        for mean in (2.0, 5.0, 10.0):
            rng = np.random.default_rng(SEED)
            seen: dict[str, list[int]] = {name: [] for name in methods}
            for _ in range(rounds):
                x = quiet(rng, mean, 1.5, (14, 34))
                x[0, -4:] += rng.poisson((times - 1) * mean, 4)
                for name, judged in methods.items():
                    week = next((k for k in range(4) if judged(x[:, : x.shape[1] - 3 + k])[0]), -1)
                    seen[name].append(week + 1)
            rows.append([f"{mean:g} a week, times {times:g}", *(_seen(some) for some in seen.values())])
    show("Four weeks with so many more: % seen (after so many weeks)", ["series", *methods], rows)


def _seen(weeks: list[int]) -> str:
    found = [week for week in weeks if week]
    return f"{100 * len(found) / len(weeks):.0f}" + (f" ({np.mean(found):.1f})" if found else "")


def quiet(rng: np.random.Generator, mean: float, phi: float, shape: tuple[int, int]) -> IntArray:
    """Counts with this mean and variance over mean."""
    drawn = rng.poisson(mean, shape) if phi == 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi, shape)
    return np.asarray(drawn, dtype=np.int64)


if __name__ == "__main__":
    main()
