"""What the audit says was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace


def acts_on(ws: Workspace, record_type: str) -> list[str]:
    """What was done to records of this type, in order."""
    from sqlalchemy import select

    from mapsvc.store.tables import audit

    ask = select(audit.c.action).where(audit.c.record_type == record_type).order_by(audit.c.id)
    with ws.read() as conn:
        return list(conn.execute(ask).scalars())
