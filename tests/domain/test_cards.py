"""A card's number tells editions apart for people, and opens nothing."""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.cards import TOKEN_BYTES, card_number, is_token

TOKENS = st.binary(min_size=TOKEN_BYTES, max_size=TOKEN_BYTES).map(lambda raw: urlsafe_b64encode(raw).decode())


@given(TOKENS, st.integers(1, 99_999))
def test_a_number_is_the_shops_and_two_characters_nobody_mixes_up(token: str, n: int) -> None:
    number = card_number(f"LT{n:04d}", token)
    assert re.fullmatch(rf"LX-{n:04d}-[2-9A-HJ-NP-Z]{{2}}", number)
    assert number == card_number(f"LT{n:04d}", token)
    assert not is_token(number)


def test_editions_of_a_card_have_different_numbers_nearly_always() -> None:
    numbers = {card_number("LT0127", secrets.token_urlsafe(TOKEN_BYTES)) for _ in range(200)}
    assert len(numbers) > 150


@pytest.mark.parametrize(("code", "digits"), [("LT0127", "0127"), ("7", "0007"), ("岚西12-3", "0123"), ("", "0000")])
def test_of_a_code_the_digits_are_said(code: str, digits: str) -> None:
    assert card_number(code, "x" * 32)[:-3] == f"LX-{digits}"
