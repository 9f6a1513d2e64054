"""回访问效 on the pages of cases and places: what was found, the form to say so, and how the sentence came about."""

from uuid import uuid4

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Actor
from mapsvc.domain.effects import RESULT_NAMES, SATISFACTION_NAMES, TOLD_BY_NAMES, Result, Satisfaction, ToldBy
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.photos import PhotoOf, Purpose
from mapsvc.maps.effect_chart import effect_chart
from mapsvc.operations.case_effects import CaseEffect, case_effect
from mapsvc.operations.cases import CaseDetail, get_case
from mapsvc.operations.effects import NewCheck, record_effect
from mapsvc.operations.place_effects import PlaceEffect, place_effect
from mapsvc.operations.places import get_place
from mapsvc.operations.workspace import Workspace
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.context import actor, workspace
from mapsvc.web.uploads import keep_photos, read_photos

blueprint = Blueprint("effects", __name__)
OPEN_FORM = "return-visit"
SAID = {
    "effect": "回访记下了。",
    "effect_filed": "回访记下了，已报给书记定要不要重新办理。",
}
_NOTE_MOST = 1000


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> CaseEffect | None:
    """What came of the case."""
    return case_effect(ws, who, case.line.found.case)


def words() -> dict[str, object]:
    """The names that the section's template shows, and what draws an effect."""
    return {
        "results": RESULT_NAMES, "satisfactions": SATISFACTION_NAMES, "told_by": TOLD_BY_NAMES, "drawn": effect_chart,
    }  # fmt: skip


@blueprint.post("/cases/<case_id>/return-visit")
def check(case_id: str) -> Response:
    """Somebody went back and says what came of it."""
    ws, who = workspace(), actor()

    def act() -> str:
        uploads = read_photos()
        result = forms.choice("result", Result, "现在怎么样")
        assert result is not None
        done = record_effect(
            ws,
            who,
            NewCheck(
                request.form.get("id") or str(uuid4()), result, case_id,
                satisfaction=forms.choice("satisfaction", Satisfaction, required=False),
                told_by=forms.choice("told_by", ToldBy, required=False),
                note=forms.text("note", "说明", _NOTE_MOST), at=forms.when("at", "什么时候看的"),
            ),
        )  # fmt: skip
        keep_photos(ws, who, uploads, PhotoOf.CHECK, done.check.id, Purpose.AFTER)
        return f"/cases/{case_id}?done={'effect_filed' if done.reopening_id else 'effect'}#effect"

    return forms.done(act, lambda to: to, lambda form, faults: case_page(case_id, OPEN_FORM, form, faults))


@blueprint.get("/cases/<case_id>/effect")
def of_case(case_id: str) -> str:
    """怎么算的 of a case: the very days counted, before and after."""
    ws, who = workspace(), actor()
    case = get_case(ws, who, case_id)
    found = case_effect(ws, who, case.line.found.case)
    where = case.line.found
    return _counted(found.effect if found else None, where.location.address or "这里", f"/cases/{where.case.id}")


@blueprint.get("/places/<code>/effect")
def of_place(code: str) -> str:
    """怎么算的 of a place."""
    ws, who = workspace(), actor()
    place = get_place(ws, who, code).place
    return _counted(place_effect(ws, who, code), place.name, f"/places/{place.code}")


def _counted(effect: PlaceEffect | None, name: str, back: str) -> str:
    kinds = "、".join(kind_of(kind).short_name for kind in effect.kinds) if effect else ""
    return render_template("effect.html", tab="cases", effect=effect, name=name, back=back, kinds=kinds)
