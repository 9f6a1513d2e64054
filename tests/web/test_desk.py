"""Pages of the desk, in every role that has one: each row leads to a page that this reader may open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.desk import COMMITTEE, PROPERTY, WAITING, build
from tests.support.numbers import Page

UNITS = {"committee": COMMITTEE, "property": PROPERTY}


@pytest.fixture
def waiting(workspace: Workspace, tmp_path: Path) -> Workspace:
    """One of everything that waits."""
    build(workspace, tmp_path)
    return workspace


def reader(ws: Workspace, client_of: ClientOf, role: str) -> SignedClient:
    """A person of `role`, of the committee and the property company of 27号."""
    from sqlalchemy import update

    from mapsvc.store.tables import account

    client = client_of(role)
    if role in UNITS:
        with ws.write() as conn:
            conn.execute(update(account).where(account.c.role == role).values(unit=UNITS[role]))
    return client


@pytest.mark.parametrize("role", ["secretary", "office", "committee", "property"])
def test_every_row_leads_somewhere_its_reader_may_go(waiting: Workspace, client_of: ClientOf, role: str) -> None:
    client = reader(waiting, client_of, role)
    desk = Page(client.get("/desk").text)
    of_policies = [url for _, url, _ in desk.counts if url.startswith("/policies?")]
    assert len(of_policies) == (1 if role not in UNITS else 0)
    assert len(desk.counts) - len(of_policies) == (len(WAITING) if role not in UNITS else 3)
    closed = []
    for n, url, _ in desk.counts:
        page = client.get(url).text
        assert Page(page).rows == n
        for link in re.findall(r'<li data-row="[^"]+"><a href="([^"]+)"', page):
            if (status := client.get(link).status_code) != 200:
                closed.append((url, link, status))
    assert not closed


def test_an_empty_desk_says_so(client_of: ClientOf, workspace: Workspace) -> None:
    page = client_of("secretary").get("/desk").text
    assert page.count("没有要办的：") == 3 and "不到5张，先不算" in page
    assert "这里没有要办的了" in client_of("secretary").get("/desk/reported").text


def test_a_list_of_somebody_elses_desk_is_not_there(client_of: ClientOf) -> None:
    assert client_of("property").get("/desk/reported").status_code == 404
    assert client_of("worker").get("/desk/reported").status_code == 404


@pytest.mark.parametrize("role", ["secretary", "office", "committee", "property"])
def test_the_links_beside_the_numbers_are_open_to_their_reader(
    waiting: Workspace, client_of: ClientOf, role: str
) -> None:
    client = reader(waiting, client_of, role)
    beside = re.search(r'<nav class="desk-beside.*?</nav>', client.get("/desk").text, re.DOTALL)
    assert beside
    links = re.findall(r'href="([^"]+)"', beside[0])
    assert links
    assert {url: client.get(url).status_code for url in links} == dict.fromkeys(links, 200)
