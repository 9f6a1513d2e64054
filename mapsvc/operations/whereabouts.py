"""Where somebody means: a code, a name, a door's number or a position, as it is typed into one field."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from mapsvc.domain.places import Location
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.errors import Refused
from mapsvc.operations.issues import Spot, checked_spot
from mapsvc.operations.workspace import Workspace
from mapsvc.store import places, search, shops

MOST_TEXT = 60
_MOST_FOUND = 4
_POSITION = re.compile(r"\s*(?:at:)?(-?\d{1,3}(?:\.\d+)?)\s*[,\uff0c]\s*(-?\d{1,2}(?:\.\d+)?)\s*")
_DOOR = re.compile(r"[^\d\s]+[路街道]\d{1,5}(号|)")


@dataclass(frozen=True)
class Whereabouts:
    """A spot to walk to: ``shop:LT0001``, ``place:PD0001`` or ``at:lon,lat``, and what it is called."""

    ref: str
    label: str
    lon: float
    lat: float


def find(ws: Workspace, conn: Connection, told: str, field: str) -> Whereabouts:
    """The one spot that is meant; of several by that name the codes are said.

    Raises
    ------
    Refused
        Beside `field`: nothing or several found, far from the street block, not yet placed on the map.
    """
    told = told.strip()
    if not told:
        raise Refused("请写在哪里：店名、门牌，或商铺、点位的编号。", field=field, code="missing")
    if len(told) > MOST_TEXT:
        raise Refused(f"在哪里最多写{MOST_TEXT}个字。", field=field, code="too_long")
    if match := _POSITION.fullmatch(told):
        return _point(ws, float(match[1]), float(match[2]), field)
    return (
        _coded(conn, told.rpartition(":")[2].upper(), field)
        or _numbered(ws, told, field)
        or _named(conn, told, field)
    )  # fmt: skip


def _coded(conn: Connection, code: str, field: str) -> Whereabouts | None:
    if (shop := shops.by_code(conn, code)) is not None:
        sign = (shop.tenancy.sign_name if shop.tenancy else None) or ""
        label = f"{shop.location.address or ''} {mask_phones_in(sign)}".strip()
        return _placed(f"shop:{code}", label or code, shop.location, field)
    if (place := places.by_code(conn, code)) is not None:
        return _placed(f"place:{code}", mask_phones_in(place.name), place.location, field)
    return None


def _placed(ref: str, label: str, where: Location, field: str) -> Whereabouts:
    if where.lon is None or where.lat is None:
        raise Refused(f"{label}还没有位置，请先在地图上标出来。", field=field, code="no_position")
    return Whereabouts(ref, label, where.lon, where.lat)


def _numbered(ws: Workspace, told: str, field: str) -> Whereabouts | None:
    """A door's number of a street, with nothing behind it."""
    if not _DOOR.fullmatch(told):
        return None
    try:
        located = ws.gazetteer.locate(told)
    except Refused as error:
        raise Refused(f"{error}。", field=field, code=error.code) from None
    return _at(told, located.lon, located.lat)


def _named(conn: Connection, told: str, field: str) -> Whereabouts:
    hits = search.find(conn, told, _MOST_FOUND, ("shop", "place"))
    if len(hits) == 1 and (found := _coded(conn, hits[0].code, field)) is not None:
        return found
    if hits:
        some = "、".join(f"{mask_phones_in(hit.title)}（{hit.code}）" for hit in hits[:3])
        raise Refused(f"有好几处：{some}。请写编号。", field=field, code="several")
    raise Refused("没有找到这个地方，请写店名、门牌，或商铺、点位的编号。", field=field, code="unknown_place")


def _point(ws: Workspace, lon: float, lat: float, field: str) -> Whereabouts:
    try:
        spot = checked_spot(ws, Spot(lon, lat))
    except Refused as error:
        raise Refused(str(error), field=field, code=error.code) from None
    near = ws.gazetteer.nearest_address(spot.lon, spot.lat)
    return _at(near.label if near else "图上一点", spot.lon, spot.lat)


def _at(label: str, lon: float, lat: float) -> Whereabouts:
    lon, lat = round(lon, 6), round(lat, 6)
    return Whereabouts(f"at:{lon:.6f},{lat:.6f}", label, lon, lat)
