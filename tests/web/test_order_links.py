"""An order behind its link: nothing of any person, answers without an account, dead links say so."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from PIL import Image

from mapsvc.app import create_app
from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.domain.orders import Order
from mapsvc.domain.photos import PhotoOf
from mapsvc.operations import accounts, orders
from mapsvc.operations.orders import NewOrder
from mapsvc.operations.workspace import Workspace
from mapsvc.store import orders as store
from mapsvc.store import photos
from tests.operations.test_cases import reported, walk
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, build, uid

WHAT = "查201室阳台排水管，店主徐女士（13812345678）在店里"
PERSONAL = ("徐女士", "13812345678", "138****5678", "锦云家纺", "LT0001", "小陈", "王书记")


@pytest.fixture
def street(workspace: Workspace) -> Street:
    return build(workspace)


@pytest.fixture
def order(workspace: Workspace, street: Street, clock: FixedClock) -> Order:
    """An order about the leak at 27号, due in two days."""
    case_id = reported(workspace, street)
    for state in ("dispatched", "handling"):
        clock.advance(minutes=5)
        walk(workspace, street, case_id, state)
    due = clock() + timedelta(days=2)
    return orders.send_order(workspace, street.secretary, NewOrder(uid("o"), "兰凤物业", WHAT, case_id, due_at=due))[0]


def text_of(client: SignedClient, order: Order) -> str:
    """The page in words."""
    return client.get(f"/w/{order.token}").get_data(as_text=True)


def state_of(ws: Workspace, order: Order) -> str:
    """Where the order stands in the store."""
    with ws.read() as conn:
        return orders.get_order(conn, order.id).state.value


def jpeg() -> io.BytesIO:
    """A small picture."""
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "#668").save(target, "JPEG")
    target.seek(0)
    return target


def test_it_says_where_what_until_when_and_nothing_of_anybody(stranger: SignedClient, order: Order) -> None:
    answer = stranger.get(f"/w/{order.token}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    for said in ("岚皋西路27号", "查201室阳台排水管", "店主", order.number, "11月25日", "兰凤物业", "不代表认定责任"):
        assert said in page
    assert not [word for word in PERSONAL if word in page]
    assert "<script" not in page
    assert len(answer.data) < 20_000


@pytest.mark.parametrize("surface", ["office", "field"])
def test_every_surface_of_the_office_opens_it(workspace: Workspace, order: Order, surface: str) -> None:
    client = create_app(workspace, surface=surface).test_client()
    assert client.get(f"/w/{order.token}").status_code == 200


def test_the_buttons_lead_from_one_to_the_next_and_twice_is_once(
    workspace: Workspace, stranger: SignedClient, order: Order
) -> None:
    for action, state in (("accept", "accepted"), ("arrive", "arrived"), ("fixed", "fixed")):
        for _ in range(2):
            answer = stranger.post(f"/w/{order.token}", data={"action": action})
            assert (answer.status_code, state_of(workspace, order)) == (303, state)
    with workspace.read() as conn:
        assert store.count_steps(conn, order.id) == 4
    assert "已报修好了" in text_of(stranger, order)


def test_one_photo_serves_all_and_only_on_this_order(
    workspace: Workspace, stranger: SignedClient, order: Order, client_of: ClientOf
) -> None:
    stranger.post(f"/w/{order.token}", data={"action": "fixed", "photo": (jpeg(), "a.jpg")})
    with workspace.read() as conn:
        [photo] = photos.of_records(conn, PhotoOf.ORDER, [order.id])[order.id]
    address = re.search(r"/w/[^\"]+\.jpg\?w=360", text_of(stranger, order))
    assert address
    assert stranger.get(address.group()).mimetype == "image/jpeg"
    assert stranger.get(f"/w/{order.token}/photos/{uid('other')}.jpg").status_code == 404
    assert photo.url in client_of("secretary").get(f"/cases/{order.case_id}").get_data(as_text=True)


def test_what_is_no_picture_is_said_beside_the_field_and_the_words_stay(
    workspace: Workspace, stranger: SignedClient, order: Order
) -> None:
    sent = {"action": "fixed", "reason": "换了两米管", "photo": (io.BytesIO(b"no picture"), "a.jpg")}
    answer = stranger.post(f"/w/{order.token}", data=sent)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, state_of(workspace, order)) == (422, "sent")
    assert 'id="fixed-photo-error"' in page
    assert "换了两米管" in page


@pytest.mark.parametrize(("action", "state"), [("wait", "waiting"), ("not_ours", "not_ours")])
def test_waiting_and_refusing_ask_for_a_reason(
    workspace: Workspace, stranger: SignedClient, order: Order, action: str, state: str
) -> None:
    answer = stranger.post(f"/w/{order.token}", data={"action": action, "reason": " "})
    assert (answer.status_code, state_of(workspace, order)) == (422, "sent")
    assert f'id="{action}-reason-error"' in answer.get_data(as_text=True)
    stranger.post(f"/w/{order.token}", data={"action": action, "reason": "归业主，电话13900001111"})
    assert state_of(workspace, order) == state
    assert "13900001111" not in text_of(stranger, order)


def test_a_button_of_an_old_page_is_told_what_is_possible(stranger: SignedClient, order: Order) -> None:
    stranger.post(f"/w/{order.token}", data={"action": "arrive"})
    answer = stranger.post(f"/w/{order.token}", data={"action": "accept"})
    assert answer.status_code == 409
    assert "现在可以选：修好了、要等、不是我们的" in answer.get_data(as_text=True)
    assert stranger.post(f"/w/{order.token}", data={"action": "burn"}).status_code == 422


def test_dead_links_say_why_and_tell_nothing(
    workspace: Workspace, street: Street, order: Order, clock: FixedClock
) -> None:
    office = replace(workspace.settings, office_phone="021-60001234")
    client = create_app(Workspace(office, workspace.folder, workspace.database, workspace.clock)).test_client()

    def told(token: str) -> tuple[int, str]:
        answer = client.get(f"/w/{token}")
        assert answer.headers["Cache-Control"] == "no-store"
        page = answer.get_data(as_text=True)
        assert "岚皋西路" not in page
        assert "tel:02160001234" in page
        return answer.status_code, re.search(r"<h1>(.*)</h1>", page).group(1)  # type: ignore[union-attr]

    assert told("x") == (404, "没有找到这张派单")
    assert told("A" * 43) == (404, "没有找到这张派单")
    other = orders.send_order(workspace, street.secretary, NewOrder(uid("p"), "甲", "查", order.case_id))[0]
    orders.withdraw_order(workspace, street.secretary, other.id, "重了")
    assert told(other.token) == (410, "这张派单已经收回")
    assert client.post(f"/w/{other.token}", data={"action": "accept"}).status_code == 410
    assert client.get(f"/w/{other.token}/month.xlsx").status_code == 410
    walk(workspace, street, str(order.case_id), "rejected")
    assert told(order.token) == (410, "这件事已经办结")
    clock.advance(days=31)
    assert told(order.token) == (410, "这个链接过期了")


def test_other_sites_press_nothing(workspace: Workspace, stranger: SignedClient, order: Order) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.org"}):
        answer = stranger.post(f"/w/{order.token}", data={"action": "accept"}, headers=headers)
        assert (answer.status_code, state_of(workspace, order)) == (403, "sent")
    # Of a page without referrer old browsers tell the origin so.
    answer = stranger.post(f"/w/{order.token}", data={"action": "accept"}, headers={"Origin": "null"})
    assert (answer.status_code, state_of(workspace, order)) == (303, "accepted")


def test_the_month_is_the_units_own_and_names_nobody(
    workspace: Workspace, street: Street, stranger: SignedClient, order: Order
) -> None:
    orders.send_order(workspace, street.secretary, NewOrder(uid("p"), "申城物业", "=1+1", order.case_id))
    stranger.post(f"/w/{order.token}", data={"action": "wait", "reason": "=等配件"})
    answer = stranger.get(f"/w/{order.token}/month.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "兰凤物业 2026年11月派单"
    assert [row[0] for row in rows[2:]] == [order.number]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert not [word for word in PERSONAL if word in str(rows)]
    assert stranger.get(f"/w/{order.token}/month.xlsx?month=11").status_code == 422


def test_who_is_signed_in_for_the_unit_answers_by_name(workspace: Workspace, order: Order, client_of: ClientOf) -> None:
    accounts.add_account(workspace, SYSTEM, "老吴", Role.PROPERTY, "老吴", unit="兰凤物业")
    client = client_of("property")
    page = client.get("/orders").get_data(as_text=True)
    assert page.count("data-row") == 1
    assert not [word for word in ("徐女士", "13812345678", "锦云家纺") if word in page]
    assert client.get(f"/orders/{order.id}").status_code == 200
    told = client_of("secretary").get(f"/orders/{order.id}").get_data(as_text=True)
    assert "徐女士" not in told.split('id="order-text"')[1].split("</p>")[0]
    client.post(f"/w/{order.token}", data={"action": "accept"})
    with workspace.read() as conn:
        assert store.steps(conn, [order.id])[-1].actor_id is not None
    assert client.get("/orders/month.xlsx?unit=申城物业").status_code == 403
    assert client.get("/orders/month.xlsx").status_code == 200
