"""Closed cases of one kind in the store."""

from datetime import datetime

from sqlalchemy import Connection, select

from mapsvc.domain.cases import CaseState
from mapsvc.domain.past_cases import PastCase
from mapsvc.store.tables import case_file, council, issue

_MOST = 300


def closed_of_kind(conn: Connection, kind: str, since: datetime, but: str) -> list[PastCase]:
    """Cases of a kind closed since then, except the one asked from; the latest first, merged ones left out."""
    held = select(council.c.id).where(council.c.case_id == case_file.c.id, council.c.held_at.is_not(None)).exists()
    ask = (
        select(case_file.c.id, case_file.c.opened_at, case_file.c.closed_at, held.label("had_council"))
        .join(issue, issue.c.case_id == case_file.c.id)
        .where(
            issue.c.kind == kind,
            issue.c.joined_at.is_(None),
            case_file.c.state == CaseState.CLOSED,
            case_file.c.closed_at >= since,
            case_file.c.merged_into.is_(None),
            case_file.c.id != but,
        )
        .order_by(case_file.c.closed_at.desc(), case_file.c.id)
        .limit(_MOST)
    )
    return [PastCase(row.id, row.opened_at, row.closed_at, bool(row.had_council)) for row in conn.execute(ask)]
