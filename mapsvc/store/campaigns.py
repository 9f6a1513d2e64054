"""政策进商铺 in the store: campaigns, their doors, and what tells whom one could be for."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from mapsvc.domain.campaigns import Campaign, CampaignShop, CampaignState, DoorReason, Uptake
from mapsvc.domain.shops import ShopState
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.store.bulk import chunks
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import campaign, campaign_shop, enquiry, location, need, shop, tenancy, visit

_NOBODY_THERE = (ShopState.VACANT.value, ShopState.CLOSED.value)


@dataclass(frozen=True)
class Premises:
    """A shop with who runs it now and where it is along the street; `lon`, `lat` in WGS-84 degrees."""

    shop_id: str
    code: str
    name: str
    trade: str | None
    tenancy_id: str | None
    started_on: date | None
    address: str | None
    street: str | None
    house_number: int | None
    side: str | None
    lon: float | None
    lat: float | None
    state: str = ShopState.OPEN.value

    @property
    def is_run(self) -> bool:
        """Whether somebody runs it now."""
        return self.tenancy_id is not None and self.state not in _NOBODY_THERE

    @property
    def label(self) -> str:
        """Address and name."""
        return f"{self.address or ''} {self.name}".strip() or self.code


@dataclass(frozen=True)
class Asked:
    """A question about a topic, put or said on a call, by who runs the shop now or ran it before."""

    shop_id: str
    tenancy_id: str | None
    topic: str | None
    at: datetime


@dataclass(frozen=True)
class MetAt:
    """A call on which something was told, and when its people were met before."""

    visit_id: str
    kind: VisitKind
    last_met_at: datetime | None


def add(conn: Connection, new: Campaign, doors: Iterable[CampaignShop] = ()) -> None:
    """Store a campaign with its doors."""
    conn.execute(insert(campaign).values(**asdict(new)))
    add_doors(conn, doors)


def add_doors(conn: Connection, doors: Iterable[CampaignShop]) -> None:
    """Store doors."""
    for some in chunks([asdict(door) for door in doors]):
        conn.execute(insert(campaign_shop), list(some))


def take(conn: Connection, campaign_id: str, version: int, **values: object) -> bool:
    """Write some columns and the next version; False where it is at another version by now."""
    ours = and_(campaign.c.id == campaign_id, campaign.c.version == version)
    done = conn.execute(update(campaign).where(ours).values(version=version + 1, **values))
    return done.rowcount == 1


def change_door(conn: Connection, door_id: str, **values: object) -> None:
    """Write some columns of a door."""
    conn.execute(update(campaign_shop).where(campaign_shop.c.id == door_id).values(**values))


def remove(conn: Connection, campaign_id: str) -> None:
    """Take a draft away with its doors."""
    conn.execute(delete(campaign_shop).where(campaign_shop.c.campaign_id == campaign_id))
    conn.execute(delete(campaign).where(campaign.c.id == campaign_id))


def by_id(conn: Connection, campaign_id: str) -> Campaign | None:
    """The campaign with this id."""
    row = conn.execute(select(campaign).where(campaign.c.id == campaign_id)).first()
    return _campaign(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Campaign]:
    """Campaigns by id; unknown ids are left out."""
    return {row.id: _campaign(row) for row in rows_by_ids(conn, campaign, ids)}


def every(conn: Connection) -> list[Campaign]:
    """All campaigns, the latest first."""
    return [_campaign(row) for row in conn.execute(select(campaign).order_by(campaign.c.made_at.desc(), campaign.c.id))]


def told_on(conn: Connection, day: date) -> list[Campaign]:
    """Campaigns that run on `day`, the one that closes first first."""
    runs = and_(
        campaign.c.state == CampaignState.RUNNING.value, campaign.c.from_day <= day, campaign.c.until_day >= day
    )
    found = [_campaign(row) for row in conn.execute(select(campaign).where(runs))]
    return sorted(found, key=lambda one: (one.closes_on or one.until_day, one.id))


def doors(conn: Connection, campaign_ids: Collection[str]) -> list[CampaignShop]:
    """All doors of these campaigns, removed ones too, in no order that ranks them."""
    ask = select(campaign_shop).where(campaign_shop.c.campaign_id.in_(sorted(campaign_ids)))
    return [_door(row) for row in conn.execute(ask.order_by(campaign_shop.c.campaign_id, campaign_shop.c.id))]


def doors_by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, CampaignShop]:
    """Doors by id; unknown ids are left out."""
    return {row.id: _door(row) for row in rows_by_ids(conn, campaign_shop, ids)}


def door_at(conn: Connection, campaign_id: str, shop_id: str) -> CampaignShop | None:
    """The door of a campaign at a shop, removed or not."""
    ours = and_(campaign_shop.c.campaign_id == campaign_id, campaign_shop.c.shop_id == shop_id)
    row = conn.execute(select(campaign_shop).where(ours)).first()
    return _door(row) if row else None


def told_with(conn: Connection, visit_id: str) -> list[CampaignShop]:
    """Doors where it was told on this visit."""
    ask = select(campaign_shop).where(campaign_shop.c.visit_id == visit_id).order_by(campaign_shop.c.id)
    return [_door(row) for row in conn.execute(ask)]


def waiting(conn: Connection, campaign_ids: Collection[str], told_since: datetime | None = None) -> list[CampaignShop]:
    """Doors of these campaigns that nobody told yet (or since then) and that are run by the same people still."""
    told_at = campaign_shop.c.told_at
    waits = told_at.is_(None) if told_since is None else or_(told_at.is_(None), told_at >= told_since)
    same = and_(tenancy.c.id == campaign_shop.c.tenancy_id, tenancy.c.ended_on.is_(None))
    ask = (
        select(campaign_shop)
        .join(tenancy, same)
        .where(campaign_shop.c.campaign_id.in_(sorted(campaign_ids)))
        .where(campaign_shop.c.removed_at.is_(None), waits)
    )
    return [_door(row) for row in conn.execute(ask.order_by(campaign_shop.c.campaign_id, campaign_shop.c.id))]


def premises(conn: Connection) -> list[Premises]:
    """Shops that somebody runs now, in the order of the street."""
    return [one for one in along_the_street(conn) if one.is_run]


def along_the_street(conn: Connection) -> list[Premises]:
    """All shops in the order of the street, those that nobody runs now too."""
    ask = (
        select(
            shop.c.id.label("shop_id"), shop.c.code, func.coalesce(tenancy.c.sign_name, "").label("name"),
            tenancy.c.trade, tenancy.c.id.label("tenancy_id"), tenancy.c.started_on, location.c.address,
            location.c.street, location.c.house_number, location.c.side, location.c.lon, location.c.lat,
            shop.c.state,
        )
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None)))
    )  # fmt: skip
    found = [Premises(**row._mapping) for row in conn.execute(ask)]
    return sorted(found, key=lambda one: (one.street or "～", one.house_number or 0, one.code))


def asked(conn: Connection, since: datetime, until: datetime, topics: Collection[str] = ()) -> list[Asked]:
    """Questions and needs at shops from `since` to before `until`, of these topics if given, the earliest first."""
    found = []
    for table, at in ((enquiry, enquiry.c.asked_at), (need, need.c.voiced_at)):
        ask = select(table.c.shop_id, table.c.tenancy_id, table.c.topic, at.label("at"))
        ask = ask.where(table.c.shop_id.is_not(None), at >= since, at < until)
        if topics:
            ask = ask.where(table.c.topic.in_(sorted(topics)))
        found += [Asked(row.shop_id, row.tenancy_id, row.topic, row.at) for row in conn.execute(ask)]
    return sorted(found, key=lambda one: (one.at, one.shop_id))


def met_before(conn: Connection, visit_ids: Collection[str]) -> dict[str, MetAt]:
    """These calls by id, with when the same people were met last before."""
    earlier = visit.alias("earlier")
    same = and_(
        earlier.c.shop_id == visit.c.shop_id, earlier.c.happened_at < visit.c.happened_at,
        earlier.c.outcome == Outcome.MET.value,
        or_(earlier.c.tenancy_id == visit.c.tenancy_id, earlier.c.tenancy_id.is_(None)),
    )  # fmt: skip
    last = func.max(earlier.c.happened_at, type_=visit.c.happened_at.type)
    found: dict[str, MetAt] = {}
    for some in chunks(sorted(visit_ids)):
        ask = (
            select(visit.c.id, visit.c.kind, last.label("last_met_at"))
            .outerjoin(earlier, same)
            .where(visit.c.id.in_(some))
            .group_by(visit.c.id, visit.c.kind)
        )
        found |= {row.id: MetAt(row.id, VisitKind(row.kind), row.last_met_at) for row in conn.execute(ask)}
    return found


def calls_at_doors(conn: Connection, campaign_id: str, since: datetime, until: datetime) -> list[str]:
    """Ids of calls from `since` to before `until` at which the people of its doors were met, the earliest first."""
    theirs = and_(
        visit.c.shop_id == campaign_shop.c.shop_id, visit.c.tenancy_id == campaign_shop.c.tenancy_id,
        visit.c.outcome == Outcome.MET.value,
    )  # fmt: skip
    ask = (
        select(visit.c.id)
        .join(campaign_shop, theirs)
        .where(campaign_shop.c.campaign_id == campaign_id, visit.c.happened_at >= since, visit.c.happened_at < until)
        .order_by(visit.c.happened_at, visit.c.id)
    )
    return list(conn.execute(ask).scalars())


def _campaign(row: Row[Any]) -> Campaign:
    values = {name: getattr(row, name) for name in Campaign.__dataclass_fields__}
    return Campaign(**values | {"state": CampaignState(row.state)})


def _door(row: Row[Any]) -> CampaignShop:
    values = {name: getattr(row, name) for name in CampaignShop.__dataclass_fields__}
    uptake = Uptake(row.uptake) if row.uptake else None
    return CampaignShop(**values | {"reason": DoorReason(row.reason), "uptake": uptake})
