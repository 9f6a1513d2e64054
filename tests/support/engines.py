"""Engines that serve test after test: what SQLAlchemy has compiled once need not be compiled for every test anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from mapsvc.store import database
from mapsvc.store.engines import Engines, postgres_engines, sqlite_engines


@dataclass(frozen=True)
class Lent(Engines):
    """Engines that go back on the shelf when they are disposed of, without a connection."""

    shelf: list[Lent] = field(default_factory=list)
    file: list[str] = field(default_factory=list)

    def dispose(self) -> None:
        """Close what is pooled, and be there for the next."""
        super().dispose()
        if not any(other is self for other in self.shelf):
            self.shelf.append(self)

    def opening(self, file: Path) -> Lent:
        """The same engines on another file."""
        self.file[:] = [str(file)]
        return self

    def go_there(self, _dialect: Any, _record: Any, args: list[Any], _named: dict[str, Any]) -> None:
        """SQLAlchemy is about to open the file that these engines were made for."""
        args[:] = self.file


_of_files: list[Lent] = []
_of_servers: dict[str, list[Lent]] = {}


def _sqlite(file: Path) -> Engines:
    if _of_files:
        return _of_files.pop().opening(file)
    made = sqlite_engines(file)
    lent = Lent(made.reader, made.writer, _of_files).opening(file)
    for engine in (lent.reader, lent.writer):
        event.listen(engine, "do_connect", lent.go_there)
    return lent


def _postgres(url: str) -> Engines:
    shelf = _of_servers.setdefault(url, [])
    if shelf:
        return shelf.pop()
    made = postgres_engines(url)
    return Lent(made.reader, made.writer, shelf)


def lend() -> None:
    """From now on the stores of this process get such engines."""
    database.sqlite_engines, database.postgres_engines = _sqlite, _postgres  # type: ignore[attr-defined]
