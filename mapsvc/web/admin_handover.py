"""顶班、交接: who gives the doors to whom and for how long, what moves, the sheet, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action
from mapsvc.domain.times import office_day
from mapsvc.errors import MapsvcError, Refused
from mapsvc.operations import handovers as operations
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("admin_handover", __name__, url_prefix="/admin/handover")
_DONE = ("done", "undone", "ended")
_FIELDS = ("from", "to", "from_day", "until")


@dataclass(frozen=True)
class Asked:
    """A form that can be read."""

    giver: str
    taker: str
    from_day: date
    last_day: date | None


@blueprint.get("")
def index() -> str | tuple[str, int]:
    """The form, the handovers there are; with a form in the address what it would move."""
    if "from" not in request.args:
        return _page()
    try:
        asked = _asked(request.args)
        planned = operations.preview_handover(
            workspace(), actor(), asked.giver, asked.taker, asked.from_day, asked.last_day
        )
    except MapsvcError as error:
        return _page(form=request.args, faults=_faults(error)), 422
    return _page(form=request.args, planned=planned)


@blueprint.post("")
def create() -> Response | tuple[str, int]:
    """Do it."""
    try:
        asked = _asked(request.form)
        done = operations.hand_over(workspace(), actor(), asked.giver, asked.taker, asked.from_day, asked.last_day)
    except MapsvcError as error:
        return _page(form=request.form, faults=_faults(error)), 422
    return redirect(url_for("admin_handover.index", done=done.handover.id), 303)


@blueprint.post("/<handover_id>/undo")
def undo(handover_id: str) -> Response:
    """Take it back."""
    operations.undo_handover(workspace(), actor(), handover_id)
    return redirect(url_for("admin_handover.index", undone=handover_id), 303)


@blueprint.post("/<handover_id>/end")
def end(handover_id: str) -> Response:
    """Today is the last day."""
    operations.end_cover(workspace(), actor(), handover_id)
    return redirect(url_for("admin_handover.index", ended=handover_id), 303)


@blueprint.get("/<handover_id>/print")
def sheet(handover_id: str) -> str:
    """The doors on paper for who takes over."""
    ws = workspace()
    found = operations.get_handover(ws, actor(), handover_id)
    return render_template("handover_print.html", found=found, made=office_day(found.handover.made_at))


def _asked(form: Mapping[str, str]) -> Asked:
    giver, taker = form.get("from", "").strip(), form.get("to", "").strip()
    if not giver:
        raise Refused("请选谁的门要交出去。", field="from", code="no_giver")
    if not taker:
        raise Refused("请选谁来接手。", field="to", code="no_taker")
    last = None if form.get("how") == "good" else _day(form.get("until", ""), "until", "请填最后一天，或者选长期。")
    return Asked(giver, taker, _day(form.get("from_day", ""), "from_day", "请填从哪一天起。"), last)


def _day(text: str, field: str, missing: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(missing, field=field, code="no_day") from None


def _faults(error: MapsvcError) -> dict[str, str]:
    """What to say beside which field; raises again what belongs to none."""
    found = {p.field: p.message for p in error.problems if p.field in _FIELDS}
    if not found:
        raise error
    return found


def _page(
    form: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    planned: operations.HandedOver | None = None,
) -> str:
    who = require_page(Action.ARRANGE_COVER)
    ws = workspace()
    today = office_day(ws.clock())
    listed = operations.list_handovers(ws, who)
    told = {name: next((h for h in listed if h.handover.id == request.args.get(name)), None) for name in _DONE}
    return render_template(
        "admin_handover.html",
        tab="ledger",
        choices=operations.choices(ws, who),
        form=form or {"from_day": (today + timedelta(days=1)).isoformat()},
        faults=faults or {},
        planned=planned,
        listed=listed,
        today=today,
        **told,
    )
