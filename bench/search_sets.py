"""The questions the search is measured on: lists kept in questions/, their halves, typing errors made from them."""

import csv
import hashlib
import random
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_files import from_document
from mapsvc.paths import shipped
from mapsvc.policy.folding import is_han
from mapsvc.policy.sounds import readings_of, sounds_of

FOLDER = Path(__file__).with_name("questions")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_FIRST_COMMON, _LAST_COMMON = 0xB0, 0xD7


@dataclass(frozen=True)
class Asked:
    """A question and the entries that answer it; none where no entry does."""

    question: str
    right: tuple[str, ...]


def entries() -> tuple[PolicyEntry, ...]:
    """Those that come with the program."""
    files = sorted((shipped("layers") / "policies").glob("*.toml"))
    return tuple(from_document(one) for file in files for one in tomllib.loads(file.read_text("utf-8"))["policies"])


def listed(name: str) -> list[Asked]:
    """The questions of `questions/NAME.csv`, in its order."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Asked(row["question"], tuple(filter(None, row.get("entry", "").split("|")))) for row in csv.DictReader(file)
        ]


def is_held_out(asked: Asked) -> bool:
    """Whether the words of the search were never looked at beside this question: one half, by its hash."""
    return hashlib.sha256(asked.question.encode()).digest()[0] % 2 == 1


def mistyped(questions: Sequence[Asked], kind: str, seed: int) -> list[Asked]:
    """Each Chinese question with one error of the kind, or typed another way."""
    draw = random.Random(f"{kind} {seed}")
    made = ((asked, ERRORS[kind](asked.question, draw)) for asked in questions if _count_han(asked.question) >= 4)
    return [Asked(text, asked.right) for asked, text in made if text != asked.question]


def _homophone(text: str, draw: random.Random) -> str:
    places = [n for n, char in enumerate(text) if is_han(char) and _alike(char)]
    at = draw.choice(places)
    return text[:at] + draw.choice(_alike(text[at])) + text[at + 1 :]


def _dropped(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _doubled(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    return text[: at + 1] + text[at:]


def _swapped(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _pinyin(text: str, _: random.Random) -> str:
    return "".join(sounds_of(text))


def _pinyin_apart(text: str, _: random.Random) -> str:
    return " ".join(sounds_of(text))


def _misspelt(text: str, draw: random.Random) -> str:
    letters = _pinyin(text, draw)
    at = draw.randrange(1, len(letters) - 1)
    return draw.choice((_dropped_at, _doubled_at, _swapped_at, _neighbour_at))(letters, at, draw)


def _initials(text: str, draw: random.Random) -> str:
    """Three or four characters in a row by their first letters, the rest as it is."""
    size = min(draw.choice((3, 4)), len(text))
    at = draw.randrange(len(text) - size + 1)
    short = "".join(read[0] for read in sounds_of(text[at : at + size]))
    return text[:at] + short + text[at + size :]


def _dropped_at(letters: str, at: int, _: random.Random) -> str:
    return letters[:at] + letters[at + 1 :]


def _doubled_at(letters: str, at: int, _: random.Random) -> str:
    return letters[:at] + letters[at] + letters[at:]


def _swapped_at(letters: str, at: int, _: random.Random) -> str:
    return letters[:at] + letters[at + 1] + letters[at] + letters[at + 2 :]


def _neighbour_at(letters: str, at: int, draw: random.Random) -> str:
    row = next((keys for keys in _KEYS if letters[at] in keys), letters[at])
    n = row.index(letters[at])
    return letters[:at] + draw.choice(row[max(n - 1, 0) : n] + row[n + 1 : n + 2] or row) + letters[at + 1 :]


ERRORS: dict[str, Callable[[str, random.Random], str]] = {
    "homophone": _homophone,
    "dropped": _dropped,
    "doubled": _doubled,
    "swapped": _swapped,
    "pinyin": _pinyin,
    "pinyin apart": _pinyin_apart,
    "pinyin misspelt": _misspelt,
    "some initials": _initials,
}


@lru_cache(maxsize=4096)
def _alike(char: str) -> str:
    own = readings_of(char)[:1]
    return "".join(other for other in _common() if other != char and own and readings_of(other)[:1] == own)


@lru_cache(maxsize=1)
def _common() -> str:
    """The 3,755 characters of the first level of GB 2312: what keyboards offer first."""
    codes = (bytes((row, column)) for row in range(_FIRST_COMMON, _LAST_COMMON + 1) for column in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", "ignore") for code in codes)


def _count_han(text: str) -> int:
    return sum(map(is_han, text))
