"""换店: who ran the shop before is gone from every answer, search, export and copy; what was handled there stays."""

from __future__ import annotations

import io
import json
import sqlite3
from html import unescape
from zipfile import ZipFile

import pytest

from mapsvc.maps.publish import publish
from mapsvc.operations.exports import export_layer, export_ledger
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

NAME, PHONE, SPOKEN = "刘小燕", "17500001111", "175 0000 1111"
SIGN = "海燕花店"
VISIT = {
    "id": uid("v"),
    "shop": "LT0002",
    "kind": "regular",
    "at": "2026-11-20T08:40:00+08:00",
    "outcome": "met",
    "needs": [{"id": uid("n"), "topic": "证照办理", "text": f"{NAME}要办食品证"}],
    "promises": [
        {"id": uid("p"), "text": f"给{NAME}回话，打{SPOKEN}", "due_at": "2026-11-27"},
        {"id": uid("kept"), "text": f"帮{NAME}问物业"},
    ],
    "issues": [{"id": uid("i"), "kind": "L0001", "description": f"{NAME}家吊顶滴水，电话{SPOKEN}"}],
    "note": f"{NAME}说水管坏了，改打{PHONE}",
}
CHANGED = {
    "id": uid("changed"),
    "shop": "LT0002",
    "kind": "regular",
    "at": "2026-11-23T08:40:00+08:00",
    "outcome": "changed",
    "note": f"{NAME}搬走了（{PHONE}），换了咖啡店",
    "tenancy": {
        "id": uid("cafe"),
        "replaces": uid("ten LT0002"),
        "sign_name": "新叶咖啡",
        "trade": "餐饮",
        "merchant_name": "周小叶",
        "merchant_phone": "13900002222",
        "state": "open",
    },
}


@pytest.fixture
def readers(street: Street, client_of: ClientOf) -> dict[str, SignedClient]:
    """The shop's own worker and the secretary."""
    own, all_of_them = client_of("worker", login="小周"), client_of("secretary", login="王书记")
    assert own.signed is not None
    assert own.signed.actor.person_id == street.zhou.person_id
    return {"worker": own, "secretary": all_of_them}


@pytest.fixture
def told(readers: dict[str, SignedClient], clock: FixedClock) -> str:
    """Id of a case of the old tenant; what was written about her stands in every kind of text."""
    worker = readers["worker"]
    assert worker.post("/api/v1/visits", json=VISIT).status_code == 201
    case = worker.get("/api/v1/cases").get_json()["items"][0]["id"]
    moved = {"to": "dispatched", "reason": f"{NAME}同意，{SPOKEN}", "version": 1}
    assert readers["secretary"].post(f"/api/v1/cases/{case}/moves", json=moved).status_code == 200
    assert worker.post(f"/api/v1/promises/{uid('kept')}/keep").status_code == 200
    noted = {"version": 1, "note": f"{NAME}的仓库在后面"}
    assert worker.patch("/api/v1/shops/LT0002", json=noted).status_code == 200
    clock.advance(minutes=1)
    return str(case)


def pages(case: str) -> list[str]:
    return [
        "/api/v1/shops/LT0002",
        "/api/v1/shops/LT0002/history?limit=100",
        f"/api/v1/cases/{case}",
        "/api/v1/cases?state=all",
        "/api/v1/shops?q=LT0002",
        "/api/v1/layers/shops/features?bbox=121,31,122,32&zoom=18",
        "/api/v1/layers/issues/features?bbox=121,31,122,32&zoom=18",
        "/api/v1/today",
    ]


def told_in(text: str) -> list[str]:
    """What of the old merchant a text tells, however the number is spelt."""
    bare = "".join(c for c in text if c.isalnum())
    return [who for who in (NAME, PHONE) if who in bare]


def words_of(workbook: bytes) -> str:
    with ZipFile(io.BytesIO(workbook)) as parts:
        # A writer may spell any character as a reference.
        return "".join(unescape(parts.read(name).decode()) for name in parts.namelist() if name.endswith(".xml"))


def everything_out(ws: Workspace, street: Street) -> dict[str, str]:
    """All that leaves the house: both workbooks, the layers, the published copy."""
    out: dict[str, str] = {}
    for reason in (None, "逐户联系"):
        book = io.BytesIO()
        export_ledger(ws, street.secretary, book, reason=reason)
        out[f"ledger {reason}"] = words_of(book.getvalue())
    for layer in ("shops", "issues", "visits", "places"):
        sheet = io.BytesIO()
        export_layer(ws, street.secretary, layer, sheet, form="csv")
        out[layer] = sheet.getvalue().decode("utf-8-sig")
    copy = sqlite3.connect(publish(ws).file)
    out["view.gpkg"] = "\n".join(copy.iterdump())
    copy.close()
    return out


def test_before_the_change_her_own_worker_reads_of_her(
    readers: dict[str, SignedClient], told: str, workspace: Workspace, street: Street
) -> None:
    for address in pages(told)[:3]:
        assert NAME in readers["worker"].get(address).get_data(as_text=True), address
    assert told_in(everything_out(workspace, street)["ledger 逐户联系"]) == [NAME, PHONE]


@pytest.mark.parametrize("tenancy", ["another", "nobody"])
def test_after_the_change_nobody_does(
    readers: dict[str, SignedClient], told: str, workspace: Workspace, street: Street, tenancy: str
) -> None:
    nobody = {"id": uid("none"), "replaces": uid("ten LT0002"), "state": "closed"}
    changed = CHANGED | ({"tenancy": nobody} if tenancy == "nobody" else {})
    answer = readers["worker"].post("/api/v1/visits", json=changed)
    assert answer.status_code == 201, answer.get_json()
    for who, reader in readers.items():
        for address in pages(told):
            answer = reader.get(address)
            assert answer.status_code == 200, (who, address)
            assert told_in(json.dumps(answer.get_json(), ensure_ascii=False)) == [], (who, address)
        for typed in (NAME, PHONE, SPOKEN, "liuxiaoyan", "lxy"):
            found = reader.get("/api/v1/search", query_string={"q": typed}).get_json()["items"]
            assert not [hit for hit in found if hit["type"] != "address"], (who, typed)
    for what, text in everything_out(workspace, street).items():
        assert told_in(text) == [], what


def test_what_was_handled_at_the_door_stays_under_the_change(readers: dict[str, SignedClient], told: str) -> None:
    readers["worker"].post("/api/v1/visits", json=CHANGED)
    items = readers["worker"].get("/api/v1/shops/LT0002/history?limit=100").get_json()["items"]
    # What was handled this morning, before the shop was found changed, stands above it in the order of the clock.
    assert [e["title"] for e in items if not e["former"]][-2:] == ["走访 · 定期 · 换店或歇业", "换店"]
    former = {e["title"]: e["detail"] for e in items if e["former"]}
    assert former["走访 · 定期 · 见到店主"] == "前店主说水管坏了，改打175****1111"
    assert former["诉求 · 证照办理"] == "前店主要办食品证"
    assert former["问题 · 渗漏水"].startswith("前店主家吊顶滴水，电话175****1111")
    assert {e["title"]: e["detail"] for e in items}["立案派遣 · 渗漏水"] == "前店主同意，175****1111"


def test_what_goes_out_without_her_and_comes_back_changes_nothing(
    readers: dict[str, SignedClient], told: str, workspace: Workspace, street: Street
) -> None:
    readers["worker"].post("/api/v1/visits", json=CHANGED)
    for reason in (None, "逐户联系"):
        book = io.BytesIO()
        export_ledger(workspace, street.secretary, book, reason=reason)
        file = workspace.folder / "out.xlsx"
        file.write_bytes(book.getvalue())
        sheets = import_ledger(workspace, street.secretary, file).sheets
        assert all((c.added, c.updated, c.conflicts) == (0, 0, 0) for c in sheets.values()), sheets
    with workspace.read() as conn:
        from mapsvc.store import visits

        kept = visits.by_id(conn, uid("v"))
    assert kept is not None
    assert kept.note == VISIT["note"]


def test_taken_back_she_is_there_again(readers: dict[str, SignedClient], told: str) -> None:
    worker = readers["worker"]
    before = {address: worker.get(address).get_json() for address in pages(told)[1:3]}
    worker.post("/api/v1/visits", json=CHANGED)
    assert worker.delete(f"/api/v1/visits/{CHANGED['id']}").get_json() == {"id": CHANGED["id"], "withdrawn": True}
    for address, was in before.items():
        now = worker.get(address).get_json()
        assert NAME in json.dumps(now, ensure_ascii=False)
        assert [e.get("title") for e in now.get("items", ())] == [e.get("title") for e in was.get("items", ())]
