"""What a printed code opens, for whom; and the sheets on which it stands."""

from __future__ import annotations

import html
import logging
import re
from dataclasses import replace

import pytest
import segno
from flask import Flask

from mapsvc.app import create_app
from mapsvc.domain.cards import card_number
from mapsvc.operations.cards import make_card
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.operations.workspace import Workspace
from tests.operations.test_cards import TODAY
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build, uid

PERSONAL = ("徐女士", "13812345678", "锦云家纺", "LT0001", "岚皋西路27号", "小陈")


@pytest.fixture
def street(workspace: Workspace) -> Street:
    return build(workspace)


@pytest.fixture
def token(workspace: Workspace, street: Street) -> str:
    """The token of the live card of 27号."""
    return make_card(workspace, street.chen, "LT0001").token


def office_of(workspace: Workspace, **settings: object) -> Workspace:
    """The same office with other settings."""
    return Workspace(replace(workspace.settings, **settings), workspace.folder, workspace.database, workspace.clock)  # type: ignore[arg-type]


def of(workspace: Workspace, role: str | None, **settings: object) -> SignedClient:
    """A client in front of the office with these settings."""
    app = create_app(office_of(workspace, **settings))
    app.test_client_class = SignedClient
    client = app.test_client()
    assert isinstance(client, SignedClient)
    if role:
        client.sign_in(workspace, role)
    return client


@pytest.mark.parametrize(
    ("role", "where"),
    [("worker", "/today/doors/LT0001?card={}"), ("secretary", "/today/doors/LT0001?card={}"),
     ("office", "/shops/LT0001"), ("volunteer", "/shops/LT0001")],
)  # fmt: skip
def test_the_code_opens_the_door_for_who_is_signed_in(client_of: ClientOf, token: str, role: str, where: str) -> None:
    answer = client_of(role).get(f"/c/{token}")
    assert (answer.status_code, answer.headers["Location"]) == (303, where.format(token))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("role", [None, "property"])
def test_strangers_read_that_it_is_no_inspection_and_nothing_of_the_shop(
    client_of: ClientOf, token: str, role: str | None
) -> None:
    answer = client_of(role).get(f"/c/{token}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "服务联系，不是检查" in page
    assert "座机" not in page
    assert not [word for word in PERSONAL if word in page]


def test_the_landline_stands_on_the_page_where_the_office_has_one(workspace: Workspace, token: str) -> None:
    page = of(workspace, None, office_phone="021-60001234").get(f"/c/{token}").get_data(as_text=True)
    assert 'href="tel:02160001234"' in page


def test_a_dead_card_says_what_to_do_and_nothing_of_the_shop(
    client_of: ClientOf, workspace: Workspace, street: Street, token: str
) -> None:
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("t"), TODAY, "新叶咖啡"))
    for role in (None, "worker"):
        answer = client_of(role).get(f"/c/{token}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 410
        assert "已经停用" in page
        assert not [word for word in (*PERSONAL, "新叶咖啡") if word in page]


def test_unknown_and_impossible_tokens_get_the_same_words(stranger: SignedClient, token: str) -> None:
    nonce = re.compile(r'nonce="[^"]*"')
    told = []
    for wrong in ("x" * 32, token[:-1] + ("a" if token[-1] != "a" else "b"), "short", "y" * 300, "联心卡"):
        answer = stranger.get(f"/c/{wrong}")
        assert answer.status_code == 404
        told.append(nonce.sub("", answer.get_data(as_text=True)))
    assert len(set(told)) == 1
    assert "没有找到这张卡" in told[0]


def test_a_failure_behind_a_card_leaves_no_token_in_the_log(
    app: Flask, stranger: SignedClient, token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from mapsvc.store import cards

    def broken(*_: object) -> None:
        raise OSError(5, "disk")

    monkeypatch.setattr(cards, "by_token", broken)
    with caplog.at_level(logging.INFO):
        assert stranger.get(f"/c/{token}").status_code == 500
    assert "/c/<token>" in caplog.text
    assert token not in caplog.text


def test_the_sheet_holds_the_code_of_the_address_and_says_in_clear_which_card_it_is(
    workspace: Workspace, token: str
) -> None:
    client = of(workspace, "secretary", public_url="https://lantian.example.org/")
    address = f"https://lantian.example.org/c/{token}"
    clear = {"card": card_number("LT0001", token), "welcome": address.removeprefix("https://")}
    for sheet, said in clear.items():
        page = client.get(f"/shops/LT0001/{sheet}").get_data(as_text=True)
        assert said in page
        assert modules_in(page) == [list(row) for row in segno.make(address, error="m", micro=False).matrix]
        assert "问一声·反映" in page
        assert "走访人扫码" not in page


def test_without_a_public_host_the_code_promises_merchants_nothing(workspace: Workspace, token: str) -> None:
    client = of(workspace, "secretary", office_phone="021-60001234", secretary_name="王书记")
    for sheet in ("card", "welcome"):
        page = client.get(f"/shops/LT0001/{sheet}").get_data(as_text=True)
        assert "走访人扫码" in page
        assert "021-60001234" in page
        assert not [word for word in ("问一声", "反映", "不用注册") if word in page]


def test_without_a_public_address_the_code_holds_the_address_asked_just_now(client_of: ClientOf, token: str) -> None:
    client = client_of("secretary")
    page = client.get("/shops/LT0001/card", base_url="http://office.test:8000").status_code
    assert page == 302  # the session is the other host's
    page_ = client.get("/shops/LT0001/card").get_data(as_text=True)
    address = f"http://localhost/c/{token}"
    assert modules_in(page_) == [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    assert "只在这台电脑上打得开" in page_


def test_a_code_is_22_mm_wide_with_four_light_modules_around(workspace: Workspace, token: str) -> None:
    page = of(workspace, "secretary", public_url="https://lantian.example.org").get("/shops/LT0001/card")
    found = re.search(r'<svg width="([\d.]+)mm" height="([\d.]+)mm"', page.get_data(as_text=True))
    assert found is not None
    modules = segno.make(f"https://lantian.example.org/c/{token}", error="m", micro=False).symbol_size(border=0)[0]
    assert float(found[1]) == pytest.approx(22 * (modules + 8) / modules, abs=0.01)
    assert found[1] == found[2]


def test_what_the_office_did_not_set_is_left_out(workspace: Workspace, token: str) -> None:
    bare = of(workspace, "secretary").get("/shops/LT0001/welcome").get_data(as_text=True)
    assert "座机" not in bare
    assert "街区书记</dt>" not in bare
    full = of(workspace, "secretary", office_phone="021-60001234", secretary_name="王书记")
    for sheet in ("card", "welcome"):
        page = full.get(f"/shops/LT0001/{sheet}").get_data(as_text=True)
        assert "021-60001234" in page
        assert "王书记" in page
        assert "服务联系，不是检查" in page
        # The merchant knows the own name and number; whoever finds the card shall not.
        assert not [word for word in ("徐女士", "13812345678") if word in page]


def test_looking_makes_no_card_and_the_button_makes_one(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    for sheet in ("welcome", "card"):
        page = client.get(f"/shops/LT0002/{sheet}").get_data(as_text=True)
        assert "做一张联心卡" in page
        assert "<svg" not in page
    made = client.post("/shops/LT0002/card", data={"back": "welcome"})
    assert (made.status_code, made.headers["Location"]) == (303, "/shops/LT0002/welcome")
    page = client.get("/shops/LT0002/welcome").get_data(as_text=True)
    assert "<svg" in page
    assert "卡丢了，换一张新的" in page
    shown = re.search(r"/c/([\w-]{32})", page)
    assert shown is not None
    client.post("/shops/LT0002/card", data={"back": "https://elsewhere.example", "lost": "1"})
    assert client.get(f"/c/{shown[1]}").status_code == 410


def test_the_token_stands_in_print_alone(client: SignedClient, token: str) -> None:
    for where in ("/api/v1/shops/LT0001", "/api/v1/shops/LT0001/history", "/api/v1/search?q=27", "/shops/LT0001"):
        assert token not in client.get(where).get_data(as_text=True), where


def modules_in(page: str) -> list[list[int]]:
    """The modules that the first code on the page draws, without its quiet zone; light is 0."""
    path = re.search(r'<path [^>]*d="([^"]+)"', html.unescape(page[page.index('class="segno"') :]))
    size = re.search(r'viewBox="0 0 ([\d.]+) ', page[page.index("<svg") :])
    scale = re.search(r'transform="scale\(([\d.]+)\)"', page)
    assert path and size and scale
    n = round(float(size[1]) / float(scale[1]))
    grid = [[0] * n for _ in range(n)]
    x, y = 0, 0.0
    for command, first, second in re.findall(r"([Mmh])(-?\d+)(?: (-?[\d.]+))?", path[1]):
        if command == "h":
            for column in range(x, x + int(first)):
                grid[int(y)][column] = 1
            x += int(first)
        elif command == "M":
            x, y = int(first), float(second)
        else:
            x, y = x + int(first), y + float(second)
    return [row[4:-4] for row in grid[4:-4]]
