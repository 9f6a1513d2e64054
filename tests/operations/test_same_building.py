"""Doors under the same building or beside a leak: listed, made tasks of, looked at; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.domain.today import Code
from mapsvc.errors import Forbidden, Refused
from mapsvc.operations import history
from mapsvc.operations.same_building import add_checks, case_doors, open_checks
from mapsvc.operations.tasks import case_tasks, finish_task
from mapsvc.operations.today import my_day
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.councils import leak
from tests.support.street import Street, uid


@pytest.fixture
def case_id(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """The leak at 27号."""
    return leak(workspace, street, clock)


def test_the_neighbour_is_looked_at(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    found = case_doors(workspace, street.chen, case_id)
    assert [(d.label, d.shared.why) for d in found.doors] == [("岚皋西路29号 海燕花店", "兰凤新村1幢 · 相距2米")]
    assert found.is_leak
    due = clock() + timedelta(days=3)
    (made,) = add_checks(workspace, street.secretary, case_id, ["LT0002"], due)
    assert (made.owner_id, made.text) == (uid("zhou"), "下次下雨前看看有没有渗漏水（岚皋西路27号出过）")
    assert add_checks(workspace, street.secretary, case_id, ["LT0002"], due) == []
    with workspace.read() as conn:
        assert open_checks(conn, [uid("LT0001"), uid("LT0002")]) == {uid("LT0002"): (made,)}
    assert case_tasks(workspace, street.secretary, case_id).items == ()
    finish_task(workspace, street.zhou, made.id, "墙角有水印，没滴")
    found = case_doors(workspace, street.chen, case_id)
    assert (found.done, found.total) == (1, 1)
    assert found.doors[0].task is not None
    assert found.doors[0].task.proof == "墙角有水印，没滴"
    entry = history.shop_history(workspace, street.zhou, "LT0002").items[0]
    assert (entry.title, entry.detail) == ("举一反三 · 看过了", "岚皋西路29号：墙角有水印，没滴")


def test_only_doors_that_share_it(workspace: Workspace, street: Street, case_id: str) -> None:
    for codes in ([], ["LT0001"], ["LT9999"]):
        with pytest.raises(Refused) as refused:
            add_checks(workspace, street.secretary, case_id, codes)
        assert refused.value.problems[0].field == "doors"
    with pytest.raises(Forbidden):
        add_checks(workspace, street.volunteer, case_id, ["LT0002"])


def test_it_is_a_reason_to_call_there(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    (made,) = add_checks(workspace, street.secretary, case_id, ["LT0002"])
    clock.advance(days=1)
    (door,) = my_day(workspace, street.zhou).doors
    told = next(r for r in door.due.reasons if r.code is Code.LOOK)
    assert (told.text, told.task_id) == ("下次下雨前看看有没有渗漏水（岚皋西路27号出过）", made.id)
    assert not [r for d in my_day(workspace, street.chen).doors for r in d.due.reasons if r.code is Code.LOOK]
    finish_task(workspace, street.zhou, made.id, "干的")
    (door,) = my_day(workspace, street.zhou).doors
    assert Code.LOOK not in [r.code for r in door.due.reasons]
    assert Code.LOOK in [r.code for r in door.planned.reasons]
    clock.advance(days=1)
    (door,) = my_day(workspace, street.zhou).doors
    assert Code.LOOK not in [r.code for r in door.planned.reasons]
