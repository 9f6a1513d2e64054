"""Chooses stops and their order: team orienteering, solved by PyVRP behind this one adapter."""

import itertools
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyvrp

METHOD = "pyvrp-0.14.ils"
# Iterations, not seconds: every machine finds the same plan.
ITERATIONS = 1_500
# The solver counts in whole numbers.
_TICKS_PER_S = 10
_PRIZE_SHARE = 0.5
# What it costs to stop at somebody else's door: worth it on the way, not as an errand.
_FOREIGN_S = 240.0


@dataclass(frozen=True)
class Problem:
    """What the solver sees; seconds throughout, index 0 is where everybody sets out and ends.

    Attributes
    ----------
    walk_s : array of shape (n + 1, n + 1)
        Time spent walking.
    effort_s : array of shape (n + 1, n + 1)
        The same with the price of crossings; minimised, takes no time.
    service_s : array of shape (n,)
    points : array of shape (n,)
        Worth of each stop, any unit.
    must : bool array of shape (n,)
    foreign : bool array of shape (workers, n)
        Stops that somebody else looks after; taken along where it costs little.
    shift_s : float
    """

    walk_s: NDArray[np.float64]
    effort_s: NDArray[np.float64]
    service_s: NDArray[np.float64]
    points: NDArray[np.float64]
    must: NDArray[np.bool_]
    foreign: NDArray[np.bool_]
    shift_s: float

    @property
    def workers(self) -> int:
        """How many routes there may be."""
        return len(self.foreign)


def solve(problem: Problem, seed: int, iterations: int = ITERATIONS) -> list[list[int]]:
    """Return per worker the stops (0-based, without the start) in order; equal seed, equal answer.

    Prizes are scaled so that their mean is half the shift: a fixed factor returns empty plans, and no cost of
    walking leaves the search on a plateau. So the unit of the points does not change the plan.
    """
    n = len(problem.points)
    if not n or not problem.workers:
        return [[] for _ in range(problem.workers)]
    found = _search(problem, seed, iterations)
    if found is None:
        found = _search(replace(problem, must=_fitting(problem, seed, iterations)), seed, iterations)
    return [_within_shift(problem, stops) for stops in found or [[] for _ in range(problem.workers)]]


def _fitting(problem: Problem, seed: int, iterations: int) -> NDArray[np.bool_]:
    """Of musts that do not fit all together those that do, worth most."""
    musts = np.flatnonzero(problem.must)
    rows = np.concatenate([[0], musts + 1])
    among = Problem(
        problem.walk_s[np.ix_(rows, rows)], problem.effort_s[np.ix_(rows, rows)], problem.service_s[musts],
        problem.points[musts], np.zeros(len(musts), dtype=bool), problem.foreign[:, musts], problem.shift_s,
    )  # fmt: skip
    fitting = np.zeros(len(problem.must), dtype=bool)
    for stops in solve(among, seed, iterations):
        fitting[musts[stops]] = True
    return fitting


def _search(problem: Problem, seed: int, iterations: int) -> list[list[int]] | None:
    """Search with the musts required; None when they do not fit all together, which the solver does not raise."""
    import pyvrp
    from pyvrp.exceptions import PenaltyBoundWarning
    from pyvrp.stop import MaxIterations

    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(len(problem.points) + 1)],
        clients=_clients(problem, _prizes(problem)),
        depots=[pyvrp.Depot(0)],
        vehicle_types=[
            pyvrp.VehicleType(1, shift_duration=_ticks(problem.shift_s), profile=w) for w in range(problem.workers)
        ],
        distance_matrices=[_matrix(problem.effort_s, problem.foreign[w]) for w in range(problem.workers)],
        duration_matrices=[_matrix(problem.walk_s) for _ in range(problem.workers)],
    )
    with warnings.catch_warnings():
        # Said where musts may not fit: the answer is looked at instead.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = pyvrp.solve(data, stop=MaxIterations(iterations), seed=seed, display=False)
    if problem.must.any() and not result.is_feasible():
        return None
    routes: list[list[int]] = [[] for _ in range(problem.workers)]
    for route in result.best.routes():
        routes[route.vehicle_type()] = [a.idx for a in route.schedule() if a.is_client()]
    return routes


def _prizes(problem: Problem) -> NDArray[np.float64]:
    scale = _PRIZE_SHARE * problem.shift_s / max(float(problem.points.mean()), 1e-9)
    return problem.points * scale


def _clients(problem: Problem, prizes: NDArray[np.float64]) -> "list[pyvrp.Client]":
    from pyvrp import Client

    return [
        Client(i + 1, service_duration=_ticks(float(s)), prize=_ticks(float(p)), required=bool(must))
        for i, (s, p, must) in enumerate(zip(problem.service_s, prizes, problem.must, strict=True))
    ]


def _matrix(seconds: NDArray[np.float64], foreign: NDArray[np.bool_] | None = None) -> Any:
    ticks = np.rint(seconds * _TICKS_PER_S).astype(np.int64)
    if foreign is not None:
        ticks[:, 1:][:, foreign] += _ticks(_FOREIGN_S)
    np.fill_diagonal(ticks, 0)
    return ticks


def _ticks(seconds: float) -> int:
    return round(seconds * _TICKS_PER_S)


def duration_s(problem: Problem, stops: list[int]) -> float:
    """Walking and staying of a route, from the start and back."""
    way = [0, *(i + 1 for i in stops), 0]
    walking = sum(float(problem.walk_s[a, b]) for a, b in itertools.pairwise(way))
    return walking + float(problem.service_s[stops].sum()) if stops else 0.0


def _within_shift(problem: Problem, stops: list[int]) -> list[int]:
    """Drop the least worth until the shift holds; the search may answer with overtime when musts crowd it."""
    stops = list(stops)
    slack = len(stops) / _TICKS_PER_S + 1.0
    while stops and duration_s(problem, stops) > problem.shift_s + slack:
        stops.remove(min(stops, key=lambda i: (bool(problem.must[i]), float(problem.points[i]), i)))
    return stops
