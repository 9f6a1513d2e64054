"""Cases: lists with their clocks, one case with all that belongs to it, and moving it on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from mapsvc.domain import case_moves as moves
from mapsvc.domain import cases as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import OPEN_STATES, Case, CaseState, CaseStep
from mapsvc.domain.clock import Reading
from mapsvc.domain.councils import Council
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.photos import Photo
from mapsvc.domain.privacy import NOBODY_LEFT, Leavers, visible_text
from mapsvc.domain.register import RegisterEntry
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Malformed
from mapsvc.operations import case_steps
from mapsvc.operations.clock import reading, working_days
from mapsvc.operations.photos import shown_with
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cases, councils, issues, leavers, people, register, shops
from mapsvc.store.issues import Found, Key, Wanted

MOST = 200
_STAMP, _RESTS = "%Y%m%dT%H%M%SZ", "~"


class Sort(StrEnum):
    """In which order a list stands."""

    DUE = "due"
    REPORTED = "reported"


@dataclass(frozen=True)
class Line:
    """A case in a list."""

    found: Found
    clock: Reading
    ring: str
    description: str


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


@dataclass(frozen=True)
class Step:
    """A step with who made it."""

    step: CaseStep
    name: str
    actor: str | None
    reason: str


@dataclass(frozen=True)
class CaseDetail:
    """A case with its issues (the first reported first), steps, councils and those responsible.

    `legal` are the moves that the state allows and this reader may make; `photos` are of its issues and of the visits
    on which they were found, the first taken first.
    """

    line: Line
    others: tuple[Line, ...]
    steps: tuple[Step, ...]
    councils: tuple[Council, ...]
    register: RegisterEntry | None
    reporter: str | None
    worker: str | None
    legal: tuple[CaseState, ...]
    photos: tuple[Photo, ...]


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
        lines = _lines(conn, actor, found[:limit], at)
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
        return _detail(ws, conn, actor, case_id)


def move_case(ws: Workspace, actor: Actor, case_id: str, to: CaseState, reason: str | None, version: int) -> CaseDetail:
    """Move a case on.

    Raises
    ------
    NotFound
    Forbidden
        Cases, or this very move, are not the actor's to move.
    Conflict
        An illegal move (names both states and the legal ones), or `version` is no longer the stored one.
    Refused
        If a reason is asked for and not given.
    """
    require(actor, Action.MOVE_CASE)
    with ws.write() as conn:
        before = case_steps.held(conn, case_id)
        moves.require_legal(before, to)
        moves.require_mover(actor, before, to)
        case_steps.require_fresh(conn, before, version)
        # A machine's clock that was set back must not stop the work.
        at = max(to_second(ws.clock()), before.stopped_at or before.opened_at, _last_at(conn, before))
        case_steps.move_within(conn, ws, actor, before, to, reason, at)
        return _detail(ws, conn, actor, case_id)


def _last_at(conn: Connection, case: Case) -> datetime:
    last = cases.last_step(conn, case.id)
    return last.at if last else case.opened_at


def _detail(ws: Workspace, conn: Connection, actor: Actor, case_id: str) -> CaseDetail:
    found = _find(conn, case_id)
    at = ws.clock()
    left = leavers.of_shops(conn, [found[0].issue.shop_id]).get(found[0].issue.shop_id or "", NOBODY_LEFT)
    lines = _lines(conn, actor, found, at)
    first = found[0]
    where, owner = first.location, _owners(conn, found, at).get(first.issue.shop_id or "")
    worker = people.by_id(conn, owner) if owner else None
    reporter = people.by_id(conn, first.issue.reporter_id) if first.issue.reporter_id else None
    doors = register.for_door(conn, where.street, where.house_number) if where.street and where.house_number else []
    return CaseDetail(
        lines[0],
        lines[1:],
        _steps(conn, actor, first.case.id, owner, left),
        tuple(_masked(actor, c, owner, left) for c in councils.of_case(conn, first.case.id)),
        next(iter(doors), None),
        reporter.display_name if reporter else None,
        worker.display_name if worker else None,
        moves.moves_for(actor, first.case) if may(actor, Action.MOVE_CASE) else (),
        _photos(conn, found),
    )


def _photos(conn: Connection, found: Sequence[Found]) -> tuple[Photo, ...]:
    per_record = shown_with(conn, (f.issue.visit_id for f in found), (f.issue.id for f in found))
    return tuple(sorted((p for some in per_record.values() for p in some), key=lambda p: (p.taken_at, p.id)))


def _find(conn: Connection, case_id: str) -> list[Found]:
    found = issues.find(conn, case_id)
    if not found:
        named = issues.by_number(conn, case_id)
        found = issues.find(conn, named.case.id) if named else []
    if not found:
        raise case_steps.unknown(case_id)
    return found


def _lines(conn: Connection, actor: Actor, found: Sequence[Found], at: datetime) -> tuple[Line, ...]:
    is_working, owners = working_days(conn), _owners(conn, found, at)
    left = leavers.of_shops(conn, (f.issue.shop_id for f in found))
    return tuple(
        Line(
            one,
            reading(one.case, at, is_working),
            rules.ring(one.case, at),
            visible_text(
                actor,
                one.issue.description,
                owners.get(one.issue.shop_id or ""),
                left.get(one.issue.shop_id or "", NOBODY_LEFT),
            ),
        )
        for one in found
    )


def _owners(conn: Connection, found: Sequence[Found], at: datetime) -> dict[str, str]:
    shop_ids = {f.issue.shop_id for f in found if f.issue.shop_id}
    workers = shops.workers_of(conn, shop_ids, office_day(at)) if shop_ids else {}
    return {shop_id: worker.id for shop_id, worker in workers.items()}


def _steps(conn: Connection, actor: Actor, case_id: str, owner: str | None, left: Leavers) -> tuple[Step, ...]:
    steps = cases.steps(conn, case_id)
    staff = people.by_ids(conn, (s.actor_id for s in steps))
    return tuple(
        Step(
            s,
            moves.step_name(s),
            staff[s.actor_id].display_name if s.actor_id in staff else None,
            visible_text(actor, s.reason, owner, left),
        )
        for s in steps
    )


def _masked(actor: Actor, council: Council, owner: str | None, left: Leavers) -> Council:
    def seen(text: str | None) -> str | None:
        return visible_text(actor, text, owner, left) or None

    return replace(
        council,
        attendees=seen(council.attendees),
        survey=seen(council.survey),
        root_cause=seen(council.root_cause),
        claims=seen(council.claims),
        agreement=seen(council.agreement),
        result=seen(council.result),
    )


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
