"""The corner by 橙子公寓: what happened there, what was tried, what came of it; and months later it is back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import expect

from mapsvc.demo.pictures import corner_picture
from tests.browser.office_days import Day, day, open_act, shot
from tests.support.browser import DESK, PATIENCE_MS, PHONE, Watch, serious_faults
from tests.support.clock import FixedClock
from tests.support.other_hour import moved_clock
from tests.support.street import build, uid

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CORNER, COMPANY, NEIGHBOUR = "/places/PD0001", "兰凤物业", "三楼张阿姨"
MONDAY, MONTH_ON, AUTUMN = (datetime(2026, 11, 23, 1, tzinfo=UTC) + timedelta(days=n) for n in (0, 32, 95))
WORDS = "夜里又堆了几袋"
BEFORE, AFTER = (
    {"name": "corner.jpg", "mimeType": "image/jpeg", "buffer": corner_picture(is_clean=is_clean)}
    for is_clean in (False, True)
)


def prepare(folder: Path) -> None:
    """Eight weeks in which somebody dumped at the corner on twenty evenings, cleared each time; the story's people."""
    from mapsvc.config import Settings
    from mapsvc.domain.actors import SYSTEM, Role
    from mapsvc.domain.cases import CaseState
    from mapsvc.domain.issues import IssueSource
    from mapsvc.operations import accounts
    from mapsvc.operations.cases import move_case
    from mapsvc.operations.issues import NewIssue, Reported, report_issue
    from mapsvc.operations.workspace import Workspace

    clock = FixedClock(MONDAY)
    ws = Workspace.open(Settings(data=folder), clock=clock)
    street = build(ws)
    for name, role in (("小陈", Role.WORKER), ("王书记", Role.SECRETARY)):
        accounts.add_account(ws, SYSTEM, name, role, name)
    for n in reversed(range(20)):
        clock.set(MONDAY - timedelta(days=2 + round(n * 2.7), hours=-11))
        told = report_issue(ws, street.chen, NewIssue(uid(f"{n}"), "06010", WORDS, IssueSource.PATROL, place="PD0001"))
        assert isinstance(told, Reported)
        for version, to in enumerate(("dispatched", "handling", "verifying", "closed"), start=1):
            clock.advance(hours=5)
            case_id = told.found.case.id
            move_case(ws, street.secretary, case_id, CaseState(to), "保洁清走了", version)
    ws.database.close()


def stranger(browser: Browser, opened: Day) -> tuple[Page, Watch]:
    """A phone whose owner has no account here."""
    context = browser.new_context(
        base_url=opened.server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **(DESK | PHONE)
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(moved_clock(opened.server.shift_s))
    return context.new_page(), Watch(context, urlsplit(opened.server.url).netloc)


def press(page: Page, name: str) -> None:
    """A button that leads on; the next page stands when this returns."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def note_context(page: Page, kind: str, words: str, day_: str) -> None:
    """诱因, on the phone, from the place's page."""
    page.goto(CORNER)
    page.get_by_role("link", name="记诱因").click()
    page.locator("label.choice", has_text=kind).click()
    page.get_by_label("写一句").fill(words)
    page.get_by_label("从哪天起").fill(day_)
    press(page, "记下")
    expect(page.get_by_role("status").first).to_have_text("诱因记下了。")


def begin(page: Page) -> None:
    """治理处方: all steps but the last."""
    page.goto(CORNER)
    act = open_act(page, "start-playbook")
    act.get_by_label("哪个样板").select_option(label="垃圾死角")
    with page.expect_navigation():
        act.get_by_role("button", name="挑步骤").click()
    page.locator("label.pick").last.locator("input").uncheck()
    page.get_by_label("派给哪个单位").fill(COMPANY)
    shot(page, "story7-prescription")
    press(page, "开始")
    expect(page.locator(".run")).to_contain_text("做过0/6步")


def hang_before(page: Page) -> None:
    """The picture of before."""
    act = open_act(page, "add-photo")
    act.locator("label.choice", has_text="之前").click()
    act.locator("input[type=file]").set_input_files(BEFORE)  # type: ignore[arg-type]
    with page.expect_navigation():
        act.get_by_role("button", name="放上").click()
    expect(page.locator(".pair img")).to_have_count(1)


def order_link(page: Page) -> str:
    """The address to hand on, from the order's page."""
    page.goto(CORNER)
    page.locator(".step-more a", has_text="派单").click()
    found = re.search(r"/w/[\w-]{43}", page.locator("main").inner_text())
    assert found
    return found[0]


def answer(page: Page, link: str) -> None:
    """The company's phone: taken, there, cleared, with one picture."""
    page.goto(link)
    expect(page.locator("main")).to_contain_text("请两小时内清运干净")
    press(page, "接单 不代表认定责任")
    press(page, "到场")
    page.locator("summary", has_text="修好了").click()
    page.locator("input[type=file]").set_input_files(AFTER)  # type: ignore[arg-type]
    shot(page, "story7-order")
    press(page, "报修好了")
    expect(page.locator("main")).to_contain_text("已报修好了")


def join(page: Page, link: str) -> None:
    """A neighbour's phone: the first slot with room, under a nickname."""
    page.goto(link)
    expect(page.locator(".slots > li")).to_have_count(28)
    first = page.locator(".slots > li").first
    first.locator("summary").click()
    first.get_by_label("怎么称呼您").fill(NEIGHBOUR)
    with page.expect_navigation():
        first.get_by_role("button", name="记上").click()
    expect(page.locator(".is-mine")).to_contain_text(NEIGHBOUR)
    assert not serious_faults(page)
    shot(page, "story7-join")


def do_step(page: Page, words: str, proof: str) -> None:
    """A step of the run, done on the phone from the place's page."""
    page.goto(CORNER)
    row = page.locator(".run details.task", has_text=words).first
    row.locator("summary").click()
    row.get_by_label("办得怎样").fill(proof)
    with page.expect_navigation():
        row.get_by_role("button", name="办好了").click()
    expect(page.locator(".run .is-done", has_text=words)).to_have_count(1)


def print_notice(page: Page) -> None:
    """The sign, on both sizes of paper."""
    page.goto(CORNER)
    page.locator("#notices").get_by_role("link", name="打印").click()
    expect(page.locator(".sign-text")).to_contain_text("这里不是投放点")
    page.get_by_role("link", name="A5").click()
    expect(page.locator(".sign-sheet.a5")).to_be_visible()
    shot(page, "story7-notice")
    for size in ("a4", "a5"):
        page.goto(f"{urlsplit(page.url).path}?size={size}")
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1


def first_day(browser: Browser, opened: Day) -> None:
    """Monday: noted, begun, ordered, cleared, signed, joined."""
    worker = opened.as_person("小陈", **PHONE)
    note_context(worker, "装修", "橙子公寓装修", "2026-10-20")
    note_context(worker, "撤桶", "撤桶", "2026-11-11")
    expect(worker.locator("#context")).to_contain_text("11月11日")
    secretary = opened.as_person("王书记")
    begin(secretary)
    hang_before(secretary)
    company, seen = stranger(browser, opened)
    answer(company, order_link(secretary))
    secretary.goto(CORNER)
    expect(secretary.locator(".run .is-done").first).to_contain_text("闪电清运")
    expect(secretary.locator(".pair img")).to_have_count(2)
    do_step(worker, "清完当天去看一眼", "干净了，同一个角度拍过")
    do_step(worker, "每天路过看一眼", "没有小包垃圾")
    expect(worker.locator(".run")).to_contain_text("每天，做过1次")
    expect(worker.locator(".run")).to_contain_text("做过3/6步")
    print_notice(secretary)
    secretary.goto(CORNER)
    secretary.get_by_role("link", name="看排班和链接").click()
    link = re.search(r"/g/[\w-]+", secretary.locator(".link-box").inner_text())
    assert link
    neighbour, watched = stranger(browser, opened)
    join(neighbour, link[0])
    secretary.reload()
    expect(secretary.locator(".slots")).to_contain_text(NEIGHBOUR)
    secretary.goto(CORNER)
    expect(secretary.locator("#rosters")).to_contain_text("排了28班，够人的0班")
    shot(secretary, "story7-begun")
    assert not [*seen.unexpected(), *watched.unexpected()]


def a_month_later(opened: Day) -> None:
    """One sentence on the effect; looked at, and better."""
    worker = opened.as_person("小陈", **PHONE)
    worker.goto(CORNER)
    expect(worker.locator(".effect-sentence")).to_contain_text(re.compile(r"之前8周2\d天有人报"))
    expect(worker.locator(".effect-sentence")).to_contain_text("0天")
    act = open_act(worker, "check")
    act.locator("label.choice", has_text="好些").click()
    act.get_by_label("说明").fill("地上干净，偶尔有一袋")
    with worker.expect_navigation():
        act.get_by_role("button", name="记下").click()
    expect(worker.locator(".place-watched")).to_contain_text("回访看到好转")
    shot(worker, "story7-month")
    secretary = opened.as_person("王书记")
    secretary.goto(CORNER)
    act = open_act(secretary, "end-")
    act.get_by_label("做了什么，怎么样了").fill("清掉以后一个月没有再堆，护卫队转成每周一次。")
    with secretary.expect_navigation():
        act.get_by_role("button", name="收尾").click()
    expect(secretary.locator(".run-outcome")).to_contain_text("护卫队转成每周一次")


def back_again(opened: Day) -> None:
    """Months later: the same page, with all that was tried."""
    worker = opened.as_person("小陈", **PHONE)
    report = {"id": uid("again"), "kind": "06010", "description": "又堆了七八袋", "place": "PD0001"}
    worker.goto("/me")
    token = worker.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    sent = worker.request.post("/api/v1/issues", data=report, headers={"X-CSRF-Token": token})
    assert sent.status == 201, sent.text()
    worker.goto(CORNER)
    expect(worker.locator(".relapse")).to_contain_text("又有")
    for words in ("垃圾死角", "第1版", "护卫队转成每周一次", "闪电清运"):
        expect(worker.locator("#playbook")).to_contain_text(words)
    expect(worker.locator(".pair img")).to_have_count(2)
    shot(worker, "story7-relapse-phone")
    worker.get_by_role("link", name="看这一件").click()
    expect(worker.locator(".watch-said").first).to_contain_text("关注中：回访看到好转")
    worker.get_by_role("link", name="看这里以前试过的办法").click()
    expect(worker.locator(".relapse")).to_be_visible()
    secretary = opened.as_person("王书记")
    secretary.goto(CORNER)
    told = secretary.locator(".case-log").inner_text()
    begun = "治理样板 · 垃圾死角 · 开始"
    newest_first = ("问题 · 暴露垃圾", "收尾", "回访 · 好些", "修好了", begun, "诱因 · 撤桶", "诱因 · 橙子公寓装修")
    places = [told.index(words) for words in newest_first]
    assert places == sorted(places), told
    assert not serious_faults(secretary)
    shot(secretary, "story7-relapse")
    night = opened.as_person("王书记", color_scheme="dark")
    night.goto(CORNER)
    shot(night, "story7-relapse-dark")


def test_the_corner_from_the_first_bag_to_the_relapse(browser: Browser, data_folder: Path) -> None:
    prepare(data_folder)
    with day(browser, data_folder, MONDAY) as opened:
        first_day(browser, opened)
    with day(browser, data_folder, MONTH_ON) as opened:
        a_month_later(opened)
    with day(browser, data_folder, AUTUMN) as opened:
        back_again(opened)
