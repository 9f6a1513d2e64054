"""Which doors were met and voiced something, in the store."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from mapsvc.domain.issues import IssueSource
from mapsvc.domain.shops import ShopState
from mapsvc.domain.silent import Contact
from mapsvc.domain.visits import Outcome
from mapsvc.store.tables import enquiry, issue, location, need, shop, tenancy, visit

_THEIRS = (IssueSource.MERCHANT, IssueSource.CARD)


@dataclass(frozen=True)
class DoorAt:
    """A shop with who runs it now, where it is along the street; `lon`, `lat` in WGS-84 degrees."""

    id: str
    code: str
    sign_name: str
    trade: str | None
    tenancy_id: str
    address: str | None
    street: str | None
    house_number: int | None
    lon: float | None
    lat: float | None


def doors(conn: Connection) -> list[DoorAt]:
    """Shops that somebody runs now, in the order of the street."""
    ask = (
        select(
            shop.c.id, shop.c.code, tenancy.c.sign_name, tenancy.c.trade, tenancy.c.id.label("tenancy_id"),
            location.c.address, location.c.street, location.c.house_number, location.c.lon, location.c.lat,
        )
        .join(location, location.c.id == shop.c.location_id)
        .join(tenancy, and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None)))
        .where(shop.c.state.not_in((ShopState.VACANT, ShopState.CLOSED)))
    )  # fmt: skip
    found = [DoorAt(**row._mapping) for row in conn.execute(ask)]
    return sorted(found, key=lambda d: (d.street or "～", d.house_number or 0, d.code))


def contacts(conn: Connection, since: datetime, until: datetime) -> dict[str, list[Contact]]:
    """Who was met at whose door from `since` to before `until`, by tenancy; of no tenancy under the shop's id."""
    ask = (
        select(visit.c.shop_id, visit.c.tenancy_id, visit.c.happened_at, visit.c.worker_id)
        .where(visit.c.outcome == Outcome.MET, visit.c.happened_at >= since, visit.c.happened_at < until)
        .order_by(visit.c.happened_at, visit.c.id)
    )
    found: dict[str, list[Contact]] = defaultdict(list)
    for row in conn.execute(ask):
        found[row.tenancy_id or row.shop_id].append(Contact(row.happened_at, row.worker_id))
    return dict(found)


def voiced(conn: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How often something was voiced from `since` to before `until`, by tenancy; else under the shop's id."""
    found: dict[str, int] = defaultdict(int)
    asks = (
        select(need.c.shop_id, need.c.tenancy_id, func.count().label("n"))
        .where(_within(need.c.voiced_at, since, until))
        .group_by(need.c.shop_id, need.c.tenancy_id),
        select(enquiry.c.shop_id, enquiry.c.tenancy_id, func.count().label("n"))
        .where(_within(enquiry.c.asked_at, since, until), enquiry.c.shop_id.is_not(None))
        .group_by(enquiry.c.shop_id, enquiry.c.tenancy_id),
    )
    for ask in asks:
        for row in conn.execute(ask):
            found[row.tenancy_id or row.shop_id] += row.n
    for shop_id, n in conn.execute(_reported(since, until)):
        found[shop_id] += n
    return dict(found)


def _reported(since: datetime, until: datetime) -> Select[Any]:
    """Issues that merchants reported: an issue knows no tenancy, so it counts for who runs the shop since before."""
    now = and_(tenancy.c.shop_id == issue.c.shop_id, tenancy.c.ended_on.is_(None))
    return (
        select(tenancy.c.id, func.count().label("n"))
        .select_from(issue)
        .join(tenancy, now)
        .where(issue.c.source.in_(_THEIRS), _within(issue.c.happened_at, since, until))
        .where(or_(tenancy.c.started_on.is_(None), tenancy.c.started_on <= func.date(issue.c.happened_at)))
        .group_by(tenancy.c.id)
    )


def topics_by_trade(conn: Connection, since: datetime) -> dict[str, dict[str, int]]:
    """At how many doors of each trade each topic was voiced or asked since."""
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, column in ((need, need.c.voiced_at), (enquiry, enquiry.c.asked_at)):
        ask = (
            select(tenancy.c.trade, table.c.topic, table.c.shop_id)
            .join(tenancy, and_(tenancy.c.shop_id == table.c.shop_id, tenancy.c.ended_on.is_(None)))
            .where(column >= since, table.c.topic.is_not(None), tenancy.c.trade.is_not(None))
            .distinct()
        )
        for row in conn.execute(ask):
            pairs[row.trade, row.topic].add(row.shop_id)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for (trade, topic), shops in sorted(pairs.items()):
        found[trade][topic] = len(shops)
    return dict(found)


def opened(conn: Connection, shop_ids: Collection[str], since: datetime) -> dict[str, list[datetime]]:
    """When each of these doors was found open since."""
    ask = select(visit.c.shop_id, visit.c.happened_at).where(
        visit.c.shop_id.in_(sorted(shop_ids)), visit.c.happened_at >= since, visit.c.outcome != Outcome.CLOSED
    )
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in conn.execute(ask.order_by(visit.c.happened_at, visit.c.id)):
        found[row.shop_id].append(row.happened_at)
    return dict(found)


def _within(column: ColumnElement[datetime], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)
