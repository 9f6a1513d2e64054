"""Words of councils on the timeline: the meeting that is planned, the meeting as it was held."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.councils import Council
from mapsvc.domain.history import Words
from mapsvc.domain.issues import Issue
from mapsvc.domain.tasks import moment_text
from mapsvc.store import councils, issues
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """Words by id of the event."""
    found = councils.by_ids(conn, (e.ref for e in events))
    of_case = issues.of_cases(conn, (c.case_id for c in found.values()))
    return {
        e.id: council_words(found[e.ref], e, of_case.get(found[e.ref].case_id or "")) for e in events if e.ref in found
    }


def council_words(council: Council, event: Event, issue: Issue | None) -> Words:
    """三方议事会 · 症结; before it was held 约三方议事会 with when and where."""
    kind, number = (issue.kind, issue.number) if issue else (None, None)
    if council.made_at == event.at and council.held_at != event.at:
        told = [moment_text(council.held_at), council.venue, council.attendees]
        return Words("约三方议事会", " · ".join(t for t in told if t), kind, number, "planned")
    cause = f"症结：{council.root_cause}" if council.root_cause else None
    plan = f"方案：{council.agreement}" if council.agreement and council.agreed_at is None else None
    detail = " · ".join(t for t in (cause, plan, council.result) if t)
    return Words("三方议事会", detail, kind, number, council.state.value if council.state else None)
