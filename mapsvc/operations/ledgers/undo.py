"""Undoing an import: what nobody touched since goes back, the rest is listed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapsvc.domain.ledger import Values, same_value
from mapsvc.ledger.rows import Row
from mapsvc.ledger.sheets import READING_ORDER
from mapsvc.operations.ledgers.context import Noun, Run
from mapsvc.operations.ledgers.engine import nouns
from mapsvc.store import bulk, events, imports

_CHUNK = 1_000
_MOST_KEPT = 2_000
_HANGS_ON = ("visit", "need", "promise", "enquiry", "quiet_hours", "topic_choice", "campaign_shop")


@dataclass(frozen=True)
class Kept:
    """A row that could not be taken back."""

    sheet: str
    key: str
    reason: str


@dataclass(frozen=True)
class UndoReport:
    """What undoing did.

    Attributes
    ----------
    removed, restored : int
        Records that the import had made and are gone; that it had changed and are as before.
    kept : tuple of Kept
        What stayed since somebody touched it, the first ones; `kept_count` says how many.
    """

    batch: str
    removed: int
    restored: int
    kept: tuple[Kept, ...]
    kept_count: int


class Undoing:
    """One batch, walked backwards: what others point to goes last."""

    def __init__(self, run: Run, batch_id: str) -> None:
        self._run = run
        self._batch_id = batch_id
        self.removed = 0
        self.restored = 0
        self.kept: list[Kept] = []
        self.kept_count = 0

    def go(self) -> UndoReport:
        """Undo every sheet."""
        per_sheet = nouns()
        for sheet in reversed(READING_ORDER):
            noun, before = per_sheet[sheet.name], None
            while rows := imports.changes_backwards(self._run.conn, self._batch_id, sheet.name, before, _CHUNK):
                before = rows[-1].id
                for some in _each_key_once(rows):
                    self._take_back(noun, some)
        return UndoReport(self._batch_id, self.removed, self.restored, tuple(self.kept), self.kept_count)

    def _keep(self, row: Any, reason: str) -> None:
        self.kept_count += 1
        if len(self.kept) < _MOST_KEPT:
            self.kept.append(Kept(row.sheet, row.key, reason))

    def _take_back(self, noun: Noun, rows: Sequence[Any]) -> None:
        name = noun.sheet.name
        bases = imports.bases(self._run.conn, name, [row.key for row in rows])
        wanted = {row.record_id: bases[row.key].values for row in rows if row.key in bases}
        current = noun.current(self._run, wanted)
        whole: list[Any] = []
        for row in rows:
            base, app = bases.get(row.key), current.get(row.record_id)
            if base is None or app is None:
                continue
            if base.batch_id != self._batch_id:
                self._keep(row, "后来又导入过")
            elif row.change == "add":
                whole.append((row, base.values, app))
            elif row.change == "tenancy":
                self._reopen(noun, row)
            else:
                self._restore(noun, row, app)
        self._remove(noun, whole)

    def _remove(self, noun: Noun, whole: Sequence[tuple[Any, Values, Values]]) -> None:
        untouched = []
        for row, base, app in whole:
            if _differing(base, app):
                self._keep(row, "导入后在程序里改过")
            else:
                untouched.append(row)
        if not untouched:
            return
        leaned_on = noun.remove(self._run.conn, [row.record_id for row in untouched])
        for row in untouched:
            if row.record_id in leaned_on:
                self._keep(row, "已有别的记录挂在上面")
        gone = [row for row in untouched if row.record_id not in leaned_on]
        imports.forget_bases(self._run.conn, noun.sheet.name, [row.key for row in gone])
        self.removed += len(gone)

    def _restore(self, noun: Noun, row: Any, app: Values) -> None:
        before: Values = row.before["app"]
        touched = [n for n, value in (row.after or {}).items() if not same_value(n, app.get(n), value)]
        back = {n: value for n, value in before.items() if n not in touched}
        if touched:
            self._keep(
                row, "导入后又改过：" + "、".join(noun.sheet.named(n) if n != "position" else "位置" for n in touched)
            )
        if back:
            # What the kept fields were last imported as stays, so that they are not taken for the office's change.
            noun.change(self._run, [(_row(row, {**app, **back}, app), back)])
        self._put_base(noun, row, {**row.before["base"], **{n: row.after[n] for n in touched}})
        self.restored += bool(back)

    def _put_base(self, noun: Noun, row: Any, values: Values) -> None:
        run, name = self._run, noun.sheet.name
        if not values:
            imports.forget_bases(run.conn, name, [row.key])
            return
        old = {"sheet": name, "key": row.key, "record_id": row.record_id, "values": values}
        imports.put_bases(run.conn, [{**old, "batch_id": row.before.get("batch") or run.batch_id}])

    def _reopen(self, noun: Noun, row: Any) -> None:
        conn, new, old = self._run.conn, row.before["new"], row.before["old"]
        uses = [(table, "tenancy_id") for table in _HANGS_ON]
        uses.append(("tenancy_change", "ended_id"))
        if any(bulk.rows_by_ids(conn, table, [new], column) for table, column in uses):
            self._keep(row, "换店后已有新的记录")
            return
        tenancies = {t.id: t for t in bulk.rows_by_ids(conn, "tenancy", [new, old])}
        events.forget(conn, [new])
        events.hand_back(conn, new, old)
        bulk.remove(conn, "card", [new], "tenancy_id")
        bulk.remove(conn, "tenancy", [new])
        if new in tenancies and tenancies[new].merchant_id:
            bulk.remove(conn, "person", [tenancies[new].merchant_id])
        if old in tenancies:
            bulk.change(conn, "tenancy", [{"id": old, "ended_on": None}])
            self._bring_back(old, tenancies[old].merchant_id)
        self._put_base(noun, row, row.before["base"])
        self.restored += 1

    def _bring_back(self, tenancy_id: str, merchant_id: str | None) -> None:
        conn = self._run.conn
        for person in bulk.rows_by_ids(conn, "person", [merchant_id] if merchant_id else []):
            # The card that died in the moment its people left; one revoked by hand stays dead.
            died = [c for c in bulk.rows_by_ids(conn, "card", [tenancy_id], "tenancy_id") if c.revoked_at]
            alive = {"revoked_at": None, "revoked_why": None}
            back = [{"id": c.id, **alive} for c in died if c.revoked_at == person.left_at]
            bulk.change(conn, "card", back)
            bulk.change(conn, "person", [{"id": person.id, "left_at": None}])


def _each_key_once(rows: Sequence[Any]) -> Iterator[list[Any]]:
    """Parts in which no key comes twice: a row changed by import and by a choice is walked back one step at a time."""
    part: dict[str, Any] = {}
    for row in rows:
        if row.key in part:
            yield list(part.values())
            part = {}
        part[row.key] = row
    yield list(part.values())


def _row(change: Any, values: Values, app: Values) -> Row:
    return Row(0, [], values, key=change.key, id=change.record_id, extra=app)


def _differing(base: Mapping[str, Any], app: Mapping[str, Any]) -> list[str]:
    return [n for n, value in base.items() if n in app and not same_value(n, value, app[n])]
