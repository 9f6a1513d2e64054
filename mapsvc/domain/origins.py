"""户籍 and 学龄前子女, as ledgers brought them: closed, of use only in sums of ten and more."""

from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 10
"""Doors in a group, and in what is left beside it, for a sum to be shown."""
CLOSED_FIELDS = ("origin", "has_preschooler")
_TITLES = ("户籍", "学龄前", *CLOSED_FIELDS)
HIDDEN_CELL = "*"
"""Stands in for a closed value in files: an import leaves what is stored as it is."""
SETTING = "closed_fields"
"""Of the store: what imports do with the two: take them in, or leave them out (`LEFT_OUT`) once they were deleted."""
LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Count:
    """Of the doors of an area for which it is known: how many it is true of, and how many not."""

    n: int
    rest: int

    @property
    def is_shown(self) -> bool:
        """Whether both are large enough."""
        return self.n >= FEWEST and self.rest >= FEWEST

    @property
    def is_empty(self) -> bool:
        """Nothing is known of any door there."""
        return self.n + self.rest == 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.n + other.n, self.rest + other.rest)


@dataclass(frozen=True)
class Sums:
    """What may be shown: None for what may not."""

    whole: int | None
    parts: dict[str, int | None]


def is_closed_title(title: str) -> bool:
    """Whether a column of a workbook, by its title or field, holds one of the two."""
    return any(word in title for word in _TITLES)


def sums(parts: Mapping[str, Count]) -> Sums:
    """The sums of areas that make up the whole, as far as nothing below ten can be computed from them.

    An area is left out where the group or what is left beside it is below `FEWEST`. The areas left out add up to the
    whole less what is shown: so they are at least two with anybody in them, and together large enough both ways; until
    they are, the smallest of the shown areas is left out too. (Complementary suppression; Cox 1980, J. Am. Stat. Assoc.
    75, 377-385.)
    """
    whole = sum(parts.values(), Count(0, 0))
    if not whole.is_shown:
        return Sums(None, dict.fromkeys(parts))
    shown = {name for name, count in parts.items() if count.is_shown}
    while shown and not _hides_enough([count for name, count in parts.items() if name not in shown]):
        shown.remove(min(shown, key=lambda name: (min(parts[name].n, parts[name].rest), name)))
    return Sums(whole.n, {name: count.n if name in shown else None for name, count in parts.items()})


def _hides_enough(hidden: list[Count]) -> bool:
    there = [count for count in hidden if not count.is_empty]
    return not hidden or (len(there) > 1 and sum(there, Count(0, 0)).is_shown)
