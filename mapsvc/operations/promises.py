"""Promises: kept or taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mapsvc.domain import promises as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.promises import Promise
from mapsvc.domain.times import to_second
from mapsvc.errors import NotFound
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, promises


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
        events.append(
            conn,
            type="promise",
            ref=after.id,
            at=after.kept_at or at,
            shop_id=after.shop_id,
            tenancy_id=after.tenancy_id,
            actor_id=actor.person_id,
        )
        audit.append(conn, actor, act, "promise", after.id, before, after, at)
    return after
