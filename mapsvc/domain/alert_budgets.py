"""How a week's few warnings are shared out between what was tested and what the calendar knows for certain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")
PRESSES_BEFORE = timedelta(days=14)
"""What opens so soon is said whatever the budget: later it would be of no use."""


@dataclass(frozen=True)
class Spent:
    """What the week's looks raised before: of what was tested, and of what is certain."""

    tested: int = 0
    certain: int = 0


def share_out(
    tested: Sequence[T], pressing: Sequence[T], coming: Sequence[T], budget: int, spent: Spent
) -> tuple[tuple[T, ...], tuple[T, ...], tuple[T, ...]]:
    """(certain ones shown, tested ones shown, held); each sequence in its order.

    One place of a week is kept for what is certain, so that it is never held back for ever; beyond that it takes what
    the tested ones leave. What presses is shown without taking a second place, so that the calendar drowns nothing.
    """
    keeps = spent.certain == 0 and not pressing and budget > 0
    own = [*pressing, *(coming[:1] if keeps else ())]
    later = coming[1:] if keeps else coming
    room = max(0, budget - spent.tested - min(1, spent.certain + len(own)))
    shown = tested[:room]
    # Places that certain ones took beyond the first were left over by tested ones.
    left = max(0, budget - spent.tested - len(shown) - spent.certain - len(own))
    own += later[:left]
    return tuple(own), tuple(shown), (*later[left:], *tested[room:])
