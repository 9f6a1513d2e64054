"""/api/v1/tickets: taken in once, moved on by version, a workbook brought in, lists that go on where they ended."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, uid
from tests.support.tickets import SHEET, ticket, ticket_file

NEW: dict[str, Any] = {
    "id": uid("ticket"),
    "number": "SH1",
    "called_at": "2026-11-20T13:19:00+08:00",
    "text": "市民来电反映房屋渗漏，希望尽快处理",
    "request": "help",
    "address": "岚皋西路27号",
}


def made(client: SignedClient, **more: Any) -> dict[str, Any]:
    told = client.post("/api/v1/tickets", json=NEW | more)
    assert told.status_code in (200, 201), told.text
    found: dict[str, Any] = told.get_json()
    return found


def test_a_ticket_is_taken_in_once_with_its_clocks_by_rule(client: SignedClient, street: Street) -> None:
    one = made(client)
    assert (one["shop"], one["kind"], one["state"], one["limit_days"]) == ("LT0001", "L0001", "to_sign", 5)
    assert one["first_contact"]["due_at"] == "2026-11-23T17:00:00+08:00"
    assert one["handling"]["due_at"] == "2026-11-27T17:00:00+08:00"
    assert client.post("/api/v1/tickets", json=NEW).status_code == 200
    again = client.post("/api/v1/tickets", json=NEW | {"id": uid("other")})
    assert again.status_code == 409 and again.get_json()["code"] == "number_used"
    assert client.get("/api/v1/tickets").get_json()["total"] == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"called_at": "2027-01-01T00:00:00"}, "called_at"),
        ({"first_contact_due_at": "2026-11-01T00:00:00"}, "first_contact_due_at"),
    ],
)
def test_times_that_cannot_be_are_refused_by_field(
    client: SignedClient, street: Street, wrong: dict[str, str], field: str
) -> None:
    told = client.post("/api/v1/tickets", json=NEW | wrong)
    assert told.status_code == 422 and told.get_json()["errors"][0]["field"] == field


def test_moves_name_what_is_legal_and_carry_the_version(client: SignedClient, street: Street) -> None:
    made(client)
    moves = "/api/v1/tickets/SH1/moves"
    early = {"to": "answered", "version": 1, "answer": "修好了。", "is_solved": True}
    told = client.post(moves, json=early)
    assert told.status_code == 409 and told.get_json()["legal"] == ["handling", "returned"]
    assert client.post(moves, json={"to": "handling", "version": 1}).get_json()["state"] == "handling"
    stale = client.post(moves, json=early)
    assert stale.status_code == 409 and stale.get_json()["version"] == 2
    done = client.post(moves, json=early | {"version": 2, "satisfaction": "satisfied"}).get_json()
    assert (done["state"], done["answer"], done["is_solved"]) == ("answered", "修好了。", True)
    again = client.post(moves, json={"to": "handling", "version": 3, "reason": "还漏"}).get_json()
    assert again["is_second"] and again["limit_days"] == 3


def test_a_list_goes_on_where_it_ended(client: SignedClient, street: Street) -> None:
    for n in range(5):
        made(client, id=uid(f"t{n}"), number=f"SH{n}", called_at=f"2026-11-2{n % 2}T10:00:00")
    seen, after = [], ""
    while after is not None:
        page = client.get(f"/api/v1/tickets?state=open&limit=2&after={after}").get_json()
        seen, after = seen + [one["number"] for one in page["items"]], page["next"]
    assert sorted(seen) == [f"SH{n}" for n in range(5)] and page["total"] == 5
    assert client.get("/api/v1/tickets?after=x").status_code == 400
    assert client.get("/api/v1/tickets?kind=L0001&known=false").get_json()["total"] == 5


def test_a_workbook_is_brought_in_after_a_look(client: SignedClient, street: Street, tmp_path: Path) -> None:
    content = ticket_file(tmp_path / "t.xlsx", ticket(), ticket(1002, 诉求内容=None)).read_bytes()

    def send(**more: str) -> dict[str, Any]:
        told = client.post("/api/v1/tickets/import", data={"file": (io.BytesIO(content), "t.xlsx"), **more})
        assert told.status_code == 200, told.text
        found: dict[str, Any] = told.get_json()
        return found

    assert send(dry_run="true")["sheets"][SHEET]["added"] == 1
    assert client.get("/api/v1/tickets").get_json()["total"] == 0
    first = send()
    assert first["sheets"][SHEET]["added"] == 1
    wrong = first["problems"][0]
    assert (wrong["sheet"], wrong["row"], wrong["column"], wrong["code"]) == (SHEET, 4, "诉求内容", "missing")
    assert send()["sheets"][SHEET]["unchanged"] == 1
    assert client.post("/api/v1/tickets/import", json={}).status_code == 415
    bad = client.post("/api/v1/tickets/import", data={"file": (io.BytesIO(b"no"), "t.xlsx")})
    assert bad.status_code in (415, 422)


def test_a_ticket_stands_in_the_history_of_its_shop(client: SignedClient, street: Street) -> None:
    made(client)
    entries = client.get("/api/v1/shops/LT0001/history").get_json()["items"]
    told = next(entry for entry in entries if entry["type"] == "ticket")
    assert told["title"] == "12345来电 · 渗漏水" and "房屋渗漏" in told["detail"]


def test_a_number_in_a_text_is_masked_for_who_may_not_see_it(client_of: ClientOf, street: Street) -> None:
    made(client_of("secretary"), text="漏水，打13812345678")
    assert "138****5678" in client_of("office").get("/api/v1/tickets/SH1").get_json()["text"]
    assert "13812345678" in client_of("secretary").get("/api/v1/tickets/SH1").get_json()["text"]
