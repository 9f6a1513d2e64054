"""Fixtures for all tests; they live in tests/support, one file per concern."""

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.support.budget",
    "tests.support.store",
    "tests.support.surface",
    "tests.support.patrols",
    "tests.support.client",
    "tests.support.card_pages",
    "tests.support.server",
    "tests.support.browser",
]

# No test measures time, laws neither; the same examples on every machine.
settings.register_profile("mapsvc", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mapsvc")
