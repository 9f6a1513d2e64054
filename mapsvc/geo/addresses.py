"""Places addresses on the map: house numbers measured along their street, and the way back to a label."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from mapsvc.errors import Refused
from mapsvc.geo.address_text import AddressParser, ParsedAddress
from mapsvc.geo.house_numbers import HouseNumbers, Side, load_house_numbers, nearest_number
from mapsvc.geo.local import to_lonlat
from mapsvc.geo.street_graph import Junction, junctions
from mapsvc.geo.streets import Hand, Street, layer_file, load_streets, named

# A number further past the end of the drawn street than this is a slip of the pen, not a door.
_MAX_PAST_END_M = 100.0


class Located(NamedTuple):
    """Where an address lies.

    `error_m` adds the street's own error and that of reading between known numbers. `extrapolated` is True outside the
    known numbers; then `note` says so in Chinese. `side` is ``odd``, ``even`` or empty (a crossing).
    """

    lon: float
    lat: float
    error_m: float
    street: str
    house_number: int | None
    side: Side
    chainage_m: float
    extrapolated: bool
    note: str
    source: str = "address"


class NearestAddress(NamedTuple):
    """The address nearest to a position, for labels such as 岚皋路236号附近."""

    label: str
    street: str
    house_number: int | None
    side: Side
    chainage_m: float
    distance_m: float


class Gazetteer:
    """Streets with their house numbers: from an address to a place and back.

    Parameters
    ----------
    streets : sequence of Street
        All lines of the road network.
    numbers : dict of str to HouseNumbers
        By official street name; streets without an entry know no numbers.
    """

    def __init__(self, streets: Sequence[Street], numbers: dict[str, HouseNumbers]) -> None:
        self.streets = tuple(streets)
        self.numbers = numbers
        # A line with a note (a stretch whose course is unsure) is drawn, but nobody writes it in an address.
        roads = [street for street in self.streets if street.kind == "road" and not street.note]
        self._by_name = named(roads)
        self._parser = AddressParser((spelling, street.name) for spelling, street in self._by_name.items())
        self._locate_number = lru_cache(maxsize=65_536)(self._place_number)
        self._junctions: tuple[Junction, ...] | None = None

    @classmethod
    def load(cls, layers_dir: Path | None = None) -> "Gazetteer":
        """Read streets.geojson and house_numbers.csv from a layers folder; what it lacks comes from the shipped one."""
        return cls(
            load_streets(layer_file("streets.geojson", layers_dir)),
            load_house_numbers(layer_file("house_numbers.csv", layers_dir)),
        )

    @property
    def junctions(self) -> tuple[Junction, ...]:
        """Where the roads meet."""
        if self._junctions is None:
            self._junctions = junctions(self.streets)
        return self._junctions

    def street(self, name: str) -> Street:
        """Return a street by its name or an alias; Refused (``unknown_street``) names the nearest ones."""
        return self._by_name.get(name) or self._by_name[self.parse_address(name).street]

    def parse_address(self, text: str) -> ParsedAddress:
        """Read an address without placing it (see `AddressParser.parse`)."""
        return self._parser.parse(text)

    def locate(self, address: str | ParsedAddress) -> Located:
        """Place an address: interpolated along its street, on its side, half the street's width off the line.

        Raises
        ------
        Refused
            ``no_address``, ``no_street``, ``unknown_street``, ``no_number``, ``no_house_numbers`` (none are known
            for the street), ``number_out_of_range`` or ``no_crossing``.
        """
        parsed = self._parser.parse(address) if isinstance(address, str) else address
        if parsed.crossing:
            return self._place_crossing(parsed.street, parsed.crossing)
        number = parsed.street_number
        if number is None:
            message = f"“{parsed.street}”后面没有门牌号；请补上，如“{parsed.street}25号”"
            raise Refused(message, field="地址", code="no_number")
        last = parsed.number_to if parsed.lane is None else None
        return self._locate_number(parsed.street, number, last)

    def _place_number(self, name: str, number: int, number_to: int | None) -> Located:
        street, scale = self._by_name[name], self.numbers.get(name)
        if scale is None:
            known = "、".join(self.numbers)
            message = f"{name}的门牌还没有里程，定不了位（已有：{known}）；请补填经纬度"
            raise Refused(message, field="地址", code="no_house_numbers")
        # A range is one door front: its middle, on the side of its first number.
        middle = (number + (number_to or number)) / 2
        chainage = scale.chainage(middle)
        if chainage > street.length_m + _MAX_PAST_END_M:
            highest = int(scale.number(street.length_m))
            message = f"{name}大约只到{highest}号，没有{number}号；请核对门牌号或补填经纬度"
            raise Refused(message, field="地址", code="number_out_of_range")
        side = scale.side_of(number)
        offset = street.width_m / 2 if scale.hand_of(side) == "left" else -street.width_m / 2
        lon, lat = to_lonlat(*street.metres_at(chainage, offset))
        error = street.error_m + scale.reading_error_m(middle)
        note = _extrapolation_note(name, scale, middle)
        return Located(lon, lat, round(error, 1), name, number, side, chainage, bool(note), note)

    def _place_crossing(self, first: str, second: str) -> Located:
        for junction in self.junctions:
            if first in junction.chainages and second in junction.chainages:
                error = max(self._by_name[first].error_m, self._by_name[second].error_m)
                chainage = junction.chainages[first]
                return Located(junction.lon, junction.lat, error, first, None, "", chainage, False, "")
        raise Refused(f"{first}和{second}在路网里不相交；请核对路名或补填经纬度", field="地址", code="no_crossing")

    def nearest_address(self, lon: float, lat: float, max_distance_m: float = 150.0) -> NearestAddress | None:
        """Return the address nearest to a WGS-84 position, or None if no street lies within `max_distance_m`.

        Streets with house numbers win over others within 30 m, because their label says more.
        """
        best: tuple[float, NearestAddress] | None = None
        for street in self._by_name.values():
            foot = street.project(lon, lat)
            if foot.distance_m > max_distance_m:
                continue
            scale = self.numbers.get(street.name)
            rank = foot.distance_m + (0.0 if scale else 30.0)
            if best is None or rank < best[0]:
                best = (rank, _address_at(street, scale, foot.chainage_m, foot.side, foot.distance_m))
        return best[1] if best else None


def _extrapolation_note(street: str, scale: HouseNumbers, number: float) -> str:
    smallest, largest = scale.known
    if number > largest:
        return f"{street}已知门牌到{largest}号，再往后按最后一段的间距推算"
    if number < smallest:
        return f"{street}已知门牌从{smallest}号起，之前按从路口均匀推算"
    return ""


def _address_at(
    street: Street, scale: HouseNumbers | None, chainage_m: float, hand: Hand, distance_m: float
) -> NearestAddress:
    if scale is None:
        return NearestAddress(f"{street.name}附近", street.name, None, "", chainage_m, distance_m)
    side = scale.side_at(hand)
    number = nearest_number(scale.number(chainage_m), side)
    label = f"{street.name}{number}号附近"
    return NearestAddress(label, street.name, number, side, chainage_m, distance_m)


@lru_cache(maxsize=1)
def _shipped_gazetteer() -> Gazetteer:
    return Gazetteer.load()


def parse_address(text: str) -> ParsedAddress:
    """Read an address against the shipped streets (see `AddressParser.parse`)."""
    return _shipped_gazetteer().parse_address(text)
