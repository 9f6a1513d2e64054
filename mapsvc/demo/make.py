"""Writes the demo into an empty store, in one transaction; then its accounts."""

from dataclasses import replace
from datetime import timedelta

from mapsvc.demo.campaigns import run_campaigns
from mapsvc.demo.cards import draw_chat_code, hand_out_cards, write_street_sheet
from mapsvc.demo.day import WHOSE
from mapsvc.demo.enquiries import fill_inbox
from mapsvc.demo.issues import Casebook, number_issues, report_years
from mapsvc.demo.patrols import lay_out_patrols
from mapsvc.demo.playbooks import hang_pictures
from mapsvc.demo.policies import keep_policies
from mapsvc.demo.rain import add_rain, call_last_storm
from mapsvc.demo.reports import write_reports
from mapsvc.demo.responses import COMMITTEE, COMPANY
from mapsvc.demo.rows import Rows
from mapsvc.demo.stories import tell_stories
from mapsvc.demo.street import WORKERS, Street, build_street
from mapsvc.demo.topics import ask_by_season
from mapsvc.demo.visits import record_years
from mapsvc.demo.warnings import look_for_warnings
from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.errors import Conflict
from mapsvc.operations import accounts
from mapsvc.operations.clock import general_working_day
from mapsvc.operations.office import is_empty, mark_demo
from mapsvc.operations.ticket_known import refresh_known
from mapsvc.operations.window_samples import settle_windows
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit as store_audit
from mapsvc.store import search as store_search
from mapsvc.store.batches import insert_all

YEARS_DAYS = 730
SECRETARY = "王书记"


def make_demo(ws: Workspace, seed: int = 1) -> None:
    """Fill an empty store with two fictional years up to now; equal seed and moment, equal demo.

    Raises
    ------
    Conflict
        There is something in the store already.
    """
    if not is_empty(ws):
        raise Conflict("这里已经有数据，没有动它；示例数据请用 --data 另给一个空文件夹。", code="not_empty")
    rows = build(ws, seed)
    with ws.write() as conn:
        insert_all(conn, rows.tables)
        store_search.index_many(conn, rows.entries)
        counts = {name: len(some) for name, some in rows.tables.items()}
        store_audit.append(conn, SYSTEM, "make_demo", "store", f"seed:{seed}", None, counts, ws.clock())
    refresh_known(ws)
    mark_demo(ws)
    hang_pictures(ws)
    # The calendar stood there from the beginning, so that two years can be looked back at.
    settle_windows(ws, known_from=ws.clock() - timedelta(days=YEARS_DAYS))
    _seed_patches(ws)
    secretary = accounts.add_account(ws, SYSTEM, SECRETARY, Role.SECRETARY, SECRETARY)
    # Whose day is laid out has the oldest account: who looks at the demo as a worker is that one.
    made_at = ws.clock()
    earlier = replace(ws, clock=lambda: made_at - timedelta(minutes=1))
    for nickname, *_ in WORKERS:
        accounts.add_account(earlier if nickname == WHOSE else ws, SYSTEM, nickname, Role.WORKER, nickname)
    accounts.add_account(ws, SYSTEM, "街道办", Role.OFFICE, "街道办")
    accounts.add_account(ws, SYSTEM, "管理员", Role.ADMIN, "管理员")
    accounts.add_account(ws, SYSTEM, "兰凤居委会", Role.COMMITTEE, "姚主任", unit=COMMITTEE)
    accounts.add_account(ws, SYSTEM, "兰凤物业", Role.PROPERTY, "丁工", unit=COMPANY)
    keep_policies(ws, secretary.actor)
    fill_inbox(ws, secretary)
    draw_chat_code(ws, secretary.actor)
    write_street_sheet(ws, secretary.actor)
    write_reports(ws, secretary)
    call_last_storm(ws, secretary)
    look_for_warnings(ws)
    run_campaigns(ws, secretary)
    lay_out_patrols(ws, secretary)


def build(ws: Workspace, seed: int) -> Rows:
    """All rows of the demo, unwritten."""
    now = ws.clock().replace(microsecond=0)
    rows = Rows(seed, now)
    since = now - timedelta(days=YEARS_DAYS)
    street: Street = build_street(rows, ws.gazetteer, since)
    book = Casebook(rows, general_working_day)
    record_years(rows, street, since)
    report_years(rows, street, book, since)
    tell_stories(rows, street, book)
    number_issues(rows)
    add_rain(rows, since)
    hand_out_cards(rows, seed)
    ask_by_season(rows, street, since, seed)
    for name in ("visit", "need", "promise", "enquiry"):
        rows.tables[name].sort(key=lambda row: row["id"])
    rows.tables["event"].sort(key=lambda row: (row["at"], row["ref"]))
    return rows


def _seed_patches(ws: Workspace) -> None:
    from mapsvc.operations.patches import seed_patches

    seed_patches(ws, SYSTEM)
