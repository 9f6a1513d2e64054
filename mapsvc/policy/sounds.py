"""How characters sound: readings, syllables that are easily taken for each other, letters cut into syllables."""

import re
import unicodedata
from functools import lru_cache

_LATER = re.compile(r"^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])")
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


@lru_cache(maxsize=4096)
def heard(syllable: str) -> str:
    """The syllable as somebody hears it who tells no zh from z, no n from l, no h from f, no ng from n."""
    first = _LATER.match(syllable)
    begin = first.group() if first else ""
    end = syllable[len(begin) :]
    if begin in ("zh", "ch", "sh"):
        begin = begin[0]
    elif begin == "n":
        begin = "l"
    elif begin == "h" and end.startswith("u") and len(end) > 1:
        begin, end = "f", {"ui": "ei", "un": "en"}.get(end, end[1:])
    elif begin == "h" and end == "u":
        begin = "f"
    if end in ("ang", "eng", "ing", "iang", "uang"):
        end = end[:-1]
    return begin + end


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """All that can be typed for one character."""
    from pypinyin.constants import PINYIN_DICT

    found = {_toneless(one) for read in PINYIN_DICT.values() for one in read.split(",") if one}
    return frozenset(one for one in found if one.isascii() and one.isalpha() and len(one) <= _LONGEST_SYLLABLE)


@lru_cache(maxsize=4096)
def _toneless(read: str) -> str:
    parts = unicodedata.normalize("NFD", read.replace("ü", "v").replace("ǖ", "v"))
    # The two dots of a toned ü come apart as a mark of their own.
    text = parts.replace("u\u0308", "v")
    return "".join(part for part in text if not unicodedata.combining(part)).replace("ɡ", "g")
