"""Imports of an office's workbook: at once or by preview and confirmation, choosing in conflicts, undoing."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.ledger import ImportReport, Progress
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import NotFound
from mapsvc.ledger.reader import Workbook
from mapsvc.ledger.rows import LedgerFile
from mapsvc.operations.clock import working_days
from mapsvc.operations.ledgers.context import Run, Writer
from mapsvc.operations.ledgers.engine import run_import
from mapsvc.operations.ledgers.positions import Positions
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, imports


def import_ledger(
    ws: Workspace,
    actor: Actor,
    file: Path,
    *,
    datum: str = "auto",
    dry_run: bool = False,
    progress: Progress | None = None,
    file_name: str | None = None,
) -> ImportReport:
    """Import a workbook in one transaction; a file that is refused leaves the store as it was.

    Parameters
    ----------
    file : Path
    datum : str
        ``auto``: a row's 坐标系, else WGS-84. Anything `geo.datum.parse_datum` takes: for rows without 坐标系.
    dry_run : bool
        Say what would happen, write nothing, keep no writer waiting.
    progress : callable, optional
        Called with (rows done, rows in all, sheet); raising in it stops the import and undoes it.
    file_name : str, optional
        As the batch is called; by default the file's own name.

    Raises
    ------
    Forbidden, NotFound
    TooLarge, Unsupported, Malformed, Refused
        The file cannot be taken; the sentence says what to do.
    """
    require(actor, Action.IMPORT_LEDGER)
    require_file(file)
    with open_ledger(ws, file) as ledger:
        if dry_run:
            with ws.read() as conn:
                run = new_run(ws, actor, conn, datum, str(uuid4()), is_dry=True)
                run_import(run, ledger, progress)
            return report_of(run, is_dry_run=True)
        with ws.write() as conn:
            run = new_run(ws, actor, conn, datum, str(uuid4()))
            carry_out(run, ledger, file, file_name or file.name, datum, progress)
        return report_of(run)


def require_file(file: Path) -> None:
    """Raise NotFound unless `file` is a file."""
    if not file.is_file():
        raise NotFound(f"找不到文件 {file.name}。请核对路径。", field="file", code="no_file")


@contextmanager
def open_ledger(ws: Workspace, file: Path) -> Iterator[LedgerFile]:
    """A workbook, checked and opened."""
    with Workbook(file) as book:
        yield LedgerFile(book, office_day(ws.clock()))


def new_run(ws: Workspace, actor: Actor, conn: Connection, datum: str, batch_id: str, *, is_dry: bool = False) -> Run:
    """An import about to begin on `conn`."""
    from mapsvc.geo.area import load_area
    from mapsvc.geo.streets import layer_file

    now = to_second(ws.clock())
    area = load_area(layer_file("subdistrict.geojson", ws.settings.layers)).bounds
    return Run(
        actor,
        conn,
        Writer(conn, is_dry=is_dry),
        now,
        office_day(now),
        ws.settings.office_name,
        batch_id,
        Positions(ws.gazetteer, area, datum),
        working_days(conn),
    )


def carry_out(run: Run, ledger: LedgerFile, file: Path, file_name: str, datum: str, progress: Progress | None) -> None:
    """Import within the caller's transaction: batch, rows, problems, conflicts, one audit row."""
    conn = run.conn
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    named = {"file_name": file_name, "file_sha256": sha256, "datum": datum[:200], "state": "running", "at": run.now}
    if imports.batch(conn, run.batch_id) is None:
        imports.add_batch(conn, id=run.batch_id, actor_id=run.actor.person_id, **named)
    else:
        imports.change_batch(conn, run.batch_id, **named)
    run_import(run, ledger, progress)
    keep_findings(run)
    counts = counts_of(run)
    imports.change_batch(conn, run.batch_id, state="done", counts=counts)
    # One row for the whole batch: the digest covers every change, the rows themselves stand in import_change.
    told = {"file_sha256": sha256, "counts": counts, "changes_sha256": run.outcome.digest}
    audit.append(conn, run.actor, "import_ledger", "import_batch", run.batch_id, None, told, run.now)


def keep_findings(run: Run) -> None:
    """Store problems and conflicts of a batch."""
    imports.add_problems(
        run.conn,
        [
            {
                "batch_id": run.batch_id,
                "sheet": problem.sheet[:40],
                "row_number": problem.row,
                "column_name": problem.column[:60] if problem.column else None,
                "value": problem.value,
                "level": str(problem.level),
                "code": problem.code,
                "message": problem.message,
                "row_values": cells,
            }
            for problem, cells in run.outcome.problems
        ],
    )
    imports.add_conflicts(run.conn, run.outcome.conflicts)


def counts_of(run: Run) -> dict[str, dict[str, int]]:
    """The object `sheets` of the contract."""
    return {name: counts.as_json() for name, counts in run.outcome.sheets.items()}


def report_of(run: Run, *, is_dry_run: bool = False, is_preview: bool = False) -> ImportReport:
    """What the import did."""
    outcome = run.outcome
    return ImportReport(
        None if is_dry_run and not is_preview else run.batch_id,
        outcome.sheets,
        tuple(problem for problem, _ in outcome.problems),
        outcome.problem_count,
        is_dry_run,
        len(outcome.conflicts),
    )
