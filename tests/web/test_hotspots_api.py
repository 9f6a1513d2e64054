"""/api/v1/hotspots: the names of the contract, questions read strictly, the reports behind a cell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.operations.workspace import Workspace
from tests.maps.streets import CORNER, NOW, add_issue, add_shop
from tests.support.client import ClientOf, SignedClient

URL = "/api/v1/hotspots"
NAMES = {
    "cell", "lon", "lat", "count", "report_days", "episodes", "expected", "verdict", "z", "p", "q", "band", "enough",
    "type", "priority", "text", "label", "side", "length_m",
}  # fmt: skip


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """A door with four reports."""
    shop = add_shop(workspace, 1)
    for n in range(4):
        add_issue(workspace, n, at=NOW - timedelta(days=1 + 5 * n), shop_id=shop, lon=CORNER[0] - 0.0003)
    return workspace


def test_the_answer_has_the_names_of_the_contract(office: Workspace, client: SignedClient) -> None:
    answer = client.get(URL).json
    assert {"method", "window", "seed", "n", "sentence", "cells"} <= answer.keys()
    assert answer["window"].keys() == {"days", "since", "until", "text"}
    assert all(cell.keys() >= NAMES for cell in answer["cells"])
    assert sum(cell["count"] for cell in answer["cells"]) == 4


def test_a_cell_shows_the_very_reports_behind_its_number(office: Workspace, client: SignedClient) -> None:
    cell = max(client.get(URL).json["cells"], key=lambda c: c["count"])
    detail = client.get(f"{URL}/cells/{cell['cell']}").json
    assert len(detail["issues"]) == cell["count"] == 4
    assert [issue["at"] for issue in detail["issues"]] == sorted((i["at"] for i in detail["issues"]), reverse=True)
    assert detail["steps"] and detail["sources"]


@pytest.mark.parametrize("cells", ["street:25", "square:75", "hex:75", "patches"])
def test_every_kind_of_cell_answers(office: Workspace, client: SignedClient, cells: str) -> None:
    assert client.get(f"{URL}?cells={cells}").status_code == 200


@pytest.mark.parametrize("kind", ["06010", "暴露垃圾", "垃圾堆积"])
def test_a_kind_is_known_by_code_name_and_synonym(office: Workspace, client: SignedClient, kind: str) -> None:
    assert client.get(f"{URL}?kind={kind}").json["kind"] == "06010"


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("days=0", 400, "days"),
        ("days=nan", 400, "days"),
        ("days=9999999999999999999", 400, "days"),
        ("until=2026-02-30", 400, "until"),
        ("cells=square:0", 400, "cells"),
        ("cells=street:1e9", 400, "cells"),
        ("kind=没有的", 422, "kind"),
        ("seed=-1", 400, "seed"),
        ("surprise=1", 400, "surprise"),
    ],
)
def test_questions_without_sense_name_their_field(client: SignedClient, query: str, status: int, field: str) -> None:
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == status
    assert field in [error["field"] for error in answer.json["errors"]]


def test_an_unknown_cell_is_not_found(office: Workspace, client: SignedClient) -> None:
    assert client.get(f"{URL}/cells/street:25:岚皋路/odd/9999").status_code == 404


def test_strangers_and_property_companies_see_none(client_of: ClientOf) -> None:
    assert client_of(None).get(URL).status_code == 401
    assert client_of("property").get(URL).status_code == 403
