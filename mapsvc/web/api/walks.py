"""/api/v1/walks: a patrol as it is walked, told by the walker's phone and read by nobody else."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.times import iso
from mapsvc.domain.walks import SkipReason, Step, StepOutcome, Walk
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.operations import walks
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_walks", __name__, url_prefix="/api/v1/walks")

WALK = {"id": p.identifier(), "plan": p.text(40), "started_at": p.moment()}
STEP = {
    "id": p.identifier(),
    "ref": p.text(60),
    "outcome": p.choice(StepOutcome),
    "reason": p.optional(p.choice(SkipReason)),
    "text": p.optional(p.text(p.SHORT_TEXT, least=0), ""),
    "at": p.moment(),
}
FINISH = {"at": p.moment()}
_WALK = thing(id=TEXT, plan=TEXT, started_at=MOMENT, ended_at=MAYBE_MOMENT, steps={"type": "array"})
_STEP = thing(id=TEXT, ref=TEXT, outcome=TEXT, reason=MAYBE_TEXT, at=MOMENT, withdrawn=FLAG)
_GONE = thing(id=TEXT, withdrawn=FLAG)
_BAD = (404, 413, 415, 422)


@blueprint.post("")
@describe(
    "开始走一份发出来的巡查：同一个 id 再发一次不会重复；走的情况只有走的人自己看得到",
    tag="walks",
    request=WALK,
    responses={201: _WALK, 200: _WALK},
    problems=(409, 413, 415, 422),
)
def create() -> Response:
    """Begin; 200 if it was begun before."""
    sent = p.body(WALK)
    told = walks.start_walk(workspace(), actor(), walks.NewWalk(**sent))
    assert isinstance(told.record, Walk)
    return r.answer(walk_json(told.record), 201 if told.is_new else 200)


@blueprint.get("/<walk_id>")
@describe("自己的一次巡查；别人的一律没有", tag="walks", responses={200: _WALK}, problems=(404,))
def show(walk_id: str) -> Response:
    """One's own walk; of others nobody learns even that it is there."""
    return r.answer(walk_json(walks.own_walk(workspace(), actor(), p.path_code(walk_id))))


@blueprint.post("/<walk_id>/steps")
@describe(
    "一站走到了或跳过了：同一个 id 再发一次不会重复；撤回过的不再写入",
    tag="walks",
    request=STEP,
    responses={201: _STEP, 200: _STEP},
    problems=(*_BAD, 409),
)
def record(walk_id: str) -> Response:
    """A stop done or left out; 200 if it was recorded before, or taken back."""
    sent = p.body(STEP)
    told = walks.record_step(workspace(), actor(), walks.NewStep(walk=p.path_code(walk_id), **sent))
    if isinstance(told, Withdrawn):
        return r.answer(r.withdrawn(told))
    assert isinstance(told.record, Step)
    return r.answer(step_json(told.record), 201 if told.is_new else 200)


@blueprint.post("/<walk_id>/steps/<step_id>/withdraw")
@describe("撤回一站", tag="walks", responses={200: _GONE}, problems=(404, 422))
def withdraw(walk_id: str, step_id: str) -> Response:
    """Take a step back; the same again is 200 too."""
    gone = walks.withdraw_step(workspace(), actor(), p.path_code(walk_id), p.path_identifier(step_id))
    return r.answer(r.withdrawn(gone))


@blueprint.post("/<walk_id>/finish")
@describe("走完了", tag="walks", request=FINISH, responses={200: _WALK}, problems=_BAD)
def finish(walk_id: str) -> Response:
    """The walk is over."""
    return r.answer(walk_json(walks.finish_walk(workspace(), actor(), p.path_code(walk_id), p.body(FINISH)["at"])))


@blueprint.post("/<walk_id>/go-on")
@describe("还没走完，接着走", tag="walks", responses={200: _WALK}, problems=(404,))
def go_on(walk_id: str) -> Response:
    """It is not over after all."""
    return r.answer(walk_json(walks.go_on(workspace(), actor(), p.path_code(walk_id))))


def walk_json(walk: Walk) -> dict[str, Any]:
    """A walk for its walker."""
    return {
        "id": walk.id,
        "plan": walk.plan_id,
        "started_at": iso(walk.started_at),
        "ended_at": r.when(walk.ended_at),
        "steps": [step_json(step) for step in walk.steps],
    }


def step_json(step: Step) -> dict[str, Any]:
    """A step for its walker."""
    reason = step.reason.value if step.reason else None
    return {
        "id": step.id,
        "ref": step.ref,
        "outcome": step.outcome.value,
        "reason": reason,
        "text": step.text,
        "at": iso(step.at),
        "withdrawn": step.withdrawn_at is not None,
    }
