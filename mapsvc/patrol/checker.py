"""Walks through a finished plan again, knowing nothing of how it was made."""

from collections import Counter

from mapsvc.domain.patrol import Candidate, Plan, PlanRequest
from mapsvc.errors import Broken

_ROUNDING_MIN = 2


def check_plan(plan: Plan, request: PlanRequest, candidates: tuple[Candidate, ...]) -> None:
    """Raise Broken unless the plan keeps the laws.

    One route per worker; every candidate once, as a stop or with a reason; no shift overrun; orders and distances
    add up; a must that is missed is named.
    """
    faults = [*_routes(plan, request), *_coverage(plan, candidates)]
    if faults:
        raise Broken("巡查计划没有通过复核，请重新排一次：" + "；".join(faults), code="plan_broken")


def _routes(plan: Plan, request: PlanRequest) -> list[str]:
    faults = []
    if tuple(route.worker for route in plan.routes) != request.workers:
        faults.append("路线和人对不上")
    for route in plan.routes:
        if [stop.order for stop in route.stops] != list(range(1, len(route.stops) + 1)):
            faults.append(f"{route.worker}的次序有缺")
        if route.walk_min + sum(stop.service_min for stop in route.stops) > request.minutes + _ROUNDING_MIN:
            faults.append(f"{route.worker}超出{request.minutes}分钟")
        if sum(stop.walk_distance_m for stop in route.stops) > route.walk_distance_m + len(route.stops) + 1:
            faults.append(f"{route.worker}的路程加不起来")
    return faults


def _coverage(plan: Plan, candidates: tuple[Candidate, ...]) -> list[str]:
    seen = Counter(stop.ref for route in plan.routes for stop in route.stops)
    seen.update(skipped.ref for skipped in plan.skipped)
    wanted = Counter(candidate.ref for candidate in candidates)
    return [] if seen == wanted else [f"{ref}漏排或重排" for ref in sorted((seen - wanted) + (wanted - seen))]
