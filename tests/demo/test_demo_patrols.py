"""The demo's patrols: tonight for everybody, the round by the flats, evenings walked, pins, what shops asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from mapsvc.config import Settings
from mapsvc.demo.make import make_demo
from mapsvc.demo.patrols import ROUND
from mapsvc.demo.street import WORKERS
from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.patrol import Shift
from mapsvc.domain.times import office_day
from mapsvc.operations import coverage, pins, plans, rounds
from mapsvc.operations.workspace import Workspace
from mapsvc.store import patrols, people, quiet_hours, walks

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TODAY = office_day(NOW)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo of another seed, on a Wednesday at nine."""
    ws = Workspace.open(Settings.load({}, data=str(tmp_path_factory.mktemp("demo"))), clock=lambda: NOW)
    make_demo(ws, seed=11)
    yield ws
    ws.database.close()


@pytest.fixture
def tonight(demo):
    """The evening that was handed out."""
    with demo.read() as conn:
        return patrols.walked_on(conn, TODAY)


def test_everybody_has_a_walk_tonight(tonight):
    assert tonight.plan.shift is Shift.EVENING
    assert tonight.carried == tonight.plan
    assert sorted(route.worker for route in tonight.plan.routes) == sorted(name for name, *_ in WORKERS)
    assert all(len(route.stops) >= 3 for route in tonight.plan.routes)


def test_it_walks_the_round_and_reaches_what_was_pinned(tonight):
    told = [reason.text for route in tonight.plan.routes for stop in route.stops for reason in stop.reasons]
    assert f"护卫队路线：{ROUND}" in told
    assert any(text.startswith("指定要去：充电棚") for text in told)


def test_what_merchants_asked_for_holds_tonight(demo, tonight):
    with demo.read() as conn:
        asked = quiet_hours.in_force(conn)
    assert len(asked) >= 4
    told = [*(s.window_text for r in tonight.plan.routes for s in r.stops), *(s.text for s in tonight.plan.skipped)]
    assert any("不便" in text for text in told)


def test_the_round_goes_by_the_corner_and_its_roster(demo):
    (line,) = rounds.list_rounds(demo, SYSTEM)
    assert line.round.name == ROUND
    assert (line.place.code, line.is_on) == ("PD0001", True)
    assert line.roster is not None
    assert 150 <= line.length_m <= 600


def test_pins_are_there_to_be_ended(demo):
    assert [pin.is_must for pin in pins.list_pins(demo, SYSTEM)].count(True) == 1
    assert {pin.person for pin in pins.list_pins(demo, SYSTEM)} == {None, "小李"}


def test_the_round_was_walked_on_evenings_before(demo):
    past = [kept for kept in plans.recent_plans(demo, SYSTEM) if kept.plan.day < TODAY]
    assert [(TODAY - kept.plan.day).days for kept in past] == [3, 6, 10, 13]
    for kept in past:
        (route,) = kept.plan.routes
        with demo.read() as conn:
            who = people.staff_by_nickname(conn, route.worker)
            walk = walks.of_plans(conn, who.id, [kept.plan.id])[kept.plan.id]
        assert walk.ended_at is not None
        assert [step.ref for step in walk.steps] == [stop.ref for stop in route.stops]
        assert walk.steps[-1].at <= walk.ended_at <= kept.published_at + timedelta(hours=5)


def test_coverage_knows_of_those_evenings(demo):
    (line,) = rounds.list_rounds(demo, SYSTEM)
    found = coverage.coverage(demo, SYSTEM, TODAY - timedelta(days=14), TODAY)
    along = {segment.id: segment for segment in found.segments}
    walked = [along[name].by_part for name in line.round.segments]
    assert all(max(by_part) >= 4 for by_part in walked), walked


def test_nobody_else_learns_what_was_walked_of_a_plan(demo):
    from mapsvc.errors import NotFound
    from mapsvc.operations.walks import own_walk
    from mapsvc.store import ids

    past = next(kept for kept in plans.recent_plans(demo, SYSTEM) if kept.plan.day < TODAY)
    with demo.read() as conn:
        who = people.staff_by_nickname(conn, past.plan.routes[0].worker)
        secretary = people.staff_by_nickname(conn, "王书记")
    name = ids.of("walk", past.plan.id, who.id)
    assert own_walk(demo, Actor(who.id, who.display_name, Role.WORKER), name).steps
    with pytest.raises(NotFound):
        own_walk(demo, Actor(secretary.id, "王书记", Role.SECRETARY), name)
