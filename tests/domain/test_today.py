"""What is due at a door on a day, as which visit, and in which words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.cases import CaseState
from mapsvc.domain.shops import ShopState
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.domain.today import Code, Promised, Standing, Trouble, clipped, due_today
from mapsvc.domain.visits import Outcome, VisitKind

DAY = date(2026, 11, 23)


def at(days: int, hour: int = 15) -> datetime:
    """So many days after DAY."""
    return datetime(DAY.year, DAY.month, DAY.day, hour, tzinfo=OFFICE_ZONE) + timedelta(days=days)


MET = at(-5)


def codes(door: Standing) -> list[str]:
    return [reason.code.value for reason in due_today(door, DAY, 30).reasons]


def texts(door: Standing) -> list[str]:
    return [reason.text for reason in due_today(door, DAY, 30).reasons]


@pytest.mark.parametrize(("days", "due"), [(-29, False), (-30, True), (-90, True)])
def test_a_call_is_due_when_nobody_was_met_for_a_month(days: int, due: bool) -> None:
    found = due_today(Standing(ShopState.OPEN, last_met_at=at(days)), DAY, 30)
    assert found.is_due is due
    assert found.kind is VisitKind.REGULAR
    assert [r.text for r in found.reasons] == ([f"{-days}天没走到"] if due else [])


def test_days_are_the_offices_not_spans_of_24_hours() -> None:
    late_in_the_evening = datetime(2026, 10, 24, 23, 50, tzinfo=OFFICE_ZONE)
    assert due_today(Standing(ShopState.OPEN, last_met_at=late_in_the_evening), DAY, 30).is_due


@pytest.mark.parametrize(("days", "text"), [(-3, "答应的事过了3天"), (0, "答应的事今天到期"), (1, "答应的事明天到期")])
def test_a_promise_is_due_until_the_day_after(days: int, text: str) -> None:
    door = Standing(ShopState.OPEN, last_met_at=MET, promises=(Promised("问好回话", MET, at(days, 17)),))
    assert texts(door) == [f"{text}：问好回话"]
    assert due_today(door, DAY, 30).promises_due == 1


def test_a_promise_for_friday_is_no_reason_on_monday() -> None:
    assert codes(Standing(ShopState.OPEN, last_met_at=MET, promises=(Promised("回话", MET, at(4)),))) == []


def test_a_promise_without_a_day_comes_up_after_a_week() -> None:
    def door(given_days_ago: int) -> Standing:
        return Standing(ShopState.OPEN, last_met_at=MET, promises=(Promised("回话", at(-given_days_ago)),))

    assert codes(door(3)) == []
    assert codes(door(6)) == codes(door(40)) == ["promise"]


def test_a_return_visit_is_due_from_its_day_on_and_makes_the_visit_a_follow_up() -> None:
    def door(days: int) -> Standing:
        waits = Trouble("L0012", CaseState.CLOSED, "招牌松了", return_visit_due_at=at(days))
        return Standing(ShopState.OPEN, last_met_at=MET, troubles=(waits,))

    assert due_today(door(0), DAY, 30).kind is VisitKind.FOLLOW_UP
    assert texts(door(0)) == ["回访：招牌松了，看效果"]
    assert not due_today(door(1), DAY, 30).is_due


@pytest.mark.parametrize(
    ("trouble", "due"),
    [
        (Trouble("09005", CaseState.HANDLING, due_at=at(2)), False),
        (Trouble("09005", CaseState.HANDLING, due_at=at(0)), True),
        (Trouble("09005", CaseState.HANDLING, due_at=at(-2)), True),
        (Trouble("09005", CaseState.SUSPENDED, due_at=at(-2)), False),
        (Trouble("L0005", CaseState.HANDLING, due_at=at(2)), True),
        (Trouble("L0005", CaseState.SUSPENDED, due_at=at(2)), False),
        (Trouble("09005", CaseState.HANDLING, due_at=at(2), is_supervised=True), True),
    ],
)
def test_an_issue_is_a_reason_when_it_is_serious_or_its_time_runs_out(trouble: Trouble, due: bool) -> None:
    found = due_today(Standing(ShopState.OPEN, last_met_at=MET, troubles=(trouble,)), DAY, 30)
    assert found.is_due is due
    assert found.kind is (VisitKind.SPECIAL if due else VisitKind.REGULAR)


def test_an_issue_in_hand_is_said_to_who_goes_anyway() -> None:
    door = Standing(ShopState.OPEN, last_met_at=at(-40), troubles=(Trouble("L0001", CaseState.HANDLING, due_at=at(3)),))
    assert texts(door) == ["渗漏水在处理，问进度", "40天没走到"]
    assert due_today(door, DAY, 30).kind is VisitKind.REGULAR


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, ["新店，7天内上门（11月30日前）"]),
        (-9, ["新店，7天内上门（11月21日前，过了2天）"]),
        (-61, ["还没走到过"]),
        (1, []),
    ],
)
def test_a_new_shop_is_to_be_called_on_within_a_week(days: int, expected: list[str]) -> None:
    assert texts(Standing(ShopState.OPEN, started_on=DAY + timedelta(days=days))) == expected


def test_a_shop_of_which_nothing_is_known_was_never_reached() -> None:
    assert texts(Standing(ShopState.OPEN)) == ["还没走到过"]


PROMISES = st.builds(Promised, st.text(max_size=40), st.integers(-60, 0).map(at), st.integers(-60, 60).map(at))
TROUBLES = st.builds(
    Trouble,
    st.sampled_from(["L0001", "L0005", "09005"]),
    st.sampled_from([s for s in CaseState if s is not CaseState.REJECTED]),
    due_at=st.none() | st.integers(-20, 20).map(at),
    return_visit_due_at=st.none() | st.integers(-20, 20).map(at),
    is_supervised=st.booleans(),
)
DOORS = st.builds(
    Standing,
    st.sampled_from(ShopState),
    st.none() | st.integers(-200, 10).map(lambda n: DAY + timedelta(days=n)),
    st.none() | st.integers(-200, 0).map(at),
    st.none() | st.sampled_from(Outcome),
    st.lists(PROMISES, max_size=3).map(tuple),
    st.lists(TROUBLES, max_size=3).map(tuple),
)


@given(DOORS)
def test_nothing_is_due_at_shut_doors_nor_where_somebody_was_met_today(door: Standing) -> None:
    found = due_today(door, DAY, 30)
    if door.state in (ShopState.VACANT, ShopState.CLOSED) or door.visited_today in (Outcome.MET, Outcome.CHANGED):
        assert not found.is_due
    assert found.is_due or (found.reasons, found.pressing, found.promises_due) == ((), 0, 0)


@given(DOORS)
def test_who_is_due_has_a_reason_and_overdue_promises_come_before_all(door: Standing) -> None:
    found = due_today(door, DAY, 30)
    assert bool(found.reasons) is found.is_due
    late = [p for p in door.promises if p.due_day < DAY]
    if found.is_due and late:
        assert found.reasons[0].code is Code.PROMISE
        assert found.pressing >= 16
    elif found.is_due:
        assert found.pressing < 16


def test_long_texts_are_cut_on_one_line() -> None:
    assert clipped("一\n二  三", 9) == "一 二 三"
    assert clipped("一二三四五", 4) == "一二三…"
