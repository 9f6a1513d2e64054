"""The history of a door reads newest first, in pages that neither repeat nor lose, masked for the reader."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.errors import Forbidden, Malformed, NotFound
from mapsvc.operations import history
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, many_visits


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
