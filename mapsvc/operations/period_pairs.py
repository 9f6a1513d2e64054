"""Two periods beside each other: what became more and what fewer, and what of it may be chance."""

from dataclasses import dataclass

from mapsvc.domain.changes import PERIOD_WORDS
from mapsvc.errors import Refused
from mapsvc.operations.changes import ChangedCell, ChangeMap

LEVEL = 0.05
_MOST, _MOST_UNCLEAR = 5, 3


@dataclass(frozen=True)
class Step:
    """One cell in both periods; `is_clear`: so unequal that it is hardly chance."""

    cell: ChangedCell
    before: int
    after: int
    is_clear: bool

    @property
    def words(self) -> str:
        """``1起变5起``."""
        return f"{self.before}起变{self.after}起"


@dataclass(frozen=True)
class Pair:
    """Two periods of a map (their places in it, the earlier first) and the cells that differ most.

    Attributes
    ----------
    more, fewer : tuple of Step
        The largest differences first, no more than five each, of those that may be chance no more than three.
    """

    before: int
    after: int
    sentence: str
    more: tuple[Step, ...]
    fewer: tuple[Step, ...]


def compare(whole: ChangeMap, before: int, after: int) -> Pair:
    """Say in words what differs between two periods of a map.

    Raises
    ------
    Refused
        The map has no such periods, or they are one.
    """
    count = len(whole.periods)
    if not (0 <= before < count and 0 <= after < count) or before == after:
        raise Refused("请选两个不同的时段来比。", field="a", code="periods")
    before, after = sorted((before, after))
    steps = [_step(cell, before, after) for cell in whole.cells if cell.shape.is_marked]
    rising, falling = (_largest([s for s in steps if (s.after - s.before) * sign > 0]) for sign in (1, -1))
    return Pair(before, after, _sentence(whole, before, after), rising, falling)


def _largest(steps: list[Step]) -> tuple[Step, ...]:
    """Clear ones before those that may be chance, the largest difference first."""
    ordered = sorted(steps, key=lambda s: (not s.is_clear, -abs(s.after - s.before), s.cell.shape.id))
    clear = sum(s.is_clear for s in ordered)
    return tuple(ordered[: max(min(clear, _MOST), _MOST_UNCLEAR)])


def _step(cell: ChangedCell, before: int, after: int) -> Step:
    from mapsvc.analysis.breaks import differs_p

    was, now = cell.episodes[before], cell.episodes[after]
    return Step(cell, was, now, differs_p(was, now) <= LEVEL)


def _sentence(whole: ChangeMap, before: int, after: int) -> str:
    from mapsvc.analysis.breaks import differs_p

    was, now = whole.total(before), whole.total(after)
    one = PERIOD_WORDS[whole.query.weeks]
    told = f"先一个{one}{was}起，后一个{one}{now}起，"
    if was == now:
        return f"{told}一样多。"
    much = f"{'多' if now > was else '少'}{abs(now - was)}起"
    return f"{told}{much}。" if differs_p(was, now) <= LEVEL else f"{told}{much}，这点差别可能是碰巧。"
