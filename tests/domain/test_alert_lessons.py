"""What decisions on earlier warnings teach: how clear the next one must be, and when it is not said at all."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.alert_lessons import LEAST, LEVEL, lesson_of, taught
from mapsvc.domain.alerts import Alert, AlertState, Candidate, Decision, Dismissal, Rule, week_of

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
DAYS = (date(2026, 11, 9), date(2026, 11, 22))
FOUND = Candidate(Rule.OUTBREAK, "outbreak:a", "多了", "多了。", 1e-4, *DAYS, {"count": 9}, "06010")


def decided(
    ago: timedelta, reason: Dismissal | None = None, decision: Decision | None = None, *, subject: str = "outbreak:a",
    kind: str = "06010", ref: str | None = None, count: int = 9,
) -> Alert:  # fmt: skip
    state = AlertState.DISMISSED if reason else AlertState.ACCEPTED
    return Alert(
        f"{subject}{ago}", Rule.OUTBREAK, subject, state, "多了", "多了。", {"count": count}, 1e-4, 1e-3, *DAYS,
        NOW - ago,
        kind=kind, decision=decision, decided_ref=ref, reason=reason, decided_at=NOW - ago,
    )  # fmt: skip


def test_without_decisions_there_is_no_lesson() -> None:
    told = lesson_of(FOUND, [], frozenset(), NOW)
    assert (told.limit, told.is_quiet, told.words) == (LEVEL, False, ())


def test_each_wrong_or_small_one_halves_what_the_next_may_have_down_to_a_floor() -> None:
    past = [decided((5 + n) * WEEK, Dismissal.SMALL if n % 2 else Dismissal.WRONG) for n in range(8)]
    limits = [lesson_of(FOUND, past[:n], frozenset(), NOW).limit for n in range(9)]
    assert limits[:4] == pytest.approx([0.1, 0.05, 0.025, 0.0125]) and limits[-1] == LEAST


@given(st.lists(st.tuples(st.integers(29, 400), st.sampled_from(list(Dismissal)), st.sampled_from("abc")), max_size=9))
def test_a_lesson_never_makes_the_next_one_easier(told: list[tuple[int, Dismissal, str]]) -> None:
    past = [decided(days * DAY, reason, subject=f"outbreak:{name}") for days, reason, name in told]
    fewer = lesson_of(FOUND, past[1:], frozenset(), NOW).limit
    assert LEAST <= lesson_of(FOUND, past, frozenset(), NOW).limit <= max(fewer, LEAST) <= LEVEL


def test_a_lesson_is_forgotten_after_half_a_year() -> None:
    assert lesson_of(FOUND, [decided(26 * WEEK - DAY, Dismissal.SMALL)], frozenset(), NOW).limit == 0.05
    assert lesson_of(FOUND, [decided(26 * WEEK, Dismissal.SMALL)], frozenset(), NOW).limit == LEVEL


def test_two_neighbours_of_the_same_kind_weigh_as_one_and_others_nothing() -> None:
    one = decided(WEEK, Dismissal.SMALL, subject="outbreak:b")
    two = decided(WEEK, Dismissal.WRONG, subject="outbreak:c")
    other = decided(WEEK, Dismissal.WRONG, subject="outbreak:d", kind="L0001")
    assert lesson_of(FOUND, [one, other], frozenset(), NOW).limit == LEVEL
    told = lesson_of(FOUND, [one, two, other], frozenset(), NOW)
    assert told.limit == 0.05 and told.words == ("别处同类的提醒半年内有2次被放下，这一类要更明显才提醒。",)


def test_too_small_rests_four_weeks_unless_it_has_doubled() -> None:
    young, old = decided(27 * DAY, Dismissal.SMALL, count=5), decided(28 * DAY, Dismissal.SMALL, count=5)
    assert lesson_of(FOUND, [young], frozenset(), NOW).is_quiet
    assert not lesson_of(FOUND, [decided(DAY, Dismissal.SMALL, count=4)], frozenset(), NOW).is_quiet
    after = lesson_of(FOUND, [old], frozenset(), NOW)
    assert not after.is_quiet and after.words == ("上次说是太小，这次要更明显才提醒。",)


@pytest.mark.parametrize(
    ("before", "rests_weeks"),
    [
        (lambda ago: decided(ago, Dismissal.EXPLAINED, ref="x"), 8),
        (lambda ago: decided(ago, Dismissal.KNOWN, ref="x"), 4),
        (lambda ago: decided(ago, decision=Decision.CASE, ref="x"), 4),
        (lambda ago: decided(ago, decision=Decision.PLAYBOOK, ref="x"), 4),
    ],
)
def test_it_is_quiet_while_its_reason_or_case_goes_on_and_some_weeks_at_least(before: object, rests_weeks: int) -> None:
    soon, late = before(rests_weeks * WEEK - DAY), before(rests_weeks * WEEK)  # type: ignore[operator]
    assert lesson_of(FOUND, [soon], frozenset(), NOW).is_quiet
    assert not lesson_of(FOUND, [late], frozenset(), NOW).is_quiet
    assert lesson_of(FOUND, [late], frozenset({"x"}), NOW).is_quiet


@pytest.mark.parametrize("decision", [Decision.WATCH, Decision.NOTED])
def test_what_was_only_looked_at_rests_four_weeks(decision: Decision) -> None:
    assert lesson_of(FOUND, [decided(27 * DAY, decision=decision)], frozenset(), NOW).is_quiet
    assert not lesson_of(FOUND, [decided(28 * DAY, decision=decision)], frozenset(), NOW).is_quiet


def test_while_its_campaign_is_run_a_topic_is_not_called_again() -> None:
    before = decided(6 * WEEK, decision=Decision.CAMPAIGN, ref="c1")
    assert lesson_of(FOUND, [before], frozenset({"c1"}), NOW).is_quiet
    assert not lesson_of(FOUND, [before], frozenset(), NOW).is_quiet


@pytest.mark.parametrize("reason", list(Dismissal))
def test_an_opening_that_was_decided_on_is_never_said_again_and_next_years_is(reason: Dismissal) -> None:
    window = replace(FOUND, rule=Rule.WINDOW, subject="window:kindergarten:2026", p=0.0)
    before = replace(decided(20 * WEEK, reason, subject=window.subject), rule=Rule.WINDOW)
    told = lesson_of(window, [before], frozenset(), NOW)
    assert told.is_quiet and told.words == ("这一次开办已经定过了，不再提醒。",)
    assert not lesson_of(replace(window, subject="window:kindergarten:2027"), [before], frozenset(), NOW).is_quiet
    assert "明年照日历再提醒" in taught(before)


def test_what_was_learned_is_said_for_every_reason() -> None:
    assert all(taught(decided(DAY, reason)).startswith("记住了：") for reason in Dismissal)
    assert taught(decided(DAY, decision=Decision.NOTED)) == ""


def test_a_week_of_looks_begins_with_its_sunday() -> None:
    sunday = date(2026, 11, 22)
    assert {week_of(sunday + n * DAY) for n in range(7)} == {sunday}
    assert week_of(sunday - DAY) == sunday - WEEK
