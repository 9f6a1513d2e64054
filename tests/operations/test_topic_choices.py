"""想提前知道: the whole set that holds, by whom, and gone when the shop changes hands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mapsvc.domain.topic_choices import CHOOSABLE, ChoiceSource
from mapsvc.domain.topics import NAMES
from mapsvc.errors import Forbidden, NotFound, Refused
from mapsvc.operations.retention import clear_up
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.operations.shops import find_shop
from mapsvc.operations.topic_choices import choose, choose_within, chosen, of_shop
from mapsvc.operations.workspace import Workspace
from mapsvc.store.tables import audit, topic_choice
from mapsvc.store.topic_choices import doors_of_topic, of_tenancies
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

TODAY = date(2026, 11, 23)


def rows(ws: Workspace, table: object = topic_choice) -> list[object]:
    with ws.read() as conn:
        return list(conn.execute(select(table)))  # type: ignore[call-overload]


def counts(ws: Workspace) -> dict[str, int]:
    with ws.read() as conn:
        return chosen(conn)


def test_the_set_that_is_said_holds_from_now_on(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    choose(workspace, street.chen, "LT0001", ["子女入学", "子女入园"])
    clock.advance(timedelta(days=3))
    now = choose(workspace, street.secretary, "LT0001", ["子女入园", "证照办理"])
    assert [(one.topic, one.made_by) for one in now] == [("证照办理", uid("wang")), ("子女入园", uid("chen"))]
    assert {one.source for one in now} == {ChoiceSource.TOLD}
    assert of_shop(workspace, street.chen, "LT0001") == now
    ended = [r for r in rows(workspace) if r.ended_at]  # type: ignore[attr-defined]
    assert [r.topic for r in ended] == ["子女入学"]  # type: ignore[attr-defined]
    assert choose(workspace, street.chen, "LT0001", []) == ()
    assert counts(workspace) == {}


def test_the_same_set_again_changes_nothing(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    first = choose(workspace, street.chen, "LT0001", ["子女入园", "补贴融资"])
    stored, told = rows(workspace), rows(workspace, audit)
    clock.advance(timedelta(hours=1))
    assert choose(workspace, street.secretary, "LT0001", ["补贴融资", "子女入园", "子女入园"]) == first
    assert (rows(workspace), rows(workspace, audit)) == (stored, told)


@pytest.mark.parametrize("wrong", ["其他", "子女", "", "子女入园子女入学"])
def test_topics_that_are_not_on_the_list_are_refused(workspace: Workspace, street: Street, wrong: str) -> None:
    with pytest.raises(Refused, match="没有“") as refused:
        choose(workspace, street.chen, "LT0001", ["子女入园", wrong])
    assert [p.field for p in refused.value.problems] == ["topics"]
    assert rows(workspace) == []
    assert set(CHOOSABLE) | {"其他"} == set(NAMES)


def test_with_the_tenancy_its_topics_are_gone(workspace: Workspace, street: Street) -> None:
    choose(workspace, street.chen, "LT0001", ["子女入园"])
    choose(workspace, street.zhou, "LT0002", ["子女入园", "客流经营"])
    assert counts(workspace) == {"子女入园": 2, "客流经营": 1}
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("new"), TODAY, "新叶咖啡"))
    assert counts(workspace) == {"子女入园": 1, "客流经营": 1}
    assert of_shop(workspace, street.chen, "LT0001") == ()
    with workspace.read() as conn:
        assert [one.shop_id for one in doors_of_topic(conn, "子女入园")] == [uid("LT0002")]
        assert set(of_tenancies(conn, [uid("ten LT0001"), uid("ten LT0002"), uid("new")])) == {uid("ten LT0002")}


def test_without_a_tenant_nobody_wants_anything(workspace: Workspace, street: Street) -> None:
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("none"), TODAY))
    with pytest.raises(Refused, match="现在没有店家"):
        choose(workspace, street.chen, "LT0001", ["子女入园"])
    assert of_shop(workspace, street.chen, "LT0001") == ()


@pytest.mark.parametrize("act", [lambda *a: choose(*a, ["子女入园"]), of_shop])
def test_only_who_looks_after_the_door_and_the_secretary_may(
    workspace: Workspace, street: Street, act: Callable[..., object]
) -> None:
    for actor in (street.zhou, street.office, street.volunteer, street.property):
        with pytest.raises(Forbidden):
            act(workspace, actor, "LT0001")
    with pytest.raises(NotFound):
        act(workspace, street.secretary, "LT9999")
    act(workspace, street.chen, "LT0001")


def test_chosen_on_their_own_page_it_is_the_merchants(workspace: Workspace, street: Street) -> None:
    at = workspace.clock()
    with workspace.write() as conn:
        shop = find_shop(conn, "LT0001", TODAY)
        choose_within(conn, street.secretary, shop, ["水电煤"], ChoiceSource.TOLD, at)
        # What stays keeps who chose it: nobody says it twice.
        now = choose_within(conn, street.secretary, shop, ["水电煤", "消防安全"], ChoiceSource.MERCHANT, at)
    assert [one.source for one in now] == [ChoiceSource.TOLD, ChoiceSource.MERCHANT]
    told = [r.action for r in rows(workspace, audit)][-2:]  # type: ignore[attr-defined]
    assert told == ["choose_topics", "choose_topics"]


def test_wishes_of_who_left_are_removed_after_a_month(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    choose(workspace, street.chen, "LT0001", ["子女入园"])
    choose(workspace, street.zhou, "LT0002", ["子女入园", "客流经营"])
    choose(workspace, street.zhou, "LT0002", ["客流经营"])
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("new"), TODAY, "新叶咖啡"))
    clock.advance(timedelta(days=29))
    clear_up(workspace)
    assert len(rows(workspace)) == 3
    clock.advance(timedelta(days=3))
    clear_up(workspace)
    assert [(r.shop_id, r.topic) for r in rows(workspace)] == [(uid("LT0002"), "客流经营")]  # type: ignore[attr-defined]
