"""巡查: choose a shift, a day and who walks; the plans there are."""

from datetime import date

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.patrol import PlanRequest, Shift
from mapsvc.errors import MapsvcError, Refused
from mapsvc.operations import plans, rounds
from mapsvc.web import patrol_words as words
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("patrol", __name__, url_prefix="/patrol")


@blueprint.get("")
def index() -> str:
    """Plan a shift; the plans there are."""
    return _start_page(request.args)


@blueprint.post("")
def create() -> AnyResponse | tuple[str, int]:
    """Plan the shift that the form describes."""
    try:
        plan = plans.make_plan(workspace(), actor(), _asked(request.form))
    except MapsvcError as error:
        if not error.problems:
            raise
        return _start_page(request.form, {p.field or "": p.message for p in error.problems}), 422
    return redirect(f"/patrol/{plan.id}", 303)


def _start_page(form: MultiDict[str, str], faults: dict[str, str] | None = None) -> str:
    ws, who = workspace(), actor()
    chosen = words.form_of(form, ws.clock())
    may_plan = plans.may_plan(who)
    due = plans.what_is_due(ws, who, chosen.day, chosen.shift, chosen.must) if may_plan else ()
    return render_template(
        "patrol.html", tab="patrol", form=chosen, faults=faults or {}, may_plan=may_plan,
        walkers=plans.walkers(ws, who), shifts=words.shifts(), due=words.choices(due, chosen.must),
        plans=[words.row(kept, ws.clock()) for kept in plans.recent_plans(ws, who)], bounds=plans.MINUTES,
        rounds=[line for line in rounds.list_rounds(ws, who) if line.is_on], along=form.getlist("rounds"),
    )  # fmt: skip


def _asked(form: MultiDict[str, str]) -> PlanRequest:
    """The form as a request; what cannot be read is refused beside its field."""
    try:
        day = date.fromisoformat(form.get("date", ""))
    except ValueError:
        raise Refused("请选一个日期。", field="date", code="date") from None
    if form.get("shift") not in list(Shift):
        raise Refused("请选一个班次。", field="shift", code="shift")
    minutes = form.get("minutes", "")
    if not minutes.isdecimal() or len(minutes) > 5:
        raise Refused("时长要是整数分钟。", field="minutes", code="minutes")
    must = tuple(dict.fromkeys(code.strip() for code in form.getlist("must") if code.strip()))
    along = tuple(dict.fromkeys(form.getlist("rounds")))
    workers = tuple(form.getlist("workers"))
    return PlanRequest(day, Shift(form["shift"]), workers, int(minutes), None, must, rounds=along)
