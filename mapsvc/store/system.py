"""The store as a whole: counts for those who watch the service, what a fresh office lacks."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select, update

from mapsvc.store.tables import account, job, patch, person, revision, shop


def revision_sum(conn: Connection) -> int:
    """Sum of all layers' revisions: grows with every change that shows on the map."""
    return int(conn.execute(select(func.coalesce(func.sum(revision.c.n), 0))).scalar_one())


def jobs_per_state(conn: Connection) -> dict[str, int]:
    """How many jobs are in each state."""
    return {str(state): int(n) for state, n in conn.execute(select(job.c.state, func.count()).group_by(job.c.state))}


def is_empty(conn: Connection) -> bool:
    """Whether there is no person, account or shop."""
    return all(conn.execute(select(table.c.id).limit(1)).first() is None for table in (account, person, shop))


def patches_without_worker(conn: Connection, version_id: str) -> list[str]:
    """Codes of a version's patches that nobody looks after."""
    ask = select(patch.c.code).where(patch.c.version_id == version_id, patch.c.worker_id.is_(None))
    return list(conn.execute(ask.order_by(patch.c.code)).scalars())


def name_patch_workers(conn: Connection, version_id: str, workers: Mapping[str, str]) -> None:
    """Give patches of a version, by code, the person who looks after them."""
    for code, person_id in workers.items():
        chosen = update(patch).where(patch.c.version_id == version_id, patch.c.code == code)
        conn.execute(chosen.values(worker_id=person_id))
