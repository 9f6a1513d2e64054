"""Where in a question what was typed occurs: the words themselves, and those that mean the same."""

from mapsvc.policy.features import CHARACTER, Query, meanings_of, spans_of
from mapsvc.policy.folding import fold
from mapsvc.policy.lexicon import Lexicon
from mapsvc.policy.vocabulary import Vocabulary

_LEAST = 0.3


def marks_of(question: str, query: Query, vocabulary: Vocabulary, lexicon: Lexicon) -> tuple[tuple[int, int], ...]:
    """From, until (exclusive) of each stretch to be highlighted, in order and apart."""
    folded = fold(question)
    marked = [False] * len(folded.text)
    for span in spans_of(folded.text, vocabulary):
        means = [feature for feature, _ in meanings_of(span.word, lexicon, with_pointed=False)]
        if any(query.weights.get(feature, 0.0) >= _LEAST for feature in means):
            marked[span.begin : span.end] = [True] * (span.end - span.begin)
    for n in range(len(folded.text) - 1):
        if folded.text[n : n + 2] in query.pairs:
            marked[n] = marked[n + 1] = True
    if not any(marked):
        marked = [CHARACTER + char in query.weights for char in folded.text]
    places = sorted({folded.places[n] for n, is_marked in enumerate(marked) if is_marked})
    return _stretches(places)


def _stretches(places: list[int]) -> tuple[tuple[int, int], ...]:
    found: list[list[int]] = []
    for place in places:
        if found and found[-1][1] == place:
            found[-1][1] = place + 1
        else:
            found.append([place, place + 1])
    return tuple((begin, end) for begin, end in found)
