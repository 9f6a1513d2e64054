"""巡查 of the demo: what merchants asked for, two pinned stops, a guard round, evenings walked, and tonight for all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from mapsvc.demo.playbooks import CORNER
from mapsvc.demo.visits import at_office
from mapsvc.domain.accounts import Account
from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.patrol import Candidate, Plan, PlanRequest, Route, Shift
from mapsvc.domain.rounds import EVERY_DAY
from mapsvc.domain.times import office_day
from mapsvc.domain.walks import StepOutcome
from mapsvc.errors import Broken
from mapsvc.operations import pins, plans, quiet_hours, rounds, walks
from mapsvc.operations.stretches import stretches_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, ids, patrols, people, places, rosters

ROUND = "橙子公寓一圈"
_ROUND_REACH_M = 70.0
_TONIGHT_MIN, _WALKED_MIN = 60, 60
# Days ago, and who walked the round.
_WALKED = ((3, "小周"), (6, "小郑"), (10, "小吴"), (13, "小周"))
_PACE_M_PER_S = 1.1
_ITERATIONS = 300
# weekday, from and until o'clock, text: of doors that are due, but of nobody's story.
_ASKED = (
    (None, 18, 19, "晚饭点忙"),
    (None, 12, 14, "午休"),
    (0, 0, 24, "周一休息"),
    (None, 17, 19, "要接孩子"),
    (4, 9, 12, "周五上午进货"),
)
_KEEPERS = ("小周", "小吴", "小郑", "小沈", "小李")


class _Then:
    """The office at another time, again and again: one workspace, so that streets are read once."""

    def __init__(self, ws: Workspace) -> None:
        self._at = ws.clock()
        self.ws = replace(ws, clock=lambda: self._at)

    def at(self, moment: datetime) -> Workspace:
        self._at = moment
        return self.ws


def lay_out_patrols(ws: Workspace, secretary: Account) -> None:
    """All of it; walks of evenings past, tonight handed out to everybody."""
    actor, today, now = secretary.actor, office_day(ws.clock()), ws.clock()
    then = _Then(ws)
    due = plans.what_is_due(then.at(now), actor, today, Shift.EVENING)
    _ask_for_quiet(then.ws, actor, due)
    _pin(then.ws, actor, today)
    laid_out = _lay_out_round(then.ws, actor, today)
    for days, name in _WALKED:
        _walk(then, actor, today - timedelta(days=days), name, laid_out)
    everybody = tuple(plans.walkers(then.at(now), actor))
    asked = plans.asked(then.ws, actor, PlanRequest(today, Shift.EVENING, everybody, _TONIGHT_MIN, rounds=(laid_out,)))
    _hand_out(then.ws, actor, asked)


def _ask_for_quiet(ws: Workspace, actor: Actor, due: Sequence[Candidate]) -> None:
    doors = sorted(c.shop for c in due if c.shop and c.worker in _KEEPERS)
    for code, (weekday, begins, ends, text) in zip(doors[1::3], _ASKED, strict=False):
        line = ids.of("demo_quiet_hours", code)
        quiet_hours.say(ws, actor, code, weekday, begins * 60, ends * 60, text, quiet_id=line)


def _pin(ws: Workspace, actor: Actor, today: date) -> None:
    wanted = (
        pins.NewPin(
            ids.of("demo_pin", "PD0004"), "PD0004", today, today + timedelta(days=6), Shift.EVENING, is_must=True,
            text="充电棚门口又停了车，看一眼通道",
        ),
        pins.NewPin(
            ids.of("demo_pin", "PD0006"), "PD0006", today, today + timedelta(days=2), worker="小李",
            text="井盖换过，走过时看看稳不稳",
        ),
    )  # fmt: skip
    for new in wanted:
        pins.pin_stop(ws, actor, new)


def _lay_out_round(ws: Workspace, actor: Actor, today: date) -> str:
    """Around the corner whose playbook has a roster; returns its id."""
    from mapsvc.geo.local import distance_m

    with ws.read() as conn:
        place = places.by_code(conn, CORNER)
        if place is None or place.location.lon is None or place.location.lat is None:
            raise Broken(f"示例数据里没有{CORNER}。", code="no_corner")
        teams = rosters.of(conn, place_id=place.id)
    known, here = stretches_of(ws), (place.location.lon, place.location.lat)
    near = [name for i, name in enumerate(known.ids) if distance_m(*here, *known.middle(i)) <= _ROUND_REACH_M]
    new = rounds.NewRound(
        ids.of("demo_round", CORNER), ROUND, tuple(near), Shift.EVENING, EVERY_DAY, today - timedelta(days=30),
        place=CORNER, roster=teams[0].id if teams else None,
    )  # fmt: skip
    made, _ = rounds.make_round(ws, actor, new)
    return made.id


def _walk(then: _Then, actor: Actor, day: date, name: str, round_id: str) -> None:
    """An evening on which somebody walked the round, as their phone told it."""
    ws = then.at(at_office(day, 16, 30))
    with ws.read() as conn:
        along = rounds.candidates(ws, conn, day, Shift.EVENING, [round_id])
    request = PlanRequest(day, Shift.EVENING, (name,), _WALKED_MIN, plans.start_of(ws), rounds=(round_id,))
    plan = _hand_out(ws, actor, plans.Asked(request, along))
    for route in plan.routes:
        _walk_along(then.at(at_office(day, 21, 0)), plan, route)


def _hand_out(ws: Workspace, actor: Actor, asked: plans.Asked) -> Plan:
    """Plan a shift with little search and hand it out: equal moment, equal plan."""
    from mapsvc.patrol.problem import Effort

    name = ids.of("demo_patrol", asked.request.day)
    plan = replace(plans.solved(ws, asked.request, asked.candidates, Effort(_ITERATIONS)), id=name)
    with ws.write() as conn:
        patrols.add(conn, plan, actor.person_id, ws.clock())
        audit.append(conn, actor, "make_plan", "patrol_plan", plan.id, None, plan.to_json(), ws.clock())
    plans.publish_plan(ws, actor, plan.id)
    return plan


def _walk_along(ws: Workspace, plan: Plan, route: Route) -> None:
    with ws.read() as conn:
        person = people.staff_by_nickname(conn, route.worker)
    if person is None or not route.stops:
        return
    who = Actor(person.id, route.worker, Role.WORKER)
    walk_id, at = ids.of("walk", plan.id, person.id), at_office(plan.day, 18, 0)
    walks.start_walk(ws, who, walks.NewWalk(walk_id, plan.id, at))
    for stop in route.stops:
        at += timedelta(seconds=1 + round(stop.walk_distance_m / _PACE_M_PER_S) + 60 * stop.service_min)
        step_id = ids.of("demo_step", walk_id, stop.ref)
        walks.record_step(ws, who, walks.NewStep(step_id, walk_id, stop.ref, StepOutcome.DONE, at))
    walks.finish_walk(ws, who, walk_id, at + timedelta(minutes=5))
