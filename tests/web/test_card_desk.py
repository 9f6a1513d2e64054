"""联心卡 of the street: who needs one, sheets of ten, what a print button writes down, the chat code on all of them."""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mapsvc.domain.cards import card_number
from mapsvc.operations.cards import live_card, make_card
from mapsvc.operations.chat_code import LEAST_SIDE_PX
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.operations.workspace import Workspace
from mapsvc.web.card_desk import LEFTS, PER_SHEET, TOPS
from tests.support import pictures
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, build, uid
from tests.web.test_cards import of

TODAY = date(2026, 11, 23)


@pytest.fixture
def street(workspace: Workspace) -> Street:
    return build(workspace)


def shown(page: str) -> dict[str, str]:
    """What the desk says of each door that has a tick box, by its code."""
    rows = re.findall(r"<li data-row>(.*?)</li>", page, re.DOTALL)
    found = {}
    for row in rows:
        code = re.search(r'value="(LT\d+)"', row)
        said = re.search(r'<span class="second">(.*?)</span>', row)
        if code and said:
            found[code[1]] = said[1]
    return found


def test_the_desk_says_who_needs_a_card_and_why(client: SignedClient, workspace: Workspace, street: Street) -> None:
    assert shown(client.get("/cards").text) == {"LT0001": "还没做过卡", "LT0002": "还没做过卡"}
    make_card(workspace, street.chen, "LT0001")
    assert shown(client.get("/cards").text)["LT0001"] == "做了还没印"
    client.post("/cards/printed", data={"doors": "LT0001"})
    card = live_card(workspace, street.chen, "LT0001")
    assert card is not None
    assert shown(client.get("/cards").text) == {"LT0002": "还没做过卡"}
    assert shown(client.get("/cards?show=printed").text)["LT0001"].startswith(card_number("LT0001", card.token))
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("cafe"), TODAY, "新叶咖啡"))
    assert shown(client.get("/cards").text)["LT0001"] == "换了店家，原来的卡不能用"
    change_tenancy(workspace, street.chen, "LT0001", 2, NewTenancy(uid("none"), TODAY))
    assert "LT0001" not in shown(client.get("/cards").text)
    assert "岚皋西路27号" in client.get("/cards?show=vacant").text


def test_it_is_filtered_by_street_and_by_who_looks_after_the_door(client: SignedClient, street: Street) -> None:
    assert set(shown(client.get(f"/cards?worker={uid('chen')}").text)) == {"LT0001"}
    assert set(shown(client.get("/cards?street=岚皋西路").text)) == {"LT0001", "LT0002"}
    assert shown(client.get("/cards?street=别的路").text) == {}
    assert "岚皋西路 单号侧" in client.get("/cards").text


def test_the_chosen_doors_get_their_cards_and_a_sheet(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    kept = make_card(workspace, street.chen, "LT0001")
    made = client.post("/cards", data={"door": ["LT0001", "LT0002"]})
    assert (made.status_code, made.headers["Location"]) == (303, "/cards/sheet?doors=LT0001%2CLT0002")
    assert live_card(workspace, street.chen, "LT0001") == kept
    new = live_card(workspace, street.secretary, "LT0002")
    assert new is not None
    answer = client.get(made.headers["Location"])
    page = answer.text
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert page.count('<article class="card">') == page.count('class="segno"') == 2
    for code, card in (("LT0001", kept), ("LT0002", new)):
        assert card_number(code, card.token) in page
        assert card.token not in page
    assert not [word for word in ("徐女士", "13812345678", "锦云家纺", "刘小燕", "海燕花店") if word in page]


def test_looking_at_a_sheet_writes_nothing_and_its_button_does(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    make_card(workspace, street.chen, "LT0001")
    client.get("/cards/sheet?doors=LT0001")
    client.get("/shops/LT0001/card")
    assert is_printed(workspace, street) is False
    printed = client.post("/cards/printed", data={"doors": "LT0001"})
    assert is_printed(workspace, street) is True
    page = client.get(printed.headers["Location"]).text
    assert "记下了：这1张印过了。" in page
    client.post("/cards/unprinted", data={"doors": "LT0001"})
    assert is_printed(workspace, street) is False
    client.post("/shops/LT0001/card/printed")
    assert is_printed(workspace, street) is True
    client.post("/shops/LT0001/card/unprinted")
    assert is_printed(workspace, street) is False


def is_printed(ws: Workspace, street: Street) -> bool:
    card = live_card(ws, street.chen, "LT0001")
    assert card is not None
    return card.printed_at is not None


def test_ten_cards_lie_on_a4_within_its_edges_with_room_for_the_bleed() -> None:
    assert len(LEFTS) * len(TOPS) == PER_SHEET
    assert all(left >= 3 and left + 90 <= 210 for left in LEFTS)
    assert all(later - earlier >= 93 for earlier, later in itertools.pairwise(LEFTS))
    assert all(later - earlier == 54 for earlier, later in itertools.pairwise(TOPS))
    assert TOPS[-1] + 54 + 9.5 <= 297


@pytest.mark.parametrize("doors", [[], ["LT0001"] * 3])
def test_choosing_nobody_or_an_empty_shop_is_said(
    client: SignedClient, workspace: Workspace, street: Street, doors: list[str]
) -> None:
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("none"), TODAY))
    answer = client.post("/cards", data={"door": doors})
    assert answer.status_code == 422
    assert ("至少勾一家" if not doors else "都没有店家") in answer.text


def test_stopping_a_card_and_taking_that_back(
    client: SignedClient, workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    token = make_card(workspace, street.chen, "LT0001").token
    assert client.post("/shops/LT0001/card/stop", data={"why": "tired of it"}).status_code == 422
    stopped = client.post("/shops/LT0001/card/stop", data={"why": "lost"})
    assert client.get(f"/c/{token}").status_code == 410
    page = client.get(stopped.headers["Location"]).text
    assert "十分钟内可以撤销" in page
    card = re.search(r'name="card" value="([^"]+)"', page)
    assert card is not None
    clock.advance(minutes=9)
    back = client.post("/shops/LT0001/card/undo-stop", data={"card": card[1]})
    assert back.status_code == 303
    assert client.get(f"/c/{token}").status_code == 303
    client.post("/shops/LT0001/card/stop", data={"why": "stopped"})
    assert shown(client.get("/cards").text)["LT0001"] == "原来的卡停用了：店家不用了"
    clock.advance(timedelta(minutes=11))
    late = client.post("/shops/LT0001/card/undo-stop", data={"card": card[1]})
    assert late.status_code == 409
    assert "超过十分钟" in late.text


def test_the_chat_code_is_printed_on_every_card_and_its_change_can_be_taken_back(
    workspace: Workspace, street: Street
) -> None:
    client = of(workspace, "secretary", secretary_name="王书记")
    make_card(workspace, street.chen, "LT0001")
    assert "贴微信码" in client.get("/shops/LT0001/card").text
    first = upload(client, pictures.jpeg(640, 900))
    assert first.status_code == 303
    one = code_on(client)
    assert "贴微信码" not in client.get("/shops/LT0001/card").text
    got = client.get(one)
    assert size_of(got.data) == (640, 640)
    assert pictures.SECRET.encode() not in got.data
    second = upload(client, pictures.png("RGB", 300, 300))
    assert code_on(client) != one
    assert "原来的微信码不再印了" in client.get(second.headers["Location"]).text
    was = re.search(r'name="photo" value="([^"]+)"', client.get(second.headers["Location"]).text)
    assert was is not None
    client.post("/cards/chat-code/restore", data={"photo": was[1]})
    assert code_on(client) == one
    gone = client.post("/cards/chat-code/remove")
    assert "贴微信码" in client.get("/shops/LT0001/card").text
    assert "撤销" in client.get(gone.headers["Location"]).text


@pytest.mark.parametrize(
    ("box", "size"),
    [("0.25,0.5,0.5", (400, 400)), ("nonsense", (800, 800)), ("0.9,0,0.5", (800, 800)), ("", (800, 800)),
     ("nan,0,1", (800, 800)), ("0,2,0.9", (800, 800))],
)  # fmt: skip
def test_the_picture_is_cut_to_where_the_code_was_seen(
    client: SignedClient, street: Street, workspace: Workspace, box: str, size: tuple[int, int]
) -> None:
    make_card(workspace, street.chen, "LT0001")
    assert upload(client, pictures.jpeg(800, 1200), box).status_code == 303
    assert size_of(client.get(code_on(client)).data) == size


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"GIF89a not", "不是照片"), (b"", "请先选一张图"), (pictures.png("RGB", LEAST_SIDE_PX - 10, 900), "太小")],
)
def test_what_is_no_picture_or_too_small_is_refused(
    client: SignedClient, street: Street, content: bytes, told: str
) -> None:
    answer = upload(client, content, name="a.png" if content else "")
    assert answer.status_code in (415, 422)
    assert told in answer.text


def test_only_secretary_and_office_see_the_desk(client_of: ClientOf, street: Street) -> None:
    found = {role: client_of(role).get("/cards").status_code for role in ("secretary", "office", "worker", "admin")}
    assert found == {"secretary": 200, "office": 200, "worker": 403, "admin": 403}


def test_a_worker_prints_the_cards_of_own_doors_alone(workspace: Workspace, street: Street) -> None:
    from mapsvc.errors import Forbidden
    from mapsvc.operations.card_sheets import faces
    from mapsvc.operations.cards import mark_printed

    make_card(workspace, street.chen, "LT0001")
    assert mark_printed(workspace, street.chen, ["LT0001"]) == 1
    assert [face.code for face in faces(workspace, street.chen, ["LT0001"])] == ["LT0001"]
    for act in (mark_printed, faces):
        with pytest.raises(Forbidden):
            act(workspace, replace(street.zhou), ["LT0001"])


def upload(client: SignedClient, content: bytes, box: str = "", name: str = "code.jpg") -> object:
    return client.post("/cards/chat-code", data={"picture": (io.BytesIO(content), name), "box": box})


def code_on(client: SignedClient) -> str:
    found = re.search(r'<img src="(/photos/[^"]+)" alt="书记的微信码"', client.get("/shops/LT0001/card").text)
    assert found is not None
    return found[1]


def size_of(jpeg: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.format == "JPEG"
        return image.size
