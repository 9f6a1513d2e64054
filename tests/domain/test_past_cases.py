"""How long cases of one kind took."""

from datetime import UTC, datetime, timedelta

from mapsvc.domain.past_cases import PastCase, PastCases, median_days, span_words

START = datetime(2026, 3, 2, tzinfo=UTC)


def took(days: float, had_council: bool = False) -> PastCase:
    return PastCase(f"c{days}", START, START + timedelta(days=days), had_council)


def test_half_took_longer() -> None:
    assert median_days([took(d) for d in (1, 3, 30)]) == 3
    assert median_days([took(d) for d in (2, 4, 6, 20)]) == 5


def test_days_are_said_in_days_and_less_in_hours() -> None:
    assert [span_words(d) for d in (0, 0.5, 0.99, 1, 4.4)] == ["1小时", "12小时", "24小时", "1天", "4天"]
    assert median_days([]) == 0


def test_a_closing_before_the_report_took_no_time() -> None:
    assert took(-3).days == 0


def test_fewer_than_five_say_nothing() -> None:
    few = tuple(took(d) for d in range(1, 5))
    assert not PastCases(few).is_enough
    assert PastCases((*few, took(9, True))).is_enough
    assert len(PastCases((*few, took(9, True))).of_council(True)) == 1
