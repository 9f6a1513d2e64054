"""What the tests of the screens at a door share: a phone with a day as the test wants it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.browser.field_page import open_today
from tests.support.browser import PHONE, OpenContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page, Route

    Change = Callable[[dict[str, Any]], None]

SHUT_OFF = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch"
LONG = "说下水道一下雨就往店里返水，物业来看过一次没有结果，还想问问能不能申请补贴"


def phone(open_context: OpenContext, change: Change = lambda _: None, **options: Any) -> Page:
    """今日 of a worker on a phone that has the day, changed as the test wants it; nothing is sent."""
    context = open_context("worker", **(PHONE | options), service_workers="block")
    context.watch.allow(SHUT_OFF)  # type: ignore[attr-defined]
    context.route("**/api/v1/today", lambda route: _changed(route, change))
    page = open_today(context)
    page.locator("#door-name").wait_for()
    return page


def _changed(route: Route, change: Change) -> None:
    answer = route.fetch(headers={k: v for k, v in route.request.headers.items() if k != "if-none-match"})
    day = answer.json()
    change(day)
    route.fulfill(response=answer, body=json.dumps(day))


def due(count: int) -> Change:
    """So many doors due on one side of one street, all plain monthly calls."""

    def change(day: dict[str, Any]) -> None:
        codes = sorted(day["doors"])[:count]
        for n, code in enumerate(codes):
            plain = {"due": True, "kind": "regular", "reasons": [{"code": "call", "text": "35天没走到"}]}
            number = f"{2 * n + 1}号"
            told = {"number": number, "address": f"岚皋西路{number}", "street": "岚皋西路", "side": "odd"}
            nothing = {"promises": [], "tip": None, "if_closed": None, "visited_today": None, "cover_for": None}
            nothing["returns"] = []
            day["doors"][code] |= plain | told | nothing
        side = {"street": "岚皋西路", "side": "odd", "side_name": "单号侧", "doors": codes, "turn": None}
        day["route"] = [side]
        day["counts"] = {"calls": count, "return_visits": 0, "promises": 0}

    return change


def first_door(count: int = 4, **told: Any) -> Change:
    """As `due`, and this is told of the first door."""

    def change(day: dict[str, Any]) -> None:
        due(count)(day)
        day["doors"][day["route"][0]["doors"][0]] |= told

    return change


def act(page: Page, name: str) -> Locator:
    """One of the four buttons."""
    return page.locator(".acts").get_by_role("button", name=name)


def place(page: Page) -> Locator:
    """The address of the door one stands at."""
    return page.locator("#door-name .door-place")


def top_of(page: Page, selector: str) -> float:
    """Where an element begins on the screen, in px."""
    found: float = page.locator(selector).first.evaluate("e => e.getBoundingClientRect().top")
    return found


def small_targets(page: Page) -> list[str]:
    """What can be tapped in less than 44 px, counting what its hit area adds."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main a, main button, dialog button, .tabs a, .undo button')]
            .filter((e) => e.offsetParent && !e.closest('.sr') && !e.classList.contains('sr'))
            .map((e) => {
                const box = e.getBoundingClientRect(), after = getComputedStyle(e, '::after');
                const beyond = (side) => (after.content === 'none' ? 0 : -parseFloat(after[side]) || 0);
                const height = Math.round(box.height + beyond('top') + beyond('bottom'));
                return [e.textContent || e.getAttribute('aria-label'), height];
            })
            .filter(([, height]) => height < 44).map(([text, height]) => `${text} ${height}`)"""
    )
    return found
