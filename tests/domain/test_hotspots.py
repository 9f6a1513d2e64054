"""What is said of a cell: the word, the window, the usual number."""

import pytest

from mapsvc.domain.hotspots import Hotspot, Verdict, band_of, judge, sentence, source_words, window_words


def test_the_sentence_carries_window_number_and_what_is_usual():
    assert sentence(12, 3.2, 56, Verdict.MUCH) == "近8周12件，平时约3件，明显偏多"
    assert sentence(2, 0.1, 364, Verdict.UNSURE) == "近一年2件，平时几乎没有，说不准"
    assert sentence(0, 6.0, 56, Verdict.FEWER) == "近8周没有问题上报，平时约6件，报得少"
    assert sentence(0, 6.0, 56, Verdict.USUAL) == "近8周没有问题上报"


def test_the_sentence_says_who_reported_and_patrols_by_themselves():
    said = sentence(12, 3.2, 56, Verdict.MUCH, (("居民", 9), ("巡查", 3)))
    assert said == "近8周12件（居民9、巡查3），平时约3件，明显偏多"
    many = (("商户", 5), ("巡查", 4), ("12345", 3), ("居民", 2), ("走访", 1))
    assert source_words(many) == "（商户5、12345转来3、其他3、巡查4）"
    assert source_words(()) == ""


@pytest.mark.parametrize(
    ("count", "expected", "band", "speaks", "word"),
    [
        (12, 3.0, 99, True, Verdict.MUCH),
        (12, 3.0, 95, True, Verdict.MORE),
        (12, 3.0, 90, True, Verdict.SLIGHTLY),
        (12, 11.0, 99, True, Verdict.SLIGHTLY),
        (12, 14.0, 99, True, Verdict.USUAL),
        (12, 3.0, 0, True, Verdict.UNSURE),
        (1, 0.2, 99, True, Verdict.USUAL),
        (2, 0.2, 99, True, Verdict.SLIGHTLY),
        (5, 0.5, 99, False, Verdict.UNSURE),
        (0, 0.5, 99, False, Verdict.USUAL),
    ],
)
def test_a_word_of_more_needs_the_band_and_more_than_usual(count, expected, band, speaks, word):
    assert judge(count, expected, band, speaks) is word


@pytest.mark.parametrize(
    ("count", "expected", "band", "word"),
    [
        (0, 5.0, 95, Verdict.FEWER),
        (2, 9.0, 99, Verdict.FEWER),
        (0, 4.9, 99, Verdict.USUAL),
        (4, 5.9, 99, Verdict.USUAL),
        (0, 9.0, 90, Verdict.USUAL),
        (12, 3.0, 99, Verdict.UNSURE),
    ],
)
def test_fewer_is_said_at_95_percent_and_only_where_at_least_five_are_usual(count, expected, band, word):
    assert judge(count, expected, band, True, is_more=False) is word


def test_the_word_hot_spot_is_kept_for_95_percent_and_up():
    hot = [v for v in Verdict if Hotspot("c", 0, 0, 1, 1, 1, 1, v, 0, 1, 1, 1, 0, True, "", 0).is_hot]
    assert hot == [Verdict.MUCH, Verdict.MORE]


@pytest.mark.parametrize(("q", "band"), [(0.01, 99), (0.011, 95), (0.05, 95), (0.1, 90), (0.11, 0)])
def test_bands_are_the_levels_at_which_q_holds(q, band):
    assert band_of(q) == band


@pytest.mark.parametrize(
    ("days", "said"), [(56, "近8周"), (84, "近12周"), (182, "近半年"), (364, "近一年"), (30, "近30天")]
)
def test_the_window_is_said_as_people_say_it(days, said):
    assert window_words(days) == said
