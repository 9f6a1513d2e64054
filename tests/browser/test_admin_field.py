"""手机文件: chosen, brought in, told line by line; at a desk and on a phone, by day and by night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import CONTRAST
from tests.support.browser import DESK, PHONE, OpenContext, serious_faults, watch_of
from tests.support.field_files import file_of, visit

if TYPE_CHECKING:
    from tests.support.server import Server


def who(server: Server) -> tuple[str, str]:
    """A worker of the demo: id and name."""
    from mapsvc.domain.actors import Role
    from mapsvc.operations.accounts import first_of_role

    ws = server.workspace()
    account = first_of_role(ws, Role.WORKER)
    ws.database.close()
    assert account is not None
    return account.person_id, account.name


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
def test_a_file_is_brought_in_and_each_record_told(
    open_context: OpenContext, live_server: Server, options: dict[str, Any]
) -> None:
    width = options["viewport"]["width"]
    person_id, name = who(live_server)
    records = [visit(f"v {width}", 1, "LT0003"), visit(f"w {width}", 2, "LT9999", note="长" * 300)]
    page = open_context("secretary", **options).new_page()
    page.goto("/ledger")
    page.get_by_role("link", name="手机文件").click()
    file = page.get_by_label("手机导出的文件")
    for turn, first in ((1, "记下了"), (2, "已经有了")):
        content = file_of(records, person_id, name)
        file.set_input_files({"name": "记录.json", "mimeType": "application/json", "buffer": content})
        page.get_by_role("button", name="导入手机文件").click()
        expect(page.get_by_role("heading", name=f"“{name}”的记录")).to_be_visible()
        rows = page.get_by_role("row").filter(has=page.get_by_role("cell"))
        expect(rows, str(turn)).to_have_count(2)
        expect(rows.first).to_contain_text(first)
        expect(rows.last).to_contain_text("没有编号为LT9999的商铺")
    assert serious_faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious_faults(page, CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wrong_file_is_told_beside_the_field(open_context: OpenContext, live_server: Server) -> None:
    page = open_context("secretary", **PHONE).new_page()
    watch_of(page).allow("422")
    page.goto("/admin/field")
    wrong = {"name": "IMG.json", "mimeType": "application/json", "buffer": b"\xff\xd8\xff"}
    page.get_by_label("手机导出的文件").set_input_files(wrong)
    page.get_by_role("button", name="导入手机文件").click()
    expect(page.get_by_role("alert")).to_contain_text("不是手机导出的记录文件")
    assert serious_faults(page) == []
