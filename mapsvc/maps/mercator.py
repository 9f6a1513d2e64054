"""Web-Mercator as whole numbers: the world is 2^31 units wide, half a pixel at zoom 22."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

WORLD_BITS = 31
WORLD = 1 << WORLD_BITS
MAX_LAT = 85.05112877980659
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def to_world(lon: Any, lat: Any) -> tuple[Ints, Ints]:
    """WGS-84 degrees -> world units from the north-west corner.

    Parameters
    ----------
    lon, lat : array_like of float, shape (n,)
        Latitudes beyond ±85.0511° are moved to that limit, where the square world ends (EPSG:3857).

    Returns
    -------
    x, y : arrays of int64, shape (n,), within [0, 2^31 - 1]
    """
    phi = np.radians(np.clip(np.asarray(lat, dtype=np.float64), -MAX_LAT, MAX_LAT))
    x = (np.asarray(lon, dtype=np.float64) + 180.0) / 360.0
    y = 0.5 - np.arcsinh(np.tan(phi)) / (2 * np.pi)
    top = WORLD - 1
    return (
        np.clip(np.floor(x * WORLD), 0, top).astype(np.int64),
        np.clip(np.floor(y * WORLD), 0, top).astype(np.int64),
    )


def from_world(x: Any, y: Any) -> tuple[Floats, Floats]:
    """World units -> lon, lat in WGS-84 degrees; the inverse of `to_world` to 2^-31 of the world."""
    lon = np.asarray(x, dtype=np.float64) / WORLD * 360.0 - 180.0
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * np.asarray(y, dtype=np.float64) / WORLD))))
    return lon, lat
