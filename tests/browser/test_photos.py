"""Photos where they belong: small under the call and the case, large for whoever taps one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.photos import PhotoOf
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.operations.photos import NewPhoto, add_photo
from mapsvc.operations.visits import FoundIssue, NewVisit, Recorded, record_visit
from tests.browser.map_page import open_map, until
from tests.support import pictures
from tests.support.browser import DESK, PHONE, OpenContext, serious_faults
from tests.support.street import uid

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.server import Server

SHOP = "LT0003"


def recorded(server: Server, name: str) -> str:
    """Record a call with two pictures and a leak with one; returns the case."""
    ws = server.workspace()
    at = [ws.clock() - timedelta(minutes=9 - n) for n in range(3)]
    found = FoundIssue(uid(f"{name} issue"), "L0001", "吊顶滴水")
    done = record_visit(
        ws, SYSTEM, NewVisit(uid(name), SHOP, VisitKind.REGULAR, ws.clock(), Outcome.MET, issues=(found,))
    )
    assert isinstance(done, Recorded)
    for n, (of, record) in enumerate(
        ((PhotoOf.VISIT, uid(name)), (PhotoOf.VISIT, uid(name)), (PhotoOf.ISSUE, found.id))
    ):
        add_photo(ws, SYSTEM, NewPhoto(uid(f"{name} {n}"), of, record, pictures.jpeg(1200 + n, 900), at[n]))
    ws.database.close()
    return done.issues[0].case_id


def natural_width(page: Page, selector: str) -> int:
    """Pixels of a picture that has come."""
    until(page, f"document.querySelector({selector!r})?.naturalWidth > 0")
    width: int = page.evaluate(f"document.querySelector({selector!r}).naturalWidth")
    return width


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
def test_a_call_s_photos_stand_under_it_and_open(
    open_context: OpenContext, live_server: Server, options: dict[str, Any]
) -> None:
    recorded(live_server, f"call {options['viewport']['width']}")
    page = open_context("secretary", **options).new_page()
    open_map(page, f"/shops/{SHOP}")
    shots = page.locator(".event").filter(has=page.locator(".shot:nth-child(2)")).first.locator(".shot")
    expect(shots).to_have_count(2)
    assert natural_width(page, ".shot img") == 144
    box, seen = shots.first.bounding_box(), shots.first.locator("img").bounding_box()
    assert box and seen
    assert min(box["width"], box["height"]) >= 44 and (seen["width"], seen["height"]) == (36, 28)
    shots.first.click()
    dialog = page.get_by_role("dialog", name="照片")
    expect(dialog.get_by_role("status")).to_contain_text("1/2")
    assert natural_width(page, "dialog img") == 1200
    dialog.get_by_role("button", name="下一张").click()
    expect(dialog.get_by_role("status")).to_contain_text("2/2")
    tops = {round(button.bounding_box()["y"]) for button in dialog.get_by_role("button").all()}  # type: ignore[index]
    assert len(tops) == 1
    assert serious_faults(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(shots.first).to_be_focused()
    assert page.url.endswith(f"/shops/{SHOP}") or f"/shops/{SHOP}?" in page.url


def test_a_case_shows_its_photos_and_those_of_the_call(page: Page, live_server: Server) -> None:
    case_id = recorded(live_server, "case")
    open_map(page, f"/?case={case_id}")
    expect(page.locator(".detail-body > .shots .shot")).to_have_count(3)
    page.locator(".shot").last.click()
    dialog = page.get_by_role("dialog", name="照片")
    expect(dialog.get_by_role("status")).to_contain_text("3/3")
    dialog.get_by_role("button", name="关闭").click()
    expect(dialog).to_be_hidden()
