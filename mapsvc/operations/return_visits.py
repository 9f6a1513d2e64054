"""回访: who goes back, and what a follow-up call that met somebody answers for."""

from datetime import date, timedelta
from math import cos, hypot, radians

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.times import day_start, office_day
from mapsvc.domain.visit_programme import ReturnVisit, who_returns
from mapsvc.domain.visits import Outcome, Visit, VisitKind
from mapsvc.store import audit, return_visits


def return_visits_on(conn: Connection, day: date) -> list[ReturnVisit]:
    """Who goes back to which closed case on the office's `day`, those already made that day too; by case."""
    begins = day_start(day)
    waiting = return_visits.due(conn, day_start(day + timedelta(days=1)), begins)
    return _shared_out(conn, waiting, day) if waiting else []


def _shared_out(conn: Connection, waiting: list[return_visits.Due], day: date) -> list[ReturnVisit]:
    owners, doors = return_visits.beats(conn, day)
    involved = return_visits.involved(conn, {one.case_id for one in waiting})
    found = []
    for one in waiting:
        own = owners.get(one.shop_id)
        goes = who_returns(own, involved[one.case_id], _nearest(doors, one))
        found.append(ReturnVisit(one.case_id, one.shop_id, goes, goes is not None and goes != own))
    return found


def _nearest(doors: dict[str, list[tuple[float, float]]], one: return_visits.Due) -> list[str]:
    """Workers, those first whose nearest own door is nearest."""
    if one.lon is None or one.lat is None:
        return sorted(doors)
    lon, lat = one.lon, one.lat
    east = cos(radians(lat))
    return sorted(doors, key=lambda w: (min(hypot((x - lon) * east, y - lat) for x, y in doors[w]), w))


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
