"""Service warnings over the two years of the demo: 子女入园 in time in both, nothing else without a cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from mapsvc.config import Settings
from mapsvc.demo.make import make_demo
from mapsvc.demo.topics import KINDERGARTEN, RHYTHM
from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.alerts import Alert, Rule
from mapsvc.domain.times import office_day
from mapsvc.operations.alert_runs import Replayed, replay
from mapsvc.operations.workspace import Workspace
from mapsvc.store import asks

NOW = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)
WEEKS = 100
OPENS = {2025: date(2025, 4, 22), 2026: date(2026, 4, 22)}
IN_TIME = timedelta(days=14)
SERVICE = {Rule.TOPIC, Rule.WINDOW, Rule.LAST_YEAR}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with the demo of seed 1."""
    ws = Workspace.open(Settings.load({}, data=str(tmp_path_factory.mktemp("demo"))), clock=lambda: NOW)
    make_demo(ws, seed=1)
    yield ws
    ws.database.close()


@pytest.fixture(scope="module")
def weeks(demo: Workspace) -> tuple[Replayed, ...]:
    """Every Sunday evening of two years, by what was known on it."""
    last = office_day(NOW) - timedelta(days=1)
    return tuple(replay(demo, SYSTEM, last - timedelta(weeks=WEEKS), last))


@pytest.fixture(scope="module")
def said(weeks: tuple[Replayed, ...]) -> list[tuple[date, Alert]]:
    """(the evening, what was raised) of all service warnings."""
    return [(week.until_day, one) for week in weeks for one in week.raised if one.rule in SERVICE]


@pytest.mark.parametrize("year", [2025, 2026])
def test_kindergarten_is_called_a_fortnight_before_its_window_in_both_years(
    said: list[tuple[date, Alert]], year: int
) -> None:
    first = min(day for day, one in said if one.topic == KINDERGARTEN and day.year == year)
    assert OPENS[year] - first >= IN_TIME


def test_the_first_year_is_called_by_the_calendar_alone(demo: Workspace, said: list[tuple[date, Alert]]) -> None:
    day, first = min(((day, one) for day, one in said if one.topic == KINDERGARTEN), key=lambda told: told[0])
    assert first.rule is Rule.WINDOW and first.evidence["asked_last_year"] == 0
    assert "去年的没有记录" in first.text and first.evidence["asked_to_be_told"] == 12
    with demo.read() as conn:
        known = [one.day for one in asks.before(conn, NOW)]
    assert min(known) > day - timedelta(days=365)


def test_the_second_year_is_called_with_what_the_first_taught(said: list[tuple[date, Alert]]) -> None:
    found = [one for day, one in said if one.topic == KINDERGARTEN and day.year == 2026]
    assert found[0].rule in (Rule.WINDOW, Rule.LAST_YEAR) and found[0].evidence["asked_last_year"] >= 7


def test_several_merchants_ask_before_the_window_opens_in_both_years(demo: Workspace) -> None:
    with demo.read() as conn:
        told = asks.before(conn, NOW)
    for opens in OPENS.values():
        doors = {a.door for a in told if a.topic == KINDERGARTEN and opens - timedelta(days=25) <= a.day < opens}
        assert len(doors) >= next(n for topic, _, _, n, _ in RHYTHM if topic == KINDERGARTEN)


def test_no_other_topic_is_called_without_cause_more_than_once_a_quarter(said: list[tuple[date, Alert]]) -> None:
    # The calendar is a cause; what the counts say of other topics is none that the demo put there.
    without = [(day, one.topic) for day, one in said if one.rule is not Rule.WINDOW and one.topic != KINDERGARTEN]
    quarters = Counter((topic, day.year, (day.month - 1) // 3) for day, topic in without)
    assert max(quarters.values(), default=0) <= 1
    assert len(without) <= 2


def test_every_opening_of_the_calendar_is_said_once_and_before_it_opens(said: list[tuple[date, Alert]]) -> None:
    found = [(day, one) for day, one in said if one.rule is Rule.WINDOW]
    assert len({one.subject for _, one in found}) == len(found) >= 22
    assert all(day < one.from_day for day, one in found)


def test_no_week_is_over_its_budget(demo: Workspace, weeks: tuple[Replayed, ...]) -> None:
    assert max(len(week.raised) for week in weeks) <= demo.settings.alert_budget
