"""/w/{token} on the public surface: an order as it was laid out, and its answers put down for the office."""

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.orders import ACTION_NAMES, NEEDS_REASON, NEXT_ACTION, OrderAction
from mapsvc.domain.surface import key_of
from mapsvc.errors import Conflict, MapsvcError, NoSpace, Refused, TooMany
from mapsvc.operations.surface import orders
from mapsvc.operations.surface.orders import UNKNOWN, OrderPage
from mapsvc.web import forms
from mapsvc.web.public.context import source, space
from mapsvc.web.public.door import doorkeeper
from mapsvc.web.uploads import read_photos

blueprint = Blueprint("public_orders", __name__)
SMALL_PX = 360
_STATUS: dict[type[MapsvcError], int] = {Conflict: 409, Refused: 422, TooMany: 429, NoSpace: 507}


@blueprint.get("/w/<token>")
def opened(token: str) -> AnyResponse:
    """The order, or why the link opens none."""
    found = _find(token)
    return _dead(found) if isinstance(found, str) else make_response(_page(token, found))


@blueprint.post("/w/<token>")
def answered(token: str) -> AnyResponse:
    """A button was pressed."""
    found = _find(token)
    # The body of a stranger is not read before the link is known to be good.
    if isinstance(found, str):
        return _dead(found)
    try:
        action = _action(request.form.get("action", ""))
        uploads = read_photos() if action is OrderAction.FIXED else ()
        photos = {one.picture.sha256: one.picture.jpeg for one in uploads}
        done = orders.answer(space(), key_of(token), action, forms.text("reason", "说明", 500), photos)
    except tuple(_STATUS) as error:
        status = next(code for kind, code in _STATUS.items() if isinstance(error, kind))
        return make_response(_page(token, found, error), status)
    if isinstance(done, str):
        return _dead(done)
    return redirect(url_for(".opened", token=token, done=action.value), 303)


@blueprint.get("/w/<token>/photos/<name>.jpg")
def photo(token: str, name: str) -> AnyResponse:
    """A picture that stands on the order's page."""
    found = orders.picture(space(), key_of(token), name) if not isinstance(_find(token), str) else None
    if found is None:
        abort(404)
    return Response(found, mimetype="image/jpeg")


def _find(token: str) -> OrderPage | str:
    """The order behind a link; who guesses links waits before they are looked up."""
    keeper = doorkeeper()
    where = keeper.source(source())
    keeper.admit(where, is_known=False)
    found = orders.find_order(space(), key_of(token))
    if found == UNKNOWN:
        keeper.missed(where)
    return found


def _action(value: str) -> OrderAction:
    try:
        return OrderAction(value)
    except ValueError:
        raise Refused("请选页面上的一个按钮。", field="action", code="unknown_action") from None


def _page(token: str, page: OrderPage, error: MapsvcError | None = None) -> str:
    done = request.args.get("done", "")
    faults = {p.field: p.message for p in error.problems} if error else {}
    return render_template(
        "order.html",
        sheet=page,
        order=page.order,
        next_action=NEXT_ACTION.get(page.order.state, ""),
        action_names=ACTION_NAMES,
        needs_reason=NEEDS_REASON,
        base=url_for(".opened", token=token),
        small_px=SMALL_PX,
        done=ACTION_NAMES[OrderAction(done)] if done in set(OrderAction) else "",
        trouble=error.message if error and not faults else "",
        faults=faults,
        failed=request.form.get("action", "") if error else "",
        typed=request.form.get("reason", "") if error else "",
        is_laid=True,
    )


def _dead(why: str) -> Response:
    return make_response(render_template("order_dead.html", why=why), 404 if why == UNKNOWN else 410)
