"""An order on the public surface: as it was laid out, with what its unit pressed since; answers for the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import Connection

from mapsvc.domain import orders as rules
from mapsvc.domain import surface_limits as limits
from mapsvc.domain.orders import MOVES, STATE_NAMES, UNITS_ACTIONS, Order, OrderAction, OrderState, OrderStep
from mapsvc.domain.surface import Said, SaidKind
from mapsvc.domain.surface_limits import Load
from mapsvc.domain.times import parse_iso, to_second
from mapsvc.errors import NoSpace, Refused, TooMany
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import orders, outbox, pictures

UNKNOWN, EXPIRED = "unknown", "expired"
MOST_PHOTOS = 1
_HOUR = timedelta(hours=1)
_NOBODY = ""


@dataclass(frozen=True)
class PressedStep:
    """An answer on the page; `is_waiting`: the office has not picked it up yet."""

    action: OrderAction
    at: datetime
    is_waiting: bool = False


@dataclass(frozen=True)
class LaidPicture:
    """A picture on the page, by the name the page asks for it with."""

    id: str


@dataclass(frozen=True)
class RefusedAnswer:
    """An answer that the office could not take, and why."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class OrderPage:
    """What the page shows; the fields the office's own order page has, and what waits or was refused.

    Attributes
    ----------
    order : Order
        As it stands with everything that was pressed here; it knows neither case nor sender.
    """

    order: Order
    where: str
    what: str
    state: str
    before: tuple[LaidPicture, ...]
    after: tuple[LaidPicture, ...]
    steps: tuple[tuple[PressedStep, str], ...]
    legal: tuple[OrderAction, ...]
    is_overdue: bool
    refused: tuple[RefusedAnswer, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether something pressed here waits to be picked up."""
        return any(step.is_waiting for step, _ in self.steps)


def find_order(space: Space, key: str) -> OrderPage | str:
    """The page of a live order, or why there is none: unknown, withdrawn, expired, closed."""
    with space.read() as conn:
        sheet = orders.by_key(conn, key)
        waiting = outbox.waiting_of_key(conn, key)
    now = space.clock()
    why = _dead(sheet, now)
    return why if why or sheet is None else _page(sheet, waiting, now)


def answer(
    space: Space, key: str, action: OrderAction, reason: str | None, photos: Mapping[str, bytes]
) -> OrderPage | str:
    """Put an answer into the outbox; what was pressed already changes nothing, a picture that comes later is added.

    Returns
    -------
    OrderPage or str
        As `find_order`.

    Raises
    ------
    Conflict, Refused
        Not legal where the order stands; no reason; more than one picture.
    TooMany
        Pressed too often within an hour.
    NoSpace
        The public surface holds too much already.
    """
    if action not in UNITS_ACTIONS:
        raise Refused("请选页面上的一个按钮。", field="action", code="unknown_action")
    if len(photos) > MOST_PHOTOS:
        raise Refused("一张照片就够，请只选一张。", field="photo", code="too_many_photos")
    now = to_second(space.clock())
    with space.write() as conn:
        sheet = orders.by_key(conn, key)
        why = _dead(sheet, now)
        if why or sheet is None:
            return why
        page = _page(sheet, outbox.waiting_of_key(conn, key), now)
        last = page.steps[-1][0].action if page.steps else None
        if rules.is_repeat(page.order, action, last):
            if not photos:
                return page
        else:
            rules.act(page.order, action, now, reason, rules.came_from(_steps(page)))
        _require_room(conn, key, photos, now)
        said = _said(page, key, action, reason, photos, now)
        pictures.keep(conn, photos, now)
        outbox.add(conn, said)
        return _page(sheet, outbox.waiting_of_key(conn, key), now)


def picture(space: Space, key: str, name: str) -> bytes | None:
    """A picture that stands on the order's page; None for any other."""
    found = find_order(space, key)
    if isinstance(found, str) or name not in {p.id for p in (*found.before, *found.after)}:
        return None
    with space.read() as conn:
        return pictures.jpeg_of(conn, name)


def _dead(sheet: Mapping[str, Any] | None, now: datetime) -> str:
    if sheet is None:
        return UNKNOWN
    if "dead" in sheet:
        return str(sheet["dead"])
    return EXPIRED if parse_iso(sheet["expires_at"]) <= now else ""


def _page(sheet: Mapping[str, Any], waiting: Sequence[Said], now: datetime) -> OrderPage:
    order = _order(sheet)
    steps = [(PressedStep(OrderAction(s["action"]), parse_iso(s["at"])), str(s["said"] or "")) for s in sheet["steps"]]
    after = [LaidPicture(name) for name in sheet["after"]]
    for said in waiting:
        action = OrderAction(said.body["action"])
        after += [LaidPicture(sha) for sha in said.photos]
        if not rules.is_repeat(order, action, steps[-1][0].action if steps else None):
            moved = _moved(order, action, [OrderStep(_NOBODY, _NOBODY, s.action, s.at) for s, _ in steps])
            order = replace(order, state=moved)
            steps.append((PressedStep(action, said.said_at, True), str(said.body.get("reason") or "")))
    return OrderPage(
        order,
        str(sheet["where"]),
        str(sheet["what"]),
        STATE_NAMES[order.state],
        tuple(LaidPicture(name) for name in sheet["before"]),
        tuple(after),
        tuple(steps),
        tuple(a for a in MOVES[order.state] if a in UNITS_ACTIONS),
        order.is_overdue(now),
        tuple(RefusedAnswer(parse_iso(r["at"]), str(r["reason"])) for r in sheet["refused"]),
    )


def _moved(order: Order, action: OrderAction, steps: Sequence[OrderStep]) -> OrderState:
    return rules.came_from(steps) if action is OrderAction.GO_ON else rules.LEADS_TO[action]


def _order(sheet: Mapping[str, Any]) -> Order:
    due = sheet["due_at"]
    return Order(
        _NOBODY,
        str(sheet["number"]),
        _NOBODY,
        str(sheet["to_unit"]),
        str(sheet["what"]),
        OrderState(sheet["state"]),
        parse_iso(sheet["made_at"]),
        parse_iso(sheet["expires_at"]),
        due_at=parse_iso(due) if due else None,
        paused_case=bool(sheet["paused"]),
    )


def _steps(page: OrderPage) -> list[OrderStep]:
    return [OrderStep(_NOBODY, _NOBODY, step.action, step.at) for step, _ in page.steps]


def _said(
    page: OrderPage, key: str, action: OrderAction, reason: str | None, photos: Mapping[str, bytes], now: datetime
) -> Said:
    # The same button with the same picture where the order stands the same is the same answer.
    told = f"order/{key}/{action.value}/{len(page.steps)}/{len(page.refused)}/{'/'.join(sorted(photos))}"
    body = {"action": action.value, "reason": reason, "by": page.order.to_unit}
    return Said(str(uuid5(NAMESPACE_OID, told)), key, SaidKind.ORDER, body, now, tuple(sorted(photos)))


def _require_room(conn: Connection, key: str, photos: Mapping[str, bytes], now: datetime) -> None:
    if outbox.count_of_key(conn, key, now - _HOUR, [SaidKind.ORDER]) >= rules.MOST_STEPS_PER_HOUR:
        told = "这张单子一小时里改了太多次，请过一会儿再点；有急事请打座机。"
        raise TooMany(told, extra={"retry_after_s": int(_HOUR.total_seconds())})
    load = Load(outbox.count_waiting(conn), pictures.bytes_said(conn))
    if limits.is_full(load, sum(len(jpeg) for jpeg in photos.values()), False):
        raise NoSpace("这里暂时收不下了，没有记下；请打座机，或者过一会儿再点。", code="surface_full")
