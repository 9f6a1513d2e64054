"""Changing shops: corrections on the spot, 换店, and who looks after a shop from a day on."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import PositionSource
from mapsvc.domain.privacy import UNNAMED
from mapsvc.domain.shops import Assignment, AssignmentSource, Shop, ShopState
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Refused
from mapsvc.operations.corrections import Change, changed, moved_m, stale, write_correction
from mapsvc.operations.issues import Spot, checked_spot
from mapsvc.operations.shops import find_shop, index_shop
from mapsvc.operations.tenancies import NewTenancy, add_merchant, checked_phone, turn_over
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, people, places, shops

__all__ = ["NewTenancy", "ShopChanges", "assign_worker", "change_tenancy", "correct_shop"]


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
        if version != before.version:
            raise stale(before.name, before.version)
        return turn_over(conn, actor, before, new, at)


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
    phone = checked_phone(phone)
    if shop.merchant is None:
        merchant_id = add_merchant(conn, name or UNNAMED, phone, at)
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
