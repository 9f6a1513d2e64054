"""Nouns as JSON: the one place that says which member is called how."""

from datetime import date, datetime
from typing import Any

from flask import Response, current_app

from mapsvc.domain.history import Entry, HistoryPage
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.places import POSITION_SOURCE_NAMES, Location, Place
from mapsvc.domain.promises import Promise
from mapsvc.domain.register import RegisterEntry
from mapsvc.domain.shops import SHOP_STATE_NAMES, Shop
from mapsvc.domain.times import iso
from mapsvc.operations.shops import ShopDetail

Json = dict[str, Any]


def answer(document: Json, status: int = 200) -> Response:
    """A JSON answer that nobody keeps: it is about one reader at one moment."""
    headers = {"Cache-Control": "private, no-store"}
    return Response(current_app.json.dumps(document), status, headers, mimetype="application/json")


def when(at: datetime | None) -> str | None:
    """A time at the edge."""
    return iso(at) if at else None


def on(day: date | None) -> str | None:
    """A day at the edge."""
    return day.isoformat() if day else None


def position(where: Location) -> Json | None:
    """Where it is and how we know."""
    if not where.has_position:
        return None
    source = where.position_source
    return {
        "lon": where.lon,
        "lat": where.lat,
        "source": source.value if source else None,
        "source_name": POSITION_SOURCE_NAMES[source] if source else None,
        "error_m": where.error_m,
        "note": where.position_note,
    }


def shop_line(shop: Shop) -> Json:
    """A shop in a list: no person but its worker's nickname."""
    return {
        "code": shop.code,
        "name": shop.name,
        "address": shop.location.address,
        "trade": shop.tenancy.trade if shop.tenancy else None,
        "state": shop.state.value,
        "state_name": SHOP_STATE_NAMES[shop.state],
        "position": position(shop.location),
        "worker": shop.worker.display_name if shop.worker else None,
    }


def shop(detail: ShopDetail, at: datetime) -> Json:
    """A shop with its panel."""
    one = detail.shop
    return shop_line(one) | {
        "id": one.id,
        "version": one.version,
        "area_m2": one.area_m2,
        "note": detail.note,
        "updated_at": when(one.updated_at),
        "tenancy": _tenancy(detail),
        "promises": [promise(p, at) for p in detail.promises],
        "open": [entry(e) for e in detail.open],
        "last_visit_at": when(detail.last_visit_at),
        "visited_this_month": detail.visited_this_month,
        "due_visit_by": on(detail.due_visit_by),
        "counts": {side.value: n for side, n in detail.counts.items()},
        "register": register(detail.register) if detail.register else None,
    }


def _tenancy(detail: ShopDetail) -> Json | None:
    now, merchant = detail.shop.tenancy, detail.merchant
    if now is None:
        return None
    return {
        "id": now.id,
        "sign_name": now.sign_name,
        "from": on(now.started_on),
        "merchant": merchant.name if merchant else None,
        "phone": merchant.phone if merchant else None,
        "may_see_phone": merchant.may_see_phone if merchant else False,
    }


def register(one: RegisterEntry) -> Json:
    """Who answers for the building."""
    return {
        "building": one.building,
        "residents_committee": one.residents_committee,
        "property_company": one.property_company,
        "duty_phone": one.duty_phone,
        "owners_committee": one.owners_committee,
    }


def promise(one: Promise, at: datetime) -> Json:
    """What, by when, kept."""
    return {
        "id": one.id,
        "text": one.text,
        "promised_at": when(one.promised_at),
        "due_at": when(one.due_at),
        "overdue": one.is_overdue(at),
        "kept_at": when(one.kept_at),
        "withdrawn_at": when(one.withdrawn_at),
    }


def entry(one: Entry) -> Json:
    """A line of the history."""
    return {
        "at": when(one.at),
        "type": one.type.value,
        "title": one.title,
        "detail": one.detail,
        "actor": one.actor,
        "ref": one.ref,
        "side": one.side.value,
        "case": one.case_id,
        "kind": one.kind,
        "kind_name": kind_of(one.kind).short_name if one.kind else None,
        "number": one.number,
        "state": one.state,
        "former": one.is_former,
        "due_at": when(one.due_at),
        "url": one.url,
    }


def history(page: HistoryPage) -> Json:
    """Open things on top, then a page."""
    return {"open": [entry(e) for e in page.open], "items": [entry(e) for e in page.items], "next": page.next}


def place(one: Place) -> Json:
    """A spot that is no shop."""
    return {
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "responsible_unit": one.responsible_unit,
        "note": one.note,
        "address": one.location.address,
        "position": position(one.location),
        "version": one.version,
        "updated_at": when(one.updated_at),
    }
