"""How what was typed is read: nothing is lost, sounds and slips are understood, plain words are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.policy.folding import fold, is_han
from mapsvc.policy.reading import Reader
from mapsvc.policy.sounds import heard, sounds_of
from mapsvc.policy.vocabulary import Vocabulary, is_one_apart

WORDS = ("营业执照", "健康证", "幼儿园", "报名", "过期", "涨租", "电", "怎么办", "设备", "社保")
UNGUESSED = frozenset({"怎么办", "设备"})
READER = Reader(Vocabulary(WORDS), UNGUESSED, lambda word: 0.0)
SHORT = st.text("abc", max_size=5)


def meant(text: str) -> str:
    return " ".join("".join(piece.text for piece in run) for run in READER.read(fold(text).text))


@given(st.text(st.one_of(st.characters(), st.sampled_from("营业执照健康证幼儿园bcdefg 12")), max_size=25))
def test_every_letter_digit_and_character_typed_is_in_exactly_one_piece(text: str) -> None:
    folded = fold(text).text
    read = "".join(piece.typed for run in READER.read(folded) for piece in run)
    assert read == "".join(char for char in folded if char.isalnum())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("jiankangzheng", "健康证"),
        ("jian kang zheng", "健康证"),
        ("jkz", "健康证"),
        ("jiankang证", "健康证"),
        ("jkzheng过期", "健康证过期"),
        ("jiankanzen", "健康证"),
        ("jiankangzhegn", "健康证"),
        ("yingyezizao", "营业执照"),
        ("见康证", "健康证"),
        ("健康政", "健康证"),
        ("健证", "健康证"),
        ("营业照执", "营业执照"),
        ("营执照", "营业执照"),
        ("营业的执照", "营业执照"),
        ("社社保", "社保"),
        ("ＪＫＺ", "健康证"),
    ],
)
def test_sounds_and_slips_are_understood(typed: str, told: str) -> None:
    assert meant(typed) == told


@pytest.mark.parametrize("typed", ["设备", "过期", "怎么办", "电", "天气", "社区", "园", "照", "一二三", "wifi"])
def test_what_is_a_word_already_or_like_none_is_left_as_it_is(typed: str) -> None:
    assert meant(typed) == typed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhi", "zi"),
        ("chang", "can"),
        ("sheng", "sen"),
        ("ning", "lin"),
        ("hui", "fei"),
        ("huang", "fan"),
        ("hu", "fu"),
    ],
)
def test_syllables_easily_taken_for_each_other_sound_alike(one: str, other: str) -> None:
    assert heard(one) == heard(other)


@pytest.mark.parametrize(("one", "other"), [("ma", "la"), ("zhi", "ji"), ("he", "fe"), ("dong", "dan"), ("xu", "fu")])
def test_others_do_not(one: str, other: str) -> None:
    assert heard(one) != heard(other)


def test_a_word_is_read_as_a_whole() -> None:
    assert sounds_of("银行") == ("yin", "hang")
    assert sounds_of("行不行") == ("xing", "bu", "xing")
    assert sounds_of("led屏") == ("l", "e", "d", "ping")


@given(SHORT, SHORT)
def test_one_apart_is_one_letter_left_out_put_in_mistaken_or_swapped(a: str, b: str) -> None:
    edits = {a[:n] + a[n + 1 :] for n in range(len(a))}
    edits |= {a[:n] + c + a[n:] for n in range(len(a) + 1) for c in "abc"}
    edits |= {a[:n] + c + a[n + 1 :] for n in range(len(a)) for c in "abc"}
    edits |= {a[:n] + a[n + 1] + a[n] + a[n + 2 :] for n in range(len(a) - 1)}
    assert is_one_apart(a, b) == (b in edits - {a})


@given(st.text(max_size=30))
def test_a_folded_text_knows_where_each_of_its_characters_stood(text: str) -> None:
    folded = fold(text)
    assert len(folded.places) == len(folded.text)
    assert list(folded.places) == sorted(folded.places)
    assert fold(folded.text).text == folded.text or any(map(is_han, text)) or not text.isascii()


@pytest.mark.parametrize(
    ("typed", "compared"), [("營業執照", "营业执照"), ("ＷｉＦｉ", "wifi"), ("lǜ", "lv"), ("①", "1")]
)
def test_texts_are_compared_whatever_keyboard_they_came_from(typed: str, compared: str) -> None:
    assert fold(typed).text == compared
