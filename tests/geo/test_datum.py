"""Datums: shifts and their inverses, what a 坐标系 cell may say, and coordinates that cannot be."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from mapsvc.errors import Refused
from mapsvc.geo.area import Bounds, load_area
from mapsvc.geo.datum import BD09, CGCS2000, GCJ02, WGS84, check_coordinate, from_wgs84, parse_datum, to_wgs84

HERE = (121.4197, 31.2502)
CITY_GRID = "+proj=tmerc +lat_0=31.2354444 +lon_0=121.4671519 +k=1 +x_0=0 +y_0=0"
GEOD = Geod(ellps="WGS84")
lons = st.floats(73.0, 135.0)
lats = st.floats(3.0, 53.0)


def east_north_m(lon: float, lat: float) -> tuple[float, float]:
    """Metres from HERE, to the east and to the north."""
    east = GEOD.inv(*HERE, lon, HERE[1])[2] * math.copysign(1, lon - HERE[0])
    north = GEOD.inv(*HERE, HERE[0], lat)[2] * math.copysign(1, lat - HERE[1])
    return east, north


@pytest.mark.parametrize(("datum", "east_m", "north_m"), [(GCJ02, 442, -203), (BD09, 1056, 486)])
def test_the_shifts_here_are_those_of_the_real_place(datum, east_m, north_m):
    east, north = east_north_m(*from_wgs84(*HERE, datum))
    assert east == pytest.approx(east_m, abs=5)
    assert north == pytest.approx(north_m, abs=5)


@given(lons, lats, st.sampled_from(["gcj02", "bd09", "wgs84", "EPSG:4490"]))
def test_there_and_back_is_where_it_was(lon, lat, datum):
    back = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert back == pytest.approx((lon, lat), abs=1e-8)


@given(lons, lats, st.sampled_from([GCJ02, BD09]))
def test_back_and_there_is_where_it_was(lon, lat, datum):
    again = from_wgs84(*to_wgs84(lon, lat, datum), datum)
    assert again == pytest.approx((lon, lat), abs=1e-8)


@pytest.mark.parametrize("datum", [WGS84, GCJ02, BD09, CGCS2000, "EPSG:4549", CITY_GRID])
def test_many_points_at_once_give_what_single_points_give(datum):
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(121.3, 121.5, 50), rng.uniform(31.2, 31.3, 50)
    x, y = from_wgs84(lon, lat, datum)
    singly = [from_wgs84(float(a), float(b), datum) for a, b in zip(lon, lat, strict=True)]
    np.testing.assert_allclose(np.column_stack((x, y)), singly, rtol=0, atol=1e-9 * max(1, abs(x).max()))
    np.testing.assert_allclose(np.column_stack(to_wgs84(x, y, datum)), np.column_stack((lon, lat)), atol=1e-8)


@given(st.floats(-170.0, 60.0), st.floats(-60.0, 60.0))
def test_outside_china_nothing_is_shifted(lon, lat):
    assert from_wgs84(lon, lat, GCJ02) == (lon, lat)


def test_an_epsg_code_takes_east_first_whatever_its_axes_say():
    x, y = from_wgs84(*HERE, "4549")
    assert (x, y) == pytest.approx(Transformer.from_crs(4326, 4549, always_xy=True).transform(*HERE))
    assert x < y
    assert to_wgs84(x, y, "EPSG:4549") == pytest.approx(HERE, abs=1e-9)


def test_the_citys_own_grid_is_a_proj_string():
    assert to_wgs84(0.0, 0.0, CITY_GRID) == pytest.approx((121.4671519, 31.2354444), abs=1e-6)


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("WGS-84", WGS84), ("WGS84", WGS84), (" wgs 84 坐标系", WGS84), ("EPSG:4326", WGS84), ("GPS", WGS84),
        ("GCJ-02", GCJ02), ("GCJ02", GCJ02), ("高德", GCJ02), ("腾讯地图", GCJ02), ("火星坐标系", GCJ02),
        ("GCJ-02", GCJ02),
        ("BD-09", BD09), ("bd09ll", BD09), ("百度", BD09), ("百度坐标", BD09),
        ("CGCS2000", CGCS2000), ("2000", CGCS2000), (2000, CGCS2000), ("国家2000坐标系", CGCS2000), ("4490", CGCS2000),
    ],
)  # fmt: skip
def test_a_cell_says_its_datum_in_many_ways(text, datum):
    assert parse_datum(text) == datum


@pytest.mark.parametrize("text", ["4549", 4549, 4549.0, "EPSG:4549", "epsg 4549"])
def test_a_code_is_a_code_as_text_or_number(text):
    assert parse_datum(text).name == "EPSG:4549"
    assert not parse_datum(text).in_degrees


@pytest.mark.parametrize("text", ["北京54", "", None, "EPSG:999999", "+proj=nonsense", "不知道", "EPSG:5773"])
def test_an_unknown_datum_is_refused_and_says_what_may_stand_there(text):
    with pytest.raises(Refused) as refused:
        parse_datum(text)
    assert refused.value.code == "unknown_datum"
    assert "坐标系" in refused.value.message


def test_an_empty_cell_takes_the_default():
    assert parse_datum(None, WGS84) is WGS84
    assert parse_datum("  ", GCJ02) is GCJ02


@pytest.mark.parametrize("extra", ["+nadgrids=/etc/passwd", "+geoidgrids=x", "+init=epsg:4326"])
def test_a_proj_string_opens_no_file(extra):
    with pytest.raises(Refused):
        parse_datum(f"+proj=longlat {extra}")


@pytest.fixture
def bounds() -> Bounds:
    """The rectangle around the sub-district."""
    return load_area().bounds


@pytest.mark.parametrize("datum", [WGS84, GCJ02, BD09, CGCS2000, "EPSG:4549", CITY_GRID])
def test_a_good_coordinate_is_taken_in_any_datum(bounds, datum):
    check = check_coordinate(*from_wgs84(*HERE, datum), datum, bounds)
    assert (check.code, check.message) == ("ok", "")
    assert (check.lon, check.lat) == pytest.approx(HERE, abs=1e-8)


@pytest.mark.parametrize("datum", [WGS84, GCJ02, BD09, "EPSG:4549"])
def test_swapped_numbers_are_put_right_and_said(bounds, datum):
    x, y = from_wgs84(*HERE, datum)
    check = check_coordinate(y, x, datum, bounds)
    assert check.code == "swapped"
    assert check.usable
    assert (check.lon, check.lat) == pytest.approx(HERE, abs=1e-8)
    assert "填反" in check.message


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        (0, 0, "zero"), (121.42, 0, "zero"), (None, 31.25, "missing"), (float("nan"), 31.25, "missing"),
        (1, 1, "placeholder"), (999, 999, "placeholder"), (116.4, 39.9, "placeholder"), (121.47, 31.23, "placeholder"),
        (31.23, 121.47, "placeholder"), (116.397428, 39.90923, "placeholder"), (1214.197, 31.2502, "out_of_range"),
        (121.6012, 31.2002, "far_away"), (12.14197, 31.2502, "far_away"), (103.9512, 30.7617, "far_away"),
    ],
)  # fmt: skip
def test_a_coordinate_that_cannot_be_is_named_and_not_used(bounds, x, y, code):
    check = check_coordinate(x, y, WGS84, bounds)
    assert check.code == code
    assert not check.usable
    assert check.lat is None
    assert check.message


@given(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7), st.sampled_from([WGS84, GCJ02, BD09, parse_datum("4549")]))
def test_whatever_the_numbers_the_answer_is_near_or_nothing(x, y, datum):
    bounds = load_area().bounds
    check = check_coordinate(x, y, datum, bounds)
    assert check.usable == (check.code in ("ok", "swapped"))
    if check.lon is not None and check.lat is not None:
        assert bounds.grown(1000.0).contains(check.lon, check.lat)
