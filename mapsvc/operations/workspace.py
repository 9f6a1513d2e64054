"""What an operation works in: the office's folder, store, settings and clock."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.config import Settings
from mapsvc.paths import shipped
from mapsvc.store.database import Database

if TYPE_CHECKING:
    from mapsvc.geo.addresses import Gazetteer

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Workspace:
    """One office at work.

    Attributes
    ----------
    settings : Settings
    folder : Path
        The data folder: store, photos, published copy.
    database : Database
    clock : callable
        Returns an aware UTC time; tests inject their own.
    """

    settings: Settings
    folder: Path
    database: Database
    clock: Clock = system_clock

    @classmethod
    def open(cls, settings: Settings, clock: Clock = system_clock) -> "Workspace":
        """Open the data folder of `settings` and its store, creating and migrating what is missing."""
        database = Database.open(settings.data, settings.database)
        return cls(settings, settings.data, database, clock)

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that cannot write."""
        return self.database.read()

    def write(self) -> AbstractContextManager[Connection]:
        """A connection in one transaction, committed when the block ends well."""
        return self.database.write()

    @cached_property
    def gazetteer(self) -> "Gazetteer":
        """The streets and house numbers of this office."""
        from mapsvc.geo.addresses import Gazetteer

        return Gazetteer.load(self.settings.layers or shipped("layers"))
