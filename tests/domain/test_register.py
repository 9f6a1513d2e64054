"""Doors of the register: gaps by street and side, overlaps, what an entry may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.register import RegisterEntry, Side, gaps, overlaps, require_sound
from mapsvc.errors import Refused

STREET = "岚皋路"


def entry(first: int, last: int, side: Side = Side.ODD, street: str = STREET) -> RegisterEntry:
    """An entry for a run of doors."""
    return RegisterEntry(f"{street}{first}{last}{side}", street, first, last, side, None, "甲居委会")


def test_gaps_are_said_by_side() -> None:
    entries = [entry(1, 99), entry(201, 299), entry(1, 300, Side.EVEN)]
    said = [gap.text for gap in gaps(entries, {STREET: (1, 300)})]
    assert said == ["岚皋路101–199单号没有登记"]
    assert [g.text for g in gaps([], {STREET: (1, 4)})] == ["岚皋路1–3单号没有登记", "岚皋路2–4双号没有登记"]


def test_overlaps_name_the_doors_that_stand_twice() -> None:
    entries = [entry(1, 99), entry(51, 120, Side.BOTH), entry(2, 98, Side.EVEN)]
    assert [one.text for one in overlaps(entries)] == ["岚皋路51–99单号登记了两次", "岚皋路52–98双号登记了两次"]
    assert overlaps([entry(1, 99), entry(100, 198), entry(1, 99, street="岚皋西路")]) == []


NUMBERS = st.integers(1, 40)
RUNS = st.tuples(NUMBERS, NUMBERS, st.sampled_from(Side)).map(lambda r: entry(min(r[:2]), max(r[:2]), r[2]))
ENTRIES = st.lists(RUNS, max_size=6)


@given(ENTRIES)
def test_a_door_lies_in_a_gap_if_and_only_if_nobody_answers_for_it(entries: list[RegisterEntry]) -> None:
    found = gaps(entries, {STREET: (1, 40)})
    for number in range(1, 41):
        parity = Side.ODD if number % 2 else Side.EVEN
        in_gap = [g for g in found if g.number_from <= number <= g.number_to and g.side is parity]
        assert bool(in_gap) != any(e.covers(STREET, number) for e in entries)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (entry(9, 1), "number_to"),
        (entry(2, 2, Side.ODD), "side"),
        (entry(0, 9), "number_from"),
        (entry(1, 9, street="没有路"), "street"),
        (RegisterEntry("x", STREET, 1, 9, Side.ODD), "residents_committee"),
        (RegisterEntry("x", STREET, 1, 9, Side.ODD, None, "甲", note="找13812345678"), "note"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(wrong: RegisterEntry, field: str) -> None:
    with pytest.raises(Refused) as caught:
        require_sound(wrong, [STREET])
    assert [p.field for p in caught.value.problems] == [field]
