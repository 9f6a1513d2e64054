"""The map page as tests use it: wait until it is drawn, find marks on it, click them."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

OPENED = "岚皋西路27号"
"""The door of the leak: a shop that the demo always has."""


HOT = "['much', 'more', 'slightly'].includes(props.verdict)"
"""A segment with more than usual, as `spot` wants it."""
PATIENCE_S = 15


def open_map(page: Page, path: str = "/") -> None:
    """Go there and wait until every visible layer and the list have been drawn."""
    page.goto(path)
    drawn(page)
    page.wait_for_selector('#rows[aria-busy="false"]', state="attached")


def drawn(page: Page) -> None:
    """Wait until nothing is on its way to the map."""
    page.wait_for_selector('html[data-map="ready"]', state="attached")


def until(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression holds (Playwright's own way evaluates text, which the page forbids)."""
    deadline = time.monotonic() + PATIENCE_S
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"still not: {condition}"
        page.wait_for_timeout(50)


def spot(page: Page, draw: str, test: str = "true") -> dict[str, Any]:
    """A mark as drawn: `x, y` on the page and its properties; `test` is an expression over `props`.

    Parameters
    ----------
    draw : str
        Draw kind of the layer.
    test : str
        JavaScript over `props`.
    """
    found: dict[str, Any] | None = page.evaluate(
        """draw => {
            const app = window.mapsvc.app, scene = app.scene, view = app.viewOf(draw);
            const box = app.map.getContainer().getBoundingClientRect();
            const passes = props => (TEST);
            const inside = item => [2, 3, 4, 5, 6].flatMap(i => [2, 3, 4, 5, 6].map(j => ({item,
                x: scene.frame.x(item.box[0] + (item.box[2] - item.box[0]) * i / 8),
                y: scene.frame.y(item.box[1] + (item.box[3] - item.box[1]) * j / 8)})));
            const marks = view.pins ?? view.points ?? view.features.flatMap(inside);
            for (const mark of marks) {
                const at = scene.toContainer(mark.x, mark.y);
                const [x, y] = [at.x + box.left, at.y + box.top];
                const top = document.elementFromPoint(x, y);
                const hit = app.hit(L.point(at.x, at.y));
                if (passes(mark.item.props) && top && app.map.getContainer().contains(top)
                    && !top.closest('.leaflet-control') && hit && hit.item.id === mark.item.id)
                    return {x, y, props: mark.item.props, id: mark.item.id};
            }
            return null;
        }""".replace("TEST", test),
        draw,
    )
    assert found is not None, f"nothing drawn as {draw} where {test}"
    return found


def pixel(page: Page, x: float, y: float) -> list[int]:
    """The colour that the map has at a point of the page: red, green, blue, opacity."""
    found: list[int] = page.evaluate(
        """([x, y]) => {
            const canvas = document.querySelector('canvas.scene'), box = canvas.getBoundingClientRect();
            const scale = canvas.width / box.width;
            return [...canvas.getContext('2d').getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1).data];
        }""",
        [x, y],
    )
    return found


def click(page: Page, mark: dict[str, Any]) -> None:
    """Click where it is drawn."""
    page.mouse.click(mark["x"], mark["y"])


def post(page: Page, url: str, body: dict[str, Any]) -> Any:
    """Send something as the signed-in person would, with the page's token."""
    return page.evaluate(
        """async ([url, body]) => {
            const answer = await fetch(url, {method: 'POST', body: JSON.stringify(body), headers: {
                'Content-Type': 'application/json',
                'X-CSRF-Token': document.querySelector('meta[name=csrf-token]').content}});
            if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
            return answer.json();
        }""",
        [url, body],
    )
