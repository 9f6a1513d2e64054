"""What is marked and named of a stretch of street: never an area of so few doors that it would name one of them."""

from dataclasses import dataclass

from mapsvc.domain.hotspots import LEAST_FRONTAGES
from mapsvc.geo.house_numbers import HouseNumbers
from mapsvc.geo.segments import StreetSegment, between
from mapsvc.geo.streets import Street

# From the middle of a door's front to its edge, so that the door lies inside.
_HALF_DOOR_M = 1.5


@dataclass(frozen=True)
class SegmentMark:
    """A segment as it is shown.

    Attributes
    ----------
    label : str
        Names all doors of the mark, e.g. 岚皋路232–236号.
    ring : tuple of (lon, lat)
        Closed, WGS-84; the segment's own where that has doors enough.
    frontages : int
        Doors on its side within the mark, by the street's numbering.
    """

    label: str
    ring: tuple[tuple[float, float], ...]
    frontages: int


def segment_mark(street: Street, segment: StreetSegment, numbers: HouseNumbers) -> SegmentMark:
    """The segment, drawn out along its side to the nearest doors until it holds three.

    A street whose numbers are known nowhere near keeps what it has.
    """
    first, last = doors_of(segment, numbers)
    start, end = segment.from_m, segment.to_m
    middle = (start + end) / 2
    if last < first:
        return SegmentMark(segment.label, segment.ring, 0)
    while last - first < 2 * (LEAST_FRONTAGES - 1):
        before, after = numbers.chainage(first - 2), numbers.chainage(last + 2)
        if first > 2 and (middle - before <= after - middle or after > street.length_m):
            first, start = first - 2, min(start, before - _HALF_DOOR_M)
        elif after <= street.length_m:
            last, end = last + 2, max(end, after + _HALF_DOOR_M)
        else:
            break
    if (start, end) == (segment.from_m, segment.to_m):
        return SegmentMark(segment.label, segment.ring, (last - first) // 2 + 1)
    shown = between(street, segment.side, segment.hand, max(start, 0.0), min(end, street.length_m), numbers)
    return SegmentMark(f"{segment.street}{first}–{last}号", shown.ring, (last - first) // 2 + 1)


def doors_of(segment: StreetSegment, numbers: HouseNumbers) -> tuple[int, int]:
    """The first and the last number of the segment's side within it; the last is the smaller one if there is none."""
    parity = 1 if segment.side == "odd" else 0
    low, high = numbers.number(segment.from_m), numbers.number(segment.to_m)
    first = max(_up(low, parity), 2 - parity)
    return first, _up(high, parity) - 2


def _up(number: float, parity: int) -> int:
    """The smallest whole number of a parity that is not below `number`."""
    whole = -int(-(number - 1e-9) // 1)
    return whole + (whole - parity) % 2
