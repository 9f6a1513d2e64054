"""The map beside a patrol plan: streets, what is more than usual, and the routes of that plan alone."""

from dataclasses import dataclass, fields

from mapsvc.domain.patrol import Plan
from mapsvc.maps.manifest import Manifest
from mapsvc.maps.page import PageParts, build_page

_SHOWN = frozenset({"outline", "streets", "labels", "hotspots", "routes"})
_ZOOM = 17
# What is more than usual reaches out behind the shops, to show beside the routes, and says no number of its own.
_BESIDE = {"reach_m": 27, "plates": False}
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class _PlanLayer(Manifest):
    """The layer of routes, asked of the plan itself."""

    plan_url: str = ""

    @property
    def url(self) -> str:
        """Where the page fetches the features."""
        return self.plan_url


def build_plan_map(layers: tuple[Manifest, ...], url: str, bounds: Bounds) -> PageParts:
    """Build the map of a plan.

    Parameters
    ----------
    layers : tuple of Manifest
        What the reader's role may see; layers of things rather than of ways are there, switched off.
    url : str
        Where the plan's GeoJSON is.
    bounds : (west, south, east, north)
        WGS-84 degrees.
    """
    west, south, east, north = bounds
    return build_page(tuple(_of_plan(layer, url) for layer in layers), ((west + east) / 2, (south + north) / 2), _ZOOM)


def plan_bounds(plan: Plan, otherwise: tuple[float, float]) -> Bounds:
    """What the map is to show: all routes, else the surroundings of a position."""
    points = [point for route in plan.routes for point in route.geometry] or [plan.start or otherwise]
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _of_plan(layer: Manifest, url: str) -> Manifest:
    values = {field.name: getattr(layer, field.name) for field in fields(Manifest)}
    values["visible"] = layer.draw in _SHOWN
    if layer.draw == "hotspots":
        values["style"] = {**layer.style, **_BESIDE}
    return _PlanLayer(**values, plan_url=url if layer.draw == "routes" else layer.url)
