"""What a drawn map stands on: the streets, the patches in force on a day, the doors; and what of it is invented."""

from dataclasses import dataclass
from datetime import date

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day
from mapsvc.operations.office import is_demo
from mapsvc.operations.street_lines import StreetLine, street_lines
from mapsvc.operations.workspace import Workspace
from mapsvc.store import patches as store_patches
from mapsvc.store import shops as store_shops

LonLat = tuple[float, float]


@dataclass(frozen=True)
class Ground:
    """What lies under the marks of a picture; every position is (lon, lat) in WGS-84.

    Attributes
    ----------
    patches : tuple
        Of each patch its rings.
    source : str
        Who made what is shown, and what of it is invented: to stand on the picture.
    """

    streets: tuple[StreetLine, ...]
    patches: tuple[tuple[tuple[LonLat, ...], ...], ...]
    doors: tuple[LonLat, ...]
    source: str


def ground_of(ws: Workspace, actor: Actor, day: date | None = None) -> Ground:
    """The ground on the office's `day`, today by default.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    on = day or office_day(ws.clock())
    with ws.read() as conn:
        version = store_patches.version_on(conn, on)
        areas = [patch.area for patch in store_patches.in_force(conn, on)]
        doors = tuple((lon, lat) for _, lon, lat in store_shops.positions(conn))
    invented = ["商铺"] if is_demo(ws) else []
    if version is not None and version.is_illustrative:
        invented.append("网格")
    words = ["© OpenStreetMap contributors"]
    if invented:
        words.append(f"{'、'.join(invented)}为示意")
    return Ground(street_lines(ws), tuple(_rings(area) for area in areas), doors, " · ".join(words))


def _rings(area: bytes) -> tuple[tuple[LonLat, ...], ...]:
    from shapely import from_wkb
    from shapely.geometry import mapping

    shape = mapping(from_wkb(area))
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return tuple(tuple((lon, lat) for lon, lat, *_ in ring) for polygon in polygons for ring in polygon)
