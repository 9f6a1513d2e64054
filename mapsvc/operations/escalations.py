"""催办 and 督办: somebody above says to get on with it, once or until further notice."""

from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import STATE_NAMES, Case, CaseNote, Escalation, EscalationKind
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, Refused
from mapsvc.operations import case_steps
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cases, escalations, ids


def urge(ws: Workspace, actor: Actor, case_id: str, text: str) -> Escalation:
    """催办 a case.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it is over.
    Refused
        If nothing is said.
    """
    require(actor, Action.DECIDE)
    at = to_second(ws.clock())
    said = text.strip()
    if not said:
        raise Refused("催办要写一句要什么、什么时候要。", field="text", code="text_missing")
    with ws.write() as conn:
        _open_case(conn, case_id)
        return _write(conn, actor, case_id, EscalationKind.URGING, said, at)


def supervise(ws: Workspace, actor: Actor, case_id: str, reason: str) -> Escalation:
    """督办 a case until it is lifted; raises as `urge`, and Conflict if it is supervised already."""
    require(actor, Action.DECIDE)
    at = to_second(ws.clock())
    if not reason.strip():
        raise Refused("督办要写明原因。", field="reason", code="reason_missing")
    with ws.write() as conn:
        if _open_case(conn, case_id).is_supervised:
            raise Conflict("这件案件已经在督办。", code="supervised")
        made = _write(conn, actor, case_id, EscalationKind.SUPERVISION, reason.strip(), at)
        cases.change(conn, case_id, is_supervised=True)
        return made


def lift(ws: Workspace, actor: Actor, case_id: str, reason: str = "") -> Case:
    """End the supervision of a case; raises as `supervise`, and Conflict if there is none."""
    require(actor, Action.DECIDE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = case_steps.held(conn, case_id)
        if not before.is_supervised:
            raise Conflict("这件案件没有在督办。", code="not_supervised")
        for ended in escalations.lift(conn, case_id, at):
            case_steps.tell(conn, actor, case_id, "note", ended.id, at)
        cases.change(conn, case_id, is_supervised=False)
        after = case_steps.held(conn, case_id)
        audit.append(conn, actor, "lift_supervision", "case", case_id, before, after, at)
        if reason.strip():
            case_steps.note(conn, actor, case_id, f"解除督办：{reason.strip()}", at)
        return after


def note_case(ws: Workspace, actor: Actor, case_id: str, text: str) -> CaseNote:
    """Write something down on a case.

    Raises
    ------
    NotFound, Forbidden
    Refused
        If there is nothing to write.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        case_steps.held(conn, case_id)
        require(actor, Action.WORK_CASE, units=case_steps.location_of_case(conn, case_id).units)
        return case_steps.note(conn, actor, case_id, text, at)


def _open_case(conn: Connection, case_id: str) -> Case:
    case = case_steps.held(conn, case_id)
    if not case.is_open:
        raise Conflict(f"案件已经{STATE_NAMES[case.state]}，不用再催。", code="case_over")
    return case


def _write(conn: Connection, actor: Actor, case_id: str, kind: EscalationKind, text: str, at: datetime) -> Escalation:
    made = Escalation(
        ids.of("escalation", case_id, escalations.count(conn, case_id) + 1), case_id, kind, at, text, actor.person_id
    )
    escalations.add(conn, made)
    case_steps.tell(conn, actor, case_id, "note", made.id, at)
    audit.append(conn, actor, f"{kind}_case", "escalation", made.id, None, made, at)
    return made
