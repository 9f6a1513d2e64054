"""Reading what was typed: the cheapest way to see it as known words, with pinyin understood and errors mended."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from mapsvc.policy.folding import is_han, is_latin
from mapsvc.policy.sounds import heard, readings_of, syllables
from mapsvc.policy.vocabulary import Vocabulary, cover_of, is_one_apart, less_one

_RUNS = re.compile(r"[^\W_]+(?:\s+[^\W_]+)*")
_WORDS_APART = re.compile(r"(?<=[a-z])\s+(?=[a-z])")
_LONGEST_TYPED = 7
_SHORTEST_MISTAKEN, _LONG = 5, 4
_UNREAD, _FRAME, _READ = "?fw"
_NUMERALS = frozenset("一二三四五六七八九十百千万两半")
_LONGEST_LETTERS = 26
_MOST_READINGS = 8
_MOST_WORDS = 12

# Prices. A way to read a text costs the sum over its pieces: few long words are cheap, what is unknown is dear.
_WORD, _UNKNOWN, _NUMBER = 1.0, 1.15, 0.4
_LETTER = 1.0
_LETTERS, _SHORTENED, _PART, _SYLLABLE = 0.05, 0.4, 0.5, 0.6
_CHANGED, _MISHEARD, _ALL_CHANGED = 0.45, 0.15, 0.5
_MISSING, _TOO_MUCH, _DOUBLED, _SWAPPED, _MISTAKEN = 0.8, 1.1, 0.4, 0.5, 0.9
_MISSPELT = 0.7
_LIKED, _LENGTH = 0.15, 0.01


@dataclass(frozen=True)
class Piece:
    """A part of what was typed.

    Attributes
    ----------
    typed, text : str
        As it stands; as it was meant.
    is_known : bool
        Whether `text` is a word of the vocabulary.
    """

    typed: str
    text: str
    is_known: bool

    @property
    def is_mended(self) -> bool:
        """Whether something else was meant than was typed."""
        return self.typed != self.text


class Reader:
    """Reads texts as words of a vocabulary.

    Parameters
    ----------
    vocabulary : Vocabulary
    unguessed : frozenset of str
        Words that no typing error is mended to.
    liking : function of str to float
        From 0 to 1: of words that fit equally well the more liked one is taken.
    """

    def __init__(self, vocabulary: Vocabulary, unguessed: frozenset[str], liking: Callable[[str], float]) -> None:
        self._known = vocabulary
        self._unguessed = unguessed
        self._liking = liking

    def read(self, text: str) -> tuple[tuple[Piece, ...], ...]:
        """The runs of a folded text, parted where its punctuation parts it, each read in the cheapest way."""
        runs = (part for run in _RUNS.findall(text) for part in _WORDS_APART.sub("", run).split())
        return tuple(self._read_run(run) for run in runs)

    def _read_run(self, run: str) -> tuple[Piece, ...]:
        places = self._places(run)
        price = [0.0] + [float("inf")] * len(run)
        last: list[Piece | None] = [None] * (len(run) + 1)
        for begin in range(len(run)):
            for length, text, is_known, cost in self._ways(run, begin, places):
                total = price[begin] + cost
                if total < price[begin + length] - 1e-9:
                    price[begin + length] = total
                    last[begin + length] = Piece(run[begin : begin + length], text, is_known)
        pieces: list[Piece] = []
        end = len(run)
        while end and (piece := last[end]) is not None:
            pieces.append(piece)
            end -= len(piece.typed)
        return tuple(_joined(pieces[::-1]))

    def _ways(self, run: str, begin: int, places: str) -> Iterator[tuple[int, str, bool, float]]:
        """How many characters from there may be taken as what, whether that is known, at which price."""
        char = run[begin]
        yield 1, char, False, _LETTER if is_latin(char) else _NUMBER if char.isdigit() else _UNKNOWN
        for end in self._known.at(run, begin):
            word = run[begin:end]
            yield len(word), word, True, _WORD - _LENGTH * len(word) - _LIKED * 0.5 * self._liking(word)
        if is_han(char):
            yield from self._by_characters(run, begin, places)
        yield from self._by_letters(run, begin)

    def _by_characters(self, run: str, begin: int, places: str) -> Iterator[tuple[int, str, bool, float]]:
        for end in range(begin + 2, min(begin + _LONGEST_TYPED, len(run)) + 1):
            typed = run[begin:end]
            if not is_han(typed[-1]):
                return
            if typed in self._known.words:
                continue
            # Words side by side are no word with an error in it.
            mistyped = self._mistyped(typed, places[begin:end]) if _UNREAD in places[begin:end] else {}
            found = {**mistyped, **self._sounding_like(typed, places[begin:end])}
            for word, cost in sorted(found.items()):
                if word in self._unguessed:
                    continue
                yield len(typed), word, True, _WORD + cost - self._bonus(word)

    def _places(self, run: str) -> str:
        """For each character of a run what it is where nothing is mended: part of a word, of a frame alone, unread."""
        places = [_UNREAD] * len(run)
        for begin, end in cover_of(run, self._known):
            is_frame = end - begin == 1 and run[begin] in self._unguessed
            places[begin:end] = [_FRAME if is_frame else _READ] * (end - begin)
        return "".join(places)

    def _sounding_like(self, typed: str, places: str) -> dict[str, float]:
        found: dict[str, float] = {}
        reads = [readings_of(char)[:2] for char in typed]
        for n, read in enumerate(product(*reads)):
            if n >= _MOST_READINGS:
                break
            for word in self._known.by_heard.get(" ".join(map(heard, read)))[:_MOST_WORDS]:
                changed = [n for n, (a, b) in enumerate(zip(typed, word, strict=True)) if a != b]
                is_long = len(word) >= _LONG and len(changed) == 1
                # A word that means something as it stands is mistaken for another only within a longer one.
                is_open = _UNREAD if len(word) == 2 else _UNREAD + _FRAME
                if is_long or all(places[n] in is_open for n in changed):
                    cost = self._price_of_sound(typed, word, read, len(changed))
                    found[word] = min(found.get(word, cost), cost)
        return found

    def _price_of_sound(self, typed: str, word: str, read: tuple[str, ...], changed: int) -> float:
        misheard = sum(a != b for a, b in zip(read, self._known.sounds[word], strict=True))
        misheard += sum(one != readings_of(char)[0] for one, char in zip(read, typed, strict=True))
        whole = _ALL_CHANGED if changed == len(typed) else 0.0
        return _CHANGED * min(changed, 2) + 0.1 * max(changed - 2, 0) + _MISHEARD * misheard + whole

    def _mistyped(self, typed: str, places: str) -> dict[str, float]:
        known, found = self._known, dict[str, float]()
        # A number with a digit less is another number.
        if not _NUMERALS.isdisjoint(typed):
            return found
        for word in known.by_characters_less_one.get(typed):
            # What is left of a word of three is too much like any other, but for its two ends.
            if len(word) > 3 or word[0] + word[-1] == typed:
                found[word] = _MISSING if len(word) > 3 else _MISSING + 0.25
        for n in range(len(typed)):
            shorter = typed[:n] + typed[n + 1 :]
            is_doubled = n > 0 and typed[n] == typed[n - 1]
            is_within = 0 < n < len(typed) - 1 and len(shorter) > 2 and places[n] == _UNREAD
            if shorter in known.words and len(shorter) > 1 and (is_doubled or is_within):
                found[shorter] = min(found.get(shorter, 9.0), _DOUBLED if is_doubled else _TOO_MUCH)
            if len(typed) < _SHORTEST_MISTAKEN or typed[n] in known.words:
                continue
            for word in known.by_characters_less_one.get(shorter):
                if len(word) == len(typed) and word[:n] == typed[:n] and word[n + 1 :] == typed[n + 1 :]:
                    found[word] = min(found.get(word, 9.0), _MISTAKEN)
        for n in range(len(typed) - 1 if len(typed) > 2 else 0):
            swapped = typed[:n] + typed[n + 1] + typed[n] + typed[n + 2 :]
            if swapped in known.words:
                found[swapped] = min(found.get(swapped, 9.0), _SWAPPED)
        return found

    def _by_letters(self, run: str, begin: int) -> Iterator[tuple[int, str, bool, float]]:
        """Pinyin in full or short, alone or among characters."""
        letters, has_letter, furthest = "", False, min(begin + _LONGEST_LETTERS, len(run))
        initials = ""
        for end in range(begin + 1, furthest + 1):
            char = run[end - 1]
            if is_latin(char):
                has_letter = True
                letters, initials = letters + char, initials + char
            elif is_han(char) and (read := readings_of(char)):
                letters, initials = letters + read[0], initials + read[0][0]
            else:
                return
            if has_letter:
                is_part = (begin > 0 and is_latin(run[begin - 1]) and is_latin(run[begin])) or (
                    end < len(run) and is_latin(run[end - 1]) and is_latin(run[end])
                )
                yield from self._typed_as_letters(run[begin:end], letters, initials, is_part)

    def _typed_as_letters(
        self, typed: str, letters: str, initials: str, is_part: bool
    ) -> Iterator[tuple[int, str, bool, float]]:
        known, size = self._known, len(typed)
        is_pure = typed.isascii()
        shortened = _SHORTENED + (_PART if is_part else 0.0)
        for extra, words in (
            (_LETTERS, known.by_letters.get(letters)),
            (_LETTERS + _MISHEARD, known.by_misheard_letters.get(letters)),
            (shortened, known.by_short_letters.get(letters if is_pure else initials)),
        ):
            fitting = [word for word in words if is_pure or _keeps_characters(typed, word)]
            if extra == shortened:
                fitting = [word for word in fitting if word not in self._unguessed]
            if fitting:
                best = max(fitting, key=lambda word: (self._liking(word), -len(word), word))
                short = _ALL_CHANGED if size == 2 and extra == shortened else 0.0
                single = 0.35 if len(best) == 1 else 0.0
                yield size, best, True, _WORD + extra + short + single - self._bonus(best)
        if is_pure and size >= 4:
            yield from self._misspelt(typed)
        if is_pure and typed in syllables():
            yield size, typed, False, _WORD + _SYLLABLE

    def _misspelt(self, typed: str) -> Iterator[tuple[int, str, bool, float]]:
        known = self._known
        if typed in known.by_letters:
            return
        found = dict.fromkeys(known.by_letters_less_one.get(typed))
        for shorter in less_one(typed):
            if len(shorter) >= 4:
                found.update(dict.fromkeys(known.by_letters.get(shorter)))
            found.update(dict.fromkeys(known.by_letters_less_one.get(shorter)))
        near = [w for w in found if len(w) > 1 and is_one_apart(typed, "".join(known.sounds[w]))]
        if near:
            best = max(near, key=lambda word: (self._liking(word), len(word), word))
            yield len(typed), best, True, _WORD + _MISSPELT - self._bonus(best)

    def _bonus(self, word: str) -> float:
        return _LIKED * self._liking(word) + _LENGTH * len(word)


def _keeps_characters(typed: str, word: str) -> bool:
    """Whether the characters typed among letters stand in the word, in their order."""
    rest = iter(word)
    return all(char in rest for char in typed if is_han(char))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Unknown characters side by side as one piece."""
    held: Piece | None = None
    for piece in pieces:
        if held is not None and not held.is_known and not piece.is_known:
            held = Piece(held.typed + piece.typed, held.text + piece.text, False)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held
