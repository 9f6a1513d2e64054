"""Walks through a finished plan again, knowing nothing of how it was made."""

from collections import Counter
from collections.abc import Iterator
from math import asin, cos, radians, sin, sqrt

from mapsvc.domain.patrol import Candidate, LonLat, Plan, Route, Stop
from mapsvc.errors import Broken
from mapsvc.patrol.explain import HOLDS
from mapsvc.patrol.problems import WALK_M_PER_S, Ask

# Rounding of arrivals to seconds and of ways to metres.
_ROUNDING_S = 2.0
# A way is no shorter than the straight line, but for rounding and for what a door lies off its street's grid.
_SHORTER_M = 3.0
_EARTH_M = 6_371_008.8


def check_plan(plan: Plan, asked: Ask, by_hand: bool = False) -> None:
    """Raise Broken unless the plan keeps the laws.

    One route per worker; every candidate once, as a stop or with a reason that is true; arrival = departure +
    walking, and no way shorter than the straight line; windows and shifts kept, or, of a plan changed by hand, what
    is overrun said; who was put to a stop by hand goes there; a must that is missed is named.
    """
    faults = [*_coverage(plan, asked), *_routes(plan, asked, by_hand)] or [*_reasons(plan, asked)]
    if faults:
        raise Broken("巡查计划没有通过复核，请重新排一次：" + "；".join(faults), code="plan_broken")


def _coverage(plan: Plan, asked: Ask) -> Iterator[str]:
    if tuple(route.worker for route in plan.routes) != asked.request.workers:
        yield "路线和人对不上"
    seen = Counter(stop.ref for route in plan.routes for stop in route.stops)
    seen.update(skipped.ref for skipped in plan.skipped)
    wanted = Counter(candidate.ref for candidate in asked.candidates)
    yield from (f"{ref}漏排或重排" for ref in sorted((seen - wanted) + (wanted - seen)))
    at = {stop.ref: route.worker for route in plan.routes for stop in route.stops}
    for lock in asked.request.locks:
        if lock.worker in asked.request.workers and at.get(lock.ref, lock.worker) != lock.worker:
            yield f"{lock.ref}指定给{lock.worker}，却在{at[lock.ref]}的路线里"


def _routes(plan: Plan, asked: Ask, by_hand: bool) -> Iterator[str]:
    zero = _zero_minute(plan)
    for route in plan.routes:
        if [stop.order for stop in route.stops] != list(range(1, len(route.stops) + 1)):
            yield f"{route.worker}的次序有缺"
        yield from _times(route, asked)
        late = [stop.label for stop in route.stops if not _is_open(stop, zero)]
        over = route.end_s - route.begin_s - route.minutes * 60
        if by_hand:
            if (late or over > _ROUNDING_S) and not route.notes:
                yield f"{route.worker}超出时段，却没有说"
            continue
        yield from (f"{label}不在它的时段里" for label in late)
        if over > _ROUNDING_S:
            yield f"{route.worker}超出{route.minutes}分钟"


def _times(route: Route, asked: Ask) -> Iterator[str]:
    """Arrival = departure + walking, from the start to the end."""
    at, here = float(route.begin_s), route.start
    walked = 0.0
    for stop in route.stops:
        walk = stop.walk_distance_m
        walked += walk + _along_m(stop)
        begins, ends = (stop.stretch[0], stop.stretch[-1]) if stop.stretch else ((stop.lon, stop.lat),) * 2
        if here and walk < 0.99 * _straight_m(here, begins) - _SHORTER_M:
            yield f"到{stop.label}的路比直线还短"
        if abs(stop.at_s - at - walk / WALK_M_PER_S) > _ROUNDING_S:
            yield f"{stop.label}的到达时间对不上"
        at = stop.at_s + stop.wait_s + _stay_s(stop, asked.candidates[asked.index[stop.ref]])
        here = ends
    home = route.walk_distance_m - walked
    if route.stops and abs(route.end_s - at - home / WALK_M_PER_S) > _ROUNDING_S + len(route.stops):
        yield f"{route.worker}走完的时间对不上"


def _stay_s(stop: Stop, candidate: Candidate) -> float:
    return candidate.service_min * 60.0 + _along_m(stop) / WALK_M_PER_S


def _along_m(stop: Stop) -> float:
    return sum(_straight_m(a, b) for a, b in zip(stop.stretch, stop.stretch[1:], strict=False))


def _is_open(stop: Stop, zero: int) -> bool:
    """Whether the stop is begun within one of its windows, and nobody waits where there are none."""
    begin = zero * 60 + stop.at_s + stop.wait_s
    if not stop.windows:
        return stop.wait_s == 0
    return any(a * 60 - _ROUNDING_S <= begin <= b * 60 + _ROUNDING_S for a, b in stop.windows)


def _zero_minute(plan: Plan) -> int:
    hour, minute = plan.to_json()["start_at"].split(":")
    return int(hour) * 60 + int(minute)


def _reasons(plan: Plan, asked: Ask) -> Iterator[str]:
    tours = [[_task(asked, stop) for stop in route.stops] for route in plan.routes]
    for skipped in plan.skipped:
        holds = HOLDS.get(skipped.reason)
        if holds is None or not holds(asked, tours, skipped):
            yield f"{skipped.label}没排进去的理由不成立"
        if asked.candidates[asked.index[skipped.ref]].must and not (skipped.is_must and "必到" in skipped.text):
            yield f"{skipped.label}必到却没有说"


def _task(asked: Ask, stop: Stop) -> int:
    """The task a stop does: of a stretch the direction in which it is walked."""
    candidate = asked.index[stop.ref]
    forward, *against = asked.tasks_of[candidate]
    return against[0] if against and stop.stretch != asked.candidates[candidate].stretch else forward


def _straight_m(a: LonLat, b: LonLat) -> float:
    """Metres on the sphere (haversine)."""
    lon, lat = radians(b[0] - a[0]), radians(b[1] - a[1])
    half = sin(lat / 2) ** 2 + cos(radians(a[1])) * cos(radians(b[1])) * sin(lon / 2) ** 2
    return 2 * _EARTH_M * asin(sqrt(half))
