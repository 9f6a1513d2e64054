"""What texts are compared by: meanings, words, pairs of characters, characters, sounds, topics."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from mapsvc.policy.folding import is_han
from mapsvc.policy.lexicon import Lexicon
from mapsvc.policy.reading import Piece
from mapsvc.policy.sounds import heard, readings_of
from mapsvc.policy.vocabulary import Vocabulary

INSIDE, MENDED, FRAME = 0.4, 0.85, 0.08


class Kind(Enum):
    """Kinds of features; the value is what one of them is worth."""

    MEANING = 1.0
    WORD = 0.5
    PAIR = 0.35
    CHARACTER = 0.08
    SOUND = 0.25


Feature = tuple[Kind, str]


@dataclass(frozen=True)
class Span:
    """A known word in a text, from `begin` until `end`; `is_inside` a longer one."""

    begin: int
    end: int
    word: str
    is_inside: bool


def spans_of(text: str, vocabulary: Vocabulary) -> list[Span]:
    """All known words of a folded text, those the fewest of which cover it and those inside them."""
    cover = _cover(text, vocabulary)
    whole = {(span.begin, span.end) for span in cover}
    inside = [
        Span(begin, end, text[begin:end], True)
        for begin in range(len(text))
        for end in vocabulary.at(text, begin)
        if end - begin > 1 and (begin, end) not in whole
    ]
    return cover + inside


def _cover(text: str, vocabulary: Vocabulary) -> list[Span]:
    price = [0.0] + [1e9] * len(text)
    came = [0] * (len(text) + 1)
    for begin in range(len(text)):
        if price[begin] + 1.15 < price[begin + 1]:
            price[begin + 1], came[begin + 1] = price[begin] + 1.15, begin
        for end in vocabulary.at(text, begin):
            if (cost := price[begin] + 1.0 - 0.01 * (end - begin)) < price[end]:
                price[end], came[end] = cost, begin
    found, end = [], len(text)
    while end:
        begin = came[end]
        if text[begin:end] in vocabulary.words:
            found.append(Span(begin, end, text[begin:end], False))
        end = begin
    return found[::-1]


def features_of(text: str, vocabulary: Vocabulary, lexicon: Lexicon) -> dict[Feature, float]:
    """Of a text of an entry, which is taken as it stands."""
    found: dict[Feature, float] = {}
    for span in spans_of(text, vocabulary):
        _put_all(found, meanings_of(span.word, lexicon, with_pointed=False), INSIDE if span.is_inside else 1.0)
    _put_all(found, _written(text), 1.0)
    _put_all(found, ((feature, 1.0) for feature in sounds_of_pairs(text)), 1.0)
    return found


def query_features(runs: Iterable[tuple[Piece, ...]], vocabulary: Vocabulary, lexicon: Lexicon) -> dict[Feature, float]:
    """Of what was typed, as it was read."""
    found: dict[Feature, float] = {}
    for pieces in runs:
        meant = "".join(piece.text for piece in pieces)
        trust = MENDED if any(piece.is_mended for piece in pieces) else 1.0
        for piece in pieces:
            if not piece.is_known:
                continue
            sure = MENDED if piece.is_mended else 1.0
            _put_all(found, meanings_of(piece.text, lexicon, with_pointed=True), sure)
            for span in spans_of(piece.text, vocabulary):
                if span.word != piece.text:
                    _put_all(found, meanings_of(span.word, lexicon, with_pointed=True), INSIDE * sure)
        for span in spans_of(meant, vocabulary):
            if span.is_inside:
                _put_all(found, meanings_of(span.word, lexicon, with_pointed=True), INSIDE * trust)
        _put_all(found, _written(meant), trust)
        typed = "".join(piece.typed for piece in pieces)
        _put_all(found, ((feature, 1.0) for feature in sounds_of_pairs(typed)), 1.0)
    return found


def meanings_of(word: str, lexicon: Lexicon, with_pointed: bool) -> Iterator[tuple[Feature, float]]:
    """The word itself and what it means."""
    if word in lexicon.frames:
        yield (Kind.WORD, word), FRAME
        return
    yield (Kind.WORD, word), 1.0 if len(word) > 1 else 0.5
    known = lexicon.meanings.get(word)
    if known is None:
        yield (Kind.MEANING, word), 1.0
        return
    for name, weight in known.items():
        if with_pointed or weight > 0.5:
            yield (Kind.MEANING, name), weight


def sounds_of_pairs(text: str) -> Iterator[Feature]:
    """Neighbouring syllables, as somebody hears them who tells few apart."""
    heard_as = [heard(readings_of(char)[0]) if is_han(char) and readings_of(char) else "" for char in text]
    for a, b in pairwise(heard_as):
        if a and b:
            yield Kind.SOUND, f"{a} {b}"


def _written(text: str) -> Iterator[tuple[Feature, float]]:
    for char in text:
        if is_han(char):
            yield (Kind.CHARACTER, char), 1.0
    for a, b in pairwise(text):
        if is_han(a) and is_han(b):
            yield (Kind.PAIR, a + b), 1.0


def _put_all(found: dict[Feature, float], features: Iterable[tuple[Feature, float]], share: float) -> None:
    for feature, weight in features:
        if weight * share > found.get(feature, 0.0):
            found[feature] = weight * share


def topics_of(runs: Iterable[tuple[Piece, ...]], lexicon: Lexicon) -> dict[str, float]:
    """The topics that what was typed points to; shares that sum to at most 1."""
    found: dict[str, float] = {}
    for piece in (piece for pieces in runs for piece in pieces if piece.is_known):
        pointed = lexicon.topics.get(piece.text, {})
        # A word of several topics says less about each.
        for topic, weight in pointed.items():
            found[topic] = found.get(topic, 0.0) + weight / len(pointed)
    total = max(sum(found.values()), 1.0)
    return {topic: weight / total for topic, weight in found.items()}
