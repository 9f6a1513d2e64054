"""What is said of a cell: the word, the window, the usual number."""

import pytest

from mapsvc.domain.hotspots import Verdict, band_of, judge, sentence, window_words


def test_the_sentence_carries_window_number_and_what_is_usual():
    assert sentence(12, 3.2, 56, Verdict.MUCH) == "近8周12件，平时约3件，明显偏多"
    assert sentence(2, 0.1, 364, Verdict.UNSURE) == "近一年2件，平时几乎没有，说不准"


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


@pytest.mark.parametrize(("q", "band"), [(0.01, 99), (0.011, 95), (0.05, 95), (0.1, 90), (0.11, 0)])
def test_bands_are_the_levels_at_which_q_holds(q, band):
    assert band_of(q) == band


@pytest.mark.parametrize(
    ("days", "said"), [(56, "近8周"), (84, "近12周"), (182, "近半年"), (364, "近一年"), (30, "近30天")]
)
def test_the_window_is_said_as_people_say_it(days, said):
    assert window_words(days) == said
