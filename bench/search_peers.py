"""Two plain ways to search entries, for comparison: pairs of characters by BM25, and all tokens as in the lists."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from mapsvc.domain.policies import PolicyEntry
from mapsvc.store.tokens import fold, query_of, tokens_of

_K1, _B = 1.2, 0.75


class Pairs:
    """Okapi BM25 over pairs of characters of all that an entry says (Robertson and Zaragoza 2009, k1 1.2, b 0.75)."""

    def __init__(self, entries: Sequence[PolicyEntry]) -> None:
        self._entries = entries
        self._counts = [Counter(_pairs(" ".join(_texts(entry)))) for entry in entries]
        self._sizes = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._sizes) / max(len(entries), 1)
        self._spread = Counter(pair for counts in self._counts for pair in counts)

    def find(self, q: str) -> list[str]:
        """Ids, the best first."""
        scored = [(-self._score(n, _pairs(q)), n) for n in range(len(self._entries))]
        return [self._entries[n].id for score, n in sorted(scored) if score < 0]

    def _score(self, n: int, pairs: Sequence[str]) -> float:
        score = 0.0
        for pair in pairs:
            count = self._counts[n][pair]
            if count:
                seen = self._spread[pair]
                rarity = math.log1p((len(self._entries) - seen + 0.5) / (seen + 0.5))
                score += rarity * count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * self._sizes[n] / self._mean))
        return score


class AllTokens:
    """All that is typed must stand there; questions and topics before the rest, then the office's order."""

    def __init__(self, entries: Sequence[PolicyEntry]) -> None:
        self._entries = entries
        self._near = [frozenset(tokens_of(" ".join([*e.questions, e.topic, *e.tags]))) for e in entries]
        rest = [frozenset(tokens_of("", e.answer, e.source)) for e in entries]
        self._all = [near | more for near, more in zip(self._near, rest, strict=True)]

    def find(self, q: str) -> list[str]:
        """Ids, the best first."""
        wanted = query_of(q)
        if not wanted:
            return []
        ranked = ((self._rank(n, wanted), n) for n in range(len(self._entries)))
        return [self._entries[n].id for rank, n in sorted(ranked) if rank < 2]

    def _rank(self, n: int, wanted: Sequence[tuple[str, bool]]) -> int:
        for rank, tokens in enumerate((self._near[n], self._all[n])):
            if all(_holds(tokens, word, grows) for word, grows in wanted):
                return rank
        return 2


def _holds(tokens: frozenset[str], word: str, grows: bool) -> bool:
    return word in tokens or (grows and any(token.startswith(word) for token in tokens))


def _texts(entry: PolicyEntry) -> tuple[str, ...]:
    said = (entry.title, *entry.questions, *entry.tags, *entry.search_words, entry.topic, entry.answer)
    return (*said, *(one.text for one in entry.conditions), *entry.materials, *entry.steps)


def _pairs(text: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(fold(text)) if all(char.isalnum() for char in pair)]
