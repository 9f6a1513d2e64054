"""Parts are loaded when first asked for: an application of some of them serves its addresses as the whole would."""

import re
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from flask import Flask
from werkzeug.routing import Rule

from mapsvc.app import Application, create_app
from mapsvc.operations.workspace import Workspace
from mapsvc.web import meters
from mapsvc.web.surfaces import OFFICE, PARTS, SURFACES, Part, first_piece, register

EVERYWHERE = {"health", "accounts"}


def address(rule: Rule) -> str:
    """The route with something in its variable parts."""
    return re.sub("<[^>]+>", "x", rule.rule)


def told(app: Flask) -> set[tuple[str, str, frozenset[str]]]:
    """Rule, endpoint and methods of all routes."""
    return {(rule.rule, rule.endpoint, frozenset(rule.methods or ())) for rule in app.url_map.iter_rules()}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.module)
def test_a_part_names_the_beginnings_of_its_addresses_and_no_others(part: Part) -> None:
    alone = Flask("alone", static_folder=None)
    register(alone, (part,))
    begins = {first_piece(rule.rule) for rule in alone.url_map.iter_rules()}
    assert set(part.at) == (set() if part.module in EVERYWHERE else begins)


@pytest.mark.parametrize("surface", SURFACES)
def test_every_address_of_a_surface_is_served_where_it_is_asked_for(workspace: Workspace, surface: str) -> None:
    service, whole = Application(workspace, surface, meters.Board()), create_app(workspace, surface)
    rules = list(whole.url_map.iter_rules())
    assert len(rules) > 4
    for rule in rules:
        same = {one for one in told(whole) if first_piece(one[0]) == first_piece(rule.rule)}
        assert same <= told(service.app_at(address(rule))), rule


def test_a_part_changes_nothing_for_other_parts(app: Flask, workspace: Workspace) -> None:
    front = create_app(workspace, at="")
    for hooks in (
        "template_context_processors",
        "before_request_funcs",
        "after_request_funcs",
        "teardown_request_funcs",
        "url_value_preprocessors",
    ):
        assert len(getattr(app, hooks)[None]) == len(getattr(front, hooks)[None]), hooks
    assert set(app.jinja_env.globals) == set(front.jinja_env.globals)
    assert set(app.jinja_env.filters) == set(front.jinja_env.filters)


def test_words_that_templates_of_several_parts_call_are_there() -> None:
    from mapsvc.web.context import TEMPLATE_WORDS

    for name, module in TEMPLATE_WORDS.items():
        assert import_module(f"mapsvc.web.{module}").words(), name


def test_an_unknown_address_loads_nothing(workspace: Workspace) -> None:
    service = Application(workspace, OFFICE, meters.Board())
    front = service.app_at("/")
    assert {service.app_at(where) for where in ("/nowhere", "/api/v1", "//", "/cases2", "/~/cases")} == {front}
    assert service.app_at("//cases/1") is service.app_at("/api/v1/cases") is not front


def test_many_first_requests_at_once_load_a_part_once(workspace: Workspace) -> None:
    service = Application(workspace, OFFICE, meters.Board())
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(service.app_at, ["/needs", "/api/v1/needs/1"] * 16))) == 1


def test_parts_count_on_one_board_and_share_what_belongs_to_the_office(workspace: Workspace) -> None:
    service = Application(workspace, OFFICE, meters.Board())
    apps = [service.app_at(where) for where in ("/", "/needs", "/silent")]
    for app, where in zip(apps, ("/", "/needs", "/silent"), strict=True):
        assert app.test_client().get(where).status_code in (302, 401)
    counted = dict(meters.meter_of(apps[0]).totals())
    assert {"/", "/needs", "/silent"} <= set(counted)
    assert len({id(app.extensions) for app in apps}) == 1
