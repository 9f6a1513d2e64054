"""Over every address of the service: nothing breaks, reading writes nothing, nobody is ranked, no number leaks."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from mapsvc.app import create_app
from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.patrol import Shift
from mapsvc.domain.times import office_day
from mapsvc.operations import plans
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables
from tests.support.client import SignedClient

COUNTED = re.compile(r"count|total|visits|cases|issues|done|closed|score|rank|number")
FULL_PHONE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)")
# Eleven digits in a row happen in those too.
RANDOM_ID = re.compile(
    r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,64}|v-[0-9a-f]{12}|VERSION = \"[0-9a-f]{12}\")"
)
# Written by reading a page on purpose: a session's last use, attempts to sign in.
NOT_CONTENT = {"session", "one_time_sign_in", "sign_in_attempt", "account", "token", "job"}


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The demo's office, in this process, with a patrol of all its people handed out."""
    folder = tmp_path_factory.mktemp("catalogue") / "data"
    shutil.copytree(demo_folder, folder)
    ws = Workspace.open(Settings(data=folder))
    asked = plans.PlanRequest(office_day(ws.clock()), Shift.EVENING, tuple(plans.walkers(ws, SYSTEM)), 60)
    plans.publish_plan(ws, SYSTEM, plans.make_plan(ws, SYSTEM, asked).id)
    yield ws
    ws.database.close()


@pytest.fixture(scope="module")
def browser_of(demo: Workspace) -> Any:
    """Make clients of the demo by role."""
    app = create_app(demo)
    app.test_client_class = SignedClient

    def make(role: str) -> SignedClient:
        client = app.test_client()
        assert isinstance(client, SignedClient)
        client.sign_in(demo, role)
        return client

    return make


@pytest.fixture(scope="module")
def examples(demo: Workspace) -> dict[str, list[str]]:
    """Values for the variable parts of addresses."""
    with demo.read() as conn:
        shops = list(conn.execute(select(tables.shop.c.code).order_by(tables.shop.c.code).limit(2)).scalars())
        places = list(conn.execute(select(tables.place.c.code).order_by(tables.place.c.code).limit(1)).scalars())
        cases = list(conn.execute(select(tables.case_file.c.id).limit(1)).scalars())
        plans = list(conn.execute(select(tables.patrol_plan.c.id).limit(1)).scalars())
        alerts = list(conn.execute(select(tables.alert.c.id).order_by(tables.alert.c.id).limit(2)).scalars())
        asked = list(conn.execute(select(tables.enquiry.c.id).where(tables.enquiry.c.due_at.is_not(None))).scalars())
        storms = list(conn.execute(select(tables.storm.c.id)).scalars())
        rounds = list(conn.execute(select(tables.guard_round.c.id)).scalars())
        reports = list(conn.execute(select(tables.report.c.id).order_by(tables.report.c.from_at)).scalars())
    return {
        "shops": shops,
        "places": places,
        "cases": cases,
        "plans": plans,
        "patrol": plans,
        "rounds": rounds,
        "reports": reports,
        "storms": storms,
        "enquiries": asked,
        "policies": ["kindergarten"],
        "hotspots": ["street:25:岚皋路/even/475"],
        "alerts": alerts,
    }


@pytest.fixture(scope="module")
def addresses(browser_of: Any, examples: dict[str, list[str]]) -> list[str]:
    """Every address of a GET route, with the demo's own things in its variable parts."""
    found = []
    for rule in browser_of("secretary").application.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(("assets.", "accounts.")):
            continue
        found += filled(rule.rule, examples)
    return sorted(found)


def words_of(answer: Any) -> str:
    """What can be read in an answer, a file's too."""
    return str(answer.get_data().decode("utf-8", "replace"))


def filled(rule: str, examples: dict[str, list[str]]) -> list[str]:
    """The addresses of a rule; those whose parts have no example are left out."""
    if "<" not in rule:
        return [rule]
    noun = rule.removeprefix("/api/v1").removeprefix("/patrol" * rule.startswith("/patrol/rounds")).split("/")[1]
    if noun == "layers":
        layers = ["shops", "issues", "places", "streets", "patches"]
        return [f"{re.sub('<[^>]*>', n, rule)}?bbox=121.40,31.23,121.44,31.27&zoom=17" for n in layers]
    rule = re.sub(r"<any\(.*\):kind>", "gpx", rule)
    return [re.sub("<[^>]*>", value, rule) for value in examples.get(noun, [])]


def test_every_address_answers_without_breaking(browser_of: Any, addresses: list[str]) -> None:
    assert len(addresses) > 15
    for role in ("secretary", "worker", "office", "admin"):
        client = browser_of(role)
        broken = {a: s for a in addresses if (s := client.get(a).status_code) >= 500 or s == 404}
        assert not broken, role


def test_reading_writes_nothing(demo: Workspace, browser_of: Any, addresses: list[str]) -> None:
    def sizes() -> dict[str, int]:
        with demo.read() as conn:
            return {
                t.name: conn.execute(select(func.count()).select_from(t)).scalar_one()
                for t in tables.metadata.sorted_tables
                if t.name not in NOT_CONTENT
            }

    client = browser_of("secretary")
    before = sizes()
    for address in addresses:
        client.get(address)
    assert sizes() == before


def test_no_answer_lists_people_with_a_count(demo: Workspace, browser_of: Any, addresses: list[str]) -> None:
    with demo.read() as conn:
        staff = select(tables.person.c.nickname, tables.person.c.name).where(tables.person.c.kind == "staff")
        names = {n for row in conn.execute(staff) for n in row if n}
    assert len(names) >= 3
    client = browser_of("secretary")
    for address in addresses:
        answer = client.get(address)
        if answer.mimetype.endswith("json"):
            assert not list(ranked_lists(json.loads(answer.data), names)), address
        elif answer.mimetype == "text/html":
            assert not ranked_tables(answer.get_data(as_text=True), names), address


def test_no_order_that_an_address_takes_is_by_people(browser_of: Any) -> None:
    document = browser_of("secretary").get("/api/v1/openapi.json").get_json()
    orders = [
        (path, word)
        for path, operations in document["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if parameter["name"] in {"sort", "order", "by", "group"}
        for word in parameter["schema"].get("enum", ["anything"])
    ]
    assert orders
    assert {word for _, word in orders} <= {"due", "reported"}, orders


def test_no_file_that_leaves_ranks_people(demo: Workspace, browser_of: Any) -> None:
    with demo.read() as conn:
        staff = select(tables.person.c.nickname, tables.person.c.name).where(tables.person.c.kind == "staff")
        names = {n for row in conn.execute(staff) for n in row if n}
    client = browser_of("secretary")
    workbook = client.post("/admin/export/ledger", data={"datum": "wgs84"})
    assert workbook.status_code == 200
    book = load_workbook(io.BytesIO(workbook.data), read_only=True)
    for sheet in book.worksheets:
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert not is_ranking(rows, names), sheet.title
    for layer in ("shops", "issues", "places", "patches"):
        table = client.post("/admin/export/layer", data={"layer": layer, "form": ".csv", "datum": "wgs84"})
        if layer == "shops" or table.status_code == 200:
            assert not is_ranking(list(csv.reader(io.StringIO(table.get_data(as_text=True)))), names), layer


def test_no_phone_number_shows_to_those_who_need_none(browser_of: Any, addresses: list[str]) -> None:
    for role in ("office", "admin", "committee", "volunteer"):
        client = browser_of(role)
        leaks = [a for a in addresses if FULL_PHONE.search(RANDOM_ID.sub("", words_of(client.get(a))))]
        assert not leaks, role


def test_no_full_name_of_a_merchant_shows_to_those_who_need_none(
    demo: Workspace, browser_of: Any, addresses: list[str], examples: dict[str, list[str]]
) -> None:
    code = examples["shops"][0]
    with demo.write() as conn:
        merchant = (
            select(tables.tenancy.c.merchant_id)
            .join(tables.shop, tables.shop.c.id == tables.tenancy.c.shop_id)
            .where(tables.shop.c.code == code, tables.tenancy.c.ended_on.is_(None))
            .scalar_subquery()
        )
        conn.execute(update(tables.person).where(tables.person.c.id == merchant).values(name="欧阳千秋"))
    asked = [*addresses, "/api/v1/search?q=欧阳千秋", "/api/v1/search?q=千秋", "/api/v1/shops?q=欧阳"]

    def shown(role: str) -> list[str]:
        client = browser_of(role)
        return [a for a in asked if "千秋" in words_of(client.get(a))]

    assert f"/api/v1/shops/{code}" in shown("secretary")
    for role in ("office", "admin", "committee", "volunteer"):
        assert not shown(role), role


def ranked_lists(document: Any, names: set[str]) -> Iterator[list[dict[str, Any]]]:
    """Lists inside a JSON document with one row per person and a count beside each."""
    if isinstance(document, dict):
        for value in document.values():
            yield from ranked_lists(value, names)
    elif isinstance(document, list):
        rows = [row for row in document if isinstance(row, dict)]
        for key in {k for row in rows for k in row}:
            people = [row.get(key) for row in rows]
            is_per_person = (
                len(rows) >= 3 and len(set(map(str, people))) == len(rows) and set(map(str, people)) <= names
            )
            counted = any(isinstance(v, int) and COUNTED.search(k) for row in rows for k, v in row.items())
            if is_per_person and counted:
                yield rows
        for value in document:
            yield from ranked_lists(value, names)


def ranked_tables(page: str, names: set[str]) -> list[list[list[str]]]:
    """Tables of a page with one row per person and a column of whole numbers."""
    parser = Tables()
    parser.feed(page)
    return [rows for rows in parser.tables if is_ranking(rows, names)]


def is_ranking(rows: list[list[str]], names: set[str]) -> bool:
    """Whether a column holds a different person in each row and another a number."""
    body = [row for row in rows if any(cell in names for cell in row)]
    if len(body) < 3:
        return False
    columns = list(zip(*body, strict=False))
    per_person = any(set(c) <= names and len(set(c)) == len(c) for c in columns)
    return per_person and any(all(re.fullmatch(r"\d+\s*[次件户家个]?", cell) for cell in c) for c in columns)


class Tables(HTMLParser):
    """Collects the cells of the tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        """Close a cell."""
        if tag in {"td", "th"}:
            self._inside = False

    def handle_data(self, data: str) -> None:
        """Text of the open cell."""
        if self._inside:
            self.tables[-1][-1][-1] += data.strip()


def test_the_rule_sees_a_ranking_in_json_and_in_a_table() -> None:
    names = {"小陈", "小周", "小吴"}
    document = {"items": [{"worker": n, "visits": i} for i, n in enumerate(sorted(names))]}
    assert list(ranked_lists(document, names))
    rows = "".join(f"<tr><td>{n}</td><td>{i} 次</td></tr>" for i, n in enumerate(sorted(names)))
    assert ranked_tables(f"<table>{rows}</table>", names)
    assert not list(ranked_lists({"items": [{"worker": "小陈", "count": 1}, {"worker": "小陈", "count": 2}]}, names))
