"""Addresses on paper: cards and orders lead to the public surface, all else to where the office itself is open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapsvc.app import create_app
from mapsvc.operations.workspace import Workspace
from mapsvc.web import codes

HERE = "http://office.example:8000"


@pytest.mark.parametrize(
    ("public_url", "base"), [("", HERE), ("https://lantian.example.org/", "https://lantian.example.org")]
)
def test_cards_and_orders_lead_outside_and_walks_and_rosters_inside(
    workspace: Workspace, public_url: str, base: str
) -> None:
    office = replace(workspace, settings=replace(workspace.settings, public_url=public_url))
    with create_app(office, at="").test_request_context(base_url=HERE):
        assert codes.card_address("t") == f"{base}/c/t"
        assert codes.public_address("/w/t") == f"{base}/w/t"
        assert codes.inside_address("/g/t") == f"{HERE}/g/t"
        assert codes.is_reachable()
        assert codes.is_reachable(is_inside=True)


@pytest.mark.parametrize(("public_url", "asked_at"), [("http://127.0.0.1:8001", HERE), ("", "http://localhost:8000")])
def test_an_address_on_this_very_machine_is_of_no_use_to_a_phone(
    workspace: Workspace, public_url: str, asked_at: str
) -> None:
    office = replace(workspace, settings=replace(workspace.settings, public_url=public_url))
    with create_app(office, at="").test_request_context(base_url=asked_at):
        assert not codes.is_reachable()
        assert codes.is_reachable(is_inside=True) is (asked_at == HERE)
