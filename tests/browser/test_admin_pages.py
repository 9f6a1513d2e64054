"""Pages of the office at a desk and on a phone: readable, reachable, within the screen, without faults."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import DESK, PHONE, OpenContext, serious_faults, watch_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.server import Server


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
def test_jobs_are_for_those_who_keep_the_service(open_context: OpenContext, options: dict[str, object]) -> None:
    page = open_context("admin", **options).new_page()
    page.goto("/admin/jobs")
    page.get_by_role("button", name="备份").click()
    page.wait_for_url("**/admin/jobs/*-*")
    page.get_by_text("已完成").wait_for()
    assert serious_faults(page) == []


def test_the_copy_for_qgis_is_renewed_from_the_export_page(page: Page) -> None:
    page.goto("/admin/export")
    page.get_by_role("button", name="现在更新").click()
    page.wait_for_url("**/admin/jobs/*-*")
    page.get_by_text("已完成").wait_for()


def test_a_person_signs_in_by_keyboard_and_out_again(open_context: OpenContext, live_server: Server) -> None:
    from mapsvc.domain.actors import SYSTEM, Role
    from mapsvc.operations import accounts

    ws = live_server.workspace()
    accounts.add_account(ws, SYSTEM, "keyboard", Role.WORKER, password="一只猫过了岚皋路")
    ws.database.close()
    page = open_context(None, **PHONE).new_page()
    watch_of(page).allow("422")
    page.goto("/me")
    page.locator("#login:focus").wait_for()
    page.keyboard.type("keyboard")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    page.get_by_text("登录名或密码不对").wait_for()
    assert page.locator("#login").input_value() == "keyboard"
    assert serious_faults(page) == []
    page.keyboard.type("一只猫过了岚皋路")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="keyboard").wait_for()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in")


def test_the_secretary_gives_a_colleague_an_account_and_a_link(open_context: OpenContext) -> None:
    page = open_context().new_page()
    page.goto("/admin/people")
    page.get_by_label("登录名", exact=True).fill("xiaoxin")
    page.get_by_label("角色", exact=True).first.select_option("worker")
    page.get_by_role("button", name="新建，并给一次性登录链接").click()
    link = page.locator("#link").inner_text()
    other = open_context(None).new_page()
    other.goto(link)
    other.get_by_role("button", name="进入民情地图").click()
    other.wait_for_selector("html[data-map=ready]", state="attached")


def test_a_number_of_the_data_quality_opens_its_rows_and_a_row_its_shop(page: Page) -> None:
    page.goto("/admin/quality")
    number = page.get_by_role("link", name=re.compile("看是哪些")).first
    told = int(re.sub(r"\D", "", number.inner_text()))
    number.click()
    assert page.locator("tbody tr").count() == min(told, 50)
    page.locator("tbody tr a").first.click()
    page.wait_for_url(re.compile("/(shops|cases|places)/"))


def test_the_workbook_leaves_masked_and_in_full_only_for_a_reason(page: Page) -> None:
    watch_of(page).allow("422")
    page.goto("/admin/export")
    with page.expect_download() as masked:
        page.get_by_role("button", name="导出工作簿").click()
    assert masked.value.suggested_filename.endswith(".xlsx")
    page.get_by_label("要完整的姓名和号码（会留下操作记录）").check()
    page.get_by_role("button", name="导出工作簿").click()
    page.get_by_text("要写明原因").wait_for()
    assert page.get_by_label("要完整的姓名和号码（会留下操作记录）").is_checked()


def test_a_layer_leaves_as_a_file(page: Page) -> None:
    page.goto("/admin/export")
    page.locator("#layer").select_option("shops")
    page.get_by_label("格式").select_option(".geojson")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出图层").click()
    features = json.loads(Path(download.value.path()).read_text())["features"]
    assert len(features) > 100


def test_patches_that_overlap_are_named_and_what_was_typed_stays(page: Page, tmp_path: Path) -> None:
    def square(west: float, name: str) -> dict[str, object]:
        ring = [[west, 31.25], [west + 0.002, 31.25], [west + 0.002, 31.252], [west, 31.252], [west, 31.25]]
        return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    watch_of(page).allow("422")
    file = tmp_path / "patches.geojson"
    features = [square(121.418, "东片"), square(121.419, "西片")]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    page.goto("/admin/patches")
    page.set_input_files("#file", file)
    page.locator("#from").fill("2027-01-01")
    page.get_by_role("button", name="检查并导入").click()
    told = page.get_by_role("alert").first.inner_text()
    assert "东片" in told and "西片" in told and "平方米" in told
    assert page.locator("#from").input_value() == "2027-01-01"
