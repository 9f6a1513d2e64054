"""Many policy entries at once, from a workbook or a markdown file: first what would change, then in one go."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_cells import Change, changes_between, document_of
from mapsvc.domain.policy_files import from_document
from mapsvc.domain.policy_markdown import UNKNOWN_SECTION, Piece, read_markdown, write_markdown
from mapsvc.domain.times import to_second
from mapsvc.errors import Malformed, Refused, TooLarge
from mapsvc.operations.policies import all_kept
from mapsvc.operations.policy_edits import NEW_ID, free_id, write_within
from mapsvc.operations.policy_samples import seed_within
from mapsvc.operations.workspace import Workspace
from mapsvc.store.policies import Kept

LARGEST = 5_000_000
MOST = 500
_IMPORTED = "导入的"
_ZIP = b"PK\x03\x04"


class Outcome(StrEnum):
    """What becomes of an entry of a file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.NEW: "新的",
    Outcome.CHANGED: "有改动",
    Outcome.UNCHANGED: "没有变",
    Outcome.REJECTED: "没有收",
}


@dataclass(frozen=True)
class Line:
    """An entry of a file: where it stands and what becomes of it; `told` says why not, or what to know."""

    place: str
    title: str
    outcome: Outcome
    entry: PolicyEntry | None = None
    before: PolicyEntry | None = None
    told: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The fields that would change."""
        return changes_between(self.before, self.entry) if self.before and self.entry else ()


@dataclass(frozen=True)
class Report:
    """All entries of a file, and what is to be known of the file as a whole."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    def of(self, outcome: Outcome) -> tuple[Line, ...]:
        """Those of which this becomes."""
        return tuple(line for line in self.lines if line.outcome is outcome)

    @property
    def writes(self) -> tuple[Line, ...]:
        """Those that are written."""
        return tuple(line for line in self.lines if line.outcome in (Outcome.NEW, Outcome.CHANGED))


def read_file(content: bytes) -> list[Piece]:
    """The entries of a workbook or a markdown file.

    Raises
    ------
    TooLarge
    Malformed
        It is neither.
    Refused
        Nothing in it is an entry.
    """
    if len(content) > LARGEST:
        raise TooLarge(f"文件最大{LARGEST // 1_000_000}MB，这个太大了，请核对是不是选错了文件。", code="too_large")
    if content.startswith(_ZIP):
        from mapsvc.ledger.policy_sheets import read_sheet

        pieces = read_sheet(content)
    else:
        pieces = read_markdown(_decoded(content))
    if not pieces:
        raise Refused("文件里一条也没有。表格要有填好的行，文本要从“# 标题”开始。", field="file", code="empty")
    if len(pieces) > MOST:
        raise Refused(f"一次最多导入{MOST}条，这里有{len(pieces)}条，请分几次。", field="file", code="too_many")
    return pieces


def preview(ws: Workspace, actor: Actor, pieces: Iterable[Piece]) -> Report:
    """What would become of each entry; nothing is written. Raises Forbidden."""
    require(actor, Action.EDIT_POLICIES)
    with ws.read() as conn:
        return _judged(conn, pieces)


def import_policies(ws: Workspace, actor: Actor, pieces: Iterable[Piece]) -> Report:
    """Write what is new and what changed, all or nothing; the same again changes nothing. Raises Forbidden."""
    require(actor, Action.EDIT_POLICIES)
    at = to_second(ws.clock())
    with ws.write() as conn:
        seed_within(conn, ws)
        report = _judged(conn, pieces)
        for line in report.writes:
            if line.entry is not None:
                code = line.entry.id if line.entry.id != NEW_ID else free_id(conn)
                write_within(conn, actor, line.before, replace(line.entry, id=code), _IMPORTED, at)
    return report


def export_file(ws: Workspace, actor: Actor, form: str) -> bytes:
    """The live entries as ``xlsx`` or ``md``; taken in again it changes nothing. Raises Forbidden."""
    require(actor, Action.SEE_POLICIES)
    with ws.read() as conn:
        entries = [kept.entry for kept in all_kept(conn) if kept.is_live]
    return written(entries, form)


def template_file(form: str) -> bytes:
    """An empty workbook, or a markdown file with one entry to copy."""
    from mapsvc.operations.policy_samples import samples

    if form == "xlsx":
        return written([], form)
    one = next(e for e in samples() if e.id == "kindergarten")
    return written([replace(one, id="my_entry", title="照这样写一条")], form)


def written(entries: list[PolicyEntry], form: str) -> bytes:
    """Entries as the bytes of a file."""
    if form == "md":
        return write_markdown(entries).encode()
    from mapsvc.ledger.policy_sheets import write_sheet

    target = io.BytesIO()
    write_sheet(target, entries)
    return target.getvalue()


def _judged(conn: Connection, pieces: Iterable[Piece]) -> Report:
    kept = all_kept(conn)
    by_id, by_title = {k.entry.id: k for k in kept}, {k.entry.title: k for k in kept}
    lines: list[Line] = []
    notes: list[str] = []
    seen: dict[str, str] = {}
    for piece in pieces:
        line = _line(piece, by_id, by_title)
        notes += piece.notes
        key = line.entry.id if line.entry and line.entry.id != NEW_ID else line.title
        if line.outcome is not Outcome.REJECTED and key in seen:
            told = f"和{seen[key]}是同一条，请只留一条。"
            line = Line(line.place, line.title, Outcome.REJECTED, told=(told,))
        seen.setdefault(key, piece.place)
        lines.append(line)
    return Report(tuple(lines), tuple(notes))


def _line(piece: Piece, by_id: dict[str, Kept], by_title: dict[str, Kept]) -> Line:
    title = piece.cells.get("title", "").strip()
    document = document_of({name: text for name, text in piece.cells.items() if name != UNKNOWN_SECTION})
    told_version = "version" in document
    if document.get("id") == NEW_ID:
        # Looked through before it had an id of its own.
        del document["id"]
    before = by_id.get(document["id"]) if "id" in document else by_title.get(title)
    document.setdefault("id", before.entry.id if before else NEW_ID)
    try:
        entry = from_document(document)
    except Refused as error:
        faults = (*piece.problems, *(p.message for p in error.problems))
        return Line(piece.place, title, Outcome.REJECTED, told=faults)
    if piece.problems:
        return Line(piece.place, title, Outcome.REJECTED, told=tuple(piece.problems))
    if before is None:
        same = by_title.get(entry.title)
        if same is not None:
            told = f"已经有一条叫“{entry.title}”，编号是{same.entry.id}。要改它就写这个编号，不然换个标题。"
            return Line(piece.place, title, Outcome.REJECTED, entry, told=(told,))
        return Line(piece.place, title, Outcome.NEW, entry)
    if not before.is_live:
        told = "这一条收起来了。要用先在页面上重新启用，再导入。"
        return Line(piece.place, title, Outcome.REJECTED, told=(told,))
    if not changes_between(before.entry, entry):
        return Line(piece.place, title, Outcome.UNCHANGED, entry, before.entry)
    now = before.entry.version
    if told_version and entry.version < now:
        told = f"导出以后有人改过（现在是第{now}版），没有盖掉。请重新导出再改，或在页面上改。"
        return Line(piece.place, title, Outcome.REJECTED, entry, before.entry, (told,))
    return Line(piece.place, title, Outcome.CHANGED, entry, before.entry)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    told = "这个文件读不出来。请用填好的 .xlsx 表格，或 UTF-8 的 .md 文本。"
    raise Malformed(told, field="file", code="not_readable")
