"""How characters sound: readings, syllables that are easily taken for each other, letters cut into syllables."""

import re
import unicodedata
from functools import lru_cache

_BEGINNING = re.compile(r"^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])")
_LONGEST_SYLLABLE = 6


def sounds_of(word: str) -> tuple[str, ...]:
    """The syllables of a word, one to a character, without tones; what has no sound stands for itself.

    Parameters
    ----------
    word : str
        Folded. Read as a whole: 银行 is hang, 行不行 xing.
    """
    from pypinyin import lazy_pinyin

    if len(word) == 1:
        return readings_of(word)[:1] or (word,)
    read = lazy_pinyin(word, errors="ignore")
    return tuple(read) if len(read) == len(word) else tuple((readings_of(char) or (char,))[0] for char in word)


@lru_cache(maxsize=32_768)
def readings_of(char: str) -> tuple[str, ...]:
    """All syllables of a character, the usual one first; none where it has no sound."""
    from pypinyin.constants import PINYIN_DICT

    found = PINYIN_DICT.get(ord(char), "")
    return tuple(dict.fromkeys(_toneless(one) for one in found.split(",") if one))


def heard(syllable: str) -> str:
    """The syllable as somebody hears it who tells no zh from z, no n from l, no h from f, no ng from n."""
    return heard_end(heard_beginning(syllable))


@lru_cache(maxsize=4096)
def heard_beginning(syllable: str) -> str:
    """No zh told from z, no n from l, no h from f."""
    first = _BEGINNING.match(syllable)
    begin = first.group() if first else ""
    end = syllable[len(begin) :]
    if begin in ("zh", "ch", "sh"):
        return begin[0] + end
    if begin == "n":
        return "l" + end
    if begin == "h" and end.startswith("u"):
        return "f" + ({"ui": "ei", "un": "en"}.get(end) or end[1:] or "u")
    return syllable


@lru_cache(maxsize=4096)
def heard_end(syllable: str) -> str:
    """No ng told from n."""
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """All that can be typed for one character."""
    from pypinyin.constants import PINYIN_DICT

    found = {_toneless(one) for read in PINYIN_DICT.values() for one in read.split(",") if one}
    return frozenset(one for one in found if one.isascii() and one.isalpha() and len(one) <= _LONGEST_SYLLABLE)


@lru_cache(maxsize=4096)
def _toneless(read: str) -> str:
    # The two dots of ü, toned or not, come apart as a mark of their own.
    text = unicodedata.normalize("NFD", read).replace("u\u0308", "v")
    return "".join(part for part in text if not unicodedata.combining(part)).replace("ɡ", "g")
