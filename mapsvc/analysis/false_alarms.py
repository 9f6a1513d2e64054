"""Keeping false alarms rare: the false discovery rate over all that a week tests, then a budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

LEVEL = 0.10
"""Of what is raised, at most this share may be chance (expected)."""
FIRST_LOOK, LATER_LOOK = 0.7, 0.05
"""How a week's error is shared out: its first look and up to six more; they add up to one."""
METHOD = "Benjamini-Hochberg, step-up, weekly family; looks of a week share its error"


@dataclass(frozen=True)
class Sign:
    """Something found by a test: `p` of the week so far, and the largest `limit` its q may have."""

    subject: str
    p: float
    limit: float = LEVEL


@dataclass(frozen=True)
class Sieved:
    """What is left of a week's tests.

    Attributes
    ----------
    q : mapping
        Adjusted p by subject.
    found : tuple of str
        Subjects that pass their limits, the strongest first; among equals by name.
    method, n : str, int
        How, and how many tests the family has.
    """

    q: Mapping[str, float]
    found: tuple[str, ...]
    method: str
    n: int


def adjusted(p: Sequence[float], n: int) -> list[float]:
    """Adjusted p of some of `n` tests, in the order given.

    Parameters
    ----------
    p : sequence of float, shape (k,)
        The smallest of the family's p; tests left out count with a p above all of them.
    n : int
        Size of the family, those left out included.

    Returns
    -------
    list of float, shape (k,)
        min over j >= i of p(j) n / j. Exact below the smallest p that was left out; above, an upper bound.

    Notes
    -----
    Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57, 289-300, procedure (1); as adjusted p: Yekutieli & Benjamini 1999.
    """
    n = max(n, len(p))
    order = sorted(range(len(p)), key=lambda i: p[i])
    q = [1.0] * len(p)
    least = 1.0
    for rank in range(len(order), 0, -1):
        i = order[rank - 1]
        least = min(least, p[i] * n / rank)
        q[i] = least
    return q


def spend(p: float, weight: float) -> float:
    """A p that may be held against the whole week, of a look that has the share `weight` of its error.

    The smallest over the looks is again a p: P(min p_d / w_d <= x) <= sum w_d x (weighted Bonferroni), however much the
    looks' windows overlap.
    """
    return min(1.0, p / weight)


def sieve(signs: Sequence[Sign], n: int) -> Sieved:
    """What passes of `signs`, one per subject in any order: false discovery rate over `n` tests, then their limits."""
    q = dict(zip((s.subject for s in signs), adjusted([s.p for s in signs], n), strict=True))
    passing = [s for s in signs if q[s.subject] <= s.limit]
    found = tuple(s.subject for s in sorted(passing, key=lambda s: (s.p, s.subject)))
    return Sieved(q, found, METHOD, max(n, len(signs)))


def within_budget(found: Sequence[T], room: int) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """(shown, held): the first `room` of what was found, the strongest first, and the rest."""
    room = max(room, 0)
    return tuple(found[:room]), tuple(found[room:])
