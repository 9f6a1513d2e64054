"""Planning a patrol: gather what is due, plan the walks, keep the plan, hand it out."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import Candidate, Plan, PlanRequest, Shift, shift_start
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, Reach, reach, require
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.errors import NotFound, Refused
from mapsvc.operations import demand, hotspots
from mapsvc.operations.workspace import Workspace
from mapsvc.patrol.network import Network, StreetLine
from mapsvc.store import audit as store_audit
from mapsvc.store import patrols as store_patrols
from mapsvc.store import people as store_people
from mapsvc.store.patrols import KeptPlan

MOST_WORKERS = 12
MINUTES = (15, 480)
CORNER = (121.4209, 31.2501)


def make_plan(ws: Workspace, actor: Actor, request: PlanRequest) -> Plan:
    """Plan the walks of one shift and keep the plan.

    A worker may plan their own walk, the secretary everybody's.

    Raises
    ------
    Refused
        Workers nobody knows, a shift too short or too long, nobody to walk, a must that is nowhere due.
    Forbidden
        Somebody else's walk.
    """
    with ws.read() as conn:
        people = {person.display_name: person for person in store_people.staff(conn)}
    _check(actor, request, people)
    begins_at = datetime.combine(request.day, time(), OFFICE_ZONE).astimezone(UTC) + shift_start(request.shift)
    hot = hotspots.hotspot_map(ws, actor, hotspots.HotspotQuery(until=min(request.day, office_day(ws.clock()))))
    with ws.read() as conn:
        wanted = demand.candidates(conn, begins_at, ws.settings.visit_interval_days, hot)
        version = len([k for k in store_patrols.of_day(conn, request.day) if k.plan.shift is request.shift]) + 1
    if unknown := sorted(set(request.must) - {candidate.ref for candidate in wanted}):
        raise Refused(
            f"必到的地方 {'、'.join(unknown)} 今天没有要办的事,请去掉后再排。", field="must", code="unknown_must"
        )
    plan = _solve(ws, request, wanted, version)
    with ws.write() as conn:
        store_patrols.add(conn, plan, actor.person_id, ws.clock())
        store_audit.append(conn, actor, "make_plan", "patrol_plan", plan.id, None, plan.to_json(), ws.clock())
    return plan


def _check(actor: Actor, request: PlanRequest, people: dict[str, Person]) -> None:
    if not request.workers:
        raise Refused("请至少选一个人去走。", field="workers", code="nobody")
    if len(set(request.workers)) < len(request.workers) or len(request.workers) > MOST_WORKERS:
        raise Refused(f"同一个人只选一次,最多{MOST_WORKERS}人。", field="workers", code="too_many_workers")
    if not MINUTES[0] <= request.minutes <= MINUTES[1]:
        raise Refused(f"时长要在{MINUTES[0]}到{MINUTES[1]}分钟之间。", field="minutes", code="minutes")
    if unknown := [name for name in request.workers if name not in people]:
        known = "、".join(sorted(people)) or "还没有,请先导入台账或添加账号"
        raise Refused(f"不认识{'、'.join(unknown)};现有人员:{known}。", field="workers", code="unknown_worker")
    own = people[request.workers[0]].id if len(request.workers) == 1 else None
    require(actor, Action.PLAN_PATROL, own)


def _solve(ws: Workspace, request: PlanRequest, wanted: tuple[Candidate, ...], version: int) -> Plan:
    import numpy as np

    from mapsvc.geo.local import to_lonlat, to_metres
    from mapsvc.patrol.plan import make_plan as plan_walks

    positions = [request.start or CORNER, *((c.lon, c.lat) for c in wanted)]
    metres = np.array([to_metres(lon, lat) for lon, lat in positions], dtype=np.float64)
    return plan_walks(str(uuid4()), request, wanted, network(ws.settings.layers), metres, to_lonlat, version)


@lru_cache(maxsize=4)
def network(layers: Path | None) -> Network:
    """The walking network of the street layer, railways left out."""
    from mapsvc.geo.streets import load_streets
    from mapsvc.paths import shipped

    file = next(
        p
        for p in ((layers or shipped("layers")) / "streets.geojson", shipped("layers") / "streets.geojson")
        if p.exists()
    )
    roads = (street for street in load_streets(file) if street.kind == "road")
    return Network(tuple(StreetLine(s.name, s.metres, s.width_m) for s in roads))


def get_plan(ws: Workspace, actor: Actor, plan_id: str) -> KeptPlan:
    """A plan by id.

    Raises
    ------
    NotFound
        No plan has this id.
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        kept = store_patrols.by_id(conn, plan_id)
    if kept is None:
        raise NotFound("没有这份巡查计划,可能已经重排,请从巡查页打开最新的。", code="unknown_plan")
    return kept


def plans_of_day(ws: Workspace, actor: Actor, day: date) -> list[KeptPlan]:
    """Plans of a day, the latest first."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return store_patrols.of_day(conn, day)


def recent_plans(ws: Workspace, actor: Actor, limit: int = 20) -> list[KeptPlan]:
    """The latest plans."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return store_patrols.recent(conn, limit)


def replan(ws: Workspace, actor: Actor, plan_id: str) -> Plan:
    """Plan the same shift anew with what is due now; the old plan stays."""
    old = get_plan(ws, actor, plan_id).plan
    workers = tuple(route.worker for route in old.routes)
    return make_plan(ws, actor, PlanRequest(old.day, old.shift, workers, old.minutes, seed=old.seed))


def publish_plan(ws: Workspace, actor: Actor, plan_id: str) -> KeptPlan:
    """Hand a plan out; handing it out again changes nothing."""
    kept = get_plan(ws, actor, plan_id)
    everyone_own = kept.made_by if reach(actor, Action.PLAN_PATROL) is Reach.OWN else None
    require(actor, Action.PLAN_PATROL, everyone_own)
    if kept.published_at is None:
        with ws.write() as conn:
            store_patrols.publish(conn, plan_id, ws.clock())
            store_audit.append(conn, actor, "publish_plan", "patrol_plan", plan_id, None, None, ws.clock())
    return get_plan(ws, actor, plan_id)


def staff_names(ws: Workspace, actor: Actor) -> list[str]:
    """Who can be sent out, by name; in no order of doing."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return sorted(person.display_name for person in store_people.staff(conn) if person.left_at is None)


def default_shift(at: datetime) -> Shift:
    """The shift that comes next at `at`."""
    hour = at.astimezone(OFFICE_ZONE).hour
    return Shift.MORNING if hour < 7 else Shift.DAY if hour < 13 else Shift.EVENING
