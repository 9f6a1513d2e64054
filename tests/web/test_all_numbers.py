"""Every number of a page is a link, and the list it opens is as long: clicked through over the demo, in every role."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from mapsvc.domain.actors import Role
from mapsvc.operations.workspace import Workspace
from tests.support.client import SignedClient
from tests.support.numbers import Page

MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOST = "http://localhost"
SAMPLES = 4
"""Pages looked at per route: two hundred shops have one page."""
STARTS = (
    "/desk", "/", "/today", "/cases", "/tickets", "/needs", "/silent", "/figures", "/reports", "/playbooks",
    "/rosters", "/notices", "/orders", "/places/PD0001", "/me", "/ledger", "/hotspots",
    "/enquiries",
)  # fmt: skip
# What an import or a patrol counts is in a file or on a plan, not in a list of ours.
NOT_CASEWORK = ("/admin/", "/patrol")
NO_PAGE = re.compile(r"\.(xlsx|docx|gpx|kml|geojson|csv|jpg|png|svg|ics|toml|json)$|^/(static|api|photos)|/print$")
# role -> how many numbers there are to click at least
ROLES = {Role.SECRETARY: 15, Role.OFFICE: 15, Role.WORKER: 0, Role.COMMITTEE: 0, Role.PROPERTY: 0}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Flask]]:
    """The demo on a Monday at nine."""
    from mapsvc.app import create_app
    from mapsvc.config import Settings
    from mapsvc.demo.make import make_demo

    settings = Settings.load({}, data=str(tmp_path_factory.mktemp("demo")))
    ws = Workspace.open(settings, clock=lambda: MONDAY)
    make_demo(ws, seed=1)
    app = create_app(ws)
    app.test_client_class = SignedClient
    yield ws, app
    ws.database.close()


def client_of(office: tuple[Workspace, Flask], role: Role) -> SignedClient:
    """The demo's person of `role`: of the committee and the property company those of 27号."""
    ws, app = office
    client = app.test_client()
    assert isinstance(client, SignedClient)
    client.sign_in(ws, role.value)
    return client


class Walk:
    """One person clicking through the pages that lead from one to the other."""

    def __init__(self, client: SignedClient, app: Flask) -> None:
        self._client = client
        self._router = app.url_map.bind("localhost")
        self._seen: Counter[str] = Counter()
        self.pages: dict[str, Page | None] = {}

    def go(self) -> None:
        """Look at some pages of every route."""
        waiting = list(STARTS)
        while waiting:
            address = waiting.pop(0)
            if address in self.pages or not self._is_wanted(address):
                continue
            page = self.pages[address] = self.read(address)
            if page:
                waiting += sorted({self.address(address, href) for href in page.links} - {""})

    def _is_wanted(self, address: str) -> bool:
        path = urlsplit(address).path
        if not path or NO_PAGE.search(path):
            return False
        try:
            endpoint, _ = self._router.match(path, "GET")
        except HTTPException:
            return False
        self._seen[endpoint] += 1
        return self._seen[endpoint] <= SAMPLES

    def read(self, address: str) -> Page | None:
        """A page, or None for what is none or not for this person."""
        told = self._client.get(address, follow_redirects=True)
        assert told.status_code < 500, address
        return Page(told.text) if told.status_code == 200 and told.mimetype == "text/html" else None

    @staticmethod
    def address(of: str, href: str) -> str:
        """Where a link leads, from a page; empty for another host."""
        parts = urlsplit(urljoin(HOST + of, href))
        here = f"{parts.scheme}://{parts.netloc}" == HOST
        return parts.path + (f"?{parts.query}" if parts.query else "") if here else ""

    def length(self, of: str, href: str) -> int:
        """Rows of the list that a number opens; an anchor is a list on the page it leads to."""
        url, anchor = self.address(of, href), urlsplit(href).fragment
        if url not in self.pages:
            self.pages[url] = self.read(url)
        page = self.pages[url]
        return -1 if page is None else page.rows_within[anchor] if anchor else page.rows


@pytest.mark.parametrize("role", ROLES)
def test_every_number_is_as_long_as_the_list_it_opens(office: tuple[Workspace, Flask], role: Role) -> None:
    walk = Walk(client_of(office, role), office[1])
    walk.go()
    looked_at = {address: page for address, page in walk.pages.items() if page}
    told = [(address, *count) for address, page in looked_at.items() for count in page.counts]
    wrong = [(of, href, n, rows) for of, n, href, _ in told if (rows := walk.length(of, href)) != n]
    assert not wrong
    assert not [one for one in told if one[3].strip() and str(one[1]) not in one[3].replace(",", "")]
    assert len(told) >= ROLES[role]
    assert not {a: page.bare for a, page in looked_at.items() if page.bare and not a.startswith(NOT_CASEWORK)}


def test_the_numbers_of_the_maps_panel_are_those_of_their_lists(office: tuple[Workspace, Flask]) -> None:
    client = client_of(office, Role.SECRETARY)
    told = client.get("/api/v1/summary").get_json()
    for name in ("open", "overdue"):
        found, after = 0, ""
        while after is not None:
            page = client.get(f"/api/v1/cases?state={name}&limit=200&after={after}").get_json()
            found, after = found + len(page["items"]), page["next"]
        assert told[name]["value"] == found == page["total"]
    visited, not_visited = told["visited"], Page(client.get("/desk/not_visited").text)
    assert visited["total"] - visited["value"] == not_visited.rows


def test_a_figure_that_opens_nothing_is_found() -> None:
    page = Page(
        '<div class="figures"><b>7</b><b>85%</b><a data-count="3" href="/x"><b>3</b></a></div>'
        '<ul id="y"><li data-row="1">a</ul>'
    )
    assert (page.bare, page.counts, page.rows, page.rows_within["y"]) == (["7"], [(3, "/x", "3")], 1, 1)
