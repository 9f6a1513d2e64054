"""Random questions to the solver: windows, several walkers with places and dislikes of their own, musts, groups."""

import random

import numpy as np

from mapsvc.patrol.problem import Problem, Walker


def question(chance: random.Random, tasks: int, walkers: int, *, tenths: bool = True, tight: float = 1.0) -> Problem:
    """Points in a square of 60 minutes' walk; times in tenths of a minute, or on no grid."""
    places = chance.randint(1, 3)
    spots = [(chance.uniform(0, 60), chance.uniform(0, 60)) for _ in range(places + tasks)]

    def time(value: float) -> float:
        return round(value, 1) if tenths else value

    walk = np.array([[time(abs(a[0] - b[0]) + abs(a[1] - b[1])) for b in spots] for a in spots])
    dearer = np.array([[time(chance.choice((0.0, 0.0, 2.5))) for _ in spots] for _ in spots])
    shift = 150.0 * tight
    windows = tuple(_windows(chance, shift, time) for _ in range(tasks))
    group = np.array([chance.choice((-1, -1, -1, 0, 1)) for _ in range(tasks)], dtype=np.int64)
    team = tuple(
        Walker(
            chance.randrange(places), chance.randrange(places), time(begin := chance.uniform(0, 30)),
            time(begin + chance.uniform(0.5, 1.0) * shift),
            np.array([chance.choice((0.0, 0.0, 6.5, np.inf if chance.random() < 0.3 else 0.0)) for _ in range(tasks)]),
        )
        for _ in range(walkers)
    )  # fmt: skip
    return Problem(
        places, walk, walk + dearer, np.array([time(chance.uniform(0, 12)) for _ in range(tasks)]),
        np.array([float(chance.randint(0, 40)) for _ in range(tasks)]),
        np.array([chance.random() < 0.15 for _ in range(tasks)], dtype=bool), windows, group, team,
    )  # fmt: skip


def _windows(chance, shift, time):
    made = []
    for _ in range(chance.choice((0, 0, 1, 2))):
        begin = chance.uniform(-10, shift)
        made.append((time(begin), time(begin + chance.uniform(5, shift / 2))))
    return tuple(made)
