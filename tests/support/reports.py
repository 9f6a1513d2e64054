"""Many reports of the past in a store at once, as rows: for what counts them, not for what they go through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.street import uid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapsvc.operations.workspace import Workspace


@dataclass(frozen=True)
class Past:
    """A report so many days ago, at a position (WGS-84) or the place PD0001; heard of later, or read from a ledger."""

    days: float
    kind: str = "06010"
    spot: tuple[float, float] | None = None
    source: str = "resident"
    heard_after: float = 0.0
    is_imported: bool = False


def write_past(ws: Workspace, now: datetime, reports: Iterable[Past]) -> None:
    """Write them all, each with its closed case."""
    from sqlalchemy import func, select

    from mapsvc.store.batches import insert_all
    from mapsvc.store.tables import issue

    with ws.read() as conn:
        held = int(conn.execute(select(func.count()).select_from(issue)).scalar_one())
    tables: dict[str, list[dict[str, object]]] = {"location": [], "case_file": [], "issue": []}
    for n, one in enumerate(reports, start=held):
        at, ref = now - timedelta(days=one.days), f"past {one.kind} {n}"
        where = uid(f"loc {ref}") if one.spot else None
        if one.spot:
            tables["location"].append(
                {"id": where, "kind": "point", "lon": one.spot[0], "lat": one.spot[1], "position_source": "given"}
            )
        tables["case_file"].append(
            {"id": uid(f"case {ref}"), "state": "closed", "version": 2, "calendar": "clock", "limit_min": 240,
             "opened_at": at, "due_at": at + timedelta(hours=4), "paused_min": 0, "rework_count": 0,
             "is_supervised": False, "is_imported": one.is_imported, "closed_at": at + timedelta(hours=3)}
        )  # fmt: skip
        tables["issue"].append(
            {"id": uid(ref), "number": f"WT9{n:04d}", "case_id": uid(f"case {ref}"),
             "location_id": where or uid("loc PD0001"), "place_id": None if where else uid("PD0001"),
             "kind": one.kind, "source": one.source, "description": "又来了", "happened_at": at,
             "received_at": at + timedelta(days=one.heard_after)}
        )  # fmt: skip
    with ws.write() as conn:
        insert_all(conn, {name: rows for name, rows in tables.items() if rows})
