"""One case with all that belongs to it, as this reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from mapsvc.domain import case_moves as moves
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import CaseState, CaseStep, Escalation
from mapsvc.domain.councils import Council
from mapsvc.domain.limits import Extension, LimitChange, Reopening
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.photos import Photo, PhotoOf
from mapsvc.domain.privacy import NOBODY_LEFT, Leavers, visible_text
from mapsvc.domain.register import RegisterEntry
from mapsvc.operations import case_steps
from mapsvc.operations.case_lines import Line, lines_of, owners_of
from mapsvc.operations.photos import shown_with
from mapsvc.operations.workspace import Workspace
from mapsvc.store import (
    cases,
    councils,
    escalations,
    extensions,
    issues,
    leavers,
    limits,
    people,
    photos,
    register,
    reopenings,
)
from mapsvc.store.issues import Found


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
    on which they were found, and of the handling, the first taken first.
    `extension` and `reopening` wait for a decision.
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
    extension: Extension | None = None
    reopening: Reopening | None = None
    escalations: tuple[Escalation, ...] = ()
    limit_changes: tuple[LimitChange, ...] = ()


def detail_of(ws: Workspace, conn: Connection, actor: Actor, case_id: str) -> CaseDetail:
    """All about the case with this id, or with an issue of this number; of a merged one, its survivor."""
    found = _find(conn, case_id)
    at = ws.clock()
    left = leavers.of_shops(conn, [found[0].issue.shop_id]).get(found[0].issue.shop_id or "", NOBODY_LEFT)
    lines = lines_of(conn, actor, found, at)
    first = found[0]
    where, owner = first.location, owners_of(conn, found, at).get(first.issue.shop_id or "")
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
        *_asked(conn, actor, first.case.id, owner, left),
    )


def _asked(
    conn: Connection, actor: Actor, case_id: str, owner: str | None, left: Leavers
) -> tuple[Extension | None, Reopening | None, tuple[Escalation, ...], tuple[LimitChange, ...]]:
    def seen(text: str | None) -> str:
        return visible_text(actor, text, owner, left)

    asked = [e for e in extensions.of_case(conn, case_id) if e.decided_at is None]
    filed = [r for r in reopenings.of_case(conn, case_id) if r.decided_at is None]
    return (
        replace(asked[0], reason=seen(asked[0].reason)) if asked else None,
        replace(filed[0], reason=seen(filed[0].reason)) if filed else None,
        tuple(replace(e, reason=seen(e.reason)) for e in escalations.of_case(conn, case_id)),
        tuple(replace(c, reason=seen(c.reason)) for c in limits.changes_of_case(conn, case_id)),
    )


def _photos(conn: Connection, found: Sequence[Found]) -> tuple[Photo, ...]:
    per_record = shown_with(conn, (f.issue.visit_id for f in found), (f.issue.id for f in found))
    per_record |= photos.of_records(conn, PhotoOf.CASE, {f.case.id for f in found})
    return tuple(sorted((p for some in per_record.values() for p in some), key=lambda p: (p.taken_at, p.id)))


def _find(conn: Connection, case_id: str) -> list[Found]:
    found = issues.find(conn, case_id)
    if not found:
        merged, named = cases.by_id(conn, case_id), issues.by_number(conn, case_id)
        if merged and merged.merged_into:
            return _find(conn, merged.merged_into)
        found = issues.find(conn, named.case.id) if named else []
    if not found:
        raise case_steps.unknown(case_id)
    return found


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
