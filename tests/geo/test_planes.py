"""A plane for data from anywhere: metres near the middle, named systems only if they count in metres."""

import numpy as np
import pytest
from pyproj import Geod

from mapsvc.errors import Usage
from mapsvc.geo.planes import plane_through, to_plane

BOSTON = np.array([-71.17, -71.05, -71.06]), np.array([42.25, 42.38, 42.35])


@pytest.mark.parametrize("named", [None, "EPSG:26986"])
def test_distances_are_those_of_the_ground(named: str | None) -> None:
    lon, lat = BOSTON
    xy = to_plane(plane_through(lon, lat, named), lon, lat)
    on_ground = Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert np.hypot(*(xy[1] - xy[0])) == pytest.approx(on_ground, rel=1e-4)


def test_east_comes_first() -> None:
    lon, lat = np.array([121.42, 121.43]), np.array([31.25, 31.25])
    xy = to_plane(plane_through(lon, lat), lon, lat)
    assert xy[1, 0] - xy[0, 0] == pytest.approx(952, abs=2)
    assert abs(xy[1, 1] - xy[0, 1]) < 1


@pytest.mark.parametrize(
    ("named", "word"), [("EPSG:1", "不认识"), ("far", "不认识"), ("EPSG:4326", "米"), ("EPSG:2249", "米")]
)
def test_a_system_that_is_unknown_or_not_in_metres_is_refused(named: str, word: str) -> None:
    with pytest.raises(Usage, match=word):
        plane_through(*BOSTON, named)
