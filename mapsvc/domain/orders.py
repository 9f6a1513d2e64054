"""派单: what a unit is asked to do, answered on a page of its own; one table of legal answers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.responses import moment_text
from mapsvc.errors import Conflict, FieldProblem, Refused

TOKEN_BYTES = 32
MOST_TEXT = 500
MOST_UNIT = 60
MOST_STEPS_PER_HOUR = 30
"""Changes of one order an hour: more is a stuck button, or somebody who plays with the link."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class OrderState(StrEnum):
    """Where an order stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    ARRIVED = "arrived"
    WAITING = "waiting"
    FIXED = "fixed"
    NOT_OURS = "not_ours"
    WITHDRAWN = "withdrawn"


class OrderAction(StrEnum):
    """What is pressed; send and withdraw are the office's, the rest the unit's."""

    SEND = "send"
    ACCEPT = "accept"
    ARRIVE = "arrive"
    FIXED = "fixed"
    WAIT = "wait"
    GO_ON = "go_on"
    NOT_OURS = "not_ours"
    WITHDRAW = "withdraw"


_S, _A = OrderState, OrderAction
STATE_NAMES: dict[OrderState, str] = {
    _S.SENT: "已派出",
    _S.ACCEPTED: "已接单",
    _S.ARRIVED: "已到场",
    _S.WAITING: "要等",
    _S.FIXED: "修好了",
    _S.NOT_OURS: "说不归他们",
    _S.WITHDRAWN: "已收回",
}
ACTION_NAMES: dict[OrderAction, str] = {
    _A.SEND: "派单",
    _A.ACCEPT: "接单",
    _A.ARRIVE: "到场",
    _A.FIXED: "修好了",
    _A.WAIT: "要等",
    _A.GO_ON: "继续",
    _A.NOT_OURS: "不是我们的",
    _A.WITHDRAW: "收回派单",
}
UNITS_ACTIONS = (_A.ACCEPT, _A.ARRIVE, _A.FIXED, _A.WAIT, _A.GO_ON, _A.NOT_OURS)
LEADS_TO: dict[OrderAction, OrderState] = {
    _A.SEND: _S.SENT,
    _A.ACCEPT: _S.ACCEPTED,
    _A.ARRIVE: _S.ARRIVED,
    _A.FIXED: _S.FIXED,
    _A.WAIT: _S.WAITING,
    _A.NOT_OURS: _S.NOT_OURS,
    _A.WITHDRAW: _S.WITHDRAWN,
}
"""Where an action leads; 继续 leads back to where the order waited from."""
# The one table of legal answers.
MOVES: dict[OrderState, tuple[OrderAction, ...]] = {
    _S.SENT: (_A.ACCEPT, _A.ARRIVE, _A.FIXED, _A.WAIT, _A.NOT_OURS, _A.WITHDRAW),
    _S.ACCEPTED: (_A.ARRIVE, _A.FIXED, _A.WAIT, _A.NOT_OURS, _A.WITHDRAW),
    _S.ARRIVED: (_A.FIXED, _A.WAIT, _A.NOT_OURS, _A.WITHDRAW),
    _S.WAITING: (_A.GO_ON, _A.FIXED, _A.NOT_OURS, _A.WITHDRAW),
    _S.FIXED: (_A.WITHDRAW,),
    _S.NOT_OURS: (_A.WITHDRAW,),
    _S.WITHDRAWN: (),
}
NEXT_ACTION: dict[OrderState, OrderAction] = {
    _S.SENT: _A.ACCEPT,
    _S.ACCEPTED: _A.ARRIVE,
    _S.ARRIVED: _A.FIXED,
    _S.WAITING: _A.GO_ON,
}
"""What usually comes next: what stands on the filled button."""
OPEN_STATES = frozenset({_S.SENT, _S.ACCEPTED, _S.ARRIVED, _S.WAITING})
"""The unit has not answered for good."""
NEEDS_REASON = frozenset({_A.WAIT, _A.NOT_OURS, _A.WITHDRAW})


@dataclass(frozen=True)
class Order:
    """One order; its token is its address, which the text form leaves out.

    Attributes
    ----------
    expires_at : datetime
        From then on the link leads nowhere.
    closed_at : datetime or None
        When it was fixed or taken back.
    paused_case : bool
        Its 要等 has stopped the clock of the case.
    """

    id: str
    number: str
    token: str
    to_unit: str
    what: str
    state: OrderState
    made_at: datetime
    expires_at: datetime
    case_id: str | None = None
    task_id: str | None = None
    run_id: str | None = None
    place_id: str | None = None
    due_at: datetime | None = None
    made_by: str | None = None
    closed_at: datetime | None = None
    paused_case: bool = False

    def __repr__(self) -> str:
        return f"Order(number={self.number!r}, to_unit={self.to_unit!r}, state={self.state.value!r})"

    @property
    def is_open(self) -> bool:
        """Whether the unit has still to answer for good."""
        return self.state in OPEN_STATES

    def is_overdue(self, at: datetime) -> bool:
        """Past its time and not fixed; one that waits with a reason is not."""
        runs = self.is_open and self.state is not _S.WAITING
        return runs and self.due_at is not None and self.due_at < at


@dataclass(frozen=True)
class OrderStep:
    """One answer; without `actor_id` it was pressed on the order's page."""

    id: str
    order_id: str
    action: OrderAction
    at: datetime
    reason: str | None = None
    actor_id: str | None = None


def is_token(text: str) -> bool:
    """Whether `text` can be an order's token at all: 32 bytes in URL-safe Base64."""
    return _TOKEN.fullmatch(text) is not None


def number_prefix(day: str) -> str:
    """``P261123-`` for the office's day 261123."""
    return f"P{day}-"


def next_number(prefix: str, taken: Iterable[str]) -> str:
    """The number after the highest one taken under `prefix`."""
    used = [int(rest) for number in taken if (rest := number.removeprefix(prefix)).isdecimal()]
    return f"{prefix}{max(used, default=0) + 1:02d}"


def require_sendable(to_unit: str, what: str, due_at: datetime | None, at: datetime) -> None:
    """Raise Refused beside the fields of a new order that cannot be."""
    found = []
    if not to_unit.strip():
        found.append(FieldProblem("to_unit", "no_unit", "请填派给哪个单位。"))
    elif len(to_unit) > MOST_UNIT:
        found.append(FieldProblem("to_unit", "too_long", f"单位名称最多{MOST_UNIT}个字。"))
    if not what.strip():
        found.append(FieldProblem("what", "no_text", "请写要做什么。"))
    elif len(what) > MOST_TEXT:
        found.append(FieldProblem("what", "too_long", f"最多写{MOST_TEXT}个字，现在有{len(what)}个。"))
    if due_at is not None and due_at <= at:
        found.append(FieldProblem("due_at", "in_past", "期限要晚于现在，请改时间。"))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)


def is_repeat(order: Order, action: OrderAction, last: OrderAction | None) -> bool:
    """Whether `action` has been heard already, `last` being the last one: pressed twice, it changes nothing."""
    return LEADS_TO.get(action) is order.state or (last is action is _A.GO_ON)


def act(order: Order, action: OrderAction, at: datetime, reason: str | None, came_from: OrderState) -> Order:
    """The order after an action.

    Parameters
    ----------
    came_from : OrderState
        Where it waited from: where 继续 leads back to.

    Raises
    ------
    Conflict
        If the action is not legal here; says which are.
    Refused
        If a reason is asked for and not given, or is too long.
    """
    legal = MOVES[order.state]
    if action not in legal:
        raise _illegal(order, action, at)
    told = (reason or "").strip()
    if action in NEEDS_REASON and not told:
        raise Refused(f"{ACTION_NAMES[action]}要写明原因。", field="reason", code="reason_missing")
    if len(told) > MOST_TEXT:
        raise Refused(f"最多写{MOST_TEXT}个字，现在有{len(told)}个。", field="reason", code="too_long")
    state = came_from if action is _A.GO_ON else LEADS_TO[action]
    ends = state in (_S.FIXED, _S.WITHDRAWN)
    return replace(order, state=state, closed_at=(order.closed_at or at) if ends else None)


def _illegal(order: Order, action: OrderAction, at: datetime) -> Conflict:
    legal = [a for a in MOVES[order.state] if a in UNITS_ACTIONS]
    onward = "、".join(ACTION_NAMES[a] for a in legal)
    hint = f"现在可以选：{onward}。" if legal else "不用再点了。"
    extra: dict[str, object] = {"state": order.state.value, "legal": [a.value for a in legal]}
    told = f"这张单子现在是“{STATE_NAMES[order.state]}”，不能再选“{ACTION_NAMES[action]}”。{hint}"
    return Conflict(told, code="illegal_move", extra=extra)


def came_from(steps: Iterable[OrderStep]) -> OrderState:
    """Where a waiting order waits from: what its unit had said before, or that it was sent.

    Parameters
    ----------
    steps : iterable of OrderStep
        Oldest first.
    """
    state = _S.SENT
    for step in steps:
        if step.action in (_A.ACCEPT, _A.ARRIVE):
            state = LEADS_TO[step.action]
    return state


def step_text(step: OrderStep) -> str:
    """``11月20日 14:05 接单``."""
    return f"{moment_text(step.at)} {ACTION_NAMES[step.action]}"
