"""Promises: made, kept and told, or taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import promises as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.promises import Promise
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.case_around import around
from mapsvc.operations.case_steps import location_of_case
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, promises, shops


@dataclass(frozen=True)
class NewPromise:
    """What is promised, by when; `shop` is a code, left out where the case says it. `id` comes from the client."""

    id: str
    text: str
    due_at: datetime | None = None
    shop: str | None = None
    case_id: str | None = None


@dataclass(frozen=True)
class Kept:
    """That a promise was kept, as the worker's device tells it; `id` is of this message and marks a retry as one."""

    id: str
    at: datetime | None = None


def keep_promise(ws: Workspace, actor: Actor, promise_id: str, told: Kept | None = None) -> Promise:
    """The promise was kept, at the time told, though never later than now nor before it was made.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it was taken back before; without `told` also if it was kept before.
    """
    if told is None:
        return _settle(ws, actor, promise_id, "keep_promise", rules.keep)
    at = to_second(told.at) if told.at else None
    return _settle(ws, actor, promise_id, "keep_promise", lambda one, now: rules.keep_once(one, at or now, now))


def tell_promise(ws: Workspace, actor: Actor, promise_id: str) -> Promise:
    """The merchant was told that the promise was kept; once more changes nothing. Raises as `keep_promise`."""
    return _settle(ws, actor, promise_id, "tell_promise", rules.tell)


def of_case(ws: Workspace, actor: Actor, case_id: str) -> list[tuple[Promise, str]]:
    """What was promised over a case, with its words as this reader may see them; the next due first.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        made = promises.of_case(conn, case_id)
        if not made:
            return []
        here = around(conn, case_id, ws.clock())
        return [(one, here.shown(actor, one.text)) for one in made]


def make_promise(ws: Workspace, actor: Actor, new: NewPromise) -> Promise:
    """Promise something to a shop, over a case if `case_id` says so; the same id again changes nothing.

    Raises
    ------
    Forbidden
    NotFound
        No such shop or case.
    Refused
        Without words, or to be kept in the past.
    Conflict
        If the id was used for something else.
    """
    require(actor, Action.KEEP_PROMISE)
    with ws.write() as conn:
        return make_promise_within(conn, actor, new, to_second(ws.clock()))


def make_promise_within(conn: Connection, actor: Actor, new: NewPromise, at: datetime) -> Promise:
    """As `make_promise`, in the caller's transaction, by whoever may."""
    text, due_at = new.text.strip(), to_second(new.due_at) if new.due_at else None
    if not text:
        raise Refused("答应了什么，请写一句。", field="text", code="text_missing")
    before = promises.by_id(conn, new.id)
    shop_id, tenancy_id = _door(conn, new, at)
    if before is not None:
        if (before.shop_id, before.text, before.due_at, before.case_id) != (shop_id, text, due_at, new.case_id):
            raise Conflict("这个编号（id）已经用在另一件答应的事上，请换一个。", field="id", code="id_used")
        return before
    if due_at is not None and due_at < at:
        raise Refused("答应办好的时间已经过了，请往后定。", field="due_at", code="due_past")
    made = Promise(new.id, shop_id, text, at, due_at, tenancy_id, promised_by=actor.person_id, case_id=new.case_id)
    promises.add_many(conn, [made])
    _tell(conn, actor, made, at)
    audit.append(conn, actor, "make_promise", "promise", made.id, None, made, at)
    return made


def _door(conn: Connection, new: NewPromise, at: datetime) -> tuple[str, str | None]:
    if new.case_id and not new.shop:
        where = location_of_case(conn, new.case_id)
        if where.shop_id is None:
            raise NotFound("这件案件不在店里，没有可以答应的店家。", field="case", code="no_shop")
        return where.shop_id, where.tenancy_id
    shop = shops.by_code(conn, new.shop or "", office_day(at))
    if shop is None:
        raise NotFound(f"没有编号为{new.shop or '空'}的商铺，请核对编号。", field="shop", code="unknown_shop")
    return shop.id, shop.tenancy.id if shop.tenancy else None


def withdraw_promise(ws: Workspace, actor: Actor, promise_id: str) -> Promise:
    """The promise is taken back; raises as `keep_promise`."""
    return _settle(ws, actor, promise_id, "withdraw_promise", rules.withdraw)


def _settle(
    ws: Workspace, actor: Actor, promise_id: str, act: str, rule: Callable[[Promise, datetime], Promise]
) -> Promise:
    require(actor, Action.KEEP_PROMISE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = promises.by_id(conn, promise_id)
        if before is None:
            raise NotFound("没有这件答应的事，请刷新后重试。", field="promise", code="unknown_promise")
        after = rule(before, at)
        if after == before:
            return before
        promises.settle(conn, after)
        if after.told_at == before.told_at:
            _tell(conn, actor, after, after.kept_at or at)
        audit.append(conn, actor, act, "promise", after.id, before, after, at)
    return after


def _tell(conn: Connection, actor: Actor, one: Promise, at: datetime) -> None:
    events.append(
        conn, type="promise", ref=one.id, at=at, shop_id=one.shop_id, tenancy_id=one.tenancy_id, case_id=one.case_id,
        actor_id=actor.person_id,
    )  # fmt: skip
