"""Known words by how they are written, how they sound and how they are mistyped."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import product

from mapsvc.policy.sounds import heard, sounds_of

LONGEST = 8
_LONGEST_MIXED = 5
_UNKNOWN, _LENGTH = 1.15, 0.01
_SHORTEST_MISTYPED, _SHORTEST_MISSPELT = 3, 5


class Vocabulary:
    """A set of folded words. What it is looked up by is made when it is first needed."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(word for word in words if word)
        sizes: dict[str, set[int]] = {}
        for word in self.words:
            sizes.setdefault(word[:2], set()).add(len(word))
        # By how they begin: most places of a text begin no word of two characters and more.
        self._sizes = {begin: tuple(sorted(found)) for begin, found in sizes.items()}

    @cached_property
    def sounds(self) -> dict[str, tuple[str, ...]]:
        """The syllables of each word."""
        return {word: sounds_of(word) for word in sorted(self.words)}

    @cached_property
    def by_sound(self) -> dict[str, list[str]]:
        """Words of two characters and more by their syllables."""
        return _grouped((" ".join(read), word) for word, read in self._spoken() if len(read) > 1)

    @cached_property
    def by_heard(self) -> dict[str, list[str]]:
        """The same for who takes similar syllables for each other."""
        return _grouped((" ".join(map(heard, read)), word) for word, read in self._spoken() if len(read) > 1)

    @cached_property
    def by_letters(self) -> dict[str, list[str]]:
        """Words by their pinyin as typed in one go."""
        return _grouped(("".join(read), word) for word, read in self._spoken())

    @cached_property
    def by_misheard_letters(self) -> dict[str, list[str]]:
        """Words by their pinyin as typed by who tells no zh from z, no n from ng."""
        return _grouped(("".join(map(heard, read)), word) for word, read in self._spoken() if len(read) > 1)

    @cached_property
    def by_short_letters(self) -> dict[str, list[str]]:
        """Words of two characters and more with syllables cut to their first letter: all of them, or some."""
        return _grouped((key, word) for word, read in self._spoken() if len(read) > 1 for key in _shortened(read))

    @cached_property
    def by_letters_less_one(self) -> dict[str, list[str]]:
        """Words by their pinyin with one letter left out."""
        found = (("".join(read), word) for word, read in self._spoken())
        return _grouped(
            (key, word) for full, word in found if len(full) >= _SHORTEST_MISSPELT for key in less_one(full)
        )

    @cached_property
    def by_characters_less_one(self) -> dict[str, list[str]]:
        """Words of three characters and more with one left out."""
        long = (word for word in sorted(self.words) if len(word) >= _SHORTEST_MISTYPED)
        return _grouped((key, word) for word in long for key in less_one(word))

    def at(self, text: str, begin: int) -> Iterator[int]:
        """Where known words end that begin there; numbers and Latin words only whole."""
        if _is_within(text, begin):
            return
        for size in self._sizes.get(text[begin : begin + 1], ()):
            yield begin + size
        for size in self._sizes.get(text[begin : begin + 2], ()):
            end = begin + size
            is_there = size > 1 and end <= len(text) and text[begin:end] in self.words
            if is_there and not (end < len(text) and _is_within(text, end)):
                yield end

    def _spoken(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return ((word, read) for word, read in self.sounds.items() if len(word) <= LONGEST and not word.isascii())


def _is_within(text: str, place: int) -> bool:
    """Whether there a number or a Latin word goes on."""
    pair = text[place - 1 : place + 1] if place else ""
    return len(pair) == 2 and (pair.isdigit() or (pair.isascii() and pair.isalpha()))


def cover_of(text: str, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """From, until of the fewest known words that cover the most of a folded text, in order."""
    price = [0.0] + [1e9] * len(text)
    came, is_word = [0] * (len(text) + 1), [False] * (len(text) + 1)
    for begin in range(len(text)):
        if price[begin] + _UNKNOWN < price[begin + 1]:
            price[begin + 1], came[begin + 1], is_word[begin + 1] = price[begin] + _UNKNOWN, begin, False
        for end in vocabulary.at(text, begin):
            cost = price[begin] + 1.0 - _LENGTH * (end - begin)
            if cost < price[end]:
                price[end], came[end], is_word[end] = cost, begin, True
    found, end = [], len(text)
    while end:
        if is_word[end]:
            found.append((came[end], end))
        end = came[end]
    return found[::-1]


def less_one(text: str) -> dict[str, None]:
    """`text` with one character left out, every way, in a stable order."""
    return dict.fromkeys(text[:n] + text[n + 1 :] for n in range(len(text)))


def is_one_apart(typed: str, meant: str) -> bool:
    """Whether one letter was left out, put in, mistaken or swapped with its neighbour."""
    if abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    begin = next((n for n, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    a, b = typed[begin:], meant[begin:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[1:2] + a[:1] == b[:2] and a[2:] == b[2:])


def _shortened(read: tuple[str, ...]) -> Iterator[str]:
    initials = "".join(one[0] for one in read)
    if len(read) > _LONGEST_MIXED:
        yield initials
        return
    full = "".join(read)
    choices = [(one, one[0], one[:2]) if one[:2] in ("zh", "ch", "sh") else (one, one[0]) for one in read]
    yield from dict.fromkeys(key for key in map("".join, product(*choices)) if key != full)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, word in pairs:
        found.setdefault(key, []).append(word)
    return found
