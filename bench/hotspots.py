"""Hot spots of a million reports: the whole chain beside geopandas and esda in one process, and how it grows.

python -m bench.hotspots                     # about three minutes; the first time an environment with esda is made
python -m bench.hotspots --side 100 --events 100000 --no-growth
"""

import argparse
import json
import math
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench import esda_env
from bench.table import show
from mapsvc.analysis.cells import square_cells
from mapsvc.analysis.episodes import merge_episodes
from mapsvc.analysis.gistar import DRAWS, false_discovery_q, gi_star, permutation_tails, two_sided

SIDE, EVENTS = 300, 1_000_000
SQUARE_M = 50.0
KINDS, DAY_S, YEAR_DAYS = 6, 86_400, 365
SPAN_S = 72 * 3_600
ROUNDS, PEER_ROUNDS = 7, 3
LEAST_TIMES, MOST_MEMORY = 20.0, 0.5
GROWTH = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
PICTURE = Path(__file__).resolve().parents[1] / "docs/img/hotspots-growth.svg"

Events = tuple[np.ndarray, np.ndarray, np.ndarray]


def events(n: int, side: int, seed: int = 1) -> Events:
    """Reports of a year: points in metres, seconds, kinds; a fifth of them heaped at corners, 200 at each."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, side * SQUARE_M, (n, 2))
    heaped = rng.random(n) < 0.2
    corners = rng.uniform(0, side * SQUARE_M, (max(1, n // 1_000), 2))
    points[heaped] = corners[rng.integers(0, len(corners), heaped.sum())] + rng.normal(0, 15, (heaped.sum(), 2))
    points = np.clip(points, 0, np.nextafter(side * SQUARE_M, 0))
    return points, rng.integers(0, YEAR_DAYS * DAY_S, n), rng.integers(0, KINDS, n)


def chain(what: Events, draws: int | None = DRAWS) -> dict[str, float]:
    """Reports in, adjusted p of every cell out; seconds of each step."""
    points, moment, kind = what
    took: dict[str, float] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        done = work()
        took[name] = time.perf_counter() - began
        return done

    episode = step("episodes", lambda: merge_episodes(points, moment, kind, span=SPAN_S))
    opener = episode == np.arange(len(episode))
    cells, index = step("binning", lambda: square_cells(points, SQUARE_M))
    counts = np.bincount(index[opener], minlength=len(cells))
    neighbours = step("neighbours", cells.neighbours)
    step("Gi*", lambda: gi_star(counts, neighbours))
    tails = step("look-up permutations", lambda: permutation_tails(counts, neighbours, draws=draws))
    step("FDR", lambda: false_discovery_q(two_sided(*tails)))
    return took


def squares(side: int) -> Any:
    """The grid as geopandas wants it, made beforehand."""
    import geopandas
    import shapely

    x, y = (axis.ravel() * SQUARE_M for axis in np.meshgrid(np.arange(side), np.arange(side)))
    return geopandas.GeoDataFrame(geometry=shapely.box(x, y, x + SQUARE_M, y + SQUARE_M))


def peers(what: Events, grid: Any, weights: Any) -> dict[str, float]:
    """The same map by sjoin and G_Local with 999 permutations, without episodes; seconds of each step.

    The grid and its weights are given, compiling is done before: only what each new map costs is counted.
    """
    import esda
    import geopandas

    began = time.perf_counter()
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(what[0][:, 0], what[0][:, 1]))
    joined = geopandas.sjoin(points, grid, predicate="within")
    counts = np.bincount(joined["index_right"], minlength=len(grid))
    between = time.perf_counter()
    esda.G_Local(counts.astype(float), weights, transform="B", permutations=999, star=True, n_jobs=1, seed=1)
    return {"sjoin": between - began, "G_Local": time.perf_counter() - between}


def peak_mb() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(side: int, n: int, what: str) -> dict[str, Any]:
    """In the environment with esda: both in turn, or one side alone for its memory."""
    told: dict[str, Any] = {}
    made = events(n, side)
    if what in ("both", "ours"):
        chain(events(1_000, 10))
        told["ours"] = [chain(made) for _ in range(ROUNDS if what == "both" else 1)]
        told["exact"] = [chain(made, None) for _ in range(ROUNDS if what == "both" else 0)]
    if what in ("both", "peers"):
        import esda
        import libpysal

        small = libpysal.weights.lat2W(10, 10, rook=False)
        esda.G_Local(np.arange(100.0), small, transform="B", permutations=99, star=True, n_jobs=1, seed=1)
        grid, weights = squares(side), libpysal.weights.lat2W(side, side, rook=False)
        told["peers"] = [peers(made, grid, weights) for _ in range(PEER_ROUNDS if what == "both" else 1)]
    told["peak_mb"] = peak_mb()
    return told


def compare(side: int, n: int) -> bool:
    """Print both tables; whether both limits hold."""

    def ask(what: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(esda_env.run("hotspots", "--inside", what, f"--side={side}", f"--events={n}"))
        return told

    both = ask("both")
    ours, exact, theirs = (_seconds(both[name]) for name in ("ours", "exact", "peers"))
    times = sum(theirs.values()) / sum(ours.values())
    rows = [(f"ours: {name}", f"{s:.3f}", "") for name, s in ours.items()]
    rows.append(("ours in all", f"{sum(ours.values()):.3f}", "1"))
    rows.append(("ours with the exact table in place of draws", f"{sum(exact.values()):.3f}", ""))
    rows += [(f"peers: {name}", f"{s:.3f}", "") for name, s in theirs.items()]
    rows.append(("peers in all", f"{sum(theirs.values()):.3f}", f"{times:.1f}"))
    show(f"{n:,} reports, {side}x{side} cells, one process, medians", ("step", "seconds", "times"), rows)
    mine, others, idle = (ask(what)["peak_mb"] for what in ("ours", "peers", "none"))
    rows = [("data alone", f"{idle:.0f}", ""), ("ours", f"{mine:.0f}", "1")]
    rows.append(("peers", f"{others:.0f}", f"{others / mine:.1f}"))
    show("Peak memory, a process each", ("side", "MB", "times"), rows)
    fast, small = times >= LEAST_TIMES, mine <= MOST_MEMORY * others
    print(f"limits: at least {LEAST_TIMES:.0f} times faster: {'holds' if fast else 'MISSED'}; "
          f"at most half the memory: {'holds' if small else 'MISSED'}")  # fmt: skip
    return fast and small


def _seconds(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def grow(picture: Path | None) -> bool:
    """Print seconds from 10^4 to 10^7 reports; whether they grow no faster than n log n."""
    seconds = {}
    for n in GROWTH:
        # As dense as a million on 300x300, so that only the number of reports changes.
        made = events(n, max(3, round(SIDE * math.sqrt(n / EVENTS))))
        seconds[n] = min(sum(chain(made).values()) for _ in range(3 if n <= EVENTS else 2))
    per = {n: s / (n * math.log2(n)) * 1e9 for n, s in seconds.items()}
    rows = [(f"{n:,}", f"{s:.3f}", f"{per[n]:.2f}") for n, s in seconds.items()]
    show("Growth at equal density", ("reports", "seconds", "ns per n log2 n"), rows)
    slope = float(np.polyfit(np.log([n * math.log2(n) for n in seconds]), np.log(list(seconds.values())), 1)[0])
    holds = slope <= 1.05
    print(f"seconds grow as (n log n)^{slope:.2f}: {'holds' if holds else 'MISSED'} (at most 1.05)")
    if picture is not None:
        picture.write_text(drawing(seconds), encoding="utf-8")
    return holds


def drawing(seconds: dict[int, float]) -> str:
    """Both axes logarithmic; the dashed line is n log n through the million."""
    wide, high, left, top = 560, 340, 64, 20
    low_n, high_n = math.log10(GROWTH[0]), math.log10(GROWTH[-1])
    low_s, high_s = math.floor(math.log10(min(seconds.values()))), math.ceil(math.log10(max(seconds.values())))

    def at(n: float, s: float) -> str:
        x = left + (math.log10(n) - low_n) / (high_n - low_n) * (wide - left - 24)
        y = top + (high_s - math.log10(s)) / (high_s - low_s) * (high - top - 48)
        return f"{x:.1f},{y:.1f}"

    base = seconds[EVENTS] / (EVENTS * math.log(EVENTS))
    rule = [(n, base * n * math.log(n)) for n in np.geomspace(GROWTH[0], GROWTH[-1], 40)]
    lines = []
    for power in range(low_s, high_s + 1):
        (x1, y1), (x2, _) = (at(n, 10.0**power).split(",") for n in (GROWTH[0], GROWTH[-1]))
        lines.append(f'<path d="M{x1} {y1}H{x2}" stroke="#e4e0d7"/><text x="{left - 8}" y="{float(y1) + 4:.1f}" '
                     f'text-anchor="end">{10.0**power:g} s</text>')  # fmt: skip
    for power in range(round(low_n), round(high_n) + 1):
        x = at(10.0**power, 1.0).split(",")[0]
        lines.append(f'<text x="{x}" y="{high - 24}" text-anchor="middle">{10**power:,}</text>')
    spots = [at(n, s).split(",") for n, s in seconds.items()]
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3.5" fill="#7d4a96"/>' for x, y in spots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="12" '
        f'fill="#55514a"><title>Seconds of the chain by number of reports</title><rect width="{wide}" height="{high}" '
        f'fill="#fdfcfa"/>{"".join(lines)}'
        f'<polyline points="{" ".join(at(n, max(s, 10.0**low_s)) for n, s in rule)}" fill="none" stroke="#8b867b" '
        f'stroke-dasharray="5 4"/>'
        f'<polyline points="{" ".join(at(n, s) for n, s in seconds.items())}" fill="none" stroke="#7d4a96"/>{dots}'
        f'<text x="{wide / 2}" y="{high - 6}" text-anchor="middle">reports; dashed: n log n</text></svg>\n'
    )


def main() -> None:
    """Measure, print, and end with 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--side", type=int, default=SIDE)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--picture", action="store_true", help=f"draw the growth into {PICTURE.name}")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        print(json.dumps(measure(asked.side, asked.events, asked.inside)))
        return
    holds = compare(asked.side, asked.events)
    if not asked.no_growth:
        holds &= grow(PICTURE if asked.picture else None)
    raise SystemExit(0 if holds else 1)


if __name__ == "__main__":
    main()
