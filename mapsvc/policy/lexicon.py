"""Everyday words, what they mean and what topic they point to: read once from words.toml."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("words.toml")
OWN, EVERYDAY, POINTED = 1.0, 0.85, 0.5
"""How much a word means its group's meaning: of a topic, of none, pointed to."""
_SHARED, _TOPIC_POINTED = 0.8, 1.0
_ONE_CHARACTER = 0.6


@dataclass(frozen=True)
class Lexicon:
    """What words mean.

    Attributes
    ----------
    meanings : mapping of str to mapping of str to float
        For each word the groups it belongs or points to, and how much.
    topics : mapping of str to mapping of str to float
        For each word the topics it points to, and how much.
    frames : frozenset of str
        Words of which questions are made, whatever they are about.
    ordinary : frozenset of str
        Words of everyday life that no answer is about.
    """

    meanings: Mapping[str, Mapping[str, float]]
    topics: Mapping[str, Mapping[str, float]]
    frames: frozenset[str]
    ordinary: frozenset[str]

    @property
    def words(self) -> Iterable[str]:
        """All of them, frames and ordinary ones too."""
        return {**self.meanings, **dict.fromkeys(sorted(self.frames | self.ordinary))}


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The words that came with the program."""
    document = tomllib.loads(FILE.read_text("utf-8"))
    everyday, by_topic = document["everyday"], document["topic"]
    groups: list[tuple[str, list[str], str]] = []
    for name, section in [("", everyday), *((one["name"], one) for one in by_topic)]:
        groups += [(words[0], words, name) for line in _lines(section["same"]) if (words := line.split())]
    meanings: dict[str, dict[str, float]] = {}
    topics: dict[str, dict[str, float]] = {}
    for name, words, topic in groups:
        for word in words:
            meanings.setdefault(word, {})[name] = OWN if topic else EVERYDAY
            if topic:
                topics.setdefault(word, {})[topic] = 1.0
    for found in meanings.values():
        if len(found) > 1:
            found.update({name: weight * _SHARED for name, weight in found.items()})
    names = frozenset(one["name"] for one in by_topic)
    _point(document, groups, names, meanings, topics)
    for word, found in meanings.items():
        if len(word) == 1:
            found.update({name: weight * _ONE_CHARACTER for name, weight in found.items()})
    frames = frozenset(everyday["frames"].split()) - meanings.keys()
    return Lexicon(meanings, topics, frames, frozenset(everyday["ordinary"].split()) - meanings.keys() - frames)


def _point(
    document: Mapping[str, Any],
    groups: list[tuple[str, list[str], str]],
    topic_names: frozenset[str],
    meanings: dict[str, dict[str, float]],
    topics: dict[str, dict[str, float]],
) -> None:
    """Add what words point to; said of a group's first word it holds for the whole group."""
    by_name: dict[str, list[str]] = {}
    for name, words, _ in groups:
        by_name.setdefault(name, []).extend(words)
    for section in [document["everyday"], *document["topic"]]:
        for line in _lines(section.get("near", "")):
            left, _, right = line.partition(">")
            for word in [w for named in left.split() for w in by_name.get(named, [named])]:
                for target in right.split():
                    if target in topic_names:
                        topics.setdefault(word, {}).setdefault(target, _TOPIC_POINTED)
                        continue
                    for name in _groups_of(target, by_name, meanings):
                        meanings.setdefault(word, {}).setdefault(name, POINTED)


def _groups_of(word: str, by_name: Mapping[str, list[str]], meanings: Mapping[str, Mapping[str, float]]) -> list[str]:
    if word in by_name:
        return [word]
    return [name for name, weight in meanings.get(word, {}).items() if weight > POINTED] or [word]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
