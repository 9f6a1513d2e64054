"""Over every route: strangers stay out, unsafe requests need the token, roles without leave are refused."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from mapsvc.app import create_app
from mapsvc.operations.workspace import Workspace
from mapsvc.web import meters
from mapsvc.web.surfaces import SURFACES, is_public
from tests.support.client import ClientOf, SignedClient

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def rules(app: Flask) -> list[Rule]:
    """All routes by address."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def address(rule: Rule) -> str:
    """The route with something in its variable parts."""
    listed = re.sub(r"""<any\(["']?(\w+)[^>]*>""", r"\1", rule.rule)
    return re.sub("<[^>]+>", "11111111-1111-4111-8111-111111111111", listed)


def private(app: Flask, methods: tuple[str, ...]) -> list[tuple[str, str]]:
    """Method and address of every route that is not public."""
    found = [
        (m, address(r)) for r in rules(app) if not is_public(r.endpoint) for m in methods if m in (r.methods or ())
    ]
    assert found
    return found


def test_strangers_reach_nothing_that_is_not_public(app: Flask, stranger: SignedClient) -> None:
    for method, where in private(app, ("GET", *UNSAFE)):
        status = stranger.open(where, method=method).status_code
        expected = {401} if where.startswith("/api/") else {302, 401}
        assert status in expected, (method, where, status)


def test_an_invalid_token_is_refused_even_beside_a_good_session(app: Flask, client: SignedClient) -> None:
    for method, where in private(app, ("GET",)):
        answer = client.open(where, method=method, headers={"Authorization": "Bearer nonsense"})
        assert answer.status_code in {302, 401}, where


def test_every_unsafe_route_of_a_session_needs_the_token(app: Flask, client: SignedClient) -> None:
    for method, where in private(app, UNSAFE):
        for headers in ({}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": "错"}):
            answer = client.open(where, method=method, csrf=False, headers=headers)
            assert answer.status_code == 403, (method, where)


def test_a_property_company_sees_no_fact_of_the_office(app: Flask, client_of: ClientOf) -> None:
    """Their role has no leave in the table but for their own orders: whichever way a route asks, the answer is no."""
    outsider = client_of("property")
    harmless = {"/me", "/ledger", "/desk", "/api/v1/openapi.json", "/api/v1/session"}
    for method, where in private(app, ("GET",)):
        # The shell of the field app is the same for everybody and tells of nobody.
        if where not in harmless and not where.startswith("/today"):
            status = outsider.open(where, method=method).status_code
            assert status in {400, 403, 404}, (where, status)


def test_a_role_without_the_map_is_led_to_no_page_that_refuses_it(client_of: ClientOf) -> None:
    outsider = client_of("property")
    refused = outsider.get("/").get_data(as_text=True)
    for page in (refused, outsider.get("/me").get_data(as_text=True), outsider.get("/ledger").get_data(as_text=True)):
        inside = {a for a in re.findall(r'<a [^>]*href="(/[^"]*)"', page) if not a.startswith("/static")}
        dead = {a for a in inside - {"/"} if outsider.get(a).status_code != 200}
        assert not dead
    assert 'href="/me"' in refused


def test_no_route_breaks_on_empty_or_foreign_input(app: Flask, client: SignedClient) -> None:
    for method, where in private(app, UNSAFE):
        if where == "/sign-out":
            continue
        for sent in ({}, {"json": {}}, {"json": [1]}, {"data": b"\xff\xfe", "content_type": "application/json"}):
            status = client.open(where, method=method, **sent).status_code
            assert status < 500, (method, where, sent, status)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_serves_its_own_routes_only(workspace: Workspace, surface: str) -> None:
    served = {rule.rule for rule in create_app(workspace, surface).url_map.iter_rules()}
    assert "/healthz" in served
    assert {"/", "/sign-in", "/w/<token>"} <= served
    assert any(rule.startswith("/admin/") for rule in served) == (surface == "office")


def test_the_description_of_the_api_names_every_route(app: Flask, client: SignedClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    for rule in rules(app):
        if rule.rule.startswith("/api/v1"):
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
            assert path in document["paths"]
            for operation in document["paths"][path].values():
                assert operation["summary"], path


def test_every_route_has_counters_of_its_own(app: Flask) -> None:
    board = meters.Board()
    routes = sorted({rule.rule for rule in rules(app)})
    assert len({board.row(route) for route in (*routes, meters.OTHER)}) == len(routes) + 1
    assert max(len(route.encode()) for route in routes) <= meters.LONGEST_ROUTE
