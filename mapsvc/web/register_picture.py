"""A street drawn straight for the page of the register: doors on both sides, bars over those who are registered."""

from collections.abc import Sequence
from dataclasses import dataclass

from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.store.register import DoorOnStreet

# In units of the drawing, which are pixels: doors stand as far apart as fingers need.
_APART, _PER_M, _MARGIN = 46.0, 2.0, 30.0
ODD_Y, EVEN_Y, HEIGHT = 110.0, 174.0, 284.0
_BAR_Y, _BAR_STEP = {Side.ODD: 62.0, Side.EVEN: 222.0}, 32.0


@dataclass(frozen=True)
class DrawnDoor:
    """A number with its place in the drawing."""

    number: int
    side: Side
    x: float
    y: float
    name: str
    is_registered: bool


@dataclass(frozen=True)
class DrawnRun:
    """The doors of an entry on one side, as a bar."""

    entry: RegisterEntry
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class StreetPicture:
    """One street."""

    street: str
    width: float
    doors: tuple[DrawnDoor, ...]
    runs: tuple[DrawnRun, ...]
    height: float = HEIGHT


def pictures(entries: Sequence[RegisterEntry], doors: Sequence[DoorOnStreet]) -> tuple[StreetPicture, ...]:
    """Every street that has doors, in the order of the doors."""
    return tuple(_picture(street, entries, doors) for street in dict.fromkeys(d.street for d in doors))


def _picture(street: str, entries: Sequence[RegisterEntry], doors: Sequence[DoorOnStreet]) -> StreetPicture:
    own = [e for e in entries if e.street == street]
    drawn = [d for side in (Side.ODD, Side.EVEN) for d in _side(street, side, own, doors)]
    width = max((d.x for d in drawn), default=0.0) + _MARGIN
    return StreetPicture(street, width, tuple(drawn), tuple(_runs(own, drawn)))


def _side(street: str, side: Side, entries: Sequence[RegisterEntry], doors: Sequence[DoorOnStreet]) -> list[DrawnDoor]:
    parity = 1 if side is Side.ODD else 0
    numbers: dict[int, DoorOnStreet] = {}
    for door in doors:
        if door.street == street and door.number % 2 == parity:
            numbers.setdefault(door.number, door)
    found: list[DrawnDoor] = []
    x = _MARGIN - _APART
    for number, door in sorted(numbers.items()):
        x = max(x + _APART, _MARGIN + (door.chainage_m or 0.0) * _PER_M)
        is_registered = any(e.covers(street, number) for e in entries)
        y = ODD_Y if side is Side.ODD else EVEN_Y
        found.append(DrawnDoor(number, side, round(x, 1), y, door.name or "", is_registered))
    return found


def _runs(entries: Sequence[RegisterEntry], drawn: Sequence[DrawnDoor]) -> list[DrawnRun]:
    found: list[DrawnRun] = []
    for side, away in ((Side.ODD, -1), (Side.EVEN, 1)):
        reached = [-1.0, -1.0]
        for entry in sorted(entries, key=lambda e: (e.number_from, e.number_to, e.id)):
            own = [d.x for d in drawn if d.side is side and entry.covers(entry.street, d.number)]
            if not own:
                continue
            left, right = min(own) - _APART / 2 + 3, max(own) + _APART / 2 - 3
            # What overlaps stands one row further out.
            row = next((n for n, end in enumerate(reached) if left >= end), 1)
            reached[row] = max(reached[row], right)
            y = _BAR_Y[side] + away * row * _BAR_STEP
            found.append(DrawnRun(entry, round(left, 1), y, round(right - left, 1)))
    return found
