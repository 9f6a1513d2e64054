"""派单 for who sends them: on the case's page, one by one with link and code, a unit's list and its month."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.orders import ACTION_NAMES, MOST_TEXT, MOST_UNIT, Order, OrderState
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.times import office_day
from mapsvc.errors import Forbidden
from mapsvc.operations import order_sheets
from mapsvc.operations import orders as operations
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.order_sheets import CaseOrders
from mapsvc.operations.orders import NewOrder
from mapsvc.operations.workspace import Workspace
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.codes import code_svg, is_reachable, public_address
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.order_links import month_file

blueprint = Blueprint("orders", __name__)
CODE_MM = 32.0
SAID = {
    "order_sent": "派单好了。把链接发给对方，他们点开就能答复，不用账号。",
    "order_withdrawn": "收回了，链接已经失效。",
    "order_passed": "改派了，原来的链接已经失效。把新链接发给对方。",
}


@dataclass(frozen=True)
class OrdersPart(CaseOrders):
    """What the case's page shows; `new_id` is of the order its form would send."""

    new_id: str = ""


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> OrdersPart | None:
    """The orders of a case; None where there are none and this reader may send none."""
    found = order_sheets.case_orders(ws, who, case.line.found.case.id)
    return OrdersPart(**vars(found), new_id=operations.new_id()) if found.lines or found.may_send else None


@blueprint.post("/cases/<case_id>/orders")
def send(case_id: str) -> Response:
    """Send an order about a case."""

    def act() -> Order:
        return operations.send_order(workspace(), actor(), _new(case_id))[0]

    # A case that is over has no form to stand beside.
    return forms.done(
        act, _shown, lambda form, faults: case_page(case_id, "" if "" in faults else "send-order", form, faults)
    )


@blueprint.get("/orders")
def index() -> str:
    """A unit's own orders; for the secretary what was refused and what is on its way."""
    who = require_page(Action.ANSWER_ORDER)
    ws = workspace()
    is_staff = may(who, Action.SEND_ORDER)
    unit = request.args.get("unit", "") if is_staff else who.unit or ""
    refused, going, units = order_sheets.overview(ws, who, unit)
    return render_template(
        "orders.html",
        tab="cases",
        refused=refused,
        going=going,
        units=units,
        unit=unit,
        is_staff=is_staff,
        month=f"{office_day(ws.clock()):%Y-%m}",
    )


@blueprint.get("/orders/month.xlsx")
def month() -> Response:
    """The orders of a unit in a month."""
    who = require_page(Action.ANSWER_ORDER)
    ws = workspace()
    unit = request.args.get("unit", "") or who.unit or ""
    first = order_sheets.month_of(request.args.get("month", ""), office_day(ws.clock()))
    return month_file(order_sheets.month_sheet(ws, who, unit, first), unit, f"{first:%Y%m}")


@blueprint.get("/orders/<order_id>")
def show(order_id: str) -> str:
    """One order with its link."""
    return _page(order_id)


@blueprint.post("/orders/<order_id>/withdraw")
def withdraw(order_id: str) -> Response:
    """收回."""

    def act() -> Order:
        return operations.withdraw_order(workspace(), actor(), order_id, forms.text("reason", "原因", MOST_TEXT))

    to = url_for("orders.show", order_id=order_id, done="order_withdrawn")
    return forms.done(act, to, lambda form, faults: _page(order_id, "withdraw", form, faults))


@blueprint.post("/orders/<order_id>/pass-on")
def pass_on(order_id: str) -> Response:
    """再派给."""

    def act() -> Order:
        return operations.pass_on(workspace(), actor(), order_id, _new(None))

    def to(order: Order) -> str:
        return url_for("orders.show", order_id=order.id, done="order_passed")

    return forms.done(act, to, lambda form, faults: _page(order_id, "pass-on", form, faults))


def link_of(order: Order) -> str:
    """The order's address: under the office's public address if it has one, else under the one asked just now."""
    return public_address(f"/w/{order.token}")


def _shown(order: Order) -> str:
    return url_for("orders.show", order_id=order.id, done="order_sent")


def _new(case_id: str | None) -> NewOrder:
    return NewOrder(
        forms.text("id", "", 36) or operations.new_id(),
        forms.text("to_unit", "派给谁", MOST_UNIT, required=True),
        forms.text("what", "要做什么", MOST_TEXT, required=True),
        case_id,
        task_id=forms.text("task", "任务", 36) or None,
        due_at=forms.when("due_at", "期限"),
    )


def _page(
    order_id: str, open_form: str = "", form: forms.Form | None = None, faults: dict[str, str] | None = None
) -> str:
    ws, who = workspace(), actor()
    found = order_sheets.get_line(ws, who, order_id)
    order = found.line.order
    if who.role is Role.PROPERTY and who.unit != order.to_unit:
        raise Forbidden(f"{who.role_name}只能看自己单位的派单，请找街区书记。")
    link = link_of(order)
    return render_template(
        "order_page.html",
        tab="cases",
        line=found.line,
        order=order,
        steps=found.steps,
        to_units=found.to_units,
        link=link if found.may_open else "",
        text=f"【派单{order.number}】{found.line.where}：{found.for_unit}。请点开答复：{link}",
        code=code_svg(link, CODE_MM) if found.may_open else "",
        is_reachable=is_reachable(),
        may_send=may(who, Action.SEND_ORDER),
        can_go_on=order.state not in (OrderState.WITHDRAWN, OrderState.FIXED),
        new_id=operations.new_id(),
        action_names=ACTION_NAMES,
        said=SAID.get(request.args.get("done", "")),
        form=form or {},
        faults=faults or {},
        open_form=open_form,
    )
