"""A past of reports for an office: whole columns of issues put into the tables at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

STREET, SIDE_M = "岚皋西路", 8.0
UNTIL = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """A report: days before the last of the past, metres along the left of 岚皋西路, and what it is."""

    days_ago: int
    at_m: float
    kind: str = "06010"
    source: str = "resident"


def add_past(ws: Workspace, told: Sequence[Told], *, until: datetime = UNTIL, name: str = "past") -> None:
    """Insert the reports, each with a case of its own."""
    from mapsvc.store.tables import metadata

    street = next(one for one in ws.gazetteer.streets if one.name == STREET)
    places, cases, issues = [], [], []
    for n, one in enumerate(told):
        at = until - timedelta(days=one.days_ago, minutes=n % 60)
        spot = street.point_at(one.at_m, SIDE_M)
        places.append({"id": f"{name}-l{n}", "kind": "point", "lon": spot.lon, "lat": spot.lat})
        cases.append({"id": f"{name}-c{n}", "state": "closed", "calendar": "clock", "opened_at": at})
        issues.append(
            {
                "id": f"{name}-i{n}", "number": f"{name}-{n}", "case_id": f"{name}-c{n}", "location_id": f"{name}-l{n}",
                "kind": one.kind, "source": one.source, "happened_at": at, "received_at": at,
            }
        )  # fmt: skip
    with ws.write() as conn:
        for table, rows in (("location", places), ("case_file", cases), ("issue", issues)):
            conn.execute(metadata.tables[table].insert(), rows)


def a_year(n: int = 240) -> list[Told]:
    """Every third report at 60 m, the others along 300 m, a little more than a year."""
    told = []
    for i in range(n):
        days_ago = (n - i) * 400 // n
        corner, anywhere = Told(days_ago, 56.0 + i % 9), Told(days_ago, 5.0 + (i * 37) % 290, ("06010", "06036")[i % 2])
        told.append(anywhere if i % 3 else corner)
    return told
