"""An evening on patrol: planned for six, one stop moved, handed out; walked without network; told to nobody."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.field_page import send_now
from tests.browser.field_stories import NO_NETWORK
from tests.browser.map_page import drawn
from tests.browser.office_days import Day, day, shot
from tests.support.browser import PHONE, watch_of
from tests.support.clock import MONDAY_AT_NINE
from tests.support.other_hour import moved_program, shift_to
from tests.support.server import made_once

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from playwright.sync_api import Browser, Page

    from tests.support.other_hour import StreetServer

AFTERNOON, EVENING = datetime(2026, 11, 23, 8, 20, tzinfo=UTC), datetime(2026, 11, 23, 10, 2, tzinfo=UTC)
SECRETARY, WALKER = "王书记", "小陈"
PEOPLE = ("小吴", "小周", "小李", "小沈", "小郑", "小陈")
BUSY = "忙，改天"
Walks = dict[str, list[str]]
"""Of everybody the labels of the stops in their order."""


def test_an_evening_on_patrol(browser: Browser, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    earlier = moved_program(shift_to(MONDAY_AT_NINE - timedelta(minutes=1)))
    folder = shutil.copytree(made_once(tmp_path_factory.getbasetemp(), "monday", *earlier), tmp_path / "data")
    with day(browser, folder, AFTERNOON) as afternoon:
        page = afternoon.as_person(SECRETARY)
        address = planned(page)
        dragged_to_somebody_else(page)
        moved_by_keyboard(page)
        locked(page)
        carried = handed_out(page)
        edition = sheets_match(page, address, carried)
        phones_match(afternoon, carried, edition)
    with day(browser, folder, EVENING) as evening:
        desk = evening.as_person(SECRETARY)
        before = told_to_the_secretary(desk, address)
        walked = walked_without_network(evening, carried[WALKER])
        arrived_once(evening.server, address, walked)
        assert told_to_the_secretary(desk, address) == before
        hidden_from_everybody(evening, address)


def planned(page: Page) -> str:
    """The form comes filled in: the evening, everybody. One choice, one tap."""
    page.goto("/patrol")
    page.get_by_role("radio", name="晚班").check()
    expect(page.locator('[name="workers"]:checked')).to_have_count(6)
    page.locator("#minutes").fill("75")
    page.get_by_role("button", name="排一班").click()
    page.wait_for_url(re.compile(r"/patrol/[0-9a-f-]{36}$"))
    drawn(page)
    expect(page.locator("details.route")).to_have_count(6)
    assert sorted(routes(page)) == sorted(PEOPLE)
    shot(page, "story11-1-planned")
    return urlsplit(page.url).path


def routes(page: Page) -> Walks:
    """Who walks where, as the page has it."""
    found: Walks = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('details.route')].map((route) => [
            route.dataset.worker, [...route.querySelectorAll('.stop')].map((stop) => stop.dataset.label)]))"""
    )
    return found


def route_of(page: Page, worker: str) -> Any:
    """Somebody's part of the list, opened."""
    route = page.locator(f'details.route[data-worker="{worker}"]')
    if route.get_attribute("open") is None:
        route.locator("summary").click()
    return route


def most_and_least(page: Page) -> tuple[str, str]:
    """Who has most stops and who has fewest."""
    told = sorted(routes(page).items(), key=lambda one: (len(one[1]), one[0]))
    return told[-1][0], told[0][0]


def dragged_to_somebody_else(page: Page) -> None:
    """By the mouse, onto the head of another's list."""
    giver, taker = most_and_least(page)
    was = routes(page)
    stop = route_of(page, giver).locator(".stop").nth(1)
    label = str(stop.get_attribute("data-label"))
    stop.locator(".number").scroll_into_view_if_needed()
    drag(page, stop.locator(".number"), page.locator(f'details.route[data-worker="{taker}"] summary'))
    expect(page.locator(f'details.route[data-worker="{taker}"] .stop[data-label="{label}"]')).to_have_count(1)
    assert label not in routes(page)[giver]
    assert len(routes(page)[giver]) == len(was[giver]) - 1
    expect(page.locator("#undo")).to_contain_text("撤销")
    shot(page, "story11-2-dragged")


def drag(page: Page, what: Any, onto: Any) -> None:
    """Take hold of something, carry it over and let go."""
    here = what.bounding_box()
    page.mouse.move(here["x"] + here["width"] / 2, here["y"] + here["height"] / 2)
    page.mouse.down()
    page.mouse.move(here["x"] + 20, here["y"] + 20, steps=3)
    onto.scroll_into_view_if_needed()
    there = onto.bounding_box()
    page.mouse.move(there["x"] + 60, there["y"] + there["height"] / 2, steps=4)
    page.mouse.up()


def moved_by_keyboard(page: Page) -> None:
    """Taken up with space, to the next person with the arrow, put down with space."""
    giver = most_and_least(page)[0]
    route = route_of(page, giver)
    others = list(routes(page))
    key, taker = ("ArrowRight", 1) if others.index(giver) < len(others) - 1 else ("ArrowLeft", -1)
    taker_name = others[others.index(giver) + taker]
    label = str(route.locator(".stop").last.get_attribute("data-label"))
    route.locator(".stop .number").last.focus()
    for pressed in ("Space", key, "Space"):
        page.keyboard.press(pressed)
    said = page.locator("#said")
    expect(page.locator(f'details.route[data-worker="{taker_name}"] .stop[data-label="{label}"]')).to_have_count(1)
    expect(page.locator("#routes[aria-busy]")).to_have_count(0)
    expect(said).not_to_have_text("")
    assert label not in routes(page)[giver]


def locked(page: Page) -> None:
    """A stop of 小陈's stays with them, whatever is planned anew."""
    route = route_of(page, WALKER)
    route.locator("[data-more]").first.click()
    page.get_by_role("button", name=f"定给{WALKER}").click()
    expect(page.locator(f'details.route[data-worker="{WALKER}"] .stop[data-locked]')).to_have_count(1)


def handed_out(page: Page) -> Walks:
    """发给6人; what everybody has now."""
    with page.expect_navigation():
        page.get_by_role("button", name="发给6人").click()
    expect(page.locator(".back .sent")).to_contain_text("已发给6人")
    shot(page, "story11-3-handed-out")
    return routes(page)


def sheets_match(page: Page, address: str, carried: Walks) -> int:
    """On paper: the same people, stops and order, on a page each, of one edition; returns which."""
    page.goto(f"{address}/print")
    papers, editions = page.locator(".paper"), set()
    for paper in papers.all():
        editions |= set(re.findall(r"第\d+版第(\d+)稿", paper.locator("footer").inner_text()))
        stops = paper.locator("li.stop .what > b").all_inner_texts()
        worker = next(name for name, labels in carried.items() if labels == stops)
        assert paper.locator(".tag").first.inner_text() == worker[-1]
    walking = [name for name, labels in carried.items() if labels]
    expect(papers).to_have_count(len(walking))
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert pages == len(walking)
    shot(page, "story11-4-sheets")
    (edition,) = editions
    return int(edition)


def phones_match(afternoon: Day, carried: Walks, edition: int) -> None:
    """Everybody's phone takes along what the sheets say."""
    for worker, labels in carried.items():
        phone = afternoon.as_person(worker, **PHONE)
        (walk,) = [w for w in phone.context.request.get("/api/v1/today").json()["walks"] if w["shift"] == "evening"]
        assert [stop["label"] for stop in walk["stops"]] == labels, worker
        assert walk["edition"] == edition
        phone.context.close()


def walked_without_network(evening: Day, carried: list[str]) -> dict[str, str]:
    """小陈 takes it along, goes, leaves one out, plans the rest anew, finishes; returns label → outcome."""
    phone = evening.as_person(WALKER, **PHONE)
    watch_of(phone).allow(NO_NETWORK)
    phone.goto("/today/taken")
    phone.get_by_role("button", name=re.compile("带走今天|重新带一遍")).tap()
    phone.get_by_text("是，没网也能打开").wait_for()
    phone.context.set_offline(True)
    phone.goto("/today")
    expect(phone.locator(".walk-strip")).to_contain_text(f"{len(carried)}站")
    phone.locator(".walk-strip").get_by_role("button", name="开始走").tap()
    expect(phone.locator(".walk-row")).to_have_count(len(carried) - 1)
    shot(phone, "story11-5-next-door")
    outcomes: dict[str, str] = {}
    outcomes[done(phone)] = "done"
    outcomes[left_out(phone)] = "skipped"
    phone.locator(".walk-replan").tap()
    expect(phone.locator("#strip-host")).to_contain_text("重排好了")
    shot(phone, "story11-6-from-here")
    outcomes[done(phone)] = "done"
    phone.locator(".walk-tools .walk-finish").tap()
    expect(phone.get_by_role("heading", name="晚班走完了")).to_be_visible()
    shot(phone, "story11-7-finished")
    phone.context.set_offline(False)
    send_now(phone)
    expect(phone.locator(".status-right")).to_have_text("待传 0")
    phone.reload()
    expect(phone.get_by_role("heading", name="晚班走完了")).to_be_visible()
    phone.context.close()
    return outcomes


def here(phone: Page) -> str:
    """The stop one walks to: its address and name."""
    return " ".join(phone.locator("#door-name span").all_inner_texts()).strip()


def done(phone: Page) -> str:
    """The large button; the next stop comes by itself."""
    was = here(phone)
    ready(phone)
    phone.locator(".acts .act").first.tap()
    expect(phone.locator("#door-name")).not_to_have_text(phone_text(was))
    return was


def phone_text(label: str) -> re.Pattern[str]:
    """A stop's name as the card has it, in two parts."""
    return re.compile("^" + r"\s*".join(re.escape(part) for part in label.split(" ")) + "$")


def ready(phone: Page) -> None:
    """The card has slid in and takes a tap."""
    phone.wait_for_function("() => !document.querySelector('.acts').hasAttribute('data-fresh')")


def left_out(phone: Page) -> str:
    """先跳过, not today, since they are busy."""
    was = here(phone)
    ready(phone)
    phone.locator(".walk-skip").tap()
    sheet = phone.get_by_role("dialog")
    sheet.get_by_role("button", name=BUSY).tap()
    sheet.get_by_role("button", name="今天不去了").tap()
    expect(phone.locator("#door-name")).not_to_have_text(phone_text(was))
    expect(phone.get_by_role("region", name="今天不去了")).to_contain_text(was)
    return was


def arrived_once(server: StreetServer, address: str, walked: dict[str, str]) -> None:
    """The office has each step once, and one walk that is over."""
    from sqlalchemy import select

    from mapsvc.store.tables import patrol_step, patrol_walk

    ws = server.workspace()
    with ws.read() as conn:
        (walk,) = conn.execute(select(patrol_walk).where(patrol_walk.c.plan_id == address.rpartition("/")[2])).all()
        steps = conn.execute(select(patrol_step).where(patrol_step.c.walk_id == walk.id)).all()
    ws.database.close()
    assert walk.ended_at is not None
    assert sorted(step.outcome for step in steps) == sorted(walked.values())
    assert len({step.ref for step in steps}) == len(steps) == len(walked)
    assert all(step.withdrawn_at is None for step in steps)


def told_to_the_secretary(desk: Page, address: str) -> dict[str, str]:
    """What her pages and files say of the plan, apart from tokens; what is due changes with every call on a door."""
    plan = address.rpartition("/")[2]
    files = (f"{address}/print", *(f"{address}.{kind}" for kind in ("csv", "geojson", "gpx", "kml")))
    found = {}
    for where in ("/patrol", address, *files, f"/api/v1/plans/{plan}", "/api/v1/layers/patrol/features"):
        answer = desk.request.get(where)
        assert answer.ok, where
        text = answer.text().partition('<ul class="plans">')[2] if where == "/patrol" else answer.text()
        found[where] = re.sub(r'(name="csrf_token" value|name="csrf-token" content|nonce)="[^"]*"', "", text)
    return found


def hidden_from_everybody(evening: Day, address: str) -> None:
    """Neither the secretary nor a colleague finds the walk, what became of a stop or why."""
    from sqlalchemy import select

    from mapsvc.store.tables import patrol_walk

    ws = evening.server.workspace()
    with ws.read() as conn:
        name = conn.execute(
            select(patrol_walk.c.id).where(patrol_walk.c.plan_id == address.rpartition("/")[2])
        ).scalar_one()
    ws.database.close()
    for login in (SECRETARY, "小周", "街道办"):
        page = evening.as_person(login)
        assert page.context.request.get(f"/api/v1/walks/{name}").status == 404
        for where in ("/patrol", "/desk", "/figures", "/reports/weekly", "/patrol/coverage", "/api/v1/today"):
            told = page.context.request.get(where).text()
            assert name not in told, where
            assert BUSY not in told, where
        page.context.close()
