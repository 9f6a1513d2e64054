"""指定要去: stops pinned from day to day, whose they are, how they end, and that patrols walk to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.patrol import Shift
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import demand, pins
from mapsvc.operations.pins import NewPin
from tests.support.acts import acts_on
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.domain.patrol import Candidate
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

TODAY = date(2026, 11, 23)
NEW = NewPin(uid("pin"), "PD0001", TODAY, TODAY + timedelta(days=2), text="看看垃圾有没有堆")


def wanted(ws: Workspace, day: date = TODAY, shift: Shift = Shift.EVENING) -> dict[str, Candidate]:
    """What is walked to on a shift of `day`, by ref."""
    at = ws.clock() + timedelta(days=(day - TODAY).days)
    with ws.read() as conn:
        found = demand.candidates(conn, at, 30, None, ws.gazetteer, (), shift)
    return {c.ref: c for c in found}


def pinned(ws: Workspace, day: date = TODAY, shift: Shift = Shift.EVENING) -> set[str]:
    return {ref for ref, c in wanted(ws, day, shift).items() if any(r.code == "pin" for r in c.reasons)}


def test_a_pin_is_walked_to_on_its_days_and_no_others(workspace: Workspace, street: Street) -> None:
    made, is_new = pins.pin_stop(workspace, street.secretary, NEW)
    assert is_new
    assert (made.ref, made.label) == ("place:PD0001", "橙子公寓旁空地")
    days = [TODAY + timedelta(days=n) for n in (0, 2, 3)]
    assert [bool(pinned(workspace, day)) for day in days] == [True, True, False]
    (stop,) = (c for c in wanted(workspace).values() if any(r.code == "pin" for r in c.reasons))
    assert "指定要去：看看垃圾有没有堆" in [r.text for r in stop.reasons]
    assert not stop.must
    assert stop.windows == ()


def test_a_pin_of_one_shift_is_none_of_the_others(workspace: Workspace, street: Street) -> None:
    pins.pin_stop(workspace, street.secretary, replace(NEW, shift=Shift.MORNING))
    assert [bool(pinned(workspace, shift=shift)) for shift in Shift] == [True, False, False]


def test_a_must_is_one_and_a_named_walker_has_it(workspace: Workspace, street: Street) -> None:
    pins.pin_stop(workspace, street.secretary, replace(NEW, where="LT0002", worker="小陈", is_must=True))
    stop = wanted(workspace)["shop:LT0002"]
    assert (stop.must, stop.worker) == (True, "小陈")


def test_the_same_id_again_changes_nothing(workspace: Workspace, street: Street) -> None:
    first, _ = pins.pin_stop(workspace, street.secretary, NEW)
    again, is_new = pins.pin_stop(workspace, street.secretary, replace(NEW, text="别的"))
    assert (again, is_new) == (first, False)


@pytest.mark.parametrize(
    ("where", "ref"),
    [("LT0001", "shop:LT0001"), (" pd0001 ", "place:PD0001"), ("岚皋路236号", "at:"), ("121.4193，31.2523", "at:")],
)
def test_a_place_is_told_by_code_by_number_or_by_position(
    workspace: Workspace, street: Street, where: str, ref: str
) -> None:
    made, _ = pins.pin_stop(workspace, street.secretary, replace(NEW, where=where))
    assert made.ref.startswith(ref)
    assert abs(made.lon - 121.42) < 0.01


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"where": "没有这家"}, "where"),
        ({"where": ""}, "where"),
        ({"where": "31.25,121.42"}, "where"),
        ({"where": "南京东路20号"}, "where"),
        ({"from_day": TODAY - timedelta(days=1)}, "from"),
        ({"until_day": TODAY - timedelta(days=1)}, "until"),
        ({"until_day": TODAY + timedelta(days=200)}, "until"),
        ({"text": "长" * 61}, "text"),
        ({"worker": "无此人"}, "worker"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    workspace: Workspace, street: Street, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        pins.pin_stop(workspace, street.secretary, replace(NEW, **changed))
    assert refused.value.problems[0].field == field
    assert pins.list_pins(workspace, street.secretary) == ()


def test_ended_nobody_goes_and_taken_up_again_somebody_does(workspace: Workspace, street: Street) -> None:
    made, _ = pins.pin_stop(workspace, street.secretary, NEW)
    pins.end_pin(workspace, street.secretary, made.id)
    assert pinned(workspace) == set()
    assert pins.list_pins(workspace, street.secretary) == ()
    pins.restore_pin(workspace, street.secretary, made.id)
    assert len(pinned(workspace)) == 1
    assert acts_on(workspace, "patrol_pin") == ["pin_stop", "end_pin", "restore_pin"]


def test_a_pin_whose_days_are_over_is_not_taken_up_again(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    made, _ = pins.pin_stop(workspace, street.secretary, NEW)
    pins.end_pin(workspace, street.secretary, made.id)
    clock.advance(days=3)
    with pytest.raises(Conflict):
        pins.restore_pin(workspace, street.secretary, made.id)


def test_a_worker_pins_for_themselves_and_ends_their_own(workspace: Workspace, street: Street) -> None:
    own, _ = pins.pin_stop(workspace, street.chen, NEW)
    assert own.person == "小陈"
    with pytest.raises(Forbidden):
        pins.pin_stop(workspace, street.chen, replace(NEW, id=uid("other"), worker="小周"))
    with pytest.raises(Forbidden):
        pins.end_pin(workspace, street.zhou, own.id)
    assert pins.list_pins(workspace, street.zhou) == ()
    assert pins.list_pins(workspace, street.chen) == (own,)
    assert pins.end_pin(workspace, street.chen, own.id).ended_at is not None


def test_what_is_unknown_is_not_found(workspace: Workspace, street: Street) -> None:
    with pytest.raises(NotFound):
        pins.end_pin(workspace, street.secretary, uid("nothing"))


def test_no_number_of_anybody_stands_in_a_pin(workspace: Workspace, street: Street) -> None:
    made, _ = pins.pin_stop(workspace, street.secretary, replace(NEW, text="先打13812345678"))
    assert "12345678" not in made.text
