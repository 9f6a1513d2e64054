"""关注 of a stretch: somebody wants to hear of what is reported there from now on."""

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import WATCHED_FOR
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import Location, LocationKind
from mapsvc.domain.times import to_second
from mapsvc.domain.watches import Watch, WatchOrigin
from mapsvc.errors import NotFound
from mapsvc.operations.hotspots import HotCell, HotspotQuery, hotspot_map
from mapsvc.operations.watches import open_watch
from mapsvc.operations.workspace import Workspace
from mapsvc.store import ids, places, watches


def watch_cell(ws: Workspace, actor: Actor, query: HotspotQuery, cell_id: str) -> Watch:
    """Watch a cell for 90 days, for the question's kind or for all; again begins anew, and there is one watch.

    Raises
    ------
    Forbidden
    NotFound
        The map has no such cell.
    """
    require(actor, Action.EDIT_CONTEXT)
    found = hotspot_map(ws, actor, query)
    cell = next((c for c in found.cells if c.spot.cell == cell_id), None)
    if cell is None:
        raise NotFound("图上没有这个路段，可能换了分格方式，请回到地图重新点选。", code="unknown_cell")
    at = to_second(ws.clock())
    with ws.write() as conn:
        return open_watch(
            conn, actor, origin=WatchOrigin.MANUAL, text=f"{cell.shape.label}开始关注后", from_at=at,
            until_at=at + WATCHED_FOR, at=at, ref=_ref(cell_id, found.query.kind), location_id=_spot(conn, cell),
            kind=found.query.kind,
        )  # fmt: skip


def watch_of(conn: Connection, cell_id: str, kind: str | None) -> Watch | None:
    """The watch that somebody opened on a cell, whether it is on or not."""
    return watches.of_ref(conn, _ref(cell_id, kind))


def _ref(cell_id: str, kind: str | None) -> str:
    return ids.of("watch", cell_id, kind or "")


def _spot(conn: Connection, cell: HotCell) -> str:
    location_id = ids.of("location", cell.spot.cell)
    if places.location_by_id(conn, location_id) is None:
        spot, label = cell.spot, cell.shape.label
        places.add_location(conn, Location(location_id, LocationKind.POINT, spot.lon, spot.lat, address=label))
    return location_id
