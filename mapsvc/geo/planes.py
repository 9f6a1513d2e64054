"""A plane in metres for data from anywhere: transverse Mercator through its middle, or a named system."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.errors import Usage

FloatArray = NDArray[np.float64]


def plane_through(lon: FloatArray, lat: FloatArray, named: str | None = None) -> Any:
    """A transformer from WGS-84 (lon, lat) to metres, east first.

    Parameters
    ----------
    lon, lat : arrays of shape (n,)
        Degrees; the plane touches at their medians.
    named : str, optional
        A system to use instead, e.g. ``EPSG:26986``; it must count in metres.

    Raises
    ------
    Usage
        `named` is unknown or does not count in metres.
    """
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    text = named or f"+proj=tmerc +lat_0={np.median(lat):.4f} +lon_0={np.median(lon):.4f} +datum=WGS84 +units=m"
    try:
        system = CRS.from_user_input(text)
    except CRSError:
        raise Usage(f"不认识坐标系“{text[:40]}”，请写成 EPSG:26986 这样。", field="crs", code="unknown_crs") from None
    if not system.is_projected or abs(system.axis_info[0].unit_conversion_factor - 1) > 1e-9:
        raise Usage(f"坐标系 {text[:40]} 不是以米计的平面坐标系，请换一个。", field="crs", code="not_metres")
    return Transformer.from_crs("EPSG:4326", system, always_xy=True)


def to_plane(plane: Any, lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Positions in metres, shape (n, 2)."""
    return np.stack(plane.transform(lon, lat), axis=1).astype(np.float64).reshape(-1, 2)
