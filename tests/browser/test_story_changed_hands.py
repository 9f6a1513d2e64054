"""Shut, and changed hands: a third closed door moves to the afternoon; a new shop begins without the old one's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.field_page import send_now
from tests.browser.field_stories import (
    CHANGED,
    CLOSED,
    act,
    at_rest,
    door,
    next_door,
    nobody_was_called_on,
    slow_page,
    street,
    street_phone,
    take_again,
    take_along,
    tap_and_wait,
    walking_order,
    watch_of_context,
    worker_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from playwright.sync_api import BrowserContext, Page

    from mapsvc.operations.workspace import Workspace
    from tests.support.browser import OpenContext
    from tests.support.other_hour import StreetServer

SIGN = "老街坊面馆"
MERCHANT, PHONE_NUMBER = "慕容阿大", "13955501234"
TALK = "后厨排烟管刚换过"
SENTENCE = "上两次上午没开，下午开过5次"
SENT_MS = 30_000


def at_time(ws: Workspace, days_ago: int, hour: int) -> Workspace:
    """The office on an earlier day at an hour of its own."""
    from dataclasses import replace

    from mapsvc.domain.times import OFFICE_ZONE

    day = ws.clock().astimezone(OFFICE_ZONE) - timedelta(days=days_ago)
    moment: datetime = day.replace(hour=hour, minute=0, second=0, microsecond=0)
    return replace(ws, clock=lambda: moment)


def prepare(ws: Workspace) -> None:
    """The first door: new people half a year ago, open on five afternoons, then shut on two mornings; a card."""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.domain.visits import Outcome, VisitKind
    from mapsvc.operations.cards import make_card
    from mapsvc.operations.shop_changes import change_tenancy
    from mapsvc.operations.shops import find_shop
    from mapsvc.operations.tenancies import NewTenancy
    from mapsvc.operations.visits import NewVisit, record_visit

    nobody_was_called_on(ws)
    code = walking_order(ws)[0]
    forget_calls(ws, code)
    then = at_time(ws, 180, 10)
    with ws.read() as conn:
        version = find_shop(conn, code, then.clock().date()).version
    new = NewTenancy(str(uuid4()), then.clock().date(), SIGN, "餐饮", MERCHANT, PHONE_NUMBER)
    change_tenancy(then, SYSTEM, code, version, new)
    calls = [(days, 15, Outcome.MET) for days in (160, 130, 100, 70, 40)]
    for days, hour, outcome in [*calls, (9, 10, Outcome.CLOSED), (2, 10, Outcome.CLOSED)]:
        on = at_time(ws, days, hour)
        note = TALK if outcome is Outcome.MET else ""
        record_visit(on, worker_of(ws), NewVisit(str(uuid4()), code, VisitKind.REGULAR, on.clock(), outcome, note=note))
    make_card(ws, worker_of(ws), code)


def forget_calls(ws: Workspace, code: str) -> None:
    """What the demo tells of the hours of a door was long ago."""
    from mapsvc.store.tables import metadata

    visit, shop = metadata.tables["visit"], metadata.tables["shop"]
    with ws.write() as conn:
        shop_id = conn.execute(shop.select().where(shop.c.code == code)).one().id
        long_ago = ws.clock() - timedelta(days=1200)
        conn.execute(visit.update().where(visit.c.shop_id == shop_id).values(happened_at=long_ago))


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StreetServer]:
    """The office of this story."""
    with street(tmp_path_factory.mktemp("changed-hands"), prepare) as server:
        yield server


@pytest.fixture
def context(open_context: OpenContext, live_server: StreetServer) -> BrowserContext:
    """The worker's phone."""
    return street_phone(open_context, live_server)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """今日 on it."""
    page = slow_page(context)
    take_along(page)
    return page


def sent(page: Page) -> None:
    """The ten seconds in which a tap can be taken back are over, and the office has it."""
    expect(page.locator(".status-right")).to_have_text("待传 1")
    send_now(page)
    expect(page.locator(".status-right")).to_have_text("待传 0", timeout=SENT_MS)


def words(page: Page, address: str) -> str:
    """What a view of the field app says."""
    page.goto(address)
    with at_rest(page):
        page.wait_for_timeout(500)
    return page.locator("#view").inner_text()


def test_shut_for_the_third_time_is_moved_to_the_afternoon_and_counted_against_nobody(
    page: Page, context: BrowserContext, open_context: OpenContext
) -> None:
    desk = open_context("secretary").request
    before = desk.get("/api/v1/summary").json()
    left = tap_and_wait(page, CLOSED)
    expect(page.locator("#strip-host")).to_contain_text(f"{SENTENCE}，14点后再来")
    later = page.locator(".next-row", has=page.get_by_text(re.compile("^14点后")))
    expect(later).to_have_count(1)
    assert left.endswith(later.locator(".next-number").inner_text())
    sent(page)

    me = context.request.get("/api/v1/today").json()["person"]["name"]
    for address in ("/today/list", "/today/me"):
        said = words(page, address).replace(SENTENCE, "")
        assert not re.search(r"\d+\s*[次户家]?没开|没开门?\D{0,3}\d", said), said
    assert "没开" not in words(page, "/today/me")
    assert desk.get("/api/v1/summary").json() == before
    history = desk.get(f"/api/v1/shops/{code_of(context, left)}/history").text()
    assert not re.search(rf"{me}.{{0,20}}\d+次", history)


def code_of(context: BrowserContext, address: str) -> str:
    """The code of the door at an address."""
    doors = context.request.get("/api/v1/today").json()["doors"]
    return next(code for code, told in doors.items() if told["address"] == address)


def test_a_shop_that_changed_hands(
    page: Page, context: BrowserContext, open_context: OpenContext, live_server: StreetServer
) -> None:
    desk = open_context("secretary").request
    with at_rest(page):
        doors = context.request.get("/api/v1/today").json()["doors"]
        code = next(code for code, told in doors.items() if told["name"] == SIGN)
        token = card_of(live_server, code)
        stranger = open_context(None)
        assert stranger.request.get(f"/c/{token}").status == 200
        assert MERCHANT[0] in desk.get(f"/api/v1/shops/{code}").text()
        visits = history(desk, code)

    page.goto(f"/today/doors/{code}")
    expect(page.locator("#door-name")).to_contain_text(SIGN)
    address = door(page)
    act(page, CHANGED).tap()
    page.get_by_role("button", name=re.compile("^换了店")).tap()
    page.get_by_label("新店名").fill("小满花店")
    page.get_by_role("button", name="记下").tap()
    next_door(page, address)
    expect(page.locator("#strip-host")).to_contain_text("7天内第一次上门")
    sent(page)

    with at_rest(page):
        for person in (desk, context.request):
            for where in (f"/api/v1/shops/{code}", f"/api/v1/shops/{code}/history", f"/api/v1/search?q={MERCHANT}"):
                told = person.get(where).text()
                assert MERCHANT not in told, where
                assert PHONE_NUMBER[-4:] not in told, where
        assert history(desk, code) >= visits
        told = context.request.get("/api/v1/today").json()["doors"][code]
        assert told["name"] == "小满花店"
        assert reasons_tomorrow(live_server, code) == ["新店，7天内上门（11月30日前）"]
        watch_of_context(stranger).allow("410")
        dead = stranger.new_page()
        answer = dead.goto(f"/c/{token}")
        assert answer is not None
        assert answer.status == 410
        expect(dead.get_by_role("heading", name="这张卡已经停用")).to_be_visible()
    take_again(page)
    page.goto(f"/today/doors/{code}")
    expect(page.locator("#door-name")).to_contain_text("小满花店")
    assert TALK not in page.locator("dl.lines").inner_text()


def card_of(server: StreetServer, code: str) -> str:
    """The token of the card that the shop has."""
    from mapsvc.operations.cards import live_card

    ws = server.workspace()
    card = live_card(ws, worker_of(ws), code)
    ws.database.close()
    assert card
    return card.token


def reasons_tomorrow(server: StreetServer, code: str) -> list[str]:
    """Why one goes to that door on the day after; today it was called on."""
    from mapsvc.operations.today import my_day

    ws = server.workspace()
    tomorrow = my_day(at_time(ws, -1, 9), worker_of(ws))
    ws.database.close()
    return [reason.text for one in tomorrow.doors if one.door.code == code for reason in one.due.reasons]


def history(person: Any, code: str) -> set[str]:
    """What happened at the premises, by time and title."""
    items = person.get(f"/api/v1/shops/{code}/history?limit=200").json()["items"]
    return {f"{item['at']} {item['type']}" for item in items}
