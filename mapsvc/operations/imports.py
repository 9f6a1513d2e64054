"""Imports of an office's workbook: at once or by preview and confirmation, choosing in conflicts, undoing."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.ledger import ImportReport, Progress
from mapsvc.domain.origins import LEFT_OUT, SETTING
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound
from mapsvc.ledger.reader import Workbook
from mapsvc.ledger.rows import LedgerFile
from mapsvc.ledger.sheets import ALL_SHEETS, Sheet
from mapsvc.operations.clock import working_days
from mapsvc.operations.import_batches import batch_by_id, get_batch
from mapsvc.operations.ledgers import choices, previews
from mapsvc.operations.ledgers.choices import OpenConflict
from mapsvc.operations.ledgers.context import Run, Writer
from mapsvc.operations.ledgers.engine import run_import
from mapsvc.operations.ledgers.positions import Positions
from mapsvc.operations.ledgers.undo import Undoing, UndoReport
from mapsvc.operations.watches import heed_all
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, imports, settings


def import_ledger(
    ws: Workspace,
    actor: Actor,
    file: Path,
    *,
    datum: str = "auto",
    dry_run: bool = False,
    progress: Progress | None = None,
    file_name: str | None = None,
    sheets: Sequence[Sheet] = ALL_SHEETS,
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
    sheets : sequence of Sheet
        Those to read; a file without any of them is refused.

    Raises
    ------
    Forbidden, NotFound
    TooLarge, Unsupported, Malformed, Refused
        The file cannot be taken; the sentence says what to do.
    """
    require(actor, Action.IMPORT_LEDGER)
    require_file(file)
    with open_ledger(ws, file, sheets) as ledger:
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
def open_ledger(ws: Workspace, file: Path, sheets: Sequence[Sheet] = ALL_SHEETS) -> Iterator[LedgerFile]:
    """A workbook, checked and opened."""
    with Workbook(file) as book:
        yield LedgerFile(book, office_day(ws.clock()), sheets)


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
        takes_closed=settings.get(conn, SETTING) != LEFT_OUT,
    )


def carry_out(run: Run, ledger: LedgerFile, file: Path, file_name: str, datum: str, progress: Progress | None) -> None:
    """Import within the caller's transaction: batch, rows, problems, conflicts, one audit row."""
    conn = run.conn
    sha256 = sha256_of(file)
    named = {"file_name": file_name, "file_sha256": sha256, "datum": datum[:200], "state": "running", "at": run.now}
    if imports.batch(conn, run.batch_id) is None:
        imports.add_batch(conn, id=run.batch_id, actor_id=run.actor.person_id, **named)
    else:
        imports.change_batch(conn, run.batch_id, **named)
    run_import(run, ledger, progress)
    heed_all(conn, run.now)
    keep_findings(run)
    counts = counts_of(run)
    imports.change_batch(conn, run.batch_id, state="done", counts=counts)
    # One row for the whole batch: the digest covers every change, the rows themselves stand in import_change.
    told = {"file_sha256": sha256, "counts": counts, "changes_sha256": run.outcome.digest}
    audit.append(conn, run.actor, "import_ledger", "import_batch", run.batch_id, None, told, run.now)


def sha256_of(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def keep_findings(run: Run, conn: Connection | None = None) -> None:
    """Store problems and conflicts of a batch (on another connection than the import's, after a dry run)."""
    conn = conn or run.conn
    imports.add_problems(
        conn,
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
    imports.add_conflicts(conn, run.outcome.conflicts)


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


def preview_import(
    ws: Workspace,
    actor: Actor,
    source: Path | IO[bytes],
    file_name: str,
    *,
    datum: str = "auto",
    progress: Progress | None = None,
) -> ImportReport:
    """Keep an upload and say what importing it would do; nothing is imported before `confirm_import(report.batch)`."""
    require(actor, Action.IMPORT_LEDGER)
    batch_id = str(uuid4())
    file = previews.keep(ws, batch_id, source)
    try:
        with open_ledger(ws, file) as ledger, ws.read() as conn:
            run = new_run(ws, actor, conn, datum, batch_id, is_dry=True)
            run_import(run, ledger, progress)
        with ws.write() as conn:
            previews.sweep(ws, conn)
            previews.write_down(run, conn, Path(file_name).name[:200], sha256_of(file), datum, counts_of(run))
            keep_findings(run, conn)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return report_of(run, is_dry_run=True, is_preview=True)


def confirm_import(ws: Workspace, actor: Actor, batch_id: str, *, progress: Progress | None = None) -> ImportReport:
    """Import what was previewed, with the choices made in its conflicts; computed anew on the store of now.

    Raises
    ------
    NotFound
        There is no such preview, or it was forgotten.
    Conflict
        It was imported already.
    """
    require(actor, Action.IMPORT_LEDGER)
    file = previews.upload_of(ws, batch_id)
    batch = get_batch(ws, actor, batch_id)
    if batch.state != "previewed":
        raise Conflict("这一份已经导入过了。", code="not_previewed")
    if not file.is_file():
        raise NotFound("上传的文件已经清理掉了。请重新上传。", code="no_file")
    with open_ledger(ws, file) as ledger, ws.write() as conn:
        if batch_by_id(conn, batch_id).state != "previewed":
            raise Conflict("这一份已经导入过了。", code="not_previewed")
        run = new_run(ws, actor, conn, batch.datum, batch_id)
        chosen = [row for row in imports.conflicts(conn, batch_id, limit=100_000) if row.choice]
        run.choices = {(row.sheet, row.key, row.field): row.choice for row in chosen}
        imports.clear_batch(conn, batch_id)
        carry_out(run, ledger, file, batch.file_name, batch.datum, progress)
    file.unlink(missing_ok=True)
    return report_of(run)


def discard_preview(ws: Workspace, actor: Actor, batch_id: str) -> None:
    """Forget a preview and its file."""
    require(actor, Action.IMPORT_LEDGER)
    with ws.write() as conn:
        if batch_by_id(conn, batch_id).state != "previewed":
            raise Conflict("这一份已经导入过了，不能当作预览删掉；要退回请用“撤销”。", code="not_previewed")
        imports.remove_batch(conn, batch_id)
    previews.upload_of(ws, batch_id).unlink(missing_ok=True)


def choose_conflict(ws: Workspace, actor: Actor, conflict_id: str, choice: str) -> OpenConflict:
    """Take a side in a conflict: in a preview it counts on confirmation, else at once.

    Parameters
    ----------
    choice : {"file", "app", "fix"}
        The file's value, the app's, or (for 换店? only) the file's as a correction of the same tenancy.

    Raises
    ------
    NotFound, Refused
    Conflict
        It was chosen already, or the app's value changed since.
    """
    require(actor, Action.IMPORT_LEDGER)
    with ws.write() as conn:
        row = imports.conflict(conn, conflict_id)
        if row is None:
            raise NotFound("没有这个冲突，可能重新导入后已经没有了。", code="no_conflict")
        conflict = choices.conflict_of(row)
        side = choices.side_of(choice, conflict.field)
        batch = batch_by_id(conn, conflict.batch)
        now = to_second(ws.clock())
        if batch.state == "undone":
            raise Conflict("这一次导入已经撤销了，不用再选。", code="undone")
        if batch.state != "previewed":
            if conflict.choice:
                raise Conflict("这个冲突已经选过了。", code="chosen")
            run = new_run(ws, actor, conn, "auto", str(uuid4()))
            choices.apply(run, conflict, side)
            audit.append(conn, actor, "choose_conflict", "import_conflict", conflict_id, None, {"choice": choice}, now)
        imports.choose(conn, conflict_id, side.value, actor.person_id, now)
        chosen = imports.conflict(conn, conflict_id)
    return choices.conflict_of(chosen)


def undo_last_import(ws: Workspace, actor: Actor) -> UndoReport:
    """Take back the last import: what nobody touched since; the rest stays and is listed.

    Raises
    ------
    NotFound
        Nothing was imported, or its before-images are past their retention.
    """
    require(actor, Action.IMPORT_LEDGER)
    with ws.write() as conn:
        row = _last_with_changes(conn)
        if row is None:
            raise NotFound("没有可以撤销的导入。", code="nothing_to_undo")
        run = new_run(ws, actor, conn, "auto", row.id)
        report = Undoing(run, row.id).go()
        imports.change_batch(conn, row.id, state="undone", undone_at=run.now)
        told = {"removed": report.removed, "restored": report.restored, "kept": report.kept_count}
        audit.append(conn, actor, "undo_import", "import_batch", row.id, None, told, run.now)
    return report


def _last_with_changes(conn: Connection) -> Any:
    """The last import that changed anything; of two in one second the one that wrote last."""
    done = [(batch, imports.changes(conn, batch.id, limit=1)) for batch in imports.done(conn)]
    return max(((b.at, rows[0].id, b) for b, rows in done if rows), default=(None, None, None), key=lambda d: d[:2])[2]
