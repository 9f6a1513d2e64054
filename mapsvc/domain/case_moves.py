"""How a case 案件 moves: the one table of legal moves and whose they are, and functions that return the next case."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from mapsvc.domain.actors import ROLE_NAMES, Actor, Role
from mapsvc.domain.cases import STATE_NAMES, Case, CaseState, CaseStep, Limit
from mapsvc.domain.clock import WorkingDays, paused_minutes, shifted
from mapsvc.domain.clock import due_at as clock_due_at
from mapsvc.errors import Conflict, Forbidden, Refused

_S = CaseState
_STAFF = frozenset({Role.WORKER, Role.SECRETARY, Role.OFFICE})
_DECIDERS = frozenset({Role.SECRETARY, Role.OFFICE})

# Which moves there are, and who may make them: 立案派遣, 结案, 作废 and 挂账 are the secretary's; who walks the street
# starts, sends to be verified and sends back. Committee and property company work through tasks and orders.
# suspended leads back to where it came from only: see `legal_moves`.
MOVERS: Mapping[tuple[CaseState, CaseState], frozenset[Role]] = {
    (_S.REPORTED, _S.SELF_CORRECTING): _STAFF,
    (_S.REPORTED, _S.DISPATCHED): _DECIDERS,
    (_S.REPORTED, _S.REJECTED): _DECIDERS,
    (_S.SELF_CORRECTING, _S.DISPATCHED): _DECIDERS,
    (_S.SELF_CORRECTING, _S.VERIFYING): _STAFF,
    (_S.SELF_CORRECTING, _S.SUSPENDED): _DECIDERS,
    (_S.SELF_CORRECTING, _S.REJECTED): _DECIDERS,
    (_S.DISPATCHED, _S.HANDLING): _STAFF,
    (_S.DISPATCHED, _S.SUSPENDED): _DECIDERS,
    (_S.DISPATCHED, _S.REJECTED): _DECIDERS,
    (_S.HANDLING, _S.VERIFYING): _STAFF,
    (_S.HANDLING, _S.SUSPENDED): _DECIDERS,
    (_S.HANDLING, _S.REJECTED): _DECIDERS,
    (_S.VERIFYING, _S.CLOSED): _DECIDERS,
    (_S.VERIFYING, _S.HANDLING): _STAFF,
    (_S.VERIFYING, _S.SUSPENDED): _DECIDERS,
}

MOVES: Mapping[CaseState, tuple[CaseState, ...]] = {
    origin: tuple(to for start, to in MOVERS if start is origin) for origin in CaseState
}

MERGED = "并入"
"""With this begins the reason of the last step of a case that was merged."""


def move_name(origin: CaseState | None, to: CaseState) -> str:
    """What going from `origin` to `to` is called."""
    if origin is None:
        return STATE_NAMES[to]
    if is_rework(origin, to):
        return "退回重办"
    if origin is _S.CLOSED:
        return "重新办理"
    if origin is _S.SUSPENDED and to is not _S.REJECTED:
        return "恢复计时"
    if to is _S.REJECTED:
        return "不予立案" if origin is _S.REPORTED else "作废"
    return {_S.DISPATCHED: "立案派遣", _S.HANDLING: "开始处理", _S.VERIFYING: "送核查"}.get(to, STATE_NAMES[to])


def step_name(step: CaseStep) -> str:
    """What a step that was made is called."""
    is_merger = step.to_state is _S.REJECTED and (step.reason or "").startswith(MERGED)
    return "并案" if is_merger else move_name(step.from_state, step.to_state)


def is_rework(origin: CaseState | None, to: CaseState) -> bool:
    """退回重办: the handling was not accepted."""
    return origin is _S.VERIFYING and to is _S.HANDLING


def legal_moves(case: Case) -> tuple[CaseState, ...]:
    """Where `case` may go from here."""
    if case.state is _S.SUSPENDED:
        return (case.suspended_from,) if case.suspended_from else (_S.HANDLING,)
    return MOVES[case.state]


def may_move(actor: Actor, origin: CaseState, to: CaseState) -> bool:
    """Whether the legal move from `origin` to `to` is one `actor` may make; the program itself may make all."""
    if actor.person_id is None and actor.name == "系统":
        return True
    return actor.role in MOVERS.get((origin, to), _DECIDERS)


def moves_for(actor: Actor, case: Case) -> tuple[CaseState, ...]:
    """The legal moves of `case` that are this reader's to make."""
    return tuple(to for to in legal_moves(case) if may_move(actor, case.state, to))


def needs_reason(origin: CaseState, to: CaseState) -> bool:
    """Whether the move must be explained: suspending, rejecting, sending back."""
    return to in {_S.SUSPENDED, _S.REJECTED} or is_rework(origin, to)


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


def require_mover(actor: Actor, case: Case, to: CaseState) -> None:
    """Raise Forbidden, in plain words, unless the move to `to` is one `actor` may make."""
    if may_move(actor, case.state, to):
        return
    name = move_name(case.state, to)
    raise Forbidden(f"{actor.role_name}不能把案件“{name}”，请找{ROLE_NAMES[Role.SECRETARY]}定。", code="not_your_move")


def move(
    case: Case,
    to: CaseState,
    at: datetime,
    reason: str | None,
    is_working: WorkingDays,
    return_visit_due_at: datetime | None = None,
    self_correct_by: datetime | None = None,
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
    return_visit_due_at, self_correct_by : datetime, optional
        Taken over when the case is closed, or left to 自行整改.

    Raises
    ------
    Conflict
        If the move is not legal; names both states and the legal ones (`extra`: from, to, legal).
    Refused
        If a reason is asked for and not given, or `at` lies before the report or before the pause it ends.
    """
    require_legal(case, to)
    if needs_reason(case.state, to) and not (reason or "").strip():
        raise Refused(f"{move_name(case.state, to)}要写明原因。", field="reason", code="reason_missing")
    _require_not_before(case, at)
    moved = replace(case, state=to, version=case.version + 1, self_correct_by=None)
    if to is _S.SUSPENDED:
        return replace(moved, suspended_from=case.state, paused_at=at, self_correct_by=case.self_correct_by)
    if case.state is _S.SUSPENDED:
        moved = replace(resumed(moved, at, is_working), self_correct_by=case.self_correct_by)
    elif to is _S.SELF_CORRECTING:
        moved = replace(moved, self_correct_by=self_correct_by)
    if is_rework(case.state, to):
        return replace(moved, rework_count=case.rework_count + 1)
    if to is _S.CLOSED:
        return replace(moved, closed_at=at, return_visit_due_at=return_visit_due_at)
    if to is _S.REJECTED:
        return replace(moved, closed_at=at)
    return moved


def merged(case: Case, into: str, at: datetime, is_working: WorkingDays) -> Case:
    """The case after its issues went to the case `into`: over and done with, whatever it was."""
    _require_not_before(case, at)
    done = replace(case, state=_S.REJECTED, version=case.version + 1, merged_into=into, self_correct_by=None)
    if case.state is _S.SUSPENDED:
        done = resumed(done, at, is_working)
    return replace(done, closed_at=case.closed_at or at, return_visit_due_at=None)


def reopened(case: Case, at: datetime, limit: Limit, is_working: WorkingDays) -> Case:
    """The closed case taken up again at `at`, with an allowed time that begins then.

    Raises
    ------
    Conflict
        If it is not closed.
    Refused
        If `at` lies before its closing.
    """
    if case.state is not _S.CLOSED:
        here = STATE_NAMES[case.state]
        raise Conflict(f"案件现在是“{here}”，只有结案的才能重新办理。", code="illegal_move")
    _require_not_before(case, at)
    return replace(
        case,
        state=_S.HANDLING,
        version=case.version + 1,
        limit=limit,
        due_at=clock_due_at(at, limit, 0, is_working),
        paused_min=0,
        closed_at=None,
        return_visit_due_at=None,
        return_visited_at=None,
        reopen_count=case.reopen_count + 1,
        reopened_at=at,
    )


def _require_not_before(case: Case, at: datetime) -> None:
    if at < case.opened_at:
        raise Refused("时间不能早于上报的时间，请改正。", field="at", code="before_report")
    if case.stopped_at and at < case.stopped_at:
        word = "结案" if case.closed_at else "挂账"
        raise Refused(f"时间不能早于{word}的时间，请改正。", field="at", code="before_pause")


def resumed(case: Case, at: datetime, is_working: WorkingDays) -> Case:
    """The suspended case with its clock running again at `at`: due later by what the pause took."""
    paused_at = case.paused_at or at
    paused_min = case.paused_min + paused_minutes(paused_at, at, case.limit.calendar, is_working)
    due, is_late = case.due_at, case.due_at is not None and case.due_at < paused_at
    if due is not None:
        due = shifted(due, case.limit, case.paused_min, paused_min, is_working, is_late=is_late)
    return replace(case, suspended_from=None, paused_at=None, paused_min=paused_min, due_at=due)
