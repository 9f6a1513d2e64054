"""What the tests of the screens around the doors share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.browser.field_page import call, open_today, ready, until

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SHUT_OFF = r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_FAILED"


def phone_with_a_day(context: BrowserContext) -> Page:
    """A tab of the phone, the day on it."""
    context.watch.allow(SHUT_OFF)  # type: ignore[attr-defined]
    page = open_today(context)
    until(page, lambda: call(page, "day", "theDay"), "the day is there")
    return page


def visit_view(page: Page, name: str) -> None:
    """Go to a view by its address."""
    page.goto(f"/today/{name}")
    ready(page, f"/today/{name}")


def the_day(page: Page) -> dict[str, Any]:
    """The day that lies on the phone."""
    found: dict[str, Any] = call(page, "day", "theDay")
    return found


def a_door(page: Page) -> dict[str, Any]:
    """One of the worker's doors."""
    doors = the_day(page)["doors"]
    door: dict[str, Any] = doors[sorted(doors)[0]]
    return door
