"""巡查轻重: what each reason counts when a patrol is planned, set by the office over what is shipped."""

from collections.abc import Mapping
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
    return {code: _with(shipped, own.get(code)) for code, shipped in SHIPPED.items()}


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


def set_weights(ws: Workspace, actor: Actor, wanted: Mapping[str, tuple[int, int, int]]) -> dict[str, Weight]:
    """Let reasons count otherwise, for plans made from now on; as shipped again is as never changed.

    Parameters
    ----------
    wanted : mapping of code to (points, growth, minutes)
        Of those that are not in it nothing changes.

    Returns
    -------
    dict of str to Weight
        What those that changed counted before, to take it back.

    Raises
    ------
    Forbidden
    Refused
        An unknown reason; numbers out of range, beside fields called ``points-call``.
    """
    require(actor, Action.WEIGH_PATROL)
    if unknown := sorted(set(wanted) - set(SHIPPED)):
        raise Refused(f"没有“{unknown[0][:20]}”这个理由，请刷新后再改。", field="code", code="unknown_reason")
    rules.require_sound({code: _weighed(code, *numbers) for code, numbers in wanted.items()})
    at = to_second(ws.clock())
    with ws.write() as conn:
        own = store.every(conn)
        before = {code: _with(SHIPPED[code], own.get(code)) for code in wanted}
        changed = {code: old for code, old in before.items() if old != _weighed(code, *wanted[code])}
        for code in sorted(changed):
            _put(conn, actor, code, own.get(code), OwnWeight(code, *wanted[code], actor.person_id, at))
    return changed


def reset_weights(ws: Workspace, actor: Actor) -> dict[str, Weight]:
    """Every reason back to what is shipped; returns as `set_weights`. Raises Forbidden."""
    return set_weights(ws, actor, {code: (w.points, w.growth, w.minutes) for code, w in SHIPPED.items()})


def _put(conn: Connection, actor: Actor, code: str, before: OwnWeight | None, new: OwnWeight) -> None:
    if _with(SHIPPED[code], new) == SHIPPED[code]:
        store.remove(conn, code)
        audit.append(conn, actor, "reset_patrol_weight", "patrol_weight", code, before, None, new.changed_at)
    else:
        store.put(conn, new)
        audit.append(conn, actor, "set_patrol_weight", "patrol_weight", code, before, new, new.changed_at)


def _weighed(code: str, points: int, growth: int, minutes: int) -> Weight:
    return replace(SHIPPED[code], points=points, growth=growth, minutes=minutes)


def _line(code: str, own: OwnWeight | None) -> WeightLine:
    return WeightLine(code, _with(SHIPPED[code], own), SHIPPED[code], own.changed_at if own else None)


def _with(shipped: Weight, own: OwnWeight | None) -> Weight:
    return replace(shipped, points=own.points, growth=own.growth, minutes=own.minutes) if own else shipped
