"""The public surface as a program of its own: no office route, no office store, its own headers."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapsvc import errors
from mapsvc.app import create_app, create_public_app
from mapsvc.config import Settings
from mapsvc.operations.surface.space import Space
from mapsvc.operations.workspace import Workspace
from mapsvc.store.database import Database

SHARED = ("/static/", "/favicon.ico", "/healthz")


@pytest.fixture
def public_app(space: Space) -> Flask:
    """The public surface in front of `space`."""
    return create_public_app(space)


@pytest.fixture
def public(public_app: Flask) -> FlaskClient:
    """Somebody on the street."""
    return public_app.test_client()


def filled(rule: str) -> str:
    """A route with something in its variable parts."""
    listed = re.sub(r"""<any\(["']?(\w+)[^>]*>""", r"\1", rule)
    return re.sub("<[^>]+>", "11111111-1111-4111-8111-111111111111", listed)


def test_every_route_of_the_office_leads_nowhere_here(app: Flask, public: FlaskClient, public_app: Flask) -> None:
    own = {rule.rule for rule in public_app.url_map.iter_rules()}
    offices = [r for r in app.url_map.iter_rules() if r.rule not in own and not r.rule.startswith(SHARED)]
    assert len(offices) > 300
    for rule in offices:
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            where = filled(rule.rule)
            # The address of a card or order may fall together with a page of another shape here.
            assert public.open(where, method=method).status_code in (404, 405), (method, where)


def test_it_serves_nothing_but_cards_orders_policies_and_the_exchange(public_app: Flask) -> None:
    pieces = {rule.rule.split("/")[1] for rule in public_app.url_map.iter_rules()}
    assert pieces <= {"c", "w", "p", "static", "favicon.ico", "healthz", "robots.txt", "exchange"}


def test_strangers_find_neither_a_front_page_nor_a_sign_in(public: FlaskClient) -> None:
    assert public.get("/healthz").status_code == 200
    for where in ("/", "/sign-in", "/api/v1/shops", "/metrics", "/today"):
        assert public.get(where).status_code == 404, where


def test_no_answer_may_be_kept_indexed_framed_or_told_to_others(public: FlaskClient) -> None:
    for where in ("/healthz", "/nowhere", "/c/none", "/w/none", "/robots.txt"):
        headers = public.get(where).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers


def test_the_office_program_does_not_serve_the_public_surface(workspace: Workspace) -> None:
    with pytest.raises(errors.Usage):
        create_app(workspace, "public")


def test_a_folder_is_either_an_offices_or_a_public_surfaces(space: Space, database: Database) -> None:
    with pytest.raises(errors.Broken, match="公网页面"):
        Database.open(space.folder)
    if database.is_sqlite:
        with pytest.raises(errors.Broken, match="办公室"):
            Space.open(Settings(data=database.folder))


def test_it_takes_no_offices_database(space: Space) -> None:
    with pytest.raises(errors.Usage, match="--database"):
        Space.open(Settings(data=space.folder, database="postgresql://office@localhost/mapsvc"))


def test_its_store_is_for_nobody_else_on_the_machine(space: Space) -> None:
    assert space.database.file.name == "surface.sqlite"
    assert space.database.file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://other.example"}])
def test_forms_of_other_sites_are_refused(public: FlaskClient, headers: dict[str, str]) -> None:
    assert public.post("/w/x", headers=headers).status_code == 403


def test_what_is_too_large_is_refused_unread(public: FlaskClient) -> None:
    assert public.post("/w/x", data=b"x" * 300_000, content_type="text/plain").status_code in (404, 413)
