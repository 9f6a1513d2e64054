"""/api/v1/cases/{id}/tasks and /api/v1/tasks: what is to be done, done with proof, cancelled, taken up again."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.tasks import MOST_TEXT, TaskRole
from mapsvc.operations import same_building, tasks
from mapsvc.operations.tasks import NewTask, TaskLine
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_MOMENT, MAYBE_TEXT, TEXT, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_tasks", __name__, url_prefix="/api/v1")

_NEW = {
    "text": p.text(MOST_TEXT),
    "role": p.optional(p.choice(TaskRole), TaskRole.WORKER),
    "owner": p.optional(p.text(40)),
    "owner_name": p.optional(p.text(60)),
    "due_at": p.optional(p.deadline()),
}
_DONE = {"proof": p.optional(p.text(MOST_TEXT, least=0), ""), "at": p.optional(p.moment())}
_WHY = {"reason": p.optional(p.text(MOST_TEXT, least=0), "")}
_DOORS = {"shops": p.items(p.text(40), same_building.MOST_DOORS), "due_at": p.optional(p.deadline())}
TASK = thing(
    id=TEXT, case=MAYBE_TEXT, origin=TEXT, text=TEXT, who=TEXT, shop=MAYBE_TEXT, due_at=MAYBE_MOMENT,
    done_at=MAYBE_MOMENT, cancelled_at=MAYBE_MOMENT, proof=TEXT, overdue=FLAG,
)  # fmt: skip
_BAD = (404, 409, 413, 415, 422)


@blueprint.get("/cases/<case_id>/tasks")
@describe("一件案件的任务：没办的在前，期限近的在前", tag="tasks", responses={200: listing(TASK)}, problems=(404,))
def index(case_id: str) -> Response:
    """The tasks of a case."""
    p.query({})
    found = tasks.case_tasks(workspace(), actor(), p.path_code(case_id))
    return r.answer({"items": [task(line) for line in found.items], "next": None})


@blueprint.post("/cases/<case_id>/tasks")
@describe("加一项任务：做什么、谁来办、什么时候前", tag="tasks", request=_NEW, responses={201: TASK}, problems=_BAD)
def create(case_id: str) -> Response:
    """Add a task by hand."""
    sent = p.body(_NEW)
    new = NewTask(
        sent["text"],
        sent["role"],
        p.path_code(case_id),
        owner_id=sent["owner"],
        owner_name=sent["owner_name"],
        due_at=sent["due_at"],
    )
    return _shown(tasks.add_case_task(workspace(), actor(), new).id, 201)


@blueprint.post("/cases/<case_id>/same-building")
@describe(
    "举一反三：把同一幢的这几户加成任务", tag="tasks", request=_DOORS, responses={201: listing(TASK)}, problems=_BAD
)
def look_around(case_id: str) -> Response:
    """Make tasks of looking at doors that share what was found."""
    sent = p.body(_DOORS)
    made = same_building.add_checks(workspace(), actor(), p.path_code(case_id), sent["shops"], sent["due_at"])
    shown = [task(tasks.get_task(workspace(), actor(), one.id)) for one in made]
    return r.answer({"items": shown, "next": None}, 201)


@blueprint.post("/tasks/<task_id>/done")
@describe("任务办好了：办得怎样、几时办好的", tag="tasks", request=_DONE, responses={200: TASK}, problems=_BAD)
def finish(task_id: str) -> Response:
    """It was done."""
    sent = p.body(_DONE)
    return _shown(tasks.finish_task(workspace(), actor(), p.path_code(task_id), sent["proof"], sent["at"]).id)


@blueprint.post("/tasks/<task_id>/cancel")
@describe("任务不办了，写明原因", tag="tasks", request=_WHY, responses={200: TASK}, problems=_BAD)
def cancel(task_id: str) -> Response:
    """It is given up."""
    sent = p.body(_WHY)
    return _shown(tasks.cancel_task(workspace(), actor(), p.path_code(task_id), sent["reason"]).id)


@blueprint.post("/tasks/<task_id>/undo")
@describe("恢复成待办", tag="tasks", responses={200: TASK}, problems=(404, 409))
def undo(task_id: str) -> Response:
    """It is to be done after all."""
    return _shown(tasks.undo_task(workspace(), actor(), p.path_code(task_id)).id)


def _shown(task_id: str, status: int = 200) -> Response:
    return r.answer(task(tasks.get_task(workspace(), actor(), task_id)), status)


def task(line: TaskLine) -> dict[str, Any]:
    """A task as JSON."""
    one = line.task
    return {
        "id": one.id,
        "case": one.case_id,
        "origin": one.origin.value,
        "text": line.text,
        "role": one.role.value,
        "who": line.who,
        "party": one.party_id,
        "shop": line.shop_code,
        "amount_yuan": one.amount_fen / 100 if one.amount_fen is not None else None,
        "due_at": r.when(one.due_at),
        "overdue": line.is_overdue,
        "done_at": r.when(one.done_at),
        "done_by": line.done_by,
        "proof": line.proof,
        "cancelled_at": r.when(one.cancelled_at),
        "photos": [r.photo(photo) for photo in line.photos],
    }
