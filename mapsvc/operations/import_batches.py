"""What imports left to look at: batches, changed rows, problems, conflicts, and rejected rows as a workbook."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.errors import NotFound
from mapsvc.operations.ledgers import choices
from mapsvc.operations.ledgers.choices import OpenConflict
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
        For a person to read; before is None for new rows.
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
    """A problem of a batch with the row as it was written."""

    id: int
    sheet: str
    row: int | None
    column: str | None
    value: str | None
    level: str
    code: str
    message: str
    cells: tuple[str | None, ...] | None


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
        raise NotFound("没有这一次导入,可能已经过期清理。请重新上传。", code="no_batch")
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
    cells = tuple(row.row_values) if row.row_values is not None else None
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
    return [choices.conflict_of(row) for row in rows]
