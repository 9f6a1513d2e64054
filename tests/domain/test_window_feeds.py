"""The policy calendar as text/calendar: read back as it was meant, by days, with its reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.policy_windows import Opening, PolicyWindow, turn
from mapsvc.domain.window_feeds import calendar, reminder
from tests.support.calendars import events_of, moment_of

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
KINDERGARTEN = PolicyWindow(
    "k1", "kindergarten", "幼儿园入园信息登记", ("子女入园", "子女入学"), True, 28, AT, "kindergarten",
    date(2026, 4, 22), date(2026, 5, 12), source="示例：以当年通知为准", is_sample=True, version=3,
    note="来沪经营的，先看居住证；断签的\n赶在年底前补，逗号,分号;反斜杠\\",
)  # fmt: skip


def told(window: PolicyWindow, year: int = 2027) -> str:
    made = turn(window, year)
    assert made is not None
    return calendar("兰田街区 政策日历", [made], "http://office.example", AT)


def test_a_turn_is_a_whole_day_event_that_ends_the_day_after_its_last() -> None:
    (event,) = events_of(told(KINDERGARTEN))
    assert event["DTSTART;VALUE=DATE"] == "20270422" and event["DTEND;VALUE=DATE"] == "20270513"
    assert event["UID"] == "window-kindergarten-2027@mapsvc" and event["SEQUENCE"] == "2"
    assert event["SUMMARY"] == "幼儿园入园信息登记（示例）"
    assert event["URL"] == "http://office.example/policy-calendar/k1"
    assert event["CATEGORIES"] == "子女入园,子女入学"


def test_words_come_back_as_they_were_written() -> None:
    (event,) = events_of(told(KINDERGARTEN))
    assert "断签的\n赶在年底前补，逗号,分号;反斜杠\\" in event["DESCRIPTION"]
    assert "5月12日截止" in event["DESCRIPTION"]


@given(st.integers(0, 120))
def test_it_reminds_at_nine_on_the_day_from_which_merchants_are_to_know(lead: int) -> None:
    text = told(replace(KINDERGARTEN, lead_days=lead))
    (event,) = events_of(text)
    made = turn(replace(KINDERGARTEN, lead_days=lead), 2027)
    assert made is not None
    at = datetime(2027, 4, 22) + moment_of(event["TRIGGER"])
    assert at == datetime.combine(made.tell_from, datetime.min.time()) + timedelta(hours=9)
    assert event["ACTION"] == "DISPLAY"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_title_keeps_every_line_within_75_octets(title: str) -> None:
    text = told(replace(KINDERGARTEN, title=title))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert events_of(text)[0]["SUMMARY"] == f"{title}（示例）"


def test_a_turn_keeps_its_name_when_its_days_change() -> None:
    later = replace(KINDERGARTEN, opens_on=date(2026, 5, 1), closes_on=date(2026, 5, 31), version=4)
    assert events_of(told(later))[0]["UID"] == events_of(told(KINDERGARTEN))[0]["UID"]


def test_an_empty_calendar_is_one_too() -> None:
    text = calendar("空", [], "http://office.example", AT)
    assert text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n") and not events_of(text)


def test_a_guessed_day_is_said() -> None:
    one = Opening(replace(KINDERGARTEN, event="开学"), date(2027, 8, 1), date(2027, 8, 9), date(2027, 7, 4), 2027, True)
    assert "开学的日子是估的" in events_of(calendar("历", [one], "http://o.example", AT))[0]["DESCRIPTION"]


@pytest.mark.parametrize(("days", "words"), [(0, "PT9H"), (1, "-PT15H"), (2, "-P1DT15H"), (28, "-P27DT15H")])
def test_reminders_are_written_as_durations(days: int, words: str) -> None:
    assert reminder(days) == words
