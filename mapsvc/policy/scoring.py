"""How well entries answer: what was typed against their fields, their nearest question, their topic."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mapsvc.policy.features import CHARACTER, MEANING, PAIR, WORD, WORTH, Feature, Query
from mapsvc.policy.fields import Document, rarity_of

OF_QUESTION, OF_TOPIC = 0.5, 0.5
"""What the nearest question and the topic add."""
SURE_COVERED, SURE_POINTS, SURE_AHEAD = 0.45, 0.9, 1.15
"""What makes the first sure: its share of what was typed, its points, and these as a multiple of the second's."""
LEAST_COVERED = 0.12
"""Share of what was typed an entry must speak of to be shown."""
_UNKNOWN_RARITY, _UNREAD = 1.0, 0.6
_WRITTEN_ALIKE, _ORDINARY = 0.8, 0.3


@dataclass(frozen=True)
class Scored:
    """An entry's score.

    Attributes
    ----------
    points : float
        What it is ranked by; comparable within one search.
    covered : float
        Share of what was typed that the entry speaks of, 0 to 1.
    question : int
        Which of its questions is nearest.
    """

    document: Document
    points: float
    covered: float
    question: int


class Shelf:
    """Documents turned over: for each feature those in which it stands."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = tuple(documents)
        self._rarity = rarity_of(documents)
        self._holders: dict[Feature, list[tuple[int, float]]] = {}
        self._asking: dict[Feature, list[tuple[int, float]]] = {}
        self._places: list[tuple[int, int]] = []
        self._lengths: list[float] = []
        for n, document in enumerate(self._documents):
            for feature, weight in document.weights.items():
                self._holders.setdefault(feature, []).append((n, weight))
            for at, question in enumerate(document.questions):
                self._add_question(n, at, question)

    def ranked(self, query: Query) -> Iterator[Scored]:
        """Entries that share something with the query, the best first."""
        worth = {feature: self._worth(feature) * weight for feature, weight in query.weights.items()}
        points: dict[int, float] = {}
        for feature, value in worth.items():
            for n, weight in self._holders.get(feature, ()):
                points[n] = points.get(n, 0.0) + value * weight
        length = math.sqrt(sum(value * value for feature, value in worth.items() if feature[0] != CHARACTER)) or 1.0
        nearest = self._nearest(worth, length)
        found = []
        for n, own in points.items():
            near, question = nearest.get(n, (0.0, 0))
            topic = query.topics.get(self._documents[n].entry.topic, 0.0)
            found.append((-(own + OF_QUESTION * near * length + OF_TOPIC * topic), n, question))
        found.sort()
        for less, n, question in found:
            yield Scored(self._documents[n], -less, self._covered(n, query), question)

    def _add_question(self, n: int, at: int, question: Mapping[Feature, float]) -> None:
        place, square = len(self._places), 0.0
        for feature, weight in question.items():
            if feature[0] != CHARACTER:
                value = self._worth(feature) * weight
                square += value * value
                self._asking.setdefault(feature, []).append((place, value))
        self._places.append((n, at))
        self._lengths.append(math.sqrt(square) or 1.0)

    def _worth(self, feature: Feature) -> float:
        return WORTH[feature[0]] * self._rarity.get(feature, _UNKNOWN_RARITY)

    def _nearest(self, worth: Mapping[Feature, float], length: float) -> dict[int, tuple[float, int]]:
        """For each document how near its nearest question is (cosine, 0 to 1), and which."""
        shared: dict[int, float] = {}
        for feature, value in worth.items():
            for place, weight in self._asking.get(feature, ()):
                shared[place] = shared.get(place, 0.0) + value * weight
        best: dict[int, tuple[float, int]] = {}
        for place, product in sorted(shared.items()):
            n, at = self._places[place]
            near = product / (self._lengths[place] * length)
            if near > best.get(n, (0.0, 0))[0]:
                best[n] = near, at
        return best

    def _covered(self, n: int, query: Query) -> float:
        """Of the words typed, the rarer counting the more, the share the document speaks of."""
        weights = self._documents[n].weights
        mass = spoken = 0.0
        for unit in query.units:
            known = [self._rarity.get(feature) for feature in unit.features if feature[0] in MEANING + WORD]
            tells = max((rarity for rarity in known if rarity is not None), default=_UNREAD)
            share = _ORDINARY if unit.is_ordinary else 1.0
            mass += tells
            spoken += tells * share * _spoken_of(unit.features, weights, query.weights)
        return spoken / mass if mass else 0.0


def _spoken_of(unit: tuple[Feature, ...], weights: Mapping[Feature, float], asked: Mapping[Feature, float]) -> float:
    """How much a document speaks of a word, 0 to 1: by its meaning, or by how it is written."""
    meant = max(
        (weights.get(feature, 0.0) * asked[feature] for feature in unit if feature[0] in MEANING + WORD), default=0.0
    )
    pairs = [weights.get(feature, 0.0) for feature in unit if feature[0] == PAIR]
    written = _WRITTEN_ALIKE * sum(pairs) / len(pairs) if pairs else 0.0
    return max(meant, written)


def is_sure(found: Sequence[Scored]) -> bool:
    """Whether the first speaks of most of what was typed and stands well above the rest."""
    if not found or found[0].covered < SURE_COVERED or found[0].points < SURE_POINTS:
        return False
    return len(found) == 1 or found[0].points >= SURE_AHEAD * found[1].points
