"""Makes the walk of a route easier without changing what is done on it: turns a stretch round, moves a short one."""

from collections.abc import Sequence

import numpy as np

from mapsvc.patrol.ground import Ground
from mapsvc.patrol.problem import FloatArray, IntArray

_LONGEST_MOVED = 3
_TRIED = 8


def tidied(ground: Ground, walker: int, route: Sequence[int]) -> list[int]:
    """The route with stretches turned round or moved elsewhere for as long as that saves effort and keeps all times."""
    best = list(route)
    while len(best) > 1:
        better = _turned(ground, walker, best) or _moved(ground, walker, best)
        if better is None:
            return best
        best = better
    return best


def _turned(ground: Ground, walker: int, route: list[int]) -> list[int] | None:
    """2-opt: the stretch from a to b backwards."""
    effort, nodes = _along(ground, walker, route)
    onward = np.concatenate([[0.0], np.cumsum(effort[nodes[:-1], nodes[1:]])])
    back = np.concatenate([[0.0], np.cumsum(effort[nodes[1:], nodes[:-1]])])
    first, last = np.arange(1, len(nodes) - 1), np.arange(1, len(nodes) - 1)
    before, after = nodes[first - 1][:, None], nodes[last + 1][None, :]
    gain = onward[last + 1][None, :] - onward[first - 1][:, None] - (back[last][None, :] - back[first][:, None])
    gain -= effort[before, nodes[last][None, :]] + effort[nodes[first][:, None], after]
    gain[first[:, None] >= last[None, :]] = 0.0
    for flat in _best(gain):
        a, b = divmod(flat, gain.shape[1])
        changed = route[:a] + route[a : b + 1][::-1] + route[b + 1 :]
        if ground.schedule(walker, changed) is not None:
            return changed
    return None


def _moved(ground: Ground, walker: int, route: list[int]) -> list[int] | None:
    """Or-opt: one to three tasks in a row elsewhere in the route."""
    effort, nodes = _along(ground, walker, route)
    for length in range(1, min(_LONGEST_MOVED, len(route) - 1) + 1):
        first = np.arange(1, len(nodes) - length)
        last = first + length - 1
        saved = effort[nodes[first - 1], nodes[first]] + effort[nodes[last], nodes[last + 1]]
        saved = saved - effort[nodes[first - 1], nodes[last + 1]]
        legs = np.arange(len(nodes) - 1)
        paid = (
            effort[nodes[legs][None, :], nodes[first][:, None]] + effort[nodes[last][:, None], nodes[legs + 1][None, :]]
        )
        gain = saved[:, None] - (paid - effort[nodes[legs], nodes[legs + 1]][None, :])
        gain[(legs[None, :] >= first[:, None] - 1) & (legs[None, :] <= last[:, None])] = 0.0
        for flat in _best(gain):
            a, leg = divmod(flat, gain.shape[1])
            rest = route[:a] + route[a + length :]
            at = leg if leg < a else leg - length
            changed = rest[:at] + route[a : a + length] + rest[at:]
            if ground.schedule(walker, changed) is not None:
                return changed
    return None


def _along(ground: Ground, walker: int, route: list[int]) -> tuple[FloatArray, IntArray]:
    shift = ground.problem.shifts[walker]
    return ground.effort, np.array([shift.start, *(ground.places + i for i in route), shift.end])


def _best(gain: FloatArray) -> list[int]:
    """The greatest gains above a tick, the greatest first; of equal ones the first."""
    flat = gain.ravel()
    order = np.argsort(-flat, kind="stable")[:_TRIED]
    return [int(k) for k in order if flat[k] > 1.0]
