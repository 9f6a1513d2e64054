"""Inside somebody's transaction: move a case on, stop and start its clock, note something on it, say where it is."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain import case_moves as moves
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import STATE_NAMES, Case, CaseNote, CaseState, CaseStep
from mapsvc.domain.privacy import NOBODY_LEFT, mask_phones_in
from mapsvc.domain.times import iso
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.clock import next_close, working_days
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, case_notes, cases, events, ids, issues, leavers, people, register, shops

_SAME_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Where:
    """Where a case is: what its events hang on, and whose door it is.

    Attributes
    ----------
    tenancy_id : str or None
        Who runs the shop now.
    units : tuple
        The residents' committee and the property company of the register, each None when unknown.
    """

    shop_id: str | None = None
    place_id: str | None = None
    location_id: str | None = None
    tenancy_id: str | None = None
    units: tuple[str | None, str | None] = (None, None)


def held(conn: Connection, case_id: str) -> Case:
    """The case, held against others until the transaction ends; raises NotFound."""
    case = cases.held(conn, case_id)
    if case is None:
        raise unknown(case_id)
    return case


def move_within(
    conn: Connection,
    ws: Workspace,
    actor: Actor,
    case: Case,
    to: CaseState,
    reason: str | None,
    at: datetime,
    correct_by: datetime | None = None,
) -> Case:
    """Move a case on, with step, event and audit row; who may is for the caller to ask.

    `correct_by` is until when 自行整改 may take; else it is the next close of office.

    Raises
    ------
    Conflict
        An illegal move, or `case` is no longer what is stored.
    Refused
        If a reason is asked for and not given, or `at` lies before what was done last.
    """
    at = _settled(conn, case, at)
    is_working = working_days(conn)
    back_at = at + timedelta(days=ws.settings.return_visit_days)
    if correct_by is not None and to is CaseState.SELF_CORRECTING and correct_by <= at:
        raise Refused("自行整改的期限要晚于现在。", field="correct_by", code="not_later")
    after = moves.move(case, to, at, reason, is_working, back_at, correct_by or next_close(at, is_working))
    return keep_step(conn, actor, case, after, reason, at)


def _settled(conn: Connection, case: Case, at: datetime) -> datetime:
    # Answers pressed within one second stand one after the other; whoever acts in the same second acts after them.
    last = last_at(conn, case)
    return last if timedelta() < last - at <= _SAME_MOMENT else at


def keep_step(
    conn: Connection,
    actor: Actor,
    before: Case,
    after: Case,
    reason: str | None,
    at: datetime,
    verb: str = "move_case",
    told_at: str | None = None,
    where: Where | None = None,
) -> Case:
    """Write a case that was moved, its step, its event and its audit row; raises as `move_within`.

    `told_at` is the case whose history tells it, if not its own; `where` it happened, if its issues say so no more.
    """
    last = cases.last_step(conn, before.id)
    if last is not None and at < last.at:
        raise Refused("时间不能早于上一步，请改正。", field="at", code="before_last_step")
    if not cases.replace(conn, after):
        raise stale(conn, cases.by_id(conn, before.id) or before)
    step_id = ids.of("case_step", after.id, after.version)
    told = (reason or "").strip() or None
    cases.add_step(
        conn, CaseStep(step_id, after.id, after.state, after.version, at, before.state, told, actor.person_id)
    )
    tell(conn, actor, told_at or after.id, "case_step", step_id, at, where)
    audit.append(conn, actor, verb, "case", after.id, before, after, at)
    return after


def pause(conn: Connection, ws: Workspace, actor: Actor, case_id: str, reason: str, at: datetime) -> Case:
    """挂账: stop the case's clock; nothing happens if it stands already or the case is over.

    Raises
    ------
    NotFound, Conflict, Refused
        As `move_within`: a case that nobody took up yet has nothing to wait for.
    """
    case = held(conn, case_id)
    if case.state is CaseState.SUSPENDED or not case.is_open:
        return case
    return move_within(conn, ws, actor, case, CaseState.SUSPENDED, reason, at)


def resume(conn: Connection, ws: Workspace, actor: Actor, case_id: str, reason: str, at: datetime) -> Case:
    """恢复计时: let the case's clock run on, in the state it came from; nothing happens if it runs.

    Raises as `pause`.
    """
    case = held(conn, case_id)
    if case.state is not CaseState.SUSPENDED:
        return case
    return move_within(conn, ws, actor, case, moves.legal_moves(case)[0], reason, at)


def note(conn: Connection, actor: Actor, case_id: str, text: str, at: datetime) -> CaseNote:
    """Write something down on a case.

    Raises
    ------
    Refused
        If there is nothing to write.
    """
    said = text.strip()
    if not said:
        raise Refused("要写点什么再记下。", field="text", code="text_missing")
    case_id = held(conn, case_id).merged_into or case_id
    note_id = ids.of("case_note", case_id, case_notes.count(conn, case_id) + 1)
    new = CaseNote(note_id, case_id, said, at, actor.person_id)
    case_notes.add(conn, new)
    tell(conn, actor, case_id, "note", new.id, at)
    audit.append(conn, actor, "note_case", "case_note", new.id, None, new, at)
    return new


def tell(
    conn: Connection, actor: Actor, case_id: str, type: str, ref: str, at: datetime, where: Where | None = None
) -> None:
    """Write an event where the case is, or `where` it says."""
    where = where or place_of_case(conn, case_id)
    events.append(
        conn,
        type=type,
        ref=ref,
        at=at,
        shop_id=where.shop_id,
        place_id=where.place_id,
        location_id=where.location_id,
        case_id=case_id,
        actor_id=actor.person_id,
    )


def place_of_case(conn: Connection, case_id: str) -> Where:
    """Where a case is, without asking who runs the shop and whose door it is."""
    first = issues.of_cases(conn, [case_id]).get(case_id)
    return Where(first.shop_id, first.place_id, first.location_id) if first else Where()


def location_of_case(conn: Connection, case_id: str) -> Where:
    """Where a case is, with the tenancy of its shop and those who answer for the door."""
    found = next(iter(issues.find(conn, case_id)), None)
    if found is None:
        return Where()
    spot, shop_id = found.location, found.issue.shop_id
    doors = register.for_door(conn, spot.street, spot.house_number) if spot.street and spot.house_number else []
    units = (doors[0].residents_committee, doors[0].property_company) if doors else (None, None)
    run = [t for t in shops.tenancies(conn, shop_id) if t.ended_on is None] if shop_id else []
    return replace(
        Where(shop_id, found.issue.place_id, spot.id),
        tenancy_id=run[0].id if run else None,
        units=units,
    )


def last_at(conn: Connection, case: Case) -> datetime:
    """When something was done last about a case."""
    last = cases.last_step(conn, case.id)
    return max(last.at if last else case.opened_at, case.stopped_at or case.opened_at)


def require_fresh(conn: Connection, case: Case, version: int) -> None:
    """Raise Conflict, with what is there now, unless `version` is the stored one."""
    if version != case.version:
        raise stale(conn, case)


def stale(conn: Connection, case: Case) -> Conflict:
    """Somebody was faster: what is there now, and who did what, when and why."""
    now = STATE_NAMES[case.state]
    extra: dict[str, object] = {
        "version": case.version,
        "state": case.state.value,
        "state_name": now,
        "handler": case.handler,
        "last_step": _last_step(conn, case),
    }
    message = f"别人刚动过这件案件（现在是“{now}”，第{case.version}版），请看过最新情况再操作。"
    return Conflict(message, field="version", code="stale_version", extra=extra)


def _last_step(conn: Connection, case: Case) -> dict[str, object] | None:
    step = cases.last_step(conn, case.id)
    if step is None:
        return None
    who = people.by_id(conn, step.actor_id) if step.actor_id else None
    shop_id = place_of_case(conn, case.id).shop_id
    left = leavers.of_shops(conn, [shop_id]).get(shop_id or "", NOBODY_LEFT)
    return {
        "name": moves.step_name(step),
        "at": iso(step.at),
        "actor": who.display_name if who else None,
        "reason": mask_phones_in(left.hide(step.reason or "")),
    }


def unknown(case_id: str) -> NotFound:
    """No such case."""
    return NotFound(f"没有编号为{case_id[:40]}的案件，请核对编号。", field="case", code="unknown_case")
