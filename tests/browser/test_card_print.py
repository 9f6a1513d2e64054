"""The printed card as a phone sees it: its codes are decoded from the picture, its size is that of a card."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from mapsvc.demo.cards import CHAT_TEXT
from tests.support.browser import OpenContext

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.support.server import Server

MM = 96 / 25.4
# 300 dots to the inch, as an office printer has.
PAPER = {"viewport": {"width": 1280, "height": 1000}, "device_scale_factor": 3.125}
DECODE = """async (picture) => {
  const { decodeQR } = await import("/static/vendor/qr/decode.js");
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  return decodeQR(pen.getImageData(0, 0, image.width, image.height));
}"""


def decoded(page: Page, box: Locator) -> str:
    """What a code says in the picture of the paper."""
    return str(page.evaluate(DECODE, b64encode(box.screenshot()).decode()))


def around(page: Page, box: Locator, margin_mm: float) -> str:
    """The same from the picture of the code with the paper around it, and nothing else of it."""
    at = box.bounding_box()
    assert at is not None
    m = margin_mm * MM
    clip = {"x": at["x"] - m, "y": at["y"] - m, "width": at["width"] + 2 * m, "height": at["height"] + 2 * m}
    # What is outside the window is painted too: a sheet is higher than it.
    return str(page.evaluate(DECODE, b64encode(page.screenshot(clip=clip, full_page=True)).decode()))  # type: ignore[arg-type]


def with_card(page: Page, code: str) -> None:
    """The door has a card, made by its button where there is none."""
    page.goto(f"/shops/{code}/card")
    if page.get_by_role("button", name="做一张联心卡").count():
        page.get_by_role("button", name="做一张联心卡").click()


def is_within_the_paper(card: Locator) -> bool:
    return bool(
        card.evaluate("c => c.scrollHeight <= c.clientHeight + 1 && c.scrollWidth <= c.clientWidth + 1")
        and card.evaluate("""c => [...c.children].map((a) => a.getBoundingClientRect()).every((a, i, all) => i === 0
          || all.slice(0, i).every((b) => a.top >= b.bottom - 1 || a.left >= b.right - 1))""")
    )


@pytest.mark.parametrize("sheet", ["card", "welcome"])
def test_the_printed_code_is_read_and_leads_to_the_door(
    open_context: OpenContext, live_server: Server, sheet: str
) -> None:
    page = open_context("secretary", viewport={"width": 1280, "height": 1000}).new_page()
    with_card(page, "LT0012")
    page.goto(f"/shops/LT0012/{sheet}")
    page.emulate_media(media="print")
    said = decoded(page, page.locator("svg.segno"))
    if sheet == "welcome":
        assert said.removeprefix("http://") in page.locator(".clear").inner_text().replace("\n", "")
    page.emulate_media(media="screen")
    page.goto(said)
    assert page.url.split("?")[0].endswith("/today/doors/LT0012")


def test_both_codes_are_read_from_the_printed_card(open_context: OpenContext, live_server: Server) -> None:
    page = open_context("secretary", **PAPER).new_page()
    with_card(page, "LT0012")
    page.emulate_media(media="print")
    assert around(page, page.locator(".card .chat .qr"), 2.4) == CHAT_TEXT
    said = around(page, page.locator(".card .own .qr"), 2.4)
    page.emulate_media(media="screen")
    page.goto(said)
    assert page.url.split("?")[0].endswith("/today/doors/LT0012")


def test_all_codes_of_a_sheet_of_ten_are_read_and_lead_to_their_doors(
    open_context: OpenContext, live_server: Server
) -> None:
    page = open_context("secretary", **PAPER).new_page()
    page.goto("/cards?show=all")
    boxes = page.locator('input[name="door"]')
    wanted = boxes.evaluate_all(
        "all => { for (const one of all) one.checked = false; return all.slice(0, 11).map((o) => o.value); }"
    )
    for code in wanted:
        page.locator(f'input[value="{code}"]').check()
    page.get_by_role("button", name="把勾上的排成 A4").click()
    page.wait_for_selector(".ten")
    assert page.locator(".ten").count() == 2
    page.emulate_media(media="print")
    cards = page.locator(".ten").first.locator(".card")
    assert cards.count() == 10
    opened = []
    for card in cards.all():
        assert is_within_the_paper(card)
        assert around(page, card.locator(".chat .qr"), 2.4) == CHAT_TEXT
        opened.append(around(page, card.locator(".own .qr"), 2.4))
    assert len(set(opened)) == 10
    page.emulate_media(media="screen")
    doors = []
    for address in opened:
        doors.append(page.context.request.get(address, max_redirects=0).headers["location"].split("?")[0])
    assert doors == [f"/today/doors/{code}" for code in wanted[:10]]


def test_the_cards_of_a_sheet_lie_where_its_marks_cut(open_context: OpenContext, live_server: Server) -> None:
    page = open_context("secretary", viewport={"width": 1280, "height": 1400}).new_page()
    with_card(page, "LT0013")
    page.goto("/cards/sheet?doors=LT0013,LT0013")
    page.emulate_media(media="print")
    sheet = page.locator(".ten").bounding_box()
    card = page.locator(".card").bounding_box()
    bar = page.locator(".cut").evaluate("c => { const s = getComputedStyle(c, '::before'); return [s.left, s.width]; }")
    assert sheet and card
    assert (sheet["width"], sheet["height"]) == (pytest.approx(210 * MM, abs=1), pytest.approx(297 * MM, abs=1))
    at = (card["x"] - sheet["x"], card["y"] - sheet["y"])
    assert at == (pytest.approx(13.5 * MM, abs=1), pytest.approx(13.5 * MM, abs=1))
    # The bar is 2.5 mm on the card and 3 mm over its edge.
    assert [float(v.removesuffix("px")) for v in bar] == [
        pytest.approx(-3 * MM, abs=0.2),
        pytest.approx(5.5 * MM, abs=0.2),
    ]
    assert page.locator(".noprint:visible").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_card_is_90_by_54_mm_and_nothing_runs_over_its_edge(
    open_context: OpenContext, live_server: Server, scheme: str
) -> None:
    page = open_context("secretary", viewport={"width": 1280, "height": 1000}, color_scheme=scheme).new_page()
    with_card(page, "LT0013")
    page.emulate_media(media="print")
    card = page.locator(".card")
    box = card.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (pytest.approx(90 * MM, abs=1), pytest.approx(54 * MM, abs=1))
    assert is_within_the_paper(card)
    assert page.locator(".noprint:visible").count() == 0
    # Ink on white, whatever the screen is set to; nothing smaller than 6.5 points.
    colours = card.evaluate(
        "c => [getComputedStyle(c.parentElement).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == ["rgb(30, 28, 25)", "rgb(255, 255, 255)"]
    sizes = card.locator("*").evaluate_all(
        "all => all.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))"
        ".map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 6.5 * 96 / 72 - 0.01
