"""诱因 and what is watched: the list, the form for a place, a shop, a case or a spot on the map, taking back."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Actor
from mapsvc.domain.context_events import CONTEXT_KIND_NAMES, MOMENTARY, MOST_RADIUS_M, ContextEvent
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.times import OFFICE_ZONE, day_start
from mapsvc.domain.watches import FOLLOWS, WatchOrigin, until_words
from mapsvc.errors import Refused
from mapsvc.operations import cases, context_events, watches
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.context_events import NewContext
from mapsvc.operations.issues import Spot
from mapsvc.operations.places import get_place
from mapsvc.operations.shops import get_shop
from mapsvc.operations.watches import News
from mapsvc.operations.workspace import Workspace
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.forms import Form

blueprint = Blueprint("context_events", __name__)
SAID = {"context_added": "诱因记下了。", "context_back": "诱因撤回了。"}
KINDS = tuple(CONTEXT_KIND_NAMES.items())
_BEFORE_CASE = timedelta(days=90)


@dataclass(frozen=True)
class Where:
    """Of what a form is: one of place, shop, case and position; `words` say it, `back` leads there."""

    words: str
    back: str
    place: str = ""
    shop: str = ""
    case: str = ""
    lon: str = ""
    lat: str = ""


@dataclass(frozen=True)
class AroundCase:
    """What happened around a case before it was reported, and the watches within which it was."""

    news: tuple[News, ...]
    contexts: tuple[ContextEvent, ...]
    may_add: bool

    @property
    def is_relapse(self) -> bool:
        """Whether it came back where it had been better."""
        return any(n.watch.origin is WatchOrigin.EFFECT for n in self.news)


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> AroundCase | None:
    """诱因 and watches of a case; None where there is nothing and nothing to do."""
    found = case.line.found
    with ws.read() as conn:
        news = watches.of_cases(conn, [found.case.id]).get(found.case.id, [])
        since = found.issue.happened_at - _BEFORE_CASE
        around = context_events.around_spot(conn, found.location, since, ws.clock())
    # A relapse says more than what else goes on.
    news = sorted(news, key=lambda n: n.watch.origin is not WatchOrigin.EFFECT)
    part = AroundCase(tuple(news), tuple(reversed(around)), may(who, Action.EDIT_CONTEXT))
    return part if part.news or part.contexts or part.may_add else None


@blueprint.get("/context-events")
def index() -> str:
    """What goes on, and what is watched."""
    who = require_page(Action.SEE_MAP)
    ws = workspace()
    found = context_events.list_context(ws, who, ws.clock() - timedelta(days=180))
    taken_back = None
    if request.args.get("withdrawn"):
        taken_back = context_events.get_context(ws, who, path_code(request.args["withdrawn"]))
    return render_template(
        "context_events.html",
        tab="ledger",
        events=tuple(reversed(found)),
        kinds=CONTEXT_KIND_NAMES,
        watched=watches.list_watches(ws, who),
        until_words=until_words,
        taken_back=taken_back if taken_back and taken_back.withdrawn_at else None,
        now=ws.clock(),
        said=SAID.get(request.args.get("done", "")),
    )


@blueprint.get("/context-events/new")
def new() -> str:
    """The form, for a place, a shop, a case or a spot."""
    require_page(Action.EDIT_CONTEXT)
    return _form_page(_where(request.args), None, None)


@blueprint.post("/context-events")
def add() -> Response:
    """Write down what happened."""
    require_page(Action.EDIT_CONTEXT)
    where = _where(request.form)
    return forms.done(
        lambda: context_events.add_context(workspace(), actor(), read_new(where)),
        lambda _: where.back,
        lambda form, faults: _form_page(where, form, faults),
    )


@blueprint.post("/context-events/<event_id>/end")
def end(event_id: str) -> Response:
    """Say until when it went on."""
    require_page(Action.EDIT_CONTEXT)
    back = _back()

    def act() -> object:
        until = forms.day("until", "到哪天", required=True)
        assert until is not None
        end_at = day_start(until + timedelta(days=1)) - timedelta(seconds=1)
        return context_events.end_context(workspace(), actor(), path_code(event_id), end_at)

    return forms.done(act, back, lambda form, faults: _one_page(event_id, form, faults))


@blueprint.post("/context-events/<event_id>/withdraw")
def withdraw(event_id: str) -> Response:
    """Take it back."""
    context_events.withdraw_context(workspace(), actor(), path_code(event_id))
    return redirect(f"/context-events?done=context_back&withdrawn={quote(path_code(event_id))}", 303)


@blueprint.post("/context-events/<event_id>/restore")
def restore(event_id: str) -> Response:
    """It was right after all."""
    context_events.restore_context(workspace(), actor(), path_code(event_id))
    return redirect(_back(), 303)


@blueprint.post("/watches/<watch_id>/end")
def end_watch(watch_id: str) -> Response:
    """No longer look at it."""
    watches.end_watch(workspace(), actor(), path_code(watch_id))
    return redirect(_back(), 303)


def read_new(where: Where) -> NewContext:
    """What the form says.

    Raises
    ------
    Refused
    """
    ws = workspace()
    kind = forms.text("kind", "是什么", 20, required=True)
    from_day = forms.day("from", "从哪天起", required=True)
    until_day = forms.day("until", "到哪天")
    assert from_day is not None
    until = day_start(until_day + timedelta(days=1)) - timedelta(seconds=1) if until_day else None
    radius = forms.whole("radius_m", "周围多少米", 0, int(MOST_RADIUS_M))
    text = forms.text("text", "发生了什么") or (CONTEXT_KIND_NAMES.get(kind, "") if kind != "other" else "")
    place, shop, position = where.place or None, where.shop or None, None
    if where.case:
        place, shop, position = _of_case(ws, actor(), where.case)
    elif not (place or shop):
        position = _spot(ws, where)
    return NewContext(
        form_id(),
        kind,
        text,
        datetime.combine(from_day, time(), OFFICE_ZONE),
        until,
        place,
        shop,
        position,
        float(radius) if radius is not None else None,
    )


def _of_case(ws: Workspace, who: Actor, case_id: str) -> tuple[str | None, str | None, Spot | None]:
    found = cases.get_case(ws, who, case_id).line.found
    if found.place_code or found.shop_code:
        return found.place_code, None if found.place_code else found.shop_code, None
    where = found.location
    return None, None, Spot(where.lon, where.lat) if where.lon is not None and where.lat is not None else None


def _spot(ws: Workspace, where: Where) -> Spot:
    """The spot of the address that was typed, else the one that was tapped."""
    address = forms.text("address", "在哪里", 80, required=not where.lon)
    try:
        if not address:
            return Spot(float(where.lon), float(where.lat))
        found = ws.gazetteer.locate(address)
    except Refused as error:
        raise Refused(str(error), field="address", code=error.code) from None
    except ValueError:
        told = "地图上的位置读不出来，请重新点一次，或写门牌。"
        raise Refused(told, field="address", code="bad_position") from None
    return Spot(found.lon, found.lat, found.error_m)


def _where(sent: Any) -> Where:
    ws, who = workspace(), actor()
    place, shop, case = (path_code(sent.get(name, "")) for name in ("place", "shop", "case"))
    if place:
        return Where(get_place(ws, who, place).place.name, f"/places/{quote(place)}?done=context_added", place=place)
    if case:
        found = cases.get_case(ws, who, case).line.found
        name = found.place_name or found.shop_name or found.location.address or found.issue.number
        return Where(name, f"/cases/{quote(case)}?done=context_added", case=case)
    if shop:
        return Where(get_shop(ws, who, shop).shop.name, "/context-events?done=context_added", shop=shop)
    lon, lat = path_code(sent.get("lon", "")), path_code(sent.get("lat", ""))
    words = f"地图上的一点（{lon[:10]}，{lat[:9]}）" if lon and lat else ""
    return Where(words, "/context-events?done=context_added", lon=lon, lat=lat)


def _form_page(where: Where, form: Form | None, faults: dict[str, str] | None) -> str:
    return render_template(
        "context_new.html",
        tab="ledger",
        where=where,
        kinds=KINDS,
        momentary=MOMENTARY,
        watched="、".join(CONTEXT_KIND_NAMES[k] for k in FOLLOWS),
        today=workspace().clock(),
        fresh_id=form_id(),
        form=form,
        faults=faults,
    )


def _one_page(event_id: str, form: Form | None, faults: dict[str, str] | None) -> str:
    event = context_events.get_context(workspace(), actor(), path_code(event_id))
    return render_template("context_end.html", tab="ledger", event=event, back=_back(), form=form, faults=faults)


def _back() -> str:
    """Where a form came from, among our own pages."""
    back = request.form.get("back", "")
    is_ours = back.startswith("/") and not back.startswith("//") and "\\" not in back
    return back if is_ours else "/context-events"
