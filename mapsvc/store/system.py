"""Counts over the store as a whole, for those who watch the service."""

from sqlalchemy import Connection, func, select

from mapsvc.store.tables import account, job, person, revision, shop


def revision_sum(conn: Connection) -> int:
    """Sum of all layers' revisions: grows with every change that shows on the map."""
    return int(conn.execute(select(func.coalesce(func.sum(revision.c.n), 0))).scalar_one())


def jobs_per_state(conn: Connection) -> dict[str, int]:
    """How many jobs are in each state."""
    return {str(state): int(n) for state, n in conn.execute(select(job.c.state, func.count()).group_by(job.c.state))}


def is_empty(conn: Connection) -> bool:
    """Whether there is no person, account or shop."""
    return all(conn.execute(select(table.c.id).limit(1)).first() is None for table in (account, person, shop))
