"""举一反三: which doors share what was found at one, to be looked at before it happens there too."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mapsvc.domain.register import RegisterEntry

LEAK = "L0001"
NEAR_M = 15.0
"""Water runs this far along a pipe or a slab before it shows (starting value)."""
BUILDING_M = 60.0
"""A run of the register may be a whole row of houses; what is further off shares no wall (starting value)."""


@dataclass(frozen=True)
class Door:
    """A shop with where it is."""

    shop_id: str
    code: str
    name: str | None
    address: str | None
    street: str | None
    number: int | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class SharedDoor:
    """A door that shares it; `building`: by the register, `distance_m`: how far off, where positions are known."""

    door: Door
    building: str | None
    distance_m: float | None

    @property
    def why(self) -> str:
        """兰凤新村1幢, 相距6米."""
        apart = f"相距{round(self.distance_m)}米" if self.distance_m is not None else None
        return " · ".join(p for p in (self.building, apart) if p)


def shared(
    here: Door,
    doors: Iterable[Door],
    run: RegisterEntry | None,
    apart_m: Callable[[Door, Door], float | None],
    kind: str,
) -> list[SharedDoor]:
    """Doors of the same run of the register, and for a leak those within 15 m; the nearest first.

    Parameters
    ----------
    here : Door
        Where it was found; never among the result.
    doors : iterable of Door
    run : RegisterEntry or None
        The narrowest entry of the register over `here`.
    apart_m : callable
        Ground distance in metres; None where one of the positions is unknown.
    kind : str
        Code of the issue's kind.
    """
    found = []
    for door in doors:
        if door.shop_id == here.shop_id:
            continue
        apart = apart_m(here, door)
        in_run = run is not None and run.covers(door.street or "", door.number or 0)
        in_run = in_run and (apart is None or apart <= BUILDING_M)
        is_near = kind == LEAK and apart is not None and apart <= NEAR_M
        if in_run or is_near:
            building = (run.building or "同一段门牌") if run is not None and in_run else None
            found.append(SharedDoor(door, building, apart))
    far = float("inf")
    return sorted(found, key=lambda s: (far if s.distance_m is None else s.distance_m, s.door.code))
