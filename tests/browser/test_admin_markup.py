"""Markup in every free-text column of the store, every page opened: it is shown as text and runs nowhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import String, Text, func, literal, select, update

from tests.browser.map_page import drawn, open_map
from tests.support.browser import DESK, PHONE, OpenContext, watch_of
from tests.support.server import WITHOUT_JOBS, Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHORT = "<img src=x onerror=xss()>"
LONG = SHORT + "${xss()}{{7*7}}</script><script>xss()</script>\"'><svg onload=xss()>"
# Not written by people as free text: secrets, settings of the program, the index of words, values as JSON.
NOT_TEXT = {"password_hash", "value", "code_key", "title_key", "tokens", "base_value", "file_value", "app_value"}
# Short columns: codes of the program and of the office, and these, which people fill in freely.
FREE = {
    ("account", "login"), ("alert", "topic"), ("enquiry", "channel"), ("enquiry", "topic"), ("import_batch", "datum"),
    ("enquiry", "contact_name"), ("enquiry", "contact_phone"), ("enquiry_step", "to_whom"),
    ("reply_template", "title"), ("reply_template", "topic"),
    ("topic_choice", "topic"), ("policy", "topic"), ("campaign", "topic"),
    ("import_problem", "column_name"), ("need", "topic"), ("person", "nickname"),
    ("person", "phone"), ("place", "kind"), ("register_entry", "duty_phone"), ("tenancy", "trade"),
    ("tenancy_change", "trade"), ("rainfall", "station"), ("response_party", "phone"), ("ticket", "imported_state"),
}  # fmt: skip
WORDS_OF_THE_PROGRAM = re.compile(
    r"kind|state|from_state|state_before|to_state|suspended_from|source|position_source|side|role|actor_role|action|record_type|type|"
    r"outcome|satisfaction|checked_by|severity|way|calendar|shift|choice|change|level|origin|layer|sheet|name|field|"
    r"request|known_type|party|result|way_out|owner_type|purpose|phase|repeats|rule|decision|reason|weekdays|revoked_why|rating|"
    r"uptake|window_code"
)
IDENTIFIERS = re.compile(
    r".*_?id|.*_by|token|.*hash|sha256|file_sha256|ref|code|key|number|runner|csrf|merged_into|assigned|street|"
    r"duplicate_of|known_ref|decided_ref|subject"
)
NEVER_SHOWN = {("sign_in_attempt", "login"), ("setting", "name"), ("guard", "name"), ("revision", "layer")}


def is_free(table: str, column: Any) -> bool:
    """Whether people write what they like into the column."""
    if (table, column.name) in FREE:
        return True
    return isinstance(column.type, Text) and column.name not in NOT_TEXT


def test_every_column_of_text_is_known() -> None:
    """A new column is either filled with markup below or named as none that people write."""
    from mapsvc.store.tables import metadata

    unknown = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
        and not is_free(table.name, column)
        and column.name not in NOT_TEXT
        and (table.name, column.name) not in NEVER_SHOWN
        and not WORDS_OF_THE_PROGRAM.fullmatch(column.name)
        and not IDENTIFIERS.fullmatch(column.name)
    ]
    assert not unknown


@pytest.fixture(scope="module")
def live_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service on the demo with a plan and an import, and markup in front of everything anybody may have typed."""
    folder = Path(shutil.copytree(demo_folder, tmp_path_factory.mktemp("markup") / "data"))
    with Server(folder, program=WITHOUT_JOBS) as running:
        ws = running.workspace()
        fill(ws, folder)
        with ws.write() as conn:
            spoil(conn)
        plan(ws)
        ws.database.close()
        yield running


def fill(ws: Any, folder: Path, mark: str = LONG) -> None:
    """What the demo lacks: an import with changes and problems, a job, a token."""
    from mapsvc.domain.actors import SYSTEM, Role
    from mapsvc.operations import accounts, cards, imports, jobs
    from mapsvc.store.tables import shop
    from tests.support.workbook import SHOP, write_workbook

    bad = SHOP | {
        "商铺编号": "LT9999",
        "地址(门牌)": f"{mark[: len(SHORT)]}没有这条路1号",
        "联系电话": mark[: len(SHORT)] or None,
    }
    for name, note in (("a", "旧"), ("b", "新")):
        rows = [bad, SHOP | {"商铺编号": "LT9998", "备注": note + mark, "业态": mark[: len(SHORT)] or None}]
        imports.import_ledger(ws, SYSTEM, write_workbook(folder.parent / f"{name}.xlsx", {"商铺底册": rows}))
        with ws.write() as conn:
            conn.execute(update(shop).where(shop.c.code == "LT9998").values(note="改" + mark))
    cards.make_card(ws, SYSTEM, "LT9998")
    jobs.enqueue(ws, SYSTEM, "retention")
    accounts.create_token(ws, SYSTEM, Role.OFFICE, "大屏")
    write_policy(ws, mark)


def write_policy(ws: Any, mark: str) -> None:
    """An entry whose document, which is no column, holds the markup in all its fields."""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.domain.policy_files import to_document
    from mapsvc.operations.policies import get_policy
    from mapsvc.operations.policy_edits import change_policy

    entry, short = get_policy(ws, SYSTEM, "kindergarten").entry, mark[: len(SHORT)]
    typed: dict[str, Any] = {
        "title": f"{short}入园", "questions": [f"{short}入园？"], "answer": f"{mark}\n看通知。",
        "source": f"{short}通知", "materials": [f"{short}证件"], "steps": [f"{mark}登记"],
        "search_words": [f"{short}入园"],
        "tags": [f"{short[:12]}园"], "trades": [f"{short[:12]}餐"],
        "conditions": [
            {"text": f"{mark}有效", "before": f"{short}前", "hint": f"{mark}看", "hint_months": [*range(1, 13)]},
        ],
        "counters": [dict.fromkeys(("name", "address", "hours", "phone"), f"{short[:30]}一")],
    }  # fmt: skip
    change_policy(ws, SYSTEM, "kindergarten", to_document(entry) | typed, entry.version)


def plan(ws: Any) -> None:
    """A plan for one of the people, handed out: names of that day stand in it as they were."""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.domain.patrol import Shift
    from mapsvc.domain.times import office_day
    from mapsvc.operations import plans

    walkers = tuple(plans.walkers(ws, SYSTEM)[:1])
    made = plans.make_plan(ws, SYSTEM, plans.PlanRequest(office_day(ws.clock()), Shift.EVENING, walkers, 60))
    plans.publish_plan(ws, SYSTEM, made.id)


def spoil(conn: Any) -> None:
    """Put the markup in front of every free text."""
    from mapsvc.store.tables import metadata

    for table in metadata.sorted_tables:
        for column in table.columns:
            if is_free(table.name, column):
                mark = LONG if isinstance(column.type, Text) else SHORT
                conn.execute(update(table).where(column.is_not(None)).values({column.name: literal(mark) + column}))


def by_state(table: Any) -> Any:
    """The number of one ticket in each state."""
    return select(func.min(table.c.number)).group_by(table.c.state)


OF_A_CASE = ("effect", "contact", "past")
ALWAYS_THERE = {
    "/places/<code>/effect": ["PD0001"],
    "/admin/limits/<kind>": ["06010"],
    "/hotspots/cells/<path:cell>": ["street:25:岚皋路/even/475"],
    **{f"/policies/<policy_id>{page}": ["kindergarten"] for page in ("", "/edit", "/print")},
    **{f"/playbooks/<code>{page}": ["dumping_spot"] for page in ("", "/edit", "/start")},
}


def some_by_id(conn: Any) -> dict[str, list[str]]:
    """Pages whose address is the id of a row: two of each."""
    from mapsvc.store import tables as t

    of = {
        "/alerts/<alert_id>": t.alert,
        "/patrol/rounds/<round_id>": t.guard_round,
        "/patrol/rounds/<round_id>/print": t.guard_round,
        "/rosters/<roster_id>": t.roster,
        "/storms/<storm_id>": t.storm,
        **{f"/campaigns/<campaign_id>{page}": t.campaign for page in ("", "/print")},
        "/street-sheets/<sheet_id>": t.street_sheet,
        "/storms/<storm_id>/print": t.storm,
        "/tasks/<task_id>": t.task,
        "/enquiries/<enquiry_id>": t.enquiry,
        "/policy-calendar/<window_id>": t.policy_window,
    }
    some = {page: select(table.c.id).order_by(table.c.id).limit(2) for page, table in of.items()}
    return {page: list(conn.execute(ask).scalars()) for page, ask in some.items()}


def addresses(server: Server) -> list[str]:
    """Every page: those without variable parts, and of each noun one or all."""
    from mapsvc.app import create_app
    from mapsvc.operations.quality import CHECKS
    from mapsvc.store import tables as t

    ws = server.workspace()
    rules = [rule.rule for rule in create_app(ws).url_map.iter_rules() if "GET" in (rule.methods or ())]
    with ws.read() as conn:
        reports = conn.execute(select(t.report.c.id).order_by(t.report.c.from_at)).scalars().all()
        notices = select(t.notice.c.id).order_by(t.notice.c.id).limit(1)
        orders = select(t.work_order.c.id).where(t.work_order.c.state.in_(("accepted", "arrived"))).limit(1)
        handled = select(t.case_file.c.id).where(t.case_file.c.state == "handling")
        parts = {
            "/places/<code>": [conn.execute(select(t.place.c.code).order_by(t.place.c.code)).scalars().first()],
            **ALWAYS_THERE,
            **some_by_id(conn),
            **{f"/cases/<case_id>/{p}": conn.execute(handled.limit(1)).scalars().all() for p in OF_A_CASE},
            "/w/<token>": conn.execute(orders.with_only_columns(t.work_order.c.token)).scalars().all(),
            "/orders/<order_id>": conn.execute(orders).scalars().all(),
            "/admin/register/<entry_id>": conn.execute(select(t.register_entry.c.id).limit(1)).scalars().all(),
            **{f"/notices/<notice_id>{page}": conn.execute(notices).scalars().all() for page in ("", "/print")},
            "/g/<token>": conn.execute(select(t.roster.c.token)).scalars().all(),
            "/shops/<code>/card": ["LT9998"],
            "/shops/<code>/welcome": ["LT9998"],
            "/shops/<code>/quiet-hours": ["LT9998"],
            "/shops/<code>/topics": ["LT9998"],
            "/c/<token>": conn.execute(select(t.card.c.token).order_by(t.card.c.id).limit(1)).scalars().all(),
            "/admin/handover/<handover_id>/print": conn.execute(select(t.handover.c.id).limit(1)).scalars().all(),
            "/shops/<code>": [conn.execute(select(t.shop.c.code).order_by(t.shop.c.code)).scalars().first()],
            "/cases/<case_id>": [
                conn.execute(handled).scalars().first(),
                conn.execute(select(t.council.c.case_id)).scalars().first(),
            ],
            "/councils/<council_id>/print": conn.execute(select(t.council.c.id)).scalars().all()[:2],
            "/councils/<council_id>/notes": conn.execute(select(t.private_note.c.council_id).limit(1)).scalars().all(),
            "/desk/<list_id>": ["reported", "cases_due", "tickets_to_sign", "promises_due", "not_visited"],
            "/tickets/<number>": conn.execute(by_state(t.ticket)).scalars().all(),
            "/patrol/<plan_id>": conn.execute(select(t.patrol_plan.c.id)).scalars().all(),
            "/patrol/<plan_id>/print": conn.execute(select(t.patrol_plan.c.id)).scalars().all(),
            "/admin/import/<batch_id>": conn.execute(select(t.import_batch.c.id)).scalars().all(),
            "/admin/jobs/<job_id>": conn.execute(select(t.job.c.id)).scalars().all()[:1],
            "/admin/quality/<code>": [check.code for check in CHECKS],
            "/reports/<key>": reports,
            **{f"/reports/<key>{page}": reports[:1] for page in ("/print", "/screen", "/list", "/late")},
        }
    ws.database.close()
    own = r"/(api|healthz|metrics|sign-in|sw\.js|today/shell)|.*\.(xlsx|md|csv|geojson|png|svg|ico|ics)"
    plain = [r for r in rules if "<" not in r and not re.match(own, r)]
    filled = [re.sub("<[^>]+>", str(value), rule) for rule, values in parts.items() for value in values]
    files = r"/static|/api|/today/|/sign-in|.*\.(?:xlsx|jpg|svg|docx|ics|toml|json|<any)"
    forgotten = [r for r in rules if "<" in r and r not in parts and not re.match(files, r)]
    assert not forgotten, forgotten
    assert all(parts.values())
    return [
        *plain,
        *filled,
        *(f"/issues/new?{spot}" for spot in ("q=27", "place=PD0001")),
        *(f"{a}?show={tab}" for a in filled if "/admin/import/" in a for tab in ("problems", "conflicts")),
    ]


def watched(open_context: OpenContext, role: str, **options: Any) -> Page:
    """A page that counts what runs."""
    page = open_context(role, **options).new_page()
    page.add_init_script("window.ran = 0; window.xss = window.alert = () => { window.ran += 1; };")
    return page


def assert_harmless(page: Page, where: str) -> None:
    """Nothing of what was typed has become an element or run."""
    assert page.evaluate("window.ran") == 0, where
    assert page.locator("img[src=x], [onerror], [onload]").count() == 0, where


@pytest.mark.parametrize("role", ["secretary", "admin"])
def test_what_people_typed_runs_on_no_page(open_context: OpenContext, live_server: Server, role: str) -> None:
    page = watched(open_context, role)
    # Some pages are for one of the two roles only; what was said alone is not there for the other.
    watch_of(page).allow("40[34]")
    for where in addresses(live_server):
        answer = page.goto(where)
        assert answer is not None
        if "text/html" not in (answer.headers.get("content-type") or ""):
            continue
        if page.locator("#map-region").count():
            drawn(page)
            page.wait_for_timeout(200)
        assert_harmless(page, where)


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_runs_while_one_works_on_the_map(
    open_context: OpenContext, live_server: Server, options: dict[str, object]
) -> None:
    page = watched(open_context, "secretary", **options)
    # Filters that nobody offers are refused.
    watch_of(page).allow("400")
    open_map(page)
    hover_and_click_everything(page)
    for query in ("27", "lgxl", SHORT, LONG[:80]):
        page.locator("#q").fill(query)
        page.wait_for_selector("#found:not([hidden])")
        page.wait_for_timeout(250)
        assert_harmless(page, f"search {query}")
    page.locator("#q").press("Escape")
    ws = live_server.workspace()
    leak = next(a for a in addresses(live_server) if re.fullmatch("/shops/[^/]+", a))
    ws.database.close()
    open_map(page, leak)
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_timeout(200)
        assert_harmless(page, "history")
    page.goto(f"/?kind={SHORT}&worker={SHORT}&source={SHORT}&state={SHORT}")
    page.wait_for_timeout(500)
    assert_harmless(page, "filters")


def hover_and_click_everything(page: Page) -> None:
    """The mouse over and on one mark of every layer, so that every tooltip and popover shows."""
    marks = page.evaluate(
        """() => {
            const {app} = window.mapsvc, box = app.map.getContainer().getBoundingClientRect(), found = [];
            const {frame} = app.scene;
            for (const view of app.views) {
                for (const item of (view.features ?? []).slice(0, 4)) {
                    const x = item.x ?? (item.box[0] + item.box[2]) / 2, y = item.y ?? (item.box[1] + item.box[3]) / 2;
                    const at = app.scene.toContainer(frame.x(x), frame.y(y));
                    if (at.x > 5 && at.y > 5 && at.x < box.width - 5 && at.y < box.height - 5)
                        found.push([at.x + box.left, at.y + box.top]);
                }
            }
            return found;
        }"""
    )
    assert len(marks) > 3
    for x, y in marks:
        page.mouse.move(x, y)
        page.wait_for_timeout(30)
        page.mouse.click(x, y)
        page.wait_for_timeout(120)
        assert_harmless(page, f"mark at {x}, {y}")
        page.keyboard.press("Escape")
        # A popover that stays would lie over the next mark, with links that lead elsewhere.
        for close in page.locator(".popover:not([hidden]) .close").all():
            close.click()
        if page.locator("body.has-detail").count():
            page.go_back()
            page.wait_for_timeout(50)


def test_the_markup_is_there_to_be_seen(page: Page, live_server: Server) -> None:
    """Else the tests above would look at pages without any."""
    page.goto("/admin/people")
    assert SHORT in page.locator("main").inner_text()
    open_map(page)
    page.locator("#q").fill("27")
    page.wait_for_selector("#found [role=option]")
    assert "onerror" in page.locator("#found").inner_text()
    sheet = next(a for a in addresses(live_server) if a.endswith("/print"))
    page.goto(sheet)
    assert "onerror" in page.locator("body").inner_text()
    for tab in ("problems", "conflicts"):
        told = ""
        for batch in (a for a in addresses(live_server) if a.endswith(f"?show={tab}")):
            page.goto(batch)
            told += page.locator("main table").last.inner_text()
        assert SHORT in told, tab


def test_files_with_markup_in_them_can_be_read(page: Page, live_server: Server) -> None:
    # The demo's own plans are older than the markup.
    plans = [a for a in addresses(live_server) if re.fullmatch("/patrol/[0-9a-f-]{36}", a)]
    for kind in ("gpx", "kml"):
        files = (Xml.fromstring(page.request.get(f"{plan_page}.{kind}").text()) for plan_page in plans)
        assert SHORT in "".join(text for file in files for text in file.itertext()), kind
    told = [page.request.get(f"{plan_page}.geojson").json()["features"][-1]["properties"] for plan_page in plans]
    assert SHORT in "".join(str(one.get("label")) for one in told)
