"""The printed card as a phone sees it: its code is decoded from the picture, its size is that of a card."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import OpenContext

if TYPE_CHECKING:
    from tests.support.server import Server

MM = 96 / 25.4
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


@pytest.mark.parametrize("sheet", ["card", "welcome"])
def test_the_printed_code_is_read_and_leads_to_the_door(
    open_context: OpenContext, live_server: Server, sheet: str
) -> None:
    page = open_context("secretary", viewport={"width": 1280, "height": 1000}).new_page()
    page.goto(f"/shops/LT0012/{sheet}")
    if page.get_by_role("button", name="做一张联心卡").count():
        page.get_by_role("button", name="做一张联心卡").click()
    page.emulate_media(media="print")
    box = page.locator("svg.segno")
    said = page.evaluate(DECODE, b64encode(box.screenshot()).decode())
    clear = page.locator(".clear").inner_text()
    assert said.removeprefix("http://") in clear.replace("\n", "")
    page.emulate_media(media="screen")
    page.goto(said)
    assert page.url.split("?")[0].endswith("/today/doors/LT0012")


def test_a_card_is_90_by_54_mm_and_nothing_runs_over_its_edge(open_context: OpenContext, live_server: Server) -> None:
    page = open_context("secretary", viewport={"width": 1280, "height": 1000}).new_page()
    page.goto("/shops/LT0013/card")
    page.get_by_role("button", name="做一张联心卡").click()
    page.emulate_media(media="print")
    card = page.locator(".card")
    box = card.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (pytest.approx(90 * MM, abs=1), pytest.approx(54 * MM, abs=1))
    assert card.evaluate("c => c.scrollHeight <= c.clientHeight + 1 && c.scrollWidth <= c.clientWidth + 1")
    gaps = card.evaluate("""c => [...c.children].map((a) => a.getBoundingClientRect())
      .every((a, i, all) => i === 0 || all.slice(0, i).every((b) => a.top >= b.bottom - 1 || a.left >= b.right - 1))""")
    assert gaps
    assert page.locator(".noprint:visible").count() == 0
