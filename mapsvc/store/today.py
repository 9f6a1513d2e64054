"""A worker's day in the store: whose doors they are, and one statement per noun for all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from mapsvc.domain.cases import OPEN_STATES, CaseState, Severity
from mapsvc.domain.enquiries import Enquiry
from mapsvc.domain.needs import Need
from mapsvc.domain.promises import Promise
from mapsvc.domain.shops import Assignment, AssignmentSource, ShopState
from mapsvc.domain.visits import Visit
from mapsvc.store import enquiries, needs, promises, visits
from mapsvc.store.events import Event
from mapsvc.store.tables import (
    assignment,
    card,
    case_file,
    enquiry,
    event,
    handover,
    issue,
    location,
    need,
    person,
    place,
    promise,
    shop,
    tenancy,
    visit,
)


@dataclass(frozen=True)
class Door:
    """A shop as the phone shows it: no person in it."""

    id: str
    code: str
    state: ShopState
    street: str | None
    house_number: int | None
    side: str | None
    chainage_m: float | None
    address: str | None
    lon: float | None
    lat: float | None
    tenancy_id: str | None
    sign_name: str | None
    trade: str | None
    started_on: date | None


@dataclass(frozen=True)
class Handover:
    """Somebody's shops with somebody else; `until_day` is the first day they are back, None: for good."""

    id: str
    from_id: str
    from_name: str
    to_id: str
    to_name: str
    from_day: date
    until_day: date | None


@dataclass(frozen=True)
class CaseAt:
    """An issue at a door with what its case says."""

    shop_id: str
    case_id: str
    kind: str
    description: str | None
    state: CaseState
    happened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    return_visit_due_at: datetime | None
    return_visited_at: datetime | None
    is_supervised: bool
    severity: Severity | None = None


@dataclass(frozen=True)
class PlaceAt:
    """A place as the phone's map shows it."""

    code: str
    name: str
    kind: str | None
    lon: float
    lat: float
    address: str | None


def assignments(conn: Connection, worker_id: str, day: date) -> list[Assignment]:
    """All assignments, past ones too, of the shops that any assignment gives to the worker on `day`."""
    holds = and_(assignment.c.from_day <= day, or_(assignment.c.until_day.is_(None), assignment.c.until_day > day))
    theirs = select(assignment.c.shop_id).where(assignment.c.worker_id == worker_id, holds)
    ask = select(assignment).where(assignment.c.shop_id.in_(theirs)).order_by(assignment.c.id)
    return [
        Assignment(r.id, r.shop_id, r.worker_id, AssignmentSource(r.source), r.from_day, r.until_day)
        for r in conn.execute(ask)
    ]


def handovers(conn: Connection, person_id: str, day: date, news_since: date) -> list[Handover]:
    """Handovers from or to a person: not over before `day`, and of those for good what began since; earliest first."""
    giver, taker = person.alias("giver"), person.alias("taker")
    ask = (
        select(
            handover,
            func.coalesce(giver.c.nickname, giver.c.name).label("from_name"),
            func.coalesce(taker.c.nickname, taker.c.name).label("to_name"),
        )
        .join(giver, giver.c.id == handover.c.from_id)
        .join(taker, taker.c.id == handover.c.to_id)
        .where(handover.c.undone_at.is_(None), or_(handover.c.from_id == person_id, handover.c.to_id == person_id))
        .where(or_(handover.c.until_day > day, and_(handover.c.until_day.is_(None), handover.c.from_day >= news_since)))
        .order_by(handover.c.from_day, handover.c.id)
    )
    return [
        Handover(r.id, r.from_id, r.from_name, r.to_id, r.to_name, r.from_day, r.until_day) for r in conn.execute(ask)
    ]


def doors(conn: Connection, shop_ids: Collection[str]) -> list[Door]:
    """Shops with their present tenancy, by code."""
    current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    ask = (
        select(
            shop.c.id,
            shop.c.code,
            shop.c.state,
            location.c.street,
            location.c.house_number,
            location.c.side,
            location.c.chainage_m,
            location.c.address,
            location.c.lon,
            location.c.lat,
            tenancy.c.id.label("tenancy_id"),
            tenancy.c.sign_name,
            tenancy.c.trade,
            tenancy.c.started_on,
        )
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, current)
        .where(shop.c.id.in_(sorted(shop_ids)))
        .order_by(shop.c.code)
    )
    return [Door(**dict(row._mapping) | {"state": ShopState(row.state)}) for row in conn.execute(ask)]


def merchants(conn: Connection, shop_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Name and number of who runs each shop now, by shop id: only to take them out of texts."""
    ask = (
        select(tenancy.c.shop_id, person.c.name, func.coalesce(person.c.phone, "").label("phone"))
        .join(person, person.c.id == tenancy.c.merchant_id)
        .where(tenancy.c.shop_id.in_(sorted(shop_ids)), tenancy.c.ended_on.is_(None), person.c.erased_at.is_(None))
    )
    return {row.shop_id: (row.name, row.phone) for row in conn.execute(ask)}


def visits_of(conn: Connection, shop_ids: Collection[str], each: int = 60) -> list[Visit]:
    """The last `each` calls on every one of these shops, the latest first."""
    newest = (visit.c.happened_at.desc(), visit.c.id)
    place_ = func.row_number().over(partition_by=visit.c.shop_id, order_by=newest).label("place_")
    inner = select(visit, place_).where(visit.c.shop_id.in_(sorted(shop_ids))).subquery()
    ask = select(inner).where(inner.c.place_ <= each).order_by(inner.c.happened_at.desc(), inner.c.id)
    return [visits.from_row(row) for row in conn.execute(ask)]


def needs_of(conn: Connection, shop_ids: Collection[str]) -> list[Need]:
    """What was voiced at these shops, the latest first."""
    ask = select(need).where(need.c.shop_id.in_(sorted(shop_ids)))
    return [needs.from_row(row) for row in conn.execute(ask.order_by(need.c.voiced_at.desc(), need.c.id))]


def promises_of(conn: Connection, shop_ids: Collection[str], kept_since: datetime) -> list[Promise]:
    """Promises to these shops that are open or were kept since; those due first come first."""
    is_open = and_(promise.c.kept_at.is_(None), promise.c.withdrawn_at.is_(None))
    ask = select(promise).where(promise.c.shop_id.in_(sorted(shop_ids)), or_(is_open, promise.c.kept_at >= kept_since))
    found = [promises.from_row(row) for row in conn.execute(ask)]
    return sorted(found, key=lambda p: (p.due_at is None, p.due_at or p.promised_at, p.id))


def enquiries_of(conn: Connection, shop_ids: Collection[str], since: datetime) -> list[Enquiry]:
    """What was asked from these shops since, the latest first."""
    ask = select(enquiry).where(enquiry.c.shop_id.in_(sorted(shop_ids)), enquiry.c.asked_at >= since)
    return [enquiries.from_row(row) for row in conn.execute(ask.order_by(enquiry.c.asked_at.desc(), enquiry.c.id))]


def cases_at(conn: Connection, shop_ids: Collection[str], closed_since: datetime) -> list[CaseAt]:
    """Issues at these shops whose case is open, awaits a return visit or was closed since; the oldest first."""
    awaits = and_(case_file.c.return_visit_due_at.is_not(None), case_file.c.return_visited_at.is_(None))
    ask = (
        select(
            issue.c.shop_id,
            issue.c.case_id,
            issue.c.kind,
            issue.c.description,
            issue.c.happened_at,
            case_file.c.state,
            case_file.c.due_at,
            case_file.c.closed_at,
            case_file.c.return_visit_due_at,
            case_file.c.return_visited_at,
            case_file.c.is_supervised,
            case_file.c.severity,
        )
        .join(case_file, case_file.c.id == issue.c.case_id)
        .where(issue.c.shop_id.in_(sorted(shop_ids)), case_file.c.merged_into.is_(None))
        .where(
            or_(
                case_file.c.state.in_(sorted(OPEN_STATES)),
                and_(case_file.c.state == CaseState.CLOSED, or_(awaits, case_file.c.closed_at >= closed_since)),
            )
        )
        .order_by(issue.c.happened_at, issue.c.id)
    )
    return [_case_at(dict(row._mapping)) for row in conn.execute(ask)]


def _case_at(values: dict[str, Any]) -> CaseAt:
    severity = Severity(values.pop("severity")) if values["severity"] else values.pop("severity")
    return CaseAt(**values | {"state": CaseState(values["state"]), "severity": severity})


def last_events(conn: Connection, shop_ids: Collection[str], each: int) -> dict[str, list[Event]]:
    """The last `each` things that happened at every shop, newest first, by shop id."""
    newest = (event.c.at.desc(), event.c.id.desc())
    place_ = func.row_number().over(partition_by=event.c.shop_id, order_by=newest).label("place_")
    inner = select(event, place_).where(event.c.shop_id.in_(sorted(shop_ids))).subquery()
    ask = select(inner).where(inner.c.place_ <= each).order_by(inner.c.shop_id, inner.c.place_)
    found: dict[str, list[Event]] = {}
    for row in conn.execute(ask):
        values = {name: value for name, value in row._mapping.items() if name not in ("id", "place_")}
        one = Event(**values)
        object.__setattr__(one, "id", row.id)
        found.setdefault(row.shop_id, []).append(one)
    return found


def card_tokens(conn: Connection, shop_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """Tokens of the cards in force, by shop and tenancy; the latest where there are several."""
    ask = select(card).where(card.c.shop_id.in_(sorted(shop_ids)), card.c.revoked_at.is_(None))
    return {(r.shop_id, r.tenancy_id): r.token for r in conn.execute(ask.order_by(card.c.made_at, card.c.id))}


def places(conn: Connection) -> list[PlaceAt]:
    """All places that have a position, by code."""
    ask = (
        select(place.c.code, place.c.name, place.c.kind, location.c.lon, location.c.lat, location.c.address)
        .join(location, location.c.id == place.c.location_id)
        .where(location.c.lon.is_not(None), location.c.lat.is_not(None))
        .order_by(place.c.code)
    )
    return [PlaceAt(**row._mapping) for row in conn.execute(ask)]


def trades(conn: Connection) -> list[str]:
    """The trades of today's shops, in the order of their characters."""
    ask = select(tenancy.c.trade).where(tenancy.c.ended_on.is_(None), tenancy.c.trade.is_not(None)).distinct()
    return sorted(conn.scalars(ask))


def names_of(conn: Connection, person_ids: Collection[str]) -> dict[str, str]:
    """What colleagues call these people, by id."""
    ask = select(person.c.id, func.coalesce(person.c.nickname, person.c.name).label("name"))
    return {row.id: row.name for row in conn.execute(ask.where(person.c.id.in_(sorted(person_ids))))}


def shop_ids(conn: Connection, codes: Collection[str]) -> set[str]:
    """Ids of the shops with these codes."""
    return set(conn.execute(select(shop.c.id).where(shop.c.code.in_(sorted(codes)))).scalars()) if codes else set()


def marks(conn: Connection) -> tuple[object, ...]:
    """What tells whether cards and handovers changed, which raise no layer's number."""
    columns: Sequence[ColumnElement[object]] = (
        select(func.count()).select_from(card).scalar_subquery(),
        select(func.count(card.c.revoked_at)).scalar_subquery(),
        select(func.count()).select_from(handover).scalar_subquery(),
        select(func.count(handover.c.undone_at)).scalar_subquery(),
    )
    return tuple(conn.execute(select(*columns)).one())
