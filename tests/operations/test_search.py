"""Search finds shops, places, cases and addresses, in one order, on both databases."""

from __future__ import annotations

import pytest

from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.places import NewPlace, create_place
from mapsvc.operations.search import find
from mapsvc.operations.workspace import Workspace
from tests.support.street import Street, uid


@pytest.mark.parametrize(
    ("typed", "types"),
    [
        ("锦云", ["shop"]),
        ("jinyun", ["shop"]),
        ("jyjf", ["shop"]),
        ("LT0001", ["shop"]),
        ("岚皋西路27号", ["shop"]),
        ("岚皋西路27号锦云", ["shop"]),
        ("岚皋西路27号 锦云建材", ["shop"]),
        ("岚皋西路100号", ["address"]),
        ("岚皋西路", ["shop", "shop"]),
        ("没有这样的东西", []),
        ("  ", []),
    ],
)
def test_what_is_typed_is_found(workspace: Workspace, street: Street, typed: str, types: list[str]) -> None:
    assert [hit.type for hit in find(workspace, street.chen, typed)] == types


def test_a_case_is_found_by_its_number_and_leads_to_its_page(workspace: Workspace, street: Street) -> None:
    found = report_issue(workspace, street.chen, NewIssue(uid("i"), "油烟", shop="LT0001")).found
    hits = find(workspace, street.chen, found.issue.number)
    assert [(h.type, h.url) for h in hits] == [("case", f"/cases/{found.case.id}")]
    assert (hits[0].lon, hits[0].lat) == (found.location.lon, found.location.lat)


def test_a_new_place_is_found_by_name(workspace: Workspace, street: Street) -> None:
    create_place(workspace, street.chen, NewPlace(uid("pl"), "电动车充电棚", "充电棚", 121.4193, 31.2523))
    assert [h.title for h in find(workspace, street.chen, "充电棚")] == ["电动车充电棚"]


def test_what_is_written_about_a_case_is_not_searchable(workspace: Workspace, street: Street) -> None:
    report_issue(workspace, street.chen, NewIssue(uid("i"), "油烟", "张三的电话13812345678", shop="LT0001"))
    assert find(workspace, street.chen, "张三") == ()
    assert find(workspace, street.chen, "13812345678") == ()


def test_the_door_comes_before_its_cases_and_a_case_called_by_its_number_first(
    workspace: Workspace, street: Street
) -> None:
    made = [report_issue(workspace, street.chen, NewIssue(uid(f"i{n}"), "油烟", shop="LT0001")) for n in range(3)]
    assert [h.type for h in find(workspace, street.chen, "岚皋西路27号", 3)] == ["shop", "case", "case"]
    number = made[1].found.issue.number
    assert find(workspace, street.chen, number.lower())[0].code == number
