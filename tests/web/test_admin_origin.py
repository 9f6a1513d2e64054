"""/admin/origin: sums of ten and more, the offer to delete, and how they come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapsvc.operations.workspace import Workspace
from tests.operations.test_origins import CLOSED, WITH, many_doors
from tests.support.client import ClientOf, SignedClient
from tests.support.ledgers import imported
from tests.support.workbook import SHOP


def test_a_street_large_enough_is_counted_and_a_small_one_is_not(client: SignedClient, workspace: Workspace) -> None:
    assert "不显示" in client.get("/admin/origin").text
    many_doors(workspace, 14, 11)
    page = client.get("/admin/origin").text
    assert ">14户<" in page
    assert ">12户<" in page
    assert ">11户<" not in page


def test_the_finished_import_that_brought_them_offers_to_delete_them(
    client: SignedClient, workspace: Workspace, tmp_path: Path
) -> None:
    batch = imported(workspace, tmp_path / "a.xlsx", WITH).batch
    assert "用不着的话可以删掉" in client.get(f"/admin/import/{batch}").text
    assert "用不着的话可以删掉" in client.get("/admin/origin").text
    done = client.post("/admin/origin/delete")
    page = client.get(done.headers["Location"]).text
    assert "清空2家店的" in page
    assert "现在没有存这两项" in page
    assert "用不着的话可以删掉" not in client.get(f"/admin/import/{batch}").text
    later = imported(workspace, tmp_path / "b.xlsx", {"商铺底册": [SHOP | CLOSED | {"备注": "新"}]}).batch
    assert "这次没有带进来" in client.get(f"/admin/import/{later}?show=problems").text
    client.post("/admin/origin/take-in")
    assert "两列不带进来" not in client.get("/admin/origin").text


def test_an_import_without_them_offers_nothing(client: SignedClient, workspace: Workspace, tmp_path: Path) -> None:
    batch = imported(workspace, tmp_path / "a.xlsx", {"商铺底册": [SHOP]}).batch
    assert "用不着的话可以删掉" not in client.get(f"/admin/import/{batch}").text


@pytest.mark.parametrize("query", ["tenancies=<b>&rows=1", "tenancies=1&rows=x", "tenancies=1"])
def test_what_the_address_says_is_shown_only_as_numbers(client: SignedClient, query: str) -> None:
    assert "删掉了：" not in client.get(f"/admin/origin?{query}").text


def test_workers_and_keepers_of_the_service_see_no_sums(client_of: ClientOf) -> None:
    found = {role: client_of(role).get("/admin/origin").status_code for role in ("office", "worker", "admin")}
    assert found == {"office": 200, "worker": 403, "admin": 403}
