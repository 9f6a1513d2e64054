"""When it is true that a stop was left out for a reason: each reason's condition, tried out stop by stop."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mapsvc.domain.patrol import Skipped
from mapsvc.patrol.problem import Walker
from mapsvc.patrol.problems import Ask
from mapsvc.patrol.timing import TOLERANCE_S, timetable

Tours = Sequence[Sequence[int]]

# A stop that fits is left out only where it would lengthen the walk by as much.
DETOUR_MIN = 10


def is_left_out(asked: Ask, tours: Tours, skipped: Skipped) -> bool:
    """It was put aside by hand, or stands in the plan of another day."""
    candidate = asked.candidates[asked.index[skipped.ref]]
    return bool({candidate.ref, *candidate.also} & set(asked.request.leave_out))


def is_unreachable(asked: Ask, tours: Tours, skipped: Skipped) -> bool:
    """It lies on a street from which no way leads to the others."""
    return asked.doors[asked.index[skipped.ref]] in asked.walks.unreachable


def is_quiet(asked: Ask, tours: Tours, skipped: Skipped) -> bool:
    """It has hours that nobody can meet, not even going there alone; without them somebody could."""
    candidate = asked.index[skipped.ref]
    if not asked.candidates[candidate].windows:
        return False
    if candidate not in asked.tasks_of:
        return not (is_left_out(asked, tours, skipped) or is_unreachable(asked, tours, skipped))
    return not fits_alone(asked, candidate) and fits_alone(_at_any_hour(asked), candidate)


def is_too_far(asked: Ask, tours: Tours, skipped: Skipped) -> bool:
    """Nobody whose it is could go there and back within the shift, at any hour."""
    candidate = asked.index[skipped.ref]
    return candidate in asked.tasks_of and not fits_alone(_at_any_hour(asked), candidate)


def loses(asked: Ask, tours: Tours, skipped: Skipped) -> bool:
    """It fits nowhere; it would in place of `loses_to`, which is worth at least as much or a must."""
    candidate, winner = asked.index[skipped.ref], asked.index.get(skipped.loses_to or "")
    if winner is None or candidate not in asked.tasks_of or fits_somewhere(asked, tours, candidate):
        return False
    rivals = set(asked.tasks_of.get(winner, ()))
    if worth(asked, min(rivals)) < worth(asked, asked.tasks_of[candidate][0]):
        return False
    return any(
        fits(asked, walker, [task for task in tour if task not in rivals], candidate)
        for walker, tour in zip(asked.problem.walkers, tours, strict=True)
        if rivals & set(tour)
    )


def has_no_time(asked: Ask, tours: Tours, skipped: Skipped) -> bool:
    """It fits nobody's route as it is."""
    candidate = asked.index[skipped.ref]
    return candidate in asked.tasks_of and not fits_somewhere(asked, tours, candidate)


def is_detour(asked: Ask, tours: Tours, skipped: Skipped) -> bool:
    """It fits, and wherever it does, the walk becomes longer by about `lacking_min`, which is much."""
    candidate = asked.index[skipped.ref]
    added = min(_detours(asked, tours, candidate), default=None)
    if added is None or skipped.lacking_min < DETOUR_MIN:
        return False
    return abs(added / 60 - skipped.lacking_min) <= 1


def has_room(asked: Ask, tours: Tours, skipped: Skipped) -> bool:
    """It fits a route as it is: whoever made the plan by hand left it out."""
    return fits_somewhere(asked, tours, asked.index[skipped.ref])


HOLDS: dict[str, Callable[[Ask, Tours, Skipped], bool]] = {
    "left_out": is_left_out,
    "other_day": is_left_out,
    "unreachable": is_unreachable,
    "quiet": is_quiet,
    "too_far": is_too_far,
    "loses": loses,
    "no_time": has_no_time,
    "detour": is_detour,
    "room": has_room,
}


def worth(asked: Ask, task: int) -> tuple[bool, float]:
    """What a task counts beside another: musts first, then points."""
    return bool(asked.problem.must[task]), float(asked.problem.points[task])


def fits_alone(asked: Ask, candidate: int) -> bool:
    """Whether anybody could go there and nowhere else."""
    return fits_somewhere(asked, [()] * len(asked.problem.walkers), candidate)


def fits_somewhere(asked: Ask, tours: Tours, candidate: int) -> bool:
    """Whether it can be put into anybody's route without anything else giving way."""
    return any(fits(asked, walker, tour, candidate) for walker, tour in zip(asked.problem.walkers, tours, strict=True))


def fits(asked: Ask, walker: Walker, tour: Sequence[int], candidate: int) -> bool:
    """Whether it can be put into this route, at any place of it."""
    return next(_fitting(asked, walker, tour, candidate), None) is not None


def _fitting(asked: Ask, walker: Walker, tour: Sequence[int], candidate: int) -> Iterator[float]:
    """For each place of a route at which a candidate fits, by how many seconds the walking becomes longer."""
    problem = asked.problem
    now = timetable(problem, walker, tour)
    waited = sum(one.begin - one.arrival for one in now.reached)
    rows = [walker.start, *(problem.places + task for task in tour), walker.end]
    for task in asked.tasks_of.get(candidate, ()):
        if not walker.aversion[task] < float("inf"):
            continue
        there = problem.places + task
        for at in range(len(tour) + 1):
            before, after = rows[at], rows[at + 1]
            direct = float(problem.walk[before, after]) if tour else 0.0
            added = float(problem.walk[before, there]) + float(problem.walk[there, after]) - direct
            # Waiting can take in what is added, no more: most places are ruled out by this alone.
            if now.end - waited + added + float(problem.service[task]) > walker.finish + TOLERANCE_S:
                continue
            if timetable(problem, walker, [*tour[:at], task, *tour[at:]]).is_kept:
                yield added


def _detours(asked: Ask, tours: Tours, candidate: int) -> Iterator[float]:
    for walker, tour in zip(asked.problem.walkers, tours, strict=True):
        yield from _fitting(asked, walker, tour, candidate)


def _at_any_hour(asked: Ask) -> Ask:
    """The same question as if nobody had hours."""
    return replace(asked, problem=replace(asked.problem, windows=((),) * asked.problem.tasks))
