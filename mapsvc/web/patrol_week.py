"""`/patrol/week`: a week of shifts planned in one act, looked at, taken back."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.patrol import SHIFT_NAMES, Plan, Shift
from mapsvc.domain.permissions import Action
from mapsvc.domain.times import office_day
from mapsvc.operations import plans, week_plans
from mapsvc.operations.week_plans import Week, WeekRequest
from mapsvc.web import forms
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.forms import Form

blueprint = Blueprint("patrol_week", __name__, url_prefix="/patrol/week")
_WEEKDAYS = tuple((str(n), f"周{name}") for n, name in enumerate("一二三四五六日"))
_USUAL = ("0", "1", "2", "3", "4")
_MOST_IDS = 40 * week_plans.MOST_DAYS


@blueprint.get("")
def index() -> str:
    """The form, and the week that was just planned."""
    require_page(Action.PLAN_PATROL)
    return _page()


@blueprint.post("")
def create() -> Response:
    """Plan the week that the form describes."""
    require_page(Action.PLAN_PATROL)
    return forms.done(
        lambda: week_plans.make_week(workspace(), actor(), _asked()),
        lambda week: f"/patrol/week?made={','.join(plan.id for plan in week.plans)}",
        _page,
    )


@blueprint.post("/undo")
def undo() -> Response:
    """Take the drafts back."""
    require_page(Action.PLAN_PATROL)
    ids = _ids(request.form.get("made", ""))
    return forms.done(
        lambda: week_plans.undo_week(workspace(), actor(), ids),
        "/patrol/week?undone=1",
        lambda form, faults: _page(form, faults, ids),
    )


def _page(form: Form | None = None, faults: dict[str, str] | None = None, ids: list[str] | None = None) -> str:
    ws, who = workspace(), actor()
    made = ids or _ids(request.args.get("made", ""))
    week = week_plans.find_week(ws, who, made) if made else None
    today, names = office_day(ws.clock()), plans.walkers(ws, who)
    return render_template(
        "patrol_week.html", tab="patrol", form=form or {}, faults=faults or {}, week=week,
        rows=[_row(plan) for plan in week.plans] if week else [], made=",".join(_kept(week)),
        undone=request.args.get("undone") == "1", first=today + timedelta(days=7 - today.weekday()),
        walkers=names, people=[(name, name) for name in names], weekdays=_WEEKDAYS, usual=_USUAL,
        bounds=plans.MINUTES,
        shifts=[(shift.value, SHIFT_NAMES[shift]) for shift in Shift],
    )  # fmt: skip


def _kept(week: Week | None) -> list[str]:
    return [plan.id for plan in week.plans] if week else []


def _row(plan: Plan) -> dict[str, object]:
    totals = plan.totals
    return {
        "url": f"/patrol/{plan.id}",
        "day": plan.day,
        "weekday": _WEEKDAYS[plan.day.weekday()][1],
        "stops": totals["stops"],
        "km": f"{totals['walk_distance_m'] / 1000:.1f}",
        "people": sum(bool(route.stops) for route in plan.routes),
    }


def _asked() -> WeekRequest:
    """The form as a request; what cannot be read is refused beside its field."""
    shift = forms.choice("shift", Shift, "早班、白班还是晚班")
    assert shift is not None
    first = forms.day("first", "从哪天起", required=True)
    assert first is not None
    minutes = forms.whole("minutes", "每人走多久", *plans.MINUTES)
    wanted = set(forms.many("days"))
    days = [day for day in _seven(first) if str(day.weekday()) in wanted]
    workers = tuple(name for name in forms.many("workers") if name)
    return WeekRequest(tuple(days), shift, workers, minutes or 120, rounds=request.form.get("rounds") == "1")


def _seven(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(7)]


def _ids(text: str) -> list[str]:
    return [part for part in text[:_MOST_IDS].split(",") if part][: week_plans.MOST_DAYS]
