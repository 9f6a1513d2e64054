"""Names of streets on a sheet: in their road where there is room, beside it where it is walked."""

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.patrol.pavements import apart
from mapsvc.patrol.sheet_names import GLYPH, along_line, place

ROAD = ((100.0, 200.0), (600.0, 200.0))
INSIDE = st.tuples(st.floats(100, 600), st.floats(180, 220))


def test_an_empty_road_has_its_name_in_the_middle() -> None:
    name = place("岚皋路", ROAD, [], [])
    assert name is not None and (name.at, name.turn, name.text) == ((350.0, 200.0), 0.0, "岚皋路")


def test_a_walked_road_has_its_name_beside_it() -> None:
    name = place("岚皋路", ROAD, [], along_line([ROAD[0], ROAD[1]]))
    assert name is not None and abs(name.at[1] - 200) == 24


def test_a_remark_in_brackets_is_no_name() -> None:
    name = place("石泉路(西段)", ROAD, [], [])
    assert name is not None and name.text == "石泉路"
    assert place("(西段)", ROAD, [], []) is None


def test_a_road_shorter_than_its_name_has_none() -> None:
    assert place("岚皋西路", ((0.0, 0.0), (GLYPH * 3, 0.0)), [], []) is None


def test_a_name_reads_from_left_to_right() -> None:
    name = place("岚皋路", (ROAD[1], ROAD[0]), [], [])
    assert name is not None and abs(name.turn) <= 90


@given(st.lists(INSIDE, max_size=14))
def test_no_letter_lies_under_a_number(stops: list[tuple[float, float]]) -> None:
    name = place("岚皋西路", ROAD, stops, [])
    if name:
        letters = [(name.at[0] + (i - 1.5) * GLYPH, name.at[1]) for i in range(4)]
        assert all(apart(letter, stop) >= 22 for letter in letters for stop in stops)


def test_no_letter_stands_beyond_the_sheet() -> None:
    low = ((100.0, 395.0), (600.0, 395.0))
    walked = along_line([low[0], low[1]])
    free, kept = place("岚皋路", low, [], walked), place("岚皋路", low, [], walked, (700.0, 412.0))
    assert free is not None and free.at[1] > 412 - GLYPH / 2
    assert kept is not None and kept.at[1] < 395
