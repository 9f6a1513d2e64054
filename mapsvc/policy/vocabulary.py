"""Known words by how they are written, how they sound and how they are mistyped."""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from mapsvc.policy.sounds import heard, heard_beginning, heard_end, sounds_of

LONGEST = 8
_LONGEST_MIXED = 5
_UNKNOWN, _LENGTH = 1.15, 0.01
_SHORTEST_MISTYPED, _SHORTEST_MISSPELT = 3, 5


class Table:
    """Words by what they are looked up by: those of a vocabulary after those of the one it builds on."""

    def __init__(self, pairs: Iterable[tuple[str, str]], base: "Table | None") -> None:
        self._own: dict[str, list[str]] = {}
        for key, word in pairs:
            self._own.setdefault(key, []).append(word)
        self._base = base

    def get(self, key: str) -> Sequence[str]:
        """The words, in a stable order."""
        own = self._own.get(key, ())
        if self._base is None:
            return own
        return [*self._base.get(key), *own] if own else self._base.get(key)

    def __contains__(self, key: str) -> bool:
        return bool(self.get(key))


class Vocabulary:
    """A set of folded words. What it is looked up by is made when it is first needed.

    Parameters
    ----------
    words : iterable of str
    base : Vocabulary, optional
        Whose words are known too, and looked up by its own tables.
    """

    def __init__(self, words: Iterable[str], base: "Vocabulary | None" = None) -> None:
        known: frozenset[str] = base.words if base else frozenset()
        self._base = base
        self._own = sorted({word for word in words if word} - known)
        self.words: frozenset[str] = known | frozenset(self._own)
        sizes: dict[str, set[int]] = {}
        for word in self.words:
            sizes.setdefault(word[:2], set()).add(len(word))
        # By how they begin: most places of a text begin no word of two characters and more.
        self._sizes = {begin: tuple(sorted(found)) for begin, found in sizes.items()}

    @cached_property
    def sounds(self) -> Mapping[str, tuple[str, ...]]:
        """The syllables of each word."""
        own = {word: sounds_of(word) for word in self._own}
        return ChainMap(own, dict(self._base.sounds)) if self._base else own

    @cached_property
    def by_heard(self) -> Table:
        """Words of two characters and more by their syllables, similar ones taken for each other."""
        pairs = ((" ".join(map(heard, read)), word) for word, read in self._spoken() if len(read) > 1)
        return Table(pairs, self._base.by_heard if self._base else None)

    @cached_property
    def by_letters(self) -> Table:
        """Words by their pinyin as typed in one go."""
        pairs = (("".join(read), word) for word, read in self._spoken())
        return Table(pairs, self._base.by_letters if self._base else None)

    @cached_property
    def by_misheard_letters(self) -> Table:
        """Words of two characters and more by their pinyin as typed by who takes similar syllables for each other."""
        pairs = ((key, word) for word, read in self._spoken() if len(read) > 1 for key in _misheard(read))
        return Table(pairs, self._base.by_misheard_letters if self._base else None)

    @cached_property
    def by_short_letters(self) -> Table:
        """Words of two characters and more with syllables cut to their first letter: all of them, or some."""
        pairs = ((key, word) for word, read in self._spoken() if len(read) > 1 for key in _shortened(read))
        return Table(pairs, self._base.by_short_letters if self._base else None)

    @cached_property
    def by_letters_less_one(self) -> Table:
        """Words by their pinyin with one letter left out."""
        full = (("".join(read), word) for word, read in self._spoken())
        long = ((letters, word) for letters, word in full if len(letters) >= _SHORTEST_MISSPELT)
        pairs = ((key, word) for letters, word in long for key in less_one(letters))
        return Table(pairs, self._base.by_letters_less_one if self._base else None)

    @cached_property
    def by_characters_less_one(self) -> Table:
        """Words of three characters and more with one left out."""
        long = (word for word in self._own if len(word) >= _SHORTEST_MISTYPED)
        pairs = ((key, word) for word in long for key in less_one(word))
        return Table(pairs, self._base.by_characters_less_one if self._base else None)

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
        return ((word, self.sounds[word]) for word in self._own if len(word) <= LONGEST and not word.isascii())


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


def _misheard(read: tuple[str, ...]) -> Iterator[str]:
    """With all beginnings, all ends, or both as they are easily taken for others."""
    full = "".join(read)
    begins = "".join(heard_beginning(one) for one in read)
    ends = "".join(heard_end(one) for one in read)
    yield from dict.fromkeys(key for key in (begins, ends, "".join(map(heard, read))) if key != full)
