"""派单: sent to a unit with a link of its own, answered there, taken back or passed on by the secretary."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import orders as rules
from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.case_moves import legal_moves
from mapsvc.domain.cases import CaseState
from mapsvc.domain.orders import Order, OrderAction, OrderState, OrderStep
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import OFFICE_ZONE, to_second
from mapsvc.errors import Conflict, NotFound, Refused, TooMany
from mapsvc.operations import case_steps, tasks
from mapsvc.operations.case_around import around
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cases, events, ids, places
from mapsvc.store import orders as store
from mapsvc.store import tasks as task_rows

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_HOUR, _SECOND = timedelta(hours=1), timedelta(seconds=1)


@dataclass(frozen=True)
class NewOrder:
    """An order as it is sent; `id` comes from the client. It is about a case or a place."""

    id: str
    to_unit: str
    what: str
    case_id: str | None = None
    place_id: str | None = None
    run_id: str | None = None
    task_id: str | None = None
    due_at: datetime | None = None


def send_order(ws: Workspace, actor: Actor, new: NewOrder) -> tuple[Order, bool]:
    """Send an order; the same id again changes nothing. Whether it is new comes with it.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The case is over, or the id was used for something else.
    Refused
        No unit, no words, a time gone by, a task that is another case's.
    """
    require(actor, Action.SEND_ORDER)
    with ws.write() as conn:
        known = store.by_id(conn, new.id)
        if known is not None:
            if (known.case_id, known.place_id) != (new.case_id, new.place_id):
                raise Conflict("这个编号（id）已经用在另一张派单上，请换一个新的 id。", field="id", code="id_used")
            return known, False
        return add_order(conn, ws, actor, new), True


def add_order(
    conn: Connection, ws: Workspace, actor: Actor, new: NewOrder, not_before: datetime | None = None
) -> Order:
    """Write an order in the caller's transaction, which has asked leave; raises as `send_order`."""
    now = max(to_second(ws.clock()), not_before or _LONG_AGO)
    rules.require_sendable(new.to_unit, new.what, new.due_at, now)
    _require_matter(conn, new, now)
    prefix = rules.number_prefix(f"{now.astimezone(OFFICE_ZONE):%y%m%d}")
    made = Order(
        new.id,
        rules.next_number(prefix, store.numbers_like(conn, prefix)),
        secrets.token_urlsafe(rules.TOKEN_BYTES),
        new.to_unit.strip(),
        new.what.strip(),
        OrderState.SENT,
        now,
        now + timedelta(days=ws.settings.order_link_days),
        new.case_id,
        new.task_id,
        new.run_id,
        new.place_id,
        to_second(new.due_at) if new.due_at else None,
        actor.person_id,
    )
    store.add(conn, made)
    _step(conn, actor, made, OrderAction.SEND, None, now)
    audit.append(conn, actor, "send_order", "order", made.id, None, _told(made), now)
    return made


def answer_order(ws: Workspace, actor: Actor, order_id: str, action: OrderAction, reason: str | None = None) -> Order:
    """The unit's answer; what was pressed already changes nothing.

    修好了 finishes the order's task; 要等 stops the clock of its case, 继续 lets it run on.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Not legal where the order stands.
    Refused
        Without the reason that is asked for.
    TooMany
        Pressed too often within an hour.
    """
    with ws.write() as conn:
        return answer_within(conn, ws, actor, order_id, action, reason, to_second(ws.clock()))


def answer_within(
    conn: Connection,
    ws: Workspace,
    actor: Actor,
    order_id: str,
    action: OrderAction,
    reason: str | None,
    pressed_at: datetime,
) -> Order:
    """As `answer_order`, in the caller's transaction, for what was pressed at `pressed_at`; no answer comes before the
    one that was heard before it."""
    order = _get(conn, order_id)
    require(actor, Action.ANSWER_ORDER, units=(order.to_unit,))
    if action not in rules.UNITS_ACTIONS:
        raise Refused("请选页面上的一个按钮。", field="action", code="unknown_action")
    steps = store.steps(conn, [order.id])
    if rules.is_repeat(order, action, steps[-1].action if steps else None):
        return order
    _require_patience(steps, pressed_at)
    # The answers of an order stand apart, so that their order can be told.
    at = max(pressed_at, steps[-1].at + _SECOND) if steps else pressed_at
    after = rules.act(order, action, at, reason, rules.came_from(steps))
    after = _keep(conn, ws, actor, order, after, action, reason, at)
    if after.state is OrderState.FIXED:
        _finish_task(conn, actor, after, reason, at)
    return after


def answer_by_link(ws: Workspace, order: Order, action: OrderAction, reason: str | None = None) -> Order:
    """The same from the order's page, by whoever of the unit holds its link; raises as `answer_order`."""
    return answer_order(ws, by_link(order), order.id, action, reason)


def by_link(order: Order) -> Actor:
    """Who presses on an order's page: nobody by name, on behalf of its unit."""
    return Actor(None, f"{order.to_unit}（派单页）", Role.PROPERTY, order.to_unit)


def withdraw_order(ws: Workspace, actor: Actor, order_id: str, reason: str) -> Order:
    """Take an order back: its link dies with it. Taken back already, nothing changes.

    Raises
    ------
    NotFound, Forbidden
    Refused
        Without a reason.
    """
    require(actor, Action.SEND_ORDER)
    with ws.write() as conn:
        return _withdraw(conn, ws, actor, _get(conn, order_id), reason)


def pass_on(ws: Workspace, actor: Actor, order_id: str, new: NewOrder) -> Order:
    """再派给: the order is taken back and goes to another unit, with its case, place and task.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        It was taken back before, or fixed.
    Refused
        As `send_order`.
    """
    require(actor, Action.SEND_ORDER)
    with ws.write() as conn:
        known = store.by_id(conn, new.id)
        if known is not None:
            return known
        order = _get(conn, order_id)
        if order.state in (OrderState.WITHDRAWN, OrderState.FIXED):
            told = f"这张派单已经{rules.STATE_NAMES[order.state]}，不能再派；要派请另开一张。"
            raise Conflict(told, code="order_over")
        taken_back = _withdraw(conn, ws, actor, order, f"改派给{new.to_unit.strip()}")
        same = replace(new, case_id=order.case_id, place_id=order.place_id, run_id=order.run_id, task_id=order.task_id)
        return add_order(conn, ws, actor, same, taken_back.closed_at)


def refused_waiting(conn: Connection) -> list[Order]:
    """Orders whose unit says that they are not theirs: for the secretary to decide, the first sent first."""
    return store.in_state(conn, OrderState.NOT_OURS)


def of_unit(conn: Connection, unit: str) -> list[Order]:
    """Orders a unit has still to answer, the first sent first."""
    return store.of_unit(conn, unit)


def is_ready_to_verify(conn: Connection, case_id: str) -> bool:
    """Whether a case in handling has orders, and all that were not taken back are fixed."""
    sent = [o for o in store.of_case(conn, case_id) if o.state is not OrderState.WITHDRAWN]
    if not sent or any(o.state is not OrderState.FIXED for o in sent):
        return False
    case = cases.by_id(conn, case_id)
    return case is not None and case.state is CaseState.HANDLING


def is_live(conn: Connection, order: Order, at: datetime) -> bool:
    """Whether the order's link still opens it: neither taken back nor expired, and its case not over."""
    if order.state is OrderState.WITHDRAWN or order.expires_at <= at:
        return False
    return order.case_id is None or around(conn, order.case_id, at).found.case.is_open


def get_order(conn: Connection, order_id: str) -> Order:
    """The order with this id; raises NotFound."""
    return _get(conn, order_id)


def _require_matter(conn: Connection, new: NewOrder, now: datetime) -> None:
    if new.case_id:
        if not around(conn, new.case_id, now).found.case.is_open:
            raise Conflict("案件已经了结，不用再派单；又有问题请先重新办理，或另报一件。", code="case_closed")
    elif not new.place_id:
        raise Refused("派单要写在一件案件或一个点位上。", field="case", code="no_case")
    task = task_rows.by_id(conn, new.task_id) if new.task_id else None
    if new.task_id and (task is None or (task.case_id, task.run_id) != (new.case_id, new.run_id)):
        raise Refused("没有这项任务，请从任务里选。", field="task", code="unknown_task")


def _require_patience(steps: Sequence[OrderStep], now: datetime) -> None:
    lately = [s for s in steps if s.at > now - _HOUR]
    if len(lately) >= rules.MOST_STEPS_PER_HOUR:
        left_s = int((lately[0].at + _HOUR - now).total_seconds()) + 1
        told = "这张单子一小时里改了太多次，请过一会儿再点；有急事请打座机。"
        raise TooMany(told, extra={"retry_after_s": left_s})


def _withdraw(conn: Connection, ws: Workspace, actor: Actor, order: Order, reason: str) -> Order:
    if order.state is OrderState.WITHDRAWN:
        return order
    steps = store.steps(conn, [order.id])
    now = to_second(ws.clock())
    at = max(now, steps[-1].at + _SECOND) if steps else now
    after = rules.act(order, OrderAction.WITHDRAW, at, reason, rules.came_from(steps))
    return _keep(conn, ws, actor, order, after, OrderAction.WITHDRAW, reason, at)


def _keep(
    conn: Connection,
    ws: Workspace,
    actor: Actor,
    before: Order,
    moved: Order,
    action: OrderAction,
    reason: str | None,
    at: datetime,
) -> Order:
    """Write an order that was moved: what was pressed comes before what the case's clock does about it."""
    _step(conn, actor, moved, action, reason, at)
    after = _clock(conn, ws, actor, before, moved, (reason or "").strip(), at)
    store.replace(conn, after)
    audit.append(conn, actor, f"order_{action.value}", "order", after.id, _told(before), _told(after), at)
    return after


def _step(conn: Connection, actor: Actor, order: Order, action: OrderAction, reason: str | None, at: datetime) -> None:
    step_id = ids.of("order_step", order.id, store.count_steps(conn, order.id) + 1)
    store.add_step(conn, OrderStep(step_id, order.id, action, at, (reason or "").strip() or None, actor.person_id))
    where: dict[str, str | None] = {}
    if order.case_id:
        where = around(conn, order.case_id, at).where
    elif order.place_id:
        place = places.by_ids(conn, [order.place_id]).get(order.place_id)
        where = {"place_id": order.place_id, "location_id": place.location.id if place else None}
    events.append(conn, type="order", ref=step_id, at=at, actor_id=actor.person_id, **where)


def _clock(
    conn: Connection, ws: Workspace, actor: Actor, before: Order, after: Order, reason: str, at: datetime
) -> Order:
    """Stop the case's clock for an order that waits; let it run on when the last that stopped it waits no more."""
    if after.case_id is None:
        return after
    if after.state is OrderState.WAITING:
        return replace(after, paused_case=_stop(conn, ws, actor, after, reason, at))
    if before.paused_case and not _others_wait(conn, after):
        case_steps.resume(conn, ws, actor, after.case_id, f"派单{after.number}不用等了", at)
    return replace(after, paused_case=False)


def _stop(conn: Connection, ws: Workspace, actor: Actor, order: Order, reason: str, at: datetime) -> bool:
    assert order.case_id is not None
    case = case_steps.held(conn, order.case_id)
    if case.state is CaseState.SUSPENDED:
        return _others_wait(conn, order)
    if CaseState.SUSPENDED not in legal_moves(case):
        return False
    case_steps.pause(conn, ws, actor, case.id, f"派单{order.number}要等：{reason}", at)
    return True


def _others_wait(conn: Connection, order: Order) -> bool:
    return any(o.paused_case for o in store.of_case(conn, order.case_id or "") if o.id != order.id)


def _finish_task(conn: Connection, actor: Actor, order: Order, said: str | None, at: datetime) -> None:
    task = task_rows.by_id(conn, order.task_id) if order.task_id else None
    if task is not None and task.is_open:
        proof = f"派单{order.number}：{order.to_unit}报修好了" + (f"，{said.strip()}" if said and said.strip() else "")
        tasks.finish_within(conn, actor, task, proof, at, at)


def _told(order: Order) -> dict[str, object]:
    """What the audit hashes: the token, which opens the order, is left out."""
    return {name: value for name, value in vars(order).items() if name != "token"}


def _get(conn: Connection, order_id: str) -> Order:
    found = store.by_id(conn, order_id)
    if found is None:
        raise NotFound("没有这张派单，请刷新后重试。", field="order", code="unknown_order")
    return found


def new_id() -> str:
    """An id for a form that makes one."""
    return str(uuid4())
