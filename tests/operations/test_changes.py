"""Change over periods, over a store: a word per stretch, its history with what happened and was done, two periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.changes import Change
from mapsvc.errors import Forbidden, Malformed, NotFound, Refused
from mapsvc.operations import changes as operations
from mapsvc.operations.cell_history import at_in, cell_history
from mapsvc.operations.changes import ChangeMap, ChangeQuery, changes
from mapsvc.operations.period_pairs import compare
from mapsvc.store.tables import location
from tests.maps.streets import CORNER, NOW, SPOT, add, add_breaking_out, add_issue, add_place, add_shop

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

TODAY = date(2026, 11, 23)
QUERY = ChangeQuery(TODAY)


@pytest.fixture
def street(workspace: Workspace) -> Workspace:
    """A year of a report here and there along thirty doors, and a stretch that breaks out in the last eight weeks."""
    add_breaking_out(workspace)
    return workspace


def spot_of(whole: ChangeMap) -> operations.ChangedCell:
    return max(whole.cells, key=lambda cell: sum(cell.episodes[-2:]))


def test_a_stretch_that_broke_out_is_named(street: Workspace) -> None:
    found = changes(street, SYSTEM, QUERY)
    spot = spot_of(found)
    assert len(found.periods) == 13 and found.periods[-1].last == TODAY
    assert spot.change is Change.CONSECUTIVE and spot in found.of(Change.CONSECUTIVE)
    assert spot.hot[-2:] == (True, True) and not any(spot.hot[:-2])
    assert spot.text.startswith("最近四周") and spot.shape.label in found.sentence
    assert "连续1段" in found.sentence and "13个四周" in found.sentence


def test_periods_lie_end_to_end_and_hold_every_report_once(street: Workspace) -> None:
    found = changes(street, SYSTEM, QUERY)
    for one, next_one in zip(found.periods, found.periods[1:], strict=False):
        assert next_one.first - one.last == timedelta(days=1)
    assert sum(sum(cell.reports) for cell in found.cells) == 72
    assert sum(found.total(i) for i in range(13)) == found.n <= 72


def test_what_a_patrol_alone_saw_is_shown_but_gives_no_word(workspace: Workspace, street: Workspace) -> None:
    for n in range(12):
        where = {"lon": CORNER[0] - 0.0040, "lat": CORNER[1] - 0.0012}
        add_issue(workspace, 300 + n, at=NOW - timedelta(days=1 + 4 * n), source="patrol", kind="L0005", **where)
    found = changes(street, SYSTEM, QUERY)
    walked = max(found.cells, key=lambda cell: sum(cell.reports[-2:]) - sum(cell.episodes[-2:]))
    assert sum(walked.reports[-2:]) >= 12
    assert walked.change is None


def test_it_is_kept_until_an_issue_comes(street: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = changes(street, SYSTEM, QUERY)
    assert changes(street, SYSTEM, QUERY) is first
    add_issue(street, 999, at=NOW - timedelta(days=1), source="resident", **SPOT)
    again = changes(street, SYSTEM, QUERY)
    assert again is not first and spot_of(again).reports[-1] == spot_of(first).reports[-1] + 1


def test_one_kind_is_counted_by_itself_within_the_same_past(street: Workspace) -> None:
    found = changes(street, SYSTEM, ChangeQuery(TODAY, "暴露垃圾"))
    assert found.query.kind == "06010"
    assert len(found.periods) == 13
    assert sum(sum(cell.reports) for cell in found.cells) == 11
    assert not found.speaks and "不到30起" in found.sentence


def test_a_short_past_says_so(workspace: Workspace) -> None:
    for n in range(40):
        door = n * 7 % 40
        where = {"lon": CORNER[0] - 0.00012 * door, "lat": CORNER[1] - 0.000036 * door}
        add_shop(workspace, n, **where)
        add_issue(workspace, n, at=NOW - timedelta(days=2 * n), source="resident", **where)
    found = changes(workspace, SYSTEM, QUERY)
    assert len(found.periods) == 2 and not found.named
    assert found.sentence == "记录只够往前2个四周，至少要5个四周才看得出变化。"
    assert changes(workspace, SYSTEM, ChangeQuery(TODAY, weeks=1)).speaks


def test_without_any_report_there_are_no_periods(workspace: Workspace) -> None:
    add_shop(workspace, 1)
    found = changes(workspace, SYSTEM, QUERY)
    assert found.periods == () and not found.speaks
    history = cell_history(workspace, SYSTEM, QUERY, found.cells[0].shape.id)
    assert history.marks == () and history.cell.text == ""


@pytest.mark.parametrize("cells", ["square:75", "hex:75"])
def test_squares_and_hexagons_change_too(street: Workspace, cells: str) -> None:
    found = changes(street, SYSTEM, ChangeQuery(TODAY, cells=cells))
    assert spot_of(found).change is not None
    assert "格" in found.sentence


def test_the_rules_of_arcgis_name_by_their_own_pattern(street: Workspace) -> None:
    found = changes(street, SYSTEM, ChangeQuery(TODAY, arcgis_exact=True))
    assert spot_of(found).pattern is not None
    assert found.method != changes(street, SYSTEM, QUERY).method
    assert all(cell.pattern is None for cell in changes(street, SYSTEM, QUERY).cells)


def test_what_cannot_be_asked_is_refused(street: Workspace) -> None:
    with pytest.raises(Refused, match="1、4、13周"):
        changes(street, SYSTEM, ChangeQuery(TODAY, weeks=5))
    with pytest.raises(Refused):
        changes(street, SYSTEM, ChangeQuery(TODAY, "没有这种"))
    with pytest.raises(Malformed):
        changes(street, SYSTEM, ChangeQuery(TODAY, cells="circle:3"))
    with pytest.raises(NotFound):
        cell_history(street, SYSTEM, QUERY, "street:25:没有这条路/odd/0")
    with pytest.raises(Forbidden):
        changes(street, Actor(None, "物业", Role.PROPERTY), QUERY)


def happened(ws: Workspace, name: str, days_ago: int, *, away: float = 0.0, kind: str = "renovation") -> None:
    add(ws, "location", id=f"loc-{name}", kind="point", lon=SPOT["lon"] - away, lat=SPOT["lat"])
    add(ws, "context_event", id=name, location_id=f"loc-{name}", kind=kind, text=name, radius_m=60.0,
        from_at=NOW - timedelta(days=days_ago))  # fmt: skip


def test_the_history_of_a_stretch_has_what_happened_there_and_what_was_done(street: Workspace) -> None:
    happened(street, "撤桶", 40, kind="bins_removed")
    happened(street, "橙子公寓装修", 300)
    happened(street, "远处施工", 30, away=0.01)
    happened(street, "太早的事", 800)
    add_place(street, 1)
    with street.write() as conn:
        conn.execute(location.update().where(location.c.id == "loc-place-1").values(**SPOT))
    add(street, "playbook", id="pb", code="flash", version=1, name="闪电清运", body={}, made_at=NOW)
    add(street, "playbook_run", id="run", playbook_id="pb", place_id="place-1", started_at=NOW - timedelta(days=20))
    add(street, "response", id="call", case_id="case-105", reason="反复", called_at=NOW - timedelta(days=10))
    days = {"from_day": TODAY - timedelta(days=8), "until_day": TODAY + timedelta(days=20), "made_at": NOW}
    add(street, "notice", id="note", place_id="place-1", title="请勿乱倒", text="谢谢", **days)
    add(street, "notice", id="own", place_id="place-1", run_id="run", title="同一次", text="谢谢", **days)
    spot = spot_of(changes(street, SYSTEM, QUERY))
    history = cell_history(street, SYSTEM, QUERY, spot.shape.id)
    told = [(mark.label, mark.is_measure) for mark in history.marks]
    assert told == [
        ("橙子公寓装修", False),
        ("撤桶", False),
        ("闪电清运", True),
        ("红色响应", True),
        ("温馨提示", True),
    ]
    renovation, bins, run, call, notice = history.marks
    assert renovation.goes_on and renovation.until is None and not bins.goes_on
    assert run.href == "/places/PD0001" and call.href == "/cases/case-105"
    assert notice.until == TODAY + timedelta(days=20)
    assert 11 < at_in(history.map, bins.day) < 12 < at_in(history.map, call.day) < 13
    assert history.cell.reports[-1] >= 5


def test_two_periods_are_compared_in_words(street: Workspace) -> None:
    whole = changes(street, SYSTEM, QUERY)
    pair = compare(whole, 12, 3)
    assert (pair.before, pair.after) == (3, 12)
    assert pair.sentence.startswith("先一个四周") and "多" in pair.sentence
    assert pair.more[0].cell.shape.id == spot_of(whole).shape.id
    assert pair.more[0].is_clear == (pair.more[0].after >= 6)
    assert all(step.after < step.before for step in pair.fewer)
    for a, b in ((3, 3), (-1, 2), (0, 13)):
        with pytest.raises(Refused):
            compare(whole, a, b)


def test_a_small_difference_may_be_chance(street: Workspace) -> None:
    assert compare(changes(street, SYSTEM, QUERY), 2, 3).sentence.endswith(("可能是碰巧。", "一样多。"))
