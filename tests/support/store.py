"""Fixtures of the store: data folder, database (SQLite and PostgreSQL in turn), clock, workspace."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.clock import FixedClock
from tests.support.postgres import Cluster, InTurn

if TYPE_CHECKING:  # imported where used: tests of the domain need no SQLAlchemy
    from mapsvc.config import Settings
    from mapsvc.operations.workspace import Workspace
    from mapsvc.store.database import Database

TEMPLATE = "mapsvc_template"


@pytest.fixture
def clock() -> FixedClock:
    """Monday 2026-11-23, 9:00 at the office, until the test moves it."""
    return FixedClock()


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """An office's data folder, not made yet."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated, empty store, closed: tests start from copies of it."""
    from mapsvc.store.database import Database
    from tests.support import engines

    engines.lend()
    folder = tmp_path_factory.mktemp("template") / "data"
    Database.open(folder, "").close()
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this test process, holding one migrated, empty database as template."""
    from mapsvc.store.database import Database
    from tests.support import engines

    engines.lend()
    with Cluster() as running:
        running.create(TEMPLATE)
        running.execute("CREATE EXTENSION IF NOT EXISTS postgis", TEMPLATE)
        Database.open(running.folder / "template-data", running.url(TEMPLATE)).close()
        yield running


@pytest.fixture(scope="session")
def postgres_in_turn(cluster: Cluster) -> Iterator[InTurn]:
    """A migrated database that the tests of this process have one after the other."""
    turn = InTurn(cluster, TEMPLATE)
    yield turn
    turn.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which backend; every test that touches the store runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of an empty, migrated PostgreSQL database of this test alone; empty for SQLite."""
    if database_kind == "sqlite":
        yield ""
        return
    yield request.getfixturevalue("postgres_in_turn").emptied()


@pytest.fixture
def settings(data_folder: Path, database_url: str, database_kind: str, request: pytest.FixtureRequest) -> Settings:
    """Settings of an office with an empty store."""
    from mapsvc.config import Settings

    if database_kind == "sqlite":
        shutil.copytree(request.getfixturevalue("sqlite_template"), data_folder)
    else:
        data_folder.mkdir()
    return Settings(data=data_folder, database=database_url)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The open, empty store of `settings`."""
    from mapsvc.store.database import Database

    opened = Database.open(settings.data, settings.database)
    yield opened
    opened.close()


@pytest.fixture
def workspace(settings: Settings, database: Database, clock: FixedClock) -> Workspace:
    """An office at work on an empty store, at the time of `clock`."""
    from mapsvc.operations.workspace import Workspace

    return Workspace(settings, settings.data, database, clock)
