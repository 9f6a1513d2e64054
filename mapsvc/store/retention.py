"""Removing what is kept for a time only."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from mapsvc.store.tables import import_batch, import_change, import_problem


def forget_before_images(conn: Connection, before: datetime) -> int:
    """Remove what imports older than `before` kept for undoing them, and the rows they rejected; returns how many."""
    old = select(import_batch.c.id).where(import_batch.c.at < before)
    gone = conn.execute(import_change.delete().where(import_change.c.batch_id.in_(old))).rowcount
    kept = import_problem.c.row_values.is_not(None)
    # The problem stays readable; the row's own values, people's among them, do not.
    conn.execute(
        update(import_problem).where(import_problem.c.batch_id.in_(old), kept).values(row_values=None, value=None)
    )
    return gone
