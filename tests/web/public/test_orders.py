"""Orders on the public surface: the page of the office, answers put down there and taken in at the next exchange."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from mapsvc.app import create_public_app
from mapsvc.config import Settings
from mapsvc.domain.orders import Order
from mapsvc.domain.photos import PhotoOf
from mapsvc.operations import orders
from mapsvc.operations.orders import NewOrder
from mapsvc.operations.surface.space import Space
from mapsvc.operations.workspace import Workspace
from mapsvc.store import orders as store
from mapsvc.store import photos
from tests.operations.test_cases import reported, walk
from tests.support.clock import FixedClock
from tests.support.exchange import KEY, Both, build
from tests.support.street import uid

WHAT = "查201室阳台排水管，店主徐女士（13812345678）在店里"
PERSONAL = ("徐女士", "13812345678", "138****5678", "锦云家纺", "LT0001", "小陈", "王书记")


@pytest.fixture
def both(workspace: Workspace, tmp_path: Path, clock: FixedClock) -> Iterator[Both]:
    space = Space.open(Settings(data=tmp_path / "public", surface_key=KEY), clock)
    yield build(workspace, space)
    space.database.close()


@pytest.fixture
def order(both: Both, clock: FixedClock) -> Order:
    """An order about the leak at 27号, due in two days, and laid out."""
    case_id = reported(both.ws, both.people)
    for state in ("dispatched", "handling"):
        clock.advance(minutes=5)
        walk(both.ws, both.people, case_id, state)
    due = clock() + timedelta(days=2)
    new = NewOrder(uid("o"), "兰凤物业", WHAT, case_id, due_at=due)
    made = orders.send_order(both.ws, both.people.secretary, new)[0]
    both.exchange()
    return made


@pytest.fixture
def unit(both: Both) -> FlaskClient:
    """The dispatcher's phone."""
    return create_public_app(both.space).test_client()


def jpeg() -> io.BytesIO:
    """A picture with something in its notes."""
    target, notes = io.BytesIO(), Image.Exif()
    notes[0x010E] = "somewhere secret"
    Image.new("RGB", (640, 480), "#668").save(target, "JPEG", exif=notes)
    target.seek(0)
    return target


def state_inside(both: Both, order: Order) -> str:
    with both.ws.read() as conn:
        return orders.get_order(conn, order.id).state.value


def test_it_says_the_same_as_at_the_office_and_nothing_of_anybody(unit: FlaskClient, order: Order) -> None:
    answer = unit.get(f"/w/{order.token}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for said in ("岚皋西路27号", "查201室阳台排水管", "店主", order.number, "11月25日", "兰凤物业", "不代表认定责任"):
        assert said in page
    assert not [word for word in PERSONAL if word in page]
    assert "<script" not in page
    assert "month.xlsx" not in page
    assert len(answer.data) < 20_000


def test_answers_wait_in_words_and_are_taken_in_with_the_time_of_pressing(
    both: Both, unit: FlaskClient, order: Order, clock: FixedClock
) -> None:
    clock.advance(minutes=30)
    pressed_at = clock()
    for _ in range(2):
        assert unit.post(f"/w/{order.token}", data={"action": "accept"}).status_code == 303
    page = unit.get(f"/w/{order.token}?done=accept").get_data(as_text=True)
    assert "已记下：接单，等办公室取走" in page
    assert both.waiting() == 1
    assert state_inside(both, order) == "sent"
    clock.advance(hours=3)
    assert both.exchange() == 1
    assert state_inside(both, order) == "accepted"
    with both.ws.read() as conn:
        assert store.steps(conn, [order.id])[-1].at == pressed_at
    page = unit.get(f"/w/{order.token}").get_data(as_text=True)
    assert "等办公室取走" not in page
    assert "已接单" in page


def test_buttons_lead_on_before_anything_was_picked_up(both: Both, unit: FlaskClient, order: Order) -> None:
    for action in ("accept", "arrive", "fixed"):
        assert unit.post(f"/w/{order.token}", data={"action": action}).status_code == 303
    assert "已报修好了" in unit.get(f"/w/{order.token}").get_data(as_text=True)
    assert unit.post(f"/w/{order.token}", data={"action": "wait", "reason": "等料"}).status_code == 409
    both.exchange()
    assert state_inside(both, order) == "fixed"


def test_waiting_and_going_on_come_back_to_where_it_was(both: Both, unit: FlaskClient, order: Order) -> None:
    sent = [{"action": "arrive"}, {"action": "wait", "reason": "等配件"}, {"action": "go_on"}]
    for form in sent:
        assert unit.post(f"/w/{order.token}", data=form).status_code == 303
    page = unit.get(f"/w/{order.token}").get_data(as_text=True)
    both.exchange()
    assert state_inside(both, order) == "arrived"
    assert "<b>已到场</b>" in page


def test_a_reason_is_asked_for_beside_its_field_and_words_stay(unit: FlaskClient, order: Order) -> None:
    answer = unit.post(f"/w/{order.token}", data={"action": "wait", "reason": " "})
    assert answer.status_code == 422
    assert "要写明原因" in answer.get_data(as_text=True)


def test_one_photo_is_made_clean_shown_at_once_and_kept_inside(both: Both, unit: FlaskClient, order: Order) -> None:
    unit.post(f"/w/{order.token}", data={"action": "fixed", "photo": (jpeg(), "a.jpg")})
    address = re.search(r"/w/[^\"]+\.jpg\?w=360", unit.get(f"/w/{order.token}").get_data(as_text=True))
    assert address
    shown = unit.get(address.group())
    assert shown.mimetype == "image/jpeg"
    assert b"secret" not in shown.data
    both.exchange()
    with both.ws.read() as conn:
        assert len(photos.of_records(conn, PhotoOf.ORDER, [order.id])[order.id]) == 1
    page = unit.get(f"/w/{order.token}").get_data(as_text=True)
    later = re.search(r"/w/[^\"]+\.jpg\?w=360", page)
    assert later
    assert unit.get(later.group()).mimetype == "image/jpeg"
    assert unit.get(f"/w/{order.token}/photos/{'0' * 64}.jpg").status_code == 404


def test_a_photo_may_follow_once_and_twice_is_once(both: Both, unit: FlaskClient, order: Order) -> None:
    unit.post(f"/w/{order.token}", data={"action": "fixed"})
    for _ in range(2):
        unit.post(f"/w/{order.token}", data={"action": "fixed", "photo": (jpeg(), "a.jpg")})
    assert both.waiting() == 2
    both.exchange()
    with both.ws.read() as conn:
        assert len(photos.of_records(conn, PhotoOf.ORDER, [order.id])[order.id]) == 1


def test_an_answer_that_the_office_cannot_take_is_said_on_the_page(
    both: Both, unit: FlaskClient, order: Order, clock: FixedClock
) -> None:
    unit.post(f"/w/{order.token}", data={"action": "wait", "reason": "等料"})
    orders.answer_by_link(both.ws, order, orders.OrderAction.FIXED)
    clock.advance(minutes=1)
    both.exchange()
    assert state_inside(both, order) == "fixed"
    page = unit.get(f"/w/{order.token}").get_data(as_text=True)
    assert "的答复办公室没有收下：" in page
    assert "修好了" in page


def test_what_was_taken_back_or_ran_out_says_so_and_what_never_was_nothing(
    both: Both, unit: FlaskClient, order: Order, clock: FixedClock
) -> None:
    assert unit.get(f"/w/{'x' * 43}").status_code == 404
    orders.withdraw_order(both.ws, both.people.secretary, order.id, "发错了")
    assert unit.post(f"/w/{order.token}", data={"action": "accept"}).status_code == 303
    both.exchange()
    answer = unit.get(f"/w/{order.token}")
    assert (answer.status_code, "已经收回" in answer.get_data(as_text=True)) == (410, True)
    assert order.number not in answer.get_data(as_text=True)


def test_a_link_runs_out_by_itself_while_nothing_is_exchanged(
    unit: FlaskClient, order: Order, clock: FixedClock
) -> None:
    clock.set(order.expires_at)
    answer = unit.get(f"/w/{order.token}")
    assert (answer.status_code, "过期了" in answer.get_data(as_text=True)) == (410, True)


def test_playing_with_a_link_is_slowed(both: Both, unit: FlaskClient, order: Order, clock: FixedClock) -> None:
    codes = []
    for n in range(40):
        clock.advance(seconds=1)
        form = {"action": "wait", "reason": f"等{n}"} if n % 2 == 0 else {"action": "go_on"}
        codes.append(unit.post(f"/w/{order.token}", data=form).status_code)
    assert codes[:30] == [303] * 30
    assert codes[30] == 429
    assert both.waiting() == 30
