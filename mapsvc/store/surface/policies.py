"""Policy entries as laid out on the public surface, in their order."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from mapsvc.store.surface.tables import laid_policy


def all_documents(conn: Connection) -> list[dict[str, Any]]:
    """Every entry as `domain.policy_files.to_document` wrote it."""
    return [dict(row.entry) for row in conn.execute(select(laid_policy.c.entry).order_by(laid_policy.c.n))]


def document(conn: Connection, policy_id: str) -> dict[str, Any] | None:
    """One entry; None if it is not laid out."""
    found = conn.execute(select(laid_policy.c.entry).where(laid_policy.c.id == policy_id)).scalar()
    return dict(found) if found else None


def replace_all(conn: Connection, entries: Iterable[Mapping[str, Any]]) -> None:
    """From now on there are these entries and no other."""
    conn.execute(delete(laid_policy))
    rows = [{"id": str(entry["id"]), "n": n, "entry": dict(entry)} for n, entry in enumerate(entries)]
    if rows:
        conn.execute(insert(laid_policy), rows)
