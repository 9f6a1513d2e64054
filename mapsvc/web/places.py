"""`/places/{code}`: a spot that is no shop, with all that was tried there and what came of it."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.context_events import CONTEXT_KIND_NAMES
from mapsvc.domain.effects import RESULT_NAMES, TOLD_BY_NAMES, Result, ToldBy
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.notices import USUAL_DAYS
from mapsvc.domain.orders import STATE_NAMES as ORDER_STATE_NAMES
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.photos import PhotoOf, Purpose
from mapsvc.domain.places import Location
from mapsvc.domain.rosters import SHIFT_NAMES, USUAL_HOURS
from mapsvc.domain.times import office_day
from mapsvc.domain.watches import until_words
from mapsvc.errors import Refused
from mapsvc.operations import notices, orders, photos, places, playbooks, rosters
from mapsvc.operations.effects import NewCheck, record_effect
from mapsvc.operations.orders import NewOrder
from mapsvc.operations.place_file import PlaceFile, place_file
from mapsvc.operations.playbook_runs import ROSTER_DAYS, ROSTER_WANTED
from mapsvc.web import case_view, forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.context_events import SAID as CONTEXT_SAID
from mapsvc.web.form_ids import form_id
from mapsvc.web.notices import read_new as read_notice
from mapsvc.web.playbooks import SAID as RUN_SAID
from mapsvc.web.rosters import read_new as read_roster
from mapsvc.web.signs import icon, sign
from mapsvc.web.uploads import keep_photos, read_photos

blueprint = Blueprint("places", __name__)
SAID = {
    "edited": "改好了。",
    "photo_added": "照片放好了。",
    "photo_removed": "照片拿掉了。",
    "notice_added": "提示写好了，可以打印去贴。",
    "roster_added": "排好了，把链接发出去就能报名。",
    "order_sent": "派出去了。",
    "checked": "回访记下了。",
    **CONTEXT_SAID,
    **RUN_SAID,
}


@blueprint.get("/places/<code>")
def show(code: str) -> str:
    """The page."""
    return place_page(path_code(code))


@blueprint.post("/places/<code>")
def edit(code: str) -> AnyResponse:
    """Correct what is said about it."""
    require_page(Action.EDIT_PLACE)

    def act() -> object:
        told = {
            "name": forms.text("name", "名称", 100, required=True),
            "kind": forms.text("kind", "类型", 40) or None,
            "responsible_unit": forms.text("responsible_unit", "责任单位", 100) or None,
            "note": forms.text("note", "备注", 1000) or None,
        }
        return places.correct_place(workspace(), actor(), path_code(code), forms.version(), dict(told))

    return _done(code, act, "edited", "edit")


@blueprint.post("/places/<code>/photos")
def add_photos(code: str) -> AnyResponse:
    """Pictures of before or after."""
    require_page(Action.EDIT_PLACE)
    ws, who = workspace(), actor()

    def act() -> object:
        purpose = forms.choice("purpose", Purpose, "之前还是之后")
        uploads = read_photos()
        if not uploads:
            raise Refused("请选照片。", field="photo", code="missing")
        place = places.may_change(ws, who, path_code(code))
        return keep_photos(ws, who, uploads, PhotoOf.PLACE, place.id, purpose)

    return _done(code, act, "photo_added", "add-photo")


@blueprint.post("/places/<code>/photos/<photo_id>/remove")
def remove_photo(code: str, photo_id: str) -> AnyResponse:
    """Take a picture away that shows what it should not."""
    place = places.may_change(workspace(), actor(), path_code(code))
    photos.remove_place_photo(workspace(), actor(), place.id, path_code(photo_id))
    return redirect(f"/places/{quote(place.code)}?done=photo_removed", 303)


@blueprint.post("/places/<code>/notices")
def add_notice(code: str) -> AnyResponse:
    """写提示."""
    require_page(Action.RUN_PLAYBOOK)
    return _done(
        code,
        lambda: notices.add_notice(workspace(), actor(), read_notice(path_code(code))),
        "notice_added",
        "add-notice",
    )


@blueprint.post("/places/<code>/rosters")
def add_roster(code: str) -> AnyResponse:
    """排护卫队."""
    require_page(Action.RUN_PLAYBOOK)
    return _done(
        code,
        lambda: rosters.make_roster(workspace(), actor(), read_roster(path_code(code))),
        "roster_added",
        "add-roster",
    )


@blueprint.post("/places/<code>/orders")
def send_order(code: str) -> AnyResponse:
    """派单."""
    require_page(Action.SEND_ORDER)
    ws, who = workspace(), actor()

    def act() -> object:
        place = places.get_place(ws, who, path_code(code)).place
        to_unit = forms.text("to_unit", "派给哪个单位", 60, required=True)
        what = forms.text("what", "要做什么", 500, required=True)
        new = NewOrder(form_id(), to_unit, what, place_id=place.id, due_at=forms.when("due_at", "几时以前"))
        return orders.send_order(ws, who, new)

    return _done(code, act, "order_sent", "send-order")


@blueprint.post("/places/<code>/check")
def check(code: str) -> AnyResponse:
    """记回访: somebody went and looked."""
    require_page(Action.CHECK_EFFECT)
    ws, who = workspace(), actor()

    def act() -> object:
        uploads = read_photos()
        result = forms.choice("result", Result, "现在怎么样")
        assert result is not None
        run = forms.text("run", "", 36) or None
        new = NewCheck(
            form_id(), result, run=run, place=None if run else path_code(code),
            told_by=forms.choice("told_by", ToldBy, required=False), note=forms.text("note", "说明", 1000),
        )  # fmt: skip
        done = record_effect(ws, who, new)
        return keep_photos(ws, who, uploads, PhotoOf.CHECK, done.check.id, Purpose.AFTER)

    return _done(code, act, "checked", "check")


@blueprint.get("/places/<code>/picture.svg")
def picture(code: str) -> Response:
    """Where it is, drawn; with what is open there."""
    from mapsvc.maps.picture import Mark, MarkForm, street_picture

    ws, who = workspace(), actor()
    place = places.get_place(ws, who, path_code(code)).place
    where = place.location
    if where.lon is None or where.lat is None:
        raise Refused("这个点位还没有位置。", code="no_position")
    mark = Mark(place.code, where.lon, where.lat, MarkForm.PLACE, place.name, is_main=True)
    dark = request.args.get("dark") == "1"
    drawn = street_picture(
        ws, who, [mark], width_px=560, height_px=280, center=(where.lon, where.lat), across_m=260.0, dark=dark,
        alt=f"{place.name}的位置",
    )  # fmt: skip
    return Response(drawn.svg(), mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


def place_page(
    code: str, open_form: str = "", form: forms.Form | None = None, faults: dict[str, str] | None = None
) -> str:
    """The page of a place, for a GET or after a form on it was refused.

    Raises
    ------
    NotFound, Forbidden
    """
    ws, who = workspace(), actor()
    found = place_file(ws, who, code, request.args.get("after") or None)
    today = office_day(ws.clock())
    may_run = may(who, Action.RUN_PLAYBOOK)
    usable = [p for p in playbooks.list_playbooks(ws, who).playbooks.values() if p.retired_at is None]
    return render_template(
        "place.html",
        tab="map",
        file=found,
        place=found.place,
        base=f"/places/{quote(found.place.code)}",
        on_map=_on_map(found.place.location),
        log=case_view.log_of(found.told),
        playbooks=usable if may_run else [],
        may_run=may_run,
        kinds_short=lambda code: kind_of(code).short_name,
        signed_by=f"{ws.settings.block_name}党支部",
        may_edit=may(who, Action.EDIT_PLACE),
        may_context=may(who, Action.EDIT_CONTEXT),
        may_report=may(who, Action.REPORT_ISSUE),
        may_send=may(who, Action.SEND_ORDER),
        may_check=may(who, Action.CHECK_EFFECT),
        results=RESULT_NAMES.items(),
        told_by=TOLD_BY_NAMES.items(),
        today=today,
        now=ws.clock(),
        notice_until=today + timedelta(days=USUAL_DAYS),
        roster_from=today + timedelta(days=1),
        roster_until=today + timedelta(days=ROSTER_DAYS),
        roster_wanted=ROSTER_WANTED,
        usual_hours={shift.value: hours for shift, hours in USUAL_HOURS.items()},
        shift_names={shift.value: name for shift, name in SHIFT_NAMES.items()},
        context_names=CONTEXT_KIND_NAMES,
        order_names=ORDER_STATE_NAMES,
        until_words=until_words,
        pair=_pair(found),
        said=SAID.get(request.args.get("done", "")),
        is_stale="version" in (faults or {}),
        fresh_id=form_id(),
        form=form or {},
        faults=faults or {},
        open_form=open_form,
        sign=sign,
        icon=icon,
    )


def _on_map(where: Location) -> str:
    """The map, close by."""
    return f"/?at=18.0,{where.lat:.5f},{where.lon:.5f}" if where.lon is not None and where.lat is not None else "/"


def _pair(found: PlaceFile) -> dict[str, object]:
    """The latest picture of after, and the latest of before that is older."""
    after = found.after[0] if found.after else None
    older = [s for s in found.before if after is None or s.photo.taken_at <= after.photo.taken_at]
    return {"before": next(iter(older or found.before), None), "after": after}


def _done(code: str, act: Callable[[], object], said: str, open_form: str) -> AnyResponse:
    to = f"/places/{quote(path_code(code))}?done={said}"
    return forms.done(act, to, lambda form, faults: place_page(path_code(code), open_form, form, faults))
