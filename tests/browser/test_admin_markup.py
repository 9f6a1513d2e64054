"""Markup in every free-text column of the store, every page opened: it is shown as text and runs nowhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Text, literal, select, update

from tests.support.browser import OpenContext, watch_of
from tests.support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHORT = "<img src=x onerror=xss()>"
LONG = SHORT + "${xss()}{{7*7}}</script><script>xss()</script>\"'><svg onload=xss()>"
# Not written by people as free text: secrets, settings of the program, the index of words.
NOT_TEXT = {"password_hash", "value", "code_key", "title_key", "tokens"}
NAMES = {("person", "nickname"), ("tenancy", "trade"), ("need", "topic")}


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service on the demo, with markup in front of everything anybody may have typed."""
    folder = Path(shutil.copytree(demo_folder, tmp_path_factory.mktemp("markup") / "data"))
    with Server(folder) as running:
        ws = running.workspace()
        with ws.write() as conn:
            spoil(conn)
        ws.database.close()
        yield running


def spoil(conn: Any) -> None:
    """Put the markup in front of every free text."""
    from mapsvc.store.tables import metadata

    for table in metadata.sorted_tables:
        for column in table.columns:
            is_name = (table.name, column.name) in NAMES
            if is_name or (isinstance(column.type, Text) and column.name not in NOT_TEXT):
                mark = SHORT if is_name else LONG
                conn.execute(update(table).where(column.is_not(None)).values({column.name: literal(mark) + column}))


def addresses(server: Server) -> list[str]:
    """Every page without variable parts, and one page of each noun."""
    from mapsvc.app import create_app
    from mapsvc.store import tables as t

    ws = server.workspace()
    rules = [rule.rule for rule in create_app(ws).url_map.iter_rules() if "GET" in (rule.methods or ())]
    plain = [r for r in rules if "<" not in r and not re.match(r"/(api|healthz|metrics|sign-in)", r)]
    with ws.read() as conn:
        first = {
            "shops": conn.execute(select(t.shop.c.code).order_by(t.shop.c.code)).scalars().first(),
            "places": conn.execute(select(t.place.c.code).order_by(t.place.c.code)).scalars().first(),
            "cases": conn.execute(select(t.case_file.c.id).where(t.case_file.c.state == "handling")).scalars().first(),
            "patrol": conn.execute(select(t.patrol_plan.c.id)).scalars().first(),
        }
    ws.database.close()
    nouns = [f"/{noun}/{value}" for noun, value in first.items() if value]
    assert len(plain) >= 6 and len(nouns) >= 3
    return [*plain, *nouns]


@pytest.mark.parametrize("role", ["secretary", "admin"])
def test_what_people_typed_runs_on_no_page(open_context: OpenContext, live_server: Server, role: str) -> None:
    page = open_context(role).new_page()
    # Some pages are for one of the two roles only.
    watch_of(page).allow("403")
    page.add_init_script("window.ran = 0; window.xss = () => { window.ran += 1; };")
    for where in addresses(live_server):
        answer = page.goto(where)
        assert answer is not None
        if "text/html" not in (answer.headers.get("content-type") or ""):
            continue
        if page.locator("#map-region").count():
            page.wait_for_selector("html[data-map=ready]", state="attached")
            page.wait_for_timeout(300)
        assert page.evaluate("window.ran") == 0, where
        assert page.locator("img[src=x]").count() == 0, where


def test_the_markup_is_there_to_be_seen(page: Page, live_server: Server) -> None:
    """Else the test above would look at pages without any."""
    page.goto("/admin/people")
    assert "<img src=x onerror=xss()>" in page.locator("main").inner_text()
    page.goto("/")
    page.wait_for_selector("html[data-map=ready]", state="attached")
    page.locator("#q").fill("27")
    page.wait_for_selector("#found [role=option]")
    assert page.evaluate("window.ran ?? 0") == 0
