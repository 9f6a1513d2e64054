"""The street with every door a campaign could be for: drawn ground, and where each door's dot lies on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mapsvc.domain.actors import Actor
from mapsvc.geo.local import to_metres
from mapsvc.maps.picture import street_picture
from mapsvc.maps.picture_view import LonLat, view_of
from mapsvc.operations.workspace import Workspace

PER_M = 1.7
"""Pixels to a metre: neighbouring doors lie far enough apart to be tapped."""
LEAST_PX, MOST_PX = 600, 2400
_MARGIN_DEG = 0.0004


@dataclass(frozen=True)
class DoorsPicture:
    """The ground twice, light and dark, and the dots by code; pixels from the upper left corner."""

    by_day: str
    by_night: str
    dots: dict[str, tuple[float, float]]
    width: int
    height: int


def doors_picture(ws: Workspace, actor: Actor, places: Sequence[tuple[str, LonLat]], alt: str) -> DoorsPicture | None:
    """Draw the street around these doors (code, (lon, lat) in WGS-84); None without any.

    Raises
    ------
    Forbidden
    """
    if not places:
        return None
    lons, lats = [lon for _, (lon, _) in places], [lat for _, (_, lat) in places]
    bounds = (
        min(lons) - _MARGIN_DEG, min(lats) - _MARGIN_DEG, max(lons) + _MARGIN_DEG, max(lats) + _MARGIN_DEG,
    )  # fmt: skip
    width, height = _size(bounds)
    # The same view as the ground's: what is drawn by hand above it has to lie where it lies there.
    view = view_of([bounds[:2], bounds[2:]], width, height, 0)
    dots = {code: view.at(where) for code, where in places}
    day, night = (
        street_picture(ws, actor, (), width_px=width, height_px=height, bounds=bounds, dark=dark, alt=alt)
        for dark in (False, True)
    )
    return DoorsPicture(
        day.svg("by-day"), night.svg("by-night"),
        {code: (round(x, 1), round(y, 1)) for code, (x, y) in dots.items()}, width, height,
    )  # fmt: skip


def _size(bounds: tuple[float, float, float, float]) -> tuple[int, int]:
    (x0, y0), (x1, y1) = (to_metres(*corner) for corner in (bounds[:2], bounds[2:]))
    wide, high = (min(max(round(float(m) * PER_M), LEAST_PX), MOST_PX) for m in (x1 - x0, y1 - y0))
    return wide, high
