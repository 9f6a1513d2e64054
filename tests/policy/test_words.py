"""The data of the search: words that can be met, groups that say something, characters that are told apart."""

import tomllib
from collections import Counter

import pytest

from mapsvc.domain.topics import NAMES, OTHER
from mapsvc.policy.folding import fold
from mapsvc.policy.lexicon import FILE, POINTED, lexicon
from mapsvc.policy.vocabulary import Vocabulary, cover_of
from tests.policy.writing import PAIRS

DOCUMENT = tomllib.loads(FILE.read_text("utf-8"))
SECTIONS = [DOCUMENT["everyday"], *DOCUMENT["topic"]]


def lines(name: str) -> list[str]:
    return [line for section in SECTIONS for line in section.get(name, "").splitlines() if line.strip()]


def test_there_is_a_section_for_every_topic() -> None:
    assert [section["name"] for section in DOCUMENT["topic"]] == [name for name in NAMES if name != OTHER]


def test_words_are_written_as_texts_are_compared() -> None:
    assert [word for word in lexicon().words if fold(word).text != word] == []


@pytest.mark.parametrize("line", lines("near"))
def test_what_words_point_to_is_known(line: str) -> None:
    left, arrow, right = line.partition(">")
    assert left.split() and arrow and right.split()
    assert not {*right.split()} - {*NAMES} - {*lexicon().meanings}


def test_words_of_one_line_mean_the_same() -> None:
    for line in lines("same"):
        words = line.split()
        assert all(words[0] in lexicon().meanings[word] for word in words)


def test_a_pointed_meaning_weighs_less_than_an_own_one() -> None:
    assert lexicon().meanings["奶茶"]["饭店"] > lexicon().meanings["奶茶"]["食品经营许可证"] == POINTED


def test_frames_mean_nothing_and_belong_to_no_topic() -> None:
    assert not lexicon().frames & {*lexicon().meanings, *lexicon().topics}
    assert not lexicon().ordinary & {*lexicon().meanings, *lexicon().frames}


def test_a_traditional_character_is_read_as_one_that_is_none_itself() -> None:
    assert all(len(pair) == 2 for pair in PAIRS)
    traditional, simplified = Counter(pair[0] for pair in PAIRS), {pair[1] for pair in PAIRS}
    assert max(traditional.values()) == 1
    assert not traditional.keys() & simplified


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("健康证过期", ["健康证", "过期"]),
        ("小学报名", ["小学报名"]),
        ("天小学天", ["小学"]),
        ("123456", []),
        ("12345", ["12345"]),
        ("apple", []),
        ("app", ["app"]),
        ("", []),
    ],
)
def test_the_fewest_words_that_cover_a_text_and_numbers_only_whole(text: str, words: list[str]) -> None:
    known = Vocabulary(["健康证", "健康", "过期", "小学", "小学报名", "报名", "12345", "app"])
    assert [text[begin:end] for begin, end in cover_of(text, known)] == words
