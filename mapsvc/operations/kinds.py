"""Kinds suggested from what somebody types."""

from functools import lru_cache

from mapsvc.domain.kind_words import Sounds, Suggestion, folded, ranked, words

MOST_TYPED = 200


def suggest_kind(text: str) -> tuple[Suggestion, ...]:
    """Kinds that the words may mean, the likeliest first: synonyms, slips, pinyin whole or by initials."""
    typed = folded(text[:MOST_TYPED])
    return ranked(typed, _sound(typed), _sounds()) if typed else ()


def _sound(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text))


@lru_cache(maxsize=1)
def _sounds() -> Sounds:
    return {word: _sound(word) for word in words()}
