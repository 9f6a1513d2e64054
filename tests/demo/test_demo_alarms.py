"""Early detection over the two years of the demo: what its stories hold is found in time, quiet weeks raise nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from mapsvc.config import Settings
from mapsvc.demo.alarms import LANE, LORRIES, LORRY_DAYS, SHED, SHED_BACK_DAYS, SHED_BAD_DAYS
from mapsvc.demo.make import make_demo
from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.alerts import Rule
from mapsvc.domain.times import office_day
from mapsvc.operations.alert_runs import Replayed, replay
from mapsvc.operations.workspace import Workspace

NOW = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)
TODAY = office_day(NOW)
WEEKS = 100
# Service warnings have a test of their own: test_demo_topics.
REPORTED = {Rule.OUTBREAK, Rule.RELAPSE, Rule.RISE}


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
    last = TODAY - timedelta(days=1)
    return tuple(replay(demo, SYSTEM, last - timedelta(weeks=WEEKS), last))


def raised(weeks: tuple[Replayed, ...]) -> dict[str, date]:
    """The evening on which each was said first."""
    found: dict[str, date] = {}
    for week in weeks:
        for one in week.raised:
            found.setdefault(one.subject, week.until_day)
    return found


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_what_came_back_to_treated_places_is_said_within_a_fortnight(weeks: tuple[Replayed, ...]) -> None:
    found = raised(weeks)
    shed = found[f"relapse:{SHED}"] - days_ago(SHED_BACK_DAYS[0])
    assert timedelta(0) < shed <= timedelta(days=14)
    told = next(a for week in weeks for a in week.raised if a.subject == f"relapse:{LANE}")
    assert timedelta(0) < told.raised_at.date() - told.from_day <= timedelta(days=14)
    assert told.from_day >= days_ago(35)
    assert "用过治理样板“垃圾死角”，之后安静了" in told.text


def test_the_lorries_were_an_outbreak_while_they_stood_there(weeks: tuple[Replayed, ...]) -> None:
    (subject,) = [s for s in raised(weeks) if s.startswith(f"outbreak:{LORRIES}:")]
    assert days_ago(LORRY_DAYS[0]) < raised(weeks)[subject] <= days_ago(LORRY_DAYS[-1] - 14)


def test_weeks_in_which_nothing_happened_raise_nothing(weeks: tuple[Replayed, ...]) -> None:
    # The lane's worst quarter (with the lorries in it), the cables before they were got rid of, and all since the bins
    # by the flats went; each with the four weeks in which it is still looked at.
    busy = [(days_ago(52 * 7), days_ago(40 * 7 - 28)), (days_ago(SHED_BAD_DAYS[0]), days_ago(SHED_BAD_DAYS[-1] - 28))]
    busy.append((days_ago(70), TODAY))
    quiet = [w for w in weeks if not any(first <= w.until_day <= last for first, last in busy)]
    assert len(quiet) > 55
    assert sum(week.tested for week in quiet) > 400
    assert [a.title for week in quiet for a in week.raised if a.rule in REPORTED] == []


def test_no_week_is_over_its_budget_and_all_are_few(demo: Workspace, weeks: tuple[Replayed, ...]) -> None:
    assert max(len(week.raised) for week in weeks) <= demo.settings.alert_budget
    assert 3 <= sum(a.rule in REPORTED for week in weeks for a in week.raised) <= 10
