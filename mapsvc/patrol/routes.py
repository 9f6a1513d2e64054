"""A person's route with about-times, lines, and the words that lead from stop to stop."""

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from mapsvc.domain.patrol import Candidate, LonLat, Route, Stop, about, shift_start
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.patrol.problems import Ask, Ground, length_m
from mapsvc.patrol.timing import TOLERANCE_S, Reached, Timetable, timetable

_COLORS = 6


def make_route(asked: Ask, ground: Ground, walker: int, tasks: Sequence[int]) -> Route:
    """The route of walker number `walker` through `tasks`, in their order."""
    problem, request = asked.problem, asked.request
    who = problem.walkers[walker]
    times = timetable(problem, who, tasks)
    rows = [who.start, *(problem.places + task for task in tasks), who.end] if tasks else []
    stops = tuple(_stop(asked, rows, order, reached) for order, reached in enumerate(times.reached, start=1))
    legs = [asked.distance_m(here, there) for here, there in itertools.pairwise(rows)]
    along = sum(length_m(asked.lines[task]) for task in tasks)
    name = request.workers[walker]
    walks, last = asked.walks, rows[-2:]
    own = next((one for one in request.specials if one.worker == name), None)
    return Route(
        name, walker % _COLORS, _title([asked.candidates[asked.of_task[task]] for task in tasks]), stops,
        round(sum(legs) + along), round(sum(float(problem.walk[a, b]) for a, b in itertools.pairwise(rows)) / 60),
        round(float(problem.service[list(tasks)].sum()) / 60), _about(asked, times.end), _line(asked, ground, rows),
        round((who.finish - who.begin) / 60), (own.start if own else None) or request.start,
        (own.end if own else None) or request.start,
        walks.directions(int(asked.leaves[last[0]]), int(asked.enters[last[1]])) if tasks else (),
        round(times.end), _overruns(asked, times, stops), round(who.begin),
    )  # fmt: skip


def _stop(asked: Ask, rows: Sequence[int], order: int, reached: Reached) -> Stop:
    candidate = asked.candidates[asked.of_task[reached.task]]
    here, there = rows[order - 1], rows[order]
    leave, enter = int(asked.leaves[here]), int(asked.enters[there])
    locked = {lock.ref for lock in asked.request.locks}
    line = candidate.stretch
    service_min = round(float(asked.problem.service[reached.task]) / 60)
    forward = asked.tasks_of[asked.of_task[reached.task]][0] == reached.task
    return Stop(
        order, _about(asked, reached.begin), candidate.ref, candidate.label, candidate.lon, candidate.lat,
        candidate.shop, candidate.reasons, service_min,
        round(asked.distance_m(here, there)), order > 1 and asked.walks.crosses(leave, enter), candidate.side,
        _turn(asked, rows, order), asked.walks.directions(leave, enter),
        bool(locked & {candidate.ref, *candidate.also}), candidate.also, round(reached.arrival),
        candidate.window_text, line if forward else line[::-1],
        round(reached.begin) - round(reached.arrival), candidate.windows, candidate.street, candidate.house_number,
        candidate.worker, candidate.must, _minutes(reached.late_s), service_min - candidate.service_min,
    )  # fmt: skip


def _about(asked: Ask, seconds: float) -> str:
    return about(shift_start(asked.request.shift) + timedelta(seconds=seconds))


def _minutes(seconds: float) -> int:
    """Whole minutes, at least one where it is more than rounding."""
    return max(round(seconds / 60), 1) if seconds > TOLERANCE_S else 0


def _overruns(asked: Ask, times: Timetable, stops: Sequence[Stop]) -> tuple[str, ...]:
    """What a route made by hand overruns, in words."""
    told = [
        f"{stop.label}约{stop.about}才到，"
        + (f"错过了它的时段（{stop.window_text}）" if stop.window_text else "过了它的时段")
        for stop in stops
        if stop.late_min
    ]
    if over := _minutes(times.over_s):
        told.append(f"约{_about(asked, times.end)}走完，超{over}分钟")
    return tuple(told)


def _turn(asked: Ask, rows: Sequence[int], order: int) -> str:
    """What is said before stop `order` if the walk changes sides there; nothing before the first."""
    walks = asked.walks
    leave, enter = int(asked.leaves[rows[order - 1]]), int(asked.enters[rows[order]])
    if order == 1 or not walks.crosses(leave, enter):
        return ""
    there = asked.candidates[asked.of_task[rows[order] - asked.problem.places]]
    side = SIDE_NAMES.get(there.side, "")
    before, after = (_heading(asked, rows[k], rows[k + 1]) for k in (order - 2, order))
    if before * after < 0 and _is_one_street(asked, leave, enter):
        return f"过街，从{side}往回走" if side else "过街，往回走"
    street = there.street or ""
    return f"过街，走{side if _is_one_street(asked, leave, enter) else street + side}" if street or side else "过街"


def _heading(asked: Ask, here: int, there: int) -> float:
    """Metres gained along the street from one row to the next; 0 between streets."""
    a, b = asked.walks.snaps[int(asked.leaves[here])], asked.walks.snaps[int(asked.enters[there])]
    return b.chainage_m - a.chainage_m if a and b and a.street == b.street else 0.0


def _is_one_street(asked: Ask, here: int, there: int) -> bool:
    a, b = asked.walks.snaps[here], asked.walks.snaps[there]
    return a is not None and b is not None and a.street == b.street


def _line(asked: Ask, ground: Ground, rows: Sequence[int]) -> tuple[LonLat, ...]:
    """The way from the start through all stops to the end, stretches along their own line."""
    line: list[tuple[float, float]] = []
    for here, there in itertools.pairwise(rows):
        line.extend(asked.walks.line(int(asked.leaves[here]), int(asked.enters[there])))
        if there >= asked.problem.places:
            line.extend(asked.lines[there - asked.problem.places])
    kept = (point for k, point in enumerate(line) if k == 0 or point != line[k - 1])
    return tuple((round(lon, 6), round(lat, 6)) for lon, lat in (ground.to_lonlat(x, y) for x, y in kept))


def _title(stops: Sequence[Candidate]) -> str:
    """The street that most stops lie on, and its span of numbers."""
    streets = Counter(stop.street for stop in stops if stop.street)
    if not streets:
        return f"{len(stops)}站" if stops else "今天没有要走的"
    street = max(streets, key=lambda name: (streets[name], name or ""))
    numbers = [stop.house_number for stop in stops if stop.street == street and stop.house_number]
    if not numbers:
        return str(street)
    return f"{street}{min(numbers)}号" if min(numbers) == max(numbers) else f"{street}{min(numbers)}–{max(numbers)}号"
