"""One thing reported twice is found before it is filed, joins, is merged, and is split again, nothing lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapsvc.domain.cases import Case, CaseState
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import escalations
from mapsvc.operations.cases import get_case, list_cases, move_case
from mapsvc.operations.history import place_history
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.joining import join_issue, merge_cases, split_issue
from mapsvc.operations.nearby import nearby_open
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cases, issues
from mapsvc.store.issues import Wanted
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

HEAP = NewIssue(uid("heap"), "06010", "空地上堆了三袋，电话13812345678", place="PD0001")
AGAIN = replace(HEAP, id=uid("again"), description="还是那一堆")
LON, LAT = 121.419941, 31.251599


def reported(ws: Workspace, street: Street, new: NewIssue = HEAP) -> str:
    return report_issue(ws, street.chen, new).found.case.id


def case_of(ws: Workspace, case_id: str) -> Case:
    with ws.read() as conn:
        found = cases.by_id(conn, case_id)
    assert found is not None
    return found


def test_what_is_open_nearby_is_told_before_filing(workspace: Workspace, street: Street) -> None:
    case_id = reported(workspace, street)

    def near(**where: object) -> list[str]:
        found = nearby_open(workspace, street.volunteer, "垃圾堆积", **where)  # type: ignore[arg-type]
        assert all(mask_phones_in(n.line.description) == n.line.description for n in found)
        return [n.line.found.case.id for n in found]

    assert near(place="PD0001") == [case_id]
    assert near(lon=LON + 4e-4, lat=LAT) == [case_id]
    assert near(lon=LON + 2e-3, lat=LAT) == []
    assert near(lon=LON + 2e-3, lat=LAT, reach_m=250) == [case_id]
    assert near(lon=LON + 4e-3, lat=LAT, reach_m=9000) == []
    assert near(shop="LT0001") == []
    assert nearby_open(workspace, street.chen, "油烟", place="PD0001") == ()
    for wrong in ({"shop": "none"}, {"place": "none"}, {}):
        with pytest.raises(Refused):
            near(**wrong)
    with pytest.raises(Forbidden):
        nearby_open(workspace, street.property, "油烟", place="PD0001")


def test_a_second_report_joins_the_first(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    first = reported(workspace, street)
    clock.advance(hours=1)
    second = reported(workspace, street, AGAIN)
    detail = join_issue(workspace, street.chen, AGAIN.id, first)
    assert detail.line.found.case.id == first
    assert [o.found.issue.id for o in detail.others] == [AGAIN.id]
    gone = case_of(workspace, second)
    assert (gone.state, gone.merged_into, gone.version) == (CaseState.REJECTED, first, 2)
    assert join_issue(workspace, street.chen, AGAIN.id, "XJ20261123-001") == detail
    assert get_case(workspace, street.chen, second) == detail
    assert get_case(workspace, street.chen, "XJ20261123-002") == detail
    page = list_cases(workspace, street.chen, Wanted(), states=("all",))
    assert (page.total, [line.found.case.id for line in page.items]) == (1, [first])
    top = place_history(workspace, street.secretary, "PD0001").items[0]
    assert (top.title, top.detail, top.case_id) == ("并案 · 暴露垃圾", "并入XJ20261123-001：同一件事", first)


def test_who_may_join_what(workspace: Workspace, street: Street) -> None:
    first = reported(workspace, street)
    second = reported(workspace, street, AGAIN)
    with pytest.raises(Forbidden):
        join_issue(workspace, street.volunteer, AGAIN.id, first)
    move_case(workspace, street.secretary, second, CaseState.DISPATCHED, None, 1)
    with pytest.raises(Forbidden):
        join_issue(workspace, street.chen, AGAIN.id, first)
    move_case(workspace, street.secretary, first, CaseState.REJECTED, "没有", 1)
    with pytest.raises(Conflict, match="作废"):
        join_issue(workspace, street.secretary, AGAIN.id, first)
    for issue_id, case_id in ((uid("none"), first), (AGAIN.id, "none")):
        with pytest.raises(NotFound):
            join_issue(workspace, street.secretary, issue_id, case_id)


def test_cases_are_merged_with_what_hangs_on_them(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    first, second = reported(workspace, street), reported(workspace, street, AGAIN)
    third = reported(workspace, street, replace(HEAP, id=uid("third")))
    escalations.supervise(workspace, street.secretary, second, "又来电了")
    move_case(workspace, street.secretary, second, CaseState.DISPATCHED, None, 1)
    move_case(workspace, street.secretary, second, CaseState.SUSPENDED, "等车", 2)
    clock.advance(hours=2)
    join_issue(workspace, street.chen, uid("third"), second)
    with pytest.raises(Forbidden):
        merge_cases(workspace, street.chen, second, first, "一处", 3)
    with pytest.raises(Conflict) as caught:
        merge_cases(workspace, street.secretary, second, first, "一处", 2)
    assert caught.value.code == "stale_version"
    with pytest.raises(Refused):
        merge_cases(workspace, street.secretary, second, second, "一处", 3)
    detail = merge_cases(workspace, street.secretary, second, first, "一处", 3)
    assert len(detail.others) == 2
    assert detail.line.found.issue.id == HEAP.id
    assert detail.line.found.case.is_supervised
    gone = case_of(workspace, second)
    assert (gone.paused_at, gone.paused_min, gone.merged_into) == (None, 120, first)
    assert case_of(workspace, third).merged_into == first
    assert get_case(workspace, street.chen, third) == get_case(workspace, street.chen, first)


def test_a_joined_issue_gets_its_own_case_again_its_clock_from_its_report(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    first = reported(workspace, street)
    clock.advance(hours=1)
    told_at = clock()
    reported(workspace, street, AGAIN)
    with pytest.raises(Conflict):
        split_issue(workspace, street.secretary, HEAP.id, "不是一处")
    for _ in range(2):
        clock.advance(hours=1)
        join_issue(workspace, street.chen, AGAIN.id, first)
        with pytest.raises(Forbidden):
            split_issue(workspace, street.chen, AGAIN.id, "不是一处")
        with pytest.raises(Refused):
            split_issue(workspace, street.secretary, AGAIN.id, "")
        own = split_issue(workspace, street.secretary, AGAIN.id, "不是一处").line.found.case
        assert (own.state, own.version, own.opened_at) == (CaseState.REPORTED, 1, told_at)
        assert own.id != first
    assert list_cases(workspace, street.chen, Wanted()).total == 2
    assert get_case(workspace, street.chen, first).others == ()


def test_the_issue_that_opened_a_case_may_leave_it(workspace: Workspace, street: Street) -> None:
    first = reported(workspace, street)
    reported(workspace, street, AGAIN)
    join_issue(workspace, street.chen, AGAIN.id, first)
    split_issue(workspace, street.secretary, HEAP.id, "不是一处")
    assert list_cases(workspace, street.chen, Wanted()).total == 2
    with workspace.read() as conn:
        left = issues.find(conn, first)
    assert [(f.issue.id, f.issue.joined_at) for f in left] == [(AGAIN.id, None)]


def test_one_of_several_moves_on_alone(workspace: Workspace, street: Street) -> None:
    first, second = reported(workspace, street), reported(workspace, street, AGAIN)
    reported(workspace, street, replace(HEAP, id=uid("third"), position=None))
    join_issue(workspace, street.chen, uid("third"), second)
    join_issue(workspace, street.chen, uid("third"), first)
    assert case_of(workspace, second).state is CaseState.REPORTED
    assert [o.found.issue.id for o in get_case(workspace, street.chen, first).others] == [uid("third")]
    assert list_cases(workspace, street.chen, Wanted()).total == 2


def test_what_has_a_life_of_its_own_is_not_merged_away(workspace: Workspace, street: Street) -> None:
    from mapsvc.store.tables import task

    first, second = reported(workspace, street), reported(workspace, street, AGAIN)
    with workspace.write() as conn:
        values = {"origin": "manual", "text": "清掉", "role": "worker", "made_at": workspace.clock()}
        conn.execute(task.insert().values(id=uid("t"), case_id=second, **values))
    with pytest.raises(Conflict, match="任务"):
        merge_cases(workspace, street.secretary, second, first, "一处", 1)
    assert merge_cases(workspace, street.secretary, first, second, "一处", 1).line.found.case.id == second


def test_near_positions_are_offered_with_the_report_too(workspace: Workspace, street: Street) -> None:
    reported(workspace, street)
    near = replace(AGAIN, place=None, position=Spot(121.4201, 31.2517))
    offered = report_issue(workspace, street.chen, near).nearby
    assert [n.issue.id for n in offered] == [HEAP.id]


def test_every_number_leads_to_the_case_that_has_it_now(workspace: Workspace, street: Street) -> None:
    from mapsvc.store import search

    def leads_to(number: str) -> set[str]:
        with workspace.read() as conn:
            hits = {hit.ref for hit in search.find(conn, number)}
        return {get_case(workspace, street.chen, ref).line.found.case.id for ref in hits}

    first = reported(workspace, street)
    reported(workspace, street, AGAIN)
    join_issue(workspace, street.chen, AGAIN.id, first)
    assert leads_to("XJ20261123-002") == leads_to("XJ20261123-001") == {first}
    own = split_issue(workspace, street.secretary, HEAP.id, "不是一处").line.found.case.id
    assert leads_to("XJ20261123-001") == {own}
    assert leads_to("XJ20261123-002") == {first}


def test_the_timeline_of_a_case_tells_of_what_was_merged_into_it(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    from mapsvc.operations.case_history import case_history

    first = reported(workspace, street)
    clock.advance(minutes=5)
    reported(workspace, street, AGAIN)
    clock.advance(minutes=5)
    detail = join_issue(workspace, street.chen, AGAIN.id, first)
    titles = [e.title for e in case_history(workspace, street.secretary, detail)]
    assert titles == ["并案 · 暴露垃圾", "问题 · 暴露垃圾", "问题 · 暴露垃圾"]
