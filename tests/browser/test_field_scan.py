"""扫卡开门: a photo of a shop's card opens its door, also without network; what is no live card is told in words."""

from __future__ import annotations

import base64
import io
import shutil
from typing import TYPE_CHECKING

import pytest
import segno
from playwright.sync_api import expect
from sqlalchemy import select

from mapsvc.store import tables as t
from tests.browser.field_around import a_door, phone_with_a_day, the_day, visit_view
from tests.browser.field_page import call, go_offline, go_online, ready, record_visit, take_along, until_sent
from tests.support.accounts import signed_in
from tests.support.browser import PHONE, OpenContext
from tests.support.pictures import jpeg
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: these tests make cards, and record."""
    folder = tmp_path_factory.mktemp("scan") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """A worker's phone with the day on it."""
    return phone_with_a_day(open_context("worker", **PHONE))


def card_of(server: Server, code: str) -> str:
    """The token of a new card for a shop."""
    from mapsvc.operations import cards

    ws = server.workspace()
    token = cards.make_card(ws, signed_in(ws, "secretary").actor, code, is_lost=True).token
    ws.database.close()
    return token


def picture_of(text: str) -> bytes:
    """A photo of a code, as PNG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=7, border=5)
    return out.getvalue()


def show_photo(page: Page, picture: bytes, kind: str = "image/png") -> None:
    """Give the view a photo, as the camera would."""
    name = f"card.{kind.partition('/')[2]}"
    page.set_input_files(".scan input[type=file]", {"name": name, "mimeType": kind, "buffer": picture})


def test_a_photo_of_the_card_opens_its_door_without_network(page: Page, live_server: Server) -> None:
    take_along(page)
    door = a_door(page)
    token = card_of(live_server, door["code"])
    call(page, "day", "refresh", {"force": True})
    go_offline(page)
    visit_view(page, "scan")
    show_photo(page, picture_of(f"http://office.example.com:8000/c/{token}"))
    ready(page, f"/today/doors/{door['code']}")
    expect(page.locator("#door-name")).to_contain_text(door["address"])
    made = record_visit(page, door["code"])
    assert made["body"]["card"] == token
    go_online(page)
    until_sent(page)
    ws = live_server.workspace()
    with ws.read() as conn:
        checked = conn.execute(select(t.visit.c.checked_by).where(t.visit.c.id == made["id"])).scalar_one()
    ws.database.close()
    assert checked == "card"


def test_a_card_opened_by_the_phones_own_scanner_counts_for_the_visit(page: Page, live_server: Server) -> None:
    door = a_door(page)
    token = card_of(live_server, door["code"])
    page.goto(f"/c/{token}")
    ready(page, f"/today/doors/{door['code']}")
    assert record_visit(page, door["code"])["body"]["card"] == token
    assert "card" not in record_visit(page, sorted(the_day(page)["doors"])[1])["body"]


_CAMERA = """code => { navigator.mediaDevices.getUserMedia = async () => {
    const image = new Image(), canvas = document.createElement('canvas');
    image.src = `data:image/png;base64,${code}`;
    await image.decode();
    [canvas.width, canvas.height] = [640, 480];
    const ctx = canvas.getContext('2d');
    ctx.fillStyle = '#999';
    const draw = () => { ctx.fillRect(0, 0, 640, 480); ctx.drawImage(image, 140, 60, 350, 350); };
    draw();
    setInterval(draw, 100);
    return canvas.captureStream(10);
}; }"""


def test_the_camera_reads_the_card_after_a_tap(page: Page, live_server: Server) -> None:
    door = a_door(page)
    token = card_of(live_server, door["code"])
    call(page, "day", "refresh", {"force": True})
    visit_view(page, "scan")
    page.evaluate(_CAMERA, base64.b64encode(picture_of(f"/c/{token}")).decode())
    page.get_by_role("button", name="对着卡扫").tap()
    ready(page, f"/today/doors/{door['code']}")


def test_a_refused_camera_leaves_the_photo(page: Page) -> None:
    visit_view(page, "scan")
    page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia =
            () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"""
    )
    page.get_by_role("button", name="对着卡扫").tap()
    expect(page.locator(".scan .said")).to_contain_text("可以拍一张照片")
    expect(page.get_by_role("button", name="对着卡扫")).to_be_visible()


def test_where_the_browser_does_not_hash_the_office_knows_the_card(page: Page, live_server: Server) -> None:
    door = a_door(page)
    token = card_of(live_server, door["code"])
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined });")
    visit_view(page, "scan")
    show_photo(page, picture_of(f"http://office.example.com/c/{token}"))
    ready(page, f"/today/doors/{door['code']}")


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (picture_of("http://chat.example.com/g/abc"), "不是联心卡"),
        (picture_of("http://office.example.com/c/" + "A" * 32), "已经换新作废"),
        (jpeg(), "没有认出码"),
    ],
)
def test_what_is_no_live_card_is_said_in_plain_words(page: Page, picture: bytes, said: str) -> None:
    visit_view(page, "scan")
    show_photo(page, picture, "image/jpeg" if picture.startswith(b"\xff\xd8") else "image/png")
    expect(page.locator(".scan .said")).to_contain_text(said)
