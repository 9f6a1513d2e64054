"""A week of shifts planned in one act: a draft for each day, taken back as one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import uuid4

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import LonLat, Plan, PlanRequest, Shift, Skipped
from mapsvc.domain.permissions import Action, require
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations import plans
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store import patrols as store_patrols

MOST_DAYS = 7


@dataclass(frozen=True)
class WeekRequest:
    """What was asked for.

    Attributes
    ----------
    days : tuple of date
        At most seven.
    rounds : bool
        Whether the guard rounds of each day are walked along.
    """

    days: tuple[date, ...]
    shift: Shift
    workers: tuple[str, ...]
    minutes: int = 120
    start: LonLat | None = None
    seed: int = 1
    rounds: bool = False


@dataclass(frozen=True)
class Week:
    """The drafts of a week, days that were handed out before, and what no day reaches."""

    plans: tuple[Plan, ...]
    kept: tuple[date, ...]
    unreached: tuple[Skipped, ...]

    @property
    def text(self) -> str:
        """The week in words."""
        stops = sum(plan.totals["stops"] for plan in self.plans)
        parts = [f"排好{len(self.plans)}天，一共{stops}站"]
        if self.kept:
            parts.append(f"{'、'.join(f'{day.month}月{day.day}日' for day in self.kept)}已经发出，没有动")
        parts.append(f"还有{len(self.unreached)}处这一周走不到" if self.unreached else "到期的都排进去了")
        return "；".join(parts) + "。"

    def to_json(self) -> dict[str, object]:
        """The week as the API and the command line tell it."""
        return {
            "plans": [plan.to_json() for plan in self.plans],
            "kept": [day.isoformat() for day in self.kept],
            "unreached": [asdict(skipped) for skipped in self.unreached],
            "text": self.text,
        }


def make_week(ws: Workspace, actor: Actor, asked: WeekRequest) -> Week:
    """Plan a week of shifts and keep a draft for each day; days handed out before stay as they are.

    Raises
    ------
    Refused
        No day, too many, or what makes no plan of a day.
    Forbidden
    """
    require(actor, Action.PLAN_PATROL, actor.person_id)
    wanted = tuple(sorted(set(asked.days)))
    if not wanted or len(wanted) > MOST_DAYS:
        raise Refused(f"请选1到{MOST_DAYS}天。", field="days", code="days")
    kept, out = _handed_out(ws, wanted, asked.shift)
    ready = [plans.asked(ws, actor, _request(ws, actor, asked, day)) for day in wanted if day not in kept]
    if not ready:
        raise Refused("这些天的计划都已经发出，不用再排。", field="days", code="handed_out")
    taken = [stop.ref for plan in out for route in plan.routes for stop in route.stops]
    made = _solved(ws, ready, taken)
    with ws.write() as conn:
        for number, plan in enumerate(made):
            same = [k for k in store_patrols.of_day(conn, plan.day) if k.plan.shift is plan.shift]
            made[number] = replace(plan, version=len(same) + 1)
            store_patrols.add(conn, made[number], actor.person_id, ws.clock())
            audit.append(conn, actor, "make_week", "patrol_plan", plan.id, None, made[number].to_json(), ws.clock())
    return Week(tuple(made), tuple(sorted(kept)), _unreached(made))


def find_week(ws: Workspace, actor: Actor, ids: Sequence[str]) -> Week:
    """The drafts of a week that are still there, by day.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        found = [store_patrols.by_id(conn, plan_id) for plan_id in list(dict.fromkeys(ids))[:MOST_DAYS]]
    made = sorted((kept.plan for kept in found if kept), key=lambda plan: plan.day)
    return Week(tuple(made), (), _unreached(made))


def undo_week(ws: Workspace, actor: Actor, ids: Sequence[str]) -> int:
    """Take drafts of a week back; returns how many.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        One of them was handed out or changed by hand meanwhile; none is taken back.
    """
    require(actor, Action.PLAN_PATROL, actor.person_id)
    wanted = list(dict.fromkeys(ids))[:MOST_DAYS]
    with ws.write() as conn:
        found = [store_patrols.by_id(conn, plan_id) for plan_id in wanted]
        for kept in found:
            if kept is None:
                raise NotFound("这一周的草稿已经不在了。", code="unknown_plan")
            require(actor, Action.PLAN_PATROL, kept.made_by)
            if kept.published_at is not None or kept.edition > 1:
                raise Conflict("有一天已经发出或改过，不能一起撤回；请打开那一天单独处理。", code="plan_in_use")
        for kept in (one for one in found if one):
            store_patrols.remove(conn, kept.plan.id)
            audit.append(conn, actor, "undo_week", "patrol_plan", kept.plan.id, kept.plan.to_json(), None, ws.clock())
    return len(wanted)


def _request(ws: Workspace, actor: Actor, asked: WeekRequest, day: date) -> PlanRequest:
    from mapsvc.operations import rounds

    walked = rounds.rounds_on(ws, actor, day, asked.shift) if asked.rounds else ()
    return PlanRequest(
        day, asked.shift, asked.workers, asked.minutes, asked.start, (), asked.seed,
        rounds=tuple(line.round.id for line in walked),
    )  # fmt: skip


def _handed_out(ws: Workspace, days: Sequence[date], shift: Shift) -> tuple[set[date], list[Plan]]:
    with ws.read() as conn:
        out = store_patrols.handed_out(conn, days[0], days[-1])
    return {plan.day for plan in out if plan.shift is shift and plan.day in days}, out


def _solved(ws: Workspace, ready: Sequence[plans.Asked], taken: Sequence[str]) -> list[Plan]:
    from mapsvc.patrol.week import Day, plan_week

    days = [Day(one.request, one.candidates) for one in ready]
    return plan_week([str(uuid4()) for _ in days], days, plans.ground(ws), taken)


def _unreached(made: Sequence[Plan]) -> tuple[Skipped, ...]:
    """What is due and on no day's walk, as the last day that knows it says."""
    reached = {ref for plan in made for route in plan.routes for s in route.stops for ref in (s.ref, *s.also)}
    left = {one.ref: one for plan in made for one in plan.skipped if one.reason != "other_day"}
    return tuple(one for ref, one in sorted(left.items()) if ref not in reached)
