"""The walking network of the office's street layer, built once for as long as the layer's files stay as they are."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mapsvc.patrol.lines import DRAWN_REACH_M
from mapsvc.patrol.network import Network, StreetLine

if TYPE_CHECKING:
    from mapsvc.geo.house_numbers import HouseNumbers
    from mapsvc.geo.streets import Street

# Lines surveyed this well share their vertices where they meet; drawn ones stop short of each other.
_SURVEYED_M = 10.0
_SURVEYED_REACH_M = 1.0


def walking_network(layers: Path | None) -> Network:
    """The walking network of the street layer, railways left out; built anew when the layer's files change."""
    from mapsvc.geo.streets import layer_file

    streets, numbers = layer_file("streets.geojson", layers), layer_file("house_numbers.csv", layers)
    return _built(streets, streets.stat().st_mtime_ns, numbers, numbers.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _built(streets: Path, _streets_at: int, numbers: Path, _numbers_at: int) -> Network:
    from mapsvc.geo.house_numbers import load_house_numbers
    from mapsvc.geo.streets import load_streets

    known = load_house_numbers(numbers)
    return Network(tuple(_line(s, known.get(s.name)) for s in load_streets(streets) if s.kind != "rail"))


def _line(street: "Street", numbers: "HouseNumbers | None") -> StreetLine:
    return StreetLine(
        street.name,
        street.metres,
        street.width_m,
        "path" if street.kind == "path" else street.road,
        street.level,
        numbers.odd_side if numbers else "",
        _SURVEYED_REACH_M if street.error_m <= _SURVEYED_M else DRAWN_REACH_M,
    )
