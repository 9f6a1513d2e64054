"""The patrol on the phone: walked without network, put in another order, planned anew, and told to the office once."""

from __future__ import annotations

import itertools
import random
import shutil
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from mapsvc.store import tables as t
from tests.browser.field_page import (
    call,
    counts,
    entries,
    go_offline,
    go_online,
    open_today,
    ready,
    take_along,
    until,
    until_sent,
)
from tests.support.browser import PHONE, OpenContext, serious_faults, watch_of
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

WALK = "/today/walk"
SHUT_OFF = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch"
LAST_IS = "ref => document.querySelector('.walk-ahead li:last-child')?.dataset.ref === ref"
IS_NEXT = "ref => !document.querySelector(`.walk-ahead [data-ref='${ref}']`)"
MANY_AHEAD = "n => document.querySelectorAll('.walk-ahead [data-ref]').length === n"
Row = Any


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own, with tonight handed out."""
    folder = tmp_path_factory.mktemp("patrol") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


def rows(server: Server, table: Any, **equal: Any) -> list[Row]:
    """Rows of a table in the store."""
    ws = server.workspace()
    asked = select(table)
    for name, value in equal.items():
        asked = asked.where(table.c[name] == value)
    with ws.read() as conn:
        found = list(conn.execute(asked))
    ws.database.close()
    return found


def ahead(page: Page) -> list[str]:
    """Refs of the stops in the list, in its order."""
    refs: list[str] = page.locator(".walk-ahead [data-ref]").evaluate_all("rows => rows.map(r => r.dataset.ref)")
    return refs


def here(page: Page) -> str:
    """What the card says one stands at."""
    page.wait_for_function("() => document.querySelector('.acts [aria-disabled]')?.ariaDisabled === 'false'")
    return page.locator(".door-place").inner_text()


def begun_offline(open_context: OpenContext) -> tuple[Page, dict[str, Any]]:
    """A phone that took the day along, reloaded without network, and its walk begun; with what it took along."""
    page = open_today(open_context("worker", **PHONE))
    watch_of(page).allow(SHUT_OFF)
    take_along(page)
    (pack,) = call(page, "day", "theDay")["walks"]
    go_offline(page)
    page.reload()
    ready(page)
    expect(page.locator(".walk-strip")).to_contain_text(f"{pack['shift_name']} {len(pack['stops'])}站")
    page.get_by_role("button", name="开始走").tap()
    ready(page, WALK)
    assert here(page) in pack["stops"][0]["label"]
    return page, pack


def walk_along(page: Page, stops: list[str]) -> None:
    """First done, taken back, done; second not today; third later, then first after all; the rest planned anew."""
    page.locator(".acts .met").tap()
    page.wait_for_function(IS_NEXT, arg=stops[1])
    assert ahead(page) == stops[2:]
    page.get_by_role("button", name="撤销", exact=True).tap()
    page.wait_for_function(MANY_AHEAD, arg=len(stops) - 1)
    here(page)
    page.locator(".acts .met").tap()
    page.wait_for_function(MANY_AHEAD, arg=len(stops) - 2)
    here(page)
    page.get_by_role("button", name="先跳过").tap()
    page.get_by_role("button", name="忙，改天").tap()
    page.get_by_role("button", name="今天不去了").tap()
    expect(page.locator(".walk-behind", has_text="今天不去了")).to_contain_text("忙，改天")
    here(page)
    page.get_by_role("button", name="先跳过").tap()
    page.get_by_role("button", name="等会儿再去").tap()
    page.wait_for_function(LAST_IS, arg=stops[2])
    page.locator(".walk-first").last.tap()
    page.wait_for_function(IS_NEXT, arg=stops[2])
    page.get_by_role("button", name="从这里重排").tap()
    expect(page.locator(".undo")).to_contain_text("重排好了")
    assert {*ahead(page)} < {*stops[2:]}
    assert len(ahead(page)) == len(stops) - 3


def finish(page: Page, n: int) -> None:
    """The page is opened anew; the stops that are left, and the end."""
    page.reload()
    ready(page, WALK)
    for done in range(3, n + 1):
        here(page)
        asks_how_it_is = "回访" in page.locator(".acts .met").inner_text()
        page.locator(".acts .met").tap()
        if asks_how_it_is:
            page.get_by_role("dialog").get_by_role("button", name="好了", exact=True).tap()
        expect(page.locator(".walk-behind .walk-row")).to_have_count(done)
    page.get_by_role("button", name="走完了").tap()
    expect(page.get_by_role("heading", name="走完了")).to_be_visible()


def test_an_evening_without_network_arrives_once(open_context: OpenContext, live_server: Server) -> None:
    page, pack = begun_offline(open_context)
    stops = [stop["ref"] for stop in pack["stops"]]
    assert len(stops) >= 5
    assert serious_faults(page) == []
    walk_along(page, stops)
    finish(page, len(stops))
    made = entries(page)
    assert counts(page)[1] == 0
    go_online(page)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    until_sent(page)
    until(page, lambda: all(entry["state"] == "sent" for entry in entries(page)), "all sent")
    (walk,) = rows(live_server, t.patrol_walk, id=pack["id"])
    assert walk.ended_at is not None
    steps = rows(live_server, t.patrol_step, walk_id=walk.id)
    told = {one["id"]: datetime.fromisoformat(one["at"]) for one in made if one["type"] == "walk_step"}
    assert len(steps) == len(told)
    assert {step.id: step.at for step in steps} == told
    assert sorted(step.ref for step in steps if step.outcome == "done") == sorted({*stops} - {stops[1]})
    assert [(step.ref, step.reason) for step in steps if step.outcome == "skipped"] == [(stops[1], "busy")]
    visits = [one for one in made if one["type"] == "visit"]
    assert [len(rows(live_server, t.visit, id=one["id"])) for one in visits] == [1] * len(visits)
    assert len(visits) == len([s for s in pack["stops"] if s.get("shop") and s["ref"] != stops[1]])


def test_planned_anew_it_is_as_good_as_any_order(open_context: OpenContext) -> None:
    page = open_today(open_context("worker", **PHONE), WALK)
    until(page, lambda: page.evaluate("() => 'field/walk-replan.js' in globalThis.__mapsvcModules"))
    draw = random.Random(6)
    tasks = [task(draw, draw.randint(1, 6)) for _ in range(120)]
    for one in tasks:
        best = max((worth(one, order) for order in orders(one)), key=lambda w: (w[0], w[1], -w[2]))
        found = call(page, "walk-replan", "replan", one)
        musts, points, ends = worth(one, found["order"])
        assert (musts, points, round(ends)) == (best[0], best[1], round(best[2])), one
        assert sorted([*found["order"], *found["late"]]) == list(range(len(one["service"])))
    long = task(draw, 24)
    first, again = (call(page, "walk-replan", "replan", long) for _ in range(2))
    assert first == again
    assert worth(long, first["order"]) is not None
    assert first["order"]


def task(draw: random.Random, n: int) -> dict[str, Any]:
    """Stops strewn over a few streets, some with hours, and less time than all of them take."""
    places = [(draw.uniform(0, 600), draw.uniform(0, 300)) for _ in range(n + 2)]
    apart = [[round(abs(a[0] - b[0]) + abs(a[1] - b[1])) for b in places] for a in places]
    hours = [[[36_000 + draw.randint(0, 3000), 36_000 + draw.randint(3000, 6000)]] if draw.random() < 0.4 else []
             for _ in range(n)]  # fmt: skip
    return {
        "first": apart[0][1:-1],
        "apart": [row[1:-1] for row in apart[1:-1]],
        "last": [row[-1] for row in apart[1:-1]],
        "service": [draw.choice([180, 300, 600]) for _ in range(n)],
        "points": [draw.randint(1, 30) for _ in range(n)],
        "must": [draw.random() < 0.2 for _ in range(n)],
        "windows": hours,
        "now": 36_000,
        "finish": 36_000 + n * draw.randint(250, 700),
    }


def orders(one: dict[str, Any]) -> Iterator[tuple[int, ...]]:
    """Every order of some of the stops that keeps to the hours and the time."""
    n = len(one["service"])
    every = itertools.chain.from_iterable(itertools.permutations(range(n), k) for k in range(n + 1))
    return (order for order in every if worth(one, order) is not None)


def worth(one: dict[str, Any], order: Any) -> Any:
    """Musts, points and the end; None: it does not fit."""
    at, before = one["now"], None
    for stop in order:
        at += one["first"][stop] if before is None else one["apart"][before][stop]
        opens = [max(at, begin) for begin, end in one["windows"][stop] if at <= end]
        if one["windows"][stop] and not opens:
            return None
        at = min(opens, default=at) + one["service"][stop]
        before = stop
    at += 0 if before is None else one["last"][before]
    if before is not None and at > one["finish"]:
        return None
    return sum(one["must"][i] for i in order), sum(one["points"][i] for i in order), at
