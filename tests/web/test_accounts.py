"""Signing in with a browser: cookies, links, tokens, the own page."""

import re

import pytest

from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.operations import accounts
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock

GOOD = "一只猫过了岚皋路"


@pytest.fixture
def worker(workspace: Workspace) -> str:
    """Id of 小陈's account."""
    return accounts.add_account(workspace, SYSTEM, "小陈", Role.WORKER, password=GOOD).id


def sign_in(client: SignedClient, password: str = GOOD, **more: object) -> object:
    """Send the form as a browser does."""
    form = {"login": "小陈", "password": password, "next": "/me"}
    return client.post("/sign-in", data=form, **more)  # type: ignore[arg-type]


def test_a_stranger_is_led_to_the_form_and_back(stranger: SignedClient, worker: str) -> None:
    led = stranger.get("/me?x=1")
    assert led.status_code == 302
    form = stranger.get(led.headers["Location"]).get_data(as_text=True)
    assert 'value="/me?x=1"' in form
    done = sign_in(stranger)
    assert (done.status_code, done.headers["Location"]) == (303, "/me")  # type: ignore[attr-defined]
    assert "小陈" in stranger.get("/me").get_data(as_text=True)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: SignedClient, worker: str) -> None:
    cookie = sign_in(stranger).headers["Set-Cookie"]  # type: ignore[attr-defined]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie
    over_tls = sign_in(stranger, base_url="https://localhost").headers["Set-Cookie"]  # type: ignore[attr-defined]
    assert over_tls.startswith("__Host-mapsvc=") and "Secure" in over_tls


def test_signing_in_makes_a_new_session_and_ends_the_old_one(stranger: SignedClient, worker: str) -> None:
    sign_in(stranger)
    old = stranger.get_cookie("mapsvc").value  # type: ignore[union-attr]
    sign_in(stranger)
    new = stranger.get_cookie("mapsvc").value  # type: ignore[union-attr]
    assert new != old
    stranger.set_cookie("mapsvc", old)
    assert stranger.get("/me").status_code == 302


def test_a_wrong_password_keeps_the_login_and_says_so_beside_the_field(stranger: SignedClient, worker: str) -> None:
    answer = sign_in(stranger, password="wrong")
    page = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert 'value="小陈"' in page and "登录名或密码不对" in page
    assert "wrong" not in page


def test_a_guesser_is_told_how_long_to_wait(stranger: SignedClient, worker: str) -> None:
    for _ in range(5):
        sign_in(stranger, password="wrong")
    answer = sign_in(stranger)
    assert answer.status_code == 429  # type: ignore[attr-defined]
    assert "5秒后再试" in answer.get_data(as_text=True)  # type: ignore[attr-defined]
    elsewhere = sign_in(stranger, environ_base={"REMOTE_ADDR": "10.9.8.7"})
    assert elsewhere.status_code == 303  # type: ignore[attr-defined]


def test_another_site_cannot_sign_a_browser_in(stranger: SignedClient, worker: str) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://example.org"},
        {"Origin": "//["},
        {"Origin": "null"},
    ):
        assert sign_in(stranger, headers=headers).status_code == 403  # type: ignore[attr-defined]
    assert sign_in(stranger, headers={"Origin": "http://localhost"}).status_code == 303  # type: ignore[attr-defined]


@pytest.mark.parametrize("onward", ["//example.org", "http://example.org", "/\\example.org", "javascript:alert(1)", ""])
def test_signing_in_never_leads_to_another_site(stranger: SignedClient, worker: str, onward: str) -> None:
    done = stranger.post("/sign-in", data={"login": "小陈", "password": GOOD, "next": onward})
    assert done.headers["Location"] == "/"


def test_looking_at_a_one_time_link_does_not_use_it_up(
    stranger: SignedClient, workspace: Workspace, worker: str
) -> None:
    address = f"/sign-in/{accounts.one_time_link(workspace, SYSTEM, worker).secret}"
    for _ in range(3):
        page = stranger.get(address)
        assert page.status_code == 200 and "进入民情地图" in page.get_data(as_text=True)
    assert stranger.post(address).status_code == 303
    assert stranger.get("/me").status_code == 200
    used = stranger.get(address)
    assert used.status_code == 401 and "已经用过" in used.get_data(as_text=True)
    assert stranger.post(address).status_code == 401


def test_a_renewed_cookie_comes_after_some_minutes(client_of: ClientOf, clock: FixedClock) -> None:
    client = client_of("worker")
    assert "Set-Cookie" not in client.get("/me").headers
    clock.advance(minutes=6)
    assert "Set-Cookie" in client.get("/me").headers


def test_signing_out_ends_the_session_here_and_everywhere(client_of: ClientOf, clock: FixedClock) -> None:
    here, there = client_of("worker"), client_of("worker")
    clock.advance(minutes=6)
    assert here.post("/sign-out").status_code == 303
    assert here.get("/me").status_code == 302
    assert there.get("/me").status_code == 200
    again = client_of("worker")
    again.post("/sign-out", data={"everywhere": "1"})
    assert there.get("/me").status_code == 302


def test_a_session_that_is_over_is_told_in_the_form_of_the_asker(client_of: ClientOf, clock: FixedClock) -> None:
    client = client_of("secretary")
    clock.advance(hours=24 * 40)
    program = client.get("/api/v1/shops")
    assert (program.status_code, program.mimetype) == (401, "application/problem+json")
    assert program.headers["WWW-Authenticate"] == "Bearer" and program.get_json()["code"] == "session_over"
    assert client.get("/admin/people").headers["Location"] == "/sign-in?next=/admin/people"
    sent = client.post("/admin/people", data={"login": "x"}, headers={"Referer": "http://localhost/admin/people"})
    assert sent.status_code == 401 and 'href="/sign-in?next=/admin/people"' in sent.get_data(as_text=True)
    elsewhere = client.post("/admin/people", data={"login": "x"}, headers={"Referer": "http://example.com/x"})
    assert 'href="/sign-in?next=/"' in elsewhere.get_data(as_text=True)


def test_a_token_needs_no_csrf_and_is_a_person_of_its_role(stranger: SignedClient, workspace: Workspace) -> None:
    _, secret = accounts.create_token(workspace, SYSTEM, Role.ADMIN, "运维")
    bearer = {"Authorization": f"Bearer {secret}"}
    assert stranger.get("/admin/people", headers=bearer).status_code == 200
    new = {"login": "xiaozhou", "name": "小周", "role": "worker"}
    assert stranger.post("/admin/people", data=new, headers=bearer).status_code == 201
    assert stranger.get("/api/v1/layers", headers={"Authorization": "Bearer no"}).status_code == 401


def test_the_own_page_changes_the_password(client_of: ClientOf, workspace: Workspace, worker: str) -> None:
    client = client_of("worker", login="小吴")
    short = client.post("/me/password", data={"new_password": "短"})
    assert short.status_code == 422 and "至少8个字符" in short.get_data(as_text=True)
    assert client.post("/me/password", data={"new_password": GOOD}).status_code == 303
    assert "密码改好了" in client.get("/me?done=password").get_data(as_text=True)


def test_an_address_puts_no_words_on_the_page(client: SignedClient) -> None:
    page = client.get("/admin/people?done=<b>请转账</b>").get_data(as_text=True)
    assert "请转账" not in page


def test_people_page_makes_an_account_and_shows_the_link_once(client: SignedClient, stranger: SignedClient) -> None:
    made = client.post("/admin/people", data={"login": "xiaozhou", "name": "小周", "role": "worker"})
    link = re.search(r"http://localhost(/sign-in/[\w-]+)", made.get_data(as_text=True))
    assert made.status_code == 201 and link
    assert "/sign-in/" not in client.get("/admin/people").get_data(as_text=True)
    assert stranger.post(link.group(1)).status_code == 303
    assert "小周" in stranger.get("/me").get_data(as_text=True)


def test_people_page_keeps_what_was_typed_and_names_the_field(client: SignedClient) -> None:
    answer = client.post("/admin/people", data={"login": "a b", "name": "小周", "role": "worker"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="a b"' in page and 'value="小周"' in page and 'id="login-error"' in page


def test_the_role_a_person_may_not_give_is_not_offered(client: SignedClient) -> None:
    assert 'value="admin"' not in client.get("/admin/people").get_data(as_text=True)
    refused = client.post("/admin/people", data={"login": "root", "name": "", "role": "admin"})
    assert refused.status_code == 422
    assert "找管理员" in refused.get_data(as_text=True)


def test_a_worker_finds_the_people_page_closed(client_of: ClientOf) -> None:
    answer = client_of("worker").get("/admin/people")
    assert answer.status_code == 403
    assert "走访人不能管理账号" in answer.get_data(as_text=True)
