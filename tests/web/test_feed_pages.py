"""The calendar feed from one's own page: shown once, read by anybody who has it, gone when revoked."""

from __future__ import annotations

import re

from tests.support.client import ClientOf, SignedClient


def made(client: SignedClient) -> str:
    page = client.post("/me/feed").get_data(as_text=True)
    found = re.search(r"http://localhost(/feeds/[\w-]{43}\.ics)", page)
    assert found and "只显示这一次" in page
    return found[1]


def test_a_feed_is_read_without_signing_in_until_it_is_revoked(client: SignedClient, stranger: SignedClient) -> None:
    address = made(client)
    told = stranger.get(address)
    assert told.status_code == 200
    assert told.content_type == "text/calendar; charset=utf-8"
    assert told.headers["Cache-Control"] == "private, no-store"
    assert told.get_data(as_text=True).startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    page = client.get("/me").get_data(as_text=True)
    assert address not in page and "换一个地址" in page
    assert client.post("/me/feed/revoke").status_code == 303
    assert stranger.get(address).status_code == 404


def test_a_new_address_replaces_the_old_one(client: SignedClient, stranger: SignedClient) -> None:
    first, second = made(client), made(client)
    assert [stranger.get(address).status_code for address in (first, second)] == [404, 200]


def test_a_guess_finds_nothing(stranger: SignedClient) -> None:
    assert stranger.get("/feeds/guess.ics").status_code == 404


def test_a_feed_is_made_by_who_is_signed_in(stranger: SignedClient, client_of: ClientOf) -> None:
    assert stranger.post("/me/feed").status_code in (302, 303, 401, 403)
    assert client_of("property").post("/me/feed", csrf=False).status_code == 403
