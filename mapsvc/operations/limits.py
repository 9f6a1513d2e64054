"""办理时限: the office's own table of allowed times, one case's own, how severe it is, and the working calendar."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from mapsvc.domain import limits as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import SEVERITY_NAMES, STATE_NAMES, Case, Severity
from mapsvc.domain.clock import Limit
from mapsvc.domain.kinds import BY_CODE, KINDS, Kind, kind_of
from mapsvc.domain.limits import ANY, SHIPPED, LimitChange
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import day_start, to_second
from mapsvc.errors import Conflict, Refused
from mapsvc.operations import case_steps
from mapsvc.operations.clock import general_working_day, working_days
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, calendar_days, cases, ids, issues, limits
from mapsvc.store.limits import LimitRule


@dataclass(frozen=True)
class LimitLine:
    """One row of the table: what holds, what was shipped, and whether the office set it (`changed_at`)."""

    kind: Kind
    severity: Severity | None
    limit: Limit
    shipped: Limit
    changed_at: datetime | None = None

    @property
    def is_own(self) -> bool:
        """Whether the office set it itself."""
        return self.changed_at is not None


def list_limits(ws: Workspace, actor: Actor) -> tuple[LimitLine, ...]:
    """The allowed time of every kind, then of severities that have one of their own.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        own = {(rule.kind, rule.severity): rule for rule in limits.rules(conn)}
    order = [ANY, *Severity]
    keys = {(kind.code, ANY) for kind in KINDS} | set(SHIPPED) | set(own)
    return tuple(
        _line(kind, severity, own.get((kind, severity)))
        for kind, severity in sorted(keys, key=lambda k: (k[0], order.index(k[1])))
    )


def _line(kind: str, severity: str, own: LimitRule | None) -> LimitLine:
    shipped = rules.shipped_limit(kind, severity)
    limit, changed_at = (own.limit, own.changed_at) if own else (shipped, None)
    return LimitLine(kind_of(kind), Severity(severity) if severity else None, limit, shipped, changed_at)


def set_limit(ws: Workspace, actor: Actor, kind: str, severity: Severity | None, limit: Limit) -> LimitLine:
    """Set the allowed time of a kind, for one severity or any; holds for what is reported or graded from now on.

    Raises
    ------
    Forbidden
    Refused
        If there is no such kind, or the time is none or longer than a year.
    """
    require(actor, Action.EDIT_LIMITS)
    _require_kind(kind)
    rules.require_sensible(limit)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = limits.read(conn).get((kind, severity or ANY))
        rule = LimitRule(kind, severity or ANY, limit, at, actor.person_id)
        limits.put(conn, rule)
        audit.append(conn, actor, "set_limit", "limit_rule", f"{kind}/{severity or ANY}", before, limit, at)
    return _line(kind, severity or ANY, rule)


def reset_limit(ws: Workspace, actor: Actor, kind: str, severity: Severity | None = None) -> LimitLine:
    """Go back to what is shipped; nothing happens if the office set nothing. Raises as `set_limit`."""
    require(actor, Action.EDIT_LIMITS)
    _require_kind(kind)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = limits.read(conn).get((kind, severity or ANY))
        if limits.remove(conn, kind, severity or ANY):
            audit.append(conn, actor, "reset_limit", "limit_rule", f"{kind}/{severity or ANY}", before, None, at)
    return _line(kind, severity or ANY, None)


def change_limit(ws: Workspace, actor: Actor, case_id: str, limit: Limit, reason: str, version: int) -> Case:
    """Set the allowed time of one case, counted from where its clock began.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If the case is over, or `version` is not the stored one.
    Refused
        If no reason is given, or the time is none or longer than a year.
    """
    require(actor, Action.DECIDE)
    at = to_second(ws.clock())
    rules.require_sensible(limit)
    if not reason.strip():
        raise Refused("改时限要写明原因。", field="reason", code="reason_missing")
    with ws.write() as conn:
        before = _open_case(conn, case_id, version)
        return _apply(conn, actor, before, limit, reason.strip(), at)


def triage(ws: Workspace, actor: Actor, case_id: str, severity: Severity, version: int) -> Case:
    """分级: say how severe a case is; where that has an allowed time of its own, it holds from where the clock began.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If the case is over, or `version` is not the stored one.
    """
    require(actor, Action.DECIDE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _open_case(conn, case_id, version)
        return grade(conn, actor, before, severity, at)


def grade(conn: Connection, actor: Actor, before: Case, severity: Severity, at: datetime) -> Case:
    """As `triage`, in the caller's transaction, of a case that is held."""
    if before.severity is severity:
        return before
    cases.change(conn, before.id, severity=severity)
    after = replace(before, severity=severity)
    audit.append(conn, actor, "triage_case", "case", before.id, before, after, at)
    first = issues.of_cases(conn, [before.id]).get(before.id)
    own = limits.read(conn)
    was = rules.limit_of(first.kind, before.severity, own) if first else before.limit
    now = rules.limit_of(first.kind, severity, own) if first else before.limit
    # A time somebody set for this very case stays.
    if now == was or before.limit != was:
        return after
    return _apply(conn, actor, after, now, f"分级为{SEVERITY_NAMES[severity]}", at)


def set_calendar_day(ws: Workspace, actor: Actor, day: date, is_working: bool | None, note: str = "") -> int:
    """Say that the office works on `day`, or does not; None goes back to the general calendar.

    Open cases are counted anew: a day off moves their deadlines on; a day that became a working day moves none forward,
    since nobody may come to be late by an entry in a calendar. Returns how many deadlines moved.

    Raises
    ------
    Forbidden
    Refused
        If too few working days are left to count by.
    """
    require(actor, Action.EDIT_LIMITS)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = calendar_days.read(conn).get(day)
        if is_working is None:
            calendar_days.remove(conn, day)
        else:
            calendar_days.put(conn, {day: is_working}, note.strip())
        said = _said(before), _said(is_working)
        audit.append(conn, actor, "set_calendar_day", "calendar_day", day.isoformat(), *said, at)
        return _recount(conn, actor, day, at)


def list_calendar_days(ws: Workspace, actor: Actor) -> tuple[tuple[date, bool, bool, str], ...]:
    """Days the office entered: the day, whether it works, whether it would without the entry, and the note.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        entered = calendar_days.entered(conn)
    return tuple((day, works, general_working_day(day), note) for day, works, note in entered)


def _recount(conn: Connection, actor: Actor, day: date, at: datetime) -> int:
    is_working, moved = working_days(conn), 0
    for case in cases.open_in_working_time(conn, day_start(day)):
        try:
            after = rules.recounted(case, cases.steps(conn, case.id), at, is_working)
        except ValueError:
            raise Refused("一年里没有工作日了，请核对工作日历。", field="day", code="no_working_day") from None
        if (after.due_at, after.paused_min) == (case.due_at, case.paused_min):
            continue
        cases.change(conn, case.id, due_at=after.due_at, paused_min=after.paused_min)
        audit.append(conn, actor, "recount_case", "case", case.id, case, after, at)
        moved += after.due_at != case.due_at
    return moved


def _said(is_working: bool | None) -> dict[str, bool] | None:
    return None if is_working is None else {"is_working": is_working}


def _apply(conn: Connection, actor: Actor, before: Case, limit: Limit, reason: str, at: datetime) -> Case:
    after = rules.limited(before, limit, cases.steps(conn, before.id), working_days(conn))
    values = {"calendar": limit.calendar, "limit_min": limit.minutes}
    cases.change(conn, before.id, due_at=after.due_at, paused_min=after.paused_min, **values)
    change_id = ids.of("limit_change", before.id, len(limits.changes_of_case(conn, before.id)) + 1)
    change = LimitChange(change_id, before.id, before.limit, limit, reason, at, actor.person_id)
    limits.add_change(conn, change)
    case_steps.tell(conn, actor, before.id, "note", change_id, at)
    audit.append(conn, actor, "change_limit", "case", before.id, before, after, at)
    return after


def _open_case(conn: Connection, case_id: str, version: int) -> Case:
    case = case_steps.held(conn, case_id)
    if not case.is_open:
        raise Conflict(f"案件已经{STATE_NAMES[case.state]}，不能再改。", code="case_over")
    case_steps.require_fresh(conn, case, version)
    return case


def _require_kind(kind: str) -> None:
    if kind not in BY_CODE:
        raise Refused(f"没有“{kind[:20]}”这类问题，请从问题类别里选一个。", field="kind", code="unknown_kind")
