"""Walking order: every door once, out along one side and back on the other, beginning where it presses."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.walking import Stop, Stretch, walk

STREETS = {"岚皋路": 31.250, "岚皋西路": 31.254, "": 31.258}


@st.composite
def stops(draw: st.DrawFn) -> list[Stop]:
    """Doors of some streets, as a store tells them."""
    found = []
    for n in range(draw(st.integers(0, 25))):
        street = draw(st.sampled_from(sorted(STREETS)))
        number = draw(st.integers(1, 80)) if street else None
        side = "" if number is None else "odd" if number % 2 else "even"
        lon = 121.41 + (number or 0) * 1e-4
        pressing = draw(st.sampled_from([0, 0, 0, 4, 8, 24]))
        along = (number or 0) * 5.0
        found.append(Stop(f"LT{n:04d}", street, side, number, along, lon, STREETS[street], pressing))
    return found


@given(stops())
def test_every_door_is_walked_to_exactly_once(doors: list[Stop]) -> None:
    walked = [code for stretch in walk(doors) for code in stretch.doors]
    assert sorted(walked) == [d.code for d in doors]


@given(stops())
def test_along_a_side_numbers_only_rise_or_only_fall(doors: list[Stop]) -> None:
    number = {d.code: d.house_number or 0 for d in doors}
    for stretch in walk(doors):
        steps = {(b > a) - (b < a) for a, b in pairwise(number[code] for code in stretch.doors)}
        assert not {1, -1} <= steps


@given(stops())
def test_the_second_side_is_walked_back(doors: list[Stop]) -> None:
    number = {d.code: d.house_number or 0 for d in doors}
    for out, back in pairwise(walk(doors)):
        if out.street == back.street:
            ways = [number[s.doors[-1]] - number[s.doors[0]] for s in (out, back)]
            assert ways[0] * ways[1] <= 0
            assert back.turn == f"过街，从{back.side_name}往回走"


@given(stops())
def test_the_walk_begins_on_the_side_of_what_presses_most(doors: list[Stop]) -> None:
    route = walk(doors)
    pressing = {d.code: d.pressing for d in doors}
    on_streets = [d for d in doors if d.street]
    if on_streets:
        assert max(pressing[code] for code in route[0].doors) == max(d.pressing for d in on_streets)
        assert route[0].turn is None


@given(stops())
def test_the_order_of_the_doors_told_does_not_matter(doors: list[Stop]) -> None:
    assert walk(doors) == walk(doors[::-1])


def odd(*numbers: int, pressing: int = 0) -> list[Stop]:
    """Doors of 岚皋西路 by number."""
    return [
        Stop(f"N{n:03d}", "岚皋西路", "odd" if n % 2 else "even", n, n * 5.0, 121.41 + n * 1e-4, 31.25, pressing)
        for n in numbers
    ]


def test_out_on_one_side_and_back_on_the_other_says_where_to_cross() -> None:
    route = walk([*odd(25, 27, 31, pressing=8), *odd(24, 60)])
    assert route == (
        Stretch("岚皋西路", "odd", "单号侧", ("N025", "N027", "N031"), None),
        Stretch("岚皋西路", "even", "双号侧", ("N060", "N024"), "过街，从双号侧往回走"),
    )


def test_it_begins_at_the_end_that_is_nearer_to_what_presses() -> None:
    assert walk([*odd(1, 3, 5), *odd(7, pressing=8)])[0].doors == ("N007", "N005", "N003", "N001")


def test_doors_without_a_street_come_last() -> None:
    route = walk([Stop("X", pressing=30), *odd(1)])
    assert [s.street for s in route] == ["岚皋西路", "不在街上的"]


def test_nobody_due_is_no_walk() -> None:
    assert walk([]) == ()
