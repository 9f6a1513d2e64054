"""Whoever guesses addresses waits, be the next one right or wrong; who was here before never does."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain import surface_limits as rules
from mapsvc.web.public import context, door
from tests.support.card_pages import ADDRESS, OTHER_ADDRESS, TOKEN, PublicStreet

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

GUESSES = 10_000


def miss(street: PublicStreet, n: int, source: str = "127.0.0.1") -> None:
    """Ask for so many addresses that open nothing."""
    phone = street.phone()
    for _ in range(n):
        phone.get(f"/c/{secrets.token_urlsafe(24)}", environ_base={"REMOTE_ADDR": source})


def test_twenty_misses_are_free(public_street: PublicStreet) -> None:
    miss(public_street, rules.MISSES)
    assert public_street.waits.seconds == []
    miss(public_street, 1)
    assert public_street.waits.seconds == [rules.WAIT_S]


def test_a_right_address_waits_as_long_as_a_wrong_one(public_street: PublicStreet) -> None:
    miss(public_street, rules.MISSES)
    assert public_street.phone().get(ADDRESS).status_code == 200
    assert public_street.waits.seconds == [rules.WAIT_S]


def test_a_phone_that_opened_its_card_before_never_waits(public_street: PublicStreet) -> None:
    known = public_street.phone()
    known.get(ADDRESS)
    miss(public_street, rules.MISSES)
    for where in ("", "/answers?q=入园", "/report"):
        assert known.get(ADDRESS + where).status_code == 200
    assert known.post(f"{ADDRESS}/times", data={"time": "morning"}).status_code == 303
    assert public_street.waits.seconds == []
    known.get(OTHER_ADDRESS)
    assert len(public_street.waits.seconds) == 1


def test_a_made_up_or_borrowed_sign_makes_nobody_known(public_street: PublicStreet) -> None:
    keeper = public_street.app.extensions[door.EXTENSION]
    miss(public_street, rules.MISSES)
    for sign in ("", "x" * 64, keeper.device_sign("0" * 64)):
        phone = public_street.phone()
        phone.set_cookie(door.COOKIE, sign, path=ADDRESS)
        phone.get(ADDRESS)
    assert len(public_street.waits.seconds) == 3


def test_another_source_does_not_wait(public_street: PublicStreet) -> None:
    miss(public_street, rules.MISSES + 5)
    before = len(public_street.waits.seconds)
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert public_street.phone().get(ADDRESS, environ_base=elsewhere).status_code == 200
    assert len(public_street.waits.seconds) == before


def test_after_ten_quiet_minutes_all_is_forgotten(public_street: PublicStreet) -> None:
    miss(public_street, rules.MISSES)
    public_street.clock.advance(rules.MISS_WINDOW)
    miss(public_street, 1)
    assert public_street.waits.seconds == []


def test_forms_sent_to_guessed_addresses_count_too(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    for _ in range(rules.MISSES + 1):
        assert phone.post(f"/c/{secrets.token_urlsafe(24)}/ask", data={"text": "x"}).status_code == 404
    assert len(public_street.waits.seconds) == 1


def test_ten_thousand_guesses_find_nothing_and_are_slowed(public_street: PublicStreet) -> None:
    known = public_street.phone()
    known.get(ADDRESS)
    phone, found = public_street.phone(), 0
    guesses = [TOKEN[:-1] + c for c in "abcdefgh"]
    guesses += [secrets.token_urlsafe(24) for _ in range(GUESSES - len(guesses))]
    keeper = public_street.app.extensions[door.EXTENSION]
    source = keeper.source("127.0.0.1")
    from mapsvc.operations.surface.cards import find_card

    for n, guess in enumerate(guesses):
        # Through the page for the first thousand, then through the same door without drawing it.
        if n < GUESSES // 10:
            found += phone.get(f"/c/{guess}").status_code == 200
            continue
        keeper.admit(source, is_known=False)
        found += find_card(public_street.space, guess) is not None
        keeper.missed(source)
    assert found == 0
    assert len(public_street.waits.seconds) == GUESSES - rules.MISSES
    # Two at a time: what the guesses would have taken.
    hours = sum(public_street.waits.seconds) / rules.MOST_WAITING_OF_SOURCE / 3600
    assert hours > 2.5
    assert known.get(ADDRESS).status_code == 200
    assert len(public_street.waits.seconds) == GUESSES - rules.MISSES


def test_whoever_finds_no_place_to_wait_is_told_to_come_again(public_street: PublicStreet) -> None:
    known = public_street.phone()
    known.get(ADDRESS)
    miss(public_street, rules.MISSES)
    others: list[TestResponse] = []
    keeper = public_street.app.extensions[door.EXTENSION]

    def while_waiting(_: float) -> None:
        # As one waits the next comes, until there is no place.
        others.append(public_street.phone().get(OTHER_ADDRESS))
        assert known.get(ADDRESS).status_code == 200

    keeper._sleep = while_waiting
    assert public_street.phone().get(ADDRESS).status_code == 200
    assert [answer.status_code for answer in others] == [429, 200]
    refused, page = others[0], others[0].get_data(as_text=True)
    assert refused.headers["Retry-After"] == str(rules.RETRY_AFTER_S)
    assert "请等一会儿" in page and "31号" not in page and 'http-equiv="refresh"' in page


def test_the_proxy_that_a_setting_names_says_for_whom_it_asks(public_street: PublicStreet) -> None:
    settings = replace(public_street.space.settings, surface_proxy="10.0.0.1, 127.0.0.1")
    public_street.app.extensions[context.EXTENSION] = replace(public_street.space, settings=settings)
    phone = public_street.phone()
    for n in range(rules.MISSES + 5):
        phone.get(f"/c/none-{n}", headers={"X-Forwarded-For": "203.0.113.8"})
    assert len(public_street.waits.seconds) == 5
    phone.get(ADDRESS, headers={"X-Forwarded-For": "203.0.113.9"})
    assert len(public_street.waits.seconds) == 5


@pytest.mark.parametrize("source", ["203.0.113.8", "127.0.0.1"])
def test_nobody_else_is_believed_about_where_they_come_from(public_street: PublicStreet, source: str) -> None:
    phone = public_street.phone()
    for n in range(rules.MISSES + 1):
        told = {"X-Forwarded-For": f"198.51.100.{n}"}
        phone.get(f"/c/none-{n}", headers=told, environ_base={"REMOTE_ADDR": source})
    assert len(public_street.waits.seconds) == 1
