"""Hands the beginning or the end of a long walk to whoever has a short one, so that nobody is left without."""

from collections.abc import Iterator, Sequence

from mapsvc.patrol.problem import Problem, Walker
from mapsvc.patrol.timing import timetable

Tours = list[list[int]]

# A longest walk within so much of the mean is even enough.
_EVEN_SHARE = 1.1
# What is won must be worth the words, and may cost this much more walking.
_LEAST_GAIN_S = 240.0
_MOST_DETOUR_S = 900.0


def levelled(problem: Problem, tours: Sequence[Sequence[int]]) -> Tours:
    """The same tasks, the longest walks cut where somebody else has time; windows and shifts hold as before.

    Each step makes the longest of the walks it touches shorter, so it ends.
    """
    made = [list(tour) for tour in tours]
    while len(made) > 1:
        loads = [_load_s(problem, w, made) for w in range(len(made))]
        giver = max(range(len(made)), key=lambda w: loads[w])
        if loads[giver] <= _EVEN_SHARE * sum(loads) / len(loads) or not _give(problem, made, loads, giver):
            break
    return made


def _give(problem: Problem, tours: Tours, loads: Sequence[float], giver: int) -> bool:
    """Hand over the part of a walk that leaves the shortest longest walk; whether any could be."""
    best: tuple[float, float, int, list[int], list[int]] | None = None
    before = [_effort(problem, walker, tour) for walker, tour in zip(problem.walkers, tours, strict=True)]
    for taker in sorted(range(len(tours)), key=lambda w: loads[w]):
        if taker == giver:
            continue
        for kept, taken in _cuts(problem, tours, giver, taker):
            times = [timetable(problem, problem.walkers[w], tour) for w, tour in ((giver, kept), (taker, taken))]
            if not all(time.is_kept for time in times):
                continue
            longest = max(time.end - problem.walkers[w].begin for time, w in zip(times, (giver, taker), strict=True))
            minded = _effort(problem, problem.walkers[giver], kept) + _effort(problem, problem.walkers[taker], taken)
            more = minded - before[giver] - before[taker]
            if longest > loads[giver] - _LEAST_GAIN_S or more > _MOST_DETOUR_S:
                continue
            if best is None or (longest, more) < best[:2]:
                best = (longest, more, taker, kept, taken)
    if best is None:
        return False
    _, _, taker, tours[giver], tours[taker] = best
    return True


def _cuts(problem: Problem, tours: Tours, giver: int, taker: int) -> Iterator[tuple[list[int], list[int]]]:
    """What the giver keeps and the taker then walks, for every beginning and every end of the giver's walk."""
    tour, other = tours[giver], tours[taker]
    for at in range(1, len(tour) + (not other)):
        for kept, part in ((tour[at:], tour[:at]), (tour[: len(tour) - at], tour[len(tour) - at :])):
            turned = [] if (problem.group[part] >= 0).any() else [part[::-1]]
            ways = [
                [*other[:k], *way, *other[k:]] for way in (part, *turned) for k in range(len(other) + 1)
            ]  # fmt: skip
            yield kept, min(ways, key=lambda way: _effort(problem, problem.walkers[taker], way))


def _load_s(problem: Problem, w: int, tours: Tours) -> float:
    walker = problem.walkers[w]
    return timetable(problem, walker, tours[w]).end - walker.begin


def _effort(problem: Problem, walker: Walker, tour: Sequence[int]) -> float:
    """What a walk is minded: the way with its crossings, and other people's doors."""
    if not tour:
        return 0.0
    here, total = walker.start, 0.0
    for task in tour:
        total += float(problem.effort[here, problem.places + task] + walker.aversion[task])
        here = problem.places + task
    return total + float(problem.effort[here, walker.end])
