"""Import of the hotline's workbook: at once; by preview and confirmation as any other (`operations.imports`)."""

from pathlib import Path

from mapsvc.domain.actors import Actor
from mapsvc.domain.ledger import ImportReport, Progress
from mapsvc.ledger.sheets import TICKETS
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.workspace import Workspace


def import_tickets(
    ws: Workspace,
    actor: Actor,
    file: Path,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    file_name: str | None = None,
) -> ImportReport:
    """Import sheet 12345工单 of a workbook in one transaction; the same file again changes nothing.

    Raises
    ------
    Forbidden, NotFound, TooLarge, Unsupported, Malformed
    Refused
        The workbook has no such sheet, or it cannot be read.
    """
    return import_ledger(ws, actor, file, dry_run=dry_run, progress=progress, file_name=file_name, sheets=(TICKETS,))
