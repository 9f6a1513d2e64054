"""Rounds of the guard team (文明护卫队): stretches of pavement to be walked along, each in the better direction."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mapsvc.patrol.network import Network, Walks
from mapsvc.patrol.pavements import Point, apart
from mapsvc.patrol.problem import Effort, FloatArray, IntArray, Problem, Walker

EXACT = 10
"""Up to this many stretches the best round is found by looking at all of them; beyond, by the solver's search."""
ITERATIONS = 500
_SAME_SPOT_M = 0.5
# Of ways that are equally easy the one that goes on without a break: a share far below what anybody could measure.
_BREAK_SHARE = 1e-9
_AT_ONCE_M_PER_S = 1.1


@dataclass(frozen=True)
class Stretch:
    """A stretch of pavement, metres of one plane system; `street` is the one it belongs to."""

    key: str
    points: tuple[Point, ...]
    street: str | None = None

    @property
    def length_m(self) -> float:
        """Metres along it."""
        return sum(apart(p, q) for p, q in itertools.pairwise(self.points))


@dataclass(frozen=True)
class Party:
    """People who walk a round together: where they set out and end, and for how many seconds at most (inf: as long as
    it takes)."""

    start: Point
    end: Point
    most_s: float = float("inf")


@dataclass(frozen=True)
class Leg:
    """A stretch of a round in the direction in which it is walked; `way_m` leads there from what was before.

    Attributes
    ----------
    stretch : int
        Which of the stretches asked for.
    is_reversed : bool
        Against the direction in which it was given.
    line : tuple of (x, y)
        The way there and the stretch itself.
    """

    stretch: int
    is_reversed: bool
    way_m: float
    along_m: float
    crosses: bool
    line: tuple[Point, ...]


@dataclass(frozen=True)
class Walked:
    """A round of one party: its stretches in order, and the way home."""

    legs: tuple[Leg, ...]
    home: tuple[Point, ...]
    home_m: float

    @property
    def length_m(self) -> float:
        """Metres in all."""
        return sum(leg.way_m + leg.along_m for leg in self.legs) + self.home_m


@dataclass(frozen=True)
class Round:
    """Who walks what; `missed` are the stretches that fit nobody's time."""

    parties: tuple[Walked, ...]
    missed: tuple[int, ...] = ()


def walk_segments(
    network: Network,
    stretches: Sequence[Stretch],
    parties: Sequence[Party],
    metres_per_s: float = _AT_ONCE_M_PER_S,
    seed: int = 1,
) -> Round:
    """Walk along every stretch once, with as little further walking and crossing as can be.

    Parameters
    ----------
    network : Network
        In metres.
    stretches : sequence of n Stretch
        To be walked along, whichever way.
    parties : sequence of Party
        Who sets out; one walks all there is unless their time ends before.

    Returns
    -------
    Round
        One party with up to `EXACT` stretches and time enough: the least effort there is (the rural postman's tour).
        With more, the best order of whole runs of a side, or what a search finds if that is easier.
    """
    problem, walks = _asked(network, stretches, parties, metres_per_s)
    routes = _routes(problem, _runs(stretches), seed)
    taken = {task // 2 for route in routes for task in route}
    walked = tuple(
        _walked(walks, stretches, problem, party, route) for party, route in zip(problem.walkers, routes, strict=True)
    )
    return Round(walked, tuple(i for i in range(len(stretches)) if i not in taken))


def directed(
    distance: FloatArray,
    effort: FloatArray,
    along: FloatArray,
    walkers: Sequence[Walker],
    *,
    points: FloatArray | None = None,
    must: bool = True,
) -> Problem:
    """Stretches as pairs of tasks, 2i along and 2i + 1 against, of which one is done.

    Parameters
    ----------
    distance, effort : array of shape (places + 2n, places + 2n)
        Time and effort between places, then first and last point of each stretch in turn.
    along : array of shape (n,)
        Time along each stretch.
    points : array of shape (n,), optional
        Worth of each stretch; 1 by default.
    """
    n = len(along)
    places = len(distance) - 2 * n
    begun = np.arange(places + 2 * n)
    # A stretch is left at its other end.
    left = np.concatenate([begun[:places], places + (np.arange(2 * n) ^ 1)])
    worth = np.ones(n) if points is None else points
    return Problem(
        places, distance[np.ix_(left, begun)], effort[np.ix_(left, begun)], np.repeat(along, 2), np.repeat(worth, 2),
        np.full(2 * n, must), ((),) * (2 * n), np.repeat(np.arange(n), 2), tuple(walkers),
    )  # fmt: skip


def best_order(problem: Problem, walker: Walker) -> tuple[int, ...]:
    """The order and directions of least effort in which one walker does one task of every group.

    Held and Karp's recursion (1962) over which groups are done and which task was last: 2^g x n states, g at most
    `EXACT`. Windows and the end of the shift are for the caller to look at.
    """
    groups = _groups(problem)
    tasks, count = problem.tasks, int(groups.max(initial=-1)) + 1
    p = problem.places
    broken = (problem.walk[p:, p:] > 0) * (_BREAK_SHARE * float(problem.effort.max(initial=0.0)))
    between = problem.effort[p:, p:] + broken + walker.aversion
    cost = np.full((1 << count, tasks), np.inf)
    before = np.full((1 << count, tasks), -1, dtype=np.int64)
    members = [np.flatnonzero(groups == g) for g in range(count)]
    for g, some in enumerate(members):
        cost[1 << g, some] = problem.effort[walker.start, p + some] + walker.aversion[some]
    for done in range(1, 1 << count):
        further = cost[done][:, None] + between
        last = further.argmin(axis=0)
        for g, some in enumerate(members):
            if not done >> g & 1:
                cost[done | 1 << g, some] = further[last[some], some]
                before[done | 1 << g, some] = last[some]
    done = (1 << count) - 1
    task = int((cost[done] + problem.effort[p:, walker.end]).argmin())
    order: list[int] = []
    while task >= 0 and done:
        order.append(task)
        task, done = int(before[done, task]), done & ~(1 << int(groups[task]))
    return tuple(order[::-1])


def duration(problem: Problem, walker: Walker, order: Sequence[int]) -> float:
    """Time from setting out to the end, without waiting."""
    way = [walker.start, *(problem.places + task for task in order), walker.end]
    moving = sum(float(problem.walk[a, b]) for a, b in itertools.pairwise(way)) if order else 0.0
    return moving + float(problem.service[list(order)].sum())


def _groups(problem: Problem) -> IntArray:
    """Groups counted from 0; a task of no group is one of its own."""
    found = problem.group.astype(np.int64).copy()
    alone = np.flatnonzero(found < 0)
    found[alone] = found.max(initial=-1) + 1 + np.arange(len(alone))
    return np.unique(found, return_inverse=True)[1].reshape(-1).astype(np.int64)


def effort(problem: Problem, walker: Walker, order: Sequence[int]) -> float:
    """What a route is minded in all, the time at its tasks left out."""
    way = [walker.start, *(problem.places + task for task in order), walker.end]
    moving = sum(float(problem.effort[a, b]) for a, b in itertools.pairwise(way)) if order else 0.0
    return moving + float(walker.aversion[list(order)].sum())


def _routes(problem: Problem, runs: Sequence[Sequence[int]], seed: int) -> tuple[tuple[int, ...], ...]:
    """Per party its tasks: exactly where that can be, else the better of a search and of whole runs in one go."""
    from mapsvc.patrol.solver import solve

    if not problem.tasks or not problem.walkers:
        return ((),) * len(problem.walkers)
    if len(problem.walkers) == 1 and len(runs) <= EXACT:
        walker, is_exact = problem.walkers[0], problem.tasks <= 2 * EXACT
        # The easiest round; where that takes too long, the shortest.
        for asked in (problem, replace(problem, effort=problem.walk)):
            order = best_order(asked, walker) if is_exact else _in_runs(asked, walker, runs)
            if duration(problem, walker, order) <= walker.finish - walker.begin:
                return (order,) if is_exact else (_easier(problem, walker, order, seed),)
    return solve(problem, seed, Effort(iterations=ITERATIONS)).routes


def _easier(problem: Problem, walker: Walker, order: tuple[int, ...], seed: int) -> tuple[int, ...]:
    """The order, or what a search finds if that walks all of it with less effort."""
    from mapsvc.patrol.solver import solve

    (found,) = solve(problem, seed, Effort(iterations=ITERATIONS)).routes
    is_easier = effort(problem, walker, found) < effort(problem, walker, order) - _SAME_SPOT_M
    return found if len(found) == len(order) and is_easier else order


def _in_runs(problem: Problem, walker: Walker, runs: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The best order of whole runs, each walked in one go."""
    p = problem.places
    ahead = [[2 * i for i in run] for run in runs]
    ways = [way for some in ahead for way in (some, [task ^ 1 for task in some[::-1]])]
    rows = [*range(p), *(p + way[0] for way in ways)]
    left = [*range(p), *(p + way[-1] for way in ways)]
    whole = replace(
        problem,
        walk=problem.walk[np.ix_(left, rows)],
        effort=problem.effort[np.ix_(left, rows)],
        service=np.array([problem.service[way].sum() for way in ways]),
        points=np.ones(len(ways)),
        must=np.full(len(ways), True),
        windows=((),) * len(ways),
        group=np.repeat(np.arange(len(runs)), 2),
    )
    minded = replace(walker, aversion=np.zeros(len(ways)))
    return tuple(task for n in best_order(whole, minded) for task in ways[n])


def _runs(stretches: Sequence[Stretch]) -> list[list[int]]:
    """Stretches that begin where the one before ends, on the same street."""
    found: list[list[int]] = []
    for i, one in enumerate(stretches):
        before = stretches[found[-1][-1]] if found else None
        if before and before.street == one.street and apart(before.points[-1], one.points[0]) <= _SAME_SPOT_M:
            found[-1].append(i)
        else:
            found.append([i])
    return found


def _asked(
    network: Network, stretches: Sequence[Stretch], parties: Sequence[Party], metres_per_s: float
) -> tuple[Problem, Walks]:
    ends = [point for party in parties for point in (party.start, party.end)]
    corners = [point for one in stretches for point in (one.points[0], one.points[-1])]
    names = [None] * len(ends) + [one.street for one in stretches for _ in range(2)]
    walks = network.walks(np.array([*ends, *corners], dtype=np.float64).reshape(-1, 2), names)
    along = np.array([one.length_m for one in stretches])
    # No party walks longer than all there and back; a solver wants an end.
    ample = 4 * float(walks.distance_m.sum() + along.sum()) / metres_per_s + 1.0
    walkers = tuple(
        Walker(2 * k, 2 * k + 1, 0.0, min(party.most_s, ample), np.zeros(2 * len(stretches)))
        for k, party in enumerate(parties)
    )
    scaled = (walks.distance_m / metres_per_s, walks.effort_m / metres_per_s, along / metres_per_s)
    return directed(*scaled, walkers), walks


def _walked(
    walks: Walks, stretches: Sequence[Stretch], problem: Problem, walker: Walker, route: Sequence[int]
) -> Walked:
    here, legs = walker.start, []
    for task in route:
        there, one = problem.places + task, stretches[task // 2]
        against = bool(task % 2)
        points = one.points[::-1] if against else one.points
        legs.append(
            Leg(
                task // 2,
                against,
                float(walks.distance_m[here, there]),
                one.length_m,
                here >= problem.places and walks.crosses(here, there),
                (*walks.line(here, there), *points),
            )
        )
        here = problem.places + (task ^ 1)
    if not legs:
        return Walked((), (), 0.0)
    return Walked(tuple(legs), tuple(walks.line(here, walker.end)), float(walks.distance_m[here, walker.end]))
