"""The history of a door: newest first, in pages that neither repeat nor lose, masked, the second view not for all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.history import HistorySide
from mapsvc.errors import Forbidden, Malformed, NotFound
from mapsvc.operations import history
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.place_file import place_file
from mapsvc.operations.shops import get_shop
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, many_visits, uid

COMMITTEE = Actor(None, "居委会", Role.COMMITTEE, unit="兰凤新村居委会")


def test_an_imported_visit_reads_well(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    many_visits(workspace, 1, clock(), lambda _: timedelta(days=1))
    newest = history.shop_history(workspace, street.secretary, "LT0001").items[0]
    assert (newest.title, newest.detail, newest.actor) == ("走访 · 定期 · 见到店主", "了解经营情况", "小陈")
    assert newest.state == "satisfied"


def test_pages_neither_repeat_nor_lose_entries_of_the_same_second(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    many_visits(workspace, 23, clock(), lambda i: timedelta(days=1 + i // 10))
    refs: list[str] = []
    after: str | None = None
    while True:
        page = history.shop_history(workspace, street.secretary, "LT0001", 5, after)
        refs += [e.ref for e in page.items]
        after = page.next
        if after is None:
            break
    assert len(refs) == len(set(refs)) == 24


def test_the_newest_entry_comes_first_and_the_first_tenancy_last(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    many_visits(workspace, 5, clock(), lambda i: timedelta(days=i + 1))
    items = history.shop_history(workspace, street.secretary, "LT0001").items
    assert [e.at for e in items] == sorted((e.at for e in items), reverse=True)
    assert (items[-1].title, items[-1].detail) == ("建档", "锦云家纺 · 零售")


def test_a_cursor_of_somebody_else_is_refused_by_name(workspace: Workspace, street: Street) -> None:
    for bad in ("x", "20261118T072000Z.", "20261118T072000Z.99999999999999999999", "99999999T000000Z.1"):
        with pytest.raises(Malformed) as caught:
            history.shop_history(workspace, street.secretary, "LT0001", after=bad)
        assert caught.value.problems[0].field == "after"


def test_an_unknown_shop_and_a_role_without_the_map_get_no_history(workspace: Workspace, street: Street) -> None:
    with pytest.raises(NotFound, match="LT9999"):
        history.shop_history(workspace, street.secretary, "LT9999")
    with pytest.raises(Forbidden):
        history.shop_history(workspace, street.property, "LT0001")


def asked_and_helped(ws: Workspace, street: Street) -> None:
    """Goods out on the pavement, and a ceiling that leaks."""
    report_issue(ws, street.chen, NewIssue(uid("goods"), "09005", "货摆出了门", shop="LT0001"))
    report_issue(ws, street.chen, NewIssue(uid("leak"), "L0001", "天花板渗水", shop="LT0001"))


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.VOLUNTEER, Role.ADMIN])
def test_what_a_merchant_is_asked_to_change_is_not_for_everybody(
    workspace: Workspace, street: Street, role: Role
) -> None:
    asked_and_helped(workspace, street)
    reader = Actor(None, "别人", role)
    page, shop = history.shop_history(workspace, reader, "LT0001"), get_shop(workspace, reader, "LT0001")
    assert {e.side for e in (*page.open, *page.items, *shop.open)} == {HistorySide.HELP}
    assert "货摆出了门" not in repr((page, shop.open))
    assert "天花板渗水" in repr(page)
    assert shop.counts == {HistorySide.HELP: len(page.items)}


@pytest.mark.parametrize("who", ["chen", "zhou", "secretary", "office"])
def test_who_works_on_cases_sees_both_views(workspace: Workspace, street: Street, who: str) -> None:
    asked_and_helped(workspace, street)
    reader: Actor = getattr(street, who)
    page, shop = history.shop_history(workspace, reader, "LT0001"), get_shop(workspace, reader, "LT0001")
    for side in HistorySide:
        assert shop.counts[side] == len([e for e in page.items if e.side is side]) > 0
        assert [e for e in shop.open if e.side is side]


def test_pages_without_the_second_view_are_full_and_lose_nothing(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    many_visits(workspace, 7, clock(), lambda i: timedelta(days=i + 1))
    for i in range(30):
        report_issue(workspace, street.chen, NewIssue(uid(f"goods {i}"), "09005", "货摆出了门", shop="LT0001"))
    sizes: list[int] = []
    refs: list[str] = []
    after: str | None = None
    while True:
        page = history.shop_history(workspace, COMMITTEE, "LT0001", 3, after)
        sizes.append(len(page.items))
        refs += [e.ref for e in page.items]
        after = page.next
        if after is None:
            break
    assert sizes == [3, 3, 2]
    assert len(set(refs)) == 8


def test_what_lies_about_at_a_place_is_asked_of_no_merchant(workspace: Workspace, street: Street) -> None:
    report_issue(workspace, street.chen, NewIssue(uid("rubbish"), "06011", "一堆建筑垃圾", place="PD0001"))
    page = history.place_history(workspace, COMMITTEE, "PD0001")
    assert [e.title for e in page.open] == ["问题 · 乱倒垃圾"]
    assert {e.side for e in (*page.open, *page.items)} == {HistorySide.HELP}
    file = place_file(workspace, COMMITTEE, "PD0001")
    assert {e.side for e in (*file.told, *file.history.open)} == {HistorySide.HELP}
