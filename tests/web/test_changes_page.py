"""变化: each word with its stretches, the map period by period, two beside each other, and what to do without."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree as Xml

import pytest

from mapsvc.operations.workspace import Workspace
from tests.maps.streets import CORNER, NOW, SPOT, add_breaking_out, add_issue, add_shop
from tests.support.client import ClientOf, SignedClient

URL = "/hotspots/changes"


@pytest.fixture
def street(workspace: Workspace) -> Workspace:
    """A year of a report here and there along thirty doors, and a stretch that breaks out in the last eight weeks."""
    add_breaking_out(workspace)
    return workspace


def maps(page: str) -> list[Xml.Element]:
    return [Xml.fromstring(svg) for svg in re.findall(r'<svg class="period-map".*?</svg>', page, re.S)]


def test_each_word_has_its_sentence_and_its_stretches(street: Workspace, client: SignedClient) -> None:
    page = client.get(URL).text
    assert "以前不突出，最近几期一期接一期地多。" in page
    section = re.search(r'<div class="change" id="consecutive">.*?</div>\s*<ul.*?</ul>', page, re.S)
    assert section and section[0].count("data-row") == 1
    href = re.search(r'href="(/hotspots/cells/[^"]+)"', section[0])
    assert href and client.get(unescape(href[1])).status_code == 200


def test_the_map_shows_the_period_asked_and_carries_all(street: Workspace, client: SignedClient) -> None:
    last, first = (client.get(f"{URL}{query}").text for query in ("", "?period=0"))
    assert len(maps(last)) == 6
    now, then = maps(last)[0], maps(first)[0]
    hot = [s for s in now.iter("polygon") if "hot" in s.get("class", "").split()]
    assert hot and all(s.get("data-hot", "")[-1] == "1" for s in hot)
    assert [s.get("data-n") for s in now.iter("polygon")] != []
    by_cell = {s.get("data-cell"): s for s in then.iter("polygon")}
    assert all("hot" not in by_cell[s.get("data-cell")].get("class", "").split() for s in hot)
    assert "13/13期" in re.sub(r"<[^>]+>", "", last) and "1/13期" in re.sub(r"<[^>]+>", "", first)


def test_without_scripts_the_steps_are_links(street: Workspace, client: SignedClient) -> None:
    page = client.get(f"{URL}?period=5&kind=L0004&weeks=4").text
    steps = [unescape(h) for h in re.findall(r'data-step="-?1" href="([^"]+)"', page)]
    assert [re.search(r"period=(\d+)", h)[1] for h in steps] == ["4", "6"]  # type: ignore[index]
    assert all("kind=L0004" in h and h.endswith("#play") for h in steps)
    assert client.get(steps[0].removesuffix("#play")).status_code == 200
    ends = client.get(f"{URL}?period=0").text
    assert re.search(r'data-step="-1" aria-disabled="true"', ends)


def test_two_periods_stand_beside_each_other_on_one_scale(street: Workspace, client: SignedClient) -> None:
    page = client.get(f"{URL}?a=12&b=2").text
    assert re.search(r"先一个四周\d+起，后一个四周\d+起，多\d+起", page)
    assert "起变" in page
    scales = {(m.get("data-second"), m.get("data-third")) for m in maps(page)}
    assert len(scales) == 1
    chosen = re.findall(r'<option value="(\d+)" selected>', page)
    assert chosen[-2:] == ["2", "12"]


@pytest.mark.parametrize("query", ["?a=3&b=3", "?a=99&b=x", "?period=99", "?period=-1", "?weeks=", "?a=1"])
def test_an_odd_question_shows_what_there_is(street: Workspace, client: SignedClient, query: str) -> None:
    assert client.get(f"{URL}{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "status"), [("?weeks=5", 422), ("?kind=nix", 422), ("?until=x", 400), ("?cells=x", 400)]
)
def test_what_cannot_be_asked_is_refused(street: Workspace, client: SignedClient, query: str, status: int) -> None:
    assert client.get(f"{URL}{query}").status_code == status


def test_the_rules_of_arcgis_are_one_click_away_and_say_what_they_are(street: Workspace, client: SignedClient) -> None:
    page = client.get(f"{URL}?rules=arcgis").text
    assert "按 ArcGIS 的规则命名，只用来对照" in page
    assert f'href="{URL}"' in page
    assert "rules=arcgis" in client.get(URL).text


def test_too_short_a_past_says_so_and_offers_one_step(workspace: Workspace, client: SignedClient) -> None:
    assert "看问题分布" in client.get(URL).text
    for n in range(45):
        door = n * 7 % 45
        where = {"lon": CORNER[0] - 0.00012 * door, "lat": CORNER[1] - 0.000036 * door}
        add_shop(workspace, n, **where)
        add_issue(workspace, n, at=NOW - timedelta(days=2 * n), source="resident", **where)
    page = client.get(URL).text
    assert "至少要5个四周才看得出变化" in page
    shorter = re.search(r'<a class="btn main noprint" href="([^"]+)">改看每周</a>', page)
    assert shorter and "weeks=1" in shorter[1]
    assert "至少要" not in client.get(unescape(shorter[1])).text


def test_too_few_reports_offer_longer_periods(street: Workspace, client: SignedClient) -> None:
    page = client.get(f"{URL}?weeks=1").text
    assert "不到30起" in page and "改看每四周" in page


def test_who_sees_no_map_sees_no_change(street: Workspace, client_of: ClientOf) -> None:
    assert client_of("property").get(URL).status_code == 403
    assert client_of("worker").get(URL).status_code == 200


def test_a_stretch_of_few_doors_is_neither_drawn_nor_named(workspace: Workspace, client: SignedClient) -> None:
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations.changes import ChangeQuery, changes

    add_shop(workspace, 1)
    for n in range(60):
        where = {"lon": CORNER[0] - 0.0055, "lat": CORNER[1] - 0.0012} if n % 2 else SPOT
        add_issue(workspace, n, at=NOW - timedelta(days=6 * n), source="resident", kind=f"L000{n % 4 + 1}", **where)
    page = client.get(f"{URL}?cells=square:20").text
    unmarked = [
        c for c in changes(workspace, SYSTEM, ChangeQuery(NOW.date(), cells="square:20")).cells if not c.shape.is_marked
    ]
    assert unmarked
    drawn = {s.get("data-cell") for m in maps(page) for s in m.iter("polygon")}
    assert not drawn & {c.shape.id for c in unmarked}
