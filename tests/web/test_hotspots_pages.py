"""问题分布 on pages: the list in words, one stretch with what stands behind it, a wall without names, files."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree as Xml

import pytest
from openpyxl import load_workbook

from mapsvc.operations.workspace import Workspace
from tests.maps.streets import CORNER, NOW, add, add_issues, add_place, add_shop
from tests.support.client import ClientOf, SignedClient
from tests.support.numbers import Page

WEST = {"lon": CORNER[0] - 0.0012, "lat": CORNER[1] - 0.0003}
FORMULA = "=1+1"


@pytest.fixture
def busy(workspace: Workspace) -> Workspace:
    """Doors along the street with a report now and then, and one stretch with fourteen of rubbish in eight weeks."""
    for n in range(0, 30, 2):
        add_shop(workspace, n, lon=CORNER[0] - 0.00017 * n, lat=CORNER[1] - 0.00005 * n)
    along = [{"lon": CORNER[0] - 0.00017 * n, "lat": CORNER[1] - 0.00005 * n} for n in range(30)]
    spread = [{"lon": CORNER[0] - 0.0003 * n, "lat": CORNER[1] - 0.0001 * n} for n in range(12)]
    add_issues(workspace, [
        *({"n": n, "at": NOW - timedelta(days=2 + 6 * n), "kind": "L0004", **at} for n, at in enumerate(along)),
        *({"n": 100 + n, "at": NOW - timedelta(days=1 + 4 * n), "state": "closed" if n else "handling", **WEST}
          for n in range(14)),
        *({"n": 200 + n, "at": NOW - timedelta(days=3 + 4 * n), "kind": "L0003", **at} for n, at in enumerate(spread)),
    ])  # fmt: skip
    return workspace


def hrefs(page: str, word: str) -> list[str]:
    """Where the links with these words lead."""
    found = re.findall(r'<a[^>]* href="([^"]*)"[^>]*>([^<]*)</a>', page)
    return [unescape(href) for href, said in found if word in said]


def first_cell(client: SignedClient, query: str = "") -> str:
    return next(h for h in hrefs(client.get(f"/hotspots{query}").text, "号") if h.startswith("/hotspots/cells/"))


def test_the_list_says_in_words_where_there_is_more(busy: Workspace, client: SignedClient) -> None:
    page = client.get("/hotspots").text
    assert "近8周" in page and "先看" in page and "明显偏多" in page and "平时" in page
    for told in Page(page).counts:
        assert f"{told[0]}件" in told[2]


def test_too_few_reports_are_widened_in_one_click(busy: Workspace, client: SignedClient) -> None:
    few = client.get("/hotspots?kind=06010&days=56")
    assert "说不准" in few.text
    (wider,) = hrefs(few.text, "放宽到近一年")
    assert wider == "/hotspots?kind=06010&days=364"
    page = client.get(wider).text
    assert "近一年" in page and not hrefs(page, "放宽到近一年")


def test_the_number_of_a_stretch_is_the_reports_on_its_page(busy: Workspace, client: SignedClient) -> None:
    counts = Page(client.get("/hotspots").text).counts
    assert counts
    for count, href, _ in counts:
        behind = Page(client.get(href).text)
        assert behind.rows_within["reports"] == count
        assert any(link.startswith("/cases/") for link in behind.links)


def test_a_stretch_says_why_what_happened_what_was_tried_and_what_next(busy: Workspace, client: SignedClient) -> None:
    page = client.get(first_cell(client)).text
    heads = [head for head in ("为什么这么说", "发生过什么", "试过什么", "怎么算的", "下一步") if head in page]
    assert len(heads) == 5
    assert "这14件里办结了13件" in page
    assert "去办这一件" in page
    # The arithmetic is for those who ask.
    before, how = page.split('id="how"')
    assert "q=" in how and "z=" in how
    assert not re.search(r"\b[zpq]=", before)


def test_with_every_case_closed_a_place_gets_a_playbook_instead(busy: Workspace, client: SignedClient) -> None:
    from sqlalchemy import update

    from mapsvc.store.tables import case_file, location

    add_place(busy, 1)
    with busy.write() as conn:
        conn.execute(update(location).where(location.c.id == "loc-place-1").values(**WEST))
        conn.execute(update(case_file).values(state="closed"))
    page = client.get(first_cell(client)).text
    main = re.search(r'<a class="btn main[^"]*" href="([^"]*)">([^<]*)</a>', page)
    assert main and main[1] == "/places/PD0001#start-playbook"
    assert "换个办法" in page


def test_a_stretch_is_watched_with_one_tap_and_let_go_with_another(busy: Workspace, client: SignedClient) -> None:
    cell = first_cell(client)
    path, _, query = cell.partition("?")
    answer = client.post(f"{path}/watch?{query}", data={})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "<b>关注中</b> 关注到" in page and "关注了" in page
    (end,) = re.findall(r'action="(/watches/[^"]+/end)"', page)
    assert client.post(end, data={"back": cell}).location == cell
    assert "关注中<" not in client.get(cell).text


def test_who_may_only_look_gets_no_buttons_that_fail(busy: Workspace, client_of: ClientOf) -> None:
    volunteer = client_of("volunteer")
    page = volunteer.get(first_cell(volunteer)).text
    assert "用样板" not in page and "排进今晚巡查" not in page
    assert "xlsx" not in volunteer.get("/hotspots").text
    assert volunteer.get("/hotspots.xlsx").status_code == volunteer.get("/hotspots.geojson").status_code == 403
    assert client_of("property").get("/hotspots").status_code == 403


@pytest.mark.parametrize("cells", ["street:25", "square:75", "hex:75", "patches"])
def test_every_division_can_be_asked_for_and_sent_on(busy: Workspace, client: SignedClient, cells: str) -> None:
    page = client.get(f"/hotspots?cells={cells}&kind=06010&days=364").text
    assert f'<option value="{cells}" selected>' in page and '<option value="06010" selected>' in page
    for href in [h for h in hrefs(page, "") if h.startswith("/hotspots/cells/")][:2]:
        assert client.get(href).status_code == 200


@pytest.mark.parametrize("query", ["days=x", "days=3", "until=gestern", "cells=circle:3", "kind=nix"])
def test_a_question_nobody_can_answer_is_refused_with_a_sentence(client: SignedClient, query: str) -> None:
    answer = client.get(f"/hotspots?{query}")
    assert answer.status_code in (400, 422)
    assert "。" in answer.text


def test_the_wall_names_no_shop_and_no_single_door(busy: Workspace, client: SignedClient) -> None:
    add(busy, "person", id="m", kind="merchant", name="欧阳千秋", created_at=NOW)
    page = client.get("/hotspots/screen").text
    assert page.count('class="slide') >= 2
    assert "第1家店" not in page and "欧阳千秋" not in page
    said = re.sub(r"<[^>]+>", " ", page)
    assert re.search(r"路\d+–\d+号", said)
    assert not re.search(r"路\d+号", said)


def test_the_table_tells_how_it_was_made_and_holds_no_formula(busy: Workspace, client: SignedClient) -> None:
    from sqlalchemy import update

    from mapsvc.store.tables import patch

    answer = client.get("/hotspots.xlsx?days=364")
    assert "%E9%97%AE%E9%A2%98%E5%88%86%E5%B8%83" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.data))
    rows = list(book["问题分布"].iter_rows(values_only=True))
    assert rows[1][0] == "路段" and rows[2][2] >= 14
    told = dict(row[:2] for row in book["怎么算的"].iter_rows(values_only=True))
    assert told["随机数种子"] == 1 and "364天" in told["时间窗"] and told["方法"] and told["合并重复后一共几起"] > 0
    with busy.write() as conn:
        conn.execute(update(patch).values(name=FORMULA))
    patches = load_workbook(io.BytesIO(client.get("/hotspots.xlsx?cells=patches").data))["问题分布"]
    assert all(cell.data_type != "f" for row in patches.iter_rows() for cell in row)


def test_the_map_data_carry_what_they_rest_on(busy: Workspace, client: SignedClient) -> None:
    told = client.get("/hotspots.geojson").get_json(force=True)
    assert told["type"] == "FeatureCollection" and told["method"] and told["seed"] == 1
    assert told["window"]["days"] == 56 and told["n"] > 0
    first = told["features"][0]
    assert first["properties"]["verdict_text"] == "明显偏多"
    assert first["geometry"]["coordinates"][0][0] == first["geometry"]["coordinates"][0][-1]


def test_pictures_are_drawn_of_the_whole_and_of_one(busy: Workspace, client: SignedClient) -> None:
    cell = first_cell(client).removeprefix("/hotspots/cells/").partition("?")[0]
    for query in ("", "?dark=1", f"?cell={cell}"):
        svg = Xml.fromstring(client.get(f"/hotspots/picture.svg{query}").data)
        shown = [text.text or "" for text in svg.iter() if text.tag.endswith("text")]
        assert any("件" in text for text in shown), query
    assert client.get("/hotspots.png").data.startswith(b"\x89PNG")
    assert client.get("/hotspots/picture.svg?cell=street:25:nowhere").status_code == 404
