"""办理时限: which allowed time a case gets, by kind and severity; changes, extensions and reopenings of one case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from mapsvc.domain.cases import Case, CaseState, CaseStep, Severity
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar, WorkingDays, due_at, paused_minutes
from mapsvc.domain.kinds import kind_of
from mapsvc.errors import Refused

ANY = ""
"""The severity of a rule that holds for all."""

Rules = Mapping[tuple[str, str], Limit]
"""Allowed times by kind and severity (`ANY`: whatever it is)."""

_HOUR = 60
# 闪电清运 within two hours; what endangers life is not left overnight.
SHIPPED: Rules = {
    ("06010", Severity.SERIOUS): Limit(LimitCalendar.CLOCK, 2 * _HOUR),
    ("06011", Severity.SERIOUS): Limit(LimitCalendar.CLOCK, 4 * _HOUR),
    ("L0001", Severity.SERIOUS): Limit(LimitCalendar.WORKING_DAYS, DAY_MIN),
    ("L0001", Severity.DANGER): Limit(LimitCalendar.CLOCK, 4 * _HOUR),
    ("L0005", Severity.DANGER): Limit(LimitCalendar.CLOCK, 4 * _HOUR),
    ("L0010", Severity.DANGER): Limit(LimitCalendar.CLOCK, 4 * _HOUR),
    ("L0012", Severity.DANGER): Limit(LimitCalendar.CLOCK, 4 * _HOUR),
}
MOST_MIN = 366 * 24 * _HOUR


@dataclass(frozen=True)
class LimitChange:
    """An allowed time set for one case: what was, what is, and why."""

    id: str
    case_id: str
    before: Limit
    after: Limit
    reason: str
    at: datetime
    actor_id: str | None = None


@dataclass(frozen=True)
class Extension:
    """申请延期: asked for, then granted or refused (`is_granted` None: not decided)."""

    id: str
    reason: str
    until_at: datetime
    asked_at: datetime
    case_id: str | None = None
    ticket_id: str | None = None
    asked_by: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    is_granted: bool | None = None
    decision: str | None = None


@dataclass(frozen=True)
class Reopening:
    """Somebody found it back, or was not content: taken up again, or refused with a reason."""

    id: str
    case_id: str
    reason: str
    filed_at: datetime
    check_id: str | None = None
    filed_by: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    is_accepted: bool | None = None
    decision: str | None = None


def limit_of(kind: str, severity: Severity | None, own: Rules) -> Limit:
    """The allowed time: the office's own rule for kind and severity, the shipped one, the office's for the kind, the
    kind's as shipped."""
    if severity is not None:
        narrow = own.get((kind, severity)) or SHIPPED.get((kind, severity))
        if narrow:
            return narrow
    return own.get((kind, ANY)) or kind_of(kind).limit


def shipped_limit(kind: str, severity: str) -> Limit:
    """What holds when the office set nothing of its own."""
    return SHIPPED.get((kind, severity)) or kind_of(kind).limit


def require_sensible(limit: Limit) -> None:
    """Raise Refused unless there is some time, and not more than a year."""
    if limit.minutes is not None and not 0 < limit.minutes <= MOST_MIN:
        raise Refused("时限要大于0，最长一年；不设时限就留空。", field="limit", code="bad_limit")


def limited(case: Case, limit: Limit, steps: Sequence[CaseStep], is_working: WorkingDays) -> Case:
    """The case under another allowed time: its deadline counted anew from where its clock began."""
    paused = paused_min_of(case, steps, limit.calendar, is_working)
    due = due_at(case.clock_from, limit, paused, is_working)
    return replace(case, limit=limit, due_at=due, paused_min=paused)


def recounted(case: Case, steps: Sequence[CaseStep], at: datetime, is_working: WorkingDays) -> Case:
    """The case after days became working days or days off: its deadline moves on, never back; what is late stays so."""
    if case.is_overdue(at):
        return case
    anew = limited(case, case.limit, steps, is_working)
    if case.due_at is None or anew.due_at is None or anew.due_at <= case.due_at:
        return replace(case, paused_min=anew.paused_min)
    return anew


def paused_min_of(case: Case, steps: Sequence[CaseStep], calendar: LimitCalendar, is_working: WorkingDays) -> int:
    """Minutes of `calendar` for which its clock stood since it began, the running pause not included."""
    ended = [
        (step.at, after.at)
        for step, after in pairwise(steps)
        if step.to_state is CaseState.SUSPENDED and step.at >= case.clock_from
    ]
    if not ended and calendar is case.limit.calendar:
        # What came from a workbook has no steps.
        return case.paused_min
    return sum(paused_minutes(since, until, calendar, is_working) for since, until in ended)
