"""Patches (责任片区): cut a seed from who looks after which shop, and check that polygons tile an area."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from mapsvc.geo.local import geometry_to_lonlat, geometry_to_metres, to_lonlat
from mapsvc.geo.streets import Street

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# How far from the middle of a shop street its patches reach, and the spacing of points that share the block out.
_DEPTH_M = 100.0
_SPACING_M = 2.0
_SIMPLIFY_M = 2.0
# Fewer shops than this in a row are a single door of somebody else's, not a stretch of the street.
_LEAST_SHOPS = 3
# Coordinates rounded to 1e-7 degrees (1 cm) leave less than this along a border.
_TOLERANCE_M2 = 1.0
_SLIT_M = 5.0


class AssignedShop(NamedTuple):
    """A shop as far as patches need it: its street, ground metres along it, house number, and who looks after it."""

    street: str
    chainage_m: float
    house_number: int
    worker: str


@dataclass(frozen=True)
class PatchShape:
    """A patch as drawn: its names and a WGS-84 polygon (shapely Polygon or MultiPolygon)."""

    code: str
    name: str
    worker: str
    polygon: "BaseGeometry"


@dataclass(frozen=True)
class TilingProblem:
    """One overlap, gape, overhang or broken shape.

    Parameters
    ----------
    kind : {"overlap", "gap", "outside", "invalid"}
    names : tuple of str
        The patches concerned; for a gap those that touch it.
    area_m2 : float
        Ground area.
    lon, lat : float
        A point inside it, WGS-84; the middle of an invalid shape, nan if it is empty.
    message : str
        Chinese, one sentence with names and number.
    """

    kind: Literal["overlap", "gap", "outside", "invalid"]
    names: tuple[str, ...]
    area_m2: float
    lon: float
    lat: float
    message: str


class _Stretch(NamedTuple):
    street: Street
    start_m: float
    end_m: float
    worker: str
    first_number: int
    last_number: int


def cut_patches(
    shops: Sequence[AssignedShop], streets: Sequence[Street], area: "BaseGeometry", depth_m: float = _DEPTH_M
) -> tuple[PatchShape, ...]:
    """Cut a block around the shop streets where the worker changes along them.

    The block reaches `depth_m` to both sides of every street that has shops, inside `area`; every point goes to the
    nearest stretch of street. Nothing but the streets is known, so the shapes are illustrative (示意).

    Parameters
    ----------
    shops : sequence of AssignedShop
        In any order.
    streets : sequence of Street
        Lines by name; those without shops are left aside.
    area : shapely geometry
        WGS-84 outline the block is cut to.
    depth_m : float
        Reach to each side.

    Returns
    -------
    tuple of PatchShape
        In the order of `streets` and along them; together they tile the block without gap or overlap.
    """
    import shapely

    stretches = [stretch for street in streets for stretch in _stretches(street, shops)]
    points, owners = _markers(stretches)
    block = shapely.intersection(_block([s.street for s in stretches], depth_m), geometry_to_metres(area))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=block))
    tree = shapely.STRtree(cells)
    of_point, of_cell = tree.query(shapely.points(points), predicate="intersects")
    owner_of_cell = np.full(len(cells), -1)
    owner_of_cell[of_cell] = np.asarray(owners)[of_point]
    shapes = [shapely.intersection(shapely.union_all(cells[owner_of_cell == i]), block) for i in range(len(stretches))]
    shapes = list(shapely.coverage_simplify(shapes, _SIMPLIFY_M))
    return tuple(
        PatchShape(f"P{i + 1:02d}", _stretch_name(s), s.worker, _rounded(geometry_to_lonlat(shape)))
        for i, (s, shape) in enumerate(zip(stretches, shapes, strict=True))
    )


def _rounded(polygon: "BaseGeometry") -> "BaseGeometry":
    import shapely

    return shapely.transform(polygon, lambda c: np.round(c, 7))


def _stretch_name(stretch: _Stretch) -> str:
    return f"{stretch.street.name}{stretch.first_number}–{stretch.last_number}号段"


def _stretches(street: Street, shops: Sequence[AssignedShop]) -> list[_Stretch]:
    """Group a street's shops into runs of one worker and put the cuts half way between two runs."""
    along = sorted((s for s in shops if s.street == street.name), key=lambda s: (s.chainage_m, s.house_number))
    runs: list[list[AssignedShop]] = []
    for shop in along:
        if runs and runs[-1][0].worker == shop.worker:
            runs[-1].append(shop)
        else:
            runs.append([shop])
    runs = _without_single_doors(runs)
    cuts = [0.0, *((a[-1].chainage_m + b[0].chainage_m) / 2 for a, b in pairwise(runs)), street.length_m]
    return [
        _Stretch(street, start, end, run[0].worker, min(numbers), max(numbers))
        for (start, end), run in zip(pairwise(cuts), runs, strict=bool(runs))
        if (numbers := [shop.house_number for shop in run])
    ]


def _without_single_doors(runs: list[list[AssignedShop]]) -> list[list[AssignedShop]]:
    """Drop runs too short to be a stretch, shortest first, and join the neighbours they separated."""
    runs = [list(run) for run in runs]
    while len(runs) > 1 and min(len(run) for run in runs) < _LEAST_SHOPS:
        shortest = min(range(len(runs)), key=lambda i: len(runs[i]))
        del runs[shortest]
        if 0 < shortest < len(runs) and runs[shortest - 1][0].worker == runs[shortest][0].worker:
            runs[shortest - 1].extend(runs.pop(shortest))
    return runs


def _markers(stretches: Sequence[_Stretch]) -> tuple[list[tuple[float, float]], list[int]]:
    """Set points along every stretch, mirrored about its ends, so that the nearest-point border falls on the cut."""
    points: list[tuple[float, float]] = []
    owners: list[int] = []
    for i, stretch in enumerate(stretches):
        count = max(1, round((stretch.end_m - stretch.start_m) / _SPACING_M))
        # The first and last point lie half a spacing from the cut on both of its sides.
        inner = np.linspace(stretch.start_m + _SPACING_M / 2, stretch.end_m - _SPACING_M / 2, count)
        points += [stretch.street.metres_at(float(c)) for c in inner]
        owners += [i] * count
    return points, owners


def _block(streets: Sequence[Street], depth_m: float) -> "BaseGeometry":
    import shapely

    lines = [shapely.LineString(street.metres) for street in dict.fromkeys(streets)]
    corridors = shapely.buffer(lines, depth_m, cap_style="flat", join_style="mitre", mitre_limit=2.0)
    return shapely.union_all(corridors)


def check_tiling(
    polygons: Sequence[tuple[str, "BaseGeometry"]],
    area: "BaseGeometry | None" = None,
    tolerance_m2: float = _TOLERANCE_M2,
) -> tuple[TilingProblem, ...]:
    """Say where named polygons overlap, gape, stick out or are broken.

    Parameters
    ----------
    polygons : sequence of (name, shapely geometry)
        WGS-84.
    area : shapely geometry, optional
        What they must cover, WGS-84. Without it, gaps are holes between the polygons and slits narrower than 10 m.
    tolerance_m2 : float
        Smaller faults are the rounding of coordinates.

    Returns
    -------
    tuple of TilingProblem
        Invalid shapes first, then overlaps, gaps and overhangs, each by falling area; empty when all is well.
    """
    import shapely

    names = [name for name, _ in polygons]
    shapes = [geometry_to_metres(shapely.force_2d(shape)) for _, shape in polygons]
    broken = [_invalid(name, shape) for name, shape in zip(names, shapes, strict=True) if not _is_sound(shape)]
    if broken or not shapes:
        return tuple(broken)
    problems = _overlaps(names, shapes, tolerance_m2)
    union = shapely.union_all(shapes)
    if area is None:
        missing = shapely.difference(_closed(union), union)
        outside = shapely.Polygon()
    else:
        whole = geometry_to_metres(area)
        missing, outside = shapely.difference(whole, union), shapely.difference(union, whole)
    problems += _parts(names, shapes, missing, "gap", tolerance_m2)
    problems += _parts(names, shapes, outside, "outside", tolerance_m2)
    return tuple(problems)


def _is_sound(shape: "BaseGeometry") -> bool:
    return shape.geom_type in ("Polygon", "MultiPolygon") and bool(shape.is_valid) and not shape.is_empty


def _closed(union: "BaseGeometry") -> "BaseGeometry":
    """Fill holes and narrow slits: grow, shrink, and close the rings."""
    import shapely

    grown = shapely.buffer(union, _SLIT_M, join_style="mitre")
    shut = shapely.buffer(grown, -_SLIT_M, join_style="mitre")
    return shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(shut)])


def _overlaps(names: Sequence[str], shapes: Sequence["BaseGeometry"], tolerance_m2: float) -> list[TilingProblem]:
    import shapely

    tree = shapely.STRtree(shapes)
    found = []
    for i, j in sorted(zip(*tree.query(shapes, predicate="intersects").tolist(), strict=True)):
        if i >= j:
            continue
        both = shapely.intersection(shapes[i], shapes[j])
        if both.area > tolerance_m2:
            message = f"片区“{names[i]}”和“{names[j]}”重叠 {_square(both.area)}；请改到边界相接"
            found.append(_problem("overlap", (names[i], names[j]), both, message))
    return sorted(found, key=lambda p: (-p.area_m2, p.names))


def _parts(
    names: Sequence[str],
    shapes: Sequence["BaseGeometry"],
    rest: "BaseGeometry",
    kind: Literal["gap", "outside"],
    tolerance_m2: float,
) -> list[TilingProblem]:
    import shapely

    found = []
    for part in shapely.get_parts(rest):
        # A hair along a border has area but no width: opening it by 2 cm tells it from a gape.
        if part.area <= tolerance_m2 or shapely.buffer(part, -0.02).is_empty:
            continue
        near = tuple(name for name, shape in zip(names, shapes, strict=True) if shape.distance(part) < 0.05)
        between = "、".join(f"“{name}”" for name in near[:4])
        if kind == "gap":
            message = f"片区{between or '之间'}旁有空隙 {_square(part.area)}；请补上或划给相邻片区"
        else:
            message = f"片区{between}超出范围 {_square(part.area)}；请收到边界以内"
        found.append(_problem(kind, near, part, message))
    return sorted(found, key=lambda p: (-p.area_m2, p.names))


def _invalid(name: str, shape: "BaseGeometry") -> TilingProblem:
    # The middle of the rectangle around it: a crossed outline may have no centroid.
    west, south, east, north = shape.bounds if not shape.is_empty else (math.nan,) * 4
    lon, lat = to_lonlat((west + east) / 2, (south + north) / 2)
    message = f"片区“{name}”的边界自相交、为空或不是面；请重画后再导入"
    return TilingProblem("invalid", (name,), 0.0, round(lon, 6), round(lat, 6), message)


def _problem(
    kind: Literal["overlap", "gap", "outside"], names: tuple[str, ...], shape: "BaseGeometry", message: str
) -> TilingProblem:
    inside = shape.representative_point()
    lon, lat = to_lonlat(float(inside.x), float(inside.y))
    return TilingProblem(kind, names, round(float(shape.area), 1), round(lon, 6), round(lat, 6), message)


def _square(area_m2: float) -> str:
    return f"{area_m2:,.0f} 平方米" if area_m2 >= 10 else f"{area_m2:.1f} 平方米"
