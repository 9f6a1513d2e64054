"""The guard team's slots: as many as are wanted and no more, however many press at once; nicknames are forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from mapsvc.domain.rosters import Shift
from mapsvc.errors import Conflict
from mapsvc.operations import rosters
from mapsvc.operations.retention import clear_up
from mapsvc.operations.rosters import NewRoster
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street

WEEK = NewRoster(
    "转角护卫队", date(2026, 11, 23), date(2026, 11, 25), {Shift.MORNING: (7, 8), Shift.EVENING: (19, 20)}, 2,
    "弄口", "PD0001",
)  # fmt: skip


def test_slots_that_are_over_already_are_not_laid_out(workspace: Workspace, street: Street) -> None:
    made = rosters.make_roster(workspace, street.secretary, WEEK)
    slots = rosters.get_roster(workspace, street.secretary, made.id).slots
    assert [(s.slot.day.day, s.slot.shift.value) for s in slots] == [
        (23, "evening"), (24, "morning"), (24, "evening"), (25, "morning"), (25, "evening"),
    ]  # fmt: skip


def test_however_many_press_at_once_no_more_join_than_are_wanted(workspace: Workspace, street: Street) -> None:
    made = rosters.make_roster(workspace, street.secretary, WEEK)
    slot = rosters.get_roster(workspace, street.secretary, made.id).slots[0].slot

    def press(n: int) -> bool:
        try:
            rosters.join(workspace, made.token, slot.id, f"邻居{n}")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(press, range(6))) == 2
    line = rosters.get_roster(workspace, street.secretary, made.id).slots[0]
    assert line.missing == 0 and len(line.names) == 2
    assert not rosters.get_roster(workspace, street.chen, made.id).slots[0].names


def test_the_own_slot_is_kept_once_and_given_back_by_who_holds_it(workspace: Workspace, street: Street) -> None:
    made = rosters.make_roster(workspace, street.secretary, WEEK)
    slot = rosters.get_roster(workspace, street.secretary, made.id).slots[0].slot
    first = rosters.join(workspace, made.token, slot.id, "张阿姨")
    assert rosters.join(workspace, made.token, slot.id, "又一次", [first.id]) == first
    rosters.leave(workspace, made.token, slot.id, ["0" * 36])
    assert rosters.open_link(workspace, made.token, [first.id]).mine  # type: ignore[union-attr]
    rosters.leave(workspace, made.token, slot.id, [first.id])
    assert not rosters.open_link(workspace, made.token, [first.id]).mine  # type: ignore[union-attr]


def test_nicknames_are_forgotten_two_weeks_after_their_slot(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    made = rosters.make_roster(workspace, street.secretary, WEEK)
    slot = rosters.get_roster(workspace, street.secretary, made.id).slots[0].slot
    rosters.join(workspace, made.token, slot.id, "张阿姨")
    for days, names in ((14, ["张阿姨"]), (2, [""])):
        clock.advance(days=days)
        clear_up(workspace)
        line = rosters.get_roster(workspace, street.secretary, made.id).slots[0]
        assert [s.name for s in line.names] == names and line.missing == 1
