"""The reports of the office as columns: sources apart, days of the office, placeholders marked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.operations.hotspot_events import load_events
from tests.maps.streets import CORNER, NOW, add_issue, add_shop

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

TODAY = date(2026, 11, 23)


def test_columns_tell_sources_doors_and_days_in_the_order_of_time(workspace: Workspace) -> None:
    shop = add_shop(workspace, 1)
    add_issue(workspace, 1, source="resident", at=datetime(2026, 11, 20, 0, 30, tzinfo=OFFICE_ZONE), shop_id=shop)
    add_issue(workspace, 2, source="patrol", at=datetime(2026, 11, 19, 23, 30, tzinfo=OFFICE_ZONE), kind="L0003")
    add_issue(workspace, 3, at=datetime(2026, 11, 24, 0, 0, tzinfo=OFFICE_ZONE))
    with workspace.read() as conn:
        events = load_events(workspace, conn, TODAY)
        other = load_events(workspace, conn, TODAY, "L0003")
    assert events.id_texts() == ["issue-2", "issue-1"]
    assert events.day.tolist() == [date(2026, 11, 19).toordinal(), date(2026, 11, 20).toordinal()]
    assert events.is_patrol.tolist() == [True, False]
    assert [events.door_labels[d] if d >= 0 else None for d in events.door] == [None, shop]
    assert other.id_texts() == ["issue-2"]


def test_a_placeholder_is_known_by_all_kinds_even_where_one_is_asked_for(workspace: Workspace) -> None:
    kinds = ("06010", "06012", "06036", "L0003", "L0004", "09005")
    for n in range(36):
        at = NOW - timedelta(days=1 + 5 * n)
        add_issue(workspace, n, at=at, kind=kinds[n % 6])
        add_issue(workspace, 100 + n, at=at, kind=kinds[n % 6], lon=CORNER[0] - 0.0001 * (n + 1))
    with workspace.read() as conn:
        events = load_events(workspace, conn, TODAY, "06010")
    assert events.placeholder.sum() == 6
    assert (events.clean().episode[events.placeholder] == -1).all()


def test_an_empty_office_has_no_events(workspace: Workspace) -> None:
    with workspace.read() as conn:
        events = load_events(workspace, conn, TODAY)
    assert len(events) == events.clean().n == 0
