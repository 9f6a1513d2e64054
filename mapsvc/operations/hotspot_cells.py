"""Cells of the hot-spot map with outline and label: street segments, squares, hexagons, patches."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mapsvc.domain.hotspots import LEAST_FRONTAGES
from mapsvc.domain.times import office_day
from mapsvc.errors import Malformed
from mapsvc.operations.workspace import Workspace
from mapsvc.store import patches as store_patches
from mapsvc.store.snapshots import load_shops

if TYPE_CHECKING:
    import numpy as np

    from mapsvc.analysis.cells import Cells
    from mapsvc.geo.addresses import Gazetteer
    from mapsvc.geo.segments import StreetSegment

_ASKED = re.compile(r"(street|square|hex):(\d{1,4}(?:\.\d+)?)|patches")
_SIZES_M = {"street": (10.0, 200.0), "square": (20.0, 1000.0), "hex": (20.0, 1000.0)}
_NEIGHBOUR_SPACING = 1.2
_NEAR_STREET_M = 120.0


@dataclass(frozen=True)
class CellShape:
    """A cell as it is drawn and called; ring and centre in WGS-84; `shops` is counted for patches alone.

    Attributes
    ----------
    label : str
        By house numbers of a stretch of street: never fewer than three doors.
    ring : tuple
        As it is marked, which on a short stretch reaches to the nearest doors beside it.
    frontages : int
        Doors within the mark.
    """

    id: str
    lon: float
    lat: float
    label: str
    side: str
    length_m: float
    street: str | None
    house_number: int | None
    ring: tuple[tuple[float, float], ...]
    shops: int = 0
    frontages: int = 0

    @property
    def is_marked(self) -> bool:
        """Whether there are doors enough for a mark not to point at one of them."""
        return self.frontages >= LEAST_FRONTAGES


Division = tuple["Cells", "np.ndarray[Any, Any]", tuple[CellShape, ...]]


def cells_of(ws: Workspace, asked: str, points: "np.ndarray[Any, Any]") -> Division:
    """Divide the street block into cells.

    Parameters
    ----------
    asked : str
        ``street:25``, ``square:75``, ``hex:75`` (metres) or ``patches``.
    points : array of shape (n, 2)
        Reports, EPSG:4549 metres.

    Returns
    -------
    Cells, the cell of each report (n,) or -1, and the shapes of the cells
        Only cells that hold a shop or ever held a report: elsewhere nothing could be reported.

    Raises
    ------
    Malformed
        `asked` is none of these.
    """
    match = _ASKED.fullmatch(asked)
    if match is None:
        raise Malformed(
            f"不认识分格方式“{asked[:40]}”，可写 street:25、square:75、hex:75 或 patches。", field="cells", code="cells"
        )
    if asked == "patches":
        return _patches(ws, points)
    kind, size_m = match[1], float(match[2])
    least, most = _SIZES_M[kind]
    if not least <= size_m <= most:
        raise Malformed(f"{kind} 的大小要在{least:g}到{most:g}米之间。", field="cells", code="cell_size")
    if kind == "street":
        return _streets(ws, size_m, points)
    return _tiles(ws, kind, size_m, points)


def _shops(ws: Workspace) -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    """Longitudes and latitudes of all shops: where something can be reported."""
    with ws.read() as conn:
        columns = load_shops(conn, office_day(ws.clock()))
    return columns.lon, columns.lat


def _streets(ws: Workspace, length_m: float, points: "np.ndarray[Any, Any]") -> Division:
    import numpy as np

    from mapsvc.analysis.cells import Cells
    from mapsvc.geo.local import to_lonlat, to_metres
    from mapsvc.geo.segments import DEPTH_M, assign_to_segments

    gazetteer = ws.gazetteer
    segments, all_shapes = _stretches(gazetteer, length_m)
    lon, lat = to_lonlat(points[:, 0], points[:, 1])
    index = assign_to_segments(lon, lat, gazetteer.streets, segments)
    shops = assign_to_segments(*_shops(ws), gazetteer.streets, segments)
    held = np.unique(np.concatenate([index, shops]))
    held = held[held >= 0]
    renumber = np.full(len(segments) + 1, -1)
    renumber[held] = np.arange(len(held))
    kept = [segments[i] for i in held.tolist()]
    shapes = tuple(all_shapes[i] for i in held.tolist())
    centres = np.array([to_metres(s.lon, s.lat) for s in kept], dtype=np.float64).reshape(-1, 2)
    doors = np.bincount(renumber[shops[shops >= 0]], minlength=len(kept)).astype(np.float64)
    areas_m2 = np.array([s.length_m * DEPTH_M for s in kept])
    cells = Cells(
        tuple(s.id for s in shapes),
        centres,
        length_m * _NEIGHBOUR_SPACING,
        "street",
        areas_m2,
        doors.astype(np.float64),
    )
    return cells, renumber[index].astype(np.int64), shapes


@lru_cache(maxsize=4)
def _stretches(gazetteer: "Gazetteer", length_m: float) -> tuple[tuple["StreetSegment", ...], tuple[CellShape, ...]]:
    """All stretches of the streets and how they are drawn: the same until the streets are others."""
    from mapsvc.geo.segment_marks import segment_mark
    from mapsvc.geo.segments import segments_of

    segments = segments_of(gazetteer.streets, gazetteer.numbers, length_m)
    marks = [segment_mark(gazetteer.street(s.street), s, gazetteer.numbers[s.street]) for s in segments]
    shapes = tuple(
        CellShape(
            f"street:{length_m:g}:{s.key}", s.lon, s.lat, mark.label, s.side_label, round(s.length_m, 1), s.street,
            _first_number(s.label), mark.ring, frontages=mark.frontages,
        )
        for s, mark in zip(segments, marks, strict=True)
    )  # fmt: skip
    return segments, shapes


def _first_number(label: str) -> int | None:
    found = re.search(r"\d+", label)
    return int(found[0]) if found else None


def _tiles(ws: Workspace, kind: str, size_m: float, points: "np.ndarray[Any, Any]") -> Division:
    import numpy as np

    from mapsvc.analysis.cells import hexagon_cells, square_cells
    from mapsvc.geo.local import to_lonlat, to_metres

    east, north = to_metres(*_shops(ws))
    everywhere = np.concatenate([points, np.stack([east, north], axis=1)])
    cells, index = (square_cells if kind == "square" else hexagon_cells)(everywhere, size_m)
    corners = _corners(kind, size_m)
    middles = [to_lonlat(x, y) for x, y in cells.centres.tolist()]
    doors = np.bincount(index[len(points) :], minlength=len(middles)).tolist()
    shapes = []
    for cell_id, (x, y), at, label, held in zip(
        cells.ids, cells.centres.tolist(), middles, _stretch_names(ws, middles), doors, strict=True
    ):
        ring = tuple(to_lonlat(x + dx, y + dy) for dx, dy in corners)
        shapes.append(CellShape(cell_id, *at, label, "", size_m, None, None, (*ring, ring[0]), frontages=held))
    return replace(cells, exposure=np.array(doors, dtype=np.float64)), index[: len(points)], tuple(shapes)


def _stretch_names(ws: Workspace, middles: Sequence[tuple[float, float]]) -> list[str]:
    """What squares and hexagons are called: by the stretch of street they lie at, not by somebody's door."""
    import numpy as np

    from mapsvc.geo.segment_marks import segment_mark
    from mapsvc.geo.segments import assign_to_segments, segments_of

    gazetteer = ws.gazetteer
    segments = segments_of(gazetteer.streets, gazetteer.numbers)
    lon, lat = np.array(middles, dtype=np.float64).reshape(-1, 2).T
    near = assign_to_segments(lon, lat, gazetteer.streets, segments, _NEAR_STREET_M).tolist()
    found = [segments[i] if i >= 0 else None for i in near]
    return [
        f"{segment_mark(gazetteer.street(s.street), s, gazetteer.numbers[s.street]).label}一带" if s else "不临街的一格"
        for s in found
    ]


def _corners(kind: str, size_m: float) -> Sequence[tuple[float, float]]:
    """Corners around the centre; a hexagon's size is its width from side to side."""
    from math import cos, pi, sin, sqrt

    if kind == "square":
        half = size_m / 2
        return ((-half, -half), (half, -half), (half, half), (-half, half))
    radius = size_m / sqrt(3)
    return [(radius * cos(pi / 6 + i * pi / 3), radius * sin(pi / 6 + i * pi / 3)) for i in range(6)]


def _patches(ws: Workspace, points: "np.ndarray[Any, Any]") -> Division:
    import numpy as np
    import shapely

    from mapsvc.analysis.cells import Cells, assign_to_polygons
    from mapsvc.geo.local import geometry_to_metres, to_metres

    with ws.read() as conn:
        kept = store_patches.in_force(conn, office_day(ws.clock()))
    areas = [shapely.from_wkb(patch.area) for patch in kept]
    metres = [geometry_to_metres(area) for area in areas]
    index = assign_to_polygons(points, metres)
    doors = assign_to_polygons(np.stack(to_metres(*_shops(ws)), axis=1), metres)
    shops = np.bincount(doors[doors >= 0], minlength=len(kept)).tolist()
    shapes = []
    for patch, area, count in zip(kept, areas, shops, strict=True):
        outline = area if area.geom_type == "Polygon" else max(area.geoms, key=lambda part: part.area)
        ring = tuple((lon, lat) for lon, lat in outline.exterior.coords)
        at = outline.representative_point()
        shapes.append(CellShape(f"patch:{patch.code}", at.x, at.y, patch.name, "", 0.0, None, None, ring, count, count))
    centres = np.array([(m.centroid.x, m.centroid.y) for m in metres], dtype=np.float64).reshape(-1, 2)
    areas_m2, exposure = np.array([m.area for m in metres]), np.array(shops, dtype=np.float64)
    return Cells(tuple(s.id for s in shapes), centres, 0.0, "patches", areas_m2, exposure), index, tuple(shapes)
