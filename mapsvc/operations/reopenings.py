"""Closed but not fixed: filing it for the secretary, taking the case up again or refusing with a reason."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import case_moves as moves
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import Case, CaseState
from mapsvc.domain.limits import Reopening, limit_of
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations import case_steps
from mapsvc.operations.clock import working_days
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, ids, issues, limits, reopenings


def ask_reopening(ws: Workspace, actor: Actor, case_id: str, reason: str) -> Reopening:
    """File that a closed case should be taken up again.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it is not closed.
    Refused
        If no reason is given.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        case_steps.held(conn, case_id)
        require(actor, Action.WORK_CASE, units=case_steps.location_of_case(conn, case_id).units)
        return file_reopening(conn, ws, actor, case_id, reason, None, at)


def file_reopening(
    conn: Connection, ws: Workspace, actor: Actor, case_id: str, reason: str, check_id: str | None, at: datetime
) -> Reopening:
    """File a reopening, because of an effect check if `check_id` says so; what waits already is not filed twice.

    Raises
    ------
    NotFound
    Conflict
        If the case is not closed: there is nothing to take up again.
    Refused
        If no reason is given.
    """
    case = case_steps.held(conn, case_id)
    if case.state is not CaseState.CLOSED or case.closed_at is None:
        raise Conflict("案件还没结案，不用重新办理。", code="not_closed")
    if not reason.strip():
        raise Refused("重新办理要写明原因。", field="reason", code="reason_missing")
    # A machine's clock that was set back must not lose what a return visit found.
    at = max(at, case.closed_at)
    filed = reopenings.of_case(conn, case_id)
    waiting = next((r for r in filed if r.decided_at is None), None)
    if waiting:
        return waiting
    new = Reopening(
        ids.of("reopening", case_id, len(filed) + 1), case_id, reason.strip(), at, check_id, actor.person_id
    )
    reopenings.add(conn, new)
    case_steps.tell(conn, actor, case_id, "note", new.id, at)
    audit.append(conn, actor, "file_reopening", "reopening", new.id, None, new, at)
    return new


def decide_reopening(ws: Workspace, actor: Actor, reopening_id: str, accept: bool, decision: str = "") -> Case:
    """Take the case up again, with a new allowed time from now, or refuse with a reason; returns the case.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it was decided before.
    Refused
        If it is refused without a reason.
    """
    require(actor, Action.DECIDE)
    with ws.write() as conn:
        filed = reopenings.by_id(conn, reopening_id)
        if filed is None:
            raise NotFound("没有这条重新办理的申请。", field="reopening", code="unknown_reopening")
        if not accept and not decision.strip():
            raise Refused("不重新办理要写明原因。", field="decision", code="reason_missing")
        before = case_steps.held(conn, filed.case_id)
        at = max(to_second(ws.clock()), filed.filed_at)
        decided = replace(
            filed,
            decided_at=at,
            decided_by=actor.person_id,
            is_accepted=accept,
            decision=decision.strip() or None,
        )
        if not reopenings.decide(conn, decided):
            raise Conflict("这条申请已经定过了，请刷新看结果。", code="decided")
        audit.append(conn, actor, "decide_reopening", "reopening", decided.id, filed, decided, at)
        if not accept:
            case_steps.tell(conn, actor, before.id, "note", decided.id, at)
            return before
        return _reopen(conn, actor, before, decided, at)


def _reopen(conn: Connection, actor: Actor, before: Case, why: Reopening, at: datetime) -> Case:
    first = issues.of_cases(conn, [before.id])[before.id]
    limit = limit_of(first.kind, before.severity, limits.read(conn))
    after = moves.reopened(before, at, limit, working_days(conn))
    return case_steps.keep_step(conn, actor, before, after, why.decision or why.reason, at, "reopen_case")
