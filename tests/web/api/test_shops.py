"""/api/v1/shops over HTTP: the contract's names, masking, and what is said of bad input."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street


def test_a_shop_has_the_members_of_the_contract(client: SignedClient, street: Street) -> None:
    shop = client.get("/api/v1/shops/LT0001").get_json()
    assert {"code", "name", "address", "trade", "state", "position", "worker", "open"} <= set(shop)
    assert shop["position"]["source"] == "address"
    assert shop["tenancy"]["phone"] == "138****5678"
    assert shop["worker"] == "小陈"


def test_a_list_is_paged_by_next(client: SignedClient, street: Street) -> None:
    first = client.get("/api/v1/shops?limit=1").get_json()
    second = client.get(f"/api/v1/shops?limit=1&after={first['next']}").get_json()
    assert [s["code"] for s in first["items"] + second["items"]] == ["LT0001", "LT0002"]
    assert second["next"] is None


def test_the_history_has_open_things_items_and_next(client: SignedClient, street: Street) -> None:
    history = client.get("/api/v1/shops/LT0001/history").get_json()
    assert set(history) == {"open", "items", "next"}
    assert {"at", "type", "title", "detail", "actor", "ref", "side"} <= set(history["items"][0])
    assert client.get("/api/v1/places/PD0001/history").get_json()["items"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("bbox=121.43,31.24,121.41,31.26", "bbox"),
        ("bbox=nan,31.24,121.41,31.26", "bbox"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=121,31,1e999,32", "bbox"),
        ("limit=0", "limit"),
        ("limit=100000000000000000000000", "limit"),
        ("limit=ten", "limit"),
        ("colour=red", "colour"),
        ("q=" + "好" * 101, "q"),
        ("q=%01", "q"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_a_bad_query_is_refused_by_the_name_of_its_field(
    client: SignedClient, street: Street, query: str, field: str
) -> None:
    answer = client.get(f"/api/v1/shops?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["errors"][0]["field"] == field


@pytest.mark.parametrize("path", ["/api/v1/shops/LT9999", "/api/v1/shops/%01", "/api/v1/shops/LT9999/history"])
def test_an_unknown_shop_is_404_as_problem(client: SignedClient, street: Street, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_nobody_reads_without_signing_in_and_not_every_role_reads(client_of: ClientOf, street: Street) -> None:
    assert client_of(None).get("/api/v1/shops").status_code == 401
    assert client_of("property").get("/api/v1/shops").status_code == 403


def test_the_full_number_needs_a_reason(client: SignedClient, street: Street) -> None:
    asked: dict[str, Any] = {"reason": "约时间上门"}
    assert client.post("/api/v1/shops/LT0001/phone", json=asked).get_json() == {"phone": "13812345678"}
    assert client.post("/api/v1/shops/LT0001/phone", json={"reason": ""}).status_code == 422
    assert client.post("/api/v1/shops/LT0001/phone", json={}).status_code == 400
    assert client.post("/api/v1/shops/LT0001/phone", data="reason=x").status_code == 415
