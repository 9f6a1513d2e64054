"""巡查轻重: what each reason counts when a patrol is planned, set by the office over what is shipped."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import demand as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.demand import SHIPPED, Weight, Weights
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import to_second
from mapsvc.errors import Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store import patrol_weights as store
from mapsvc.store.patrol_weights import OwnWeight


@dataclass(frozen=True)
class WeightLine:
    """One reason: what holds, what was shipped, and since when the office has it otherwise."""

    code: str
    weight: Weight
    shipped: Weight
    changed_at: datetime | None = None

    @property
    def is_own(self) -> bool:
        """Whether the office set it itself."""
        return self.changed_at is not None


def in_force(conn: Connection) -> Weights:
    """What each reason counts, by its code."""
    own = store.every(conn)
    return {code: _with(shipped, own[code]) if code in own else shipped for code, shipped in SHIPPED.items()}


def list_weights(ws: Workspace, actor: Actor) -> tuple[WeightLine, ...]:
    """Every reason, the weightiest as shipped first.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        own = store.every(conn)
    return tuple(_line(code, own.get(code)) for code in SHIPPED)


def set_weight(ws: Workspace, actor: Actor, code: str, points: int, growth: int, minutes: int) -> WeightLine:
    """Let a reason count otherwise, for plans made from now on; as shipped again is as never changed.

    Raises
    ------
    Forbidden
    Refused
        An unknown reason, numbers out of range.
    """
    require(actor, Action.WEIGH_PATROL)
    shipped = _shipped(code)
    wanted = replace(shipped, points=points, growth=growth, minutes=minutes)
    rules.require_sound(wanted)
    if wanted == shipped:
        return reset_weight(ws, actor, code)
    at = to_second(ws.clock())
    new = OwnWeight(code, points, growth, minutes, actor.person_id, at)
    with ws.write() as conn:
        before = store.every(conn).get(code)
        if before is not None and _with(shipped, before) == wanted:
            return _line(code, before)
        store.put(conn, new)
        audit.append(conn, actor, "set_patrol_weight", "patrol_weight", code, before, new, at)
    return _line(code, new)


def reset_weight(ws: Workspace, actor: Actor, code: str) -> WeightLine:
    """Back to what is shipped; nothing happens where the office set nothing. Raises as `set_weight`."""
    require(actor, Action.WEIGH_PATROL)
    _shipped(code)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = store.every(conn).get(code)
        if store.remove(conn, code):
            audit.append(conn, actor, "reset_patrol_weight", "patrol_weight", code, before, None, at)
    return _line(code, None)


def reset_all(ws: Workspace, actor: Actor) -> dict[str, Weight]:
    """Every reason back to what is shipped; returns what was otherwise, to undo it. Raises Forbidden."""
    require(actor, Action.WEIGH_PATROL)
    at = to_second(ws.clock())
    with ws.write() as conn:
        own = store.every(conn)
        for code, before in sorted(own.items()):
            store.remove(conn, code)
            audit.append(conn, actor, "reset_patrol_weight", "patrol_weight", code, before, None, at)
    return {code: _with(SHIPPED[code], one) for code, one in sorted(own.items()) if code in SHIPPED}


def _line(code: str, own: OwnWeight | None) -> WeightLine:
    shipped = SHIPPED[code]
    return WeightLine(code, _with(shipped, own) if own else shipped, shipped, own.changed_at if own else None)


def _with(shipped: Weight, own: OwnWeight) -> Weight:
    return replace(shipped, points=own.points, growth=own.growth, minutes=own.minutes)


def _shipped(code: str) -> Weight:
    if code not in SHIPPED:
        raise Refused("没有这个理由，请刷新后再改。", field="code", code="unknown_reason")
    return SHIPPED[code]
