"""The index of policy entries: built once per set of entries, asked many times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from mapsvc.domain.policies import PolicyEntry
from mapsvc.policy.features import WORD, Query, query_of
from mapsvc.policy.fields import Document, document_of, own_words
from mapsvc.policy.folding import fold
from mapsvc.policy.lexicon import lexicon
from mapsvc.policy.marks import marks_of
from mapsvc.policy.reading import Piece, Reader
from mapsvc.policy.scoring import LEAST_COVERED, Scored, Shelf, is_sure
from mapsvc.policy.vocabulary import Vocabulary

LONGEST_QUESTION = 200
"""Characters of what was typed that are read."""
_LOOKED_AT = 10


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
        self._lexicon = lexicon()
        everyday = _everyday()
        own = dict.fromkeys(own_words(entries, everyday.words))
        self._vocabulary = Vocabulary(own, everyday)
        documents = [document_of(entry, self._vocabulary, self._lexicon) for entry in entries]
        self._shelf = Shelf(documents)
        liked = _liking(documents, own)
        unguessed = self._lexicon.frames | self._lexicon.ordinary
        self._reader = Reader(self._vocabulary, unguessed, lambda word: liked.get(word, 0.0))

    def find(self, q: str, limit: int = 10) -> Found:
        """Entries that may answer `q`, the best first."""
        runs = self._reader.read(fold(q[:LONGEST_QUESTION]).text)
        query = query_of(runs, self._vocabulary, self._lexicon)
        ranked = islice(self._shelf.ranked(query), max(limit, 0) + _LOOKED_AT)
        kept = [one for one in ranked if one.covered >= LEAST_COVERED]
        hits = tuple(self._hit(one, kept[0], query) for one in kept[: max(limit, 0)])
        return Found(hits, is_sure(kept), _meant(runs) if hits else None)

    def _hit(self, one: Scored, first: Scored, query: Query) -> Hit:
        question = one.document.entry.questions[one.question]
        marks = marks_of(question, query, self._vocabulary, self._lexicon)
        # The share of what was typed that the first speaks of; the others by their points beside it.
        score = min(first.covered, 1.0) * one.points / first.points
        return Hit(one.document.entry, question, round(score, 4), marks)


@lru_cache(maxsize=1)
def _everyday() -> Vocabulary:
    """The words that came with the program: looked up alike whatever the entries are."""
    return Vocabulary(lexicon().words)


def _liking(documents: Sequence[Document], own: Iterable[str]) -> dict[str, float]:
    """How much the entries speak of each word, 0 to 1."""
    liked = dict.fromkeys(own, 0.5)
    for document in documents:
        for feature, weight in document.weights.items():
            if feature[0] == WORD:
                liked[feature[1:]] = max(liked.get(feature[1:], 0.0), weight)
    return liked


def _meant(runs: Iterable[tuple[Piece, ...]]) -> str | None:
    """What was searched for, if it is not what was typed."""
    parts = [pieces for pieces in runs if pieces]
    if not any(piece.is_mended for pieces in parts for piece in pieces):
        return None
    return " ".join("".join(piece.text for piece in pieces) for pieces in parts)
