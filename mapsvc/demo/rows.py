"""Collects rows per table with their history, so that the demo is written in one go."""

from collections import defaultdict
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from mapsvc.store.search import Entry


class Rows:
    """Rows of a store in the making; ids come from the seed, so equal seeds give equal demos."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.random = Random(seed)
        self.now = now
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.entries: list[Entry] = []

    def id(self) -> str:
        """A fresh id."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def add(self, table: str, **values: Any) -> dict[str, Any]:
        """One more row; gets an id unless it brings its own."""
        row = {"id": self.id(), **values}
        self.tables[table].append(row)
        return row

    def event(self, kind: str, ref: str, at: datetime, **where: Any) -> None:
        """One line of history."""
        columns = dict.fromkeys(("shop_id", "place_id", "location_id", "tenancy_id", "case_id", "actor_id"))
        self.tables["event"].append({"type": kind, "ref": ref, "at": at, **columns, **where})

    def findable(self, kind: str, ref: str, title: str, subtitle: str, code: str) -> None:
        """Something people can search for."""
        self.entries.append(Entry(kind, ref, title, subtitle, code))
