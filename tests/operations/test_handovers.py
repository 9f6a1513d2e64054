"""顶班 and 交接: one act moves all doors of a worker with what was promised there, and can be taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mapsvc.domain.patrol import Candidate
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import history, shops
from mapsvc.operations.handovers import (
    choices,
    end_cover,
    get_handover,
    hand_over,
    list_handovers,
    preview_handover,
    undo_handover,
)
from mapsvc.operations.shop_changes import assign_worker
from mapsvc.operations.visits import NewIssue, NewPromise, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

TODAY = date(2026, 11, 23)
TOMORROW = TODAY + timedelta(days=1)
FRIDAY = date(2026, 11, 27)


def worker_of(ws: Workspace, street: Street, code: str = "LT0001") -> str | None:
    found = shops.get_shop(ws, street.secretary, code).shop.worker
    return found.nickname if found else None


@pytest.fixture
def promised(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """小陈 promised something at 27号 and reported a leak there."""
    made = NewPromise(uid("p"), "周五前请物业回话 电话13812345678", clock() + timedelta(days=4))
    leak = NewIssue(uid("leak"), "L0001", "天花板滴水")
    visit = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET, promises=(made,), issues=(leak,))
    record_visit(workspace, street.chen, visit)
    return made.id


def test_for_some_days_the_doors_are_somebody_elses_and_then_back(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    done = hand_over(workspace, street.secretary, "小陈", "小周", TOMORROW, FRIDAY)
    assert [door.code for door in done.doors] == ["LT0001"]
    said = []
    for _ in range(6):
        said.append(worker_of(workspace, street))
        clock.advance(days=1)
    assert said == ["小陈", "小周", "小周", "小周", "小周", "小陈"]


def test_for_good_the_doors_stay_with_the_taker_and_the_past_with_the_giver(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    hand_over(workspace, street.secretary, "小陈", "小周", TODAY)
    assert worker_of(workspace, street) == "小周"
    clock.advance(days=300)
    assert worker_of(workspace, street) == "小周"
    from mapsvc.store import shops as store

    with workspace.read() as conn:
        before = store.workers_of(conn, [uid("LT0001")], TODAY - timedelta(days=1))
    assert before[uid("LT0001")].nickname == "小陈"


def test_promises_and_issues_go_with_their_door_and_who_promised_stays(
    workspace: Workspace, street: Street, promised: str
) -> None:
    done = hand_over(workspace, street.secretary, "小陈", "小周", TODAY, FRIDAY)
    assert (done.promises, done.issues) == (1, 1)
    told = done.doors[0].promises[0]
    assert told.due_day == FRIDAY
    assert "13812345678" not in told.text
    detail = shops.get_shop(workspace, street.zhou, "LT0001")
    assert detail.promises[0].promised_by == uid("chen")
    # Who stands in may see the people of the door while it is theirs.
    assert detail.merchant is not None
    assert detail.merchant.name == "徐女士"
    assert history.shop_history(workspace, street.zhou, "LT0001").items[0].actor == "小陈"


def test_what_is_due_on_a_day_is_due_for_whoever_has_the_door_that_day(
    workspace: Workspace, street: Street, clock: FixedClock, promised: str
) -> None:
    from mapsvc.operations.demand import candidates

    hand_over(workspace, street.secretary, "小陈", "小周", TOMORROW, FRIDAY)

    def asked(n: int) -> tuple[Candidate, ...]:
        return candidates(conn, clock() + timedelta(days=n), 30, None, must=["LT0001"])

    with workspace.read() as conn:
        by_day = {n: next(c.worker for c in asked(n) if c.shop == "LT0001") for n in (0, 1, 4, 5)}
    assert by_day == {0: "小陈", 1: "小周", 4: "小周", 5: "小陈"}


def test_the_preview_says_the_same_and_writes_nothing(workspace: Workspace, street: Street, promised: str) -> None:
    seen = preview_handover(workspace, street.secretary, "小陈", "小周", TODAY, FRIDAY)
    assert list_handovers(workspace, street.secretary) == ()
    assert worker_of(workspace, street) == "小陈"
    done = hand_over(workspace, street.secretary, "小陈", "小周", TODAY, FRIDAY)
    assert (seen.doors, seen.from_name, seen.to_name) == (done.doors, done.from_name, done.to_name)


@pytest.mark.parametrize("last_day", [FRIDAY, None], ids=["days", "good"])
def test_undone_it_is_as_if_it_had_never_been(
    workspace: Workspace, street: Street, clock: FixedClock, last_day: date | None
) -> None:
    done = hand_over(workspace, street.secretary, "小陈", "小周", TODAY, last_day)
    undo_handover(workspace, street.secretary, done.handover.id)
    for _ in range(3):
        assert worker_of(workspace, street) == "小陈"
        clock.advance(days=2)
    listed = list_handovers(workspace, street.secretary)
    assert [(h.handover.is_undone, h.may_undo) for h in listed] == [(True, False)]
    with pytest.raises(Conflict, match="已经撤销过"):
        undo_handover(workspace, street.secretary, done.handover.id)


def test_who_is_back_sooner_has_the_doors_from_tomorrow_on(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    outer = hand_over(workspace, street.secretary, "小陈", "小周", TODAY, FRIDAY)
    inner = hand_over(workspace, street.secretary, "小周", "王书记", TODAY, TOMORROW)
    with pytest.raises(Conflict, match="小周交给王书记"):
        end_cover(workspace, street.secretary, outer.handover.id)
    assert end_cover(workspace, street.secretary, inner.handover.id).last_day == TODAY
    with pytest.raises(Conflict, match="不是正在顶的班"):
        end_cover(workspace, street.secretary, inner.handover.id)
    said = []
    for _ in range(6):
        said.append((worker_of(workspace, street), worker_of(workspace, street, "LT0002")))
        clock.advance(days=1)
    assert said == [("王书记", "王书记"), *[("小周", "小周")] * 4, ("小陈", "小周")]


def test_a_cover_ended_early_can_still_be_undone(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    done = hand_over(workspace, street.chen, "小陈", "小周", TODAY, FRIDAY)
    clock.advance(days=1)
    end_cover(workspace, street.chen, done.handover.id)
    assert worker_of(workspace, street) == "小周"
    undo_handover(workspace, street.chen, done.handover.id)
    assert worker_of(workspace, street) == "小陈"


def test_what_went_on_from_a_handover_must_be_undone_first(workspace: Workspace, street: Street) -> None:
    first = hand_over(workspace, street.secretary, "小陈", "小周", TODAY)
    second = hand_over(workspace, street.secretary, "小周", "王书记", TOMORROW, FRIDAY)
    third = hand_over(workspace, street.secretary, "小周", "王书记", FRIDAY + timedelta(days=1))
    undo_handover(workspace, street.secretary, second.handover.id)
    with pytest.raises(Conflict, match="小周交给王书记，11月28日起"):
        undo_handover(workspace, street.secretary, first.handover.id)
    undo_handover(workspace, street.secretary, third.handover.id)
    undo_handover(workspace, street.secretary, first.handover.id)
    assert (worker_of(workspace, street), worker_of(workspace, street, "LT0002")) == ("小陈", "小周")


def test_after_a_month_a_handover_is_on_record_for_good(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    done = hand_over(workspace, street.secretary, "小陈", "小周", TODAY)
    clock.advance(days=32)
    with pytest.raises(Conflict, match="留作记录"):
        undo_handover(workspace, street.secretary, done.handover.id)
    assert [h.may_undo for h in list_handovers(workspace, street.secretary)] == [False]


@pytest.mark.parametrize(
    ("giver", "taker", "first", "last", "field"),
    [
        ("小王", "小周", TODAY, None, "from"),
        ("小陈", "小王", TODAY, None, "to"),
        ("小陈", "小陈", TODAY, None, "to"),
        ("王书记", "小周", TODAY, None, "from"),
        ("小陈", "小周", FRIDAY, TODAY, "until"),
        ("小陈", "小周", TODAY - timedelta(days=32), None, "from_day"),
        ("小陈", "小周", TODAY + timedelta(days=400), None, "from_day"),
    ],
    ids=["unknown giver", "unknown taker", "same", "no doors", "ends first", "long ago", "far ahead"],
)
def test_what_cannot_be_is_said_in_a_sentence_and_changes_nothing(
    workspace: Workspace, street: Street, giver: str, taker: str, first: date, last: date | None, field: str
) -> None:
    with pytest.raises(Refused) as told:
        hand_over(workspace, street.secretary, giver, taker, first, last)
    assert [p.field for p in told.value.problems] == [field]
    assert list_handovers(workspace, street.secretary) == ()


def test_nobody_is_covered_twice_nor_by_somebody_who_is_away(workspace: Workspace, street: Street) -> None:
    hand_over(workspace, street.secretary, "小陈", "小周", TODAY, FRIDAY)
    with pytest.raises(Refused, match="11月23日到11月27日已经有人顶班"):
        hand_over(workspace, street.secretary, "小陈", "王书记", FRIDAY, FRIDAY)
    with pytest.raises(Refused, match="小陈11月23日到11月27日自己请了人顶班"):
        hand_over(workspace, street.secretary, "小周", "小陈", FRIDAY, FRIDAY)
    after = FRIDAY + timedelta(days=1)
    assert hand_over(workspace, street.secretary, "小陈", "王书记", after, after).doors


def test_yesterdays_cover_can_be_written_down_afterwards(workspace: Workspace, street: Street) -> None:
    yesterday = TODAY - timedelta(days=1)
    hand_over(workspace, street.secretary, "小陈", "小周", yesterday, yesterday)
    assert worker_of(workspace, street) == "小陈"


def test_a_worker_finds_a_stand_in_for_the_own_doors_for_two_weeks(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Refused, match="14天"):
        hand_over(workspace, street.chen, "小陈", "小周", TODAY, TODAY + timedelta(days=14))
    with pytest.raises(Refused, match="以前的日子"):
        hand_over(workspace, street.chen, "小陈", "小周", TODAY - timedelta(days=1), TODAY)
    with pytest.raises(Forbidden):
        hand_over(workspace, street.chen, "小周", "小陈", TODAY, TODAY)
    with pytest.raises(Forbidden):
        hand_over(workspace, street.chen, "小陈", "小周", TODAY)
    done = hand_over(workspace, street.chen, "小陈", "小周", TODAY, TODAY + timedelta(days=13))
    assert [h.made_by for h in list_handovers(workspace, street.secretary)] == ["小陈"]
    # Who takes over reads the sheet; only who gave, and the secretary, take it back.
    assert get_handover(workspace, street.zhou, done.handover.id).doors
    with pytest.raises(Forbidden):
        undo_handover(workspace, street.zhou, done.handover.id)
    undo_handover(workspace, street.chen, done.handover.id)


def test_a_shop_given_away_by_hand_is_no_longer_covered_for_who_had_it(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    hand_over(workspace, street.secretary, "小陈", "小周", TODAY, FRIDAY)
    assign_worker(workspace, street.secretary, "LT0001", "王书记", TOMORROW)
    said = []
    for _ in range(3):
        said.append(worker_of(workspace, street))
        clock.advance(days=1)
    assert said == ["小周", "王书记", "王书记"]


def test_others_see_no_list_and_unknown_ones_are_not_found(workspace: Workspace, street: Street) -> None:
    for nobody in (street.volunteer, street.property):
        with pytest.raises(Forbidden):
            list_handovers(workspace, nobody)
    with pytest.raises(NotFound):
        get_handover(workspace, street.secretary, "nothing")


def test_a_worker_chooses_a_stand_in_for_the_own_doors_the_secretary_anybody(
    workspace: Workspace, street: Street
) -> None:
    own = choices(workspace, street.chen)
    assert (own.givers, own.takers, own.may_for_good) == (("小陈",), ("小周", "小陈", "王书记"), False)
    every = choices(workspace, street.secretary)
    assert (every.givers, every.may_for_good) == (every.takers, True)
