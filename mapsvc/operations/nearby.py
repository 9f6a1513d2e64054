"""What is known already near a spot: open cases of the same kind, to join instead of filing a second one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.issues import DUPLICATE_RADIUS_M, PUBLIC_RADIUS_M
from mapsvc.domain.kinds import kind_named
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day
from mapsvc.errors import Refused
from mapsvc.operations.case_lines import Line, lines_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import issues, places, shops
from mapsvc.store.issues import Found

MOST = 10
_DEGREES_PER_M = 1.2e-5


@dataclass(frozen=True)
class Near:
    """An open case and how far it is; None where one of the two has no position but both are at the same door."""

    line: Line
    distance_m: float | None


def near_duplicates(conn: Connection, found: Found) -> tuple[Found, ...]:
    """Open issues of the same kind within 50 m of this one, the nearest first."""
    here = found.location
    if here.lon is None or here.lat is None:
        return ()
    near = _once(_within(conn, found.issue.kind, here.lon, here.lat, DUPLICATE_RADIUS_M))
    return tuple(other for _, other in near if other.case.id != found.case.id)


def nearby_open(
    ws: Workspace,
    actor: Actor,
    kind: str,
    lon: float | None = None,
    lat: float | None = None,
    shop: str | None = None,
    place: str | None = None,
    reach_m: float = DUPLICATE_RADIUS_M,
) -> tuple[Near, ...]:
    """Open cases of a kind near a position (WGS-84 degrees), a shop or a place, the nearest first, before filing.

    Parameters
    ----------
    kind : str
        A code, name or synonym.
    reach_m : float
        250 m is as far as is looked.

    Raises
    ------
    Forbidden
    Refused
        If kind, shop or place are unknown, or there is no place at all.
    """
    require(actor, Action.REPORT_ISSUE)
    at, code = ws.clock(), kind_named(kind).code
    reach_m = max(0.0, min(reach_m, PUBLIC_RADIUS_M))
    with ws.read() as conn:
        near: list[tuple[float | None, Found]] = []
        if shop or place:
            near, (lon, lat) = _at_door(ws, conn, code, shop, place)
        elif lon is None or lat is None:
            raise Refused("要说明在哪里：商铺编号、点位编号或位置，填一个。", field="shop", code="no_place")
        if lon is not None and lat is not None:
            there = {found.case.id for _, found in near}
            near += [(m, f) for m, f in _within(conn, code, lon, lat, reach_m) if f.case.id not in there]
        found = _once(near)[:MOST]
        lines = lines_of(conn, actor, [f for _, f in found], at)
    return tuple(Near(line, apart_m) for line, (apart_m, _) in zip(lines, found, strict=True))


def _once(near: Sequence[tuple[float | None, Found]]) -> list[tuple[float | None, Found]]:
    # A case that several reports joined is one.
    first: dict[str, tuple[float | None, Found]] = {}
    for apart_m, found in near:
        first.setdefault(found.case.id, (apart_m, found))
    return list(first.values())


def _at_door(
    ws: Workspace, conn: Connection, kind: str, shop: str | None, place: str | None
) -> tuple[list[tuple[float | None, Found]], tuple[float | None, float | None]]:
    if shop:
        door = shops.by_code(conn, shop, office_day(ws.clock()))
        if door is None:
            raise Refused(f"没有编号为{shop}的商铺，请核对编号。", field="shop", code="unknown_shop")
        here, where = issues.open_of_shop(conn, door.id), door.location
    else:
        spot = places.by_code(conn, place or "")
        if spot is None:
            raise Refused(f"没有编号为{place}的点位，请核对编号。", field="place", code="unknown_place")
        here, where = issues.open_of_place(conn, spot.id), spot.location
    apart = 0.0 if where.has_position else None
    return [(apart, f) for f in here if f.issue.kind == kind], (where.lon, where.lat)


def _within(conn: Connection, kind: str, lon: float, lat: float, reach_m: float) -> list[tuple[float, Found]]:
    from mapsvc.geo.local import distance_m

    reach = reach_m * _DEGREES_PER_M
    near = []
    for other in issues.open_in_box(conn, kind, (lon - reach, lat - reach, lon + reach, lat + reach)):
        at = other.location
        if at.lon is None or at.lat is None:
            continue
        apart_m = distance_m(lon, lat, at.lon, at.lat)
        if apart_m <= reach_m:
            near.append((apart_m, other))
    return sorted(near, key=lambda n: (n[0], n[1].issue.id))
