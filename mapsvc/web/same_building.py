"""举一反三 on the case's page: the doors that share it, made tasks of in one act."""

from flask import Blueprint
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Actor
from mapsvc.operations import same_building as operations
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.same_building import SameBuilding
from mapsvc.operations.workspace import Workspace
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("same_building", __name__)
SAID = {"doors_added": "加成任务了，到了门口会看到。"}


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> SameBuilding | None:
    """The doors that share it; None where there are none."""
    found = operations.case_doors(ws, who, case.line.found.case.id)
    return found if found.doors and (found.is_leak or found.total) else None


@blueprint.post("/cases/<case_id>/same-building")
def add(case_id: str) -> Response:
    """Make tasks of the chosen doors."""

    def act() -> object:
        chosen = [code for code in forms.many("doors") if code]
        return operations.add_checks(workspace(), actor(), case_id, chosen, forms.when("due_at", "什么时候前"))

    to = f"/cases/{case_id}?done=doors_added#same_building"
    return forms.done(act, to, lambda form, faults: case_page(case_id, "add-doors", form, faults))
