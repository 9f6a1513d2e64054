"""Reports get numbers in order, cases with clocks, and a hint at what is known already."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mapsvc.domain.cases import CaseState
from mapsvc.errors import Conflict, Forbidden, Refused
from mapsvc.operations import history
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

HEAP = NewIssue(uid("heap"), "垃圾堆积", "空地上堆了三袋建筑垃圾", place="PD0001")


def test_a_report_has_a_number_and_a_case_from_its_first_second(workspace: Workspace, street: Street) -> None:
    found = report_issue(workspace, street.volunteer, HEAP).found
    assert (found.issue.number, found.issue.kind) == ("XJ20261123-001", "06010")
    assert found.case.state is CaseState.REPORTED
    # Four working hours from Monday 9:00.
    assert found.case.due_at == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    assert found.place_code == "PD0001"


def test_numbers_count_up_within_the_day_and_begin_anew(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    report_issue(workspace, street.chen, HEAP)
    second = report_issue(workspace, street.chen, replace(HEAP, id=uid("second"), kind="路灯"))
    assert second.found.issue.number == "XJ20261123-002"
    clock.advance(days=1)
    third = report_issue(workspace, street.chen, replace(HEAP, id=uid("third"), kind="路灯"))
    assert third.found.issue.number == "XJ20261124-001"


def test_the_same_report_again_is_the_same_and_another_one_a_conflict(workspace: Workspace, street: Street) -> None:
    first = report_issue(workspace, street.chen, HEAP)
    again = report_issue(workspace, street.chen, HEAP)
    assert (again.is_new, again.found) == (False, first.found)
    for other in (replace(HEAP, kind="油烟"), replace(HEAP, place=None, shop="LT0001"), replace(HEAP, description="x")):
        with pytest.raises(Conflict):
            report_issue(workspace, street.chen, other)


def test_an_open_one_of_the_same_kind_nearby_is_offered(workspace: Workspace, street: Street) -> None:
    first = report_issue(workspace, street.chen, HEAP).found
    near = replace(HEAP, id=uid("near"), place=None, position=Spot(121.4201, 31.2517))
    assert [n.issue.id for n in report_issue(workspace, street.chen, near).nearby] == [first.issue.id]
    far = replace(HEAP, id=uid("far"), place=None, shop="LT0001")
    assert report_issue(workspace, street.chen, far).nearby == ()
    other_kind = replace(near, id=uid("other kind"), kind="油烟")
    assert report_issue(workspace, street.chen, other_kind).nearby == ()


def test_a_bare_point_is_named_by_the_nearest_door(workspace: Workspace, street: Street) -> None:
    point = NewIssue(uid("point"), "违停", position=Spot(121.4193, 31.2523, 12.0))
    where = report_issue(workspace, street.chen, point).found.location
    assert where.address is not None
    assert "路" in where.address
    assert where.error_m == 12.0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "外星人"}, "unknown_kind"),
        ({"place": "PD9999"}, "unknown_place"),
        ({"place": None, "shop": "LT9999"}, "unknown_shop"),
        ({"shop": "LT0001"}, "two_places"),
        ({"place": None}, "no_place"),
        ({"place": None, "position": Spot(0.0, 0.0)}, "zero"),
        ({"place": None, "position": Spot(31.2523, 121.4193)}, "swapped"),
        ({"place": None, "position": Spot(116.5123, 39.9512)}, "far_away"),
    ],
)
def test_what_cannot_be_placed_or_named_is_refused_with_its_reason(
    workspace: Workspace, street: Street, change: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        report_issue(workspace, street.chen, replace(HEAP, **change))  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_report_at_a_place_stands_on_top_of_its_history(workspace: Workspace, street: Street) -> None:
    report_issue(workspace, street.chen, HEAP)
    page = history.place_history(workspace, street.chen, "PD0001")
    assert [e.title for e in page.open] == ["问题 · 暴露垃圾"]
    assert page.open[0].detail == "待受理 · 剩4:00 · 空地上堆了三袋建筑垃圾"
    assert [e.type for e in page.items] == ["issue"]


def test_a_property_company_reports_nothing_here(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        report_issue(workspace, street.property, HEAP)
