"""Runs an import: chunk by chunk, each row by the three-way rule, everything through one writer."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from mapsvc.domain.ledger import (
    FIELD,
    TENANCY,
    Level,
    Merge,
    Problem,
    Progress,
    SheetCounts,
    Side,
    Values,
    is_new_tenancy,
    same_value,
    three_way,
)
from mapsvc.errors import Refused
from mapsvc.ledger.rows import LedgerFile, OpenSheet, Row
from mapsvc.ledger.sheets import ALL_SHEETS, SHOPS
from mapsvc.operations.ledgers.context import MOST_CHANGES_SHOWN, Noun, Run
from mapsvc.operations.ledgers.issues import Issues
from mapsvc.operations.ledgers.shops import Shops, open_tenancy
from mapsvc.operations.ledgers.small import Councils, Enquiries, Places, Register
from mapsvc.operations.ledgers.tickets import Tickets
from mapsvc.operations.ledgers.visits import Visits
from mapsvc.store import bulk, imports

CHUNK_ROWS = 2_000
_MOST_NAMED = 5
TENANCY_FIELDS = ("sign_name", "trade", "merchant", "phone", "origin", "has_preschooler", "staff_count")
TABLES: dict[str, str] = {
    "商铺底册": "shop",
    "走访记录": "visit",
    "问题台账": "issue",
    "咨询台账": "enquiry",
    "议事记录": "council",
    "点位": "place",
    "责任主体": "register_entry",
    "12345工单": "ticket",
}


def nouns() -> dict[str, Noun]:
    """The noun of each sheet, by the sheet's name."""
    made: tuple[Noun, ...] = (
        Shops(), Visits(), Issues(), Enquiries(), Councils(), Places(), Register(), Tickets()
    )  # fmt: skip
    return {noun.sheet.name: noun for noun in made}


def run_import(run: Run, file: LedgerFile, progress: Progress | None) -> None:
    """Import every sheet of `file`; what it did stands in `run.outcome`.

    Raises
    ------
    Refused
        Not one sheet could be read.
    """
    total, done = file.total_rows(), 0
    per_sheet = nouns()
    for opened in file.sheets():
        counts = run.outcome.sheets[opened.sheet.name] = SheetCounts()
        sheet_run = _SheetRun(run, per_sheet[opened.sheet.name], opened.header.titles, counts)
        for chunk in _chunks(opened.rows):
            sheet_run.take(chunk)
            done += len(chunk)
            if progress:
                progress(min(done, total), total, opened.sheet.name)
        _say_masked(run, opened)
    _say_other_workers(run)
    _say_left_out(run)
    if not run.outcome.sheets:
        told = "".join(problem.message for problem in file.problems if problem.level is Level.ERROR)
        raise Refused(f"没有一张表能读，什么都没有导入。{told}", field="file", code="no_readable_sheet")
    for problem in file.problems:
        run.outcome.problem(problem)
    run.outcome.sheets = {s.name: run.outcome.sheets[s.name] for s in ALL_SHEETS if s.name in run.outcome.sheets}


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _say_masked(run: Run, opened: OpenSheet) -> None:
    name = opened.sheet.name
    if count := run.outcome.masked.get(name):
        message = f"表“{name}”有 {count} 行的号码等打了星号（导出时遮住的），这些格没有导入，原来的值不变。"
        run.outcome.problem(Problem(name, None, None, None, Level.NOTE, "masked", message))


def _say_other_workers(run: Run) -> None:
    if codes := list(dict.fromkeys(run.outcome.other_worker)):
        some = "、".join(codes[:_MOST_NAMED]) + ("等" if len(codes) > _MOST_NAMED else "")
        message = f"有 {len(codes)} 户的包联人不是所在片区的走访人（{some}），按表里的包联人存了。请核对包联人或片区。"
        title = SHOPS.named("worker")
        run.outcome.problem(Problem(SHOPS.name, None, title, None, Level.WARNING, "other_worker", message))


def _say_left_out(run: Run) -> None:
    if count := run.outcome.closed_left_out:
        message = (
            f"表里有 {count} 行填了户籍或学龄前子女，这两项以前删掉了，这次没有带进来。"
            "确实要用，请先到“来沪经营的合计”里打开，再导一次。"
        )
        run.outcome.problem(Problem(SHOPS.name, None, None, None, Level.NOTE, "closed_left_out", message))


class _SheetRun:
    """One sheet of one import."""

    def __init__(self, run: Run, noun: Noun, titles: Mapping[int, str], counts: SheetCounts) -> None:
        self._run = run
        self._titles = titles
        self._noun = noun
        self._sheet = noun.sheet
        self._counts = counts
        self._seen: dict[str, int] = {}
        self._batches: dict[str, datetime] = {}
        self._room = MOST_CHANGES_SHOWN
        self._is_fresh = not imports.has_rows(run.conn, self._sheet.name)
        self._is_empty = bulk.is_empty(run.conn, TABLES[self._sheet.name])

    def take(self, rows: list[Row]) -> None:
        """Import a chunk."""
        self._counts.read += len(rows)
        self._noun.resolve(self._run, [row for row in rows if not row.is_rejected])
        for row in rows:
            self._name(row)
            self._gather(row)
        self._write([row for row in rows if not row.is_rejected])

    def _name(self, row: Row) -> None:
        if row.is_rejected:
            return
        row.key = self._sheet.key_of(row.values)
        first = self._seen.setdefault(row.key, row.number)
        if first != row.number:
            column = self._sheet.key[0]
            titles = "、".join(self._sheet.named(name) for name in self._sheet.key)
            message = f"与第 {first} 行重复（{titles}相同），只导入了第 {first} 行。请删掉一行或改正编号。"
            shown = row.values.get(column)
            self._run.complain(row, self._sheet, column, Level.ERROR, "twice", message, shown)
            return
        row.id = self._run.id_of(self._sheet.name, row.key)

    def _gather(self, row: Row) -> None:
        outcome = self._run.outcome
        for problem in row.problems:
            outcome.problem(problem, row, self._titles)
        if row.masked:
            outcome.masked[self._sheet.name] = outcome.masked.get(self._sheet.name, 0) + 1
        self._counts.rejected += row.is_rejected

    def _write(self, rows: list[Row]) -> None:
        keys = [row.key for row in rows]
        bases = {} if self._is_fresh else imports.bases(self._run.conn, self._sheet.name, keys)
        new = [row for row in rows if row.key not in bases]
        there = {} if self._is_empty or not new else self._noun.existing(self._run, new)
        self._add([row for row in new if row.key not in there])
        pending: list[tuple[Row, imports.Base, Values]] = []
        for row in rows:
            if row.key in bases:
                base = bases[row.key]
                row.id, old = base.record_id, self._last_exchanged(row, base)
                if all(same_value(name, value, old.get(name)) for name, value in row.values.items()):
                    self._counts.unchanged += 1
                else:
                    pending.append((row, base, old))
            elif row.key in there:
                row.id = there[row.key]
                base = imports.Base(row.id, {}, "")
                pending.append((row, base, self._last_exchanged(row, base)))
        if pending:
            self._merge(pending)

    def _last_exchanged(self, row: Row, base: imports.Base) -> Values:
        """What the office's file said last, or, in a file that we exported since, what went out in it."""
        told = row.exported
        if told is None or told.key != row.key:
            return base.values
        old = base.values | told.values
        if base.batch_id and self._imported_at(base.batch_id) > told.at:
            # Edits that came in already are no edits any more.
            again = (n for n in told.values if n in row.values and n in base.values)
            old |= {n: base.values[n] for n in again if same_value(n, row.values[n], base.values[n])}
        return old

    def _imported_at(self, batch_id: str) -> datetime:
        if batch_id not in self._batches:
            batch = imports.batch(self._run.conn, batch_id)
            self._batches[batch_id] = batch.at if batch else self._run.now
        return self._batches[batch_id]

    def _add(self, rows: list[Row]) -> None:
        if not rows:
            return
        run = self._run
        for row in rows:
            row.values.update((name, text) for name, text in row.masked.items() if text)
        self._noun.add(run, rows)
        self._counts.added += len(rows)
        name = self._sheet.name
        if not run.write.is_dry:
            imports.add_bases(run.conn, [_base(run, name, row.key, row.id, row.values) for row in rows])
        self._keep([_change(run, name, row, "add", None, None) for row in rows], [row.values for row in rows])

    def _keep(self, changes: list[dict[str, Any]], afters: Sequence[Values | None]) -> None:
        """Before-images for undo; a dry run keeps the first ones with what would be written, to be shown."""
        run = self._run
        run.outcome.digest_of(
            (change["sheet"], change["key"], change["change"], after)
            for change, after in zip(changes, afters, strict=True)
        )
        if not run.write.is_dry:
            imports.add_changes(run.conn, changes)
            return
        shown = [{**change, "after": after} for change, after in zip(changes[: self._room], afters, strict=False)]
        self._room -= len(shown)
        run.outcome.changes += shown

    def _merge(self, pending: list[tuple[Row, imports.Base, Values]]) -> None:
        run, sheet = self._run, self._sheet
        current = self._noun.current(run, {row.id: base.values for row, base, _ in pending})
        changed: list[tuple[Row, Values]] = []
        bases: list[dict[str, Any]] = []
        changes: list[dict[str, Any]] = []
        for row, base, old in pending:
            app = current.get(row.id)
            if app is None:
                self._gone(row)
                continue
            merge = three_way(old, row.values, app, same_value)
            told = _Conflicts(run, sheet.name, row, old, app)
            told.settle(merge)
            self._count(merge, told)
            bases.append(_base(run, sheet.name, row.key, row.id, merge.base))
            before = {"app": {n: app.get(n) for n in merge.write}, "base": base.values, "batch": base.batch_id}
            change = "update" if merge.write else "base"
            if merge.write:
                changed.append((row, merge.write))
            if merge.write or merge.base != base.values:
                changes.append(_change(run, sheet.name, row, change, before, merge.write))
            row.values, row.extra = {**app, **merge.write}, app
            if told.opens_tenancy:
                # Undone first, since written last: it must leave the row as the change before it left it.
                changes.append(
                    _tenancy_change(run, sheet.name, row, imports.Base(row.id, merge.base, run.batch_id), told.file)
                )
        if changed:
            self._noun.change(run, changed)
        if not run.write.is_dry:
            imports.put_bases(run.conn, bases)
        self._keep(changes, [change["after"] for change in changes])

    def _gone(self, row: Row) -> None:
        message = "这一行导入过，后来在程序里删除了，没有重新加进来。"
        problem = Problem(self._sheet.name, row.number, None, row.key, Level.NOTE, "removed_in_app", message)
        self._run.outcome.problem(problem, row, self._titles)
        self._counts.unchanged += 1

    def _count(self, merge: Merge, told: "_Conflicts") -> None:
        if told.open:
            self._counts.conflicts += 1
        elif merge.write or told.opens_tenancy:
            self._counts.updated += 1
        else:
            self._counts.unchanged += 1


class _Conflicts:
    """The conflicts of one row: settled by a choice made before, or kept for a person to choose."""

    def __init__(self, run: Run, sheet: str, row: Row, base: Values, app: Values) -> None:
        self._run = run
        self._sheet = sheet
        self._row = row
        self._base = base
        self._app = app
        self.file = dict(row.values)
        self.open = False
        self.opens_tenancy = False

    def settle(self, merge: Merge) -> None:
        """Take conflicts out of `merge` as far as they are chosen; write down the rest."""
        if self._sheet == SHOPS.name:
            self._tenancy(merge)
        for name, (old, new, now) in list(merge.conflicts.items()):
            choice = self._choice(name)
            if choice is None:
                self._keep(name, FIELD, old, new, now)
                continue
            del merge.conflicts[name]
            merge.base[name] = new
            if choice != Side.APP:
                merge.write[name] = new

    def _tenancy(self, merge: Merge) -> None:
        file, known = self.file, self._base or self._app
        if not is_new_tenancy(known, file) or all(file[n] == self._app.get(n) for n in ("sign_name", "merchant")):
            return
        touched = [n for n in TENANCY_FIELDS if n in merge.write or n in merge.conflicts]
        choice = self._choice(TENANCY)
        if choice == Side.FIX:
            return
        for name in touched:
            merge.write.pop(name, None)
            merge.conflicts.pop(name, None)
        if choice is None:
            for name in touched:
                merge.base[name] = self._base.get(name)
            self._keep(TENANCY, TENANCY, *(_tenant(v) for v in (known, file, self._app)))
        elif choice == Side.FILE:
            self.opens_tenancy = True

    def _choice(self, name: str) -> str | None:
        return self._run.choices.get((self._sheet, self._row.key, name))

    def _keep(self, name: str, kind: str, old: Any, new: Any, now: Any) -> None:
        self.open = True
        run, row = self._run, self._row
        self._run.outcome.conflicts.append(
            {
                "id": run.id_of("conflict", run.batch_id, self._sheet, row.key, name),
                "batch_id": run.batch_id,
                "sheet": self._sheet,
                "row_number": row.number,
                "key": row.key,
                "record_id": row.id,
                "field": name,
                "kind": kind,
                "base_value": json.dumps(old, ensure_ascii=False),
                "file_value": json.dumps(new, ensure_ascii=False),
                "app_value": json.dumps(now, ensure_ascii=False),
            }
        )


def _tenant(values: Mapping[str, Any]) -> Values:
    return {name: values.get(name) for name in TENANCY_FIELDS if name in values}


def _tenancy_change(run: Run, sheet: str, row: Row, base: imports.Base, file: Values) -> dict[str, Any]:
    """Open the tenancy of the row and give its change; `row.values` holds the app's values before."""
    row.values = {**row.values, **_tenant(file)}
    ids = change_tenancy(run, row)
    before = {"base": base.values, "batch": base.batch_id, **ids}
    return _change(run, sheet, row, "tenancy", before, _tenant(file))


def change_tenancy(run: Run, row: Row) -> dict[str, str | None]:
    """End the shop's tenancy and open the one of `row.values`; gives ids of both for undoing it."""
    old = next((t for t in bulk.rows_by_ids(run.conn, "tenancy", [row.id], "shop_id") if t.ended_on is None), None)
    open_tenancy(run, row, row.id)
    return {"old": old.id if old else None, "new": run.id_of("tenancy", f"{run.batch_id}|{row.key}")}


def _base(run: Run, sheet: str, key: str, record_id: str, values: Values) -> dict[str, Any]:
    return {"sheet": sheet, "key": key, "record_id": record_id, "values": values, "batch_id": run.batch_id}


def _change(run: Run, sheet: str, row: Row, change: str, before: Any, after: Any) -> dict[str, Any]:
    return {
        "batch_id": run.batch_id,
        "sheet": sheet,
        "key": row.key,
        "record_id": row.id,
        "change": change,
        "before": before,
        "after": after,
    }
