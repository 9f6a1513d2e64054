"""A small street for the tests of the map: shops, issues in every state, a place, put into the tables as they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CORNER = (121.42085, 31.25005)
SPOT = {"lon": CORNER[0] - 0.0012, "lat": CORNER[1] - 0.0003}


def add(ws: Workspace, table: str, **values: Any) -> None:
    """Insert one row."""
    from mapsvc.store.tables import metadata

    with ws.write() as conn:
        conn.execute(metadata.tables[table].insert().values(**values))


def add_worker(ws: Workspace, nickname: str) -> str:
    """A member of staff; returns the id."""
    add(ws, "person", id=f"person-{nickname}", kind="staff", name=f"{nickname}某", nickname=nickname, created_at=NOW)
    return f"person-{nickname}"


def add_shop(ws: Workspace, n: int, *, worker: str | None = None, state: str = "open", **location: Any) -> str:
    """Shop number `n`, 10 m further along each time; returns the id."""
    position = {"lon": CORNER[0] - 0.0001 * n, "lat": CORNER[1]} | location
    add(ws, "location", id=f"loc-shop-{n}", kind="shop", address=f"岚皋西路{2 * n + 1}号", **position)
    times = {"created_at": NOW, "updated_at": NOW}
    add(ws, "shop", id=f"shop-{n}", code=f"LT{n:04d}", location_id=f"loc-shop-{n}", state=state, **times)
    add(ws, "tenancy", id=f"ten-{n}", shop_id=f"shop-{n}", sign_name=f"第{n}家店", trade="餐饮", started_on=None)
    if worker:
        first = date(2026, 1, 1)
        add(ws, "assignment", id=f"as-{n}", shop_id=f"shop-{n}", worker_id=worker, source="row", from_day=first)
    return f"shop-{n}"


def add_visit(ws: Workspace, n: int, shop_id: str, at: datetime = NOW) -> None:
    """A call on a shop."""
    times = {"happened_at": at, "received_at": at}
    add(ws, "visit", id=f"visit-{n}", shop_id=shop_id, kind="regular", outcome="met", source="app", **times)


def add_issue(
    ws: Workspace,
    n: int,
    *,
    kind: str = "06010",
    state: str = "handling",
    source: str = "patrol",
    at: datetime = NOW - timedelta(days=1),
    shop_id: str | None = None,
    lon: float = CORNER[0],
    lat: float = CORNER[1],
    **case: Any,
) -> None:
    """Issue number `n` with a case of its own."""
    add(ws, "location", id=f"loc-issue-{n}", kind="point", lon=lon, lat=lat, address="岚皋路236号")
    add(ws, "case_file", id=f"case-{n}", state=state, calendar="clock", opened_at=at, **case)
    add(
        ws,
        "issue",
        id=f"issue-{n}",
        number=f"XJ20261122-{n:03d}",
        case_id=f"case-{n}",
        location_id=f"loc-issue-{n}",
        shop_id=shop_id,
        kind=kind,
        source=source,
        happened_at=at,
        received_at=at,
    )


def add_issues(ws: Workspace, told: list[dict[str, Any]]) -> None:
    """Many issues at once: each as `add_issue` takes it, with its number `n`."""
    from mapsvc.store.tables import metadata

    rows: dict[str, list[dict[str, Any]]] = {"location": [], "case_file": [], "issue": []}
    for one in told:
        n, at = one["n"], one["at"]
        lon, lat = one.get("lon", CORNER[0]), one.get("lat", CORNER[1])
        where = {"id": f"loc-issue-{n}", "kind": "point", "lon": lon, "lat": lat, "address": "岚皋路236号"}
        case = {"id": f"case-{n}", "state": one.get("state", "handling"), "calendar": "clock", "opened_at": at}
        ids = {"id": f"issue-{n}", "number": f"XJ20261122-{n:03d}", "case_id": case["id"], "location_id": where["id"]}
        said = {"kind": one.get("kind", "06010"), "source": one.get("source", "resident")}
        rows["location"].append(where)
        rows["case_file"].append(case)
        rows["issue"].append(ids | said | {"happened_at": at, "received_at": at})
    with ws.write() as conn:
        for table, some in rows.items():
            conn.execute(metadata.tables[table].insert(), some)


def add_place(ws: Workspace, n: int, name: str = "橙子公寓门口") -> None:
    """Place number `n` at the corner."""
    add(ws, "location", id=f"loc-place-{n}", kind="place", lon=CORNER[0], lat=CORNER[1], address="岚皋路236号")
    times = {"created_at": NOW, "updated_at": NOW}
    add(ws, "place", id=f"place-{n}", code=f"PD{n:04d}", location_id=f"loc-place-{n}", name=name, kind="墙角", **times)


def add_breaking_out(ws: Workspace) -> None:
    """A year of a report here and there along thirty doors, and at SPOT reports in the last eight weeks."""
    for n in range(30):
        add_shop(ws, n, lon=CORNER[0] - 0.00017 * n, lat=CORNER[1] - 0.00005 * n)
    for n in range(61):
        door = n * 7 % 30
        where = {"lon": CORNER[0] - 0.00017 * door, "lat": CORNER[1] - 0.00005 * door}
        add_issue(ws, n, at=NOW - timedelta(days=3 + 6 * n), kind="L0004", source="resident", **where)
    for n in range(11):
        add_issue(ws, 100 + n, at=NOW - timedelta(days=1 + 5 * n), source="merchant", **SPOT)
