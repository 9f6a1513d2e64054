"""Puts a plan together: walks, solver, times, lines, and the reasons for what was left out."""

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.patrol import (
    Candidate,
    Plan,
    PlanRequest,
    Route,
    Skipped,
    Stop,
    about,
    input_hash,
    mark_musts,
    shift_start,
)
from mapsvc.patrol.checker import check_plan
from mapsvc.patrol.network import Network, Walks
from mapsvc.patrol.solver import METHOD, Problem, duration_s, solve

WALK_M_PER_S = 1.1
FloatArray = NDArray[np.float64]
ToLonLat = Callable[[float, float], tuple[float, float]]


def make_plan(
    plan_id: str,
    request: PlanRequest,
    candidates: tuple[Candidate, ...],
    network: Network,
    metres: FloatArray,
    to_lonlat: ToLonLat,
    version: int = 1,
) -> Plan:
    """Plan the walks of one shift.

    Parameters
    ----------
    candidates : tuple of n Candidate
    network : Network
        In metres.
    metres : array of shape (n + 1, 2)
        Positions in the network's system: the start, then the candidates in their order.
    to_lonlat : callable
        From the network's metres back to WGS-84.

    Returns
    -------
    Plan
        Checked by an independent walk through it (patrol/checker.py).

    Raises
    ------
    Broken
        The plan fails its own check.
    """
    candidates = mark_musts(candidates, request.must)
    walks = network.walks(metres)
    problem = _problem(request, candidates, walks)
    chosen = [_walking_order(problem, stops) for stops in solve(problem, request.seed)]
    routes = tuple(
        _route(worker, index, stops, request, candidates, problem, walks, to_lonlat)
        for index, (worker, stops) in enumerate(zip(request.workers, chosen, strict=True))
    )
    taken = {i for stops in chosen for i in stops}
    skipped = tuple(_skipped(problem, chosen, i, candidate) for i, candidate in enumerate(candidates) if i not in taken)
    notes = ("有停靠点离路网太远,步行按直线的1.3倍估算",) if walks.estimated else ()
    digest = input_hash(request, candidates, network.digest)
    plan = Plan(
        plan_id,
        request.day,
        request.shift,
        request.minutes,
        routes,
        skipped,
        request.seed,
        version,
        digest,
        METHOD,
        notes,
    )
    check_plan(plan, request, candidates)
    return plan


def _problem(request: PlanRequest, candidates: tuple[Candidate, ...], walks: Walks) -> Problem:
    return Problem(
        walk_s=walks.distance_m / WALK_M_PER_S,
        effort_s=walks.effort_m / WALK_M_PER_S,
        service_s=np.array([c.service_min * 60.0 for c in candidates]),
        points=np.array([float(c.points) for c in candidates]),
        must=np.array([c.must for c in candidates], dtype=bool),
        foreign=_foreign(request.workers, candidates),
        shift_s=request.minutes * 60.0,
    )  # fmt: skip


def _foreign(workers: tuple[str, ...], candidates: tuple[Candidate, ...]) -> NDArray[np.bool_]:
    """Per worker the stops that another of the same patrol looks after."""
    rows = [[c.worker not in (None, worker) and c.worker in workers for c in candidates] for worker in workers]
    return np.array(rows, dtype=bool).reshape(len(workers), len(candidates))


def _walking_order(problem: Problem, stops: list[int]) -> list[int]:
    """Of a loop and its reverse the one that reaches what matters most first: late stops are the ones that fall out."""
    worth = problem.points[stops]
    halves = len(stops) // 2
    return stops[::-1] if worth[-halves:].sum() > worth[:halves].sum() and halves else stops


def _route(
    worker: str,
    index: int,
    stops: list[int],
    request: PlanRequest,
    candidates: tuple[Candidate, ...],
    problem: Problem,
    walks: Walks,
    to_lonlat: ToLonLat,
) -> Route:
    at = shift_start(request.shift)
    done: list[Stop] = []
    line: list[tuple[float, float]] = []
    here = 0
    for order, i in enumerate(stops, start=1):
        at += timedelta(seconds=float(problem.walk_s[here, i + 1]))
        done.append(
            _stop(order, at, candidates[i], float(walks.distance_m[here, i + 1]), walks.crosses(here, i + 1))
        )
        line.extend(walks.line(here, i + 1))
        at += timedelta(minutes=candidates[i].service_min)
        here = i + 1
    if stops:
        line.extend(walks.line(here, 0))
        at += timedelta(seconds=float(problem.walk_s[here, 0]))
    way = [0, *(i + 1 for i in stops), 0] if stops else []
    walked = sum(float(walks.distance_m[a, b]) for a, b in itertools.pairwise(way))
    return Route(
        worker, index % 6, _title(candidates, stops), tuple(done), round(walked), round(walked / WALK_M_PER_S / 60),
        sum(s.service_min for s in done), about(at),
        tuple(_rounded(to_lonlat(x, y)) for x, y in _without_repeats(line)),
    )  # fmt: skip


def _stop(order: int, at: timedelta, candidate: Candidate, walk_m: float, crosses: bool) -> Stop:
    return Stop(
        order, about(at), candidate.ref, candidate.label, candidate.lon, candidate.lat, candidate.shop,
        candidate.reasons, candidate.service_min, round(walk_m), crosses,
    )  # fmt: skip


def _title(candidates: tuple[Candidate, ...], stops: list[int]) -> str:
    """The street that most stops lie on, and its span of numbers."""
    streets = Counter(candidates[i].street for i in stops if candidates[i].street)
    if not streets:
        return "今天没有要走的" if not stops else f"{len(stops)}站"
    street = max(streets, key=lambda s: (streets[s], s or ""))
    numbers = [n for i in stops if candidates[i].street == street and (n := candidates[i].house_number)]
    if not numbers:
        return str(street)
    return f"{street}{min(numbers)}号" if min(numbers) == max(numbers) else f"{street}{min(numbers)}–{max(numbers)}号"


def _skipped(problem: Problem, chosen: list[list[int]], i: int, candidate: Candidate) -> Skipped:
    must = "必到,但" if candidate.must else ""
    alone = duration_s(problem, [i])
    if alone > problem.shift_s:
        text = f"{must}单去一趟就要约{round(alone / 60)}分钟,超过这一班"
        return Skipped(candidate.ref, candidate.label, "too_far", text)
    lacking = min(_shortage(problem, stops, i) for stops in chosen)
    if lacking > 0:
        text = f"{must}时间不够,约差{max(1, round(lacking / 60))}分钟"
        return Skipped(candidate.ref, candidate.label, "no_time", text)
    return Skipped(candidate.ref, candidate.label, "detour", f"{must}绕路太多,留给下一班")


def _shortage(problem: Problem, stops: list[int], i: int) -> float:
    """Seconds by which the shift would be overrun with `i` put where it costs least."""
    with_it = (duration_s(problem, [*stops[:k], i, *stops[k:]]) for k in range(len(stops) + 1))
    return min(with_it) - problem.shift_s


def _without_repeats(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [p for k, p in enumerate(line) if k == 0 or p != line[k - 1]]


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 6), round(point[1], 6)
