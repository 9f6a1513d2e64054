"""Uploads of a ledger over HTTP: what cannot be taken is refused in one sentence, and nothing of it stays."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.jobs import child
from mapsvc.jobs.kinds import KINDS
from mapsvc.operations import jobs
from mapsvc.operations.workspace import Workspace
from mapsvc.web.context import EXTENSION
from mapsvc.web.security import largest_body
from tests.support.client import ClientOf, SignedClient
from tests.support.ledgers import stored
from tests.support.workbook import ISSUE, SHOP, VISIT, write_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
JSON = {"Accept": "application/json"}


def send(client: SignedClient, content: bytes, name: str = "台账.xlsx") -> dict[str, object]:
    """Upload and have the job done that looks through it; the job as the page asks for it."""
    told = client.post("/admin/import", data={"file": (io.BytesIO(content), name)}, headers=JSON)
    assert told.status_code == 202, told.text
    ws: Workspace = client.application.extensions[EXTENSION]
    job = told.get_json()["id"]
    child.perform(ws, jobs.get(ws, SYSTEM, job), KINDS["preview_ledger"])
    answer: dict[str, object] = client.get(f"/admin/jobs/{job}", headers=JSON).get_json()
    return answer


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "空的"),
        (b"no workbook at all", "不是 xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "去掉密码"),
        (OLE + "Workbook".encode("utf-16-le"), "另存为"),
        (b"PK\x03\x04 and then nothing", "损坏"),
    ],
)
def test_what_is_no_workbook_is_refused_and_leaves_nothing(
    client_of: ClientOf, workspace: Workspace, content: bytes, advice: str
) -> None:
    client = client_of("secretary")
    before = stored(workspace) | {"audit": 0}
    told = send(client, content)
    assert told["state"] == "failed" and advice in str(told["message"])
    assert stored(workspace) | {"audit": 0} == before
    assert not list((workspace.folder / "uploads").glob("*"))


def test_rows_that_cannot_be_taken_are_shown_one_by_one(
    client_of: ClientOf, workspace: Workspace, tmp_path: Path
) -> None:
    sheets = {
        "商铺底册": [SHOP, SHOP, SHOP | {"商铺编号": "LT0002", "地址(门牌)": "无名路3号"}],
        "走访记录": [VISIT | {"走访时间": at} for at in ("2026年13月5日", "2031-1-1")] + [VISIT | {"商铺编号": "LT9"}],
        "问题台账": [ISSUE | {"类别": "飞碟"}],
    }  # fmt: skip
    client = client_of("secretary")
    told = send(client, write_workbook(tmp_path / "a.xlsx", sheets).read_bytes())
    assert told["state"] == "done"
    page = client.get(f"/admin/import/{told['result']['batch']}?show=problems").text  # type: ignore[index]
    for said in ("重复", "无名路", "没有 13 月", "在今天", "LT9", "飞碟"):
        assert said in page
    assert stored(workspace)["shop"] == 0


def test_a_body_over_the_limit_is_refused_before_it_is_read(client_of: ClientOf, workspace: Workspace) -> None:
    size = largest_body("/admin/import") + 1
    told = client_of("secretary").post(
        "/admin/import",
        data=b"--x\r\n",
        headers=JSON,
        environ_overrides={"CONTENT_LENGTH": str(size)},
        content_type="multipart/form-data; boundary=x",
    )
    assert told.status_code == 413
    assert "太大" in told.get_json()["detail"]
    assert not (workspace.folder / "uploads").exists()
