"""Streets as lines measured in metres: point at a chainage, chainage of a point, and where streets meet."""

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from mapsvc.errors import Broken, Refused
from mapsvc.geo.local import grid_scale, to_lonlat, to_metres
from mapsvc.paths import shipped

Hand = Literal["left", "right"]


class StreetPoint(NamedTuple):
    """A position on (or beside) a street: WGS-84 degrees and the street's bearing there, clockwise from north."""

    lon: float
    lat: float
    bearing_deg: float


class Projection(NamedTuple):
    """A position measured against a street, in ground metres.

    `offset_m` is positive to the left of the street's direction; `beyond_m` says how far past an end the foot lies.
    """

    chainage_m: float
    offset_m: float
    distance_m: float
    side: Hand
    beyond_m: float


@dataclass(frozen=True)
class Street:
    """One centreline; chainage counts ground metres from its first vertex.

    Parameters
    ----------
    name : str
        E.g. 岚皋路; empty for a nameless connection.
    points : tuple of (lon, lat)
        WGS-84 degrees, at least two different vertices.
    street_class : str
        B, C or D: how sure the line is.
    error_m : float
        How far the line may lie from the real street.
    width_m : float
        Width it is drawn with; doors stand half of it off the line.
    kind : str
        ``road``, ``rail``, or ``path`` for walkers alone.
    aliases : tuple of str
        Other spellings, e.g. 洵阳路 for 旬阳路.
    road : str
        ``main``, ``street`` or ``lane`` where the source says so; empty: told by the width.
    level : int
        Above 0 on a bridge, below in a tunnel.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    street_class: str = "B"
    error_m: float = 20.0
    width_m: float = 10.0
    kind: str = "road"
    aliases: tuple[str, ...] = ()
    note: str = field(default="", compare=False)
    road: str = ""
    level: int = 0

    def __post_init__(self) -> None:
        if len(set(self.points)) < 2:
            raise Refused(f"道路“{self.name}”的线少于两个点；请补画后再导入", code="bad_street")

    @cached_property
    def metres(self) -> tuple[tuple[float, float], ...]:
        """Vertices in EPSG:4549 metres (east, north), without repeated ones."""
        projected = [to_metres(lon, lat) for lon, lat in self.points]
        return (projected[0], *(b for a, b in pairwise(projected) if math.dist(a, b) > 1e-6))

    @cached_property
    def scale(self) -> float:
        """Grid metres per ground metre in the middle of the street."""
        return grid_scale(*self.points[len(self.points) // 2])

    @cached_property
    def chainages(self) -> tuple[float, ...]:
        """Ground metres from the start to each of `metres`."""
        total, out = 0.0, [0.0]
        for a, b in pairwise(self.metres):
            total += math.dist(a, b) / self.scale
            out.append(total)
        return tuple(out)

    @property
    def length_m(self) -> float:
        """Length in ground metres."""
        return self.chainages[-1]

    def direction(self, chainage_m: float) -> tuple[int, float, float]:
        """Return (index of the stretch, unit east, unit north) at a chainage; past an end, those of its stretch."""
        index = min(max(bisect_right(self.chainages, chainage_m) - 1, 0), len(self.metres) - 2)
        (x1, y1), (x2, y2) = self.metres[index], self.metres[index + 1]
        length = math.hypot(x2 - x1, y2 - y1)
        return index, (x2 - x1) / length, (y2 - y1) / length

    def metres_at(self, chainage_m: float, offset_m: float = 0.0) -> tuple[float, float]:
        """Return EPSG:4549 (east, north) at a chainage, `offset_m` to the left; past an end it runs straight on."""
        index, east, north = self.direction(chainage_m)
        x, y = self.metres[index]
        along = (chainage_m - self.chainages[index]) * self.scale
        aside = offset_m * self.scale
        return x + east * along - north * aside, y + north * along + east * aside

    def point_at(self, chainage_m: float, offset_m: float = 0.0) -> StreetPoint:
        """Return the WGS-84 position and bearing at a chainage, `offset_m` to the left (negative: right)."""
        _, east, north = self.direction(chainage_m)
        lon, lat = to_lonlat(*self.metres_at(chainage_m, offset_m))
        return StreetPoint(lon, lat, math.degrees(math.atan2(east, north)) % 360.0)

    def project(self, lon: float, lat: float) -> Projection:
        """Measure a WGS-84 position against the street: the nearest foot on the line."""
        return self.project_metres(*to_metres(lon, lat))

    def project_metres(self, x: float, y: float) -> Projection:
        """As `project`, for EPSG:4549 metres (east, north)."""
        best = (math.inf, 0, 0.0, 0.0)
        for index, ((x1, y1), (x2, y2)) in enumerate(pairwise(self.metres)):
            dx, dy = x2 - x1, y2 - y1
            length = math.hypot(dx, dy)
            along = ((x - x1) * dx + (y - y1) * dy) / length
            left = (dx * (y - y1) - dy * (x - x1)) / length
            distance = math.hypot(left, along - min(max(along, 0.0), length))
            if distance < best[0]:
                best = (distance, index, along, left)
        distance, index, along, left = best
        chainage = self.chainages[index] + along / self.scale
        beyond = max(-chainage, chainage - self.length_m, 0.0)
        inside = min(max(chainage, self.chainages[index]), self.chainages[index + 1])
        offset = math.copysign(distance, left) / self.scale
        return Projection(inside, offset, distance / self.scale, "left" if left >= 0 else "right", beyond)

    def project_many(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Measure many WGS-84 positions (degrees, equal shape) against the street.

        Returns
        -------
        tuple of ndarray
            (chainage_m, offset_m) in ground metres, offset positive to the left.
        """
        x, y = to_metres(np.asarray(lon, float), np.asarray(lat, float))
        nearest = np.full(x.shape, np.inf)
        chainage, offset = np.zeros(x.shape), np.zeros(x.shape)
        stretches = zip(self.metres, self.metres[1:], self.chainages, strict=False)
        for (x1, y1), (x2, y2), start in stretches:
            dx, dy = x2 - x1, y2 - y1
            length = math.hypot(dx, dy)
            along = ((x - x1) * dx + (y - y1) * dy) / length
            left = (dx * (y - y1) - dy * (x - x1)) / length
            foot = np.clip(along, 0.0, length)
            distance = np.hypot(left, along - foot)
            closer = distance < nearest
            nearest = np.where(closer, distance, nearest)
            chainage = np.where(closer, start + foot / self.scale, chainage)
            offset = np.where(closer, np.copysign(distance, left) / self.scale, offset)
        return chainage, offset


def street_from_feature(properties: dict[str, Any], coordinates: Sequence[Sequence[float]]) -> Street:
    """Make a street of one GeoJSON LineString and its properties (name, class, width_m, kind, road …)."""
    return Street(
        name=str(properties.get("name") or ""),
        points=tuple((float(p[0]), float(p[1])) for p in coordinates),
        street_class=str(properties.get("class") or "D"),
        error_m=float(properties.get("error_m") or 100.0),
        width_m=float(properties.get("width_m") or 10.0),
        kind=str(properties.get("kind") or "road"),
        aliases=_aliases(properties.get("aliases")),
        note=str(properties.get("note") or ""),
        road=str(properties.get("road") or ""),
        level=int(float(properties.get("level") or 0)),
    )


def _aliases(value: Any) -> tuple[str, ...]:
    """Accept a list, or a text that holds a JSON list or names divided by commas, as other programs write it."""
    if isinstance(value, str):
        return tuple(part for part in (p.strip(' []"') for p in value.replace("、", ",").split(",")) if part)
    return tuple(str(part) for part in value or ())


def layer_file(name: str, folder: Path | None = None) -> Path:
    """Return a file of a site's layers folder, or the shipped one of that name."""
    own = folder / name if folder else None
    return own if own is not None and own.is_file() else shipped("layers") / name


def load_streets(path: Path | None = None) -> tuple[Street, ...]:
    """Read streets from a GeoJSON FeatureCollection of LineStrings; by default the shipped ones.

    Raises
    ------
    Broken
        The file is missing or no such collection.
    """
    file = path or shipped("layers") / "streets.geojson"
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        return tuple(street_from_feature(f["properties"], f["geometry"]["coordinates"]) for f in features)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Broken(f"道路图层 {file.name} 缺失或损坏；请恢复安装包里的文件", code="broken_layer") from error


def side_name(street: Street, hand: Hand, chainage_m: float) -> str:
    """Say a side by the compass, e.g. 东侧, for streets without house numbers."""
    _, east, north = street.direction(chainage_m)
    turned = (-north, east) if hand == "left" else (north, -east)
    octant = round(math.degrees(math.atan2(turned[0], turned[1])) / 90.0) % 4
    return ("北侧", "东侧", "南侧", "西侧")[octant]


def named(streets: Iterable[Street]) -> dict[str, Street]:
    """Return streets by name and by every alias."""
    table: dict[str, Street] = {}
    for street in streets:
        for name in (street.name, *street.aliases):
            if name:
                table.setdefault(name, street)
    return table
