"""Which pages the tab bar of a phone, the top bar of a desk and the own page lead to, by role."""

import re

import pytest

from tests.support.client import ClientOf

WALKS = ["/today", "/", "/today/note", "/cases", "/me"]
DECIDES = ["/desk", "/", "/today/note", "/cases", "/me"]
LOOKS = ["/", "/patrol", "/cases", "/me"]


def links(html: str, bar: str) -> list[str]:
    """Addresses in a bar, as they stand in it."""
    part = re.search(rf'<(?:nav|header) class="{bar}".*?</(?:nav|header)>', html, re.DOTALL)
    return re.findall(r'<a href="([^"]+)" data-tab', part[0]) if part else []


@pytest.mark.parametrize(
    ("role", "tabs"),
    [
        ("worker", WALKS),
        ("secretary", DECIDES),
        ("volunteer", LOOKS),
        ("office", ["/desk", *LOOKS]),
        ("committee", ["/desk", *LOOKS]),
        ("property", ["/desk", "/me"]),
    ],
)
def test_the_tabs_of_a_phone_are_for_what_the_role_does(client_of: ClientOf, role: str, tabs: list[str]) -> None:
    assert links(client_of(role).get("/me").get_data(as_text=True), "tabbar") == tabs


@pytest.mark.parametrize(
    ("role", "tabs"),
    [
        ("worker", ["/today", "/", "/patrol", "/cases", "/enquiries", "/ledger"]),
        ("secretary", ["/desk", "/", "/patrol", "/cases", "/enquiries", "/tickets", "/reports", "/ledger"]),
        ("property", ["/desk", "/ledger"]),
    ],
)
def test_at_a_desk_the_day_stands_before_the_map(client_of: ClientOf, role: str, tabs: list[str]) -> None:
    assert links(client_of(role).get("/me").get_data(as_text=True), "topbar") == tabs


@pytest.mark.parametrize(("role", "to"), [("office", "/desk"), ("committee", "/desk"), ("property", "/desk")])
def test_who_makes_no_calls_is_sent_from_the_phones_day_to_the_desk(client_of: ClientOf, role: str, to: str) -> None:
    told = client_of(role).get("/today")
    assert told.status_code == 302 and told.headers["Location"] == to


def test_who_walks_the_street_is_sent_from_the_desk_to_the_phones_day(client_of: ClientOf) -> None:
    assert client_of("worker").get("/desk").headers["Location"] == "/today"


def test_the_patrol_is_reached_from_the_own_page(client_of: ClientOf) -> None:
    for role in ("worker", "secretary", "volunteer"):
        assert '<a class="btn" href="/patrol">巡查</a>' in client_of(role).get("/me").get_data(as_text=True)
    for role, is_there in (("worker", True), ("secretary", True), ("volunteer", False), ("office", False)):
        assert ('<a class="btn" href="/enquiries">咨询</a>' in client_of(role).get("/me").text) is is_there
    assert "/today" not in client_of("volunteer").get("/me").get_data(as_text=True)
