"""GCJ-02 and BD-09: the two shifts Chinese map services apply to positions, and their inverses.

The formulas have circulated publicly since 2010 and are collected under "GCJ-02" and "BD-09" in Wikipedia's
"Restrictions on geographic data in China". Both are smooth shifts whose slope is below 1 %, so the inverses are found
by fixed-point steps: each step gains at least two digits, and six end in the rounding error of a double (far below
1e-8 degrees, which is about 1 mm).
"""

import math
from typing import Any, TypeVar

import numpy as np

Degrees = TypeVar("Degrees", float, np.ndarray)

# Krasovsky 1940, the ellipsoid the published formula is written on.
_AXIS_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
_BD_ANGLE = math.pi * 3000.0 / 180.0
_STEPS = 6


def _maths(value: float | np.ndarray) -> Any:
    """Pick the library by the argument: math is ten times faster on one point, numpy on many."""
    return np if isinstance(value, np.ndarray) else math


def _in_china(lon: Degrees, lat: Degrees) -> Any:
    west, south, east, north = _CHINA
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _gcj_shift(lon: Any, lat: Any) -> tuple[Any, Any]:
    """Return (dlon, dlat) in degrees that GCJ-02 adds to a WGS-84 position."""
    m = _maths(lon)
    x, y = lon - 105.0, lat - 35.0
    pi = math.pi
    ripple = 20.0 * m.sin(6.0 * x * pi) + 20.0 * m.sin(2.0 * x * pi)
    root = m.sqrt(abs(x))
    waves_north = 20.0 * m.sin(y * pi) + 40.0 * m.sin(y * pi / 3.0)
    waves_north += 160.0 * m.sin(y * pi / 12.0) + 320.0 * m.sin(y * pi / 30.0)
    waves_east = 20.0 * m.sin(x * pi) + 40.0 * m.sin(x * pi / 3.0)
    waves_east += 150.0 * m.sin(x * pi / 12.0) + 300.0 * m.sin(x * pi / 30.0)
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (ripple + waves_north) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (ripple + waves_east) * 2.0 / 3.0
    phi = lat * (pi / 180.0)
    w2 = 1.0 - _ECCENTRICITY_2 * m.sin(phi) ** 2
    w = m.sqrt(w2)
    per_degree_north = _AXIS_M * (1.0 - _ECCENTRICITY_2) / (w2 * w) * (pi / 180.0)
    per_degree_east = _AXIS_M / w * m.cos(phi) * (pi / 180.0)
    inside = _in_china(lon, lat)
    return east_m / per_degree_east * inside, north_m / per_degree_north * inside


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift WGS-84 degrees to GCJ-02 (outside China nothing is shifted)."""
    dlon, dlat = _gcj_shift(lon, lat)
    return lon + dlon, lat + dlat


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Undo `wgs84_to_gcj02` to better than 1e-8 degrees."""
    wgs_lon, wgs_lat = lon, lat
    for _ in range(_STEPS):
        dlon, dlat = _gcj_shift(wgs_lon, wgs_lat)
        wgs_lon, wgs_lat = lon - dlon, lat - dlat
    return wgs_lon, wgs_lat


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift GCJ-02 degrees to BD-09."""
    m = _maths(lon)
    radius = m.sqrt(lon * lon + lat * lat) + 0.00002 * m.sin(lat * _BD_ANGLE)
    atan2 = np.arctan2 if m is np else math.atan2
    theta = atan2(lat, lon) + 0.000003 * m.cos(lon * _BD_ANGLE)
    return radius * m.cos(theta) + 0.0065, radius * m.sin(theta) + 0.006


def bd09_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Undo `gcj02_to_bd09` to better than 1e-8 degrees."""
    gcj_lon, gcj_lat = lon - 0.0065, lat - 0.006
    for _ in range(_STEPS):
        there_lon, there_lat = gcj02_to_bd09(gcj_lon, gcj_lat)
        gcj_lon, gcj_lat = gcj_lon + (lon - there_lon), gcj_lat + (lat - there_lat)
    return gcj_lon, gcj_lat
