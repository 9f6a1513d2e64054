"""Metres near here: EPSG:4549 (CGCS2000, 3-degree Gauss-Krueger, 120 degrees east) without loading PROJ.

Transverse Mercator by Krueger's series in the third flattening n, to n**4 (Karney 2011, "Transverse Mercator with an
accuracy of a few nanometers", J. Geodesy 85, equations 7-36). Against PROJ the difference is below 1e-6 m anywhere in
Shanghai, forwards and backwards; the tests hold it below 1 mm within 20 km.

Grid metres of EPSG:4549 are 227 ppm longer than ground metres here (0.3 m on 岚皋路): `grid_scale` gives the factor.
"""

import cmath
import math
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Number = TypeVar("Number", float, np.ndarray)

CRS = "EPSG:4549"
_A = 6378137.0
_F = 1.0 / 298.257222101
_E2 = _F * (2.0 - _F)
_E = math.sqrt(_E2)
_N = _F / (2.0 - _F)
_CENTRAL = 120.0
_FALSE_EAST = 500_000.0
_RADIUS = _A / (1.0 + _N) * (1.0 + _N**2 / 4.0 + _N**4 / 64.0)
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)


class _Scalars:
    """The functions the series needs, for one point; numpy offers the same names for arrays."""

    sin, cos, sqrt, hypot, sinh, cosh, tanh = math.sin, math.cos, math.sqrt, math.hypot, math.sinh, math.cosh, math.tanh
    arcsinh, arctanh, arctan, arctan2 = math.asinh, math.atanh, math.atan, math.atan2
    complex_sin = staticmethod(cmath.sin)


class _Arrays:
    sin, cos, sqrt, hypot, sinh, cosh, tanh = np.sin, np.cos, np.sqrt, np.hypot, np.sinh, np.cosh, np.tanh
    arcsinh, arctanh, arctan, arctan2 = np.arcsinh, np.arctanh, np.arctan, np.arctan2
    complex_sin = staticmethod(np.sin)


def _maths(value: Any) -> Any:
    return _Arrays if isinstance(value, np.ndarray) else _Scalars


def to_metres(lon: Number, lat: Number) -> tuple[Number, Number]:
    """Project WGS-84 degrees to EPSG:4549.

    Parameters
    ----------
    lon, lat : float or ndarray
        Degrees, of equal shape.

    Returns
    -------
    tuple
        (east_m, north_m), east first although the authority lists north first.
    """
    m = _maths(lon)
    phi, lam = lat * (math.pi / 180.0), (lon - _CENTRAL) * (math.pi / 180.0)
    sin_phi = m.sin(phi)
    t = m.sinh(m.arctanh(sin_phi) - _E * m.arctanh(_E * sin_phi))
    zeta0 = m.arctan2(t, m.cos(lam)) + 1j * m.arcsinh(m.sin(lam) / m.hypot(t, m.cos(lam)))
    zeta = zeta0
    for order, alpha in enumerate(_ALPHA, start=1):
        zeta = zeta + alpha * m.complex_sin(2 * order * zeta0)
    return _FALSE_EAST + _RADIUS * zeta.imag, _RADIUS * zeta.real


def to_lonlat(east_m: Number, north_m: Number) -> tuple[Number, Number]:
    """Turn EPSG:4549 metres (east first) back into WGS-84 degrees (lon, lat)."""
    m = _maths(east_m)
    zeta = north_m / _RADIUS + 1j * ((east_m - _FALSE_EAST) / _RADIUS)
    zeta0 = zeta
    for order, beta in enumerate(_BETA, start=1):
        zeta0 = zeta0 - beta * m.complex_sin(2 * order * zeta)
    xi, eta = zeta0.real, zeta0.imag
    lam = m.arctan2(m.sinh(eta), m.cos(xi))
    conformal = m.sin(xi) / m.hypot(m.sinh(eta), m.cos(xi))
    # Conformal to geodetic latitude: Newton on Karney's equations 19-21; two steps reach rounding error.
    tau = conformal
    for _ in range(3):
        root = m.sqrt(1.0 + tau * tau)
        sigma = m.sinh(_E * m.arctanh(_E * tau / root))
        at_tau = tau * m.sqrt(1.0 + sigma * sigma) - sigma * root
        slope = (1.0 + (1.0 - _E2) * tau * tau) / ((1.0 - _E2) * m.sqrt((1.0 + tau * tau) * (1.0 + at_tau * at_tau)))
        tau = tau + (conformal - at_tau) * slope
    return _CENTRAL + lam * (180.0 / math.pi), m.arctan(tau) * (180.0 / math.pi)


def grid_scale(lon: float, lat: float) -> float:
    """Return grid metres per ground metre of EPSG:4549 at a point (good to 1e-9 near here)."""
    phi, lam = math.radians(lat), math.radians(lon - _CENTRAL)
    eta2 = _E2 / (1.0 - _E2) * math.cos(phi) ** 2
    c2, t2 = (lam * math.cos(phi)) ** 2, math.tan(phi) ** 2
    return 1.0 + c2 / 2.0 * (1.0 + eta2) + c2 * c2 / 24.0 * (5.0 - 4.0 * t2)


def distance_m(lon1: Number, lat1: Number, lon2: Number, lat2: Number) -> Number:
    """Measure the ground distance between two WGS-84 positions in metres.

    Gauss's mid-latitude formula: against the geodesic it is off by less than 1 mm up to 10 km and
    less than 1 cm up to 20 km.
    Arguments may be floats or arrays.
    """
    m = _maths(lon1 if isinstance(lon1, np.ndarray) else lon2)
    phi = (lat1 + lat2) * (math.pi / 360.0)
    w2 = 1.0 - _E2 * m.sin(phi) ** 2
    w = m.sqrt(w2)
    north = (lat2 - lat1) * (math.pi / 180.0) * (_A * (1.0 - _E2) / (w2 * w))
    east = (lon2 - lon1) * (math.pi / 180.0) * m.cos(phi) * (_A / w)
    return cast(Number, m.hypot(east, north))


def geometry_to_metres(geometry: "BaseGeometry") -> "BaseGeometry":
    """Project a shapely geometry from WGS-84 degrees to EPSG:4549 metres."""
    import shapely

    return shapely.transform(geometry, lambda c: np.column_stack(to_metres(c[:, 0], c[:, 1])))


def geometry_to_lonlat(geometry: "BaseGeometry") -> "BaseGeometry":
    """Turn a shapely geometry in EPSG:4549 metres into WGS-84 degrees."""
    import shapely

    return shapely.transform(geometry, lambda c: np.column_stack(to_lonlat(c[:, 0], c[:, 1])))
