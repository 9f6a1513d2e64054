"""Orders and what their units answered, in the store."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from mapsvc.domain.orders import OPEN_STATES, Order, OrderAction, OrderState, OrderStep, is_token
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import order_step, work_order

_FIELDS = tuple(f.name for f in fields(Order) if f.name != "state")


def _order(row: Row[Any]) -> Order:
    return Order(**{name: getattr(row, name) for name in _FIELDS}, state=OrderState(row.state))


def _step(row: Row[Any]) -> OrderStep:
    return OrderStep(row.id, row.order_id, OrderAction(row.action), row.at, row.reason, row.actor_id)


def by_id(conn: Connection, order_id: str) -> Order | None:
    """The order with this id."""
    return next(iter(_all(conn, work_order.c.id == order_id)), None)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Order]:
    """Orders by id; unknown ids are left out."""
    return {row.id: _order(row) for row in rows_by_ids(conn, work_order, ids)}


def by_token(conn: Connection, token: str) -> Order | None:
    """The order with this token, dead or alive; None for what no order bears and for what can be no token."""
    return next(iter(_all(conn, work_order.c.token == token)), None) if is_token(token) else None


def of_case(conn: Connection, case_id: str) -> list[Order]:
    """The orders of a case, the latest first."""
    return _all(conn, work_order.c.case_id == case_id)[::-1]


def of_place(conn: Connection, place_id: str) -> list[Order]:
    """The orders of a place, the latest first."""
    return _all(conn, work_order.c.place_id == place_id)[::-1]


def of_run(conn: Connection, run_id: str) -> list[Order]:
    """The orders of a playbook's run, the latest first."""
    return _all(conn, work_order.c.run_id == run_id)[::-1]


def of_unit(conn: Connection, unit: str) -> list[Order]:
    """The orders of a unit that are still to be answered, the first sent first."""
    return _all(conn, work_order.c.to_unit == unit, work_order.c.state.in_(sorted(OPEN_STATES)))


def open_ones(conn: Connection) -> list[Order]:
    """Every order that is still to be answered, the first sent first."""
    return _all(conn, work_order.c.state.in_(sorted(OPEN_STATES)))


def units(conn: Connection) -> list[str]:
    """Every unit that was sent an order, by name."""
    return sorted(conn.execute(select(work_order.c.to_unit).distinct()).scalars())


def made_between(conn: Connection, unit: str, since: datetime, until: datetime) -> list[Order]:
    """The orders sent to a unit from `since` until before `until`, the first sent first."""
    return _all(conn, work_order.c.to_unit == unit, work_order.c.made_at >= since, work_order.c.made_at < until)


def ending_after(conn: Connection, since: datetime) -> list[Order]:
    """Every order whose link ends after `since`, the first sent first."""
    return _all(conn, work_order.c.expires_at > since)


def in_state(conn: Connection, state: OrderState) -> list[Order]:
    """Every order that stands so, the first sent first."""
    return _all(conn, work_order.c.state == state)


def numbers_like(conn: Connection, prefix: str) -> list[str]:
    """Numbers that begin with `prefix`."""
    return list(conn.execute(select(work_order.c.number).where(work_order.c.number.startswith(prefix))).scalars())


def add(conn: Connection, new: Order) -> None:
    """Store a new order."""
    conn.execute(insert(work_order).values(**asdict(new)))


def replace(conn: Connection, changed: Order) -> None:
    """Write an order that was answered or taken back."""
    conn.execute(update(work_order).where(work_order.c.id == changed.id).values(**asdict(changed)))


def steps(conn: Connection, order_ids: Iterable[str]) -> list[OrderStep]:
    """What was pressed on these orders, oldest first."""
    ask = select(order_step).where(order_step.c.order_id.in_(sorted(set(order_ids))))
    found = [_step(row) for row in conn.execute(ask)]
    # Two answers within a second stand in the order of the table of actions.
    actions = list(OrderAction)
    return sorted(found, key=lambda s: (s.at, actions.index(s.action), s.id))


def steps_by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, OrderStep]:
    """Steps by id; unknown ids are left out."""
    return {row.id: _step(row) for row in rows_by_ids(conn, order_step, ids)}


def count_steps(conn: Connection, order_id: str, since: datetime | None = None) -> int:
    """How often something was pressed on an order."""
    ask = select(func.count()).select_from(order_step).where(order_step.c.order_id == order_id)
    return int(conn.execute(ask.where(order_step.c.at >= since) if since else ask).scalar_one())


def add_step(conn: Connection, new: OrderStep) -> None:
    """Write down what was pressed."""
    conn.execute(insert(order_step).values(**asdict(new)))


def _all(conn: Connection, *where: ColumnElement[bool]) -> list[Order]:
    ask = select(work_order).where(*where).order_by(work_order.c.made_at, work_order.c.number)
    return [_order(row) for row in conn.execute(ask)]
