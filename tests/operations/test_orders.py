"""派单: one table of answers, repeats harmless, 要等 stops the case's clock, a refusal waits for the secretary."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.cases import CaseState
from mapsvc.domain.orders import LEADS_TO, MOVES, UNITS_ACTIONS, Order, OrderAction, OrderState
from mapsvc.domain.tasks import TaskRole
from mapsvc.errors import Conflict, Forbidden, Refused, TooMany
from mapsvc.operations import orders, tasks
from mapsvc.operations.case_history import case_history
from mapsvc.operations.cases import get_case
from mapsvc.operations.orders import NewOrder
from mapsvc.operations.tasks import NewTask
from mapsvc.operations.workspace import Workspace
from mapsvc.store import orders as store
from mapsvc.store import tasks as task_rows
from tests.operations.test_cases import reported, walk
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

A = OrderAction
PROPERTY = Actor(None, "兰凤物业", Role.PROPERTY, "兰凤物业")
OTHER = Actor(None, "申城物业", Role.PROPERTY, "申城物业")


@pytest.fixture
def case_id(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """The leak at 27号, in handling."""
    made = reported(workspace, street)
    clock.advance(minutes=10)
    walk(workspace, street, made, "dispatched")
    clock.advance(minutes=10)
    walk(workspace, street, made, "handling")
    clock.advance(minutes=10)
    return made


def send(ws: Workspace, street: Street, case_id: str, name: str = "order", **more: object) -> Order:
    """An order for the property company."""
    new = NewOrder(uid(name), "兰凤物业", "查201室阳台排水管", case_id, **more)  # type: ignore[arg-type]
    return orders.send_order(ws, street.secretary, new)[0]


def state(ws: Workspace, street: Street, case_id: str) -> CaseState:
    """Where the case stands."""
    return get_case(ws, street.secretary, case_id).line.found.case.state


def test_an_order_has_a_number_and_a_link_of_its_own(workspace: Workspace, street: Street, case_id: str) -> None:
    first, second = send(workspace, street, case_id), send(workspace, street, case_id, "another")
    assert (first.number, second.number) == ("P261123-01", "P261123-02")
    assert len(first.token) == 43
    assert first.token != second.token
    assert first.token not in repr(first)
    assert send(workspace, street, case_id) == first


def test_it_goes_its_way_and_the_history_tells_it(
    workspace: Workspace, street: Street, case_id: str, clock: FixedClock
) -> None:
    order = send(workspace, street, case_id, due_at=clock() + timedelta(days=2))
    for action in (A.ACCEPT, A.ARRIVE, A.FIXED):
        clock.advance(minutes=30)
        orders.answer_by_link(workspace, order, action)
    entries = case_history(workspace, street.secretary, get_case(workspace, street.secretary, case_id))
    assert [e.title for e in entries][:4] == [
        "兰凤物业 · 修好了",
        "兰凤物业 · 到场",
        "兰凤物业 · 接单",
        "派单 兰凤物业",
    ]
    with workspace.read() as conn:
        assert orders.is_ready_to_verify(conn, case_id)
    assert state(workspace, street, case_id) is CaseState.HANDLING


WAYS: dict[OrderState, tuple[OrderAction, ...]] = {
    OrderState.SENT: (), OrderState.ACCEPTED: (A.ACCEPT,), OrderState.ARRIVED: (A.ARRIVE,),
    OrderState.WAITING: (A.WAIT,), OrderState.FIXED: (A.FIXED,), OrderState.NOT_OURS: (A.NOT_OURS,),
    OrderState.WITHDRAWN: (),
}  # fmt: skip


@pytest.mark.parametrize("action", UNITS_ACTIONS)
def test_only_what_the_table_allows_is_heard(
    workspace: Workspace, street: Street, case_id: str, action: OrderAction
) -> None:
    for origin, way in WAYS.items():
        order = send(workspace, street, case_id, f"from {origin}")
        for one in way:
            order = orders.answer_by_link(workspace, order, one, "缺料")
        if origin is OrderState.WITHDRAWN:
            order = orders.withdraw_order(workspace, street.secretary, order.id, "重了")
        before = presses(workspace, order)
        if action in MOVES[origin]:
            after = orders.answer_by_link(workspace, order, action, "缺料")
            assert orders.answer_by_link(workspace, order, action, "缺料") == after
            assert presses(workspace, order) == before + 1
            continue
        if LEADS_TO.get(action) is origin:
            assert orders.answer_by_link(workspace, order, action, "缺料") == order
        else:
            with pytest.raises(Conflict, match="现在是"):
                orders.answer_by_link(workspace, order, action, "缺料")
        assert presses(workspace, order) == before


def presses(ws: Workspace, order: Order) -> int:
    """How often something was pressed on an order."""
    with ws.read() as conn:
        return store.count_steps(conn, order.id)


def test_waiting_stops_the_clock_and_going_on_lets_it_run(
    workspace: Workspace, street: Street, case_id: str, clock: FixedClock
) -> None:
    order = send(workspace, street, case_id)
    orders.answer_by_link(workspace, order, A.ACCEPT)
    with pytest.raises(Refused, match="原因"):
        orders.answer_by_link(workspace, order, A.WAIT)
    due = get_case(workspace, street.secretary, case_id).line.found.case.due_at
    orders.answer_by_link(workspace, order, A.WAIT, "等配件")
    assert state(workspace, street, case_id) is CaseState.SUSPENDED
    clock.advance(days=2)
    assert orders.answer_by_link(workspace, order, A.GO_ON).state is OrderState.ACCEPTED
    case = get_case(workspace, street.secretary, case_id).line.found.case
    assert case.state is CaseState.HANDLING
    assert due is not None
    assert case.due_at is not None
    assert case.due_at > due


def test_the_clock_stands_until_the_last_order_waits_no_more(
    workspace: Workspace, street: Street, case_id: str, clock: FixedClock
) -> None:
    first, second = send(workspace, street, case_id), send(workspace, street, case_id, "another")
    for order in (first, second):
        clock.advance(minutes=1)
        orders.answer_by_link(workspace, order, A.WAIT, "等配件")
    clock.advance(minutes=1)
    orders.answer_by_link(workspace, first, A.FIXED)
    assert state(workspace, street, case_id) is CaseState.SUSPENDED
    clock.advance(minutes=1)
    orders.withdraw_order(workspace, street.secretary, second.id, "不用了")
    assert state(workspace, street, case_id) is CaseState.HANDLING


def test_a_pause_of_the_secretary_is_not_an_orders_to_end(
    workspace: Workspace, street: Street, case_id: str, clock: FixedClock
) -> None:
    order = send(workspace, street, case_id)
    walk(workspace, street, case_id, "suspended")
    clock.advance(minutes=1)
    orders.answer_by_link(workspace, order, A.WAIT, "等配件")
    orders.answer_by_link(workspace, order, A.GO_ON)
    assert state(workspace, street, case_id) is CaseState.SUSPENDED


def test_a_refusal_waits_for_the_secretary_who_passes_it_on(
    workspace: Workspace, street: Street, case_id: str, clock: FixedClock
) -> None:
    task = tasks.add_case_task(workspace, street.secretary, NewTask("换管", TaskRole.PROPERTY, case_id))
    order = send(workspace, street, case_id, task_id=task.id)
    with pytest.raises(Refused, match="原因"):
        orders.answer_by_link(workspace, order, A.NOT_OURS)
    orders.answer_by_link(workspace, order, A.NOT_OURS, "支管归业主")
    with workspace.read() as conn:
        assert [o.id for o in orders.refused_waiting(conn)] == [order.id]
        assert not orders.is_ready_to_verify(conn, case_id)
    passed = orders.pass_on(workspace, street.secretary, order.id, NewOrder(uid("next"), "市政养护", "查立管", case_id))
    assert passed.task_id == task.id
    with workspace.read() as conn:
        assert orders.refused_waiting(conn) == []
        assert not orders.is_live(conn, orders.get_order(conn, order.id), clock())
        assert orders.is_live(conn, passed, clock())


def test_fixed_finishes_the_task_with_what_was_said(workspace: Workspace, street: Street, case_id: str) -> None:
    task = tasks.add_case_task(workspace, street.secretary, NewTask("换管", TaskRole.PROPERTY, case_id))
    order = send(workspace, street, case_id, task_id=task.id)
    orders.answer_order(workspace, PROPERTY, order.id, A.FIXED, "换了两米管")
    with workspace.read() as conn:
        done = task_rows.by_id(conn, task.id)
    assert done is not None
    assert done.proof == "派单P261123-01：兰凤物业报修好了，换了两米管"


def test_orders_are_answered_by_their_unit_alone(workspace: Workspace, street: Street, case_id: str) -> None:
    order = send(workspace, street, case_id)
    for who in (OTHER, street.property, street.chen, street.volunteer):
        with pytest.raises(Forbidden):
            orders.answer_order(workspace, who, order.id, A.ACCEPT)
    with workspace.read() as conn:
        assert [o.id for o in orders.of_unit(conn, "兰凤物业")] == [order.id]
        assert orders.of_unit(conn, "申城物业") == []


def test_a_link_dies_with_its_time_and_with_its_case(
    workspace: Workspace, street: Street, case_id: str, clock: FixedClock
) -> None:
    order = send(workspace, street, case_id)
    with workspace.read() as conn:
        assert orders.is_live(conn, order, clock() + timedelta(days=30, seconds=-1))
        assert not orders.is_live(conn, order, clock() + timedelta(days=30))
    walk(workspace, street, case_id, "rejected")
    with workspace.read() as conn:
        assert not orders.is_live(conn, order, clock())
    with pytest.raises(Conflict, match="了结"):
        send(workspace, street, case_id, "late")


def test_a_stuck_button_is_told_to_wait(workspace: Workspace, street: Street, case_id: str, clock: FixedClock) -> None:
    order = send(workspace, street, case_id)
    with pytest.raises(TooMany, match="过一会儿") as caught:
        for n in range(40):
            clock.advance(seconds=20)
            orders.answer_by_link(workspace, order, (A.WAIT, A.GO_ON)[n % 2], "试")
    assert 0 < int(str(caught.value.extra["retry_after_s"])) <= 3600
    clock.advance(hours=1)
    orders.answer_by_link(workspace, order, A.FIXED)


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("to_unit", NewOrder(uid("o"), " ", "查管", "$")),
        ("what", NewOrder(uid("o"), "兰凤物业", "", "$")),
        ("due_at", NewOrder(uid("o"), "兰凤物业", "查管", "$", due_at=FixedClock()() - timedelta(days=1))),
        ("case", NewOrder(uid("o"), "兰凤物业", "查管")),
        ("task", NewOrder(uid("o"), "兰凤物业", "查管", "$", task_id=uid("none"))),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    workspace: Workspace, street: Street, case_id: str, field: str, new: NewOrder
) -> None:
    with pytest.raises(Refused) as caught:
        orders.send_order(workspace, street.secretary, replace(new, case_id=case_id if new.case_id else None))
    assert [p.field for p in caught.value.problems] == [field]


def test_an_order_may_be_about_a_place(workspace: Workspace, street: Street) -> None:
    new = NewOrder(uid("o"), "市容所", "2小时内清走", place_id=uid("PD0001"))
    order, _ = orders.send_order(workspace, street.office, new)
    assert orders.answer_by_link(workspace, order, A.WAIT, "车在路上").state is OrderState.WAITING
