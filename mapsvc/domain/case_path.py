"""Where a case stands on the way from 待受理 to 回访, and what happened on which stretch of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mapsvc.domain.cases import STATE_NAMES, Case, CaseState, CaseStep

_S = CaseState
STATIONS: tuple[CaseState, ...] = (_S.REPORTED, _S.DISPATCHED, _S.HANDLING, _S.VERIFYING, _S.CLOSED)
RETURNED = "returned"
_AT_STATION: dict[CaseState, int] = {state: i for i, state in enumerate(STATIONS)} | {_S.SELF_CORRECTING: 0}


@dataclass(frozen=True)
class Station:
    """One stop of the line.

    Attributes
    ----------
    code : str
        A state, or ``returned`` for 回访.
    progress : {"done", "now", "todo"}
    at : datetime or None
        When it was last reached; of 回访 by when it is due.
    """

    code: str
    name: str
    progress: str
    at: datetime | None = None


@dataclass(frozen=True)
class Flag:
    """Something that happened on the stretch after station `after`."""

    code: str
    name: str
    after: int


@dataclass(frozen=True)
class Path:
    """The line with its flags; `ended` is the word for a case that left the line (作废), else ""."""

    stations: tuple[Station, ...]
    flags: tuple[Flag, ...]
    ended: str = ""


def path_of(case: Case, steps: Sequence[CaseStep], marks: Iterable[tuple[str, str, datetime]]) -> Path:
    """The way of `case`.

    Parameters
    ----------
    steps : sequence of CaseStep
        Oldest first.
    marks : iterable of (code, name, at)
        What to flag; of several with one code on one stretch the first counts.
    """
    is_rejected = case.state is _S.REJECTED
    reached = _reached(case, steps)
    visited = case.return_visited_at is not None
    stations = [
        Station(
            state.value,
            STATE_NAMES[state],
            _progress(i, reached, visited or is_rejected),
            _last(steps, state, i <= reached),
        )
        for i, state in enumerate(STATIONS)
    ]
    back_at = case.return_visited_at or case.return_visit_due_at
    stations.append(Station(RETURNED, "回访", "done" if visited else _waits(case), back_at))
    return Path(tuple(stations), _flags(steps, marks), STATE_NAMES[_S.REJECTED] if is_rejected else "")


def _waits(case: Case) -> str:
    return "now" if case.state is _S.CLOSED and case.return_visit_due_at is not None else "todo"


def _progress(index: int, reached: int, over: bool) -> str:
    if index < reached or (index == reached and (over or index == len(STATIONS) - 1)):
        return "done"
    return "now" if index == reached else "todo"


def _reached(case: Case, steps: Sequence[CaseStep]) -> int:
    state = case.suspended_from if case.state is _S.SUSPENDED else case.state
    if state in _AT_STATION:
        return _AT_STATION[state]
    before = [s.from_state for s in steps if s.to_state is state and s.from_state]
    return _AT_STATION.get(before[-1], 0) if before else 0


def _last(steps: Sequence[CaseStep], state: CaseState, is_reached: bool) -> datetime | None:
    # 恢复计时 leads back to where it stood: that was reached before.
    times = [s.at for s in steps if s.to_state is state and s.from_state is not _S.SUSPENDED]
    return times[-1] if times and is_reached else None


def _flags(steps: Sequence[CaseStep], marks: Iterable[tuple[str, str, datetime]]) -> tuple[Flag, ...]:
    found: dict[tuple[str, int], Flag] = {}
    for code, name, at in sorted(marks, key=lambda m: (m[2], m[0])):
        stops = [_AT_STATION[s.to_state] for s in steps if s.at <= at and s.to_state in _AT_STATION]
        after = stops[-1] if stops else 0
        found.setdefault((code, after), Flag(code, name, after))
    return tuple(found.values())
