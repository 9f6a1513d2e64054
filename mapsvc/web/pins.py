"""`/patrol/pins`: 指定要去, the stops that somebody wants walked to, a new one, ended and taken up again."""

from urllib.parse import quote

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.patrol import SHIFT_NAMES, Shift
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.pins import MOST_TEXT, Pin
from mapsvc.domain.times import office_day
from mapsvc.operations import pins, plans, whereabouts
from mapsvc.operations.pins import NewPin
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.forms import Form

blueprint = Blueprint("pins", __name__, url_prefix="/patrol/pins")
_MOST_NAME = 40


@blueprint.get("")
def index() -> str:
    """What is pinned, and the form for one more."""
    return _page()


@blueprint.post("")
def create() -> Response:
    """Pin a stop."""
    require_page(Action.PIN_STOP)

    def act() -> Pin:
        return pins.pin_stop(workspace(), actor(), _read())[0]

    return forms.done(act, "/patrol/pins?done=pinned", _page)


@blueprint.post("/<pin_id>/end")
def end(pin_id: str) -> Response:
    """Nobody need go there any more."""
    return _changed(pin_id, f"/patrol/pins?ended={quote(path_code(pin_id))}")


@blueprint.post("/<pin_id>/restore")
def restore(pin_id: str) -> Response:
    """It holds after all."""
    return _changed(pin_id, "/patrol/pins?done=restored")


def _changed(pin_id: str, to: str) -> Response:
    require_page(Action.PIN_STOP)
    act = pins.end_pin if "ended=" in to else pins.restore_pin
    return forms.done(
        lambda: act(workspace(), actor(), path_code(pin_id)), to, lambda form, faults: _page(None, faults)
    )


def _read() -> NewPin:
    """What the form says; raises Refused."""
    from_day = forms.day("from", "从哪天起", required=True)
    assert from_day is not None
    return NewPin(
        form_id(), forms.text("where", "在哪里", whereabouts.MOST_TEXT, required=True), from_day,
        forms.day("until", "到哪天"), forms.choice("shift", Shift, "班次", required=False),
        forms.text("worker", "谁去", _MOST_NAME) or None, bool(request.form.get("must")),
        forms.text("text", "为什么", MOST_TEXT),
    )  # fmt: skip


SAID = {"pinned": "指定好了，排巡查时会算进去。", "restored": "恢复了，排巡查时还算进去。"}


def _page(form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.PIN_STOP)
    ws = workspace()
    ended = None
    if request.args.get("ended"):
        found = pins.get_pin(ws, who, path_code(request.args["ended"]))
        ended = found if found.ended_at and pins.may_end(who, found) else None
    people = plans.walkers(ws, who) if may(who, Action.PIN_STOP) and may(who, Action.SEE_MAP) else []
    return render_template(
        "pins.html", tab="patrol", pins=pins.list_pins(ws, who), ended=ended, people=[(name, name) for name in people],
        shifts=tuple(SHIFT_NAMES.items()), today=office_day(ws.clock()), fresh_id=form_id("none"), form=form,
        faults=faults, open_form="new" if form is not None else "", said=SAID.get(request.args.get("done", "")),
        most_text=MOST_TEXT, may_end=lambda pin: pins.may_end(who, pin),
    )  # fmt: skip
