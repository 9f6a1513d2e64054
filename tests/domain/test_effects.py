"""What came of it in words: what is a complaint, whose praise counts, and the sentence about report-days."""

from dataclasses import replace

import pytest

from mapsvc.domain.effects import (
    Measured,
    Result,
    Satisfaction,
    complaint_of,
    effect_sentence,
    less_words,
    satisfaction_to_keep,
)

TOLD = Measured(11, 2, 56, 56, 9, 80, 82, 1.0, 0.4, 0.18, 0.08, 0.41, 0.9, True, True, "m")


@pytest.mark.parametrize(
    ("result", "said", "words"),
    [
        (Result.GONE, None, None),
        (Result.SAME, Satisfaction.FAIR, None),
        (Result.BACK, None, "回访：又来了"),
        (Result.WORSE, Satisfaction.SATISFIED, "回访：更糟"),
        (Result.BETTER, Satisfaction.UNSATISFIED, "回访：好些，店主不满意"),
        (Result.BACK, Satisfaction.UNSATISFIED, "回访：又来了，店主不满意"),
    ],
)
def test_the_unhappy_and_what_is_back(result, said, words) -> None:
    assert complaint_of(result, said) == words


@pytest.mark.parametrize(
    ("said", "who", "kept"),
    [
        (Satisfaction.SATISFIED, "zhou", Satisfaction.SATISFIED),
        (Satisfaction.SATISFIED, "chen", None),
        (Satisfaction.FAIR, "chen", None),
        (Satisfaction.UNSATISFIED, "chen", Satisfaction.UNSATISFIED),
        (Satisfaction.SATISFIED, None, Satisfaction.SATISFIED),
        (None, "chen", None),
    ],
)
def test_praise_for_the_own_work_is_not_kept(said, who, kept) -> None:
    assert satisfaction_to_keep(said, who, {"chen"}) is kept


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "之前8周11天有人报，之后8周2天；附近同类地方没什么变化。大概少了八成（六成到九成）。"),
        ({"usual": 0.62}, "之前8周11天有人报，之后8周2天；附近同类地方也少了四成。大概少了八成（六成到九成）。"),
        ({"high": 1.2}, "之前8周11天有人报，之后8周2天；附近同类地方没什么变化。还说不准。"),
        (
            {"is_compared": False, "high": 1.2},
            "之前8周11天有人报，之后8周2天；附近没有够多的同类地方可比。还说不准。",
        ),
        ({"is_enough": False, "before": 2}, "之前8周2天有人报，之后8周2天。报的天数太少，还说不准。"),
        (
            {"after": 0, "ratio": 0.0, "low": 0.0, "high": 0.3},
            "之前8周11天有人报，之后8周0天；附近同类地方没什么变化。大概少了九成多（七成到九成多）。",
        ),
        (
            {"after": 30, "ratio": 2.6, "low": 1.4, "high": 4.0, "usual": 1.5},
            "之前8周11天有人报，之后8周30天；附近同类地方是原来的1.5倍。大概是原来的2.6倍，没有见效。",
        ),
        ({"days_after": 12}, "之前8周11天有人报，之后12天2天。才过了12天，满28天再看，现在还说不准。"),
    ],
)
def test_one_sentence_to_repeat(change, sentence) -> None:
    assert effect_sentence(replace(TOLD, **change)) == sentence


@pytest.mark.parametrize(("ratio", "words"), [(0.18, "八成"), (0.03, "九成多"), (0.97, "不到一成"), (0.5, "五成")])
def test_tenths(ratio, words) -> None:
    assert less_words(ratio) == words
