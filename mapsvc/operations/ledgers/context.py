"""What the parts of one import share: who, when, the connection, what was looked up, and where writing goes."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.clock import WorkingDays
from mapsvc.domain.ledger import Level, Problem, SheetCounts, Values
from mapsvc.domain.origins import HIDDEN_CELL, is_closed_title
from mapsvc.ledger.cells import shown
from mapsvc.ledger.rows import Row
from mapsvc.ledger.sheets import Sheet
from mapsvc.operations.ledgers.positions import Positions
from mapsvc.store import bulk, events, ids, search

SINCE_EVER = date(2000, 1, 1)
"""From when a ledger's 包联 counts: it says who looks after a shop, not since when."""
SHOP_WHERE = ("lon", "lat", "error_m", "street", "house_number", "side", "chainage_m")
MOST_PROBLEMS = 5_000
MOST_CHANGES_SHOWN = 1_000
"""Of a sheet, in a preview."""


Cells = list[tuple[str, str | None]]
"""A row as written: (title of the column, text), left to right."""


def _as_written(cells: Sequence[Any], titles: Mapping[int, str]) -> Cells:
    found = [(title, shown(cells[n]) if n < len(cells) else None) for n, title in sorted(titles.items())]
    return [(title, HIDDEN_CELL if text and is_closed_title(title) else text) for title, text in found]


class ShopRef(NamedTuple):
    """A shop as other sheets need it; `where` holds the columns SHOP_WHERE of its location."""

    id: str
    location_id: str
    where: tuple[Any, ...]
    tenancies: tuple[tuple[date | None, date | None, str], ...]

    def tenancy_on(self, day: date) -> str | None:
        """Who ran it on `day`; the present one if nobody knows."""
        for since, until, tenancy_id in self.tenancies:
            if (since is None or since <= day) and (until is None or day < until):
                return tenancy_id
        return self.tenancies[-1][2] if self.tenancies else None


class IssueRef(NamedTuple):
    """An issue as councils need it."""

    id: str
    case_id: str
    location_id: str
    shop_id: str | None
    place_id: str | None


class PlaceRef(NamedTuple):
    """A place as issues need it."""

    id: str
    lon: float | None
    lat: float | None
    error_m: float | None


class Writer:
    """Where changes go: the store, or nowhere on a dry run."""

    def __init__(self, conn: Connection, *, is_dry: bool) -> None:
        self.conn = conn
        self.is_dry = is_dry

    def add(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store new rows."""
        if not self.is_dry:
            bulk.add(self.conn, table, rows)

    def change(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write columns of rows known by `id`."""
        if rows and not self.is_dry:
            bulk.change(self.conn, table, rows)

    def raise_version(self, table: str, record_ids: Iterable[str]) -> None:
        """Count up versions."""
        if not self.is_dry:
            bulk.raise_version(self.conn, table, record_ids)

    def events(self, some: Iterable[events.Event]) -> None:
        """Write history."""
        if not self.is_dry:
            events.append_many(self.conn, some)

    def index(self, entries: Sequence[search.Entry]) -> None:
        """Make things findable."""
        if entries and not self.is_dry:
            search.index_many(self.conn, entries)


@dataclass
class Outcome:
    """What an import found and did, gathered while it runs.

    Problems, changes and conflicts are kept up to a limit; the counts and the digest cover all. `other_worker` holds
    the codes of shops whose row names another worker than the patch they lie in.
    """

    sheets: dict[str, SheetCounts] = field(default_factory=dict)
    problems: list[tuple[Problem, Cells | None]] = field(default_factory=list)
    problem_count: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    masked: dict[str, int] = field(default_factory=dict)
    other_worker: list[str] = field(default_factory=list)
    closed_left_out: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def problem(self, problem: Problem, row: Row | None = None, titles: Mapping[int, str] | None = None) -> None:
        """Keep a problem with its row as written under the office's own titles."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((problem, _as_written(row.cells, titles) if row and titles else None))

    def digest_of(self, rows: Iterable[object]) -> None:
        """Take changes into the digest that the audit keeps."""
        for row in rows:
            self._digest.update(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str).encode())

    @property
    def digest(self) -> str:
        """SHA-256 over all changes."""
        return str(self._digest.hexdigest())


@dataclass
class Run:
    """One import under way."""

    actor: Actor
    conn: Connection
    write: Writer
    now: datetime
    today: date
    office: str
    batch_id: str
    positions: Positions
    is_working: WorkingDays
    outcome: Outcome = field(default_factory=Outcome)
    takes_closed: bool = True
    choices: dict[tuple[str, str, str], str] = field(default_factory=dict)
    shops: dict[str, ShopRef] = field(default_factory=dict)
    issues: dict[str, IssueRef] = field(default_factory=dict)
    _staff: dict[str, str] | None = None
    _places: dict[str, PlaceRef] | None = None

    def id_of(self, sheet: str, *key: object) -> str:
        """The id of a row by its natural key."""
        return ids.of_row(self.office, sheet, *key)

    def complain(
        self, row: Row, sheet: Sheet, column: str, level: Level, code: str, message: str, value: Any = None
    ) -> None:
        """Say something about a row; an error rejects it."""
        title = sheet.by_field[column].title if column in sheet.by_field else None
        row.problems.append(Problem(sheet.name, row.number, title, shown(value), level, code, message))
        row.is_rejected |= level is Level.ERROR

    def staff(self, nicknames: Iterable[str | None]) -> dict[str, str]:
        """Ids of staff by nickname; those nobody knows yet are made."""
        if self._staff is None:
            self._staff = bulk.staff(self.conn)
        new = sorted({n for n in nicknames if n} - self._staff.keys())
        rows = [_person(self.id_of("staff", n), "staff", n, n, None, self.now) for n in new]
        self.write.add("person", rows)
        self._staff.update((row["nickname"], row["id"]) for row in rows)
        return self._staff

    def know_shops(self, codes: Iterable[str | None]) -> None:
        """Look up shops not looked up yet."""
        wanted = {c for c in codes if c} - self.shops.keys()
        if not wanted:
            return
        found = bulk.shops_by_codes(self.conn, wanted)
        tenancies: dict[str, list[tuple[date | None, date | None, str]]] = {}
        for row in bulk.rows_by_ids(self.conn, "tenancy", [r.id for r in found], "shop_id"):
            tenancies.setdefault(row.shop_id, []).append((row.started_on, row.ended_on, row.id))
        for row in found:
            where = tuple(getattr(row, n) for n in SHOP_WHERE)
            held = sorted(tenancies.get(row.id, []), key=lambda t: (t[1] or date.max, t[0] or date.min, t[2]))
            self.shops[row.code] = ShopRef(row.id, row.location_id, where, tuple(held))

    def places(self) -> dict[str, PlaceRef]:
        """Places by name and by code."""
        if self._places is None:
            self._places = {}
            for row in bulk.place_names(self.conn):
                self.add_place(row.code, row.name, PlaceRef(row.id, row.lon, row.lat, row.error_m))
        return self._places

    def add_place(self, code: str, name: str, ref: PlaceRef) -> None:
        """Remember a place; the first of a name counts."""
        known = self.places()
        known[code] = ref
        known.setdefault(name, ref)

    def know_issues(self, numbers: Iterable[str | None]) -> None:
        """Look up issues not looked up yet."""
        for row in bulk.issues_by_numbers(self.conn, {n for n in numbers if n} - self.issues.keys()):
            self.issues[row.number] = IssueRef(row.id, row.case_id, row.location_id, row.shop_id, row.place_id)


def _person(
    person_id: str, kind: str, name: str, nickname: str | None, phone: str | None, at: datetime
) -> dict[str, Any]:
    return {
        "id": person_id,
        "kind": kind,
        "name": name,
        "nickname": nickname,
        "phone": phone,
        "created_at": at,
    }


person_row = _person


class Noun(Protocol):
    """What the engine asks of a sheet's noun; rows come in chunks."""

    sheet: Sheet

    def resolve(self, run: Run, rows: Sequence[Row]) -> None:
        """Check rows against each other and the store; fields with ``_`` become real ones; rejects what cannot be."""

    def existing(self, run: Run, rows: Sequence[Row]) -> dict[str, str]:
        """Key -> id of records that the store has although no file spoke of them."""

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Store new records with their history."""

    def current(self, run: Run, wanted: Mapping[str, Values]) -> dict[str, Values]:
        """The app's values of records, by id, in the form of imported ones; `wanted` holds the last imported."""

    def change(self, run: Run, changed: Sequence[tuple[Row, Values]]) -> None:
        """Write fields of records: (row with id and all values as they shall be, the changed ones)."""

    def remove(self, conn: Connection, record_ids: Sequence[str]) -> set[str]:
        """Undo `add`; returns ids that others lean on and that therefore stay."""


def utc(text: str | None) -> datetime | None:
    """A time out of imported values."""
    return datetime.fromisoformat(text) if text else None


def utc_text(at: datetime | None) -> str | None:
    """A stored time as an imported value."""
    return at.isoformat()[:19] + "Z" if at else None
