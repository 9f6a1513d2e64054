"""What was done against trouble, and where: runs of playbooks, notices, guard teams, red responses, agreements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, func, literal, null, select

from mapsvc.domain.times import day_start
from mapsvc.store.tables import (
    council,
    issue,
    location,
    notice,
    place,
    playbook,
    playbook_run,
    response,
    roster,
    shop,
)

_DAY_NAMES = {"notice": "温馨提示", "roster": "文明护卫队"}


@dataclass(frozen=True)
class Measure:
    """Something done at a position (WGS-84 degrees): what it is called, when it began, and whether it is over.

    Attributes
    ----------
    noun : str
        playbook_run | notice | roster | response | council.
    case_id, place : str or None
        Where it can be read: id of the case, code of the place.
    """

    noun: str
    id: str
    name: str
    at: datetime
    until: datetime | None
    lon: float
    lat: float
    case_id: str | None
    place: str | None


def measures(conn: Connection, since: datetime, until: datetime) -> list[Measure]:
    """All that began from `since` to before `until` at a known position, the earliest first.

    A notice or a guard team that belongs to a playbook's run is told by the run.
    """
    runs = _placed(playbook_run, playbook.c.name, playbook_run.c.started_at, playbook_run.c.ended_at)
    runs = runs.join(playbook, playbook.c.id == playbook_run.c.playbook_id)
    called = _placed(response, literal("红色响应"), response.c.called_at, response.c.stood_down_at)
    agreed = _placed(council, literal("议事会达成协议"), council.c.agreed_at, null())
    found = [*_read(conn, runs, playbook_run.c.started_at, since, until)]
    found += _read(conn, called, response.c.called_at, since, until)
    found += _read(conn, agreed, council.c.agreed_at, since, until)
    for table in (notice, roster):
        found += _by_day(conn, table, since, until)
    return sorted(found, key=lambda m: (m.at, m.noun, m.id))


def _by_day(conn: Connection, table: Table, since: datetime, until: datetime) -> list[Measure]:
    ask = _placed(table, literal(_DAY_NAMES[table.name]), table.c.from_day, table.c.until_day)
    ask = ask.where(table.c.run_id.is_(None), table.c.from_day >= since.date(), table.c.from_day <= until.date())
    rows = (dict(row._mapping) for row in conn.execute(ask))
    placed = [Measure(**row | {"at": day_start(row["at"]), "until": day_start(row["until"])}) for row in rows]
    return [one for one in placed if since <= one.at < until]


def _read(conn: Connection, ask: Select[Any], at: Any, since: datetime, until: datetime) -> list[Measure]:
    return [Measure(**row._mapping) for row in conn.execute(ask.where(at >= since, at < until))]


def _placed(table: Table, name: Any, at: Any, until: Any) -> Select[Any]:
    """Rows of a table with the position of their own location, place, shop or case, whichever there is."""
    has = table.c.keys()
    case_id = table.c.case_id if "case_id" in has else null()
    first = and_(issue.c.case_id == case_id, issue.c.joined_at.is_(None))
    place_id, shop_id = (table.c[n] if n in has else null() for n in ("place_id", "shop_id"))
    own = [table.c.location_id] if "location_id" in has else []
    where = func.coalesce(*own, place.c.location_id, shop.c.location_id, issue.c.location_id)
    return (
        select(
            literal(table.name).label("noun"), table.c.id, name.label("name"), at.label("at"), until.label("until"),
            location.c.lon, location.c.lat, case_id.label("case_id"), place.c.code.label("place"),
        )
        .select_from(table)
        .outerjoin(place, place.c.id == place_id)
        .outerjoin(shop, shop.c.id == shop_id)
        .outerjoin(issue, first)
        .join(location, location.c.id == where)
        .where(location.c.lon.is_not(None))
    )  # fmt: skip
