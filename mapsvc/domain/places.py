"""Where things are: locations (of a shop, a place or a bare point) and places 点位."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LocationKind(StrEnum):
    """What stands at a location."""

    SHOP = "shop"
    PLACE = "place"
    POINT = "point"


class PositionSource(StrEnum):
    """Where a position comes from."""

    GIVEN = "given"
    ADDRESS = "address"
    CORRECTED = "corrected"


POSITION_SOURCE_NAMES: dict[PositionSource, str] = {
    PositionSource.GIVEN: "台账坐标",
    PositionSource.ADDRESS: "按门牌推算",
    PositionSource.CORRECTED: "实地更正",
}
SIDE_NAMES = {"odd": "单号侧", "even": "双号侧"}
"""The sides of a street, by the numbers that stand there."""


@dataclass(frozen=True)
class Location:
    """A spot on the ground.

    Attributes
    ----------
    lon, lat : float or None
        WGS-84 degrees; both None when the position is unknown.
    error_m : float or None
        Estimated error of the position.
    chainage_m : float or None
        Metres along `street` from its start.
    """

    id: str
    kind: LocationKind
    lon: float | None = None
    lat: float | None = None
    position_source: PositionSource | None = None
    error_m: float | None = None
    position_note: str | None = None
    address: str | None = None
    street: str | None = None
    house_number: int | None = None
    side: str | None = None
    chainage_m: float | None = None

    @property
    def has_position(self) -> bool:
        """Whether it can be drawn."""
        return self.lon is not None and self.lat is not None


@dataclass(frozen=True)
class Place:
    """A spot that is no shop: a corner, a bin, a charging shed."""

    id: str
    code: str
    name: str
    location: Location
    kind: str | None = None
    responsible_unit: str | None = None
    note: str | None = None
    version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None
