"""Promises: kept or taken back."""

from collections.abc import Callable
from datetime import datetime

from mapsvc.domain import promises as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.promises import Promise
from mapsvc.domain.times import to_second
from mapsvc.errors import NotFound
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, promises


def keep_promise(ws: Workspace, actor: Actor, promise_id: str) -> Promise:
    """The promise was kept.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it was kept or withdrawn before.
    """
    return _settle(ws, actor, promise_id, "keep_promise", rules.keep)


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
        promises.settle(conn, after)
        events.append(
            conn,
            type="promise",
            ref=after.id,
            at=at,
            shop_id=after.shop_id,
            tenancy_id=after.tenancy_id,
            actor_id=actor.person_id,
        )
        audit.append(conn, actor, act, "promise", after.id, before, after, at)
    return after
