"""导入台账 in a real browser: upload, look, choose, confirm, undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import DESK, PHONE, OpenContext, serious_faults, watch_of
from tests.support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

TITLES = ["商铺编号", "店名（招牌）", "地址（门牌）", "业态", "经营者", "联系电话", "包联"]
SHOPS = [
    ["LT0001", "兰田面馆", "岚皋路236号", "餐饮", "王小明", "13800001111", "小陈"],
    ["LT0002", "明珠水果", "岚皋路238号", "零售", "李小红", "13800002222", "小陈"],
    ["LT0003", "${1}<img src=x>", "岚皋路240号", "零售", "周小军", "13800003333", "小周"],
    ["LT0004", "没有这条路", "兰田路1号", "零售", "吴小兰", "13800004444", "小周"],
]


def workbook(file: Path, rows: list[list[str]]) -> Path:
    """A workbook with 商铺底册 alone."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "商铺底册"
    for row in [TITLES, *rows]:
        sheet.append(row)
    book.save(file)
    return file


@pytest.fixture
def live_server(sqlite_template: Path, tmp_path: Path) -> Iterator[Server]:
    """The service on an empty office of this test alone."""
    import shutil

    with Server(Path(shutil.copytree(sqlite_template, tmp_path / "data"))) as running:
        yield running


def upload(page: Page, file: Path) -> None:
    """Choose the file and ask what would change."""
    page.goto("/admin/import")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="看看会改什么").click()


def confirm(page: Page) -> None:
    """Say yes."""
    page.get_by_role("button", name="确认导入").click()
    page.get_by_text("导入好了。").wait_for()


def figures(page: Page) -> dict[str, int]:
    """The totals by name."""
    pairs = page.locator(".figures > div").all_inner_texts()
    return {text.split("\n")[1].removesuffix("（行）"): int(text.split("\n")[0]) for text in pairs}


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
def test_a_workbook_goes_in_by_preview_and_out_by_undo(
    open_context: OpenContext, tmp_path: Path, options: dict[str, object]
) -> None:
    page = open_context(**options).new_page()
    upload(page, workbook(tmp_path / "台账.xlsx", SHOPS))
    page.wait_for_url("**/admin/import/*-*")
    assert figures(page) | {"没变": 0} == {"读到": 4, "新增": 3, "更新": 0, "没变": 0, "未导入": 1, "冲突": 0}
    assert page.get_by_text("${1}<img src=x>").count()
    assert "13800001111" not in page.content()
    assert serious_faults(page) == []
    page.get_by_role("link", name="问题").click()
    page.get_by_text("兰田路").first.wait_for()
    confirm(page)
    page.goto("/admin/import")
    page.get_by_role("button", name="撤销这一次").click()
    page.get_by_role("heading", name="已撤销").wait_for()
    assert page.locator(".figures b").first.inner_text() == "3"


def test_a_conflict_waits_for_a_choice(open_context: OpenContext, live_server: Server, tmp_path: Path) -> None:
    from sqlalchemy import select, update

    from mapsvc.store.tables import tenancy

    page = open_context().new_page()
    upload(page, workbook(tmp_path / "one.xlsx", SHOPS[:2]))
    confirm(page)
    ws = live_server.workspace()
    with ws.write() as conn:
        conn.execute(update(tenancy).where(tenancy.c.sign_name == "兰田面馆").values(trade="面馆"))
    ws.database.close()
    changed = [[*SHOPS[0][:3], "小吃", *SHOPS[0][4:]], [*SHOPS[1][:3], "水果店", *SHOPS[1][4:]]]
    upload(page, workbook(tmp_path / "two.xlsx", changed))
    page.wait_for_url("**/admin/import/*-*")
    told = figures(page)
    assert (told["更新"], told["冲突"]) == (1, 1)
    page.get_by_role("link", name="冲突").click()
    row = page.locator("table.folds tbody tr")
    assert all(value in row.inner_text() for value in ("餐饮", "小吃", "面馆"))
    row.get_by_role("button", name="用表里的").click()
    page.get_by_text("已选：用表里的").wait_for()
    confirm(page)
    ws = live_server.workspace()
    with ws.read() as conn:
        trades = set(conn.execute(select(tenancy.c.trade)).scalars())
    ws.database.close()
    assert trades == {"小吃", "水果店"}


def test_a_file_that_is_no_workbook_is_refused_beside_the_field(page: Page, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"no workbook")
    upload(page, bad)
    page.locator("#file-error", has_text="这个文件不是 xlsx 工作簿").wait_for()
    assert page.locator("#upload-progress").is_hidden()
    assert page.get_by_role("button", name="看看会改什么").is_enabled()


def test_a_file_over_the_limit_is_refused_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.xlsx"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    upload(page, large)
    page.locator("#file-error", has_text="文件有200MB").wait_for()


def test_nothing_chosen_is_said_by_the_server_too(page: Page) -> None:
    watch_of(page).allow("422")
    page.goto("/admin/import")
    page.locator("#file").evaluate("field => field.removeAttribute('required')")
    page.get_by_role("button", name="看看会改什么").click()
    page.get_by_text("请先选一个 xlsx 文件。").wait_for()
