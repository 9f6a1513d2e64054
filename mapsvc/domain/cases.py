"""Cases 案件: states, the one table of legal moves, and functions that return the next state."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.clock import Limit, LimitCalendar, WorkingDays, elapsed_min
from mapsvc.domain.clock import due_at as clock_due_at
from mapsvc.errors import Conflict, Refused


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

# suspended leads back to where it came from only: see `legal_moves`.
MOVES: dict[CaseState, tuple[CaseState, ...]] = {
    _S.REPORTED: (_S.SELF_CORRECTING, _S.DISPATCHED, _S.REJECTED),
    _S.SELF_CORRECTING: (_S.DISPATCHED, _S.VERIFYING, _S.SUSPENDED, _S.REJECTED),
    _S.DISPATCHED: (_S.HANDLING, _S.SUSPENDED, _S.REJECTED),
    _S.HANDLING: (_S.VERIFYING, _S.SUSPENDED, _S.REJECTED),
    _S.VERIFYING: (_S.CLOSED, _S.HANDLING, _S.SUSPENDED),
    _S.CLOSED: (),
    _S.REJECTED: (),
    _S.SUSPENDED: (),
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
class Escalation:
    """督办: a flag with a row, not a state."""

    id: str
    case_id: str
    kind: str
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


def move_name(origin: CaseState | None, to: CaseState) -> str:
    """What going from `origin` to `to` is called."""
    if origin is None:
        return STATE_NAMES[to]
    if is_rework(origin, to):
        return "退回重办"
    if origin is _S.SUSPENDED and to is not _S.REJECTED:
        return "恢复计时"
    if to is _S.REJECTED:
        return "不予立案" if origin is _S.REPORTED else "作废"
    return {_S.DISPATCHED: "立案派遣", _S.HANDLING: "开始处理", _S.VERIFYING: "送核查"}.get(to, STATE_NAMES[to])


def is_rework(origin: CaseState | None, to: CaseState) -> bool:
    """退回重办: the handling was not accepted."""
    return origin is _S.VERIFYING and to is _S.HANDLING


def legal_moves(case: Case) -> tuple[CaseState, ...]:
    """Where `case` may go from here."""
    if case.state is _S.SUSPENDED:
        return (case.suspended_from,) if case.suspended_from else (_S.HANDLING,)
    return MOVES[case.state]


def needs_reason(origin: CaseState, to: CaseState) -> bool:
    """Whether the move must be explained: suspending, rejecting, sending back."""
    return to in {_S.SUSPENDED, _S.REJECTED} or is_rework(origin, to)


def move(
    case: Case,
    to: CaseState,
    at: datetime,
    reason: str | None,
    is_working: WorkingDays,
    return_visit_due_at: datetime | None = None,
) -> Case:
    """The case after a move.

    Parameters
    ----------
    case : Case
    to : CaseState
    at : datetime
        Aware; when the move is made.
    reason : str or None
    is_working : callable
        Whether a day of the office is a working day.
    return_visit_due_at : datetime, optional
        Taken over when the case is closed.

    Raises
    ------
    Conflict
        If the move is not legal; names both states and the legal ones (`extra`: from, to, legal).
    Refused
        If a reason is asked for and not given.
    """
    require_legal(case, to)
    if needs_reason(case.state, to) and not (reason or "").strip():
        raise Refused(f"{move_name(case.state, to)}要写明原因。", field="reason", code="reason_missing")
    moved = replace(case, state=to, version=case.version + 1)
    if to is _S.SUSPENDED:
        return replace(moved, suspended_from=case.state, paused_at=at)
    if case.state is _S.SUSPENDED:
        moved = _resumed(moved, at, is_working)
    if is_rework(case.state, to):
        return replace(moved, rework_count=case.rework_count + 1)
    if to is _S.CLOSED:
        return replace(moved, closed_at=at, return_visit_due_at=return_visit_due_at)
    if to is _S.REJECTED:
        return replace(moved, closed_at=at)
    return moved


def require_legal(case: Case, to: CaseState) -> None:
    """Raise Conflict unless `case` may go to `to`."""
    legal = legal_moves(case)
    if to in legal:
        return
    here, there = STATE_NAMES[case.state], STATE_NAMES[to]
    onward = "、".join(STATE_NAMES[s] for s in legal)
    hint = f"现在可以转到：{onward}。" if legal else f"{here}的案件不能再动。"
    extra: dict[str, object] = {"from": case.state.value, "to": to.value, "legal": [s.value for s in legal]}
    raise Conflict(f"案件现在是“{here}”，不能转到“{there}”。{hint}", code="illegal_move", extra=extra)


def _resumed(case: Case, at: datetime, is_working: WorkingDays) -> Case:
    paused_at = case.paused_at or at
    paused_min = case.paused_min + elapsed_min(paused_at, max(at, paused_at), case.limit.calendar, is_working)
    due = case.due_at
    if due is not None:
        recomputed = clock_due_at(case.opened_at, case.limit, paused_min, is_working)
        due = max(due, recomputed) if recomputed else due
    return replace(case, suspended_from=None, paused_at=None, paused_min=paused_min, due_at=due)


def open_case(
    case_id: str, opened_at: datetime, limit: Limit, is_working: WorkingDays, handler: str | None = None
) -> Case:
    """A new case: reported, its clock running from `opened_at`."""
    due = clock_due_at(opened_at, limit, 0, is_working)
    return Case(case_id, _S.REPORTED, opened_at, limit, handler=handler, due_at=due)


__all__ = [
    "MOVES",
    "OPEN_STATES",
    "STATE_NAMES",
    "Case",
    "CaseState",
    "CaseStep",
    "Escalation",
    "Limit",
    "LimitCalendar",
    "is_rework",
    "legal_moves",
    "move",
    "move_name",
    "needs_reason",
    "open_case",
    "require_legal",
    "ring",
]
