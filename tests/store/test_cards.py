"""Cards: one live card a shop, found by its token until it is revoked and as a dead one after."""

import secrets
from datetime import timedelta

import pytest

from mapsvc.domain.cards import TOKEN_BYTES, Card, fingerprint, is_token
from mapsvc.store import cards
from mapsvc.store.database import Database
from tests.store.office import furnish
from tests.support.clock import MONDAY_AT_NINE


def new_card(shop: int, name: str) -> Card:
    return Card(name, f"s-{shop}", f"t-{shop}", secrets.token_urlsafe(TOKEN_BYTES), MONDAY_AT_NINE)


@pytest.fixture
def two(database: Database) -> tuple[Card, Card]:
    """A live card each of the first and the second shop."""
    first, second = new_card(0, "c-1"), new_card(1, "c-2")
    with database.write() as conn:
        furnish(conn)
        cards.add(conn, first)
        cards.add(conn, second)
    return first, second


def test_a_card_is_found_by_its_token_and_by_its_shop(database: Database, two: tuple[Card, Card]) -> None:
    first, second = two
    with database.read() as conn:
        assert cards.by_token(conn, first.token) == first
        assert cards.live_of_shops(conn, ["s-0", "s-1", "s-2"]) == {"s-0": first, "s-1": second}


def test_a_revoked_card_is_dead_and_the_neighbours_lives(database: Database, two: tuple[Card, Card]) -> None:
    first, second = two
    with database.write() as conn:
        assert cards.revoke_of_shop(conn, "s-0", MONDAY_AT_NINE + timedelta(days=1)) == 1
        assert cards.revoke_of_shop(conn, "s-0", MONDAY_AT_NINE + timedelta(days=2)) == 0
    with database.read() as conn:
        dead = cards.by_token(conn, first.token)
        assert dead is not None
        assert not dead.is_live
        assert cards.live_of_shops(conn, ["s-0", "s-1"]) == {"s-1": second}


@pytest.mark.parametrize("text", ["", "x" * 32, "../../etc", "联心卡", "x" * 5_000, "a" * 31 + "\n"])
def test_what_no_card_bears_finds_nothing(database: Database, two: tuple[Card, Card], text: str) -> None:
    with database.read() as conn:
        assert cards.by_token(conn, text) is None


def test_a_card_never_writes_its_token_out(two: tuple[Card, Card]) -> None:
    card = two[0]
    assert is_token(card.token)
    assert card.token not in repr(card)
    assert card.token not in f"{card}"
    assert len(fingerprint(card.token)) == 16
