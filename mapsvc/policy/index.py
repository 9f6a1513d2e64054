"""The index of policy entries: built once per set of entries, asked many times."""

from collections.abc import Sequence
from dataclasses import dataclass

from mapsvc.domain.policies import PolicyEntry


@dataclass(frozen=True)
class Hit:
    """An entry that may answer.

    Attributes
    ----------
    question : str
        Of the entry's questions the one that is nearest.
    score : float
        Between 0 and 1; comparable within one search.
    marks : tuple of (int, int)
        Where in `question` what was typed occurs: from, until (exclusive), for highlighting.
    """

    entry: PolicyEntry
    question: str
    score: float
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Found:
    """The answer to a search.

    Attributes
    ----------
    hits : tuple of Hit
        The best first; empty: nothing found, a person is to answer.
    is_sure : bool
        Whether the first stands well above the rest.
    meant : str or None
        What was searched for instead of what was typed, where a typing error was mended.
    """

    hits: tuple[Hit, ...]
    is_sure: bool = False
    meant: str | None = None


class Index:
    """Entries ready to be searched; needs no store, so both the office and the public surface use it."""

    def __init__(self, entries: Sequence[PolicyEntry]) -> None:
        self._entries = tuple(entries)

    def find(self, q: str, limit: int = 10) -> Found:
        """Entries that may answer `q`, the best first."""
        wanted = set(q) - set("？?，。 ")
        ranked = []
        for n, entry in enumerate(self._entries):
            best = max(entry.questions, key=lambda question: len(wanted & set(question)))
            score = len(wanted & set(best)) / max(len(wanted), 1)
            if score > 0:
                ranked.append((-score, n, Hit(entry, best, score)))
        return Found(tuple(hit for _, _, hit in sorted(ranked, key=lambda r: r[:2])[:limit]))
