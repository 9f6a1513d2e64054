"""A rectangle in degrees and the outline of the sub-district, as plain numbers."""

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from mapsvc.paths import shipped

METRES_PER_DEGREE = 111_000.0


class Bounds(NamedTuple):
    """A WGS-84 rectangle in degrees: west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    def grown(self, margin_m: float) -> "Bounds":
        """Grow the rectangle by `margin_m` metres on every side (in Shanghai's latitude)."""
        up = margin_m / METRES_PER_DEGREE
        across = up / 0.855
        return Bounds(self.west - across, self.south - up, self.east + across, self.north + up)

    def contains(self, lon: float, lat: float) -> bool:
        """Say whether the point lies in the rectangle or on its edge."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@dataclass(frozen=True)
class Area:
    """A named outline.

    Parameters
    ----------
    name : str
        As people call it, e.g. 石泉路街道.
    ring : tuple of (lon, lat)
        Closed outer ring, WGS-84 degrees.
    """

    name: str
    ring: tuple[tuple[float, float], ...]

    @property
    def bounds(self) -> Bounds:
        """The rectangle around the outline."""
        lons, lats = zip(*self.ring, strict=True)
        return Bounds(min(lons), min(lats), max(lons), max(lats))

    def contains(self, lon: float, lat: float) -> bool:
        """Say whether the point lies inside the outline (even-odd rule)."""
        inside = False
        for (x1, y1), (x2, y2) in pairwise(self.ring):
            if (y1 > lat) != (y2 > lat) and lon < x1 + (x2 - x1) * (lat - y1) / (y2 - y1):
                inside = not inside
        return inside


@lru_cache(maxsize=8)
def load_area(path: Path | None = None) -> Area:
    """Read the outline from a GeoJSON file with one polygon; by default the shipped sub-district."""
    file = path or shipped("layers") / "subdistrict.geojson"
    feature = json.loads(file.read_text(encoding="utf-8"))["features"][0]
    ring = feature["geometry"]["coordinates"][0]
    return Area(feature["properties"]["name"], tuple((lon, lat) for lon, lat, *_ in ring))
