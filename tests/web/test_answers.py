"""What every answer carries: headers, errors as problem+json or a page, limits, static files, counters."""

import re

import orjson
import pytest
from flask import Flask

from mapsvc import errors
from mapsvc.app import STATUS, create_app
from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.operations import accounts
from mapsvc.operations.office import mark_demo
from mapsvc.operations.workspace import Workspace
from mapsvc.web.assets import FOREVER
from mapsvc.web.security import LARGEST_BODY
from tests.support.client import SignedClient


def test_every_answer_keeps_to_itself(client: SignedClient, stranger: SignedClient) -> None:
    for answer in (client.get("/me"), stranger.get("/sign-in"), client.get("/nowhere"), stranger.get("/api/v1/shops")):
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "geolocation=(self)" in answer.headers["Permissions-Policy"]


def test_each_answer_has_its_own_nonce_and_its_scripts_carry_it(client: SignedClient) -> None:
    first, second = client.get("/"), client.get("/")
    nonces = [
        re.findall(r"script-src 'self' 'nonce-([\w-]+)'", a.headers["Content-Security-Policy"]) for a in (first, second)
    ]
    assert nonces[0] != nonces[1]
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", first.get_data(as_text=True))
    assert inline and all(f'nonce="{nonces[0][0]}"' in tag for tag in inline)


def test_pages_of_people_are_not_kept_by_the_browser(client: SignedClient) -> None:
    assert client.get("/me").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", list(STATUS))
def test_each_error_has_its_status_on_the_api_and_on_pages(
    workspace: Workspace, kind: type[errors.MapsvcError]
) -> None:
    app = create_app(workspace)

    def fail() -> str:
        raise kind("岚皋路27号的门牌要填数字。", field="number", code="told")

    app.add_url_rule("/api/v1/fails", "health.healthz2", fail)
    app.add_url_rule("/fails", "health.healthz3", fail)
    _, secret = accounts.create_token(workspace, SYSTEM, Role.ADMIN, "x")
    bearer = {"Authorization": f"Bearer {secret}"}
    answer = app.test_client().get("/api/v1/fails", headers=bearer)
    assert answer.status_code == STATUS[kind]
    assert answer.mimetype == "application/problem+json"
    told = orjson.loads(answer.data)
    assert told["status"] == STATUS[kind]
    assert told["errors"] == [{"field": "number", "code": "told", "message": "岚皋路27号的门牌要填数字。"}]
    page = app.test_client().get("/fails", headers=bearer)
    if kind is not errors.NotSignedIn:
        assert page.status_code == STATUS[kind] and "岚皋路27号" in page.get_data(as_text=True)


def test_every_kind_of_error_has_a_status() -> None:
    def kinds(parent: type[errors.MapsvcError]) -> set[type[errors.MapsvcError]]:
        return {parent} | {deep for child in parent.__subclasses__() for deep in kinds(child)}

    ours = {kind for kind in kinds(errors.MapsvcError) if kind.__module__ == "mapsvc.errors"}
    assert ours - {errors.MapsvcError} == set(STATUS)


def test_what_nobody_expected_is_told_without_its_inside(workspace: Workspace) -> None:
    app = create_app(workspace)

    def fail() -> str:
        raise KeyError("secret detail")

    app.add_url_rule("/api/v1/fails", "health.healthz2", fail)
    _, secret = accounts.create_token(workspace, SYSTEM, Role.ADMIN, "x")
    answer = app.test_client().get("/api/v1/fails", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 500
    assert "secret detail" not in answer.get_data(as_text=True)


def test_what_the_framework_refuses_is_told_in_chinese(client: SignedClient) -> None:
    assert "没有找到" in client.get("/nowhere").get_data(as_text=True)
    wrong = client.delete("/api/v1/layers")
    assert (wrong.status_code, wrong.mimetype) == (405, "application/problem+json")


def test_too_much_is_refused_before_it_is_read(client: SignedClient) -> None:
    answer = client.post("/me/password", data={"new_password": "x" * (LARGEST_BODY + 1)})
    assert answer.status_code == 413


def test_a_nul_in_an_address_is_malformed(client: SignedClient) -> None:
    assert client.get("/api/v1/search?q=a%00b").status_code == 400
    assert client.get("/shops/a%00b").status_code == 400


def test_markup_in_an_address_stays_text(client: SignedClient, stranger: SignedClient) -> None:
    evil = "/nowhere/<script>alert(1)</script>"
    assert "<script>alert" not in client.get(evil).get_data(as_text=True)
    page = stranger.get("/sign-in?next=/%22><script>alert(1)</script>").get_data(as_text=True)
    assert "<script>alert" not in page


def test_files_are_packed_once_and_kept_for_good_under_their_version(stranger: SignedClient) -> None:
    page = stranger.get("/sign-in").get_data(as_text=True)
    address = re.search(r'href="(/static/v-\w+/app/css/base\.css)"', page)
    assert address
    packed = stranger.get(address.group(1), headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "br"
    assert packed.headers["Cache-Control"] == FOREVER
    plain = stranger.get("/static/app/css/base.css")
    assert "Content-Encoding" not in plain.headers and len(plain.data) > len(packed.data) * 2
    again = stranger.get("/static/app/css/base.css", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304 and not again.data


@pytest.mark.parametrize(
    "name", ["../pyproject.toml", "app/../../pyproject.toml", "%2e%2e/pyproject.toml", "app", "x/y"]
)
def test_nothing_but_shipped_files_is_served(stranger: SignedClient, name: str) -> None:
    assert stranger.get(f"/static/{name}").status_code == 404


def test_health_and_counters_name_no_person(client: SignedClient, stranger: SignedClient, app: Flask) -> None:
    assert stranger.get("/healthz").get_json()["status"] == "ok"
    client.get("/me")
    text = stranger.get("/metrics").get_data(as_text=True)
    assert 'mapsvc_requests_total{route="/me",status="200"} 1' in text
    assert 'mapsvc_request_seconds_count{route="/me"} 1' in text
    assert "test-secretary" not in text


def test_demo_data_says_so_on_every_page(client: SignedClient, workspace: Workspace) -> None:
    assert "示例数据" not in client.get("/me").get_data(as_text=True)
    mark_demo(workspace)
    for address in ("/me", "/", "/ledger", "/sign-in", "/nowhere"):
        assert "示例数据" in client.get(address, follow_redirects=True).get_data(as_text=True), address
