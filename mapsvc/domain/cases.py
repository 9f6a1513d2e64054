"""Cases 案件: their states, what is known of one, and how a new one begins."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.clock import Limit, LimitCalendar, WorkingDays
from mapsvc.domain.clock import due_at as clock_due_at


class CaseState(StrEnum):
    """Where the handling stands."""

    REPORTED = "reported"
    SELF_CORRECTING = "self_correcting"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    VERIFYING = "verifying"
    CLOSED = "closed"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


_S = CaseState
STATE_NAMES: dict[CaseState, str] = {
    _S.REPORTED: "待受理",
    _S.SELF_CORRECTING: "自行整改",
    _S.DISPATCHED: "立案派遣",
    _S.HANDLING: "处理中",
    _S.VERIFYING: "核查",
    _S.CLOSED: "结案",
    _S.REJECTED: "作废",
    _S.SUSPENDED: "挂账",
}

OPEN_STATES: frozenset[CaseState] = frozenset(_S) - {_S.CLOSED, _S.REJECTED}


class Severity(StrEnum):
    """How bad it is; danger is a matter of life and limb."""

    MINOR = "minor"
    NORMAL = "normal"
    SERIOUS = "serious"
    DANGER = "danger"


SEVERITY_NAMES: dict[Severity, str] = {
    Severity.MINOR: "轻微",
    Severity.NORMAL: "一般",
    Severity.SERIOUS: "严重",
    Severity.DANGER: "危险",
}


@dataclass(frozen=True)
class Case:
    """The handling of an issue, from its first second.

    Attributes
    ----------
    due_at : datetime or None
        End of the allowed time, pauses so far included; None without a limit.
    paused_min : int
        Minutes of the case's own calendar spent suspended, the running pause not included.
    is_imported : bool
        Came from a workbook: outside the rates.
    severity : Severity or None
        None: nobody said yet.
    self_correct_by : datetime or None
        Until when 自行整改 may take.
    reopened_at : datetime or None
        When it was last taken up again after closing: from then on its clock runs anew.
    """

    id: str
    state: CaseState
    opened_at: datetime
    limit: Limit
    version: int = 1
    suspended_from: CaseState | None = None
    handler: str | None = None
    due_at: datetime | None = None
    paused_at: datetime | None = None
    paused_min: int = 0
    closed_at: datetime | None = None
    return_visit_due_at: datetime | None = None
    return_visited_at: datetime | None = None
    rework_count: int = 0
    is_supervised: bool = False
    is_imported: bool = False
    merged_into: str | None = None
    severity: Severity | None = None
    self_correct_by: datetime | None = None
    reopen_count: int = 0
    reopened_at: datetime | None = None

    @property
    def clock_from(self) -> datetime:
        """When its clock began: with the report, or when it was last taken up again."""
        return self.reopened_at or self.opened_at

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN_STATES

    @property
    def stopped_at(self) -> datetime | None:
        """When the clock stopped for good or for now; None while it runs."""
        return self.closed_at or self.paused_at

    def is_overdue(self, at: datetime) -> bool:
        """Past its time at `at` (or when it was closed or suspended)."""
        return self.due_at is not None and (self.stopped_at or at) > self.due_at


@dataclass(frozen=True)
class CaseStep:
    """One move of a case, with who and why."""

    id: str
    case_id: str
    to_state: CaseState
    version: int
    at: datetime
    from_state: CaseState | None = None
    reason: str | None = None
    actor_id: str | None = None


@dataclass(frozen=True)
class CaseNote:
    """What somebody wrote down on a case."""

    id: str
    case_id: str
    text: str
    at: datetime
    actor_id: str | None = None


class EscalationKind(StrEnum):
    """催办 is said once; 督办 holds until it is lifted."""

    URGING = "urge"
    SUPERVISION = "supervise"


@dataclass(frozen=True)
class Escalation:
    """催办 or 督办: a row, and for the second a flag; not a state."""

    id: str
    case_id: str
    kind: EscalationKind
    at: datetime
    reason: str | None = None
    actor_id: str | None = None
    lifted_at: datetime | None = None


def ring(case: Case, at: datetime) -> str:
    """How its pin is ringed: new, handling, overdue, follow_up, or closed for what is over and done with."""
    if not case.is_open:
        waits = case.state is _S.CLOSED and case.return_visit_due_at is not None and case.return_visited_at is None
        return "follow_up" if waits else "closed"
    if case.is_overdue(at):
        return "overdue"
    return "new" if case.state is _S.REPORTED else "handling"


def open_case(
    case_id: str,
    opened_at: datetime,
    limit: Limit,
    is_working: WorkingDays,
    handler: str | None = None,
    severity: Severity | None = None,
) -> Case:
    """A new case: reported, its clock running from `opened_at`."""
    due = clock_due_at(opened_at, limit, 0, is_working)
    return Case(case_id, _S.REPORTED, opened_at, limit, handler=handler, due_at=due, severity=severity)


__all__ = [
    "OPEN_STATES",
    "SEVERITY_NAMES",
    "STATE_NAMES",
    "Case",
    "CaseNote",
    "CaseState",
    "CaseStep",
    "Escalation",
    "EscalationKind",
    "Limit",
    "LimitCalendar",
    "Severity",
    "open_case",
    "ring",
]
