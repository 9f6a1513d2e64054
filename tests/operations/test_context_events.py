"""诱因: entered, ended, taken back; a watch opens by itself, and what is reported within it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mapsvc.domain.issues import IssueSource
from mapsvc.errors import Conflict, Forbidden, Refused
from mapsvc.operations import history, watches
from mapsvc.operations.context_events import (
    NewContext,
    add_context,
    end_context,
    list_context,
    restore_context,
    withdraw_context,
)
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import places
from mapsvc.store import watches as store_watches
from tests.support.clock import MONDAY_AT_NINE, FixedClock
from tests.support.street import Street, uid
from tests.support.workbook import ISSUE, write_workbook

BINS = NewContext(uid("bins"), "bins_removed", "撤桶", MONDAY_AT_NINE - timedelta(days=12), place="PD0001")
WORKS = NewContext(
    uid("works"),
    "works",
    "换雨水管",
    MONDAY_AT_NINE - timedelta(days=3),
    position=Spot(121.41995, 31.2516),
    radius_m=80.0,
)


def report(ws: Workspace, street: Street, name: str, kind: str = "06010") -> str:
    """Something at the corner; the id of its case."""
    new = NewIssue(uid(name), kind, "又堆了几袋", IssueSource.PATROL, place="PD0001")
    return str(report_issue(ws, street.chen, new).found.case.id)  # type: ignore[union-attr]


def test_the_same_again_changes_nothing(workspace: Workspace, street: Street) -> None:
    made, is_new = add_context(workspace, street.chen, BINS)
    assert is_new and add_context(workspace, street.chen, BINS) == (made, False)
    with pytest.raises(Conflict):
        add_context(workspace, street.chen, replace(BINS, text="别的"))
    assert [e.text for e in list_context(workspace, street.chen)] == ["撤桶"]
    assert history.place_history(workspace, street.chen, "PD0001").items[0].title == "诱因 · 撤桶"


def test_what_cannot_be_is_refused_beside_its_field(workspace: Workspace, street: Street) -> None:
    bad = replace(BINS, kind="x", text=" ", until_at=BINS.from_at - timedelta(days=1), radius_m=9000.0)
    with pytest.raises(Refused) as told:
        add_context(workspace, street.chen, bad)
    assert {p.field for p in told.value.problems} == {"kind", "text", "until", "radius_m"}
    with pytest.raises(Refused, match="填一个"):
        add_context(workspace, street.chen, replace(BINS, shop="LT0001"))
    with pytest.raises(Forbidden):
        add_context(workspace, street.volunteer, BINS)


def test_some_kinds_open_a_watch_that_lasts_sixty_days_past_their_end(workspace: Workspace, street: Street) -> None:
    add_context(workspace, street.chen, BINS)
    add_context(workspace, street.chen, WORKS)
    add_context(workspace, street.chen, replace(BINS, id=uid("feast"), kind="festival", text="灯会"))
    lines = watches.list_watches(workspace, street.chen)
    assert [(line.watch.text, line.watch.until_at) for line in lines] == [
        ("撤桶后", BINS.from_at + timedelta(days=60)),
        ("换雨水管起", None),
    ]
    end_context(workspace, street.chen, WORKS.id, MONDAY_AT_NINE)
    assert watches.list_watches(workspace, street.chen)[1].watch.until_at == MONDAY_AT_NINE + timedelta(days=60)


def test_a_report_within_a_watch_is_said_and_is_news(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    add_context(workspace, street.chen, BINS)
    since = workspace.clock()
    clock.advance(timedelta(days=1))
    case_id = report(workspace, street, "bags")
    other = report(workspace, street, "noise", "L0007")
    with workspace.read() as conn:
        said = watches.of_cases(conn, [case_id, other])
        news = watches.news(conn, since)
    assert [n.words for n in said[case_id]] == ["关注中：撤桶后第13天"]
    assert other not in said
    assert [n.case_id for n in news] == [case_id]


def test_taken_back_it_counts_no_more_and_comes_back_with_its_watch(workspace: Workspace, street: Street) -> None:
    add_context(workspace, street.chen, BINS)
    withdraw_context(workspace, street.chen, BINS.id)
    assert withdraw_context(workspace, street.chen, BINS.id).withdrawn_at is not None
    assert not list_context(workspace, street.chen) and not watches.list_watches(workspace, street.chen)
    assert not history.place_history(workspace, street.chen, "PD0001").items
    with pytest.raises(Conflict):
        end_context(workspace, street.chen, BINS.id, MONDAY_AT_NINE)
    restore_context(workspace, street.chen, BINS.id)
    assert len(list_context(workspace, street.chen)) == len(watches.list_watches(workspace, street.chen)) == 1
    assert len(history.place_history(workspace, street.chen, "PD0001").items) == 1


def test_a_relapse_marks_the_watch_of_an_effect(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    with workspace.write() as conn:
        place = places.by_code(conn, "PD0001")
        assert place is not None
        opened = watches.open_relapse_watch(
            conn, street.chen, uid("check"), "好些", workspace.clock(), place_id=place.id,
            location_id=place.location.id, kind="06010",
        )  # fmt: skip
    clock.advance(timedelta(days=41))
    case_id = report(workspace, street, "again")
    with workspace.read() as conn:
        after = store_watches.by_id(conn, opened.id)
        said = watches.of_cases(conn, [case_id])[case_id]
    assert after is not None and after.is_relapsed
    assert [n.words for n in said] == ["关注中：回访看到好些，第41天又有"]
    clock.advance(timedelta(days=60))
    assert not watches.list_watches(workspace, street.chen)


def test_a_relapse_that_a_workbook_brings_is_seen_too(
    workspace: Workspace, street: Street, clock: FixedClock, tmp_path: Path
) -> None:
    with workspace.write() as conn:
        place = places.by_code(conn, "PD0001")
        assert place is not None
        opened = watches.open_relapse_watch(
            conn, street.chen, uid("check"), "好些", workspace.clock() - timedelta(days=9), place_id=place.id,
            location_id=place.location.id, kind="06010",
        )  # fmt: skip
    row = ISSUE | {"上报时间": datetime(2026, 11, 20, 21), "事发位置": "PD0001"}
    import_ledger(workspace, street.secretary, write_workbook(tmp_path / "a.xlsx", {"问题台账": [row]}))
    with workspace.read() as conn:
        after = store_watches.by_id(conn, opened.id)
    assert after is not None and after.is_relapsed


def test_a_watch_is_ended_once(workspace: Workspace, street: Street) -> None:
    add_context(workspace, street.chen, BINS)
    watch = watches.list_watches(workspace, street.chen)[0].watch
    watches.end_watch(workspace, street.chen, watch.id)
    assert not watches.list_watches(workspace, street.chen)
    with pytest.raises(Conflict):
        watches.end_watch(workspace, street.chen, watch.id)
