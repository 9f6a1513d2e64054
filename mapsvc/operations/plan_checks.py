"""What is looked at before a patrol is planned: who walks, how long, on which day, from where."""

from datetime import date
from math import isfinite

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import LonLat, PlanRequest
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day
from mapsvc.errors import Refused
from mapsvc.operations.workspace import Workspace

MOST_WORKERS = 12
MOST_MUSTS = 50
MINUTES = (15, 480)
_DAYS_AHEAD, _DAYS_BACK = 60, 730
_FARTHEST_START_M = 5_000.0


def check(ws: Workspace, actor: Actor, request: PlanRequest, people: dict[str, Person]) -> None:
    """Raise Refused beside what makes no plan, Forbidden for somebody else's walk.

    Parameters
    ----------
    people : dict
        Staff by nickname.
    """
    if not request.workers:
        raise Refused("请至少选一个人去走。", field="workers", code="nobody")
    if len(set(request.workers)) < len(request.workers) or len(request.workers) > MOST_WORKERS:
        raise Refused(f"同一个人只选一次，最多{MOST_WORKERS}人。", field="workers", code="too_many_workers")
    if not MINUTES[0] <= request.minutes <= MINUTES[1]:
        message = f"时长要在{MINUTES[0]}到{MINUTES[1]}分钟之间，写的是{request.minutes}分钟。"
        raise Refused(message, field="minutes", code="minutes")
    if unknown := [name for name in request.workers if name not in people]:
        known = "、".join(sorted(people)) or "还没有，请先导入台账或添加账号"
        raise Refused(f"不认识{'、'.join(unknown)[:80]}；现有人员：{known}。", field="workers", code="unknown_worker")
    if len(request.must) > MOST_MUSTS:
        raise Refused(f"必到的地方最多{MOST_MUSTS}处。", field="must", code="too_many_musts")
    if not is_near(ws, request.day):
        raise Refused(f"日期离今天太远，最多提前{_DAYS_AHEAD}天排。", field="date", code="date")
    if request.start is not None:
        check_start(ws, request.start, "start")
    _check_specials(ws, request)
    if strangers := sorted({lock.worker for lock in request.locks} - people.keys()):
        raise Refused(f"不认识{'、'.join(strangers)[:80]}，不能把停靠点定给他。", field="locks", code="unknown_worker")
    own = people[request.workers[0]].id if len(request.workers) == 1 else None
    require(actor, Action.PLAN_PATROL, own)


def _check_specials(ws: Workspace, request: PlanRequest) -> None:
    for special in request.specials:
        if special.worker not in request.workers:
            message = f"{special.worker[:40]}不在这一班里，不能单独定时长和起点。"
            raise Refused(message, field="specials", code="unknown_worker")
        if special.minutes is not None and not MINUTES[0] <= special.minutes <= MINUTES[1]:
            message = f"{special.worker}的时长要在{MINUTES[0]}到{MINUTES[1]}分钟之间。"
            raise Refused(message, field="specials", code="minutes")
        for place in (special.start, special.end):
            if place is not None:
                check_start(ws, place, "specials")


def is_near(ws: Workspace, day: date) -> bool:
    """Whether a day is near enough to plan for it."""
    return -_DAYS_BACK <= (day - office_day(ws.clock())).days <= _DAYS_AHEAD


def check_start(ws: Workspace, start: LonLat, field: str) -> None:
    """Raise Refused when a place to set out from is nowhere near the streets."""
    from mapsvc.geo.local import distance_m

    corner = corner_of(ws)
    if not all(map(isfinite, start)) or float(distance_m(*start, *corner)) > _FARTHEST_START_M:
        example = f"{corner[0]:.5f},{corner[1]:.5f}"
        message = f"出发点离街区超过{_FARTHEST_START_M / 1000:.0f}公里，请写成 经度,纬度，例如 {example}。"
        raise Refused(message, field=field, code="start")


def corner_of(ws: Workspace) -> LonLat:
    """Where the streets with house numbers meet, else where the first of all streets begins."""
    gazetteer = ws.gazetteer
    for junction in gazetteer.junctions:
        if len(gazetteer.numbers.keys() & junction.chainages.keys()) > 1:
            return round(junction.lon, 6), round(junction.lat, 6)
    lon, lat = gazetteer.streets[0].points[0][:2]
    return lon, lat
