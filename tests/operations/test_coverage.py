"""走到情况: what counts as walked, when a stretch is due again, and that no place is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, update

from mapsvc.domain.coverage import DUE_DAYS, GO_AFTER_DAYS, GO_POINTS, GROWS_DAYS, PARTS, Part
from mapsvc.domain.times import office_day
from mapsvc.errors import Forbidden
from mapsvc.operations.coverage import Coverage, coverage, passed
from mapsvc.operations.runs import MOST_M, blocks
from mapsvc.operations.stale_runs import StaleRun, stale_runs
from mapsvc.operations.stretches import Stretches, stretches_of
from tests.support.clock import FixedClock
from tests.support.street import Street, many_visits, uid

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

MORNING, NOON, NIGHT = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (0, 4, 12))
TODAY = date(2026, 11, 23)
WEST = "岚皋西路"


def week(ws: Workspace, street: Street) -> Coverage:
    """The seven days up to today."""
    return coverage(ws, street.secretary, TODAY - timedelta(days=6), TODAY)


def segment_of(ws: Workspace, lon: float, lat: float) -> str:
    """Name of the stretch at a position."""
    import numpy as np

    known = stretches_of(ws)
    return known.ids[int(known.at(np.array([lon]), np.array([lat]))[0])]


def door(ws: Workspace) -> str:
    """The stretch of LT0001."""
    return segment_of(ws, 121.4205 - 27e-5, 31.2501)


def walk(ws: Workspace, at: datetime, segments: list[str], *, withdrawn: bool = False) -> None:
    """A step of somebody's walk that passed these stretches."""
    from mapsvc.store.tables import patrol_plan, patrol_step, patrol_walk

    key = f"{at.isoformat()} {segments}"
    with ws.write() as conn:
        conn.execute(
            insert(patrol_plan).values(
                id=uid(f"plan {key}"), day=office_day(at), shift="day", version=1, seed=1, input_hash="", plan={},
                made_at=at, edition=1,
            )
        )  # fmt: skip
        conn.execute(
            insert(patrol_walk).values(
                id=uid(f"walk {key}"), plan_id=uid(f"plan {key}"), person_id=uid("chen"), started_at=at
            )
        )
        conn.execute(
            insert(patrol_step).values(
                id=uid(f"step {key}"), walk_id=uid(f"walk {key}"), ref="shop:LT0001", outcome="done",
                segments=segments, at=at, withdrawn_at=at if withdrawn else None,
            )
        )  # fmt: skip


def test_a_call_walks_the_stretch_of_its_door(workspace: Workspace, street: Street) -> None:
    many_visits(workspace, 1, NOON, lambda _: timedelta(0))
    found = week(workspace, street)
    (walked,) = found.walked()
    assert walked.id == door(workspace)
    assert walked.walked.last == date(2026, 11, 22)
    assert walked.by_part == (0, 1, 0)
    assert len(found.missed()) == len(found.segments) - 1


def test_many_calls_in_one_part_of_a_day_are_one_occasion(workspace: Workspace, street: Street) -> None:
    many_visits(workspace, 20, NOON, lambda i: timedelta(minutes=i))
    (walked,) = week(workspace, street).walked()
    assert walked.times == 1


def test_occasions_are_told_apart_by_day_and_part_of_the_day(workspace: Workspace, street: Street) -> None:
    moments = [MORNING, NOON, NIGHT, NOON - timedelta(days=1), NOON - timedelta(days=30)]
    many_visits(workspace, len(moments), NOON, lambda i: NOON - moments[i])
    (walked,) = week(workspace, street).walked()
    assert (walked.times, walked.by_part) == (4, (1, 2, 1))
    assert walked.walked.by_part == (date(2026, 11, 22),) * 3


def test_a_call_without_an_hour_counts_in_no_part_of_the_day(workspace: Workspace, street: Street) -> None:
    many_visits(workspace, 1, NOON, lambda _: timedelta(hours=12))
    (walked,) = week(workspace, street).walked()
    assert (walked.times, walked.by_part, walked.walked.by_part) == (1, (0, 0, 0), (None, None, None))


def test_what_a_walk_passed_counts_and_what_was_taken_back_does_not(workspace: Workspace, street: Street) -> None:
    known = stretches_of(workspace)
    walk(workspace, NIGHT, [known.ids[3], known.ids[4], "street:25:没有的路/odd/0"])
    walk(workspace, NIGHT, [known.ids[9]], withdrawn=True)
    found = week(workspace, street)
    assert [s.id for s in found.walked()] == [known.ids[3], known.ids[4]]
    assert [s.id for s in found.walked(Part.EVENING)] == [known.ids[3], known.ids[4]]
    assert not found.walked(Part.DAY)


def test_what_was_found_on_patrol_counts_what_others_report_does_not(workspace: Workspace, street: Street) -> None:
    from mapsvc.domain.issues import IssueSource
    from mapsvc.operations.issues import NewIssue, report_issue

    found = NewIssue(uid("found"), "06010", "", IssueSource.PATROL, NOON, place="PD0001")
    told = NewIssue(uid("told"), "06010", "", IssueSource.RESIDENT, NOON, shop="LT0001")
    for new in (found, told):
        report_issue(workspace, street.chen, new)
    (walked,) = week(workspace, street).walked()
    assert walked.id == segment_of(workspace, 121.419941, 31.251599)


def test_a_new_call_is_counted_at_once(workspace: Workspace, street: Street) -> None:
    assert not week(workspace, street).walked()
    many_visits(workspace, 1, NOON, lambda _: timedelta(0))
    assert week(workspace, street).walked()


def test_who_may_see_it(workspace: Workspace, street: Street) -> None:
    for who in (street.chen, street.secretary, street.office):
        assert coverage(workspace, who, TODAY, TODAY).segments
    for who in (street.volunteer, street.property):
        with pytest.raises(Forbidden):
            coverage(workspace, who, TODAY, TODAY)


def test_the_answer_knows_of_nobody(workspace: Workspace, street: Street) -> None:
    many_visits(workspace, 3, NOON, lambda i: timedelta(days=i))
    told = repr(week(workspace, street))
    assert "小陈" not in told
    assert uid("chen") not in told


def test_a_walk_passes_the_stretches_between_two_doors(workspace: Workspace, street: Street) -> None:
    known = stretches_of(workspace)
    one_side = [i for i, s in enumerate(known.segments) if (s.street, s.side) == ("岚皋西路", "odd")][2:8]
    way = [known.middle(one_side[0]), known.middle(one_side[-1]), known.middle(one_side[-1])]
    there, stays = passed(workspace, way, ["岚皋西路"] * 3)
    assert set(there) == {known.ids[i] for i in one_side} or set(there) == {known.ids[i] for i in one_side[1:]}
    assert stays == (known.ids[one_side[-1]],)


def test_a_way_on_one_side_does_not_walk_the_other(workspace: Workspace) -> None:
    known = stretches_of(workspace)
    for number in range(0, len(known), 7):
        found = known.along(known.pavement(number))
        assert found == (known.ids[number],)


def due_on(ws: Workspace, day: date = TODAY, part: Part = Part.DAY, **more: object) -> tuple[StaleRun, ...]:
    """What a shift is offered."""
    with ws.read() as conn:
        return stale_runs(conn, ws.gazetteer, day, part, **more)  # type: ignore[arg-type]


def test_a_run_stays_on_one_side_is_no_longer_than_a_few_minutes_and_ends_where_a_street_meets(
    workspace: Workspace,
) -> None:
    known = stretches_of(workspace)
    found = blocks(known)
    assert [n for run in found for n in run] == list(range(len(known)))
    for run in found:
        ends = [known.segments[n] for n in run]
        assert len({(s.street, s.side) for s in ends}) == 1
        assert ends[-1].to_m - ends[0].from_m <= MOST_M + 20
    other = workspace.gazetteer.street("岚皋路")
    meets = known.gazetteer.street(WEST).project_metres(*min(other.metres, key=lambda p: _off(known, p)))
    for run in found:
        first, last = known.segments[run[0]], known.segments[run[-1]]
        if first.street == WEST:
            assert not first.from_m + 13 < meets.chainage_m < last.to_m - 13


def _off(known: Stretches, point: tuple[float, float]) -> float:
    return known.gazetteer.street(WEST).project_metres(*point).distance_m


def test_runs_are_due_after_two_weeks_the_longest_first(workspace: Workspace, street: Street) -> None:
    known = stretches_of(workspace)
    some = blocks(known)[:6]
    gone = {i: DUE_DAYS + i for i in range(len(some))}
    for i, days in gone.items():
        walk(workspace, NOON - timedelta(days=days), [known.ids[n] for n in some[i]])
    walk(workspace, NOON, [known.ids[n] for run in blocks(known)[6:] for n in run])
    found = due_on(workspace, most=6)
    assert found[0].segments == tuple(known.ids[n] for n in some[5])
    assert (found[0].due.days, found[0].text, found[0].is_oldest) == (6, "20天没走到", True)
    assert {s.segments[0] for s in found} == {known.ids[run[0]] for run in some}
    assert sorted(s.due.days for s in found) == [1, 2, 3, 4, 5, 6]
    assert [s.is_oldest for s in found].count(True) == 1


def test_neighbours_that_are_due_are_one_run_with_what_lies_between(workspace: Workspace, street: Street) -> None:
    known = stretches_of(workspace)
    run = next(block for block in blocks(known) if len(block) >= 5)
    names = [known.ids[n] for n in run]
    walk(workspace, NOON - timedelta(days=40), list(known.ids))
    walk(workspace, NOON - timedelta(days=20), [names[1]])
    walk(workspace, NOON, [name for name in known.ids if name not in (names[1], names[3])])
    (found,) = due_on(workspace)
    assert found.segments == tuple(names[1:4])
    assert (found.id, found.text) == (names[0], "最久的一段41天没走到")
    assert found.label == f"{known.run_span(run[1:4])}沿路走一遍"
    assert found.pavement[0] == known.pavement(run[1])[0] and found.pavement[-1] == known.pavement(run[3])[-1]
    assert set(known.along(found.pavement)) == set(found.segments)
    assert not due_on(workspace, walked=frozenset(names))


def test_a_street_walked_by_day_alone_is_due_in_the_evening(workspace: Workspace, street: Street) -> None:
    known = stretches_of(workspace)
    for days in (60, 0):
        walk(workspace, NOON - timedelta(days=days), list(known.ids))
    by_day, at_night = (due_on(workspace, part=part) for part in (Part.DAY, Part.EVENING))
    assert not by_day
    assert at_night
    assert {s.text for s in at_night} == {"晚上还没走到过"}


def points_of(ws: Workspace) -> list[int]:
    """Points of the runs of the next shift, rising."""
    from mapsvc.operations import demand

    with ws.read() as conn:
        found = demand.candidates(conn, ws.clock(), 30, None, ws.gazetteer)
    return sorted(r.points for c in found for r in c.reasons if r.code == "coverage")


def test_a_run_counts_more_than_a_call_and_less_than_what_somebody_waits_for(
    workspace: Workspace, street: Street
) -> None:
    from mapsvc.domain.demand import SHIPPED
    from mapsvc.operations.demands.coverage import most_points

    known = stretches_of(workspace)
    walk(workspace, NOON - timedelta(days=DUE_DAYS + GO_AFTER_DAYS - 2), list(known.ids))
    found = points_of(workspace)
    assert found == [4 + GROWS_DAYS] * 4
    assert SHIPPED["call"].points < found[0] < SHIPPED["return_visit"].points
    assert found[0] < most_points(SHIPPED) < min(SHIPPED[code].points for code in ("promise", "special", "issue"))


def test_once_a_week_somebody_goes_to_what_has_waited_longest(workspace: Workspace, street: Street) -> None:
    from mapsvc.domain.patrol import PlanRequest, Shift
    from mapsvc.operations import plans
    from mapsvc.store.tables import patrol_plan

    known = stretches_of(workspace)
    walk(workspace, NOON - timedelta(days=60), list(known.ids))
    low, high = points_of(workspace)[-2:]
    assert low == 14 and high > GO_POINTS
    yesterday = PlanRequest(TODAY - timedelta(days=1), Shift.DAY, ("小陈",), 240)
    made = plans.make_plan(workspace, street.secretary, yesterday)
    assert any(stop.points >= GO_POINTS for route in made.routes for stop in route.stops)
    # As a draft it sends nobody out.
    assert points_of(workspace)[-1] == high
    plans.publish_plan(workspace, street.secretary, made.id)
    # Presses still, alone.
    assert points_of(workspace)[-2:] == [14, 24]
    with workspace.write() as conn:
        conn.execute(update(patrol_plan).where(patrol_plan.c.id == made.id).values(day=TODAY - timedelta(days=7)))
    assert points_of(workspace)[-1] == high


def test_a_run_that_was_done_is_walked_as_a_whole(workspace: Workspace, street: Street) -> None:
    from mapsvc.domain.patrol import PlanRequest, Shift
    from mapsvc.domain.walks import StepOutcome
    from mapsvc.operations import plans, walks

    walk(workspace, NOON - timedelta(days=60), list(stretches_of(workspace).ids))
    made = plans.make_plan(workspace, street.secretary, PlanRequest(TODAY, Shift.DAY, ("小陈",), 240))
    plans.publish_plan(workspace, street.secretary, made.id)
    (stop, *_) = [stop for route in made.routes for stop in route.stops if stop.ref.startswith("along:")]
    names = {ref.removeprefix("cell:") for ref in stop.also}
    begun = walks.NewWalk(uid("begun"), made.id, workspace.clock())
    walks.start_walk(workspace, street.chen, begun)
    # Met right after a stop that no plan knows: no way there can be told.
    for n, ref in enumerate(("shop:none", stop.ref)):
        at = workspace.clock() + timedelta(minutes=n)
        walks.record_step(workspace, street.chen, walks.NewStep(uid(f"step {n}"), begun.id, ref, StepOutcome.DONE, at))
    today = coverage(workspace, street.secretary, TODAY, TODAY)
    assert names and {s.id for s in today.walked()} == names


def test_with_what_waits_longest_comes_what_is_across_the_street(workspace: Workspace, street: Street) -> None:
    known = stretches_of(workspace)
    walk(workspace, NOON - timedelta(days=60), list(known.ids))
    first, across = due_on(workspace, most=1)
    assert (first.street, first.is_oldest, across.is_oldest) == (across.street, True, False)
    assert first.side != across.side
    here, there = (
        workspace.gazetteer.street(one.street).project(one.lon, one.lat).chainage_m for one in (first, across)
    )
    assert abs(here - there) <= MOST_M / 2
    walk(workspace, NOON, list(across.segments))
    assert [one.segments for one in due_on(workspace, most=1)] == [first.segments]


def test_however_an_office_weighs_a_run_it_counts_less_than_an_issue_due(workspace: Workspace, street: Street) -> None:
    from dataclasses import replace

    from mapsvc.domain.demand import SHIPPED
    from mapsvc.operations.demands.coverage import most_points

    low = {**SHIPPED, "issue": replace(SHIPPED["issue"], points=12)}
    none = {code: replace(weight, points=0) if code != "call" else weight for code, weight in SHIPPED.items()}
    assert (most_points(SHIPPED), most_points(low), most_points(none)) == (24, 11, 10)


def test_where_nothing_is_known_nothing_is_due(workspace: Workspace, street: Street) -> None:
    known = stretches_of(workspace)
    assert not due_on(workspace)
    walk(workspace, NOON - timedelta(days=DUE_DAYS - 2), [known.ids[0]])
    assert not due_on(workspace)
    walk(workspace, NOON - timedelta(days=DUE_DAYS), [known.ids[0]])
    found = due_on(workspace, most=len(known))
    assert {s.text for s in found} == {"还没走到过"}
    assert {name for s in found for name in s.segments} == set(known.ids[1:])


def test_a_plan_is_asked_to_walk_along_what_is_due(workspace: Workspace, street: Street) -> None:
    from mapsvc.operations import demand

    known = stretches_of(workspace)
    walk(workspace, NOON - timedelta(days=20), list(known.ids))
    walk(workspace, NOON, list(known.ids[3:]))
    with workspace.read() as conn:
        found = demand.candidates(conn, workspace.clock(), 30, None, workspace.gazetteer)
        again = demand.candidates(conn, workspace.clock(), 30, None, workspace.gazetteer, walked=known.ids[:3])
    (along,) = [c for c in found if any(r.code == "coverage" for r in c.reasons)]
    assert (along.ref, along.also) == (f"along:{known.ids[0]}", tuple(f"cell:{name}" for name in known.ids[:3]))
    assert set(known.along(along.stretch)) == set(known.ids[:3])
    assert (along.reasons[0].text, along.service_min, along.must) == ("21天没走到", 0, False)
    assert not [c for c in again if c.stretch]


def test_no_place_is_forgotten(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    """Twelve weeks of one walk a day that reaches all it is offered: no gap grows beyond a bound."""
    known = stretches_of(workspace)
    longest = 0
    last = dict.fromkeys(known.ids, TODAY - timedelta(days=1))
    walk(workspace, NOON, list(known.ids))
    for n in range(84):
        day = TODAY + timedelta(days=n)
        found = due_on(workspace, day, PARTS[n % len(PARTS)])
        at = datetime(day.year, day.month, day.day, (0, 4, 12)[n % 3], tzinfo=UTC)
        names = [name for run in found for name in run.segments]
        if names:
            walk(workspace, at, names)
        for name in names:
            longest = max(longest, (day - last[name]).days)
            last[name] = day
    gaps = [(TODAY + timedelta(days=84) - day).days for day in last.values()]
    # Everything once in (runs / what a shift is offered) walks, and a fortnight of rest.
    assert max(longest, *gaps) <= DUE_DAYS + len(blocks(known)) / 3 + 3
