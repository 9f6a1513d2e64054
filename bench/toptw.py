"""Team orienteering with time windows: prizes collected in given CPU seconds, beside the best known and three peers.

python -m bench.toptw                                                            # all: over an hour; goes on where it
python -m bench.toptw --jobs 2 --cpu-seconds 2                                   # was stopped
python -m bench.toptw FILE --vehicles 3 --cpu-seconds 2 --seed 1 --json         # one file: {"prize", "routes"}
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from bench import toptw_env
from bench.table import show
from bench.toptw_files import ROOT, Instance, best_known, find, read

FOLDER = ROOT / "bench/vendor/toptw"
OURS, PEERS = "ours", ("pyvrp", "vroom", "ortools")
SEEDS = (1, 2, 3, 4, 5)
SECONDS = (2.0, 10.0)
# What an answer of ours is made by: another text, and the runs are asked for again.
_SOURCES = ("exact", "ground", "search", "solver", "tidy", "travel", "vrp", "whole")
_MOST_MEAN = {2.0: 1.3, 10.0: 0.6}
_MOST_WORST = {2.0: 5.0}


@dataclass(frozen=True)
class Run:
    """One answer that is asked for."""

    solver: str
    instance: str
    vehicles: int
    seconds: float
    seed: int
    made_by: str


def main() -> None:
    """Solve one file, or measure all of them."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("file", nargs="?", type=Path)
    asked.add_argument("--vehicles", type=int, default=1)
    asked.add_argument("--cpu-seconds", type=float)
    asked.add_argument("--seed", type=int)
    asked.add_argument("--solver", choices=(OURS, *PEERS))
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--jobs", type=int, default=1, help="runs at the same time")
    said = asked.parse_args()
    if said.file:
        _one(said)
        return
    seconds = (said.cpu_seconds,) if said.cpu_seconds else SECONDS
    solvers = (said.solver,) if said.solver else (OURS, *PEERS)
    seeds = (said.seed,) if said.seed else SEEDS
    _all(solvers, seconds, seeds, said.jobs)


def _one(said: argparse.Namespace) -> None:
    seconds, seed = said.cpu_seconds or SECONDS[0], 1 if said.seed is None else said.seed
    if said.solver in PEERS:
        answer = toptw_env.run("toptw_peers", said.solver, str(said.file), str(said.vehicles), str(seconds), str(seed))
        routes = json.loads(answer)["routes"]
    else:
        routes = solved(said.file, said.vehicles, seconds, seed)
    instance = read(said.file)
    faults = instance.faults(routes, said.vehicles)
    if faults:
        raise SystemExit("\n".join(faults))
    prize = instance.collected(routes)
    if said.json:
        print(json.dumps({"prize": prize, "routes": routes}))
    else:
        print(f"{said.file.stem}, {said.vehicles} vehicles, {seconds:g} CPU s: {prize:g}")
        for route in routes:
            print("  " + " ".join(map(str, route)))


def solved(path: Path, vehicles: int, seconds: float, seed: int) -> list[list[int]]:
    """Our routes, as numbers of the file's tasks; CPU seconds count from when the file is read, not the imports."""
    import pyvrp.search  # noqa: F401 -- loaded before the clock runs

    from mapsvc.patrol import exact, search, travel  # noqa: F401
    from mapsvc.patrol.problem import Effort
    from mapsvc.patrol.solver import solve

    instance = read(path)
    began = time.process_time()
    problem = question(instance, vehicles)
    answer = solve(problem, seed, Effort(cpu_s=max(seconds - (time.process_time() - began), 0.0)))
    return [[i + 1 for i in route] for route in answer.routes]


def question(instance: Instance, vehicles: int) -> Any:
    """The instance as the product asks its solver: the walk is minded as it is long."""
    import numpy as np

    from mapsvc.patrol.problem import Problem, Walker

    n = instance.tasks
    rows = [0, n + 1, *range(1, n + 1)]
    walk = np.array(instance.distance, dtype=float)[np.ix_(rows, rows)]
    walker = Walker(0, 1, instance.window[0][0], instance.window[-1][1], np.zeros(n))
    return Problem(
        2, walk, walk, np.array(instance.service[1:-1]), np.array(instance.prize[1:-1]), np.zeros(n, dtype=bool),
        tuple((window,) for window in instance.window[1:-1]), np.full(n, -1), (walker,) * vehicles,
    )  # fmt: skip


def _all(solvers: tuple[str, ...], seconds: tuple[float, ...], seeds: tuple[int, ...], jobs: int) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = _kept()
    wanted = [
        Run(solver, name, vehicles, s, 0 if solver == "vroom" else seed, _made_by(solver))
        for s in seconds for name, vehicles, _ in best_known() for seed in seeds for solver in solvers
    ]  # fmt: skip
    wanted = list(dict.fromkeys(wanted))
    missing = [run for run in wanted if run not in done]
    print(f"{len(wanted)} answers, {len(missing)} of them still to be found: {FOLDER / 'runs.jsonl'}", flush=True)
    if any(run.solver in PEERS for run in missing):
        toptw_env.python()
    lock = Lock()
    with ThreadPoolExecutor(jobs) as pool:
        for run, routes in zip(missing, pool.map(_asked, missing), strict=True):
            done[run] = _checked(run, routes)
            with lock, (FOLDER / "runs.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps({**vars(run), "prize": done[run], "routes": routes}) + "\n")
    for s in seconds:
        _table(s, solvers, {run: done[run] for run in wanted if run.seconds == s})


def _asked(run: Run) -> list[list[int]]:
    """The answer of a process of its own, so that one does not warm up the other."""
    asked = ["-m", "bench.toptw", str(find(run.instance)), "--vehicles", str(run.vehicles), "--seed", str(run.seed)]
    asked += ["--cpu-seconds", str(run.seconds), "--solver", run.solver, "--json"]
    done = subprocess.run([sys.executable, *asked], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    routes: list[list[int]] = json.loads(done.stdout)["routes"]
    return routes


def _checked(run: Run, routes: list[list[int]]) -> float:
    """The prize, counted anew from the file."""
    instance = read(find(run.instance))
    faults = instance.faults(routes, run.vehicles)
    if faults:
        raise SystemExit(f"{run}: " + "; ".join(faults))
    return instance.collected(routes)


def _made_by(solver: str) -> str:
    if solver in PEERS:
        return ""
    texts = [(ROOT / f"mapsvc/patrol/{name}.py").read_bytes() for name in _SOURCES]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:12]


def _kept() -> dict[Run, float]:
    path = FOLDER / "runs.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    return {Run(**{k: row[k] for k in Run.__dataclass_fields__}): row["prize"] for row in rows}


def _table(seconds: float, solvers: tuple[str, ...], prizes: dict[Run, float]) -> None:
    """Mean and worst gap to the best known, per instance and over all."""
    gaps: dict[tuple[str, str], list[float]] = {}
    best = {(name, vehicles): value for name, vehicles, value in best_known()}
    for run, prize in prizes.items():
        known = best[run.instance, run.vehicles]
        gaps.setdefault((run.solver, f"{run.instance} ×{run.vehicles}"), []).append(100 * (known - prize) / known)
    names = list(dict.fromkeys(name for _, name in gaps))
    rows = [[name, *(f"{statistics.mean(gaps[solver, name]):.2f}" for solver in solvers)] for name in names]
    means = {s: statistics.mean(statistics.mean(gaps[s, name]) for name in names) for s in solvers}
    worst = {s: max(max(gaps[s, name]) for name in names) for s in solvers}
    rows += [["mean", *(f"{means[s]:.2f}" for s in solvers)], ["worst run", *(f"{worst[s]:.2f}" for s in solvers)]]
    show(f"Gap to the best known, %, mean of the seeds, {seconds:g} CPU s", ["instance", *solvers], rows)
    if OURS in solvers:
        _said(seconds, means, worst)


def _said(seconds: float, means: dict[str, float], worst: dict[str, float]) -> None:
    asked = [
        ("mean", means[OURS], _MOST_MEAN.get(seconds)),
        ("worst", worst[OURS], _MOST_WORST.get(seconds)),
        ("mean beside the best peer", means[OURS], min((v for s, v in means.items() if s != OURS), default=None)),
    ]
    for what, value, most in asked:
        if most is not None:
            print(f"{what}: {value:.2f} %, at most {most:.2f}: {'kept' if value <= most else 'NOT KEPT'}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
