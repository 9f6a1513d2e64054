"""Walks in words: which street, which way, about how far, which side, where to cross and where to turn."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.patrol.directions import metres_text, plain_name
from mapsvc.patrol.network import Network, StreetLine
from tests.patrol.towns import stops_in, town

NORTH = StreetLine("岚皋路", ((0.0, 0.0), (0.0, 600.0)), 16.0)
WEST = StreetLine("岚皋西路", ((0.0, 200.0), (-500.0, 200.0)), 16.0)
NUMBERED = StreetLine("岚皋路", ((0.0, 0.0), (0.0, 600.0)), 16.0, odd="left")


def words(*stops, streets=(NORTH, WEST)):
    return Network(streets).walks(np.array(stops, dtype=float)).directions(0, len(stops) - 1)


def test_along_one_street_it_is_one_sentence():
    assert words((-60, 210), (-180, 210)) == ("沿岚皋西路向西约120米，路北",)
    assert words((-180, 190), (-60, 190)) == ("沿岚皋西路向东约120米，路南",)
    assert words((10, 400), (10, 240)) == ("沿岚皋路向南约160米，路东",)


def test_the_mouth_of_another_street_is_not_worth_a_word():
    assert words((-10, 120), (-10, 290)) == ("沿岚皋路向北约170米，路西",)


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ((-100, 210), "右转进岚皋西路，向西约90米，路北"),
        ((-100, 190), "右转进岚皋西路，过街，向西约90米，路南"),
    ],
)
def test_a_turn_names_the_street_and_the_side(to, said):
    assert words((-10, 260), to) == ("沿岚皋路向南约50米，路西", said)


def test_leaving_a_street_on_its_other_side_says_which_to_cross():
    assert words((10, 260), (-100, 210)) == ("沿岚皋路向南约50米，路东", "过岚皋路，右转进岚皋西路，向西约90米，路北")
    assert words((-100, 190), (-10, 120)) == ("沿岚皋西路向东约90米，路南", "右转进岚皋路，向南约70米，路西")


def test_the_other_side_is_said_by_house_numbers_where_they_are_known():
    assert words((-10, 300), (10, 302), streets=(NUMBERED,)) == ("过街就到",)
    there = words((10, 300), (-10, 420), streets=(NUMBERED,))
    back = words((-10, 300), (10, 420), streets=(NUMBERED,))
    assert "过街到单号侧" in there and "过街到双号侧" in back
    plain = words((10, 300), (-10, 420), streets=(NORTH,))
    assert "过街到路西" in plain


def test_a_street_that_goes_on_under_a_name_of_the_layer_is_one_street():
    west = StreetLine("岚皋西路(西段)", ((-500.0, 200.0), (-900.0, 200.0)), 16.0)
    assert words((-400, 210), (-600, 210), streets=(NORTH, WEST, west)) == ("沿岚皋西路向西约200米，路北",)
    assert plain_name("石泉路（西段）") == "石泉路"
    assert plain_name("") == "小路"


def test_a_path_has_no_sides():
    path = StreetLine("", ((0.0, 400.0), (300.0, 400.0)), 3.0, road="path")
    assert words((10, 340), (200, 402), streets=(NORTH, path))[-1] == "右转进小路，向东约190米"


def test_what_is_at_hand_and_what_is_next_door():
    assert words((-8, 300), (-8, 302)) == ("就在旁边",)
    assert words((-8, 300), (-8, 312)) == ("沿岚皋路向北约10米，路西",)
    network = Network((NORTH,))
    assert network.walks(np.array([(8.0, 300.0)])).directions(0, 0) == ("就在旁边",)


def test_a_door_far_off_the_street_is_said_so():
    assert words((10, 300), (78, 400)) == ("沿岚皋路向北约100米，路东", "离路约70米")


def test_what_no_street_leads_to_is_said_to_be_a_guess():
    (said,) = words((-10, 300), (900, 300))
    assert said == "路网没有连到，按直线的1.3倍估算，向东约1180米"


@pytest.mark.parametrize(("metres", "said"), [(3, "几步"), (6, "约10米"), (44, "约40米"), (118, "约120米")])
def test_distances_are_told_to_ten_metres(metres, said):
    assert metres_text(metres) == said


_SENTENCE = re.compile(
    r"(过路\d+|过街到(路[东西南北]|对面)|过街就到|就在旁边|离路约\d+0米|往前(约\d+0米|几步)"
    r"|((过路\d+，)?([左右]转|一直走)进路\d+，(过街，)?|沿路\d+|继续|往回走，)(向[东西南北]{1,2})?(约\d+0米|几步)(，路[东西南北])?"
    r"|路网没有连到，按直线的1\.3倍估算，向[东西南北]{1,2}约\d+0米)"
)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_every_walk_is_told_in_known_sentences_about_as_long_as_it_is(seed):
    found = Network(town(seed)).walks(stops_in(seed, 6))
    for i in range(6):
        for j in range(6):
            said = found.directions(i, j)
            assert said and all(_SENTENCE.fullmatch(sentence) for sentence in said), said
            if not found.is_estimated(i, j):
                told = sum(int(metres) for sentence in said for metres in re.findall(r"约(\d+)米", sentence))
                assert told <= found.distance_m[i, j] + 5 * len(said) + 5
