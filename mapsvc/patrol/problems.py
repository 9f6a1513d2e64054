"""Turns what was asked for and what could be walked to into the solver's question."""

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import hypot

import numpy as np

from mapsvc.domain.patrol import Candidate, LonLat, PlanRequest, shift_start
from mapsvc.patrol.network import Network, Walks
from mapsvc.patrol.pavements import Point
from mapsvc.patrol.problem import FloatArray, IntArray, Problem, Walker, Window

# A stroll past shop windows, below the 1.4 m/s of somebody who only wants to arrive.
WALK_M_PER_S = 1.1
# What it is minded to stop at somebody else's door: worth it on the way, not as an errand.
_FOREIGN_S = 240.0


@dataclass(frozen=True)
class Ground:
    """Where walks are planned.

    Attributes
    ----------
    network : Network
        In metres.
    to_metres, to_lonlat : callable
        From WGS-84 to the network's metres, and back.
    """

    network: Network
    to_metres: Callable[[float, float], Point]
    to_lonlat: Callable[[float, float], LonLat]


@dataclass(frozen=True)
class Ask:
    """A request with all that could be walked to, and the problem made of it.

    A door is one task; a stretch two of a group, one for each direction. What is left out by hand is no task, nor
    what has hours of which none lies within anybody's shift.

    Attributes
    ----------
    candidates : tuple of Candidate
    walks : Walks
        Between `enters` and `leaves`.
    enters, leaves : int array of shape (places + n,)
        Per row of the problem's matrices the place in `walks` at which it is come to and left.
    of_task : tuple of n int
        The candidate of each task.
    lines : tuple of n tuples of (x, y)
        Along a stretch in its direction, in metres; empty for doors.
    """

    request: PlanRequest
    candidates: tuple[Candidate, ...]
    walks: Walks
    enters: IntArray
    leaves: IntArray
    of_task: tuple[int, ...]
    lines: tuple[tuple[Point, ...], ...]
    problem: Problem

    @cached_property
    def tasks_of(self) -> dict[int, tuple[int, ...]]:
        """Tasks of each candidate that has any."""
        found: dict[int, tuple[int, ...]] = {}
        for task, candidate in enumerate(self.of_task):
            found[candidate] = (*found.get(candidate, ()), task)
        return found

    @cached_property
    def index(self) -> dict[str, int]:
        """Candidates by ref."""
        return {candidate.ref: i for i, candidate in enumerate(self.candidates)}

    def distance_m(self, here: int, there: int) -> float:
        """Metres from one row of the problem's matrices to another."""
        return float(self.walks.distance_m[self.leaves[here], self.enters[there]])


def ask(request: PlanRequest, candidates: Sequence[Candidate], ground: Ground, by_hand: Collection[str] = ()) -> Ask:
    """Put the question.

    Parameters
    ----------
    candidates : sequence of Candidate
        All that could be walked to; those of `request.must` and its locks become musts.
    by_hand : collection of str
        Refs put into a route by hand: tasks whatever their hours.
    """
    marked = mark_musts(tuple(candidates), request.must)
    places, walkers = _ends(request)
    lines = [tuple(ground.to_metres(*at) for at in candidate.stretch) for candidate in marked]
    points = [ground.to_metres(*at) for at in places]
    names: list[str | None] = [None] * len(places)
    of_task, enters, leaves = [], list(range(len(places))), list(range(len(places)))
    along: list[tuple[Point, ...]] = []
    horizon = max((finish for *_, finish in walkers), default=0.0)
    windows: list[tuple[Window, ...]] = []
    left_out = set(request.leave_out)
    for i, candidate in enumerate(marked):
        first = len(points)
        ends = (lines[i][0], lines[i][-1]) if lines[i] else (ground.to_metres(candidate.lon, candidate.lat),)
        points += ends
        names += [candidate.street] * len(ends)
        hours = within(candidate, request, horizon)
        if candidate.ref in by_hand:
            hours = hours if hours is not None else _hours(candidate, request)
        elif hours is None or left_out & {candidate.ref, *candidate.also}:
            continue
        last = len(points) - 1
        for enter, leave in ((first, last), (last, first))[: len(ends)]:
            of_task.append(i)
            enters.append(enter)
            leaves.append(leave)
            along.append(lines[i] if enter == first else lines[i][::-1])
            windows.append(hours)
    walks = ground.network.walks(np.array(points, dtype=np.float64).reshape(-1, 2), names)
    rows, columns = np.array(leaves, dtype=np.int64), np.array(enters, dtype=np.int64)
    chosen = [marked[i] for i in of_task]
    locked = {lock.ref: lock.worker for lock in request.locks if lock.worker in request.workers}
    problem = Problem(
        places=len(places),
        walk=_between(walks.distance_m, rows, columns),
        effort=_between(walks.effort_m, rows, columns),
        service=np.array([service_s(c, line) for c, line in zip(chosen, along, strict=True)], dtype=np.float64),
        points=np.array([float(c.points) for c in chosen], dtype=np.float64),
        must=np.array([c.must or bool(_lock_of(c, locked)) for c in chosen], dtype=np.bool_),
        windows=tuple(windows),
        group=np.array([i if marked[i].stretch else -1 for i in of_task], dtype=np.int64),
        walkers=tuple(
            Walker(start, end, 0.0, finish, _aversion(name, request.workers, chosen, locked))
            for name, start, end, finish in walkers
        ),
    )
    return Ask(request, marked, walks, columns, rows, tuple(of_task), tuple(along), problem)


def mark_musts(candidates: tuple[Candidate, ...], must: Sequence[str]) -> tuple[Candidate, ...]:
    """The same candidates, those named in `must` to be reached whatever else is left out."""
    wanted = set(must)
    return tuple(replace(c, must=True) if wanted & {c.ref, *c.also} else c for c in candidates)


def service_s(candidate: Candidate, line: Sequence[Point]) -> float:
    """Seconds at a door, or along a stretch of pavement."""
    return length_m(line) / WALK_M_PER_S if line else candidate.service_min * 60.0


def length_m(line: Sequence[Point]) -> float:
    """Metres along a line."""
    return sum(hypot(q[0] - p[0], q[1] - p[1]) for p, q in itertools.pairwise(line))


def within(candidate: Candidate, request: PlanRequest, horizon_s: float) -> tuple[Window, ...] | None:
    """Seconds of the shift at which a candidate may be begun: () at any time, None at none."""
    if not candidate.windows:
        return ()
    hours = _hours(candidate, request)
    kept = tuple((max(begin, 0.0), min(end, horizon_s)) for begin, end in hours if end >= 0 and begin <= horizon_s)
    if not kept:
        return None
    return () if any(begin <= 0 and end >= horizon_s for begin, end in kept) else kept


def _hours(candidate: Candidate, request: PlanRequest) -> tuple[Window, ...]:
    """Its windows in seconds from the shift's begin."""
    zero = shift_start(request.shift).total_seconds()
    return tuple((begin * 60.0 - zero, end * 60.0 - zero) for begin, end in sorted(candidate.windows))


def _ends(request: PlanRequest) -> tuple[list[LonLat], list[tuple[str, int, int, float]]]:
    """Places where somebody sets out or ends; per worker the name, the rows of both, and the seconds of the shift."""
    if request.start is None:
        raise ValueError("a request to be planned has a start")
    special = {one.worker: one for one in request.specials}
    rows: dict[LonLat, int] = {}
    walkers = []
    for name in request.workers:
        own = special.get(name)
        start = (own.start if own else None) or request.start
        end = (own.end if own else None) or request.start
        minutes = own.minutes if own and own.minutes is not None else request.minutes
        ends = [rows.setdefault(place, len(rows)) for place in (start, end)]
        walkers.append((name, ends[0], ends[1], minutes * 60.0))
    return list(rows), walkers


def _between(metres: FloatArray, rows: IntArray, columns: IntArray) -> FloatArray:
    times = metres[np.ix_(rows, columns)] / WALK_M_PER_S
    np.fill_diagonal(times, 0.0)
    return np.asarray(times, dtype=np.float64)


def _aversion(
    name: str, workers: Sequence[str], candidates: Sequence[Candidate], locked: Mapping[str, str]
) -> FloatArray:
    """What one person minds of each task: more where another of the same patrol looks after it, inf if it is locked."""
    minded = []
    for candidate in candidates:
        whose = _lock_of(candidate, locked)
        if whose:
            minded.append(0.0 if whose == name else np.inf)
        else:
            is_foreign = candidate.worker not in (None, name) and candidate.worker in workers
            minded.append(_FOREIGN_S if is_foreign else 0.0)
    return np.array(minded, dtype=np.float64)


def _lock_of(candidate: Candidate, locked: Mapping[str, str]) -> str | None:
    return next((locked[ref] for ref in (candidate.ref, *candidate.also) if ref in locked), None)
