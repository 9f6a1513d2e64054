"""The card: read from paper, asked, answered at once and by a person; reported; cut off and back; dead when altered."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from mapsvc.domain.actors import Actor, Role
from tests.browser.office_days import Day, day, shot
from tests.browser.test_card_print import DECODE
from tests.support.browser import PATIENCE_MS, PHONE, Watch
from tests.support.other_hour import StreetServer, moved_program, shift_to
from tests.support.pictures import jpeg
from tests.support.server import free_port
from tests.support.street import build, uid
from tests.support.surface import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

TUESDAY = datetime(2026, 11, 24, 2, tzinfo=UTC)
IN_A_CHAT_APP = (
    "Mozilla/5.0 (Linux; Android 12; M2102) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/111.0 "
    "Mobile Safari/537.36 XWEB/1110 MMWEBSDK/20230504 MicroMessenger/8.0.37 NetType/4G Language/zh_CN"
)
QUESTION, STILL = "孩子入园要哪些材料", "户口在老家，居住证下个月到期，来得及吗"
ANSWER = "来得及，先去续居住证，凭回执登记。"
LEAK = "里间天花板滴水，昨晚开始"
PICTURE = {"name": "leak.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1600, 1200)}


class Street:
    """The public surface on an address of its own, and the office's side of the exchange."""

    def __init__(self, browser: Browser, folder: Path, outside: Path, port: int) -> None:
        self._browser, self._folder, self._outside = browser, folder, outside
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        self._watches: list[tuple[Any, Watch]] = []

    @contextmanager
    def open(self, hours: int = 0) -> Iterator[None]:
        """The surface serves, by a clock so many hours later."""
        server = StreetServer(self._outside, shift_to(TUESDAY) + hours * 3600, "--surface", "public")
        server.port, server.url = self.port, self.url
        with server:
            yield

    def phone(self) -> Page:
        """A merchant's phone, in the browser of a chat program."""
        context = self._browser.new_context(
            base_url=self.url, locale="zh-CN", timezone_id="Asia/Shanghai", user_agent=IN_A_CHAT_APP, **PHONE
        )
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(context, urlsplit(self.url).netloc)
        watch.allow(r"status of 404")
        self._watches.append((context, watch))
        return context.new_page()

    def pull(self) -> dict[str, Any]:
        """`mapsvc surface pull` inside: what it said, its exit code among it."""
        program = moved_program(shift_to(TUESDAY))
        done = subprocess.run(
            [*program, "--data", str(self._folder), "--json", "surface", "pull"],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        said: dict[str, Any] = json.loads(done.stdout or "{}")
        return said | {"exit": done.returncode, "words": done.stderr}

    def close(self) -> None:
        """Nothing went wrong on any phone."""
        faults = [fault for _, watch in self._watches for fault in watch.unexpected()]
        for context, _ in self._watches:
            context.close()
        assert not faults, "\n".join(faults)


@pytest.fixture
def street(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Street]:
    """An office with a secretary, and a public surface that was never heard of; both know the key."""
    from mapsvc.config import Settings
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import accounts
    from mapsvc.operations.workspace import Workspace

    port = free_port()
    for name, value in {
        "SURFACE_KEY": KEY,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "OFFICE_PHONE": "021-60001234",
        "SECRETARY_NAME": "王书记",
    }.items():
        monkeypatch.setenv(f"MAPSVC_{name}", value)
    ws = Workspace.open(Settings.load(data=tmp_path / "data"), clock=lambda: TUESDAY)
    build(ws)
    accounts.add_account(ws, SYSTEM, "王书记", Role.SECRETARY, "王书记")
    ws.database.close()
    made = Street(browser, tmp_path / "data", tmp_path / "public", port)
    yield made
    made.close()


def test_the_card(browser: Browser, tmp_path: Path, street: Street) -> None:
    with day(browser, tmp_path / "data", TUESDAY) as tuesday:
        desk = tuesday.as_person("王书记")
        address = read_from_paper(desk)
        with street.open():
            assert street.pull()["exit"] == 0
            phone = street.phone()
            asks_and_still_asks(phone, address)
            assert street.pull()["said"] == 1
            answered_at_the_desk(desk)
            street.pull()
            sees_and_rates(phone, address)
            reports_a_leak(phone, address)
            says_when_it_suits(phone, address)
            street.pull()
            rated_and_on_the_map(desk)
            obeyed_by_the_next_plan(tuesday)
            tells_nothing_but_its_own(street, address)
        said = while_cut_off(street, address)
        with street.open():
            assert street.pull()["said"] == 2
            assert street.pull()["said"] == 0
            once_each(desk, said)
            stopped(desk)
            street.pull()
            shows_nothing(street.phone(), address)


def read_from_paper(desk: Page) -> str:
    """The secretary makes the card; the code is read back from the picture of the sheet. Returns its address."""
    desk.goto("/shops/LT0001/card")
    desk.get_by_role("button", name="做一张联心卡").click()
    desk.emulate_media(media="print")
    card = desk.locator(".card")
    for words in ("兰田街区党支部", "王书记", "包联人 小陈", "021-60001234", "服务联系，不是检查", "加书记"):
        expect(card).to_contain_text(words)
    code = desk.locator(".code.own")
    said: str = desk.evaluate(DECODE, b64encode(code.locator("svg").screenshot()).decode())
    desk.emulate_media(media="screen")
    assert re.fullmatch(r"/c/[\w-]{32}", urlsplit(said).path)
    return said


def asks_and_still_asks(phone: Page, address: str) -> None:
    """What becomes of what is said stands before the box; answers come at once; a person is asked, without a name."""
    phone.goto(address)
    shot(phone, "card-1")
    promise = phone.get_by_text("您说的只有书记和包联人看到；人身安全隐患除外")
    box = phone.get_by_label("想问什么")
    assert below(promise, box)
    expect(phone.locator("body")).not_to_contain_text("徐女士")
    box.fill(QUESTION)
    phone.keyboard.press("Enter")
    first = phone.locator("details.found").first
    for words in ("材料", "条件", "随申办", "区教育局当年适龄幼儿入园工作通知，2026年"):
        expect(first).to_contain_text(words)
    shot(phone, "card-2")
    phone.locator("summary", has_text="还是想问").tap()
    phone.get_by_role("textbox", name="想问什么").last.fill(STILL)
    phone.get_by_role("button", name="请人来回").tap()
    expect(phone.locator("#done")).to_contain_text("已记下您问的。")
    expect(phone.locator("#done")).to_contain_text(re.compile("11月25日|周三"))


def answered_at_the_desk(desk: Page) -> None:
    """In the inbox with its clock; the suggested answer is one click away, and is changed before it goes."""
    desk.goto("/enquiries")
    desk.get_by_role("link", name=STILL).click()
    expect(desk.get_by_text("没有留姓名和电话")).to_be_visible()
    desk.get_by_role("link", name="用这条").first.click()
    words = desk.get_by_label("告诉店主的话", exact=True)
    expect(words).not_to_have_value("")
    words.fill(ANSWER)
    shot(desk, "card-3")
    desk.get_by_role("button", name="答复", exact=True).click()
    expect(desk.get_by_text(ANSWER).first).to_be_visible()


def sees_and_rates(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.get_by_role("link", name=STILL).tap()
    expect(phone.locator(".matter")).to_contain_text(ANSWER)
    shot(phone, "card-4")
    phone.get_by_role("button", name="有用", exact=True).tap()
    expect(phone.get_by_text("已记下，谢谢您说一声。")).to_be_visible()


def reports_a_leak(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.get_by_role("link", name="房屋渗漏").tap()
    phone.get_by_label("怎么了").fill(LEAK)
    phone.get_by_label("照片（可不附，最多四张）").set_input_files(PICTURE)  # type: ignore[arg-type]
    phone.get_by_text("选了1张照片。").wait_for()
    phone.get_by_role("button", name="告诉书记").tap()
    expect(phone.get_by_text("已记下您反映的。")).to_be_visible()


def says_when_it_suits(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.get_by_role("button", name="14点后").tap()
    expect(phone.get_by_text("已记下：")).to_be_visible()
    phone.get_by_role("link", name="提前提醒我").tap()
    phone.get_by_label("子女入园").check(force=True)
    phone.get_by_role("button", name="记下").tap()
    expect(phone.get_by_text("子女入园，办之前上门告诉您。")).to_be_visible()


def rated_and_on_the_map(desk: Page) -> None:
    """The rating stands on the enquiry; the report is a case with its photo, and a pin."""
    desk.reload()
    expect(desk.get_by_text("店主说：").first).to_contain_text("有用")
    pins = desk.request.get("/api/v1/layers/issues/features?bbox=121.3,31.2,121.5,31.3&zoom=18").json()["features"]
    found = [pin["properties"] for pin in pins if pin["properties"].get("kind") == "L0001"]
    assert len(found) == 1
    cases = desk.request.get("/api/v1/cases?kind=L0001").json()["items"]
    desk.goto(f"/cases/{cases[0]['id']}")
    expect(desk.locator("main")).to_contain_text(LEAK)
    picture = desk.locator("main img[src^='/photos/']").first
    expect(picture).to_be_visible()
    assert picture.evaluate("async (i) => { await i.decode(); return i.naturalWidth > 0; }")
    shot(desk, "card-5")
    desk.goto("/shops/LT0001/topics")
    expect(desk.locator("main")).to_contain_text("子女入园")


def obeyed_by_the_next_plan(tuesday: Day) -> None:
    """Early on the door is left out for what was said; a walk over noon comes there after two o'clock."""
    from mapsvc.domain.patrol import PlanRequest, Shift
    from mapsvc.operations.plans import draft

    ws = tuesday.server.workspace()
    try:
        secretary = Actor(uid("wang"), "王书记", Role.SECRETARY)
        asked = PlanRequest(date(2026, 11, 25), Shift.MORNING, ("小陈",), must=("shop:LT0001",))
        early = draft(ws, secretary, asked)
        late = draft(ws, secretary, replace(asked, shift=Shift.DAY, minutes=420))
    finally:
        ws.database.close()
    assert [left.reason for left in early.skipped if left.ref == "shop:LT0001"] == ["quiet"]
    stops = [stop for route in late.routes for stop in route.stops if stop.ref == "shop:LT0001"]
    assert len(stops) == 1
    assert int(re.sub(r"\D", "", stops[0].about)) >= 1400


def tells_nothing_but_its_own(street: Street, address: str) -> None:
    """One letter altered, or a token that was made up: the same page, and nothing on it."""
    phone = street.phone()
    altered = address[:-1] + ("A" if address[-1] != "A" else "B")
    shows_nothing(phone, altered)
    same = phone.locator("main").inner_text()
    shows_nothing(phone, f"{street.url}/c/{'x' * 32}")
    assert phone.locator("main").inner_text() == same


def while_cut_off(street: Street, address: str) -> list[str]:
    """The office cannot reach the surface; an hour after the last letter the page says when things are picked up."""
    failed = street.pull()
    assert failed["exit"] == 1
    assert "公网页面" in failed["words"]
    asked = ["换招牌要批吗，我家的灯箱坏了", "垃圾桶能不能近一点"]
    with street.open(hours=9):
        phone = street.phone()
        for text in asked:
            phone.goto(f"{address}/answers?q={text}")
            if not phone.locator("#ask[open]").count():
                phone.locator("summary", has_text="还是想问").tap()
            phone.get_by_role("button", name="请人来回").dblclick()
            expect(phone.locator("#done")).to_contain_text("已记下您问的。")
            expect(phone.locator("#done")).to_contain_text(re.compile("11月25日|周三|明天"))
        shot(phone, "card-6")
        expect(phone.get_by_text("已记下，等办公室取走").first).to_be_visible()
    return asked


def once_each(desk: Page, texts: list[str]) -> None:
    desk.goto("/enquiries")
    for text in texts:
        expect(desk.locator("li[data-row]", has_text=text)).to_have_count(1)


def stopped(desk: Page) -> None:
    """The card is taken out of use."""
    desk.goto("/shops/LT0001/card")
    desk.locator("summary", has_text="停用这张卡").click()
    desk.get_by_role("radio").first.check()
    desk.get_by_role("button", name="停用", exact=True).click()
    expect(desk.get_by_text("停用了").first).to_be_visible()


def shows_nothing(phone: Page, address: str) -> None:
    answer = phone.goto(address)
    assert answer is not None and answer.status == 404
    said = phone.locator("body").inner_text()
    assert not re.search("岚皋|27号|锦云|徐女士|小陈|LX-", said)
    assert "021-60001234" in said


def below(upper: Locator, lower: Locator) -> bool:
    """Whether one thing stands under another on the page."""
    above, under = upper.bounding_box(), lower.bounding_box()
    return above is not None and under is not None and above["y"] + above["height"] <= under["y"]
