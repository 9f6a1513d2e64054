"""Which doors share what was found: the run of the register, and near a leak the next wall."""

from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.domain.same_building import LEAK, Door, shared

RUN = RegisterEntry("r", "岚皋西路", 21, 29, Side.ODD, "兰凤新村1幢")


def door(number: int, east_m: float | None = None) -> Door:
    """A door of 岚皋西路, so far along the street."""
    return Door(f"s{number}", f"LT{number:04d}", None, None, "岚皋西路", number, east_m, 0.0)


def apart_m(one: Door, other: Door) -> float | None:
    """In this test's street degrees are metres."""
    return None if one.lon is None or other.lon is None else abs(one.lon - other.lon)


def codes(kind: str, run: RegisterEntry | None = RUN) -> list[str]:
    """Which of the street's doors share what was found at 27号."""
    street = [door(25, 8.0), door(27, 0.0), door(28, 14.0), door(31, 6.0), door(33, 16.0), door(21), door(23, 61.0)]
    return [s.door.code for s in shared(street[1], street, run, apart_m, kind)]


def test_a_leak_reaches_the_building_and_the_next_walls() -> None:
    assert codes(LEAK) == ["LT0031", "LT0025", "LT0028", "LT0021"]


def test_anything_else_the_building_alone() -> None:
    assert codes("L0005") == ["LT0025", "LT0021"]
    assert codes("L0005", None) == []


def test_why_it_is_listed() -> None:
    found = shared(door(27, 0.0), [door(25, 8.0), door(31, 6.0)], RUN, apart_m, LEAK)
    assert [s.why for s in found] == ["相距6米", "兰凤新村1幢 · 相距8米"]
