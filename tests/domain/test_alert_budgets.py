"""The week's few warnings shared out between tests and calendar: neither drowns the other, nothing waits for ever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.alert_budgets import Spent, share_out

NAMES = st.integers(0, 6)
BUDGETS = st.integers(0, 5)


@given(NAMES, NAMES, NAMES, BUDGETS, st.integers(0, 5), st.integers(0, 3))
def test_nothing_is_lost_and_the_order_is_kept(
    tested: int, pressing: int, coming: int, budget: int, spent: int, certain: int
) -> None:
    sides = ([f"t{i}" for i in range(tested)], [f"p{i}" for i in range(pressing)], [f"c{i}" for i in range(coming)])
    own, shown, held = share_out(*sides, budget, Spent(spent, certain))
    assert sorted((*own, *shown, *held)) == sorted(one for side in sides for one in side)
    assert list(own) == [*sides[1], *sides[2]][: len(own)]
    assert list(shown) == sides[0][: len(shown)]


@given(NAMES, NAMES, NAMES, BUDGETS)
def test_a_week_stays_within_its_budget_but_for_what_presses(
    tested: int, pressing: int, coming: int, budget: int
) -> None:
    own, shown, _ = share_out(["t"] * tested, ["p"] * pressing, ["c"] * coming, budget, Spent())
    assert len(own) + len(shown) <= max(budget, budget - 1 + pressing, pressing)
    assert len(shown) >= min(tested, budget - 1)


@given(NAMES, NAMES, st.integers(1, 5))
def test_all_that_presses_is_shown_and_one_a_week_of_what_comes(tested: int, coming: int, budget: int) -> None:
    own, _, _ = share_out(["t"] * tested, ["p1", "p2"], ["c"] * coming, budget, Spent())
    assert own[:2] == ("p1", "p2")
    own, shown, _ = share_out(["t"] * tested, [], ["c"] * coming, budget, Spent())
    assert len(own) >= min(1, coming)
    assert len(shown) >= min(tested, budget - 1)


def test_later_looks_of_the_week_share_what_is_left() -> None:
    own, shown, held = share_out(["t1", "t2"], [], ["c1"], 3, Spent(tested=1, certain=1))
    assert (own, shown, held) == ((), ("t1",), ("c1", "t2"))
    own, shown, held = share_out([], [], ["c1", "c2"], 3, Spent(tested=1, certain=1))
    assert (own, shown, held) == (("c1",), (), ("c2",))
    own, shown, held = share_out(["t1"], ["p1"], [], 3, Spent(tested=2, certain=1))
    assert (own, shown, held) == (("p1",), (), ("t1",))


def test_places_that_tests_leave_go_to_the_calendar() -> None:
    own, shown, held = share_out(["t1"], [], ["c1", "c2", "c3"], 3, Spent())
    assert (own, shown, held) == (("c1", "c2"), ("t1",), ("c3",))
