"""Positions of reports in a file: numbers, pairs in one cell, swapped, nought, far away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mapsvc.ledger.cells import narrow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PAIR = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)[\s,，;]+(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)")
_FAR_DEGREES = 2.0
"""Beyond about 200 km from the middle it is another city, or a slip."""
_NOBODY_LIVES = 66.0
"""A whole file is taken as swapped if its latitudes lie beyond the polar circle and its longitudes do not."""


class Book(Protocol):
    """Takes rows that cannot be used."""

    def add(self, line: int, column: str, value: str, code: str, message: str) -> None:
        """Leave out the row of that line."""


@dataclass(frozen=True)
class Placed:
    """Positions, arrays of shape (n,); `good` marks the usable ones."""

    lon: "NDArray[np.float64]"
    lat: "NDArray[np.float64]"
    good: "NDArray[np.bool_]"
    notes: tuple[str, ...]


def place(at: Sequence[tuple[str, str]], line: Sequence[int], columns: dict[str, str], book: Book) -> Placed:
    """Read the positions of all rows.

    Parameters
    ----------
    at : sequence of (lat, lon) as written, or of (both in one cell, "")
    line : sequence of int
        Where they stand.
    columns : dict
        Titles of the columns `lat` and `lon`, or `point`.
    book : Book
        Is told of what cannot be used.
    """
    import numpy as np

    is_pair = "point" in columns
    title = columns["point"] if is_pair else f"{columns['lat']}、{columns['lon']}"
    numbers = np.array(
        [_pair(both) if is_pair else (_number(lat), _number(lon)) for both, lon in at for lat in (both,)]
    )
    lat, lon = numbers.reshape(-1, 2).T.astype(np.float64)
    lat, lon = (np.where(np.isfinite(lat) & np.isfinite(lon), degrees, np.nan) for degrees in (lat, lon))
    notes: list[str] = []

    def leave_out(rows: "NDArray[np.bool_]", code: str, told: str) -> None:
        for i in np.flatnonzero(rows).tolist():
            book.add(int(line[i]), title, " ".join(at[i]).strip(), code, told)

    missing = np.isnan(lat)
    empty = np.array([not (a.strip() or b.strip()) for a, b in at], dtype=bool)
    leave_out(missing & empty, "no_position", "没有写经纬度。")
    leave_out(missing & ~empty, "bad_position", "经纬度不是数字。")
    zero = ~missing & (np.abs(lat) < 1e-6) & (np.abs(lon) < 1e-6)
    leave_out(zero, "zero_position", "经纬度是0，等于没有位置。")
    good = ~missing & ~zero
    lat, lon = _unswapped(lat, lon, good, notes)
    outside = good & ((np.abs(lat) > 90) | (np.abs(lon) > 180))
    leave_out(outside, "out_of_range", "不是经纬度（度）；平面坐标请先换成经纬度。")
    good &= ~outside
    if good.any():
        far = good & (np.hypot(lat - np.median(lat[good]), _turn(lon - np.median(lon[good]))) > _FAR_DEGREES)
        leave_out(far, "far_away", "离其他记录200公里以上，没有用。请核对经纬度。")
        good &= ~far
    return Placed(lon, lat, good, tuple(notes))


def _turn(degrees: "NDArray[np.float64]") -> "NDArray[np.float64]":
    return (degrees + 180) % 360 - 180


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    plain = narrow(text).strip("°NESW ").replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return float("nan")


def _pair(text: str) -> tuple[float, float]:
    """(lat, lon) of ``(42.3, -71.1)`` or ``POINT (-71.1 42.3)``."""
    match = _PAIR.search(narrow(text))
    if match is None:
        return float("nan"), float("nan")
    first, second = float(match[1]), float(match[2])
    return (second, first) if "point" in text.lower() else (first, second)


def _unswapped(
    lat: "NDArray[np.float64]", lon: "NDArray[np.float64]", good: "NDArray[np.bool_]", notes: list[str]
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Turn a whole file round, or the few rows that then come to lie among the others; say so."""
    import numpy as np

    if not good.any():
        return lat, lon
    middle_lat, middle_lon = np.median(lat[good]), np.median(lon[good])
    if abs(middle_lat) > _NOBODY_LIVES and abs(middle_lon) <= _NOBODY_LIVES:
        notes.append("经度和纬度两列写反了，已按换过来的用。")
        lat, lon = lon, lat
        middle_lat, middle_lon = middle_lon, middle_lat
    near = np.hypot(lat - middle_lat, lon - middle_lon) <= _FAR_DEGREES
    turned = good & ~near & (np.hypot(lon - middle_lat, lat - middle_lon) <= _FAR_DEGREES)
    if turned.any():
        notes.append(f"有{int(turned.sum())}行经纬度写反了，已按换过来的用。")
        lat, lon = np.where(turned, lon, lat), np.where(turned, lat, lon)
    return lat, lon
