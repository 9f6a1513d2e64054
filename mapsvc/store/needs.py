"""Needs in the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from mapsvc.domain.needs import Need, Way
from mapsvc.domain.visits import VisitSource
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import location, need, shop, tenancy, visit

_FIELDS = tuple(f.name for f in fields(Need) if f.name != "way")


@dataclass(frozen=True)
class NeedAt:
    """A need with its door; `handler` is who of the staff sees to it."""

    need: Need
    shop_code: str
    shop_name: str | None
    address: str | None


def from_row(row: Row[Any]) -> Need:
    """A need from a row of table need."""
    return Need(**{name: getattr(row, name) for name in _FIELDS}, way=Way(row.way) if row.way else None)


def by_id(conn: Connection, need_id: str) -> Need | None:
    """The need with this id."""
    return by_ids(conn, [need_id]).get(need_id)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Need]:
    """Needs by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, need, ids)}


def of_visit(conn: Connection, visit_id: str) -> list[Need]:
    """What was voiced on a visit, by id."""
    return [from_row(r) for r in conn.execute(select(need).where(need.c.visit_id == visit_id).order_by(need.c.id))]


def of_case(conn: Connection, case_id: str) -> list[Need]:
    """The needs that became a case, by id."""
    return [from_row(r) for r in conn.execute(select(need).where(need.c.case_id == case_id).order_by(need.c.id))]


# A workbook knows no way of handling, so what it brought without one is history, not work.
_IN_APP = need.c.way.is_not(None) | visit.c.source.is_(None) | (visit.c.source != VisitSource.LEDGER)


def open_of_shop(conn: Connection, shop_id: str, tenancy_id: str | None, limit: int = 20) -> list[Need]:
    """Needs of the present tenancy in which something is still to be done, newest first."""
    ask = select(need).outerjoin(visit, visit.c.id == need.c.visit_id)
    ask = ask.where(need.c.shop_id == shop_id, need.c.settled_at.is_(None), _IN_APP)
    if tenancy_id:
        ask = ask.where(need.c.tenancy_id == tenancy_id)
    return [from_row(r) for r in conn.execute(ask.order_by(need.c.voiced_at.desc(), need.c.id).limit(limit))]


def open_ones(conn: Connection, topic: str | None = None, shop_id: str | None = None) -> list[NeedAt]:
    """What is still to be done for those who run the shops now, the first voiced first."""
    return _at_doors(conn, need.c.settled_at.is_(None), topic, shop_id)


def untold(conn: Connection, since: datetime, shop_id: str | None = None) -> list[NeedAt]:
    """What was settled since, later than voiced, and not told to the merchant yet; the first settled first."""
    later = and_(need.c.settled_at > need.c.voiced_at, need.c.settled_at >= since, need.c.told_at.is_(None))
    found = _at_doors(conn, and_(later, need.c.outcome.is_not(None)), None, shop_id)
    return sorted(found, key=lambda one: (one.need.settled_at or one.need.voiced_at, one.need.id))


def settled_between(conn: Connection, since: datetime, until: datetime) -> list[NeedAt]:
    """What was settled from `since` to before `until`, the first voiced first."""
    return _at_doors(conn, and_(need.c.settled_at >= since, need.c.settled_at < until), None, None)


def count_open_by_topic(conn: Connection) -> dict[str | None, int]:
    """How many are open, by topic."""
    ask = _doors(select(need.c.topic, func.count().label("n")), need.c.settled_at.is_(None)).group_by(need.c.topic)
    return {row.topic: row.n for row in conn.execute(ask)}


def add_many(conn: Connection, new: Sequence[Need]) -> None:
    """Store new needs."""
    if new:
        conn.execute(insert(need), [asdict(n) for n in new])


def change(conn: Connection, before: Need, after: Need) -> bool:
    """Write a need that was worked on; False if somebody else settled or reopened it meanwhile."""
    values = {name: value for name, value in asdict(after).items() if name != "id"}
    same = need.c.settled_at == before.settled_at if before.settled_at else need.c.settled_at.is_(None)
    return conn.execute(update(need).where(need.c.id == before.id, same).values(**values)).rowcount == 1


def _at_doors(conn: Connection, where: ColumnElement[bool], topic: str | None, shop_id: str | None) -> list[NeedAt]:
    columns = select(need, shop.c.code, tenancy.c.sign_name, location.c.address)
    ask = _doors(columns, where)
    if topic:
        ask = ask.where(need.c.topic == topic)
    if shop_id:
        ask = ask.where(need.c.shop_id == shop_id)
    rows = conn.execute(ask.order_by(need.c.voiced_at, need.c.id))
    return [NeedAt(from_row(r), r.code, r.sign_name, r.address) for r in rows]


def _doors(ask: Any, where: ColumnElement[bool]) -> Any:
    """With the shops; only of who runs them now."""
    now = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    return (
        ask.select_from(need)
        .join(shop, shop.c.id == need.c.shop_id)
        .join(location, location.c.id == shop.c.location_id)
        .join(tenancy, now)
        .outerjoin(visit, visit.c.id == need.c.visit_id)
        .where(where, _IN_APP, or_(need.c.tenancy_id.is_(None), need.c.tenancy_id == tenancy.c.id))
    )
