"""The queue of the field app: what was recorded is on the phone first, arrives once, with the time of tapping."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.field_page import (
    arrived,
    become,
    call,
    counts,
    crash,
    doors,
    entries,
    go_offline,
    go_online,
    open_today,
    ready,
    received,
    record_visit,
    record_with_photo,
    recorded_by,
    requests_of,
    send_now,
    stored,
    take_along,
    until,
    until_sent,
)
from tests.support.accounts import signed_in
from tests.support.browser import PHONE, OpenContext, watch_of
from tests.support.pictures import jpeg
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

SHUT_OFF = r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_FAILED"


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: these tests stop it, and record."""
    folder = tmp_path_factory.mktemp("queue") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=WITHOUT_JOBS) as running:
        yield running


@pytest.fixture
def worker(open_context: OpenContext) -> BrowserContext:
    """A worker's phone."""
    context = open_context("worker", **PHONE)
    context.watch.allow(SHUT_OFF)  # type: ignore[attr-defined]
    return context


@pytest.fixture
def page(worker: BrowserContext) -> Page:
    """The phone with the day on it."""
    opened = open_today(worker)
    take_along(opened)
    return opened


def test_a_quiet_door_is_one_request(page: Page, live_server: Server) -> None:
    seen = requests_of(page.context)
    made = record_visit(page, doors(page)[0])
    until_sent(page)
    assert seen == [("POST", "/api/v1/visits")]
    assert arrived(live_server, [made])


def test_without_network_the_app_opens_from_the_phone_and_nothing_is_asked(page: Page) -> None:
    go_offline(page)
    watch_of(page).allow(SHUT_OFF)
    for path in ("/today", "/today/list", "/today/map", "/today/note", "/today/me", "/today/scan"):
        page.goto(path)
        ready(page, path)
        assert page.locator("#view").inner_text().strip()
    assert page.evaluate("() => navigator.onLine") is False


def test_a_second_load_costs_nothing_over_the_network(page: Page) -> None:
    answered: list[str] = []
    page.context.on("response", lambda r: answered.append(r.url) if not r.from_service_worker else None)
    page.reload()
    ready(page)
    page.wait_for_timeout(500)
    assert [url for url in answered if not url.endswith("/sw.js")] == []


def test_ten_records_wait_through_closing_and_arrive_once(
    worker: BrowserContext, page: Page, live_server: Server
) -> None:
    go_offline(page)
    made = [record_visit(page, code) for code in doors(page)[1:11]]
    assert counts(page) == (10, 0)
    page.close()
    again = open_today(worker)
    assert counts(again) == (10, 0)
    assert [e["id"] for e in entries(again)][:10] == [e["id"] for e in reversed(made)]
    go_online(again)
    until_sent(again)
    assert arrived(live_server, made)


def test_a_session_that_ended_keeps_all_until_somebody_signs_in(
    worker: BrowserContext, page: Page, live_server: Server
) -> None:
    worker.watch.allow("401")  # type: ignore[attr-defined]
    made = [record_visit(page, code) for code in doors(page)[:3]]
    worker.clear_cookies()
    send_now(page)
    until(page, lambda: call(page, "sender", "status")["needsSignIn"], "the end of the session is noticed")
    assert counts(page) == (3, 0)
    assert call(page, "day", "theDay") is not None
    page.close()
    live_server.sign_in(worker, "worker")
    again = open_today(worker)
    until_sent(again)
    assert arrived(live_server, made)


def test_the_page_of_signing_in_is_never_taken_for_an_answer(worker: BrowserContext, page: Page) -> None:
    made = record_visit(page, doors(page)[0])
    hotspot = {"status": 200, "content_type": "text/html", "body": "<p>Wi-Fi</p>"}
    page.route("**/api/v1/visits", lambda route: route.fulfill(**hotspot))
    send_now(page)
    until(page, lambda: entries(page)[0]["tries"] > 0)
    assert entries(page)[0]["id"] == made["id"]
    assert entries(page)[0]["state"] == "waiting"
    page.unroute("**/api/v1/visits")
    until_sent(page)


def test_what_is_refused_stays_with_its_reason_and_holds_up_nobody(page: Page, live_server: Server) -> None:
    watch_of(page).allow("422")
    codes = doors(page)
    bad = record_visit(page, "LT9999")
    good = [record_visit(page, code) for code in codes[:2]]
    until_sent(page)
    assert arrived(live_server, good)
    held = next(e for e in entries(page) if e["id"] == bad["id"])
    assert held["state"] == "held"
    assert "LT9999" in held["reason"]
    assert counts(page) == (0, 1)
    call(page, "queue", "edit", bad["id"], {**bad["body"], "shop": codes[2]})
    until_sent(page)
    assert arrived(live_server, [bad])
    assert counts(page) == (0, 0)


def test_two_tabs_send_each_record_once(worker: BrowserContext, page: Page, live_server: Server) -> None:
    other = open_today(worker)
    go_offline(page)
    made = [record_visit(tab, code) for code in doors(page)[:4] for tab in (page, other)]
    seen = requests_of(worker)
    go_online(page)
    send_now(page)
    send_now(other)
    until(page, lambda: counts(page) == (0, 0))
    assert counts(other) == (0, 0)
    assert len([path for method, path in seen if (method, path) == ("POST", "/api/v1/visits")]) == len(made)
    assert arrived(live_server, made)


@pytest.mark.parametrize("end", ["close", "crash"])
def test_a_page_that_dies_right_after_the_tap_has_kept_it(
    worker: BrowserContext, page: Page, live_server: Server, end: str
) -> None:
    worker.set_offline(True)
    made = record_visit(page, doors(page)[0])
    if end == "crash":
        crash(page)
    page.close()
    again = open_today(worker)
    assert entries(again)[0]["id"] == made["id"]
    worker.set_offline(False)
    until_sent(again)
    assert arrived(live_server, [made])


def test_killed_between_the_offices_commit_and_our_mark_it_is_not_doubled(page: Page, live_server: Server) -> None:
    made = record_visit(page, doors(page)[0])

    def commit_and_hang_up(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/v1/visits", commit_and_hang_up)
    send_now(page)
    until(page, lambda: stored(live_server, [made["id"]]) != {})
    assert counts(page) == (1, 0)
    page.unroute("**/api/v1/visits")
    page.close()
    until_sent(open_today(page.context))
    assert arrived(live_server, [made])


def test_undo_before_sending_sends_nothing(page: Page) -> None:
    seen = requests_of(page.context)
    made = record_visit(page, doors(page)[0])
    assert call(page, "queue", "undo", made["id"]) == "removed"
    page.wait_for_timeout(500)
    assert [made["id"]] != [e["id"] for e in entries(page)][:1]
    assert seen == []


def test_undo_after_sending_takes_it_back_at_the_office(page: Page, live_server: Server) -> None:
    made = record_visit(page, doors(page)[0])
    until_sent(page)
    assert arrived(live_server, [made])
    assert call(page, "queue", "undo", made["id"]) == "withdrawn"
    until_sent(page)
    assert stored(live_server, [made["id"]]) == {}


def test_undo_of_what_may_have_arrived_keeps_the_late_one_out(page: Page, live_server: Server) -> None:
    made = record_visit(page, doors(page)[0])
    page.route("**/api/v1/visits", lambda route: route.abort())
    send_now(page)
    until(page, lambda: entries(page)[0]["tries"] > 0)
    page.unroute("**/api/v1/visits")
    assert call(page, "queue", "undo", made["id"]) == "withdrawn"
    until_sent(page)
    body = made["body"]
    late = page.evaluate(
        """async (body) => {
            const { csrf } = await (await fetch("/api/v1/session")).json();
            const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
            return (await fetch("/api/v1/visits", { method: "POST", headers, body: JSON.stringify(body) })).json();
        }""",
        body,
    )
    assert late == {"id": made["id"], "withdrawn": True}
    assert stored(live_server, [made["id"]]) == {}


def test_another_persons_records_wait_for_that_person(worker: BrowserContext, page: Page, live_server: Server) -> None:
    worker.watch.allow("401|403")  # type: ignore[attr-defined]
    person = call(page, "day", "theDay")["person"]
    go_offline(page)
    made = [record_visit(page, code) for code in doors(page)[:2]]
    ids = [entry["id"] for entry in made]
    page.close()
    become(worker, live_server, "queue-other")
    worker.set_offline(False)
    again = open_today(worker)
    send_now(again)
    until(again, lambda: call(again, "queue", "waiting")["others"] != [], "the former person is named")
    assert [(o["name"], o["n"]) for o in call(again, "queue", "waiting")["others"]] == [(person["name"], 2)]
    # What a closing page may still have sent was under its own person's session.
    assert recorded_by(live_server, ids) <= {person["id"]}
    live_server.sign_in(worker, "worker")
    again.reload()
    ready(again)
    send_now(again)
    until(again, lambda: call(again, "queue", "waiting")["others"] == [] and counts(again) == (0, 0))
    assert arrived(live_server, made)
    assert recorded_by(live_server, ids) == {person["id"]}


def test_a_clock_that_is_a_quarter_of_an_hour_off_is_noticed_and_put_right(
    worker: BrowserContext, live_server: Server
) -> None:
    worker.add_init_script(
        """const Real = Date, off = -15 * 60000;
        globalThis.Date = class extends Real {
            constructor(...args) { args.length ? super(...args) : super(Real.now() + off); }
            static now() { return Real.now() + off; }
        };"""
    )
    page = open_today(worker)
    take_along(page)
    assert call(page, "sender", "status")["skew_min"] == 15
    made = record_visit(page, doors(page)[0])
    off = abs(datetime.now().astimezone() - datetime.fromisoformat(made["at"]))
    assert off.total_seconds() < 5
    until_sent(page)
    # Put right by answers that took their time, it may be a second ahead: the office never keeps what is yet to come.
    (kept_at,) = stored(live_server, [made["id"]]).values()
    assert kept_at == min(datetime.fromisoformat(made["at"]), received(live_server, made["id"]))


def test_the_file_for_the_office_gives_what_the_network_gives(page: Page, live_server: Server, tmp_path: Path) -> None:
    from mapsvc.operations.field_files import import_field_file
    from mapsvc.web.field_file import read_field_file

    codes = doors(page)
    gone = record_visit(page, codes[5])
    until_sent(page)
    go_offline(page)
    made = [record_visit(page, code) for code in codes[:2]]
    made.append(record_with_photo(page, codes[2], jpeg(320, 240)))
    spot = {"kind": "暴露垃圾", "description": "墙角堆了两袋", "shop": codes[3]}
    call(page, "queue", "record", "issue", spot, {"label": "记一笔"})
    assert call(page, "queue", "undo", gone["id"]) == "withdrawn"
    with page.expect_download() as download:
        call(page, "export", "saveQueueFile")
    file = tmp_path / "queue.json"
    download.value.save_as(file)
    written = json.loads(file.read_text(encoding="utf-8"))
    assert (written["format"], written["version"], len(written["records"])) == ("mapsvc-field", 2, 5)
    ws = live_server.workspace()
    for expected in ({"added": 6}, {"unchanged": 6}):
        report = import_field_file(ws, signed_in(ws, "secretary").actor, read_field_file(file.read_bytes()))
        assert {result: n for result, n in report.counts.items() if n} == expected
        assert arrived(live_server, made)
        assert stored(live_server, [gone["id"]]) == {}
    ws.database.close()
    go_online(page)
    until_sent(page)
    assert counts(page) == (0, 0)
    assert arrived(live_server, made)


def test_a_service_that_restarts_gets_all_of_it(page: Page, live_server: Server) -> None:
    codes = doors(page)
    live_server.__exit__()
    made = [record_visit(page, code) for code in codes[:2]]
    send_now(page)
    page.wait_for_timeout(300)
    assert counts(page) == (2, 0)
    live_server.__enter__()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    until_sent(page)
    assert arrived(live_server, made)


def test_a_record_that_breaks_the_service_holds_up_no_other(page: Page, live_server: Server) -> None:
    watch_of(page).allow("500")
    codes = doors(page)
    poor, good = record_visit(page, codes[0]), record_visit(page, codes[1])

    def fail_for_one(route: Any) -> None:
        if poor["id"] in (route.request.post_data or ""):
            route.fulfill(status=500, content_type="application/problem+json", body="{}")
        else:
            route.continue_()

    page.route("**/api/v1/visits", fail_for_one)
    send_now(page)
    until(page, lambda: counts(page) == (1, 0) and entries(page)[1]["tries"] > 0)
    assert arrived(live_server, [good])
    assert entries(page)[1]["state"] == "waiting"
    assert entries(page)[1]["not_before"] > 0
    page.unroute("**/api/v1/visits")
    until_sent(page)
    assert arrived(live_server, [poor])


def test_an_edit_of_what_was_sent_takes_the_first_one_back(page: Page, live_server: Server) -> None:
    code = doors(page)[0]
    needs = [{"id": "9d1e2f30-0000-4000-8000-000000000001", "text": "门口灯不亮"}]
    made = record_visit(page, code, needs=needs)
    until_sent(page)
    again = call(page, "queue", "edit", made["id"], made["body"] | {"note": "灯修好了"})
    assert again["at"] == made["at"]
    assert again["id"] != made["id"]
    until_sent(page)
    assert arrived(live_server, [again])
    assert stored(live_server, [made["id"]]) == {}
