"""Orders on the timeline: what was pressed, by whom, and why."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.history import Words
from mapsvc.domain.orders import ACTION_NAMES, UNITS_ACTIONS, Order, OrderAction, OrderStep
from mapsvc.domain.responses import moment_text
from mapsvc.store import orders
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """Words by id of the event."""
    steps = orders.steps_by_ids(conn, (e.ref for e in events))
    found = orders.by_ids(conn, (s.order_id for s in steps.values()))
    return {e.id: order_words(steps[e.ref], found[steps[e.ref].order_id]) for e in events if e.ref in steps}


def order_words(step: OrderStep, order: Order) -> Words:
    """派单 兰凤物业: what to do, until when; 兰凤物业 · 要等: why."""
    if step.action is OrderAction.SEND:
        due = f"{moment_text(order.due_at)}前" if order.due_at else None
        detail = " · ".join(part for part in (order.what, due, order.number) if part)
        return Words(f"派单 {order.to_unit}", detail, state=step.action.value)
    name = ACTION_NAMES[step.action]
    title = f"{order.to_unit} · {name}" if step.action in UNITS_ACTIONS else f"{name} {order.to_unit}"
    return Words(title, step.reason or order.number, state=step.action.value)
