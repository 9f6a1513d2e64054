"""Metres near here: our own projection against PROJ, and distances against the geodesic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Proj, Transformer
from shapely.geometry import Polygon

from mapsvc.geo.local import (
    CRS,
    distance_m,
    geometry_to_lonlat,
    geometry_to_metres,
    grid_scale,
    to_lonlat,
    to_metres,
)

PROJ = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
GEOD = Geod(ellps="WGS84")
# 20 km around the sub-district.
lons = st.floats(121.2, 121.64)
lats = st.floats(31.07, 31.44)


@given(lons, lats)
def test_metres_agree_with_proj_to_a_thousandth_of_a_millimetre(lon, lat):
    assert to_metres(lon, lat) == pytest.approx(PROJ.transform(lon, lat), abs=1e-6)


@given(lons, lats)
def test_metres_and_back_are_degrees_again(lon, lat):
    assert to_lonlat(*to_metres(lon, lat)) == pytest.approx((lon, lat), abs=1e-11)


def test_arrays_give_what_single_points_give():
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(121.2, 121.64, 200), rng.uniform(31.07, 31.44, 200)
    east, north = to_metres(lon, lat)
    singly = np.array([to_metres(float(a), float(b)) for a, b in zip(lon, lat, strict=True)])
    np.testing.assert_allclose(np.column_stack((east, north)), singly, rtol=0, atol=1e-8)
    np.testing.assert_allclose(np.column_stack(to_lonlat(east, north)), np.column_stack((lon, lat)), atol=1e-11)


def test_single_points_stay_plain_floats():
    assert all(type(v) is float for v in (*to_metres(121.42, 31.25), *to_lonlat(635_000.0, 3_458_000.0)))


@given(lons, lats, st.floats(0, 360), st.floats(0, 20_000))
def test_distances_agree_with_the_geodesic(lon, lat, azimuth, length_m):
    lon2, lat2, _ = GEOD.fwd(lon, lat, azimuth, length_m)
    allowed_m = 0.001 if length_m <= 10_000 else 0.01
    assert distance_m(lon, lat, lon2, lat2) == pytest.approx(length_m, abs=allowed_m)


def test_distance_takes_one_point_against_many():
    lon, lat = np.array([121.42, 121.43]), np.array([31.25, 31.26])
    many = distance_m(121.4, 31.2, lon, lat)
    assert many.shape == (2,)
    assert many[1] == pytest.approx(distance_m(121.4, 31.2, 121.43, 31.26))


@given(lons, lats)
def test_the_grid_scale_is_projs(lon, lat):
    assert grid_scale(lon, lat) == pytest.approx(Proj(CRS).get_factors(lon, lat).meridional_scale, abs=2e-9)


def test_a_geometry_goes_to_metres_and_comes_back():
    square = Polygon([(121.42, 31.25), (121.421, 31.25), (121.421, 31.251), (121.42, 31.251)])
    metres = geometry_to_metres(square)
    assert metres.area == pytest.approx(95.3 * 110.9, rel=0.01)
    assert geometry_to_lonlat(metres).equals_exact(square, 1e-10)
