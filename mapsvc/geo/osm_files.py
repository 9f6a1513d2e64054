"""Reads the ways people can walk from OpenStreetMap extracts (.osm, .osm.pbf); needs the optional package osmium."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mapsvc.errors import Malformed, Refused, TooLarge, Unsupported
from mapsvc.geo.area import Bounds, load_area
from mapsvc.geo.streets import Street

ENDINGS = (".osm", ".pbf", ".osm.gz", ".osm.bz2")
MAX_BYTES = 512 * 1024 * 1024
MAX_WAYS = 200_000
# What lies further from the sub-district nobody walks to.
_AROUND_M = 3_000.0
# What a highway is to a walker, and how wide where it is not said: main, street, lane, or a path without a roadway.
_ROADS = {
    "trunk": ("main", 30.0), "primary": ("main", 30.0), "secondary": ("main", 25.0), "tertiary": ("street", 17.0),
    "trunk_link": ("street", 12.0), "primary_link": ("street", 12.0), "secondary_link": ("street", 12.0),
    "tertiary_link": ("street", 12.0), "unclassified": ("street", 12.0), "residential": ("street", 12.0),
    "road": ("street", 12.0), "living_street": ("lane", 8.0), "service": ("lane", 6.0), "track": ("lane", 5.0),
}  # fmt: skip
_PATHS = frozenset({"footway", "pedestrian", "path", "steps", "corridor", "platform"})
_PATHS_IF_ALLOWED = frozenset({"cycleway", "bridleway"})
_PATH_M = 3.0
_WIDTHS_M = (2.0, 80.0)
# Pavements are made of the roads themselves; drawn ones would be walked twice.
_PAVEMENTS = frozenset({"sidewalk", "crossing", "traffic_island"})
_OPEN = frozenset({"yes", "designated", "permissive", "destination", "customers", "public"})
_SHUT = frozenset({"no", "private"})
_ERROR_M = 5.0

_Style = tuple[str, str, str, float, int]
_Points = tuple[tuple[float, float], ...]


def is_osm(path: Path) -> bool:
    """Whether the name says that it is an extract of OpenStreetMap."""
    return path.name.lower().endswith(ENDINGS)


def read_osm_streets(path: Path, near: Bounds | None = None) -> tuple[Street, ...]:
    """Read streets and paths that may be walked, and railways; ways of one street joined end to end.

    Directions of traffic and barriers are left aside: people on foot pass.

    Parameters
    ----------
    path : Path
        .osm or .osm.pbf, WGS-84.
    near : Bounds, optional
        What lies outside is left out; by default 3 km around the sub-district.

    Raises
    ------
    Unsupported
        ``no_osmium``: the optional package is missing.
    Malformed, TooLarge
        Unreadable, naming line and column where the file has some; over a limit.
    Refused
        ``no_streets`` or ``far_away``: nothing to walk, or nothing here.
    """
    bounds = near or load_area().bounds.grown(_AROUND_M)
    _check(path)
    kept: dict[_Style, list[_Points]] = defaultdict(list)
    outside: list[tuple[float, float]] = []
    for tags, points in _ways(path):
        style = _style(tags)
        if style is None or len(set(points)) < 2:
            continue
        if not any(bounds.contains(lon, lat) for lon, lat in points):
            outside = outside or [points[0]]
            continue
        kept[style].append(points)
        if sum(map(len, kept.values())) > MAX_WAYS:
            raise TooLarge(f"{path.name} 在这一带超过 {MAX_WAYS:,} 条路；请先裁小范围", code="too_many_features")
    if not kept:
        raise _nothing(path, outside)
    return tuple(street for style, lines in kept.items() for street in _joined(style, lines))


def _check(path: Path) -> None:
    if not path.is_file():
        raise Malformed(f"找不到文件 {path.name}；请检查路径", code="no_file")
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge(f"{path.name} 超过 {MAX_BYTES >> 20} MB；请先裁小范围", code="too_large")


def _ways(path: Path) -> Iterator[tuple[Mapping[str, str], _Points]]:
    try:
        import osmium
    except ImportError as error:
        told = "读 .osm、.osm.pbf 要另装 osmium：pip install 'mapsvc[osm]'；或者先转成 GeoJSON 再导入"
        raise Unsupported(told, code="no_osmium") from error
    keys = osmium.filter.KeyFilter("highway", "railway")
    try:
        way: Any
        for way in osmium.FileProcessor(str(path)).with_locations().with_filter(keys):
            if way.is_way():
                points = ((node.lon, node.lat) for node in way.nodes if node.location.valid())
                yield {tag.k: tag.v for tag in way.tags}, tuple(points)
    except (RuntimeError, OSError, ValueError) as error:
        raise Malformed(_unreadable(path, str(error)), code="unreadable") from error


def _unreadable(path: Path, said: str) -> str:
    place = re.search(r"line (\d+)(?:, column (\d+))?", said)
    where = f"第{place[1]}行" + (f"第{place[2]}列" if place[2] else "") if place else ""
    return f"{path.name} {where}读不出来，可能已损坏；请重新导出"


def _nothing(path: Path, outside: list[tuple[float, float]]) -> Refused:
    if outside:
        lon, lat = outside[0]
        told = f"{path.name} 里的路在 {lon:.4f}, {lat:.4f} 一带，离本街道太远；请核对是不是这个地方"
        return Refused(told, field="file", code="far_away")
    return Refused(f"{path.name} 里没有能走的路；请检查导出的范围", field="file", code="no_streets")


def _style(tags: Mapping[str, str]) -> _Style | None:
    """Name, kind, road, width and level of a way; None for what nobody walks."""
    name = tags.get("name:zh") or tags.get("name", "")
    level = _level(tags)
    if tags.get("railway") in ("rail", "light_rail") and "highway" not in tags:
        return (name, "rail", "", 10.0, level)
    highway = tags.get("highway", "")
    if not _is_open(tags, highway):
        return None
    if highway in _ROADS:
        road, width = _ROADS[highway]
        return (name, "road", road, _width(tags, width), level)
    if highway in _PATHS or (highway in _PATHS_IF_ALLOWED and tags.get("foot") in _OPEN):
        is_pavement = tags.get("footway") in _PAVEMENTS or tags.get("path") in _PAVEMENTS
        return None if is_pavement else (name, "path", "", _PATH_M, level)
    return None


def _is_open(tags: Mapping[str, str], highway: str) -> bool:
    if "foot" in tags:
        return tags["foot"] not in _SHUT
    return tags.get("access") not in _SHUT and tags.get("motorroad") != "yes"


def _width(tags: Mapping[str, str], usual: float) -> float:
    said = re.match(r"\s*(\d+(?:\.\d+)?)\s*m?\s*$", tags.get("width", ""))
    return min(max(float(said[1]), _WIDTHS_M[0]), _WIDTHS_M[1]) if said else usual


def _level(tags: Mapping[str, str]) -> int:
    is_above, is_below = tags.get("bridge", "no") != "no", tags.get("tunnel", "no") != "no"
    said = re.fullmatch(r"-?\d", tags.get("layer", ""))
    if not (is_above or is_below):
        return 0
    return int(said[0]) if said and int(said[0]) else 1 if is_above else -1


def _joined(style: _Style, lines: list[_Points]) -> list[Street]:
    """Ways of one style as few lines as possible: joined where exactly two of them end."""
    import shapely

    merged: Any = shapely.line_merge(shapely.MultiLineString(lines))
    name, kind, road, width, level = style
    parts = (tuple((float(x), float(y)) for x, y in part.coords) for part in shapely.get_parts(merged))
    return [
        Street(name, points, "B", _ERROR_M, width, kind, road=road, level=level)
        for points in sorted(parts)
        if len(set(points)) > 1
    ]
