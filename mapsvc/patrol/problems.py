"""Turns what was asked for and what could be walked to into the solver's question."""

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from math import hypot

import numpy as np

from mapsvc.domain.patrol import Candidate, LonLat, PlanRequest, Special, shift_start
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
    what no way leads to, nor what has hours of which none lies within anybody's shift.

    Attributes
    ----------
    candidates : tuple of Candidate
    walks : Walks
        Between `enters` and `leaves`.
    enters, leaves : int array of shape (places + n,)
        Per row of the problem's matrices the place in `walks` at which it is come to and left.
    doors : tuple of int
        The place in `walks` of each candidate, of a stretch its first end.
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
    doors: tuple[int, ...]
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
    places, ends = _ends(request)
    lines = [tuple(ground.to_metres(*at) for at in candidate.stretch) for candidate in marked]
    points = [ground.to_metres(*at) for at in places]
    names: list[str | None] = [None] * len(places)
    doors = []
    for candidate, line in zip(marked, lines, strict=True):
        doors.append(len(points))
        points += (line[0], line[-1]) if line else (ground.to_metres(candidate.lon, candidate.lat),)
        names += [candidate.street] * (2 if line else 1)
    walks = ground.network.walks(np.array(points, dtype=np.float64).reshape(-1, 2), names)
    tasks = _tasks(request, marked, doors, lines, frozenset(walks.unreachable), frozenset(by_hand))
    enters = np.array([*range(len(places)), *(task.enter for task in tasks)], dtype=np.int64)
    leaves = np.array([*range(len(places)), *(task.leave for task in tasks)], dtype=np.int64)
    chosen = [marked[task.candidate] for task in tasks]
    locked = {lock.ref: lock.worker for lock in request.locks if lock.worker in request.workers}
    problem = Problem(
        places=len(places),
        walk=_between(walks.distance_m, leaves, enters),
        effort=_between(walks.effort_m, leaves, enters),
        service=np.array([_service_s(c, task) for c, task in zip(chosen, tasks, strict=True)], dtype=np.float64),
        points=np.array([float(c.points) for c in chosen], dtype=np.float64),
        must=np.array([c.must or bool(_lock_of(c, locked)) for c in chosen], dtype=np.bool_),
        windows=tuple(task.hours for task in tasks),
        group=np.array([task.candidate if task.line else -1 for task in tasks], dtype=np.int64),
        walkers=tuple(
            Walker(*rows, *span, _aversion(name, request.workers, chosen, locked))
            for name, rows, span in zip(request.workers, ends, _spans(request), strict=True)
        ),
    )
    of_task, along = tuple(task.candidate for task in tasks), tuple(task.line for task in tasks)
    return Ask(request, marked, walks, enters, leaves, tuple(doors), of_task, along, problem)


@dataclass(frozen=True)
class _Task:
    """One way to do a candidate: where it is come to and left, along which line, at which hours."""

    candidate: int
    enter: int
    leave: int
    line: tuple[Point, ...]
    hours: tuple[Window, ...]


def _tasks(
    request: PlanRequest,
    candidates: Sequence[Candidate],
    doors: Sequence[int],
    lines: Sequence[tuple[Point, ...]],
    unreachable: AbstractSet[int],
    by_hand: AbstractSet[str],
) -> list[_Task]:
    horizon = max((finish for _, finish in _spans(request)), default=0.0)
    aside = {*request.leave_out}
    found = []
    for i, (candidate, first, line) in enumerate(zip(candidates, doors, lines, strict=True)):
        hours = within(candidate, request, horizon)
        if candidate.ref in by_hand:
            hours = hours if hours is not None else _hours(candidate, request)
        elif hours is None or first in unreachable or aside & {candidate.ref, *candidate.also}:
            continue
        found.append(_Task(i, first, first + 1 if line else first, line, hours))
        if line:
            found.append(_Task(i, first + 1, first, line[::-1], hours))
    return found


def _service_s(candidate: Candidate, task: _Task) -> float:
    """Seconds spent there, with those along a stretch of pavement."""
    return candidate.service_min * 60.0 + length_m(task.line) / WALK_M_PER_S


def mark_musts(candidates: tuple[Candidate, ...], must: Sequence[str]) -> tuple[Candidate, ...]:
    """The same candidates, those named in `must` to be reached whatever else is left out."""
    wanted = set(must)
    return tuple(replace(c, must=True) if wanted & {c.ref, *c.also} else c for c in candidates)


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


def _ends(request: PlanRequest) -> tuple[list[LonLat], list[tuple[int, int]]]:
    """Places where somebody sets out or ends; per worker the rows of both."""
    if request.start is None:
        raise ValueError("a request to be planned has a start")
    special = {one.worker: one for one in request.specials}
    rows: dict[LonLat, int] = {}
    ends = []
    for name in request.workers:
        own = special.get(name, Special(name))
        start, end = (rows.setdefault(place or request.start, len(rows)) for place in (own.start, own.end))
        ends.append((start, end))
    return list(rows), ends


def _spans(request: PlanRequest) -> list[tuple[float, float]]:
    """Per worker the seconds from the shift's begin at which they set out, and by which they are back."""
    special = {one.worker: one for one in request.specials}
    spans = []
    for name in request.workers:
        own = special.get(name, Special(name))
        minutes = request.minutes if own.minutes is None else own.minutes
        spans.append((own.begin * 60.0, (own.begin + minutes) * 60.0))
    return spans


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
