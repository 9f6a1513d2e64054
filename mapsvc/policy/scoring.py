"""How well entries answer: what was typed against their fields, their nearest question, their topic."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapsvc.policy.features import Feature, Kind
from mapsvc.policy.fields import Document

_OF_QUESTION, _OF_TOPIC = 0.5, 0.5
_UNKNOWN_RARITY = 1.0
SURE_COVERED, SURE_AHEAD = 0.3, 1.15
"""What makes the first sure: its share of what was typed, its points as a multiple of the second's."""


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


def score_all(
    documents: Sequence[Document],
    rarity: Mapping[Feature, float],
    query: Mapping[Feature, float],
    topics: Mapping[str, float],
) -> list[Scored]:
    """All entries that share anything with the query, the best first."""
    weighed = {feature: _worth(feature, rarity) * weight for feature, weight in query.items()}
    content = {feature: worth for feature, worth in weighed.items() if feature[0] is not Kind.CHARACTER}
    length = math.sqrt(sum(worth * worth for worth in content.values())) or 1.0
    found = []
    for n, document in enumerate(documents):
        points = sum(worth * document.weights.get(feature, 0.0) for feature, worth in weighed.items())
        if points <= 0.0:
            continue
        near, question = _nearest(document, rarity, content, length)
        covered = _covered(document, weighed)
        points += _OF_QUESTION * near * length + _OF_TOPIC * topics.get(document.entry.topic, 0.0)
        found.append((-points, n, Scored(document, points, covered, question)))
    return [scored for _, _, scored in sorted(found, key=lambda one: one[:2])]


def _worth(feature: Feature, rarity: Mapping[Feature, float]) -> float:
    return feature[0].value * rarity.get(feature, _UNKNOWN_RARITY)


def _nearest(
    document: Document, rarity: Mapping[Feature, float], content: Mapping[Feature, float], length: float
) -> tuple[float, int]:
    best, which = 0.0, 0
    for n, question in enumerate(document.questions):
        shared = size = 0.0
        for feature, weight in question.items():
            if feature[0] is Kind.CHARACTER:
                continue
            worth = _worth(feature, rarity) * weight
            size += worth * worth
            shared += worth * content.get(feature, 0.0)
        near = shared / (math.sqrt(size) * length) if size else 0.0
        if near > best + 1e-12:
            best, which = near, n
    return best, which


def _covered(document: Document, weighed: Mapping[Feature, float]) -> float:
    asked = sum(weighed.values())
    return sum(w * document.weights.get(f, 0.0) for f, w in weighed.items()) / asked if asked else 0.0


def is_sure(found: Sequence[Scored]) -> bool:
    """Whether the first speaks of most of what was typed and stands well above the rest."""
    if not found or found[0].covered < SURE_COVERED:
        return False
    return len(found) == 1 or found[0].points >= SURE_AHEAD * found[1].points
