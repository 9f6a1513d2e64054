"""巡查轻重: the office's own numbers over those shipped, all at once, taken back, and what plans make of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.demand import SHIPPED
from mapsvc.errors import Forbidden, Refused
from mapsvc.operations import demand, patrol_weights
from tests.support.acts import acts_on
from tests.support.street import Street

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock


def as_shipped(ws: Workspace, street: Street) -> bool:
    return not any(line.is_own for line in patrol_weights.list_weights(ws, street.secretary))


def test_every_reason_is_weighed_as_shipped_at_first(workspace: Workspace, street: Street) -> None:
    lines = patrol_weights.list_weights(workspace, street.office)
    assert {line.code: line.weight for line in lines} == SHIPPED
    assert as_shipped(workspace, street)


def test_what_is_set_holds_and_says_what_was_before(workspace: Workspace, street: Street) -> None:
    before = patrol_weights.set_weights(workspace, street.secretary, {"call": (30, 2, 6), "issue": (25, 3, 8)})
    assert before == {"call": SHIPPED["call"]}
    (own,) = (line for line in patrol_weights.list_weights(workspace, street.secretary) if line.is_own)
    assert (own.code, own.weight.points, own.weight.growth, own.weight.minutes) == ("call", 30, 2, 6)
    assert own.shipped == SHIPPED["call"]
    undone = {code: (w.points, w.growth, w.minutes) for code, w in before.items()}
    patrol_weights.set_weights(workspace, street.secretary, undone)
    assert as_shipped(workspace, street)
    assert acts_on(workspace, "patrol_weight") == ["set_patrol_weight", "reset_patrol_weight"]


def test_all_go_back_to_what_was_shipped_at_once(workspace: Workspace, street: Street) -> None:
    patrol_weights.set_weights(workspace, street.secretary, {"call": (30, 2, 6), "pin": (1, 0, 1)})
    before = patrol_weights.reset_weights(workspace, street.secretary)
    assert {code: w.points for code, w in before.items()} == {"call": 30, "pin": 1}
    assert as_shipped(workspace, street)
    assert patrol_weights.reset_weights(workspace, street.secretary) == {}


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"call": (-1, 0, 0)}, "points-call"),
        ({"call": (1, 51, 0)}, "growth-call"),
        ({"pin": (1, 0, 121)}, "minutes-pin"),
        ({"nothing": (1, 0, 0)}, "code"),
    ],
)
def test_what_is_out_of_range_is_refused_beside_its_field_and_nothing_changes(
    workspace: Workspace, street: Street, wanted: dict[str, tuple[int, int, int]], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        patrol_weights.set_weights(workspace, street.secretary, {"issue": (99, 0, 1)} | wanted)
    assert refused.value.problems[0].field == field
    assert as_shipped(workspace, street)


def test_who_walks_does_not_weigh(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        patrol_weights.set_weights(workspace, street.chen, {"call": (30, 2, 6)})


def test_plans_weigh_by_the_offices_numbers(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    def door() -> tuple[int, int]:
        with workspace.read() as conn:
            found = demand.candidates(conn, clock() + timedelta(hours=9), 30, None)
        stop = next(c for c in found if c.shop == "LT0001")
        return stop.points, stop.service_min

    points, minutes = door()
    patrol_weights.set_weights(workspace, street.secretary, {"call": (SHIPPED["call"].points + 7, 1, 12)})
    assert door() == (points + 7, minutes - SHIPPED["call"].minutes + 12)


def test_for_what_counts_nothing_nobody_is_sent_out(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    patrol_weights.set_weights(workspace, street.secretary, {"call": (0, 0, 5)})
    with workspace.read() as conn:
        assert demand.candidates(conn, clock(), 30, None) == ()
        (named,) = demand.candidates(conn, clock(), 30, None, must=["LT0001"])
    assert named.shop == "LT0001"
