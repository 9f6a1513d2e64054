"""What texts are compared by: meanings, words, pairs of characters, characters, sounds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mapsvc.policy.folding import is_han
from mapsvc.policy.hints import hinted
from mapsvc.policy.lexicon import POINTED, Lexicon
from mapsvc.policy.reading import Piece
from mapsvc.policy.sounds import heard, readings_of
from mapsvc.policy.vocabulary import Vocabulary, cover_of

MEANING, WORD, PAIR, CHARACTER, SOUND = "mwpcs"
"""Kinds of features: the first letter of each."""
WORTH = {MEANING: 1.0, WORD: 0.5, PAIR: 0.35, CHARACTER: 0.08, SOUND: 0.2}
"""What one of each kind is worth."""
_INSIDE, _MENDED, _FRAME, _AS_TYPED = 0.4, 0.85, 0.08, 0.3

Feature = str


@dataclass(frozen=True)
class Span:
    """A known word in a text, from `begin` until `end`; `is_inside` a longer one."""

    begin: int
    end: int
    word: str
    is_inside: bool


@dataclass(frozen=True)
class Unit:
    """A word that was typed.

    Attributes
    ----------
    features : tuple of Feature
        Any of these in an entry speaks of it.
    is_ordinary : bool
        Whether it is a word of everyday life that no answer is about.
    """

    features: tuple[Feature, ...]
    is_ordinary: bool


@dataclass(frozen=True)
class Query:
    """What was typed, as it is searched for.

    Attributes
    ----------
    weights : dict of Feature to float
    units : tuple of Unit
        The words that are not only the frame of a question.
    topics : dict of str to float
        Topics pointed to; shares that sum to at most 1.
    pairs : frozenset of str
        All neighbouring characters, of frames too, as typed and as meant.
    """

    weights: dict[Feature, float]
    units: tuple[Unit, ...]
    topics: dict[str, float]
    pairs: frozenset[str]


def spans_of(text: str, vocabulary: Vocabulary) -> list[Span]:
    """All known words of a folded text, those the fewest of which cover it and those inside them."""
    whole = cover_of(text, vocabulary)
    inside = [
        Span(begin, end, text[begin:end], True)
        for begin in range(len(text))
        for end in vocabulary.at(text, begin)
        if end - begin > 1 and (begin, end) not in whole
    ]
    return [Span(begin, end, text[begin:end], False) for begin, end in whole] + inside


def features_of(text: str, vocabulary: Vocabulary, lexicon: Lexicon, is_body: bool = False) -> dict[Feature, float]:
    """Of a text of an entry, which is taken as it stands; of its body only words and pairs of characters."""
    found: dict[Feature, float] = {}
    if is_body:
        for begin, end in cover_of(text, vocabulary):
            _put_all(found, meanings_of(text[begin:end], lexicon, with_pointed=False), 1.0)
        found.update((PAIR + a + b, 1.0) for a, b in pairwise(text) if is_han(a) and is_han(b))
        return found
    for span in spans_of(text, vocabulary):
        _put_all(found, meanings_of(span.word, lexicon, with_pointed=False), _INSIDE if span.is_inside else 1.0)
    _put_all(found, _written(text), 1.0)
    _put_all(found, _sounds_of_pairs(text), 1.0)
    return found


def query_of(runs: Sequence[tuple[Piece, ...]], vocabulary: Vocabulary, lexicon: Lexicon) -> Query:
    """What was typed, as it was read."""
    found: dict[Feature, float] = {}
    units: list[Unit] = []
    topics: dict[str, float] = {}
    for pieces in runs:
        for piece in pieces:
            if piece.is_known and piece.text in lexicon.frames:
                _put_all(found, meanings_of(piece.text, lexicon, with_pointed=False), 1.0)
                continue
            own = _features_of_piece(piece, vocabulary, lexicon)
            pointed = lexicon.topics.get(piece.text, {})
            if not piece.is_known:
                groups, pointed = hinted(piece.text)
                _put_all(own, ((MEANING + name, share) for name, share in groups.items()), 1.0)
            _put_all(found, own.items(), 1.0)
            telling = tuple(feature for feature, weight in own.items() if weight > _AS_TYPED)
            units.append(Unit(telling, piece.text in lexicon.ordinary))
            for topic, weight in pointed.items():
                # A word of several topics says less about each.
                topics[topic] = topics.get(topic, 0.0) + weight / len(pointed)
        _put_all(found, _across(pieces, vocabulary, lexicon).items(), 1.0)
    total = max(sum(topics.values()), 1.0)
    shares = {topic: weight / total for topic, weight in topics.items()}
    return Query(found, tuple(units), shares, frozenset(_pairs_in(runs)))


def meanings_of(word: str, lexicon: Lexicon, with_pointed: bool) -> Iterator[tuple[Feature, float]]:
    """The word itself and what it means."""
    if word in lexicon.frames:
        yield WORD + word, _FRAME
        return
    yield WORD + word, 1.0 if len(word) > 1 else 0.5
    known = lexicon.meanings.get(word)
    if known is None:
        yield MEANING + word, 1.0
        return
    for name, weight in known.items():
        if with_pointed or weight > POINTED or len(word) == 1:
            yield MEANING + name, weight


def _features_of_piece(piece: Piece, vocabulary: Vocabulary, lexicon: Lexicon) -> dict[Feature, float]:
    found: dict[Feature, float] = {}
    trust = _MENDED if piece.is_mended else 1.0
    if piece.is_known:
        _put_all(found, meanings_of(piece.text, lexicon, with_pointed=True), trust)
        for span in spans_of(piece.text, vocabulary):
            if span.word != piece.text:
                _put_all(found, meanings_of(span.word, lexicon, with_pointed=True), _INSIDE * trust)
    _put_all(found, _written(piece.text), trust)
    if piece.is_mended:
        _put_all(found, _written(piece.typed), _AS_TYPED)
    _put_all(found, _sounds_of_pairs(piece.typed), 1.0)
    return found


def _across(pieces: tuple[Piece, ...], vocabulary: Vocabulary, lexicon: Lexicon) -> dict[Feature, float]:
    """What stands where one word ends and the next begins: pairs, and words the cheapest reading did not take."""
    found: dict[Feature, float] = {}
    meant = "".join(piece.text for piece in pieces)
    trust = _MENDED if any(piece.is_mended for piece in pieces) else 1.0
    for span in spans_of(meant, vocabulary):
        if span.is_inside and span.word not in lexicon.frames:
            _put_all(found, meanings_of(span.word, lexicon, with_pointed=True), _INSIDE * trust)
    for one, two in pairwise(pieces):
        if one.text in lexicon.frames and two.text in lexicon.frames:
            continue
        pair = one.text[-1] + two.text[0]
        if all(map(is_han, pair)):
            _put_all(found, [(PAIR + pair, 0.5)], trust)
    return found


def _sounds_of_pairs(text: str) -> Iterator[tuple[Feature, float]]:
    """Neighbouring syllables, as somebody hears them who tells few apart."""
    heard_as = [heard(readings_of(char)[0]) if is_han(char) and readings_of(char) else "" for char in text]
    for a, b in pairwise(heard_as):
        if a and b:
            yield f"{SOUND}{a} {b}", 1.0


def _pairs_in(runs: Iterable[tuple[Piece, ...]]) -> Iterator[str]:
    for pieces in runs:
        for text in ("".join(piece.text for piece in pieces), "".join(piece.typed for piece in pieces)):
            yield from map("".join, pairwise(text))


def _written(text: str) -> Iterator[tuple[Feature, float]]:
    for char in text:
        if is_han(char):
            yield CHARACTER + char, 1.0
    for a, b in pairwise(text):
        if is_han(a) and is_han(b):
            yield PAIR + a + b, 1.0


def _put_all(found: dict[Feature, float], features: Iterable[tuple[Feature, float]], share: float) -> None:
    for feature, weight in features:
        if weight * share > found.get(feature, 0.0):
            found[feature] = weight * share
