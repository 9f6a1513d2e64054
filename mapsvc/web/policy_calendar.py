"""`/policy-calendar`: what opens next, a year at a glance, windows added, changed, retired, as a calendar file."""

import re
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.permissions import Action, may
from mapsvc.domain.policy_windows import (
    MOST_LEAD_DAYS,
    MOST_NOTE,
    MOST_TITLE,
    MOST_WEEKS,
    PolicyWindow,
)
from mapsvc.domain.times import office_day
from mapsvc.domain.topics import NAMES, OTHER
from mapsvc.errors import NotFound
from mapsvc.operations import policy_calendar as calendars
from mapsvc.operations import policy_windows as operations
from mapsvc.operations.policies import entries_in_force
from mapsvc.operations.policy_windows import Said
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.forms import Form
from mapsvc.web.signs import icon

blueprint = Blueprint("policy_calendar", __name__)
HOME = "/policy-calendar"
SAID = {
    "added": "加进政策日历了。",
    "changed": "改好了。",
    "undone": "改动撤销了。",
    "retired": "停用了，不再提醒。",
    "restored": "又放回政策日历了。",
    "day": "日子改好了，跟着它走的窗口都跟着变了。",
}
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_MOST_TRADES = 10


@blueprint.get("/policy-calendar")
def index() -> str:
    """What opens next, and the year."""
    require_page(Action.SEE_POLICIES)
    return _index_page()


@blueprint.get("/policy-calendar.ics")
def file() -> Response:
    """The windows as a calendar file."""
    require_page(Action.SEE_POLICIES)
    text = calendars.calendar_file(workspace(), actor(), request.url_root.rstrip("/"))
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="policy-calendar.ics"'
    return response


@blueprint.get("/policy-calendar/new")
def new() -> str:
    """The form of a new window."""
    require_page(Action.EDIT_POLICIES)
    return _form_page(None, None, None)


@blueprint.post("/policy-calendar")
def add() -> AnyResponse:
    """A new window."""
    require_page(Action.EDIT_POLICIES)
    return forms.done(
        lambda: operations.add_window(workspace(), actor(), _said(), form_id()),
        lambda one: _home("added", one),
        lambda form, faults: _form_page(None, form, faults),
    )


@blueprint.get("/policy-calendar/<window_id>")
def show(window_id: str) -> str:
    """One, to be read or changed."""
    require_page(Action.SEE_POLICIES)
    return _form_page(operations.get_window(workspace(), actor(), path_code(window_id)), None, None)


@blueprint.post("/policy-calendar/<window_id>")
def change(window_id: str) -> AnyResponse:
    """Say something else of it."""
    require_page(Action.EDIT_POLICIES)
    own = path_code(window_id)
    return forms.done(
        lambda: operations.change_window(workspace(), actor(), own, forms.version(), _said()),
        lambda one: _home("changed", one),
        lambda form, faults: _form_page(operations.get_window(workspace(), actor(), own), form, faults),
    )


@blueprint.post("/policy-calendar/<window_id>/undo")
def undo(window_id: str) -> AnyResponse:
    """Take the last change back."""
    require_page(Action.EDIT_POLICIES)
    own = path_code(window_id)
    return forms.done(
        lambda: operations.undo_change(workspace(), actor(), own, forms.version()),
        lambda one: _home("undone", one),
        lambda form, faults: _index_page(faults),
    )


@blueprint.post("/policy-calendar/<window_id>/retire")
def retire(window_id: str) -> AnyResponse:
    """No longer in the calendar."""
    require_page(Action.EDIT_POLICIES)
    return redirect(_home("retired", operations.retire_window(workspace(), actor(), path_code(window_id))), 303)


@blueprint.post("/policy-calendar/<window_id>/restore")
def restore(window_id: str) -> AnyResponse:
    """Into the calendar again."""
    require_page(Action.EDIT_POLICIES)
    return redirect(_home("restored", operations.restore_window(workspace(), actor(), path_code(window_id))), 303)


@blueprint.post("/policy-calendar/event-day")
def event_day() -> AnyResponse:
    """On which day an event is in a year."""
    require_page(Action.EDIT_POLICIES)

    def act() -> object:
        year = forms.whole("year", "年份", _FIRST_YEAR, _LAST_YEAR, required=True)
        assert year is not None  # required
        event = forms.text("event", "哪件事", MOST_TITLE, required=True)
        return operations.set_event_day(workspace(), actor(), event, year, forms.day("day", "日子"))

    return forms.done(act, f"{HOME}?done=day#events", lambda form, faults: _index_page(faults, form))


def _said() -> Said:
    """What the form says; of dates and event only the one that was chosen."""
    is_event = request.form.get("by") == "event"
    lead = forms.whole("lead_days", "提前几天告诉", 0, MOST_LEAD_DAYS, required=True)
    trades = re.split(r"[、，,\s]+", forms.text("trades", "行业", 100))
    weeks = {
        name: forms.whole(name, label, -MOST_WEEKS, MOST_WEEKS) if is_event else None
        for name, label in (("opens_weeks_before", "前几周开始"), ("closes_weeks_before", "前几周截止"))
    }
    return Said(
        forms.text("title", "办什么", MOST_TITLE, required=True),
        tuple(name for name in NAMES if name in forms.many("topics")),
        bool(request.form.get("is_yearly")),
        lead or 0,
        forms.text("policy_id", "政策解答", 40) or None,
        None if is_event else forms.day("opens_on", "哪天开始"),
        None if is_event else forms.day("closes_on", "哪天截止"),
        forms.text("event", "跟着哪件事", MOST_TITLE, required=True) if is_event else None,
        forms.day("event_on", "这件事在哪天") if is_event else None,
        weeks["opens_weeks_before"],
        weeks["closes_weeks_before"],
        tuple(dict.fromkeys(one for one in trades if one))[:_MOST_TRADES],
        forms.text("source", "出处", MOST_NOTE) or None,
        forms.text("note", "备注", MOST_NOTE) or None,
    )


def _index_page(faults: dict[str, str] | None = None, form: Form | None = None) -> str:
    ws, who = workspace(), actor()
    asked = request.args.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and _FIRST_YEAR <= int(asked) <= _LAST_YEAR else None
    touched = None
    if request.args.get("window"):
        try:
            touched = operations.get_window(ws, who, path_code(request.args["window"]))
        except NotFound:
            touched = None
    done = request.args.get("done", "")
    return render_template(
        "policy_calendar/calendar.html",
        tab="enquiries",
        calendar=calendars.calendar_of(ws, who, year),
        touched=touched,
        done=done,
        said=SAID.get(done, ""),
        may_edit=may(who, Action.EDIT_POLICIES),
        ahead_days=calendars.AHEAD_DAYS,
        months=tuple(range(1, 13)),
        icon=icon,
        faults=faults,
        form=form,
    )


def _form_page(one: PolicyWindow | None, form: Form | None, faults: dict[str, str] | None) -> str:
    ws, who = workspace(), actor()
    today = office_day(ws.clock())
    with ws.read() as conn:
        entries = sorted(entries_in_force(conn, today), key=lambda e: (NAMES.index(e.topic), e.id))
    return render_template(
        "policy_calendar/window.html",
        tab="enquiries",
        one=one,
        may_edit=may(who, Action.EDIT_POLICIES) and (one is None or one.retired_at is None),
        policies=tuple((e.id, f"{e.topic}：{e.title}") for e in entries),
        policy=next((e for e in entries if one is not None and e.id == one.policy_id), None),
        topics=tuple((name, name) for name in NAMES if name != OTHER),
        fresh_id=form_id(),
        most_lead=MOST_LEAD_DAYS,
        most_weeks=MOST_WEEKS,
        icon=icon,
        form=form,
        faults=faults,
        **_defaults(one),
    )


def _defaults(one: PolicyWindow | None) -> dict[str, Any]:
    return {"by": "event" if one is not None and one.event else "dates", "yearly": one is None or one.is_yearly}


def _home(done: str, one: PolicyWindow) -> str:
    return f"{HOME}?done={done}&window={quote(one.id)}"
