"""What is shown of orders: the page behind the link, the lines on a case, a unit's list and its month as a workbook."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.orders import (
    ACTION_NAMES,
    MOVES,
    STATE_NAMES,
    UNITS_ACTIONS,
    Order,
    OrderAction,
    OrderState,
    OrderStep,
)
from mapsvc.domain.permissions import Action, Reach, may, reach, require
from mapsvc.domain.photos import Photo, PhotoOf
from mapsvc.domain.privacy import Leavers, mask_phones_in
from mapsvc.domain.responses import moment_text
from mapsvc.domain.times import OFFICE_ZONE, day_start
from mapsvc.errors import Forbidden, NotFound, Refused
from mapsvc.ledger.writer import SheetToWrite, write_xlsx
from mapsvc.operations.case_around import Around, around
from mapsvc.operations.orders import get_order, is_live, is_ready_to_verify
from mapsvc.operations.workspace import Workspace
from mapsvc.store import issues, leavers, people, photos, places, register, shops, tasks
from mapsvc.store import orders as store

_NOBODY = "店主"
_MASKED, _NO_NUMBER = re.compile(r"(?:\d{3,4}-?)?\*{4,}(?:\d{2,4})?"), "号码略"
_SOMEWHERE = "地图上标的位置"
_HEADER = ("编号", "地点", "要做什么", "派出", "期限", "接单", "到场", "修好", "现在", "说明")


class Dead(StrEnum):
    """Why a link leads nowhere any more."""

    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"


@dataclass(frozen=True)
class Sheet:
    """The page behind a link: nothing about any person.

    Attributes
    ----------
    before : tuple of Photo
        What the reporter photographed.
    after : tuple of Photo
        What the unit did.
    steps : tuple of (OrderStep, str)
        What was pressed, oldest first, with its reason as shown.
    """

    order: Order
    where: str
    what: str
    state: str
    before: tuple[Photo, ...]
    after: tuple[Photo, ...]
    steps: tuple[tuple[OrderStep, str], ...]
    legal: tuple[OrderAction, ...]
    is_overdue: bool
    has_arrived: bool


@dataclass(frozen=True)
class Line:
    """An order on the page of its case or in a list."""

    order: Order
    where: str
    what: str
    state: str
    reason: str
    said_at: datetime
    photos: tuple[Photo, ...]
    is_overdue: bool
    is_live: bool


@dataclass(frozen=True)
class CaseOrders:
    """The orders of a case, the latest first; `to_units`: whom the register names for the door, the company first."""

    lines: tuple[Line, ...]
    may_send: bool
    is_ready: bool
    to_units: tuple[str, ...]
    known_units: tuple[str, ...] = ()
    due_at: datetime | None = None
    tasks: tuple[tuple[str, str], ...] = ()


def open_link(ws: Workspace, token: str) -> Order | Dead:
    """The order a link opens, or why it opens none."""
    now = ws.clock()
    with ws.read() as conn:
        order = store.by_token(conn, token)
        return Dead.UNKNOWN if order is None else dead_of(conn, order, now) or order


def sheet_of(ws: Workspace, order_id: str) -> Sheet:
    """The page of a live order."""
    with ws.read() as conn:
        return sheet_within(ws, conn, get_order(conn, order_id))


def sheet_within(ws: Workspace, conn: Connection, order: Order) -> Sheet:
    """The same, of an order that was read before."""
    hidden = _Hiding(conn, order)
    steps = store.steps(conn, [order.id])
    pressed = [s for s in steps if s.action in UNITS_ACTIONS]
    return Sheet(
        order,
        _where(ws, conn, order),
        hidden(order.what),
        STATE_NAMES[order.state],
        _before(conn, order),
        photos.of_records(conn, PhotoOf.ORDER, [order.id]).get(order.id, ()),
        tuple((s, hidden(s.reason)) for s in pressed),
        tuple(a for a in MOVES[order.state] if a in UNITS_ACTIONS),
        order.is_overdue(ws.clock()),
        any(s.action is OrderAction.ARRIVE for s in steps),
    )


def dead_of(conn: Connection, order: Order, at: datetime) -> Dead | None:
    """Why the order's link leads nowhere at `at`; None while it is live."""
    if is_live(conn, order, at):
        return None
    if order.state is OrderState.WITHDRAWN:
        return Dead.WITHDRAWN
    return Dead.EXPIRED if order.expires_at <= at else Dead.CLOSED


def photo_of(ws: Workspace, order: Order, photo_id: str) -> tuple[Photo, Path]:
    """A picture that stands on the order's page, and its file; raises NotFound for any other."""
    with ws.read() as conn:
        shown = (*_before(conn, order), *photos.of_records(conn, PhotoOf.ORDER, [order.id]).get(order.id, ()))
    found = next((p for p in shown if p.id == photo_id), None)
    file = photos.file_of(ws.folder, found.sha256) if found else None
    if found is None or file is None or not file.is_file():
        raise NotFound("这张照片不在单子上，请刷新后重试。", code="unknown_photo")
    return found, file


def case_orders(ws: Workspace, actor: Actor, case_id: str) -> CaseOrders:
    """The orders of a case as `actor` sees them.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        about = around(conn, case_id, ws.clock())
        lines = lines_of(ws, conn, actor, store.of_case(conn, about.case_id))
        case = about.found.case
        may_send = may(actor, Action.SEND_ORDER) and case.is_open
        units = tuple(u for u in (about.company, about.committee) if u)
        told = CaseOrders(
            lines,
            may_send,
            case.is_open and is_ready_to_verify(conn, case.id),
            tuple(dict.fromkeys(units)),
        )
        if not may_send:
            return told
        given = {line.order.task_id for line in lines if line.order.is_open}
        open_tasks = [t for t in tasks.of_case(conn, case.id) if t.is_open and t.id not in given]
        return replace(
            told,
            known_units=tuple(register.units(conn)),
            due_at=case.due_at if case.due_at and case.due_at > ws.clock() else None,
            tasks=tuple((t.id, t.text) for t in open_tasks),
        )


@dataclass(frozen=True)
class OneOrder:
    """An order on its own page for those who see the map; `may_open`: shown with its link, which still leads there;
    `for_unit`: what is to be done, as the unit reads it."""

    line: Line
    steps: tuple[tuple[OrderStep, str, str], ...]
    to_units: tuple[str, ...]
    may_open: bool
    for_unit: str = ""


def get_line(ws: Workspace, actor: Actor, order_id: str) -> OneOrder:
    """One order with what was pressed (oldest first: step, what it says, who), for the office and its unit.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.ANSWER_ORDER, actor.person_id, [actor.unit])
    with ws.read() as conn:
        order = get_order(conn, order_id)
        require(actor, Action.ANSWER_ORDER, units=(order.to_unit,))
        line = lines_of(ws, conn, actor, [order])[0]
        about = around(conn, order.case_id, ws.clock()) if order.case_id else None
        steps = store.steps(conn, [order.id])
        staff = people.by_ids(conn, (s.actor_id for s in steps))
        told = tuple(
            (
                s,
                about.shown(actor, s.reason) if about else mask_phones_in(s.reason or ""),
                staff[s.actor_id].display_name if s.actor_id in staff else "",
            )
            for s in steps
        )
        units = register.units(conn) if may(actor, Action.SEND_ORDER) else []
        return OneOrder(line, told, tuple(units), line.is_live, _Hiding(conn, order)(order.what))


def overview(ws: Workspace, actor: Actor, unit: str = "") -> tuple[tuple[Line, ...], tuple[Line, ...], tuple[str, ...]]:
    """Orders refused and waiting for a decision, orders still to be answered, and every unit that has had some.

    Without leave to send orders: the own unit's alone. `unit` narrows both lists.
    """
    if not may(actor, Action.SEND_ORDER):
        unit = actor.unit or ""
        _require_unit(actor, unit)
    with ws.read() as conn:
        going = store.of_unit(conn, unit) if unit else store.open_ones(conn)
        refused = [o for o in store.in_state(conn, OrderState.NOT_OURS) if not unit or o.to_unit == unit]
        units = tuple(store.units(conn)) if may(actor, Action.SEND_ORDER) else (unit,)
        return lines_of(ws, conn, actor, refused), lines_of(ws, conn, actor, going), units


def lines_of(ws: Workspace, conn: Connection, actor: Actor, some: Sequence[Order]) -> tuple[Line, ...]:
    """Orders as `actor` sees them, in the order given: texts masked for who may not see people."""
    now = ws.clock()
    steps = store.steps(conn, (o.id for o in some))
    pictures = photos.of_records(conn, PhotoOf.ORDER, (o.id for o in some))
    cases: dict[str, Around] = {}
    lines = []
    for order in some:
        about = cases.setdefault(order.case_id, around(conn, order.case_id, now)) if order.case_id else None
        last = next((s for s in reversed(steps) if s.order_id == order.id), None)
        reason = last.reason if last else None

        hidden = None if may(actor, Action.SEE_MAP) else _Hiding(conn, order)

        def shown(text: str | None, about: Around | None = about, hidden: _Hiding | None = hidden) -> str:
            if hidden:
                return hidden(text)
            return about.shown(actor, text) if about else mask_phones_in(text or "")

        lines.append(
            Line(
                order,
                _where(ws, conn, order),
                shown(order.what),
                STATE_NAMES[order.state],
                shown(reason),
                last.at if last else order.made_at,
                pictures.get(order.id, ()),
                order.is_overdue(now),
                is_live(conn, order, now),
            )
        )
    return tuple(lines)


def unit_orders(ws: Workspace, actor: Actor, unit: str) -> tuple[Line, ...]:
    """The orders a unit has still to answer, for itself, the secretary and the office.

    Raises
    ------
    Forbidden
    """
    _require_unit(actor, unit)
    with ws.read() as conn:
        return lines_of(ws, conn, actor, store.of_unit(conn, unit))


def month_sheet(ws: Workspace, actor: Actor, unit: str, month: date) -> bytes:
    """The orders sent to a unit in the office's month of `month`, as xlsx: no person, no number.

    Raises
    ------
    Forbidden
    """
    _require_unit(actor, unit)
    first = month.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    with ws.read() as conn:
        found = store.made_between(conn, unit, day_start(first), day_start(following))
        steps = store.steps(conn, (o.id for o in found))
        rows = [_row(ws, conn, order, [s for s in steps if s.order_id == order.id]) for order in found]
    target = io.BytesIO()
    title = f"{unit} {first.year}年{first.month}月派单"
    write_xlsx(target, [SheetToWrite("派单", _HEADER, rows, title)])
    return target.getvalue()


def month_of(text: str, today: date) -> date:
    """The month ``2026-11``; empty is this one; raises Refused for what is none."""
    if not text:
        return today.replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refused("月份请写成2026-11这样。", field="month", code="bad_month") from None


def _require_unit(actor: Actor, unit: str) -> None:
    if reach(actor, Action.ANSWER_ORDER) is Reach.NONE or not may(actor, Action.ANSWER_ORDER, units=(unit,)):
        raise Forbidden(f"{actor.role_name}只能看自己单位的派单，请找街区书记。")


def _row(ws: Workspace, conn: Connection, order: Order, steps: Sequence[OrderStep]) -> tuple[object, ...]:
    hidden = _Hiding(conn, order)
    first = {a: next((s.at for s in steps if s.action is a), None) for a in OrderAction}
    told = [f"{moment_text(s.at)} {ACTION_NAMES[s.action]}：{hidden(s.reason)}" for s in steps if s.reason]
    fixed = order.closed_at if order.state is OrderState.FIXED else None
    times = (order.made_at, order.due_at, first[OrderAction.ACCEPT], first[OrderAction.ARRIVE], fixed)
    said = (order.number, _where(ws, conn, order), hidden(order.what))
    return (*said, *(_cell(at) for at in times), STATE_NAMES[order.state], "；".join(told))


def _cell(at: datetime | None) -> datetime | None:
    return at.astimezone(OFFICE_ZONE).replace(tzinfo=None) if at else None


def _before(conn: Connection, order: Order) -> tuple[Photo, ...]:
    """Pictures of what was reported; what was taken on a call, inside somebody's shop, stays inside."""
    found = issues.find(conn, order.case_id) if order.case_id else []
    per_issue = photos.of_records(conn, PhotoOf.ISSUE, (f.issue.id for f in found))
    return tuple(sorted((p for some in per_issue.values() for p in some), key=lambda p: (p.taken_at, p.id)))


def _where(ws: Workspace, conn: Connection, order: Order) -> str:
    if order.case_id:
        found = around(conn, order.case_id, ws.clock()).found
        named = [found.location.address, found.place_name]
    else:
        place = places.by_ids(conn, [order.place_id]).get(order.place_id or "")
        named = [place.name, place.location.address] if place else []
    return next((name for name in named if name), _SOMEWHERE)


class _Hiding:
    """Text for strangers: no phone, nobody's name who runs or ran the shop."""

    def __init__(self, conn: Connection, order: Order) -> None:
        found = issues.find(conn, order.case_id)[:1] if order.case_id else []
        shop_id = found[0].issue.shop_id if found else None
        run = shops.tenancies(conn, shop_id) if shop_id else []
        known = people.by_ids(conn, (t.merchant_id for t in run)).values()
        self.people = Leavers.of((p.name for p in known), (p.phone for p in known if p.phone))
        left = leavers.of_shops(conn, [shop_id]).get(shop_id or "") if shop_id else None
        self.left = left or Leavers()

    def __call__(self, text: str | None) -> str:
        masked = mask_phones_in(self.people.hide(self.left.hide(text or ""), _NOBODY))
        return _MASKED.sub(_NO_NUMBER, masked)
