"""`/patrol/coverage`: a week's figures that open their lists, the streets in their order, and nobody's name."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import MONDAY_AT_NINE
from tests.support.numbers import Page
from tests.support.street import Street, build, many_visits

DAYS = (0, 1, 5, 6, 7, 12)


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """27号 called on today and on some days of the weeks before, at nine and at eight in the evening."""
    people = build(workspace)
    many_visits(workspace, len(DAYS), MONDAY_AT_NINE, lambda i: timedelta(days=DAYS[i], hours=13 * (DAYS[i] == 5)))
    return people


@pytest.mark.parametrize("query", ["", "?week=2026-11-16", "?week=2026-11-16&part=evening", "?part=morning"])
def test_each_number_opens_as_long_a_list(client: SignedClient, street: Street, query: str) -> None:
    page = Page(client.get(f"/patrol/coverage{query}").text)
    assert len(page.counts) >= 3
    for number, href, _ in page.counts:
        assert Page(client.get(href).text).rows == number, href


def test_a_week_says_how_many_stretches_of_all_with_the_week_before(client: SignedClient, street: Street) -> None:
    told = client.get("/patrol/coverage").text
    assert "<b>1</b></a>/178段" in told and "上一周同期" in told
    assert "11月23日至29日，到今天" in told
    last = client.get("/patrol/coverage?week=2026-11-16").text
    assert "这一周走过" in last and "上一周同期" not in last and "，到今天" not in last


def test_stretches_stand_in_the_order_of_the_streets_whoever_was_there_most(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    from mapsvc.operations.stretches import stretches_of

    told = client.get("/patrol/coverage").text
    at = -1
    for one in stretches_of(workspace).segments:
        at = told.index(f"<b>{one.label.removeprefix(one.street)}</b>", at + 1)


def test_nobody_is_named_or_counted(client: SignedClient, street: Street) -> None:
    for address in ("/patrol/coverage", "/patrol/coverage/list?of=walked"):
        told = client.get(address).text.replace("我的", "")
        assert "小陈" not in told and "小周" not in told and "户次" not in told


@pytest.mark.parametrize("query", ["week=" + quote("上周"), "week=2020-01-01", "part=night", "until=2026-99-99"])
def test_what_cannot_be_is_this_week_and_the_whole_day(client: SignedClient, street: Street, query: str) -> None:
    for address in ("/patrol/coverage", "/patrol/coverage/list"):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 200
        assert "11月23日至29日" in answer.text


@pytest.mark.parametrize(("role", "status"), [("worker", 200), ("office", 200), ("volunteer", 403), ("property", 403)])
def test_who_may_see_it(client_of: ClientOf, street: Street, role: str, status: int) -> None:
    for address in ("/patrol/coverage", "/patrol/coverage/list"):
        assert client_of(role).get(address).status_code == status
