"""/api/v1/plans: plan a patrol, read it, plan it anew, hand it out."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request

from mapsvc.domain.patrol import Lock, PlanRequest, Shift, Special
from mapsvc.domain.times import iso
from mapsvc.operations import plans, replans, week_plans
from mapsvc.operations import what_if as operations
from mapsvc.store.patrols import KeptPlan
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import TEXT, WHOLE, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_plans", __name__, url_prefix="/api/v1/plans")


def _position() -> p.Field:
    """A start as {"lon", "lat"} or [lon, lat]."""
    named = p.point()

    def read(value: Any, path: str) -> tuple[float, float]:
        if isinstance(value, list) and len(value) == 2:
            value = {"lon": value[0], "lat": value[1]}
        at = named.read(value, path)
        return at["lon"], at["lat"]

    return p.Field(read, dict(named.schema))


_WORKERS = p.items(p.text(40), plans.MOST_WORKERS)
_REFS = p.items(p.text(80), 400)
_SPECIAL = {
    "worker": p.text(40),
    "minutes": p.optional(p.whole(0, 100_000)),
    "start": p.optional(_position()),
    "end": p.optional(_position()),
}
_NEW = {
    "date": p.day(),
    "shift": p.choice(Shift),
    "workers": _WORKERS,
    "minutes": p.optional(p.whole(0, 100_000), 120),
    "start": p.optional(_position()),
    "must": p.optional(p.items(p.text(80), plans.MOST_MUSTS), []),
    "seed": p.optional(p.whole(0, 2**31 - 1), 1),
    "locks": p.optional(p.items(p.record({"ref": p.text(80), "worker": p.text(40)}), 400), []),
    "specials": p.optional(p.items(p.record(_SPECIAL), plans.MOST_WORKERS), []),
    "rounds": p.optional(p.items(p.text(80)), []),
    "leave_out": p.optional(_REFS, []),
}
_WEEK = {
    "days": p.items(p.day(), week_plans.MOST_DAYS),
    "shift": p.choice(Shift),
    "workers": _WORKERS,
    "minutes": p.optional(p.whole(0, 100_000), 120),
    "start": p.optional(_position()),
    "seed": p.optional(p.whole(0, 2**31 - 1), 1),
    "rounds": p.optional(p.flag(), False),
}
_REST = {
    "worker": p.optional(p.text(40)),
    "from": p.optional(_position()),
    "done": p.optional(_REFS, []),
    "minutes_left": p.optional(p.whole(0, plans.MINUTES[1])),
}
_WHAT_IF = {
    "people": p.optional(p.whole(1, plans.MOST_WORKERS)),
    "minutes": p.optional(p.whole(*plans.MINUTES)),
    "first": p.optional(p.text(80)),
}
_PLAN = thing(
    id=TEXT, date=TEXT, shift=TEXT, routes={"type": "array"}, skipped={"type": "array"}, input_hash=TEXT, seed=WHOLE
)


@blueprint.post("")
@describe(
    "排一班巡查：谁走哪里、为什么、大约几点", tag="plans", request=_NEW, responses={201: _PLAN}, problems=(415, 422)
)
def create() -> Response:
    """Plan a shift."""
    asked = p.body(_NEW)
    plan = PlanRequest(
        asked["date"], asked["shift"], tuple(asked["workers"]), asked["minutes"], asked["start"],
        tuple(asked["must"]), asked["seed"], tuple(Lock(**lock) for lock in asked["locks"]),
        tuple(Special(**special) for special in asked["specials"]), tuple(asked["rounds"]), tuple(asked["leave_out"]),
    )  # fmt: skip
    return r.answer(plans.make_plan(workspace(), actor(), plan).to_json(), 201)


@blueprint.post("/week")
@describe(
    "排一周：每天一份草稿，到期的门每家走一次，几天一样多",
    tag="plans",
    request=_WEEK,
    responses={201: thing(plans={"type": "array"}, kept={"type": "array"}, unreached={"type": "array"}, text=TEXT)},
    problems=(415, 422),
)
def week() -> Response:
    """Plan a week."""
    asked = p.body(_WEEK)
    made = week_plans.make_week(
        workspace(), actor(), week_plans.WeekRequest(**asked | {n: tuple(asked[n]) for n in ("days", "workers")})
    )
    return r.answer(made.to_json(), 201)


@blueprint.post("/week/undo")
@describe(
    "撤回一周的草稿；有一天已经发出或改过就都不撤",
    tag="plans",
    request={"ids": p.items(p.text(80), week_plans.MOST_DAYS)},
    responses={200: thing(undone=WHOLE)},
    problems=(404, 409, 415),
)
def undo_week() -> Response:
    """Take the drafts of a week back."""
    asked = p.body({"ids": p.items(p.text(80), week_plans.MOST_DAYS)})
    return r.answer({"undone": week_plans.undo_week(workspace(), actor(), asked["ids"])})


@blueprint.get("/<plan_id>")
@describe("一份巡查计划", tag="plans", responses={200: _PLAN}, problems=(404,))
def show(plan_id: str) -> Response:
    """One plan."""
    return r.answer(plan_json(plans.get_plan(workspace(), actor(), plan_id)))


@blueprint.post("/<plan_id>/replan")
@describe(
    "按现在要办的事重排同一班，原计划还在；写明 worker 的，只算这个人从现在的地方怎么走完，不留下",
    tag="plans",
    request=_REST,
    responses={201: _PLAN, 200: thing(route={"type": "object"}, skipped={"type": "array"}, done={"type": "array"})},
    problems=(404, 415, 422),
)
def replan(plan_id: str) -> Response:
    """The same shift with what is due now, or the rest of one's own walk."""
    asked: dict[str, Any] = p.body(_REST) if request.content_length else {"worker": None}
    if asked["worker"] is None:
        return r.answer(plans.replan(workspace(), actor(), plan_id).to_json(), 201)
    rest = replans.Rest(asked["worker"], asked["from"], tuple(asked["done"]), asked["minutes_left"])
    return r.answer(replans.as_json(replans.replan_rest(workspace(), actor(), plan_id, rest), rest.done))


@blueprint.get("/<plan_id>/what-if")
@describe(
    "换几个人、换个时长、先去哪一站会怎样；只算，不留下",
    tag="plans",
    query=_WHAT_IF,
    responses={200: thing(people=WHOLE, minutes=WHOLE, stops=WHOLE, share_pct=WHOLE, text=TEXT)},
    problems=(404, 422),
)
def what_if(plan_id: str) -> Response:
    """The same shift otherwise, in words."""
    asked = p.query(_WHAT_IF)
    told = operations.what_if(workspace(), actor(), plan_id, asked["people"], asked["minutes"], asked["first"])
    return r.answer(told)


@blueprint.get("/<plan_id>/bars")
@describe(
    "几个人能走多少站；只算，不留下",
    tag="plans",
    responses={200: thing(bars={"type": "array"})},
    problems=(404,),
)
def bars(plan_id: str) -> Response:
    """Stops by how many people walk."""
    return r.answer({"bars": [asdict(bar) for bar in operations.bars(workspace(), actor(), plan_id)]})


@blueprint.post("/<plan_id>/publish")
@describe("把计划发给要走的人", tag="plans", responses={200: _PLAN}, problems=(404,))
def publish(plan_id: str) -> Response:
    """Hand the plan out."""
    return r.answer(plan_json(plans.publish_plan(workspace(), actor(), plan_id)))


def plan_json(kept: KeptPlan) -> dict[str, Any]:
    """A kept plan with its times and editions."""
    published = iso(kept.published_at) if kept.published_at else None
    return kept.plan.to_json() | {
        "made_at": iso(kept.made_at), "published_at": published, "edition": kept.edition,
        "published_edition": kept.published_edition, "has_changes": kept.has_changes,
    }  # fmt: skip
