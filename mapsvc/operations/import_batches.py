"""What imports left to look at: batches, changed rows, problems, conflicts, and rejected rows as a workbook."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.errors import NotFound
from mapsvc.ledger.sheets import ADVICE_TITLE, BY_NAME, ROW_TITLE
from mapsvc.ledger.writer import SheetToWrite, write_xlsx
from mapsvc.operations.ledgers import choices
from mapsvc.operations.ledgers.choices import OpenConflict
from mapsvc.operations.ledgers.context import MOST_CHANGES_SHOWN as MOST_CHANGES_SHOWN
from mapsvc.operations.workspace import Workspace
from mapsvc.store import imports


@dataclass(frozen=True)
class Batch:
    """An import as a list shows it.

    Attributes
    ----------
    state : str
        ``previewed``, ``running``, ``done``, ``failed`` or ``undone``.
    counts : dict
        The object `sheets` of the contract.
    """

    id: str
    file_name: str
    state: str
    at: datetime
    counts: dict[str, dict[str, int]]
    datum: str
    actor_id: str | None
    undone_at: datetime | None

    @property
    def changed(self) -> int:
        """Rows added or updated."""
        return sum(counts["added"] + counts["updated"] for counts in self.counts.values())

    @property
    def is_cut(self) -> bool:
        """Whether it is a preview that keeps only the first `MOST_CHANGES_SHOWN` rows of a sheet."""
        most = max((counts["added"] + counts["updated"] for counts in self.counts.values()), default=0)
        return self.state == "previewed" and most > MOST_CHANGES_SHOWN


@dataclass(frozen=True)
class ChangedRow:
    """A row an import changed or would change.

    Attributes
    ----------
    change : str
        ``add``, ``update``, ``tenancy`` (换店) or ``base`` (only remembered).
    title : str
        Sign, name or number, as far as the row says.
    fields : tuple of (title, before, after)
        In the office's words, for a person to read; before is None for new rows.
    """

    id: int
    sheet: str
    key: str
    record_id: str
    change: str
    title: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class FoundProblem:
    """A problem of a batch with the row as it was written: (title of the column, text), None past the retention."""

    id: int
    sheet: str
    row: int | None
    column: str | None
    value: str | None
    level: str
    code: str
    message: str
    cells: tuple[tuple[str, str | None], ...] | None


def list_batches(ws: Workspace, actor: Actor, limit: int = 20) -> list[Batch]:
    """Imports and previews, the newest first."""
    require(actor, Action.IMPORT_LEDGER)
    with ws.read() as conn:
        return [_batch_of(row) for row in imports.batches(conn, limit)]


def get_batch(ws: Workspace, actor: Actor, batch_id: str) -> Batch:
    """One import; raises NotFound."""
    require(actor, Action.IMPORT_LEDGER)
    with ws.read() as conn:
        return batch_by_id(conn, batch_id)


def batch_by_id(conn: Connection, batch_id: str) -> Batch:
    """One import; raises NotFound."""
    row = imports.batch(conn, batch_id)
    if row is None:
        raise NotFound("没有这一次导入，可能已经过期清理。请重新上传。", code="no_batch")
    return _batch_of(row)


def _batch_of(row: Any) -> Batch:
    return Batch(
        row.id, row.file_name, row.state, row.at, row.counts or {}, row.datum or "auto", row.actor_id, row.undone_at
    )


def batch_changes(
    ws: Workspace,
    actor: Actor,
    batch_id: str,
    *,
    sheet: str | None = None,
    change: str | None = None,
    limit: int = 50,
    after: int = 0,
) -> list[ChangedRow]:
    """Rows a batch changed, or a preview would change (its first ones), after the change with id `after`."""
    require(actor, Action.IMPORT_LEDGER)
    with ws.read() as conn:
        return [
            choices.changed_row(row, ChangedRow) for row in imports.changes(conn, batch_id, sheet, change, limit, after)
        ]


def batch_problems(
    ws: Workspace, actor: Actor, batch_id: str, *, levels: tuple[str, ...] = (), limit: int = 50, after: int = 0
) -> list[FoundProblem]:
    """Problems of a batch after the one with id `after`; all levels unless some are named."""
    require(actor, Action.IMPORT_LEDGER)
    with ws.read() as conn:
        return [_found(row) for row in imports.problems(conn, batch_id, limit, after, levels)]


def _found(row: Any) -> FoundProblem:
    cells = tuple((title, text) for title, text in row.row_values) if row.row_values is not None else None
    told = (row.sheet, row.row_number, row.column_name, row.value, row.level, row.code, row.message)
    return FoundProblem(row.id, *told, cells)


def list_conflicts(
    ws: Workspace,
    actor: Actor,
    batch_id: str | None = None,
    *,
    only_open: bool = True,
    limit: int = 50,
    after: str = "",
) -> list[OpenConflict]:
    """Conflicts of a batch, or of everything imported, by id, after id `after`."""
    require(actor, Action.IMPORT_LEDGER)
    with ws.read() as conn:
        rows = imports.conflicts(conn, batch_id, only_open=only_open, limit=limit, after=after)
    return [choices.in_words(choices.conflict_of(row)) for row in rows]


def problem_rows_xlsx(
    ws: Workspace,
    actor: Actor,
    batch_id: str,
    target: Path | IO[bytes],
    levels: tuple[str, ...] = ("error", "warning"),
) -> int:
    """Write the rows that had problems, as they were written, with a column that says what to do.

    Sheets and titles are the office's own: rows put right in this workbook can be imported as they are.
    Returns the number of rows.
    """
    require(actor, Action.IMPORT_LEDGER)
    with ws.read() as conn:
        batch_by_id(conn, batch_id)
        found = [_found(row) for row in imports.problems(conn, batch_id, MOST_PROBLEM_ROWS, 0, levels)]
    per_sheet: dict[str, dict[int, list[FoundProblem]]] = {}
    for problem in found:
        if problem.row is not None and problem.cells is not None:
            per_sheet.setdefault(problem.sheet, {}).setdefault(problem.row, []).append(problem)
    sheets = [_problem_sheet(name, rows) for name, rows in per_sheet.items()]
    return sum(write_xlsx(target, sheets or [SheetToWrite("没有问题行", [ADVICE_TITLE], [])]).values())


MOST_PROBLEM_ROWS = 20_000


def _problem_sheet(name: str, rows: dict[int, list[FoundProblem]]) -> SheetToWrite:
    titles = list(dict.fromkeys(title for some in rows.values() for title, _ in some[0].cells or ()))
    written = []
    for number in sorted(rows):
        cells = dict(rows[number][0].cells or ())
        todo = "\n".join(dict.fromkeys(problem.message for problem in rows[number]))
        written.append([*(cells.get(title) for title in titles), number, todo])
    title = BY_NAME[name].title if name in BY_NAME else name
    return SheetToWrite(name, [*titles, ROW_TITLE, ADVICE_TITLE], written, f"{title}：要核对的行")
