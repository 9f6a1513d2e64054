"""Rounds that the guard team walked without a phone: said afterwards by day, taken back if it was a slip."""

from datetime import date, timedelta

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import shift_start
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.rounds import BACK_DAYS, RoundWalked
from mapsvc.domain.times import day_start, office_day, to_second
from mapsvc.errors import NotFound, Refused
from mapsvc.operations.rounds import find_round
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, rounds


def record_walk(
    ws: Workspace, actor: Actor, walk_id: str, round_id: str, day: date | None = None
) -> tuple[RoundWalked, bool]:
    """Say that a round was walked on a day (today by default), by whomever.

    Returns
    -------
    (RoundWalked, bool)
        What is kept, and whether it is new: a round is walked once a day.

    Raises
    ------
    NotFound, Forbidden
    Refused
        A day to come, or too long ago.
    """
    require(actor, Action.PLAN_PATROL)
    at = to_second(ws.clock())
    today = office_day(at)
    day = day or today
    if not 0 <= (today - day).days <= BACK_DAYS:
        raise Refused(f"只能记今天和前{BACK_DAYS}天走过的。", field="day", code="day")
    with ws.write() as conn:
        line = find_round(conn, round_id)
        same = next((one for one in rounds.walks_of(conn, round_id, day) if one.day == day), None)
        if same is not None:
            return same, False
        walked = RoundWalked(walk_id, round_id, day, line.segments, day_start(day) + shift_start(line.shift))
        rounds.add_walk(conn, walked, actor.person_id, at)
        audit.append(conn, actor, "walk_round", "guard_round_walk", walk_id, None, walked, at)
    return walked, True


def take_back_walk(ws: Workspace, actor: Actor, walk_id: str) -> None:
    """It was not walked after all. Raises NotFound, Forbidden."""
    require(actor, Action.PLAN_PATROL)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = rounds.walk_by_id(conn, walk_id)
        if before is None:
            raise NotFound("没有这条记录，可能已经撤回了。", field="walk", code="unknown_walk")
        rounds.withdraw_walk(conn, walk_id, at)
        audit.append(conn, actor, "take_back_walk", "guard_round_walk", walk_id, before, None, at)


def walked_days(ws: Workspace, actor: Actor, round_id: str) -> tuple[RoundWalked, ...]:
    """On which days of the last fortnight it was walked, the latest first. Raises NotFound, Forbidden."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        find_round(conn, round_id)
        return tuple(rounds.walks_of(conn, round_id, office_day(ws.clock()) - timedelta(days=BACK_DAYS)))
