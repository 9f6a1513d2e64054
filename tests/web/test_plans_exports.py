"""A plan for paper and other programs: one person's or everybody's, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from mapsvc.operations.workspace import Workspace
from tests.maps.streets import CORNER, NOW, add, add_shop, add_worker
from tests.support.client import SignedClient

ASKED = {"date": "2026-11-23", "shift": "evening", "workers": ["小陈", "小周"], "minutes": 60}
PHONE = "13800001111"


@pytest.fixture
def plan(workspace: Workspace, client: SignedClient) -> dict[str, Any]:
    """Doors with a merchant behind each, one with a name that looks like a formula."""
    chen, zhou = add_worker(workspace, "小陈"), add_worker(workspace, "小周")
    for n in range(6):
        add_shop(workspace, n, worker=chen if n < 3 else zhou)
        person = f"merchant-{n}"
        add(workspace, "person", id=person, kind="merchant", name=f"沈老板{n}", phone=PHONE, created_at=NOW)
    add(workspace, "location", id="loc-odd", kind="shop", address="=1+1", lon=CORNER[0], lat=CORNER[1])
    times = {"created_at": NOW, "updated_at": NOW}
    add(workspace, "shop", id="odd", code="LT0099", location_id="loc-odd", state="open", **times)
    add(workspace, "tenancy", id="ten-odd", shop_id="odd", sign_name="@店", trade="餐饮", started_on=None)
    made = client.post("/api/v1/plans", json=ASKED | {"must": ["LT0099"]})
    assert made.status_code == 201, made.json
    return made.json


def file_of(client: SignedClient, plan: dict[str, Any], kind: str, query: str = "") -> bytes:
    answer = client.get(f"/patrol/{plan['id']}.{kind}{query}")
    assert answer.status_code == 200
    return bytes(answer.data)


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def stops(plan: dict[str, Any], worker: str | None = None) -> list[dict[str, Any]]:
    return [stop for route in plan["routes"] if worker in (None, route["worker"]) for stop in route["stops"]]


def counts(kind: str, body: bytes) -> int:
    """How many stops a file has."""
    if kind == "csv":
        return len(rows(body))
    if kind == "geojson":
        return sum(f["geometry"]["type"] == "Point" for f in json.loads(body)["features"])
    root = Xml.fromstring(body)
    return len(root.findall(".//{*}wpt")) + len(root.findall(".//{*}Placemark/{*}Point"))


@pytest.mark.parametrize("kind", ["csv", "geojson", "gpx", "kml"])
def test_a_file_has_everybodys_stops_or_one_persons(client: SignedClient, plan: dict[str, Any], kind: str) -> None:
    assert counts(kind, file_of(client, plan, kind)) == len(stops(plan))
    assert counts(kind, file_of(client, plan, kind, "?worker=小周")) == len(stops(plan, "小周")) > 0
    assert client.get(f"/patrol/{plan['id']}.{kind}?worker=小赵").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "geojson", "gpx", "kml"])
def test_no_file_says_a_merchants_name_or_number(client: SignedClient, plan: dict[str, Any], kind: str) -> None:
    text = file_of(client, plan, kind).decode()
    assert PHONE not in text and "沈老板" not in text and "小陈某" not in text


def test_a_spreadsheet_opens_it_as_it_is_and_runs_nothing(client: SignedClient, plan: dict[str, Any]) -> None:
    body = file_of(client, plan, "csv")
    assert body.startswith(b"\xef\xbb\xbf")
    told = rows(body)
    assert any(row["地点"].startswith("'=1+1") for row in told)
    assert not [cell for row in told for cell in row.values() if cell[:1] in "=+-@" and cell]
    assert [row["约几点"] for row in told] == [stop["about"] for stop in stops(plan)]
    assert all(row["怎么走"] for row in told)


def test_one_persons_file_is_named_after_the_surname(client: SignedClient, plan: dict[str, Any]) -> None:
    from urllib.parse import unquote

    head = client.get(f"/patrol/{plan['id']}.gpx?worker=小周").headers["Content-Disposition"]
    assert unquote(head).endswith("巡查_20261123_晚班_周_第1版.gpx")


def test_the_sheets_are_what_phones_carry_and_say_which(client: SignedClient, plan: dict[str, Any]) -> None:
    url, ref = f"/patrol/{plan['id']}", stops(plan, "小陈")[0]["ref"]
    label = stops(plan, "小陈")[0]["label"]
    assert "草稿，还没发" in client.get(f"{url}/print").get_data(as_text=True)
    client.post(f"{url}/publish", data={"edition": "1"})
    client.post(f"{url}/edit", data={"edition": "1", "ref": ref, "do": "leave_out"})
    one = client.get(f"{url}/print?worker=小陈").get_data(as_text=True)
    assert one.count('<article class="paper') == 1
    assert label in one and "后来的改动还没发" in one and "第1版，" in one
    client.post(f"{url}/publish", data={"edition": "2"})
    again = client.get(f"{url}/print?worker=小陈").get_data(as_text=True)
    ticked = again.partition("<ol>")[2].partition("</ol>")[0]
    assert label not in ticked and "第1版第2稿，" in again and "后来的改动" not in again


def test_a_sheet_has_boxes_the_way_and_a_code(client: SignedClient, plan: dict[str, Any]) -> None:
    shown = client.get(f"/patrol/{plan['id']}/print").get_data(as_text=True)
    assert shown.count('class="box"') == len(stops(plan))
    assert shown.count("手机扫码看路线") == sum(bool(route["stops"]) for route in plan["routes"])
    for stop in stops(plan):
        assert "，".join(stop["way"]) in shown
