"""/api/v1/cases/{id}/return-visit: what came of a case."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.effects import RESULT_NAMES, Result, Satisfaction, ToldBy
from mapsvc.operations.effects import Checked, NewCheck, record_effect
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_TEXT, MOMENT, TEXT, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_effects", __name__, url_prefix="/api/v1/cases")

FOUND: p.Spec = {
    "id": p.identifier(),
    "result": p.choice(Result),
    "satisfaction": p.optional(p.choice(Satisfaction)),
    "told_by": p.optional(p.choice(ToldBy)),
    "note": p.optional(p.text(p.LONG_TEXT, least=0), ""),
}
_CHECK = {**FOUND, "at": p.optional(p.moment())}
CHECKED = thing(id=TEXT, case=MAYBE_TEXT, result=TEXT, result_name=TEXT, at=MOMENT, reopening=MAYBE_TEXT, is_new=FLAG)


@blueprint.post("/<case_id>/return-visit")
@describe(
    "回访问效：好了、好些、还那样、更糟、又来了；不满意、更糟或又来了，报给书记定要不要重新打开；同一个 id 不会重复",
    tag="cases",
    request=_CHECK,
    responses={201: CHECKED, 200: CHECKED},
    problems=(404, 409, 413, 415, 422),
)
def return_visit(case_id: str) -> Response:
    """Write down what came of a case; 200 if it was written before."""
    sent = p.body(_CHECK)
    done = record_effect(workspace(), actor(), NewCheck(case=p.path_code(case_id), **sent))
    return r.answer(effect(done), 201 if done.is_new else 200)


def effect(done: Checked) -> dict[str, Any]:
    """A check as JSON."""
    check = done.check
    return {
        "id": check.id,
        "case": check.case_id,
        "result": check.result.value,
        "result_name": RESULT_NAMES[check.result],
        "satisfaction": check.satisfaction.value if check.satisfaction else None,
        "at": r.when(check.at),
        "reopening": done.reopening_id,
        "notes": list(done.notes),
        "is_new": done.is_new,
    }
