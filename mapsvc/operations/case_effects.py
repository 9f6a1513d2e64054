"""What came of one case, as its page shows it: checks, who goes back, what was filed, report-days before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import Case, CaseState
from mapsvc.domain.effects import EffectCheck
from mapsvc.domain.limits import Reopening
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.photos import Photo, PhotoOf, Purpose
from mapsvc.domain.times import office_day
from mapsvc.operations.case_around import Around, around
from mapsvc.operations.place_effects import PlaceEffect, Turn, effect_around
from mapsvc.operations.return_visits import return_visits_on
from mapsvc.operations.workspace import Workspace
from mapsvc.store import effects, people, photos, reopenings

_LEAST_TO_TELL = 3


@dataclass(frozen=True)
class CheckLine:
    """A check as this reader sees it."""

    check: EffectCheck
    by: str | None
    note: str
    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class CaseEffect:
    """What came of a case.

    Attributes
    ----------
    due_at : datetime or None
        When somebody goes back, while nobody did.
    who : str or None
        Who should, once it is due.
    before, after : Photo or None
        A pair to be shown side by side.
    asks : bool
        Whether this reader may ask the merchant how content they are: who put it right does not.
    """

    checks: tuple[CheckLine, ...]
    due_at: datetime | None
    is_due: bool
    who: str | None
    filed: Reopening | None
    effect: PlaceEffect | None
    before: Photo | None
    after: Photo | None
    may_check: bool
    asks: bool


def case_effect(ws: Workspace, actor: Actor, case: Case) -> CaseEffect | None:
    """What came of `case`; None while it is in hand and nobody looked.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    at = ws.clock()
    with ws.read() as conn:
        found = effects.of_case(conn, case.id)
        is_closed = case.state is CaseState.CLOSED and case.merged_into is None
        if not found and not is_closed:
            return None
        here = around(conn, case.id, at)
        waits = is_closed and case.return_visited_at is None and case.return_visit_due_at is not None
        is_due = waits and case.return_visit_due_at is not None and case.return_visit_due_at <= at
        filed = next((r for r in reopenings.of_case(conn, case.id) if r.decided_at is None), None)
        before, after = _pair(conn, case.id, found)
        handlers = effects.handled_by(conn, [case.id]).get(case.id, frozenset())
        return CaseEffect(
            _lines(conn, actor, here, found), case.return_visit_due_at if waits else None, bool(is_due),
            _who(conn, case.id, at) if is_due else None, filed, _around_it(conn, here, case, at), before, after,
            is_closed and may(actor, Action.CHECK_EFFECT), actor.person_id not in handlers,
        )  # fmt: skip


def _lines(conn: Connection, actor: Actor, here: Around, found: Sequence[EffectCheck]) -> tuple[CheckLine, ...]:
    staff = people.by_ids(conn, (c.actor_id for c in found))
    shown = photos.of_records(conn, PhotoOf.CHECK, [c.id for c in found])
    return tuple(
        CheckLine(
            check,
            staff[check.actor_id].display_name if check.actor_id in staff else None,
            here.shown(actor, check.note),
            shown.get(check.id, ()),
        )
        for check in reversed(found)
    )


def _who(conn: Connection, case_id: str, at: datetime) -> str | None:
    goes = next((one for one in return_visits_on(conn, office_day(at)) if one.case_id == case_id), None)
    person = people.by_id(conn, goes.worker_id) if goes and goes.worker_id else None
    return person.display_name if person else None


def _around_it(conn: Connection, here: Around, case: Case, at: datetime) -> PlaceEffect | None:
    where = here.found.location
    if case.closed_at is None or where.lon is None or where.lat is None:
        return None
    turn, issue = Turn(office_day(case.closed_at), "结案"), here.found.issue
    found = effect_around(conn, where.lon, where.lat, turn, office_day(at), (issue.kind,), issue.place_id)
    # Reported once and closed: there is nothing to compare.
    return found if found and found.measured.before + found.measured.after >= _LEAST_TO_TELL else None


def _pair(conn: Connection, case_id: str, found: Sequence[EffectCheck]) -> tuple[Photo | None, Photo | None]:
    of_case = photos.of_records(conn, PhotoOf.CASE, [case_id]).get(case_id, ())
    of_checks = photos.of_records(conn, PhotoOf.CHECK, [c.id for c in found])
    taken = sorted((*of_case, *(p for some in of_checks.values() for p in some)), key=lambda p: (p.taken_at, p.id))
    before = next((p for p in taken if p.purpose is Purpose.BEFORE), None)
    after = next((p for p in reversed(taken) if p.purpose is Purpose.AFTER), None)
    return before, after
