"""/api/v1/playbooks and …/playbook: 治理样板, listed and begun on a case or a place."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.playbook_files import as_told
from mapsvc.domain.playbooks import MOST_STEPS, Run
from mapsvc.operations import playbook_runs, playbooks
from mapsvc.operations.playbook_runs import NewRun
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_TEXT, MOMENT, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_playbooks", __name__, url_prefix="/api/v1")

_START = {
    "id": p.identifier(),
    "playbook": p.text(40),
    "leave_out": p.items(p.whole(1, MOST_STEPS), MOST_STEPS),
    "order_to": p.optional(p.text(60), ""),
}
_END = {"outcome": p.text(playbook_runs.MOST_WORDS)}
_PLAYBOOK = thing(id=TEXT, name=TEXT, version=WHOLE, is_retired=FLAG)
_RUN = thing(id=TEXT, case=MAYBE_TEXT, started_at=MOMENT, ended_at=MAYBE_TEXT, outcome=MAYBE_TEXT)


@blueprint.get("/playbooks")
@describe("治理样板：步骤、谁来做、时限、多久一次", tag="playbooks", responses={200: listing(_PLAYBOOK)})
def index() -> Response:
    """All in force, those put away last."""
    shelf = playbooks.list_playbooks(workspace(), actor())
    items = [
        as_told(one.content) | {"version": one.version, "is_retired": one.retired_at is not None}
        for one in shelf.playbooks.values()
    ]
    return r.answer({"items": items, "next": None, "notes": list(shelf.notes)})


@blueprint.post("/cases/<case_id>/playbook")
@describe(
    "在案件上用一个样板：步骤变成任务和派单；leave_out 是不用的步骤；同一个 id 不会重复",
    tag="playbooks",
    request=_START,
    responses={201: _RUN, 200: _RUN},
    problems=(404, 409, 413, 415, 422),
)
def on_case(case_id: str) -> Response:
    """Begin on a case; 200 if it was begun before."""
    return _start(case=p.path_code(case_id))


@blueprint.post("/places/<code>/playbook")
@describe(
    "在点位上用一个样板", tag="playbooks", request=_START, responses={201: _RUN, 200: _RUN},
    problems=(404, 409, 413, 415, 422),
)  # fmt: skip
def on_place(code: str) -> Response:
    """Begin at a place; 200 if it was begun before."""
    return _start(place=p.path_code(code))


@blueprint.post("/runs/<run_id>/end")
@describe(
    "样板收尾，写清做了什么", tag="playbooks", request=_END, responses={200: _RUN}, problems=(404, 409, 413, 415, 422)
)
def end(run_id: str) -> Response:
    """End a run with words."""
    sent = p.body(_END)
    return r.answer(_told(playbook_runs.end_run(workspace(), actor(), p.path_code(run_id), sent["outcome"])))


def _start(case: str | None = None, place: str | None = None) -> Response:
    sent = p.body(_START)
    new = NewRun(sent["id"], sent["playbook"], case, place, frozenset(sent["leave_out"]), sent["order_to"])
    run, is_new = playbook_runs.start_run(workspace(), actor(), new)
    return r.answer(_told(run), 201 if is_new else 200)


def _told(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "case": run.case_id,
        "started_at": r.when(run.started_at),
        "ended_at": r.when(run.ended_at),
        "outcome": run.outcome,
        "left_out": list(run.left_out),
    }
