"""办理情况 on a page: every number opens a list of as many rows."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from mapsvc.operations.workspace import Workspace
from tests.maps.streets import NOW, add_issue
from tests.support.client import ClientOf, SignedClient

ROWS = re.compile(r"<tr data-row>")


@pytest.fixture
def cases(workspace: Workspace) -> None:
    """Fourteen decided cases of two kinds over two months."""
    for n in range(14):
        at = NOW - timedelta(days=3 * n)
        due = at + timedelta(hours=1 if n % 3 else -1)
        kind = "06010" if n % 2 else "L0001"
        add_issue(workspace, n, kind=kind, state="closed", at=at - timedelta(hours=5), closed_at=at, due_at=due)


def numbers(page: str) -> list[tuple[int, str]]:
    """Each number that opens a list, with its address."""
    return [(int(n), unescape(href)) for n, href in re.findall(r'data-count="(\d+)" href="([^"]+)"', page)]


@pytest.mark.parametrize("query", ["", "?by=patch", "?by=month", "?month=2026-10", "?kind=L0001&by=month"])
def test_every_number_opens_its_list(client: SignedClient, cases: None, query: str) -> None:
    found = numbers(client.get(f"/figures{query}").get_data(as_text=True))
    assert found
    for count, href in found:
        told = client.get(href)
        assert told.status_code == 200
        assert len(ROWS.findall(told.get_data(as_text=True))) == count, href


def test_it_says_how_it_counts_and_names_nobody(client: SignedClient, cases: None) -> None:
    page = client.get("/figures").get_data(as_text=True)
    for words in ("怎么算的", "没有一项按人算", "不到5件，不算", "按时办结率", "先行联系率", "实际解决率", "满意率"):
        assert words in page


def test_an_empty_month_says_so_and_leads_on(client: SignedClient) -> None:
    page = client.get("/figures").get_data(as_text=True)
    assert "还没有到期、办结或回访的事" in page and '<a href="/cases">' in page


@pytest.mark.parametrize("query", ["?from=2026-11-01", "?rate=x&from=2026-11-01", "?rate=on_time&from=x&until=y"])
def test_a_list_that_is_none_is_told(client: SignedClient, query: str) -> None:
    assert client.get(f"/figures/list{query}").status_code == 400


def test_a_reversed_span_is_refused(client: SignedClient) -> None:
    assert client.get("/figures/list?rate=on_time&from=2026-11-30&until=2026-11-01").status_code == 422


SEEN = [("worker", 200), ("committee", 200), ("property", 403), ("volunteer", 403)]


@pytest.mark.parametrize(("role", "status"), SEEN)
def test_who_sees_figures(client_of: ClientOf, role: str, status: int) -> None:
    client = client_of(role)
    assert client.get("/figures").status_code == status
    assert client.get("/figures/list?rate=on_time&from=2026-11-01&until=2026-11-30").status_code == status


def test_a_program_asks_for_the_same_numbers(client: SignedClient, cases: None) -> None:
    told = client.get("/api/v1/figures?month=2026-11").get_json()
    whole, *rows = told["rows"]
    assert [row["name"] for row in rows] == ["暴露垃圾", "房屋渗漏"]
    on_time = whole["rates"]["on_time"]
    assert on_time["total"] == sum(row["rates"]["on_time"]["total"] for row in rows) == 8
    assert on_time["percent"] == round(on_time["hits"] * 100 / 8)
    assert on_time["before"] == {"hits": 4, "total": 6, "percent": 67}
    assert whole["rates"]["solved"]["percent"] is None
    assert client.get("/api/v1/figures?month=xx").status_code == 422
    assert client.get("/api/v1/figures?per=worker").status_code == 400
