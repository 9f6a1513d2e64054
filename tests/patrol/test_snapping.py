"""Stops are put on pavements: on the nearest place along a street, not on its nearest end."""

import numpy as np
import pytest

from mapsvc.patrol.network import Network, StreetLine
from mapsvc.patrol.pavements import LEFT, RIGHT
from mapsvc.patrol.snapping import snap

WEST = StreetLine("岚皋西路", ((0.0, 0.0), (-500.0, 0.0)), 18.0)
NORTH = StreetLine("岚皋路", ((0.0, -300.0), (0.0, 300.0)), 18.0)
NETWORK = Network((WEST, NORTH))


def feet(*stops, names=(), network=NETWORK):
    return snap(network.pavements, np.array(stops, dtype=float), names)


def test_a_stop_lies_on_the_edge_with_a_spur_to_its_door():
    found = feet((-123.0, 14.0))
    assert found.xy[0] == pytest.approx((-123.0, 9.0))
    assert found.spur_mm[0] == 5000
    assert found.chain_m[0] == pytest.approx(123.0)
    corners = NETWORK.pavements.node_xy
    assert np.hypot(*(corners - found.xy[0]).T).min() > 100


def test_the_nearer_side_is_taken():
    assert feet((-123.0, 1.0), (-123.0, -1.0)).side.tolist() == [RIGHT, LEFT]
    north, south = (NETWORK.snap(-123.0, y) for y in (14.0, -14.0))
    assert north and south and (north.side, south.side) == (-1, 1)


def test_a_corner_house_belongs_to_the_street_of_its_address():
    corner = (-20.0, 22.0)
    assert feet(corner).street.tolist() == [1]
    assert feet(corner, names=("岚皋西路",)).street.tolist() == [0]
    assert feet(corner, names=("没有的路",)).street.tolist() == [1]


def test_a_name_far_away_does_not_count():
    assert feet((-60.0, 12.0), names=("岚皋路",)).street.tolist() == [0]


def test_beyond_120_metres_a_stop_is_off_the_network():
    found = feet((-250.0, 119.0), (-250.0, 121.0))
    assert found.is_on.tolist() == [True, False]
    assert NETWORK.snap(-250.0, 121.0) is None


def test_past_the_end_of_a_street_the_end_is_taken():
    found = feet((-540.0, 30.0))
    assert found.xy[0] == pytest.approx((-500.0, 9.0))
    assert found.chain_m[0] == pytest.approx(500.0)


def test_at_a_bend_the_foot_lies_on_the_pavement():
    bent = Network((StreetLine("弯路", ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0)), 20.0),))
    found = feet((50.0, 15.0), (85.0, 50.0), (120.0, -15.0), network=bent)
    assert found.xy == pytest.approx(np.array([(50.0, 10.0), (90.0, 50.0), (110.0, -10.0)]))
    assert found.side.tolist() == [LEFT, LEFT, RIGHT]


def test_a_foot_at_the_mouth_of_a_junction_stays_on_its_pavement():
    found = feet((-12.0, 10.0), names=("岚皋西路",))
    assert found.xy[0, 0] == pytest.approx(-12.0)
    inside = feet((-2.0, 9.0), names=("岚皋西路",))
    assert inside.xy[0] == pytest.approx((-9.0, 9.0))


def test_many_are_put_on_as_each_alone():
    dice = np.random.default_rng(1)
    stops = dice.uniform((-550.0, -150.0), (150.0, 150.0), (60, 2))
    together = snap(NETWORK.pavements, stops)
    alone = [snap(NETWORK.pavements, stops[[k]]) for k in range(60)]
    for name in ("street", "block", "side", "at_mm", "spur_mm", "vertex"):
        assert getattr(together, name).tolist() == [int(getattr(one, name)[0]) for one in alone]
