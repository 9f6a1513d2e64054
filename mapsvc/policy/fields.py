"""What an entry is found by: its fields, how much each counts, and how rare what stands in them is."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mapsvc.domain import topics as domain_topics
from mapsvc.domain.policies import PolicyEntry
from mapsvc.policy.features import Feature, features_of
from mapsvc.policy.folding import fold
from mapsvc.policy.lexicon import Lexicon
from mapsvc.policy.vocabulary import LONGEST, Vocabulary

TITLE, QUESTION, TAG, SEARCHED, TOPIC, BODY = 2.5, 2.5, 2.5, 2.0, 1.2, 0.5
"""How much what stands in a field counts."""
_SATURATION = 1.2
_SAID_AGAIN = 0.15
_FULL_WEIGHT = 0.6
_PARTS = re.compile(r"\w+")


@dataclass(frozen=True)
class Document:
    """An entry as it is searched.

    Attributes
    ----------
    weights : mapping of Feature to float
        How strongly each feature stands in it, 0 to 1: fields weighed and summed, then saturated as in BM25F
        (Robertson and Zaragoza 2009).
    questions : tuple of mapping
        Features of each of its questions, in their order.
    """

    entry: PolicyEntry
    weights: Mapping[Feature, float]
    questions: tuple[Mapping[Feature, float], ...]


def own_words(entries: Iterable[PolicyEntry], known: frozenset[str]) -> Iterator[str]:
    """Words that only the entries know: their tags, words to search, and what their topics are called by."""
    by_name = {topic.name: topic for topic in domain_topics.TOPICS}
    for entry in entries:
        topic = by_name.get(entry.topic)
        for text in (*entry.tags, *entry.search_words, *(topic.words if topic else ())):
            for part in _PARTS.findall(fold(text).text):
                if 1 < len(part) <= LONGEST and part not in known:
                    yield part


def document_of(entry: PolicyEntry, vocabulary: Vocabulary, lexicon: Lexicon) -> Document:
    """The entry, weighed."""
    questions = tuple(_features((text,), vocabulary, lexicon) for text in entry.questions)
    asked: dict[Feature, float] = {}
    for one in questions:
        for feature, weight in one.items():
            before = asked.get(feature, 0.0)
            # Said in two questions is more than said in one, but not twice as much.
            asked[feature] = max(before, weight) + _SAID_AGAIN * min(before, weight)
    summed: dict[Feature, float] = {}
    _add(summed, asked, QUESTION)
    for texts, counts in (
        ((entry.title,), TITLE),
        (entry.tags, TAG),
        (entry.search_words, SEARCHED),
        ((entry.topic,), TOPIC),
    ):
        _add(summed, _features(texts, vocabulary, lexicon), counts)
    body = (*(one.text for one in entry.conditions), *entry.materials, *entry.steps, entry.answer)
    _add(summed, _features(body, vocabulary, lexicon, is_body=True), BODY)
    return Document(entry, {feature: weight / (weight + _SATURATION) for feature, weight in summed.items()}, questions)


def rarity_of(documents: Sequence[Document]) -> dict[Feature, float]:
    """How much a feature tells, 0 to 1: the rarer among the entries the more."""
    spread: dict[Feature, float] = {}
    for document in documents:
        for feature, weight in document.weights.items():
            # What stands only in an answer counts for less than half.
            spread[feature] = spread.get(feature, 0.0) + (weight / _FULL_WEIGHT if weight < _FULL_WEIGHT else 1.0)
    n = len(documents)
    most = math.log1p((n + 0.5) / 0.5)
    return {feature: math.log1p(max(n - seen + 0.5, 0.1) / (seen + 0.5)) / most for feature, seen in spread.items()}


def _features(
    texts: Iterable[str], vocabulary: Vocabulary, lexicon: Lexicon, is_body: bool = False
) -> dict[Feature, float]:
    found: dict[Feature, float] = {}
    for text in texts:
        for part in _PARTS.findall(fold(text).text):
            for feature, weight in features_of(part, vocabulary, lexicon, is_body).items():
                if weight > found.get(feature, 0.0):
                    found[feature] = weight
    return found


def _add(summed: dict[Feature, float], features: Mapping[Feature, float], counts: float) -> None:
    for feature, weight in features.items():
        summed[feature] = summed.get(feature, 0.0) + weight * counts
