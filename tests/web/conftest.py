"""Views are the same in front of either database; tests/store and tests/operations prove the parity below them."""

import pytest


@pytest.fixture
def database_kind() -> str:
    """SQLite alone."""
    return "sqlite"
