"""The test support itself: the throw-away PostGIS answers, the clock moves only when told."""

import psycopg
import pytest

from tests.support.clock import FixedClock
from tests.support.postgres import Cluster


@pytest.fixture
def bare_cluster():
    """A cluster without the project's template."""
    with Cluster() as running:
        yield running


def test_a_throw_away_cluster_speaks_postgis(bare_cluster: Cluster) -> None:
    bare_cluster.create("one")
    bare_cluster.execute("CREATE EXTENSION postgis", "one")
    with psycopg.connect(f"user=postgres dbname=one host={bare_cluster.folder}") as conn:
        [version] = conn.execute("SELECT postgis_lib_version()").fetchone()
    assert version.startswith("3.")


def test_the_clock_stands_still_until_moved(clock: FixedClock) -> None:
    before = clock()
    assert clock() == before
    assert (clock.advance(hours=1) - before).total_seconds() == 3600
