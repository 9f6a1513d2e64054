"""Who goes back, and when somebody has to go and see."""

from datetime import UTC, datetime, timedelta

import pytest

from mapsvc.domain.cases import CaseState, Severity
from mapsvc.domain.visit_programme import needs_special_visit, special_words, who_returns

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("own", "involved", "nearest", "goes"),
    [
        ("chen", set(), ["chen", "zhou"], "chen"),
        ("chen", {"chen"}, ["chen", "zhou", "wu"], "zhou"),
        ("chen", {"chen", "zhou"}, ["chen", "zhou", "wu"], "wu"),
        ("chen", {"chen", "zhou"}, ["chen", "zhou"], "chen"),
        (None, {"zhou"}, ["zhou", "wu"], "wu"),
        (None, set(), [], None),
    ],
)
def test_another_than_who_had_a_hand_in_it(own, involved, nearest, goes) -> None:
    assert who_returns(own, involved, nearest) == goes


@pytest.mark.parametrize(
    ("state", "severity", "called_days", "needed"),
    [
        (CaseState.REPORTED, Severity.SERIOUS, None, True),
        (CaseState.HANDLING, Severity.DANGER, -3, True),
        (CaseState.HANDLING, Severity.DANGER, 0, True),
        (CaseState.HANDLING, Severity.SERIOUS, 1, False),
        (CaseState.HANDLING, Severity.NORMAL, None, False),
        (CaseState.HANDLING, None, None, False),
        (CaseState.SUSPENDED, Severity.SERIOUS, None, False),
        (CaseState.CLOSED, Severity.SERIOUS, None, False),
    ],
)
def test_what_is_grave_waits_to_be_seen(state, severity, called_days, needed) -> None:
    called_at = None if called_days is None else AT + timedelta(days=called_days)
    assert needs_special_visit(state, severity, AT, called_at) is needed


def test_why_somebody_goes_there() -> None:
    assert special_words("渗漏水", Severity.DANGER) == "专项：渗漏水（危险），报了还没人去看"
