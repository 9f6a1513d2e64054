"""The one tokenizer of search: Chinese by character and pair, pinyin in full and by initials, words and numbers."""

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate, pairwise

# Ideographs with extensions A to D, all that FTS5's unicode61 takes for letters; what is neither them, letters nor
# digits parts the runs.
_HAN = r"\u3400-\u4dbf\u4e00-\u9fcc\uf900-\ufaff\U00020000-\U0002a6d6\U0002a700-\U0002b81d"
_RUNS = re.compile(rf"[{_HAN}]+|\d+|[^\W\d_{_HAN}]+")
_WORD = re.compile(rf"[^\W_{_HAN}]+")
# A mobile number is somebody's, even on a sign: it is not made findable.
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_FIRST_HAN = re.compile(rf"[{_HAN}]")
_LONGEST_PINYIN = 24
_LONGEST_INITIALS = 8


def fold(text: str) -> str:
    """NFKC, lower case, no blanks at the ends: how texts are compared."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def tokens_of(title: str, *texts: str) -> list[str]:
    """Tokens of an entry, each once, in a stable order; the title's also by pinyin.

    Parameters
    ----------
    title : str
        A sign's, place's or case's name: found by pinyin too.
    texts : str
        Address, code, number, and the like: found by characters, words and numbers.
    """
    folded = fold(title)
    # The title's whole pinyin comes first: ranking looks there.
    found = dict.fromkeys(_whole_pinyin(folded))
    found.update(dict.fromkeys(_text_tokens(folded, True)))
    for text in texts:
        found.update(dict.fromkeys(_plain_tokens(text)))
    return list(found)


@lru_cache(maxsize=16_384)
def _plain_tokens(text: str) -> tuple[str, ...]:
    # Addresses come again and again.
    return tuple(_text_tokens(fold(text), False))


def _text_tokens(folded: str, with_pinyin: bool) -> list[str]:
    tokens: list[str] = []
    for run in _RUNS.findall(_MOBILE.sub(" ", folded)):
        if not _is_han(run):
            tokens += _word_tokens(run)
        else:
            tokens += run
            tokens += map("".join, pairwise(run))
            if with_pinyin:
                tokens += _pinyin_tokens(run)
    # Letters and digits as they stand together, as in codes.
    if not folded.isalpha():
        tokens += _WORD.findall(_MOBILE.sub(" ", folded))
    return tokens


def _word_tokens(run: str) -> tuple[str, ...]:
    bare = run.lstrip("0") if run.isdigit() else ""
    return (run, bare) if bare and bare != run else (run,)


def query_of(text: str) -> list[tuple[str, bool]]:
    """What must be there for `text` to be found: (token, whether its beginning is enough)."""
    wanted: dict[tuple[str, bool], None] = {}
    folded = fold(text)
    for match in re.finditer(rf"[{_HAN}]+|[^\W_{_HAN}]+", folded):
        run = match.group()
        if _is_han(run):
            wanted.update(dict.fromkeys((token, False) for token in _grams(run)))
        else:
            # A number in the midst of a text is meant as it stands; at its end it may still be growing.
            grows = not run.isdigit() or match.end() == len(folded)
            wanted[(run, grows)] = None
    return list(wanted)


def _grams(run: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(run)] if len(run) > 1 else [run]


def _pinyin_tokens(run: str) -> list[str]:
    # From every character on: what is typed is a beginning of one of these, wherever in the name it stands.
    syllables = list(map(_syllable, run))
    full, places = "".join(syllables), [0, *accumulate(map(len, syllables))]
    initials = "".join(s[:1] for s in syllables)
    tokens = [full[at : at + _LONGEST_PINYIN] for at in places]
    tokens += [initials[i : i + _LONGEST_INITIALS] for i in range(len(initials))]
    tokens += [reading for char in run for reading in _other_readings(char)]
    return [token for token in tokens if token]


def _whole_pinyin(folded: str) -> list[str]:
    syllables = [s for char in folded if (s := _syllable(char))]
    return ["".join(syllables)[:_LONGEST_PINYIN], "".join(s[0] for s in syllables)] if syllables else []


@lru_cache(maxsize=32_768)
def _readings(char: str) -> tuple[str, ...]:
    if not _is_han(char):
        return ()
    # Loading the readings takes a while, and only who indexes needs them.
    from pypinyin import Style, pinyin

    read = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(read[0])) if read else ()


@lru_cache(maxsize=32_768)
def _syllable(char: str) -> str:
    read = _readings(char)
    return read[0] if read else ""


@lru_cache(maxsize=32_768)
def _other_readings(char: str) -> tuple[str, ...]:
    return _readings(char)[1:4]


def _is_han(run: str) -> bool:
    return _FIRST_HAN.match(run) is not None
