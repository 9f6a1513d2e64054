"""Tasks on the case's page and one by one: add, done with proof and photo, cancel, take up again."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Actor
from mapsvc.domain.photos import PhotoOf, Purpose
from mapsvc.domain.tasks import MOST_TEXT, TaskRole
from mapsvc.operations import tasks as operations
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.playbook_runs import place_of_run
from mapsvc.operations.tasks import CaseTasks, NewTask
from mapsvc.operations.workspace import Workspace
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.context import actor, workspace
from mapsvc.web.places import place_page
from mapsvc.web.uploads import keep_photos, read_photos

blueprint = Blueprint("tasks", __name__)
SAID = {
    "task_added": "任务记下了。",
    "task_done": "办好了，记进了经过。",
    "task_cancelled": "任务取消了。",
    "task_again": "恢复成待办了。",
}
_NAME_MOST = 60


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> CaseTasks | None:
    """The tasks of a case; None where there are none and this reader may add none."""
    found = operations.case_tasks(ws, who, case.line.found.case.id)
    return found if found.items or found.may_add else None


@blueprint.post("/cases/<case_id>/tasks")
def add(case_id: str) -> Response:
    """Add a task by hand."""

    def act() -> object:
        return operations.add_case_task(workspace(), actor(), _new_task(case_id))

    return forms.done(act, f"/cases/{case_id}?done=task_added#tasks", lambda f, w: case_page(case_id, "add-task", f, w))


@blueprint.get("/tasks/<task_id>")
def show(task_id: str) -> str:
    """One task on a page of its own, for those who came from their list."""
    return _page(task_id)


@blueprint.post("/tasks/<task_id>/done")
def finish(task_id: str) -> Response:
    """It was done."""
    ws, who = workspace(), actor()

    def act() -> object:
        uploads = read_photos()
        done = operations.finish_task(
            ws, who, task_id, forms.text("proof", "办理情况", MOST_TEXT), forms.when("at", "办好的时间")
        )
        keep_photos(ws, who, uploads, PhotoOf.TASK, task_id, Purpose.PROOF)
        return done

    return _done(task_id, act, "task_done", f"done-{task_id}")


@blueprint.post("/tasks/<task_id>/cancel")
def cancel(task_id: str) -> Response:
    """It is given up."""

    def act() -> object:
        return operations.cancel_task(workspace(), actor(), task_id, forms.text("reason", "原因", MOST_TEXT))

    return _done(task_id, act, "task_cancelled", f"done-{task_id}")


@blueprint.post("/tasks/<task_id>/undo")
def undo(task_id: str) -> Response:
    """It is to be done after all."""
    return _done(
        task_id,
        lambda: operations.undo_task(workspace(), actor(), task_id),
        "task_again",
        f"done-{task_id}",
    )


def _new_task(case_id: str) -> NewTask:
    role, _, person = forms.text("whom", "谁来办", _NAME_MOST, required=True).partition(":")
    known = TaskRole(role) if role in set(TaskRole) else TaskRole.OTHER
    return NewTask(
        forms.text("text", "要做什么", MOST_TEXT, required=True),
        known,
        case_id,
        owner_id=person or None,
        owner_name=forms.text("owner_name", "名字", _NAME_MOST) or None,
        due_at=forms.when("due_at", "期限"),
    )


def _done(task_id: str, act: Callable[[], object], said: str, form_id: str) -> Response:
    line = operations.get_task(workspace(), actor(), task_id)
    case_id = line.task.case_id
    if request.form.get("back") == "case" and case_id:
        to = f"/cases/{case_id}?done={said}#tasks"
        return forms.done(act, to, lambda f, w: case_page(case_id, form_id, f, w))
    place = place_of_run(workspace(), line.task.run_id) if request.form.get("back") == "place" else None
    if place:
        to = f"/places/{place}?done={said}#{form_id}"
        return forms.done(act, to, lambda f, w: place_page(place, form_id, f, w))
    to = url_for("tasks.show", task_id=task_id, done=said)
    return forms.done(act, to, lambda f, w: _page(task_id, f, w))


def _page(task_id: str, form: forms.Form | None = None, faults: dict[str, str] | None = None) -> str:
    line = operations.get_task(workspace(), actor(), task_id)
    return render_template(
        "task.html",
        tab="cases",
        line=line,
        now=workspace().clock(),
        said=SAID.get(request.args.get("done", "")),
        form=form,
        faults=faults,
        open_form=f"done-{task_id}",
    )
