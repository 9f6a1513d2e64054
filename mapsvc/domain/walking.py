"""The order in which doors are walked to: out along one side of a street, back on the other, then the next street."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from mapsvc.domain.places import SIDE_NAMES

_M_PER_DEGREE = 111_320.0
_NO_STREET = "不在街上的"
_NO_SIDE = "沿街"


@dataclass(frozen=True)
class Stop:
    """A door to walk to; `pressing` says which matters most."""

    code: str
    street: str = ""
    side: str = ""
    house_number: int | None = None
    chainage_m: float | None = None
    lon: float | None = None
    lat: float | None = None
    pressing: int = 0


@dataclass(frozen=True)
class Stretch:
    """One side of a street in walking order; `turn` is what is said where the walk comes to it."""

    street: str
    side: str
    side_name: str
    doors: tuple[str, ...]
    turn: str | None = None


def walk(stops: Iterable[Stop]) -> tuple[Stretch, ...]:
    """Every stop once, side by side.

    The walk begins on the side of the most pressing door, at the end of the street that is nearer to that door; it
    comes back on the other side and goes on to the street whose end is nearest. Along a side house numbers only rise
    or only fall (chainage where there are no numbers).
    """
    left: dict[str, list[Stop]] = {}
    for stop in sorted(stops, key=lambda s: s.code):
        left.setdefault(stop.street, []).append(stop)
    done: list[Stretch] = []
    here: Stop | None = None
    while left:
        name = min(left, key=lambda street: _street_rank(street, left[street], here))
        street_done, here = _street(left.pop(name), here)
        done += street_done
    return tuple(done)


def _street_rank(name: str, stops: Sequence[Stop], here: Stop | None) -> tuple[object, ...]:
    if here is None:
        return name == "", -_most(stops), -len(stops), name
    return name == "", min(_apart_m(here, s) for s in stops), name


def _street(stops: Sequence[Stop], here: Stop | None) -> tuple[list[Stretch], Stop]:
    """The sides of one street, the second walked back; and where the walk ends."""
    by_side: dict[str, list[Stop]] = {}
    for stop in sorted(stops, key=_place):
        by_side.setdefault(stop.side, []).append(stop)
    sides = sorted(by_side, key=lambda side: (side == "", -_most(by_side[side]), -len(by_side[side]), side))
    if _falls(by_side[sides[0]], here):
        by_side = {side: some[::-1] for side, some in by_side.items()}
    stretches = []
    for n, side in enumerate(sides):
        some = by_side[side] if n % 2 == 0 else by_side[side][::-1]
        stretches.append(_stretch(some, n, here))
        here = some[-1]
    assert here is not None
    return stretches, here


def _stretch(stops: Sequence[Stop], n: int, here: Stop | None) -> Stretch:
    street, side = stops[0].street, stops[0].side
    name = SIDE_NAMES.get(side, side or _NO_SIDE)
    turn = None
    if n:
        turn = f"过街，从{name}往回走" if n % 2 else f"再走{name}"
    elif here is not None:
        turn = f"转到{street}，走{name}" if street else f"再走{_NO_STREET}"
    return Stretch(street or _NO_STREET, side, name, tuple(s.code for s in stops), turn)


def _falls(side: Sequence[Stop], here: Stop | None) -> bool:
    """Whether to walk the side from its far end: nearer to where the walk is, at its beginning to what presses."""
    if here is not None:
        return _apart_m(here, side[-1]) < _apart_m(here, side[0])
    first = max(range(len(side)), key=lambda n: (side[n].pressing, -n))
    return side[first].pressing > 0 and first > (len(side) - 1) / 2


def _place(stop: Stop) -> tuple[object, ...]:
    along = stop.chainage_m if stop.chainage_m is not None else float("inf")
    number = stop.house_number if stop.house_number is not None else float("inf")
    return number, along, stop.code


def _most(stops: Sequence[Stop]) -> int:
    return max(s.pressing for s in stops)


def _apart_m(a: Stop, b: Stop) -> float:
    """Metres between two stops, flat; without positions very far."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return 1e9
    return hypot((a.lon - b.lon) * cos(radians(a.lat)), a.lat - b.lat) * _M_PER_DEGREE
