"""Cases: lists with their clocks, one case with all that belongs to it, and moving it on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from mapsvc.domain import case_moves as moves
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import OPEN_STATES, CaseState, Severity
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Malformed
from mapsvc.operations import case_steps
from mapsvc.operations.case_detail import CaseDetail, Step, detail_of
from mapsvc.operations.case_lines import Line, lines_of
from mapsvc.operations.limits import grade
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cases, issues, people
from mapsvc.store.issues import Found, Key, Wanted

__all__ = [
    "MOST",
    "CaseDetail",
    "CasePage",
    "Line",
    "Picked",
    "Sort",
    "Step",
    "cursor_of",
    "get_case",
    "list_cases",
    "move_case",
    "read_cursor",
]

MOST = 200
MOST_HANDLER = 60
_STAMP, _RESTS = "%Y%m%dT%H%M%SZ", "~"


class Sort(StrEnum):
    """In which order a list stands."""

    DUE = "due"
    REPORTED = "reported"


@dataclass(frozen=True)
class CasePage:
    """A page of cases; `total` counts all that the list asks for."""

    items: tuple[Line, ...]
    next: str | None
    total: int


@dataclass(frozen=True)
class Picked:
    """The first page of a list, worked out elsewhere: ids of issues in order, one more than the page holds if there are
    more, and how many the list asks for in all."""

    ids: tuple[str, ...]
    total: int


def list_cases(
    ws: Workspace,
    actor: Actor,
    wanted: Wanted,
    sort: Sort = Sort.DUE,
    limit: int = 50,
    after: str | None = None,
    states: Sequence[str] = ("open",),
    picked: Picked | None = None,
) -> CasePage:
    """A page of cases.

    Parameters
    ----------
    wanted : Wanted
        Its `workers` are nicknames or ids; its `states` are taken from `states`.
    states : sequence of str
        States of cases, or one of open, all, overdue, new, follow_up.
    picked : Picked, optional
        The answer to the very same question, so that the store need not look for it.

    Raises
    ------
    Forbidden
    Malformed
        If `after` is no cursor of ours.
    """
    require(actor, Action.SEE_MAP)
    at, limit = ws.clock(), max(1, min(limit, MOST))
    last = read_cursor(after) if after else None
    with ws.read() as conn:
        if picked:
            rows = issues.found_by_ids(conn, picked.ids)
            found, total = [rows[i] for i in picked.ids if i in rows], picked.total
        else:
            wanted = _in_states(_by_ids_of_workers(conn, wanted, office_day(at)), states, at)
            page = issues.page_by_due if sort is Sort.DUE else issues.page_by_report
            found, total = page(conn, wanted, limit + 1, last), issues.count(conn, wanted)
        lines = lines_of(conn, actor, found[:limit], at)
    more = len(found) > limit
    return CasePage(lines, cursor_of(found[limit - 1], sort) if more else None, total)


def get_case(ws: Workspace, actor: Actor, case_id: str) -> CaseDetail:
    """The case with this id, or with an issue of this number.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return detail_of(ws, conn, actor, case_id)


def move_case(
    ws: Workspace,
    actor: Actor,
    case_id: str,
    to: CaseState,
    reason: str | None,
    version: int,
    severity: Severity | None = None,
    correct_by: datetime | None = None,
    handler: str | None = None,
) -> CaseDetail:
    """Move a case on; `severity` is what 立案派遣 grades it as, `handler` the unit it is given to.

    `correct_by` is until when 自行整改 may take.

    Raises
    ------
    NotFound
    Forbidden
        Cases, or this very move, are not the actor's to move.
    Conflict
        An illegal move (names both states and the legal ones), or `version` is no longer the stored one.
    Refused
        If a reason is asked for and not given, or `correct_by` is over already.
    """
    require(actor, Action.MOVE_CASE)
    with ws.write() as conn:
        before = case_steps.held(conn, case_id)
        moves.require_legal(before, to)
        moves.require_mover(actor, before, to)
        case_steps.require_fresh(conn, before, version)
        # A machine's clock that was set back must not stop the work.
        at = max(to_second(ws.clock()), case_steps.last_at(conn, before))
        after = case_steps.move_within(conn, ws, actor, before, to, reason, at, correct_by)
        if handler and to is CaseState.DISPATCHED:
            cases.change(conn, case_id, handler=handler.strip()[:MOST_HANDLER] or None)
        if severity and to is CaseState.DISPATCHED:
            grade(conn, actor, after, severity, at)
        return detail_of(ws, conn, actor, case_id)


def _in_states(wanted: Wanted, states: Sequence[str], at: datetime) -> Wanted:
    chosen: set[CaseState] = set()
    for state in states:
        if state == "all":
            return replace(wanted, states=())
        if state == "overdue":
            wanted = replace(wanted, or_overdue_at=at)
        elif state == "follow_up":
            wanted = replace(wanted, or_awaits_return_visit=True)
        elif state == "open":
            chosen |= OPEN_STATES
        else:
            chosen.add(CaseState.REPORTED if state == "new" else CaseState(state))
    return replace(wanted, states=tuple(sorted(chosen)))


def _by_ids_of_workers(conn: Connection, wanted: Wanted, day: date) -> Wanted:
    if not wanted.workers:
        return wanted
    named = {p.nickname: p.id for p in people.staff(conn)} | {p.name: p.id for p in people.staff(conn)}
    return replace(wanted, workers=tuple(named.get(w, w) for w in wanted.workers), on=day)


def cursor_of(found: Found, sort: Sort) -> str:
    """Where a page ended."""
    key = issues.due_key(found) if sort is Sort.DUE else issues.report_key(found)
    return f"{_RESTS if key.rests else ''}{key.at.astimezone(UTC):{_STAMP}}.{key.id}"


def read_cursor(text: str) -> Key:
    """The key behind a cursor; raises Malformed if it is none of ours."""
    at, _, issue_id = text.removeprefix(_RESTS).partition(".")
    try:
        if not 0 < len(issue_id) <= 36:
            raise ValueError(issue_id)
        return Key(datetime.strptime(at, _STAMP).replace(tzinfo=UTC), issue_id, text.startswith(_RESTS))
    except ValueError:
        raise Malformed("after 不是上一页给出的 next，请从第一页重新开始。", field="after", code="bad_cursor") from None
