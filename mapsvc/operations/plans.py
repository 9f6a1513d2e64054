"""Planning a patrol: gather what is due, plan the walks, keep the plan, hand it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import Candidate, Lock, Plan, PlanRequest, Shift, Special, shift_start
from mapsvc.domain.patrol_files import input_hash
from mapsvc.domain.permissions import Action, Reach, may, reach, require
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations import demand, hotspots, patrol_walkers, rounds
from mapsvc.operations import plan_checks as checks
from mapsvc.operations.stale_runs import MOST as MOST_RUNS
from mapsvc.operations.walking import walking_network
from mapsvc.operations.workspace import Workspace
from mapsvc.patrol.network import Network
from mapsvc.store import audit as store_audit
from mapsvc.store import demand as store_demand
from mapsvc.store import patrols as store_patrols
from mapsvc.store import people as store_people
from mapsvc.store.patrols import KeptPlan

if TYPE_CHECKING:
    from mapsvc.patrol.problem import Effort
    from mapsvc.patrol.problems import Ground

MOST_WORKERS, MOST_MUSTS, MINUTES = checks.MOST_WORKERS, checks.MOST_MUSTS, checks.MINUTES
_TURN_DAYS = 28
_GONE_BY = "这一天已经过去，排出来只供对照"


def make_plan(ws: Workspace, actor: Actor, request: PlanRequest) -> Plan:
    """Plan the walks of one shift and keep the plan.

    A worker may plan their own walk, the secretary everybody's.

    Raises
    ------
    Refused
        Workers nobody knows, a shift too short or too long, nobody to walk, a must nobody knows, a day or start out
        of reach.
    Forbidden
        Somebody else's walk.
    """
    plan = draft(ws, actor, request)
    with ws.write() as conn:
        same = [k for k in store_patrols.of_day(conn, request.day) if k.plan.shift is request.shift]
        plan = replace(plan, version=len(same) + 1)
        store_patrols.add(conn, plan, actor.person_id, ws.clock())
        store_audit.append(conn, actor, "make_plan", "patrol_plan", plan.id, None, plan.to_json(), ws.clock())
    return plan


@dataclass(frozen=True)
class Asked:
    """A request that was looked at, with all that could be walked to."""

    request: PlanRequest
    candidates: tuple[Candidate, ...]


def draft(ws: Workspace, actor: Actor, request: PlanRequest) -> Plan:
    """As `make_plan`, but nothing is kept."""
    ready = asked(ws, actor, request)
    return solved(ws, ready.request, ready.candidates)


def asked(ws: Workspace, actor: Actor, request: PlanRequest) -> Asked:
    """Look at a request and gather what could be walked to.

    Raises
    ------
    Refused, Forbidden
        As `make_plan`.
    """
    require(actor, Action.PLAN_PATROL, actor.person_id)
    with ws.read() as conn:
        people = {person.display_name: person for person in store_people.staff(conn)}
    checks.check(ws, actor, request, people)
    wanted = gathered(ws, actor, request.day, request.shift, request.must, request.rounds, max(len(request.workers), 1))
    known = {name: c.ref for c in wanted for ref in (c.ref, *c.also) for name in (ref, ref.partition(":")[2])}
    if unknown := sorted(set(request.must) - known.keys()):
        raise Refused(
            f"没有找到必到的地方 {'、'.join(unknown)[:80]}，请核对商铺或点位的编号。", field="must", code="unknown_must"
        )
    must = tuple(dict.fromkeys(known[name] for name in request.must))
    start, specials = request.start or start_of(ws), _specials(ws, request)
    return Asked(replace(request, must=must, start=start, specials=specials, turns=_turns(ws, request)), wanted)


def digest(ws: Workspace, ready: Asked) -> str:
    """What names the question: equal questions, equal plans."""
    return input_hash(ready.request, ready.candidates, network(ws.settings.layers).digest)


def _specials(ws: Workspace, request: PlanRequest) -> tuple[Special, ...]:
    """Each walker's own ways where the request does not say otherwise; who walks alone says how long."""
    with ws.read() as conn:
        usual = patrol_walkers.presets(conn)
    said = {one.worker: one for one in request.specials}
    found = []
    for name in request.workers:
        one, own = said.get(name, Special(name)), usual.get(name, Special(name))
        minutes = own.minutes if one.minutes is None and len(request.workers) > 1 else one.minutes
        merged = replace(one, minutes=minutes, start=one.start or own.start, end=one.end or own.end)
        if merged != Special(name):
            found.append(merged)
    return tuple(found)


def _turns(ws: Workspace, request: PlanRequest) -> tuple[tuple[str, int], ...]:
    """Minutes of the walks each was handed in the weeks before, so that long ones go round; for the planner alone."""
    first = request.day - timedelta(days=_TURN_DAYS)
    with ws.read() as conn:
        past = store_patrols.handed_out(conn, first, request.day - timedelta(days=1))
    minutes = dict.fromkeys(request.workers, 0)
    for route in (route for plan in past for route in plan.routes if route.worker in minutes):
        minutes[route.worker] += route.walk_min + route.service_min
    return tuple(sorted(minutes.items())) if any(minutes.values()) else ()


def start_of(ws: Workspace) -> tuple[float, float]:
    """Where everybody sets out: the setting `patrol_start`, else the corner of the two shop streets.

    Raises
    ------
    Refused
        The setting is no position near the streets.
    """
    text = ws.settings.patrol_start.replace("，", ",").strip()
    if not text:
        return checks.corner_of(ws)
    lon, _, lat = text.partition(",")
    try:
        start = (float(lon), float(lat))
    except ValueError:
        start = (float("nan"), float("nan"))
    checks.check_start(ws, start, "patrol_start")
    return start


def gathered(
    ws: Workspace, actor: Actor, day: date, shift: Shift, must: tuple[str, ...] = (), walked: tuple[str, ...] = (),
    people: int = MOST_RUNS,
) -> tuple[Candidate, ...]:  # fmt: skip
    """Everything worth a walk on that shift, by ref, with the stretches of the guard rounds `walked`."""
    begins_at = datetime.combine(day, time(), OFFICE_ZONE).astimezone(UTC) + shift_start(shift)
    hot = hotspots.hotspot_map(ws, actor, hotspots.HotspotQuery(until=min(day, office_day(ws.clock()))))
    with ws.read() as conn:
        along = rounds.candidates(ws, conn, day, shift, walked) if walked else ()
        found = demand.candidates(
            conn, begins_at, ws.settings.visit_interval_days, hot, ws.gazetteer, must, shift, min(people, MOST_RUNS),
            rounds.segments_of(along),
        )  # fmt: skip
        return rounds.with_rounds(found, along)


def what_is_due(
    ws: Workspace, actor: Actor, day: date, shift: Shift, must: tuple[str, ...] = ()
) -> tuple[Candidate, ...]:
    """All that could be walked to on that shift, what matters most first: to choose musts from."""
    require(actor, Action.PLAN_PATROL, actor.person_id)
    if not checks.is_near(ws, day):
        return ()
    return tuple(sorted(gathered(ws, actor, day, shift, must), key=lambda c: (-c.points, c.ref)))


def solved(
    ws: Workspace,
    request: PlanRequest,
    wanted: Sequence[Candidate],
    effort: "Effort | None" = None,
    put_aside: Mapping[str, str] | None = None,
) -> Plan:
    """The plan for a request that was looked at, not kept; its start is filled in.

    Parameters
    ----------
    put_aside : mapping, optional
        By ref what is said of those that the request leaves to another day.
    """
    from mapsvc.patrol.plan import make_plan as plan_walks

    asked = replace(request, start=request.start or start_of(ws))
    plan = plan_walks(str(uuid4()), asked, wanted, ground(ws), effort=effort, put_aside=put_aside)
    if request.day < office_day(ws.clock()):
        return replace(plan, notes=(*plan.notes, _GONE_BY))
    return plan


def retimed(
    ws: Workspace,
    actor: Actor,
    plan: Plan,
    orders: Mapping[str, Sequence[str]],
    locks: Sequence[Lock] | None = None,
) -> Plan:
    """The same plan with stops given to people and put in order by hand: times, ways and reasons worked out anew.

    Nothing is kept. What runs over is said in the notes of its route, not refused.

    Parameters
    ----------
    orders : mapping from nickname to sequence of refs
        Who is not named keeps their stops.
    locks : sequence of Lock, optional
        Instead of the plan's.

    Raises
    ------
    Refused
        A stop the plan does not know, or one given twice.
    """
    from mapsvc.patrol.plan import retime

    require(actor, Action.SEE_MAP)
    refs = [ref for order in orders.values() for ref in order]
    known = {candidate.ref for candidate in plan.candidates}
    if not known.issuperset(refs) or len(set(refs)) < len(refs):
        raise Refused("停靠点和这份巡查对不上，可能已经改过，请刷新页面再改。", field="orders", code="unknown_stop")
    return retime(with_start(ws, plan), orders, ground(ws), locks)


def with_start(ws: Workspace, plan: Plan) -> Plan:
    """The plan with where everybody sets out; the oldest ones did not say."""
    return plan if plan.start else replace(plan, start=start_of(ws))


def ground(ws: Workspace) -> "Ground":
    """Where walks are planned: the street layer's network in metres."""
    from mapsvc.geo.local import to_lonlat, to_metres
    from mapsvc.patrol.problems import Ground

    def metres(lon: float, lat: float) -> tuple[float, float]:
        x, y = to_metres(lon, lat)
        return float(x), float(y)

    return Ground(network(ws.settings.layers), metres, to_lonlat)


def network(layers: Path | None) -> Network:
    """The walking network of the street layer, railways left out."""
    return walking_network(layers)


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
        raise NotFound("没有这份巡查计划，可能已经重排，请从巡查页打开最新的。", code="unknown_plan")
    return kept


def recent_plans(ws: Workspace, actor: Actor, limit: int = 30) -> list[KeptPlan]:
    """The latest plans: of each shift what was handed out, and the last draft made after that."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        found = store_patrols.recent(conn, limit)
    newest: dict[tuple[date, Shift], KeptPlan] = {}
    for kept in found:
        newest.setdefault((kept.plan.day, kept.plan.shift), kept)
    return [kept for kept in found if kept.published_at or newest[kept.plan.day, kept.plan.shift] is kept]


def replan(ws: Workspace, actor: Actor, plan_id: str) -> Plan:
    """Plan the same shift anew with what is due now; the old plan stays.

    Who left meanwhile is not sent out, what is no longer known is no must.
    """
    old = get_plan(ws, actor, plan_id).plan
    return make_plan(ws, actor, request_of(ws, actor, old))


def request_of(
    ws: Workspace, actor: Actor, old: Plan, people: int | None = None, minutes: int | None = None
) -> PlanRequest:
    """What would be asked to plan `old` again today, perhaps with more or fewer people, or another length.

    The first to stay at home is who had least to do; the next to come along is the first by name.
    """
    with ws.read() as conn:
        here = {person.display_name for person in store_people.staff(conn)}
    workers = [route.worker for route in old.routes if route.worker in here]
    if people is not None:
        busy = {route.worker: sum(r.points for s in route.stops for r in s.reasons) for route in old.routes}
        kept = sorted(workers, key=lambda name: -busy[name])[: max(people, 0)]
        workers = [name for name in workers if name in kept]
        workers += [name for name in walkers(ws, actor) if name not in workers][: max(people - len(workers), 0)]
    due = gathered(ws, actor, old.day, old.shift, old.must, old.rounds) if old.must else ()
    known = {ref for candidate in due for ref in (candidate.ref, *candidate.also)}
    must = tuple(ref for ref in old.must if ref in known)
    more = (minutes or old.minutes) - old.minutes
    specials = tuple(replace(one, minutes=one.minutes + more) if one.minutes else one for one in old.specials)
    request = replace(old.request, workers=tuple(workers), minutes=old.minutes + more, must=must)
    return replace(request, specials=tuple(one for one in specials if one.worker in workers))


def room_of(ws: Workspace, actor: Actor, plan: Plan) -> int:
    """With how many people at most the shift could be planned anew by `actor`."""
    return len({*(route.worker for route in plan.routes), *walkers(ws, actor)}) if may_plan(actor) else 0


def drawings(ws: Workspace, actor: Actor, plan: Plan) -> tuple[str, ...]:
    """The map of each route as SVG, for paper."""
    from mapsvc.geo.local import to_metres
    from mapsvc.patrol.sheet import draw_route

    require(actor, Action.SEE_MAP)
    streets = network(ws.settings.layers).streets
    return tuple(draw_route(route, streets, to_metres) for route in plan.routes)


def may_plan(actor: Actor) -> bool:
    """Whether `actor` plans at all: everybody's walk or their own."""
    return reach(actor, Action.PLAN_PATROL) is not Reach.NONE


def may_publish(actor: Actor, kept: KeptPlan) -> bool:
    """Whether `actor` may hand this plan out or plan it anew."""
    return may(actor, Action.PLAN_PATROL, kept.made_by)


def publish_plan(ws: Workspace, actor: Actor, plan_id: str, edition: int | None = None) -> KeptPlan:
    """Hand a plan out as it stands; handing the same out again changes nothing.

    Parameters
    ----------
    edition : int, optional
        Which one was looked at: another one by now is not handed out unseen.

    Raises
    ------
    Conflict
        Somebody changed it meanwhile.
    """
    kept = get_plan(ws, actor, plan_id)
    require(actor, Action.PLAN_PATROL, kept.made_by)
    with ws.write() as conn:
        kept = store_patrols.by_id(conn, plan_id) or kept
        if edition is not None and edition != kept.edition:
            raise Conflict("这份巡查刚被别人改过，请看一眼最新的再发。", code="stale_plan")
        if kept.published_at is None or kept.has_changes:
            store_patrols.publish(conn, kept, ws.clock())
            store_audit.append(conn, actor, "publish_plan", "patrol_plan", plan_id, None, None, ws.clock())
    return get_plan(ws, actor, plan_id)


def walkers(ws: Workspace, actor: Actor) -> list[str]:
    """Who can be sent out by `actor`, by name: whoever looks after shops or is a worker; oneself only for a worker."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        staff = store_people.staff(conn)
        walking = store_demand.walkers(conn, office_day(ws.clock()))
    if reach(actor, Action.PLAN_PATROL) is Reach.OWN:
        return [person.display_name for person in staff if person.id == actor.person_id]
    return sorted(person.display_name for person in staff if person.id in walking or not walking)


def next_shift(at: datetime) -> tuple[date, Shift]:
    """The shift that begins next at `at`, or still has more than an hour to go."""
    here = at.astimezone(OFFICE_ZONE)
    since_midnight = timedelta(hours=here.hour, minutes=here.minute)
    for shift in Shift:
        if since_midnight <= shift_start(shift) + timedelta(hours=1):
            return here.date(), shift
    return here.date() + timedelta(days=1), Shift.MORNING
