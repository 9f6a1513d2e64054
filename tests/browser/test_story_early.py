"""Early: the secretary opens what was found from the desk, reads why, takes it up, undoes that, puts it aside."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.browser import DESK, PHONE, serious_faults, watch_of
from tests.support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.browser import OpenContext


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service on a demo of its own: what is decided here stays here."""
    with Server(shutil.copytree(demo_folder, tmp_path_factory.mktemp("early") / "data")) as running:
        yield running


def test_a_warning_is_read_taken_up_undone_and_put_aside(open_context: OpenContext) -> None:
    page = open_context("secretary", **DESK).new_page()
    # Without words the other reason is refused, and the page stays.
    watch_of(page).allow("422")
    page.goto("/desk")
    number = page.get_by_role("link", name=re.compile("早发现")).first
    waiting = int(number.get_attribute("data-count") or 0)
    number.click()
    expect(page).to_have_url(re.compile("/alerts$"))
    expect(page.locator("[data-row]")).to_have_count(waiting)
    expect(page.get_by_text("错报比例按10%以内控制")).to_be_visible()
    assert not serious_faults(page)

    row = page.locator("[data-row]").filter(has_text="先关注90天").first
    title = row.get_by_role("heading").inner_text()
    row.get_by_role("link", name="看依据").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("heading", name="为什么提醒")).to_be_visible()
    assert page.locator("#reports [data-row]").count() > 0
    page.get_by_text("怎么算的").click()
    expect(page.get_by_text("随机种子")).to_be_visible()
    assert not serious_faults(page)

    page.get_by_role("button", name="先关注90天").click()
    expect(page.get_by_role("status").first).to_contain_text("关注90天")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_role("heading", name="接下来怎么办")).to_be_visible()

    page.get_by_text("放下，说为什么").click()
    page.get_by_label("别的原因").check()
    page.get_by_role("button", name="放下", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("请写一句为什么放下。")
    page.get_by_label("事情太小").check()
    page.get_by_role("button", name="放下", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("要更明显才提醒")
    page.goto("/desk")
    left = page.get_by_role("link", name=re.compile("早发现")).first
    assert int(left.get_attribute("data-count") or 0) == waiting - 1


def test_on_a_phone_nothing_runs_out_of_the_page(open_context: OpenContext) -> None:
    page = open_context("worker", **PHONE).new_page()
    page.goto("/alerts")
    page.get_by_role("link", name="看依据").first.click()
    expect(page.get_by_text("等街区书记定。")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not serious_faults(page)
