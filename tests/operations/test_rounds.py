"""护卫队路线: laid out by house numbers or around a place, ended and taken up again, walked along in a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.coverage import Part
from mapsvc.domain.patrol import Candidate, Reason, Shift
from mapsvc.domain.rounds import EVERY_DAY, GuardRound, weekday_words
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import rounds
from mapsvc.operations.round_picks import Pick, around, between, choices, segments_of
from mapsvc.operations.round_walks import walk_of
from mapsvc.operations.rounds import NewRound
from mapsvc.operations.stretches import stretches_of
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

TODAY = date(2026, 11, 23)
WEST = "岚皋西路"


def new(ws: Workspace, name: str = "一圈", **values: object) -> NewRound:
    """A round on the odd side of 岚皋西路, from 1 to 59."""
    made = NewRound(uid(name), name, between(ws, Pick(WEST, "odd", 1, 59)), Shift.MORNING, EVERY_DAY)
    return replace(made, **values)  # type: ignore[arg-type]


def test_numbers_from_to_pick_the_stretches_that_hold_them(workspace: Workspace) -> None:
    known = stretches_of(workspace)
    found = between(workspace, Pick(WEST, "odd", 20, 60))
    assert {known.segments[known.number[s]].side for s in found} == {"odd"}
    numbers = workspace.gazetteer.numbers[WEST]
    middle = numbers.chainage(41)
    assert any(known.segments[known.number[s]].from_m <= middle < known.segments[known.number[s]].to_m for s in found)
    assert set(found) < set(between(workspace, Pick(WEST, "odd")))
    assert len(between(workspace, Pick(WEST))) == 2 * len(between(workspace, Pick(WEST, "even")))


def test_a_street_without_numbers_and_reversed_ends_are_refused(workspace: Workspace) -> None:
    with pytest.raises(Refused, match="没有门牌"):
        between(workspace, Pick("石泉路"))
    with pytest.raises(Refused, match="不能小于"):
        between(workspace, Pick(WEST, "odd", 60, 20))


def test_around_a_place_both_sides_are_walked(workspace: Workspace, street: Street) -> None:
    known = stretches_of(workspace)
    found = [known.segments[known.number[s]] for s in around(workspace, "PD0001")]
    assert {s.side for s in found} == {"odd", "even"}
    with pytest.raises(NotFound):
        around(workspace, "PD9999")


def test_what_is_picked_twice_is_walked_once(workspace: Workspace, street: Street) -> None:
    picks = [Pick(WEST, "odd", 1, 60), Pick(WEST, "both", 40, 80)]
    found = segments_of(workspace, street.secretary, picks, "PD0001", hot=True)
    assert len(set(found)) == len(found)
    assert set(found) >= set(between(workspace, picks[0])) | set(around(workspace, "PD0001"))


def test_a_round_is_laid_out_once_however_often_it_is_sent(workspace: Workspace, street: Street) -> None:
    first, is_new = rounds.make_round(workspace, street.secretary, new(workspace, place="PD0001"))
    again, is_new_again = rounds.make_round(workspace, street.secretary, new(workspace, name="别的"))
    assert (is_new, is_new_again) == (True, True)
    same, twice = rounds.make_round(workspace, street.secretary, new(workspace, place="PD0001"))
    assert (same, twice) == (first, False)
    listed = rounds.list_rounds(workspace, street.volunteer)
    assert {line.round.id for line in listed} == {first.id, again.id}
    line = next(line for line in listed if line.round.id == first.id)
    assert line.place and line.place.code == "PD0001"
    assert line.round.when == "每天早班"
    assert len(line.where) == 1 and line.where[0].startswith(f"{WEST}1–")
    assert line.length_m == pytest.approx(25 * len(first.segments))


def test_what_cannot_be_is_said_beside_every_field(workspace: Workspace, street: Street) -> None:
    bad = new(workspace, segments=("street:25:没有/odd/0",), weekdays="", until_day=date(2026, 11, 1))
    with pytest.raises(Refused) as refused:
        rounds.make_round(workspace, street.secretary, replace(bad, name=" "))
    assert {p.field for p in refused.value.problems} == {"name", "segments", "weekdays", "until"}
    with pytest.raises(NotFound):
        rounds.make_round(workspace, street.secretary, new(workspace, roster=uid("none")))


def test_only_who_plans_for_all_lays_out_and_ends(workspace: Workspace, street: Street) -> None:
    made, _ = rounds.make_round(workspace, street.secretary, new(workspace))
    for who in (street.chen, street.office, street.volunteer):
        with pytest.raises(Forbidden):
            rounds.make_round(workspace, who, new(workspace, name="二圈"))
        with pytest.raises(Forbidden):
            rounds.end_round(workspace, who, made.id)
        with pytest.raises(Forbidden):
            choices(workspace, who)
    with pytest.raises(Forbidden):
        rounds.list_rounds(workspace, street.property)


def test_a_round_is_ended_and_goes_on_after_all(workspace: Workspace, street: Street) -> None:
    made, _ = rounds.make_round(workspace, street.secretary, new(workspace))
    with pytest.raises(Conflict):
        rounds.resume_round(workspace, street.secretary, made.id)
    rounds.end_round(workspace, street.secretary, made.id)
    assert not rounds.rounds_on(workspace, street.secretary, TODAY, Shift.MORNING)
    assert not rounds.get_round(workspace, street.secretary, made.id).is_on
    with pytest.raises(Conflict):
        rounds.end_round(workspace, street.secretary, made.id)
    rounds.resume_round(workspace, street.secretary, made.id)
    assert rounds.rounds_on(workspace, street.secretary, TODAY, Shift.MORNING)
    with pytest.raises(NotFound):
        rounds.end_round(workspace, street.secretary, uid("none"))


def test_a_round_is_walked_on_its_weekdays_shift_and_days(workspace: Workspace, street: Street) -> None:
    rounds.make_round(
        workspace, street.secretary, new(workspace, weekdays="04", from_day=TODAY, until_day=date(2026, 11, 30))
    )

    def on(day: int, shift: Shift = Shift.MORNING) -> bool:
        return bool(rounds.rounds_on(workspace, street.secretary, date(2026, 11, day), shift))

    assert [day for day in range(16, 31) if on(day)] == [23, 27, 30]
    assert not on(23, Shift.EVENING)


def test_a_plan_walks_along_each_stretch_once(workspace: Workspace, street: Street) -> None:
    one, _ = rounds.make_round(workspace, street.secretary, new(workspace))
    more = between(workspace, Pick(WEST, "odd", 40, 90))
    two, _ = rounds.make_round(workspace, street.secretary, new(workspace, name="二圈", segments=more))
    with workspace.read() as conn:
        found = rounds.candidates(workspace, conn, TODAY, Shift.EVENING, [one.id, two.id, uid("none")])
        usual = rounds.candidates(workspace, conn, TODAY, Shift.MORNING)
        none = rounds.candidates(workspace, conn, TODAY, Shift.EVENING)
    assert [c.ref for c in found] == [
        f"cell:{s}" for s in rounds.in_order(stretches_of(workspace), [*one.segments, *more])
    ]
    assert {c.ref for c in usual} == {c.ref for c in found}
    assert not none
    assert all(c.must and len(c.stretch) > 1 and c.service_min == 0 for c in found)
    shared = next(c for c in found if c.ref == f"cell:{(set(one.segments) & set(more)).pop()}")
    assert shared.reasons[0].text == "护卫队路线：一圈、二圈"


def test_what_is_to_be_done_in_a_stretch_anyway_is_one_stop_with_it(workspace: Workspace, street: Street) -> None:
    made, _ = rounds.make_round(workspace, street.secretary, new(workspace))
    with workspace.read() as conn:
        along = rounds.candidates(workspace, conn, TODAY, Shift.MORNING, [made.id])
    hot = replace(along[0], reasons=(Reason("hot_cell", 25, "多"),), service_min=15, must=False, stretch=())
    door = Candidate("shop:LT0001", 121.42, 31.25, "27号", (Reason("call", 10, "该去了"),), 5, also=(along[1].ref,))
    found = {c.ref: c for c in rounds.with_rounds([hot, door], along)}
    assert set(found) == {"shop:LT0001", *(c.ref for c in along)}
    assert [r.code for r in found[hot.ref].reasons] == ["hot_cell", "round"]
    assert (found[hot.ref].service_min, found[hot.ref].must, found[hot.ref].stretch) == (15, True, along[0].stretch)
    assert found["shop:LT0001"].also == ()


def test_a_long_round_is_walked_in_a_few_runs_of_a_side(workspace: Workspace, street: Street) -> None:
    known = stretches_of(workspace)
    both = between(workspace, Pick(WEST, "both", 1, 250))
    made, _ = rounds.make_round(workspace, street.secretary, new(workspace, segments=both))
    part = both[: len(both) // 4]
    two, _ = rounds.make_round(workspace, street.secretary, new(workspace, name="二圈", segments=part))
    with workspace.read() as conn:
        found = rounds.candidates(workspace, conn, TODAY, Shift.MORNING, [made.id])
        shared = rounds.candidates(workspace, conn, TODAY, Shift.MORNING, [made.id, two.id])
    assert len(both) > rounds.SINGLY
    assert 2 <= len(found) <= 6
    for some in (found, shared):
        assert rounds.segments_of(some) == both
        for one in some:
            names = rounds.segments_of([one])
            assert len({known.segments[known.number[name]].side for name in names}) == 1
            assert known.length_m(names) <= 220
            assert set(known.along(one.stretch)) == set(names)
            assert (one.must, one.service_min) == (True, 0)
    told = {name: one.reasons[0].text for one in shared for name in rounds.segments_of([one])}
    assert {name for name, text in told.items() if text == "护卫队路线：一圈、二圈"} == set(part)


def test_where_one_stands_in_a_run_is_a_stop_of_its_own_beside_it(workspace: Workspace, street: Street) -> None:
    both = between(workspace, Pick(WEST, "both", 1, 250))
    made, _ = rounds.make_round(workspace, street.secretary, new(workspace, segments=both))
    with workspace.read() as conn:
        along = rounds.candidates(workspace, conn, TODAY, Shift.MORNING, [made.id])
    hot = Candidate(f"cell:{both[0]}", 121.42, 31.25, "1–23号", (Reason("hot_cell", 25, "多"),), 15)
    found = {c.ref: c for c in rounds.with_rounds([hot], along)}
    assert set(found) == {hot.ref, *(c.ref for c in along)}
    assert (found[hot.ref].stretch, found[hot.ref].must) == ((), False)
    assert set(rounds.segments_of(found.values())) == set(both[1:])
    assert {c.stretch for c in found.values()} >= {c.stretch for c in along}


def test_the_way_of_a_round_goes_out_on_one_side_and_back_on_the_other(workspace: Workspace, street: Street) -> None:
    both = between(workspace, Pick(WEST, "both", 1, 120))
    made, _ = rounds.make_round(workspace, street.secretary, new(workspace, segments=both))
    walk = walk_of(workspace, rounds.get_round(workspace, street.secretary, made.id))
    assert len(walk.steps) == 2
    assert {step.turn for step in walk.steps} - {""} <= {"过街，走双号侧", "过街，走单号侧"}
    assert sum(step.length_m for step in walk.steps) == pytest.approx(25 * len(both), abs=2)
    assert walk.length_m >= 25 * len(both)
    assert len(walk.along) == len(both)


def test_a_round_of_streets_that_are_gone_is_still_shown(workspace: Workspace, street: Street) -> None:
    from mapsvc.store import rounds as store

    made, _ = rounds.make_round(workspace, street.secretary, new(workspace))
    lost = replace(made, id=uid("lost"), segments=("street:25:没有的路/odd/0",))
    with workspace.write() as conn:
        store.add(conn, lost)
    line = rounds.get_round(workspace, street.secretary, lost.id)
    assert (line.where, line.length_m) == ((), 0)
    assert walk_of(workspace, line).steps == ()


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [("0123456", "每天"), ("01234", "周一到周五"), ("04", "周一、周五"), ("56", "周六、周日"), ("2", "周三")],
)
def test_weekdays_in_words(weekdays: str, words: str) -> None:
    assert weekday_words(weekdays) == words


def test_a_round_runs_from_its_first_to_its_last_day(clock: FixedClock) -> None:
    first, last = date(2026, 11, 2), date(2026, 11, 9)
    one = GuardRound("1", "一圈", ("a",), Shift.DAY, "0", first, clock(), last)
    assert [day for day in range(1, 20) if one.is_on(date(2026, 11, day), Shift.DAY)] == [2, 9]


def test_a_round_walked_without_a_phone_counts_as_walked(workspace: Workspace, street: Street) -> None:
    from mapsvc.operations.coverage import coverage
    from mapsvc.operations.walked_rounds import record_walk, take_back_walk, walked_days

    made, _ = rounds.make_round(workspace, street.secretary, new(workspace, shift=Shift.EVENING))
    yesterday = TODAY - timedelta(days=1)
    first, is_new = record_walk(workspace, street.secretary, uid("walk"), made.id, yesterday)
    same, twice = record_walk(workspace, street.secretary, uid("again"), made.id, yesterday)
    assert (is_new, same, twice) == (True, first, False)
    assert [one.day for one in walked_days(workspace, street.volunteer, made.id)] == [yesterday]
    found = coverage(workspace, street.secretary, yesterday, TODAY)
    assert tuple(s.id for s in found.walked(Part.EVENING)) == made.segments
    take_back_walk(workspace, street.secretary, first.id)
    assert not coverage(workspace, street.secretary, yesterday, TODAY).walked()
    assert not walked_days(workspace, street.secretary, made.id)
    with pytest.raises(NotFound):
        take_back_walk(workspace, street.secretary, first.id)


def test_who_says_that_a_round_was_walked_and_for_which_days(workspace: Workspace, street: Street) -> None:
    from mapsvc.operations.walked_rounds import record_walk

    made, _ = rounds.make_round(workspace, street.secretary, new(workspace))
    for days in (1, -15):
        with pytest.raises(Refused):
            record_walk(workspace, street.secretary, uid("walk"), made.id, TODAY + timedelta(days=days))
    with pytest.raises(Forbidden):
        record_walk(workspace, street.volunteer, uid("walk"), made.id)
    with pytest.raises(NotFound):
        record_walk(workspace, street.secretary, uid("walk"), uid("none"))
