"""/w/{token}: an order as its unit sees it, without an account: where, what, until when, and the answers."""

from typing import TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.actors import Actor
from mapsvc.domain.orders import ACTION_NAMES, NEEDS_REASON, NEXT_ACTION, Order, OrderAction
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.photos import PhotoOf, Purpose
from mapsvc.domain.times import office_day
from mapsvc.errors import Conflict, MapsvcError, Refused, TooMany
from mapsvc.operations import order_sheets, orders
from mapsvc.operations.order_sheets import Dead
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import someone, workspace
from mapsvc.web.uploads import keep_photos, read_photos

blueprint = Blueprint("order_links", __name__)
T = TypeVar("T", bound=AnyResponse)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SMALL_PX = 360
_STATUS = {Dead.UNKNOWN: 404}


@blueprint.get("/w/<token>")
def opened(token: str) -> AnyResponse:
    """The order, or why the link opens none."""
    found = order_sheets.open_link(workspace(), token)
    if isinstance(found, Dead):
        return _dead(found)
    return _kept_by_nobody(make_response(_page(found)))


@blueprint.post("/w/<token>")
def answered(token: str) -> AnyResponse:
    """A button was pressed."""
    ws = workspace()
    found = order_sheets.open_link(ws, token)
    # The body of a stranger is not read before the link is known to be good.
    if isinstance(found, Dead):
        return _dead(found)
    try:
        action = _action(request.form.get("action", ""))
        who = _who(found)
        uploads = read_photos() if action is OrderAction.FIXED else ()
        orders.answer_order(ws, who, found.id, action, forms.text("reason", "说明", 500))
        keep_photos(ws, who, uploads, PhotoOf.ORDER, found.id, Purpose.AFTER)
    except (Conflict, Refused, TooMany) as error:
        status = 409 if isinstance(error, Conflict) else 429 if isinstance(error, TooMany) else 422
        again = order_sheets.open_link(ws, token)
        if isinstance(again, Dead):
            return _dead(again)
        return _kept_by_nobody(make_response(_page(again, error), status))
    return _kept_by_nobody(redirect(url_for(".opened", token=token, done=action.value), 303))


@blueprint.get("/w/<token>/photos/<photo_id>.jpg")
def photo(token: str, photo_id: str) -> AnyResponse:
    """A picture that stands on the order; `?w=` for the small one."""
    from mapsvc.operations.pictures import small

    found = order_sheets.open_link(workspace(), token)
    if isinstance(found, Dead):
        return _dead(found)
    _, file = order_sheets.photo_of(workspace(), found, path_code(photo_id))
    content = file.read_bytes()
    is_small = request.args.get("w") == str(SMALL_PX)
    return _kept_by_nobody(Response(small(content, SMALL_PX) if is_small else content, mimetype="image/jpeg"))


@blueprint.get("/w/<token>/month.xlsx")
def month(token: str) -> AnyResponse:
    """The unit's orders of a month, for who holds a live link of that unit."""
    ws = workspace()
    found = order_sheets.open_link(ws, token)
    if isinstance(found, Dead):
        return _dead(found)
    first = order_sheets.month_of(request.args.get("month", ""), office_day(ws.clock()))
    content = order_sheets.month_sheet(ws, orders.by_link(found), found.to_unit, first)
    return _kept_by_nobody(month_file(content, found.to_unit, f"{first:%Y%m}"))


def month_file(content: bytes, unit: str, month: str) -> Response:
    """A workbook as a download."""
    import io

    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"派单_{unit}_{month}.xlsx")


def _action(value: str) -> OrderAction:
    try:
        return OrderAction(value)
    except ValueError:
        raise Refused("请选页面上的一个按钮。", field="action", code="unknown_action") from None


def _who(order: Order) -> Actor:
    """Who is signed in and of this unit signs the answer by name; everybody else answers for the unit."""
    who = someone()
    return who if who and may(who, Action.ANSWER_ORDER, units=(order.to_unit,)) else orders.by_link(order)


def _page(order: Order, error: MapsvcError | None = None) -> str:
    ws = workspace()
    sheet = order_sheets.sheet_of(ws, order.id)
    done = request.args.get("done", "")
    faults = {p.field: p.message for p in error.problems} if error else {}
    action = request.form.get("action", "")
    return render_template(
        "order.html",
        sheet=sheet,
        order=sheet.order,
        next_action=NEXT_ACTION.get(sheet.order.state, ""),
        action_names=ACTION_NAMES,
        needs_reason=NEEDS_REASON,
        base=url_for(".opened", token=order.token),
        small_px=SMALL_PX,
        done=ACTION_NAMES[OrderAction(done)] if done in set(OrderAction) else "",
        trouble=error.message if error and not faults else "",
        faults=faults,
        failed=action,
        typed=request.form.get("reason", ""),
        phone=ws.settings.office_phone,
    )


def _dead(why: Dead) -> Response:
    settings = workspace().settings
    page = render_template("order_dead.html", why=why.value, phone=settings.office_phone)
    return _kept_by_nobody(make_response(page, _STATUS.get(why, 410)))


def _kept_by_nobody(response: T) -> T:
    # The token is an address: neither a cache nor the next page's log may learn it.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
