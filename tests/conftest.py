"""Fixtures for all tests; they live in tests/support, one file per concern."""

pytest_plugins = [
    "tests.support.budget",
    "tests.support.store",
    "tests.support.client",
    "tests.support.server",
    "tests.support.browser",
]
