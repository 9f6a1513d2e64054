"""Where a row of a workbook is: its coordinate if it can be believed, else its address."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mapsvc.domain.ledger import Level, Values, position_of, position_text
from mapsvc.domain.places import PositionSource
from mapsvc.errors import Refused

if TYPE_CHECKING:
    from mapsvc.geo.addresses import Gazetteer, Located
    from mapsvc.geo.area import Bounds
    from mapsvc.geo.datum import Datum
    from mapsvc.ledger.rows import Row
    from mapsvc.ledger.sheets import Sheet
    from mapsvc.operations.ledgers.context import Run

GIVEN_ERROR_M = 10.0
"""What a coordinate in a ledger is good for: taken from a phone or picked on a map."""
FAR_M = 120.0
"""A coordinate further from its own address than this is reported: one of the two is wrong."""
_MOST_CACHED = 50_000
_WHERE = ("lon", "lat", "position_source", "error_m", "position_note", "street", "house_number", "side", "chainage_m")


@dataclass(frozen=True, slots=True)
class Spot:
    """A position with what goes into table location.

    Attributes
    ----------
    lon, lat : float
        WGS-84 degrees.
    source : str
        ``given`` or ``address``.
    """

    lon: float
    lat: float
    source: str
    error_m: float
    note: str | None = None
    street: str | None = None
    house_number: int | None = None
    side: str | None = None
    chainage_m: float | None = None

    def columns(self) -> dict[str, Any]:
        """Columns of table location."""
        values = (self.lon, self.lat, self.source, self.error_m, self.note)
        return dict(zip(_WHERE, (*values, self.street, self.house_number, self.side, self.chainage_m), strict=True))


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something about a position; `column` is a field of the sheet."""

    level: Level
    column: str
    value: Any
    code: str
    message: str


class Positions:
    """Finds positions for one import.

    Parameters
    ----------
    gazetteer : Gazetteer
    area : Bounds
        Rectangle of the sub-district; what lies far outside is not believed.
    datum : str
        ``auto`` (a row's 坐标系, else WGS-84), or what rows without 坐标系 are given in.
    """

    def __init__(self, gazetteer: "Gazetteer", area: "Bounds", datum: str) -> None:
        from mapsvc.geo.datum import WGS84, parse_datum

        self._gazetteer = gazetteer
        self._area = area
        self._default = WGS84 if datum.strip().lower() in ("", "auto") else parse_datum(datum)
        self._datums: dict[str, Datum | Refused] = {}
        self._located: dict[str, Located | Refused] = {}
        self._unknown: dict[str, Refused] = {}

    def place(
        self, values: Values, address: str | None, *, address_is_free: bool = False
    ) -> tuple[Spot | None, list[Trouble]]:
        """The position of a row, and what is to be said about it.

        Parameters
        ----------
        values : dict
            Holds ``_lon``, ``_lat`` and perhaps ``_datum``.
        address : str or None
        address_is_free : bool
            The address may be any description (of an issue, a place): no word about it while there is a coordinate.

        Returns
        -------
        tuple
            (spot, troubles); without a spot one of the troubles is an error.
        """
        given, troubles = self._given(values)
        located = self.locate(address) if address else None
        if given is not None:
            if isinstance(located, Refused):
                if not address_is_free:
                    troubles.append(_about_address(located, address, Level.WARNING))
                return Spot(*given, PositionSource.GIVEN.value, GIVEN_ERROR_M), troubles
            return self._both(given, located, address, troubles), troubles
        if located is not None and not isinstance(located, Refused):
            return spot_of(located), troubles
        errors = [Trouble(Level.ERROR, t.column, t.value, t.code, t.message) for t in troubles]
        if isinstance(located, Refused):
            errors.append(_about_address(located, address, Level.ERROR))
        return None, errors or [Trouble(Level.ERROR, "address", None, "no_position", _NOWHERE)]

    def _given(self, values: Values) -> tuple[tuple[float, float] | None, list[Trouble]]:
        from mapsvc.geo.datum import check_coordinate

        x, y = values.get("_lon"), values.get("_lat")
        if x is None and y is None:
            return None, []
        datum = self._datum(values.get("_datum"))
        if isinstance(datum, Refused):
            return None, [_warning("_datum", values.get("_datum"), datum.code, datum.message)]
        check = check_coordinate(x, y, datum, self._area)
        if check.code == "ok":
            return (check.lon, check.lat), []  # type: ignore[return-value]
        written = f"{_plain(x)}, {_plain(y)}"
        if check.usable:
            return (check.lon, check.lat), [_warning("_lon", written, check.code, check.message)]  # type: ignore[return-value]
        return None, [_warning("_lon", written, f"coordinate_{check.code}", check.message)]

    def _datum(self, text: str | None) -> "Datum | Refused":
        from mapsvc.geo.datum import parse_datum

        if not text:
            return self._default
        if text not in self._datums:
            try:
                self._datums[text] = parse_datum(text)
            except Refused as error:
                self._datums[text] = error
        return self._datums[text]

    def _both(
        self, given: tuple[float, float], located: "Located | None", address: str | None, troubles: list[Trouble]
    ) -> Spot:
        from mapsvc.geo.local import distance_m

        if located is None:
            return Spot(*given, PositionSource.GIVEN.value, GIVEN_ERROR_M)
        apart_m = float(distance_m(*given, located.lon, located.lat))
        if apart_m > FAR_M:
            message = f"坐标离地址“{address}”有 {apart_m:.0f} 米，先按坐标放。请核对坐标和地址哪个对。"
            troubles.append(_warning("_lon", f"{given[0]:.6f}, {given[1]:.6f}", "far_from_address", message))
        street, number, side = located.street, located.house_number, located.side or None
        return Spot(*given, PositionSource.GIVEN.value, GIVEN_ERROR_M, None, street, number, side, located.chainage_m)

    def at(self, position: str | None, address: str | None) -> Spot | None:
        """The spot of imported values: of ``position`` if there is one, else of the address; None if neither serves."""
        located = self.locate(address) if address else None
        known = None if located is None or isinstance(located, Refused) else located
        if position is not None:
            return self._both(position_of(position), known, address, [])
        return spot_of(known) if known else None

    @property
    def gazetteer(self) -> "Gazetteer":
        """Streets with their house numbers."""
        return self._gazetteer

    def knows(self, address: str) -> bool:
        """Whether an address can be found."""
        return not isinstance(self.locate(address), Refused)

    def locate(self, address: str) -> "Located | Refused":
        """Where an address lies, or why that cannot be said; the same text is asked once."""
        found = self._located.get(address)
        if found is None:
            name = re.split(r"\d", address, maxsplit=1)[0]
            found = self._unknown.get(name) or self._locate(address, name)
            if len(self._located) < _MOST_CACHED:
                self._located[address] = found
        return found

    def _locate(self, address: str, name: str) -> "Located | Refused":
        try:
            return self._gazetteer.locate(address)
        except Refused as error:
            if error.code == "unknown_street":
                # Looking for near names is slow, and a sheet of another quarter has thousands of them.
                self._unknown[name] = error
            return error


_NOWHERE = "既没有坐标也没有地址，不知道在哪里。请补填地址（路名+门牌号）或经纬度。"


def spot_of(located: "Located") -> Spot:
    """An address that was found, as a position with what goes into table location."""
    where = (located.street, located.house_number, located.side or None, located.chainage_m)
    note = located.note or None
    return Spot(located.lon, located.lat, PositionSource.ADDRESS.value, located.error_m, note, *where)


def _warning(column: str, value: Any, code: str, message: str) -> Trouble:
    return Trouble(Level.WARNING, column, value, code, message if message.endswith("。") else f"{message}。")


def _about_address(refused: Refused, address: str | None, level: Level) -> Trouble:
    return Trouble(level, "address", address, refused.code, f"{refused.message}。")


def _plain(value: Any) -> str:
    return "" if value is None else f"{value:.10g}"


def given_text(spot: Spot | None) -> str | None:
    """The imported value of field ``position``: None where the address decides."""
    return position_text(spot.lon, spot.lat) if spot and spot.source == PositionSource.GIVEN else None


def stored_text(row: Any) -> str | None:
    """The same for a stored location: positions by address count as none."""
    if row.lon is None or row.position_source in (None, PositionSource.ADDRESS):
        return None
    return position_text(row.lon, row.lat)


def settle(run: "Run", sheet: "Sheet", row: "Row", address: str | None, *, address_is_free: bool = False) -> None:
    """Give a row its `position` (as imported value) and its spot in `row.extra`; complains about what is wrong."""
    spot, troubles = run.positions.place(row.values, address, address_is_free=address_is_free)
    has_columns = "_lon" in row.values or "_lat" in row.values
    for raw in [name for name in row.values if name.startswith("_")]:
        del row.values[raw]
    if has_columns:
        row.values["position"] = given_text(spot)
    for t in troubles:
        run.complain(row, sheet, t.column, t.level, t.code, t.message, t.value)
    row.extra = spot


def location_changes(run: "Run", row: "Row", new: Values) -> dict[str, Any]:
    """Columns of table location after `new` address or position; a position set otherwise stays where it is."""
    position, address = row.values.get("position"), row.values.get("address")
    spot = run.positions.at(position, address)
    if spot is None:
        return {"address": address}
    columns = spot.columns() | {"address": address}
    if position is not None and "position" not in new:
        return {n: columns[n] for n in ("address", "street", "house_number", "side", "chainage_m")}
    return columns
