"""帮他办的 and 要他改的 over HTTP: who may not see what a merchant is asked to change finds no entry and no number."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf
from tests.support.street import Street, uid

READ = ("/api/v1/shops/LT0001", "/api/v1/shops/LT0001/history", "/api/v1/places/PD0001/history")


@pytest.fixture(autouse=True)
def asked(workspace: Workspace, street: Street) -> None:
    """Goods out on the pavement, a ceiling that leaks, rubbish on the corner."""
    report_issue(workspace, street.chen, NewIssue(uid("goods"), "09005", "货摆出了门", shop="LT0001"))
    report_issue(workspace, street.chen, NewIssue(uid("leak"), "L0001", "天花板渗水", shop="LT0001"))
    report_issue(workspace, street.chen, NewIssue(uid("rubbish"), "06011", "建筑垃圾", place="PD0001"))


def sides(answer: dict[str, Any]) -> set[str]:
    return {e["side"] for e in (*answer.get("items", ()), *answer["open"])}


@pytest.mark.parametrize("role", ["committee", "volunteer", "admin"])
def test_the_second_view_is_nowhere_for_who_may_not_see_it(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    answers = [client.get(path).get_json() for path in READ]
    assert [sides(answer) for answer in answers] == [{"help"}] * 3
    assert set(answers[0]["counts"]) == {"help"}
    assert "货摆出了门" not in json.dumps(answers, ensure_ascii=False)
    assert "建筑垃圾" in client.get("/places/PD0001").get_data(as_text=True)
    assert "data-may-see-asked" not in client.get("/shops/LT0001").get_data(as_text=True)


@pytest.mark.parametrize("role", ["worker", "secretary", "office"])
def test_who_works_on_cases_has_both(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    shop, told, _ = (client.get(path).get_json() for path in READ)
    assert sides(shop) == sides(told) == {"help", "ask"}
    assert shop["counts"]["ask"] == len([e for e in told["items"] if e["side"] == "ask"])
    assert "data-may-see-asked" in client.get("/shops/LT0001").get_data(as_text=True)


def test_the_property_company_sees_no_history(client_of: ClientOf) -> None:
    client = client_of("property")
    assert [client.get(path).status_code for path in READ] == [403] * 3
