"""申请延期: asking for more time on a case, granting it or not."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import STATE_NAMES, Case
from mapsvc.domain.limits import Extension
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import OFFICE_ZONE, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations import case_steps
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cases, extensions, ids


def ask_extension(ws: Workspace, actor: Actor, case_id: str, until: datetime, reason: str) -> Extension:
    """Ask for time until `until`.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If the case is over, has no limit, or somebody asked already.
    Refused
        If `until` is not after the present deadline and now, or no reason is given.
    """
    at, until = to_second(ws.clock()), to_second(until)
    with ws.write() as conn:
        case = case_steps.held(conn, case_id)
        require(actor, Action.WORK_CASE, units=case_steps.location_of_case(conn, case_id).units)
        _require_running(case)
        if not reason.strip():
            raise Refused("申请延期要写明原因。", field="reason", code="reason_missing")
        _require_later(case, until, at)
        asked_before = extensions.of_case(conn, case_id)
        if any(e.decided_at is None for e in asked_before):
            raise Conflict("已经申请过延期，还没定，等书记定了再说。", code="extension_pending")
        extension_id = ids.of("extension", case_id, len(asked_before) + 1)
        new = Extension(extension_id, reason.strip(), until, at, case_id, asked_by=actor.person_id)
        extensions.add(conn, new)
        case_steps.tell(conn, actor, case_id, "note", new.id, at)
        audit.append(conn, actor, "ask_extension", "extension", new.id, None, new, at)
        return new


def decide_extension(ws: Workspace, actor: Actor, extension_id: str, grant: bool, decision: str = "") -> Extension:
    """Grant what was asked for (the case is due then) or refuse it with a reason.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it was decided before, or the case is over.
    Refused
        If it is refused without a reason, or the deadline has moved beyond what was asked for.
    """
    require(actor, Action.DECIDE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        asked = extensions.by_id(conn, extension_id)
        if asked is None or asked.case_id is None:
            raise NotFound("没有这份延期申请。", field="extension", code="unknown_extension")
        before = case_steps.held(conn, asked.case_id)
        _require_running(before)
        if not grant and not decision.strip():
            raise Refused("不同意延期要写明原因。", field="decision", code="reason_missing")
        if grant:
            _require_later(before, asked.until_at)
        decided = replace(
            asked,
            decided_at=max(at, asked.asked_at),
            decided_by=actor.person_id,
            is_granted=grant,
            decision=decision.strip() or None,
        )
        if not extensions.decide(conn, decided):
            raise Conflict("这份延期申请已经定过了，请刷新看结果。", code="decided")
        if grant:
            _extend(conn, actor, before, asked.until_at, at)
        case_steps.tell(conn, actor, before.id, "note", decided.id, decided.decided_at or at)
        audit.append(conn, actor, "decide_extension", "extension", decided.id, asked, decided, at)
        return decided


def _extend(conn: Connection, actor: Actor, before: Case, until: datetime, at: datetime) -> None:
    cases.change(conn, before.id, due_at=until)
    audit.append(conn, actor, "extend_case", "case", before.id, before, replace(before, due_at=until), at)


def _require_running(case: Case) -> None:
    if not case.is_open:
        raise Conflict(f"案件已经{STATE_NAMES[case.state]}，不用延期。", code="case_over")
    if case.due_at is None:
        raise Conflict("这件案件没有时限，不用延期。", code="no_limit")


def _require_later(case: Case, until: datetime, at: datetime | None = None) -> None:
    if case.due_at and until <= case.due_at:
        due = f"{case.due_at.astimezone(OFFICE_ZONE):%m月%d日 %H:%M}"
        raise Refused(f"延到的时间要晚于现在的期限（{due}）。", field="until", code="not_later")
    if at and until <= at:
        raise Refused("延到的时间要晚于现在。", field="until", code="not_later")
