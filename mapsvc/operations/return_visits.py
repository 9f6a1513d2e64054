"""回访: a follow-up call that met somebody answers for the closed cases of the door that wait for it."""

from datetime import timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.times import day_start, office_day
from mapsvc.domain.visits import Outcome, Visit, VisitKind
from mapsvc.store import audit, return_visits


def mark_returned(conn: Connection, actor: Actor, visit: Visit) -> None:
    """Mark the door's cases whose return visit is due by the visit's day; if none is yet, all that wait for one."""
    if not _answers(visit):
        return
    waiting = return_visits.waiting(conn, visit.shop_id, visit.happened_at)
    day_end = day_start(office_day(visit.happened_at) + timedelta(days=1))
    due = [case.id for case in waiting if case.return_visit_due_at < day_end]
    marked = due or [case.id for case in waiting]
    return_visits.mark(conn, marked, visit.happened_at)
    acts = (audit.Act("return_visit", "case", case_id, after={"visit": visit.id}) for case_id in marked)
    audit.append_many(conn, actor, acts, visit.received_at)


def unmark_returned(conn: Connection, visit: Visit) -> None:
    """Let the cases that this visit answered for wait again."""
    if _answers(visit):
        return_visits.mark(conn, return_visits.returned_at(conn, visit.shop_id, visit.happened_at), None)


def _answers(visit: Visit) -> bool:
    return visit.kind is VisitKind.FOLLOW_UP and visit.outcome is Outcome.MET
