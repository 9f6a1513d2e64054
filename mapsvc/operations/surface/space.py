"""What an operation of the public surface works in: its folder, its small store, settings and clock."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from mapsvc.config import Settings
from mapsvc.errors import Usage
from mapsvc.operations.workspace import Clock, system_clock
from mapsvc.store.database import Database
from mapsvc.store.surface.opening import open_surface


@dataclass(frozen=True)
class Space:
    """One public surface at work; it knows no office but what was laid out.

    Attributes
    ----------
    settings : Settings
    folder : Path
        The data folder of the public host.
    database : Database
        ``surface.sqlite``.
    clock : callable
        Returns an aware UTC time; tests inject their own.
    """

    settings: Settings
    folder: Path
    database: Database
    clock: Clock = system_clock

    @classmethod
    def open(cls, settings: Settings, clock: Clock = system_clock) -> "Space":
        """Open the public surface's store in the data folder of `settings`, making it if there is none.

        Raises
        ------
        Usage
            With the address of an office's database.
        Broken
            An office lives in the folder.
        """
        if settings.database:
            told = "公网页面只用自己的小库，不连办公室的数据库；请去掉 --database（MAPSVC_DATABASE）再启动。"
            raise Usage(told, field="database")
        return cls(settings, settings.data, open_surface(settings.data), clock)

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that cannot write."""
        return self.database.read()

    def write(self) -> AbstractContextManager[Connection]:
        """A connection in one transaction, committed when the block ends well."""
        return self.database.write()
