"""House numbers of a street: known ones with their chainage, everything between and beyond them interpolated."""

import csv
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from mapsvc.errors import Broken
from mapsvc.geo.streets import Hand

Side = Literal["odd", "even", ""]

# Between two known numbers a door may be off by a quarter of the way to the nearer one; beyond them by half.
_GAP_SHARE = 0.25
_BEYOND_SHARE = 0.5


@dataclass(frozen=True)
class HouseNumbers:
    """Known numbers of one street, both sides on one scale.

    Parameters
    ----------
    odd_side : {"left", "right"}
        Where odd numbers stand, seen along the street.
    numbers, chainages : tuple
        Known numbers, rising, and their ground metres along the street; the first entry is number 0 at 0 m.
    """

    odd_side: Hand
    numbers: tuple[float, ...]
    chainages: tuple[float, ...]

    def chainage(self, number: float) -> float:
        """Interpolate the chainage of a number; beyond the last known one its interval's slope goes on."""
        index = min(max(bisect_left(self.numbers, number), 1), len(self.numbers) - 1)
        n1, n2 = self.numbers[index - 1], self.numbers[index]
        c1, c2 = self.chainages[index - 1], self.chainages[index]
        return c1 + (number - n1) * (c2 - c1) / (n2 - n1)

    def number(self, chainage_m: float) -> float:
        """Invert `chainage`: the (fractional) number at a chainage."""
        index = min(max(bisect_left(self.chainages, chainage_m), 1), len(self.numbers) - 1)
        n1, n2 = self.numbers[index - 1], self.numbers[index]
        c1, c2 = self.chainages[index - 1], self.chainages[index]
        return n1 + (chainage_m - c1) * (n2 - n1) / (c2 - c1)

    @property
    def known(self) -> tuple[int, int]:
        """The smallest and the largest known number."""
        return int(self.numbers[1]), int(self.numbers[-1])

    def reading_error_m(self, number: float) -> float:
        """Estimate how far the real door may lie from the interpolated one, without the street's own error."""
        at = self.chainage(number)
        gap = min(abs(at - c) for c in self.chainages[1:])
        smallest, largest = self.known
        return gap * (_GAP_SHARE if smallest <= number <= largest else _BEYOND_SHARE)

    def side_of(self, number: int) -> Side:
        """``odd`` or ``even``."""
        return "odd" if number % 2 else "even"

    def hand_of(self, side: Side) -> Hand:
        """On which hand of the street's direction a side lies."""
        if side == "odd":
            return self.odd_side
        return "right" if self.odd_side == "left" else "left"

    def side_at(self, hand: Hand) -> Side:
        """Which numbers stand on a hand."""
        return "odd" if hand == self.odd_side else "even"


def load_house_numbers(path: Path) -> dict[str, HouseNumbers]:
    """Read ``street,odd_side,house_number,chainage_m`` rows (UTF-8 CSV) into one scale per street.

    Raises
    ------
    Broken
        The file is missing, or numbers or chainages do not rise together.
    """
    table: dict[str, tuple[Hand, list[tuple[int, float]]]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                odd: Hand = "left" if row["odd_side"] == "left" else "right"
                known = table.setdefault(row["street"], (odd, []))[1]
                known.append((int(row["house_number"]), float(row["chainage_m"])))
    except (OSError, KeyError, ValueError) as error:
        raise Broken(f"门牌里程表 {path.name} 缺失或损坏；请恢复安装包里的文件", code="broken_layer") from error
    return {street: _scale(street, odd, known) for street, (odd, known) in table.items()}


def _scale(street: str, odd: Hand, known: list[tuple[int, float]]) -> HouseNumbers:
    pairs = [(0, 0.0), *sorted(known)]
    if any(a[0] >= b[0] or a[1] >= b[1] for a, b in pairwise(pairs)):
        raise Broken(f"门牌里程表里{street}的号码和里程没有一起递增；请核对", code="broken_layer")
    return HouseNumbers(odd, tuple(float(n) for n, _ in pairs), tuple(c for _, c in pairs))


def nearest_number(value: float, side: Side) -> int:
    """Round a fractional number to the nearest one of a side, at least 1 or 2."""
    if side == "odd":
        return max(2 * round((value - 1) / 2) + 1, 1)
    return max(2 * round(value / 2), 2)
