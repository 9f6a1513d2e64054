"""Rounds of the guard team: every stretch is walked along once, and no tour that does so is easier."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.patrol.network import Network, StreetLine
from mapsvc.patrol.problem import FloatArray, Problem, Walker
from mapsvc.patrol.rounds import EXACT, Party, Stretch, best_order, directed, duration, walk_segments


@dataclass(frozen=True)
class Town:
    """A small network of pavements: edges (a, b, length), of which the first `required` are to be walked along."""

    nodes: int
    edges: tuple[tuple[int, int, float], ...]
    required: int
    start: int
    end: int


def town(seed: int, required: int) -> Town:
    """A connected network at random: a tree and some further edges, whole and half metres."""
    rng = random.Random(seed)
    nodes = rng.randint(3, max(4, required + 2))
    pairs = [(rng.randrange(b), b) for b in range(1, nodes)]
    while len(pairs) < required + rng.randint(1, 4):
        a, b = rng.sample(range(nodes), 2)
        pairs.append((a, b))
    rng.shuffle(pairs)
    edges = tuple((a, b, rng.randint(2, 80) / 2) for a, b in pairs)
    return Town(nodes, edges, required, rng.randrange(nodes), rng.randrange(nodes))


def shortest(of: Town) -> FloatArray:
    """Shortest ways between all nodes (Floyd and Warshall)."""
    distance = np.full((of.nodes, of.nodes), np.inf)
    np.fill_diagonal(distance, 0.0)
    for a, b, length in of.edges:
        distance[a, b] = distance[b, a] = min(distance[a, b], length)
    for k in range(of.nodes):
        distance = np.minimum(distance, distance[:, [k]] + distance[[k], :])
    return distance


def rural_postman(of: Town) -> float:
    """The least length of a walk from start to end along all required edges: Dijkstra over (node, edges walked).

    It knows nothing of tasks and matrices: a step is an edge of the network, walked along either way.
    """
    beside: list[list[tuple[int, float, int]]] = [[] for _ in range(of.nodes)]
    for i, (a, b, length) in enumerate(of.edges):
        mark = 1 << i if i < of.required else 0
        beside[a].append((b, length, mark))
        beside[b].append((a, length, mark))
    goal = (of.end, (1 << of.required) - 1)
    best = {(of.start, 0): 0.0}
    waiting = [(0.0, of.start, 0)]
    while waiting:
        cost, node, done = heapq.heappop(waiting)
        if (node, done) == goal:
            return cost
        if cost > best[node, done]:
            continue
        for there, length, mark in beside[node]:
            state = (there, done | mark)
            if cost + length < best.get(state, math.inf):
                best[state] = cost + length
                heapq.heappush(waiting, (cost + length, *state))
    return math.inf


def problem_of(of: Town) -> Problem:
    """The same town as the planner asks it."""
    rows = [of.start, of.end, *(node for a, b, _ in of.edges[: of.required] for node in (a, b))]
    between = shortest(of)[np.ix_(rows, rows)]
    along = np.array([length for _, _, length in of.edges[: of.required]])
    walker = Walker(0, 1, 0.0, 1e9, np.zeros(2 * of.required))
    return directed(between, between, along, [walker])


@pytest.mark.parametrize("required", range(1, 10))
@pytest.mark.parametrize("seed", range(12))
def test_a_round_is_the_rural_postmans_tour(required: int, seed: int) -> None:
    here = town(seed * 100 + required, required)
    problem = problem_of(here)
    order = best_order(problem, problem.walkers[0])
    assert sorted(task // 2 for task in order) == list(range(required))
    assert duration(problem, problem.walkers[0], order) == pytest.approx(rural_postman(here))


@pytest.mark.parametrize("required", range(1, 7))
@pytest.mark.parametrize("seed", range(4))
def test_no_order_and_no_choice_of_directions_is_shorter(required: int, seed: int) -> None:
    problem = problem_of(town(seed * 77 + required, required))
    walker = problem.walkers[0]
    least = min(
        duration(problem, walker, [2 * i + way for i, way in zip(order, ways, strict=True)])
        for order in itertools.permutations(range(required))
        for ways in itertools.product((0, 1), repeat=required)
    )
    assert duration(problem, walker, best_order(problem, walker)) == pytest.approx(least)


@pytest.mark.parametrize("seed", range(8))
def test_the_solver_of_all_plans_walks_stretches_as_well(seed: int) -> None:
    from mapsvc.patrol.problem import Effort
    from mapsvc.patrol.solver import solve

    here = town(seed, 9)
    problem = problem_of(here)
    problem = replace(problem, walkers=(replace(problem.walkers[0], finish=4 * rural_postman(here)),))
    (route,) = solve(problem, seed, Effort(iterations=400)).routes
    assert sorted(task // 2 for task in route) == list(range(9))
    assert duration(problem, problem.walkers[0], route) == pytest.approx(rural_postman(here))


def crossroads() -> Network:
    """Two streets that cross, 400 and 600 m long."""
    across, along = ((0, 0), (200, 0), (400, 0)), ((200, -300), (200, 0), (200, 300))
    return Network((StreetLine("东西路", across, 15), StreetLine("南北路", along, 12)))


def stretch(from_m: float, until_m: float, side: int) -> Stretch:
    """A stretch of 东西路's pavement."""
    return Stretch(f"{side}/{from_m}", ((from_m, side * 7.5), (until_m, side * 7.5)), "东西路")


def test_both_sides_are_walked_out_and_back() -> None:
    sides = [stretch(25 * i, 25 * i + 25, side) for side in (1, -1) for i in range(5)]
    (walked,) = walk_segments(crossroads(), sides, [Party((150, 7.5), (150, -7.5))]).parties
    keys = [sides[leg.stretch].key for leg in walked.legs]
    assert keys[:5] == [f"1/{25 * i}" for i in (4, 3, 2, 1, 0)]
    assert keys[5:] == [f"-1/{25 * i}" for i in range(5)]
    assert [leg.is_reversed for leg in walked.legs] == [True] * 5 + [False] * 5
    assert [leg.crosses for leg in walked.legs] == [False] * 5 + [True] + [False] * 4


def test_ways_and_stretches_add_up_to_the_line_that_is_drawn() -> None:
    sides = [stretch(20, 45, 1), stretch(300, 350, -1), stretch(60, 90, -1)]
    (walked,) = walk_segments(crossroads(), sides, [Party((200, 100), (0, 7.5))]).parties
    line = [*(point for leg in walked.legs for point in leg.line), *walked.home]
    drawn = sum(math.dist(p, q) for p, q in itertools.pairwise(line))
    assert drawn == pytest.approx(walked.length_m, abs=1.0)
    assert sum(leg.along_m for leg in walked.legs) == pytest.approx(25 + 50 + 30)


def test_too_little_time_leaves_stretches_out_and_names_them() -> None:
    sides = [stretch(25 * i, 25 * i + 25, 1) for i in range(6)]
    told = walk_segments(crossroads(), sides, [Party((0, 7.5), (0, 7.5), 100.0)], metres_per_s=1.0)
    (walked,) = told.parties
    assert walked.length_m <= 101
    assert sorted([*told.missed, *(leg.stretch for leg in walked.legs)]) == list(range(6))
    assert told.missed


def test_many_stretches_are_all_walked() -> None:
    sides = [stretch(25 * i, 25 * i + 25, side) for side in (1, -1) for i in range(EXACT)]
    told = walk_segments(crossroads(), sides, [Party((0, 7.5), (0, -7.5))])
    assert told.missed == ()
    # Out on one side, back on the other: the stretches, a crossing, and nothing twice.
    assert told.parties[0].length_m <= 2 * 25 * EXACT + 60


def test_nothing_to_walk_is_no_round() -> None:
    told = walk_segments(crossroads(), [], [Party((0, 0), (0, 0))])
    assert told.parties[0].legs == ()
    assert told.parties[0].length_m == 0


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), required=st.integers(1, 6), scale=st.sampled_from([0.01, 1.0, 1000.0]))
def test_the_unit_of_time_does_not_change_a_round(seed: int, required: int, scale: float) -> None:
    problem = problem_of(town(seed, required))
    scaled = replace(problem, walk=problem.walk * scale, effort=problem.effort * scale, service=problem.service * scale)
    orders = [best_order(one, one.walkers[0]) for one in (problem, scaled)]
    assert duration(problem, problem.walkers[0], orders[1]) == pytest.approx(
        duration(problem, problem.walkers[0], orders[0])
    )
