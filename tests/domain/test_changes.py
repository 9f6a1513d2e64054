"""Words of change: each has a sentence, each of ArcGIS's patterns a word, numbers are said with what was before."""

import pytest

from mapsvc.domain.changes import (
    CHANGE_MEANS,
    CHANGE_NEXT,
    CHANGE_OF,
    CHANGE_WORDS,
    EACH_WORDS,
    PERIOD_WORDS,
    USUAL_WEEKS,
    WEEKS,
    Change,
    Emerging,
    against_before,
    periods_words,
)


def test_each_word_is_its_own_and_says_in_a_sentence_what_it_means_and_what_to_do():
    assert [CHANGE_WORDS[c] for c in Change] == ["新发", "连续", "加强", "持续", "反复", "减弱", "历史"]
    for words in (CHANGE_MEANS, CHANGE_NEXT):
        assert set(words) == set(Change)
        assert all(sentence.endswith("。") and len(sentence) <= 24 for sentence in words.values())


def test_each_pattern_of_arcgis_has_one_of_our_words():
    assert set(CHANGE_OF) == set(Emerging)
    assert set(CHANGE_OF.values()) == set(Change)
    for change in Change:
        same = {pattern for pattern, word in CHANGE_OF.items() if word is change}
        assert change is Change.RECURRING or {pattern.value for pattern in same} == {change.value}


def test_what_is_over_is_told_from_what_goes_on():
    assert {c for c in Change if c.is_past} == {Change.DIMINISHING, Change.HISTORICAL}


def test_each_length_of_a_period_has_its_words():
    assert set(PERIOD_WORDS) == set(EACH_WORDS) == set(WEEKS)
    assert USUAL_WEEKS in WEEKS
    assert [periods_words(5, weeks) for weeks in WEEKS] == ["5周", "5个四周", "5个季度"]


@pytest.mark.parametrize(
    ("last", "before", "said"),
    [
        (5, 1.2, "最近四周5起，以前每四周约1起"),
        (5, 0.4, "最近四周5起，以前每四周几乎没有"),
        (0, 0.5, "最近四周0起，以前每四周约1起"),
        (2, 7.6, "最近四周2起，以前每四周约8起"),
    ],
)
def test_a_number_stands_beside_what_was_before(last, before, said):
    assert against_before(last, before, 4) == said
