"""What characters hint at: an unknown word is about what the known words with the same characters are about."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from mapsvc.policy.folding import is_han
from mapsvc.policy.lexicon import POINTED, lexicon

PAIR_TRUST, CHARACTER_TRUST = 1.2, 1.0
"""How much a hint weighs at most, beside a known word's 1: by two characters side by side, by one."""
_LEAST_SHARE = 0.1
_DOUBT = 1.0

Shares = Mapping[str, float]


def hinted(text: str) -> tuple[dict[str, float], dict[str, float]]:
    """The groups, and the topics, that the characters of an unknown stretch hint at, and how much, 0 to 1."""
    groups, topics = _by_gram()
    return _best(text, groups), _best(text, topics)


def _best(text: str, shares: Mapping[str, Shares]) -> dict[str, float]:
    found: dict[str, float] = {}
    for gram in _grams(text):
        trust = PAIR_TRUST if len(gram) > 1 else CHARACTER_TRUST
        for name, share in shares.get(gram, {}).items():
            found[name] = max(found.get(name, 0.0), trust * share)
    return found


@lru_cache(maxsize=1)
def _by_gram() -> tuple[dict[str, Shares], dict[str, Shares]]:
    """For each character and pair: of the words that hold it the share of each group, of each topic."""
    known = lexicon()
    own = {
        word: [name for name, weight in groups.items() if weight > POINTED]
        for word, groups in known.meanings.items()
        if len(word) > 1
    }
    return _shares(own), _shares({word: list(known.topics.get(word, {})) or [""] for word in own})


def _shares(named: Mapping[str, list[str]]) -> dict[str, Shares]:
    counted: dict[str, dict[str, float]] = {}
    for word, names in named.items():
        for gram in dict.fromkeys(_grams(word)):
            counts = counted.setdefault(gram, {})
            for name in names:
                counts[name] = counts.get(name, 0.0) + 1.0 / len(names)
    return {gram: _told(counts) for gram, counts in counted.items()}


def _told(counts: Mapping[str, float]) -> Shares:
    # What was seen once or twice is half a chance.
    total = sum(counts.values()) + _DOUBT
    return {name: n / total for name, n in counts.items() if name and n / total >= _LEAST_SHARE}


def _grams(text: str) -> Iterator[str]:
    yield from filter(is_han, text)
    yield from _pairs(text)


def _pairs(text: str) -> Iterable[str]:
    return (a + b for a, b in pairwise(text) if is_han(a) and is_han(b))
