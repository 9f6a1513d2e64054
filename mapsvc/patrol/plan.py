"""Puts a plan together: walks, solver, times, lines, and the reasons for what was left out."""

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
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
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.patrol.checker import check_plan
from mapsvc.patrol.network import Network, Walks
from mapsvc.patrol.solver import METHOD, Problem, duration_s, solve

# A stroll past shop windows, below the 1.4 m/s of somebody who only wants to arrive.
WALK_M_PER_S = 1.1
# Of the mean load: how even the work is asked to be, the evenest first.
_FAIR_SHARES = (1.1, 1.25, 1.5)
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
    walks = network.walks(metres, (None, *(candidate.street for candidate in candidates)))
    problem = _problem(request, candidates, walks)
    chosen = [_walking_order(problem, stops) for stops in _shared_out(problem, request.seed)]
    routes = tuple(
        _route(worker, index, stops, request, candidates, problem, walks, to_lonlat)
        for index, (worker, stops) in enumerate(zip(request.workers, chosen, strict=True))
    )
    taken = {i for stops in chosen for i in stops}
    left_out = (i for i in range(len(candidates)) if i not in taken)
    skipped = tuple(_skipped(problem, chosen, i, candidates[i]) for i in left_out)
    notes = ("有停靠点离路网太远，步行按直线的1.3倍估算",) if walks.estimated else ()
    digest = input_hash(request, candidates, network.digest)
    plan = Plan(
        plan_id, request.day, request.shift, request.minutes, routes, skipped, request.seed, version, digest,
        METHOD, notes, request.start, request.must,
    )  # fmt: skip
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


def _shared_out(problem: Problem, seed: int) -> list[list[int]]:
    """The solver's choice; where the shift is longer than the work, the work shared out as evenly as it goes.

    The solver minds walking alone and would send some home at once while one walks to the end.
    """
    chosen = solve(problem, seed)
    loads = [duration_s(problem, stops) for stops in chosen]
    if sum(map(len, chosen)) < len(problem.points) or len(loads) < 2:
        return chosen
    longest = max((duration_s(problem, [i]) for i in range(len(problem.points))), default=0.0)
    for share in _FAIR_SHARES:
        fair_s = max(share * sum(loads) / len(loads), longest)
        if max(loads) <= fair_s:
            break
        shared = solve(replace(problem, shift_s=fair_s), seed)
        if sum(map(len, shared)) == len(problem.points):
            return shared
    return chosen


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
    way = [0, *(i + 1 for i in stops), 0] if stops else []
    for order, (here, there) in enumerate(itertools.pairwise(way), start=1):
        at += timedelta(seconds=float(problem.walk_s[here, there]))
        line.extend(walks.line(here, there))
        if there:
            turn = _turn(candidates, walks, way, order)
            done.append(_stop(order, at, candidates[there - 1], walks, here, there, turn))
            at += timedelta(minutes=candidates[there - 1].service_min)
    walked = sum(float(walks.distance_m[a, b]) for a, b in itertools.pairwise(way))
    return Route(
        worker, index % 6, _title(candidates, stops), tuple(done), round(walked), round(walked / WALK_M_PER_S / 60),
        sum(s.service_min for s in done), about(at),
        tuple(_rounded(to_lonlat(x, y)) for x, y in _without_repeats(line)),
    )  # fmt: skip


def _stop(order: int, at: timedelta, candidate: Candidate, walks: Walks, here: int, there: int, turn: str) -> Stop:
    return Stop(
        order, about(at), candidate.ref, candidate.label, candidate.lon, candidate.lat, candidate.shop,
        candidate.reasons, candidate.service_min, round(float(walks.distance_m[here, there])),
        here > 0 and walks.crosses(here, there), candidate.side, turn,
    )  # fmt: skip


def _turn(candidates: tuple[Candidate, ...], walks: Walks, way: list[int], order: int) -> str:
    """What is said before stop `order` of `way` if the walk changes sides there; nothing before the first."""
    here, there = way[order - 1], way[order]
    if order == 1 or not walks.crosses(here, there):
        return ""
    side = SIDE_NAMES.get(candidates[there - 1].side, "")
    before, after = (_heading(walks, way[k], way[k + 1]) for k in (order - 2, order))
    if before * after < 0 and _same_street(walks, here, there):
        return f"过街，从{side}往回走" if side else "过街，往回走"
    street = candidates[there - 1].street or ""
    return f"过街，走{side if _same_street(walks, here, there) else street + side}" if street or side else "过街"


def _heading(walks: Walks, here: int, there: int) -> float:
    """Metres gained along the street between two stops; 0 between streets."""
    a, b = walks.snaps[here], walks.snaps[there]
    return b.chainage_m - a.chainage_m if a and b and a.street == b.street else 0.0


def _same_street(walks: Walks, here: int, there: int) -> bool:
    a, b = walks.snaps[here], walks.snaps[there]
    return a is not None and b is not None and a.street == b.street


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
    must = "必到，但" if candidate.must else ""
    alone = duration_s(problem, [i])
    if alone > problem.shift_s:
        text = f"{must}单去一趟就要约{round(alone / 60)}分钟，超过这一班"
        return Skipped(candidate.ref, candidate.label, "too_far", text, candidate.points)
    lacking = min(_shortage(problem, stops, i) for stops in chosen)
    if lacking > 0:
        text = f"{must}时间不够，约差{max(1, round(lacking / 60))}分钟"
        return Skipped(candidate.ref, candidate.label, "no_time", text, candidate.points)
    return Skipped(candidate.ref, candidate.label, "detour", f"{must}绕路太多，留给下一班", candidate.points)


def _shortage(problem: Problem, stops: list[int], i: int) -> float:
    """Seconds by which the shift would be overrun with `i` put where it costs least."""
    with_it = (duration_s(problem, [*stops[:k], i, *stops[k:]]) for k in range(len(stops) + 1))
    return min(with_it) - problem.shift_s


def _without_repeats(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [p for k, p in enumerate(line) if k == 0 or p != line[k - 1]]


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 6), round(point[1], 6)
