"""Changing shops: corrections on the spot, 换店, and who looks after a shop from a day on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.people import Person, PersonKind
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import PositionSource
from mapsvc.domain.shops import Assignment, AssignmentSource, Shop, ShopState, Tenancy
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, Refused
from mapsvc.operations.corrections import Change, changed, moved_m, stale, write_correction
from mapsvc.operations.issues import Spot, checked_spot
from mapsvc.operations.shops import find_shop, index_shop
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, ids, people, places, shops

_LEAST_DIGITS, _MOST_DIGITS = 7, 15
_FURTHEST_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class ShopChanges:
    """What to correct; None leaves a field as it is, an empty text clears it."""

    sign_name: str | None = None
    trade: str | None = None
    state: ShopState | None = None
    note: str | None = None
    area_m2: float | None = None
    merchant_name: str | None = None
    merchant_phone: str | None = None
    position: Spot | None = None


@dataclass(frozen=True)
class NewTenancy:
    """Who runs the premises now; without `sign_name` nobody does. `id` comes from the client."""

    id: str
    from_day: date
    sign_name: str | None = None
    trade: str | None = None
    merchant_name: str | None = None
    merchant_phone: str | None = None


def correct_shop(ws: Workspace, actor: Actor, code: str, version: int, changes: ShopChanges) -> Shop:
    """Correct a shop as it was found on the spot; a position corrected keeps that as its source.

    Raises
    ------
    NotFound, Forbidden, Refused
    Conflict
        If `version` is no longer the stored one.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = find_shop(conn, code, office_day(at))
        require(actor, Action.EDIT_SHOP, before.worker_id)
        told = changed(before, _given(state=changes.state, note=changes.note, area_m2=changes.area_m2))
        values = {str(c["field"]): c["after"] for c in told}
        if not shops.change(conn, before.id, version, updated_at=at, **values):
            raise stale(before.name, before.version)
        told += _correct_tenancy(conn, before, changes)
        told += _correct_merchant(conn, actor, before, changes, at)
        told += _move(ws, conn, before, changes.position)
        after = find_shop(conn, code, office_day(at))
        write_correction(conn, actor, told, at, shop=after)
        audit.append(conn, actor, "correct_shop", "shop", after.id, before, after, at)
        index_shop(conn, after)
    return after


def change_tenancy(ws: Workspace, actor: Actor, code: str, version: int, new: NewTenancy) -> Shop:
    """换店: the old tenancy ends and its people leave, the premises' history stays; a first visit is due.

    The same id again changes nothing.

    Raises
    ------
    NotFound, Forbidden
    Refused
        A day ahead of today or before the present tenancy.
    Conflict
        If `version` is no longer the stored one.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = find_shop(conn, code, office_day(at))
        require(actor, Action.EDIT_SHOP, before.worker_id)
        if before.tenancy and before.tenancy.id == new.id:
            return before
        _check_day(before, new.from_day, office_day(at))
        state = ShopState.OPEN if new.sign_name else ShopState.VACANT
        if not shops.change(conn, before.id, version, updated_at=at, state=state):
            raise stale(before.name, before.version)
        _end(conn, before, new.from_day, at)
        tenancy_id = _begin(conn, before, new, at)
        events.append(
            conn,
            type="tenancy",
            ref=tenancy_id or (before.tenancy.id if before.tenancy else before.id),
            at=at,
            shop_id=before.id,
            location_id=before.location.id,
            tenancy_id=tenancy_id,
            actor_id=actor.person_id,
        )
        after = find_shop(conn, code, office_day(at))
        audit.append(conn, actor, "change_tenancy", "shop", after.id, before, after, at)
        index_shop(conn, after)
    return after


def assign_worker(ws: Workspace, actor: Actor, code: str, nickname: str, from_day: date) -> Shop:
    """Give a shop to a worker from a day on; what was in force before stays on record.

    Raises
    ------
    NotFound, Forbidden
    Refused
        If nobody is called so.
    """
    require(actor, Action.EDIT_PATCHES)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = find_shop(conn, code, office_day(at))
        worker = people.staff_by_nickname(conn, nickname)
        if worker is None or worker.left_at:
            raise Refused(f"没有叫“{nickname}”的走访人，请核对称呼。", field="worker", code="unknown_worker")
        shops.end_assignments(conn, [before.id], from_day)
        made = Assignment(str(uuid4()), before.id, worker.id, AssignmentSource.MANUAL, from_day)
        shops.add_assignment(conn, made)
        name = before.worker.display_name if before.worker else None
        told: list[Change] = [{"field": "worker", "before": name, "after": worker.display_name}]
        write_correction(conn, actor, told, at, shop=before)
        audit.append(conn, actor, "assign_worker", "shop", before.id, None, made, at)
        return find_shop(conn, code, office_day(at))


def _given(**values: object) -> dict[str, object]:
    return {name: (None if value == "" else value) for name, value in values.items() if value is not None}


def _correct_tenancy(conn: Connection, shop: Shop, changes: ShopChanges) -> list[Change]:
    values = _given(sign_name=changes.sign_name, trade=changes.trade)
    if not values:
        return []
    if shop.tenancy is None:
        raise Refused(f"{shop.code}现在没有店，请用“换店”登记新店。", field="sign_name", code="no_tenancy")
    if "sign_name" in values and not values["sign_name"]:
        raise Refused("店名不能为空；已经没有店了请用“换店/歇业”。", field="sign_name", code="no_name")
    told = changed(shop.tenancy, values)
    if told:
        shops.change_tenancy(conn, shop.tenancy.id, **{str(c["field"]): c["after"] for c in told})
    return told


def _correct_merchant(conn: Connection, actor: Actor, shop: Shop, changes: ShopChanges, at: datetime) -> list[Change]:
    name, phone = changes.merchant_name, changes.merchant_phone
    if name is None and phone is None:
        return []
    require(actor, Action.SEE_PERSON, shop.worker_id)
    if shop.tenancy is None:
        raise Refused(f"{shop.code}现在没有店，不能登记经营者。", field="merchant_name", code="no_tenancy")
    phone = _checked_phone(phone)
    if shop.merchant is None:
        merchant_id = _add_merchant(conn, name or "经营者", phone, at)
        shops.change_tenancy(conn, shop.tenancy.id, merchant_id=merchant_id)
    else:
        people.change(conn, shop.merchant.id, **_given(name=name or None, phone=phone))
    fields = {"merchant_name": name, "merchant_phone": phone}
    return [{"field": field} for field, value in fields.items() if value is not None]


def _move(ws: Workspace, conn: Connection, shop: Shop, spot: Spot | None) -> list[Change]:
    if spot is None:
        return []
    checked_spot(ws, spot)
    values = {"lon": spot.lon, "lat": spot.lat, "error_m": spot.error_m, "position_note": None}
    places.change_location(conn, shop.location.id, position_source=PositionSource.CORRECTED, **values)
    return [{"field": "position", "moved_m": moved_m(shop.location, spot.lon, spot.lat)}]


def _check_day(shop: Shop, day: date, today: date) -> None:
    if day > today + _FURTHEST_AHEAD:
        raise Refused("换店的日期还没到，请填今天或以前的日期。", field="from", code="ahead_of_today")
    since = shop.tenancy.started_on if shop.tenancy else None
    if since and day < since:
        raise Refused(f"换店的日期早于现在这家店开业（{since}），请核对。", field="from", code="before_present")


def _end(conn: Connection, shop: Shop, day: date, at: datetime) -> None:
    if shop.tenancy is None:
        return
    shops.change_tenancy(conn, shop.tenancy.id, ended_on=day)
    if shop.merchant:
        people.change(conn, shop.merchant.id, left_at=at)


def _begin(conn: Connection, shop: Shop, new: NewTenancy, at: datetime) -> str | None:
    if not new.sign_name:
        return None
    if shops.tenancies_by_ids(conn, [new.id]):
        raise Conflict("这个编号（id）已经用来登记过另一家店，请换一个新的 id。", field="id", code="id_used")
    merchant_id = None
    if new.merchant_name or new.merchant_phone:
        phone = _checked_phone(new.merchant_phone)
        merchant_id = _add_merchant(conn, new.merchant_name or "经营者", phone, at, ids.of("merchant", new.id))
    tenancy = Tenancy(new.id, shop.id, new.sign_name, new.trade, merchant_id, started_on=new.from_day)
    shops.add_tenancy(conn, tenancy)
    return tenancy.id


def _add_merchant(conn: Connection, name: str, phone: str | None, at: datetime, person_id: str | None = None) -> str:
    person = Person(person_id or str(uuid4()), PersonKind.MERCHANT, name, phone=phone or None, created_at=at)
    people.add(conn, person)
    return person.id


def _checked_phone(phone: str | None) -> str | None:
    if phone and not _LEAST_DIGITS <= sum(c.isdigit() for c in phone) <= _MOST_DIGITS:
        raise Refused("联系电话要是7到15位数字。", field="merchant_phone", code="bad_phone")
    return phone
