"""治理样板: those in force, edited as new versions, put away, exported with results and imported."""

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.playbook_files import content_from, read_file, write_json, write_toml
from mapsvc.domain.playbooks import Content, Playbook, RunResult, require_sound
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Broken, Conflict, NotFound, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import audit, playbooks

log = logging.getLogger(__name__)
FOLDER = "playbooks"


@dataclass(frozen=True)
class Shelf:
    """What is in force, by code; `notes` say which of the office's own files could not be used."""

    playbooks: Mapping[str, Playbook]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """A playbook with its past: earlier versions (the newest first) and what came of its runs here."""

    playbook: Playbook
    versions: tuple[Playbook, ...]
    results: tuple[RunResult, ...]


@dataclass(frozen=True)
class Imported:
    """What came of a file: the playbook as it stands now, and whether anything changed."""

    playbook: Playbook
    is_changed: bool


def list_playbooks(ws: Workspace, actor: Actor) -> Shelf:
    """All in force by name, those put away too, last.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        found = shelf(ws, conn)
    ordered = sorted(found.playbooks.values(), key=lambda p: (p.retired_at is not None, p.from_file, p.code))
    return Shelf({p.code: p for p in ordered}, found.notes)


def get_playbook(ws: Workspace, actor: Actor, code: str, version: int | None = None) -> Told:
    """One with its past; an earlier `version` of it if given.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        now = find_playbook(ws, conn, code)
        stored = playbooks.versions(conn, code)
        if version is not None and version != now.version:
            earlier = next((p for p in stored if p.version == version), None)
            if earlier is None:
                raise NotFound(f"“{now.name}”没有第{version}版。", field="version", code="unknown_version")
            now = earlier
        return Told(now, tuple(stored), results_of(conn, code))


def save_playbook(ws: Workspace, actor: Actor, content: Content, version: int | None) -> Playbook:
    """A new version of a playbook, or (`version` None) a new playbook; runs keep the version they began with.

    Saying the same again makes no version.

    Raises
    ------
    Forbidden
    Refused
        A step or field is wrong, named as ``steps.3.text``.
    Conflict
        If `version` is no longer the newest (`extra`: version), or the code is taken.
    """
    require(actor, Action.EDIT_PLAYBOOKS)
    require_sound(content)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = shelf(ws, conn).playbooks.get(content.code)
        if version is None and before is not None:
            told = f"编号“{content.code}”已经是“{before.name}”的，请换一个编号。"
            raise Conflict(told, field="id", code="code_taken")
        if version is not None and before is None:
            raise _unknown(content.code)
        if before is not None and version != before.version:
            told = f"别人刚改过“{before.name}”（现在是第{before.version}版）。请对照两边，再保存一次。"
            raise Conflict(told, field="version", code="stale_version", extra={"version": before.version})
        if before is not None and before.content.says_the_same(content):
            return before
        kept = replace(content, results=before.content.results if before else ())
        return _write(conn, actor, kept, before, "save_playbook", at)


def import_playbook(ws: Workspace, actor: Actor, file: bytes) -> Imported:
    """A playbook from a file: new, or a new version of the one with its id; the same file again changes nothing.

    Raises
    ------
    Forbidden
    Malformed
        It is no playbook's file at all.
    Refused
        A step or field is wrong, named as ``steps.3.text``.
    """
    require(actor, Action.EDIT_PLAYBOOKS)
    content = read_file(file)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = shelf(ws, conn).playbooks.get(content.code)
        if before is not None and before.content.says_the_same(content):
            return Imported(before, False)
        return Imported(_write(conn, actor, content, before, "import_playbook", at), True)


def export_playbook(ws: Workspace, actor: Actor, code: str, form: str = "toml") -> tuple[str, str]:
    """Name and text of its file, with what came of its runs: days and counts, no place and nobody's name.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.RUN_PLAYBOOK)
    with ws.read() as conn:
        found = find_playbook(ws, conn, code)
        results = (*found.content.results, *results_of(conn, code))
    write = write_json if form == "json" else write_toml
    return f"{code}.{'json' if form == 'json' else 'toml'}", write(found.content, results)


def retire_playbook(ws: Workspace, actor: Actor, code: str, *, again: bool = False) -> Playbook:
    """Put a playbook away: no new runs; or (`again`) take it out again.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.EDIT_PLAYBOOKS)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = row_of(ws, conn, actor, code)
        after = replace(before, retired_at=None if again else at)
        playbooks.retire(conn, before.id or "", after.retired_at)
        audit.append(conn, actor, "restore_playbook" if again else "retire_playbook", "playbook", code, None, None, at)
    return after


def shelf(ws: Workspace, conn: Connection) -> Shelf:
    """What is in force: what somebody saved here, else the office's own file, else the one that came along."""
    files, notes = _files(ws.settings.layers)
    stored = playbooks.newest(conn)
    found: dict[str, Playbook] = {}
    for code in sorted({*files, *stored}):
        row, content = stored.get(code), files.get(code)
        if row is not None and (content is None or not row.from_file or row.content.says_the_same(content)):
            found[code] = row
        elif content is not None:
            found[code] = Playbook(content, row.version + 1 if row else 1, from_file=True)
    return Shelf(found, notes)


def find_playbook(ws: Workspace, conn: Connection, code: str) -> Playbook:
    """The one in force with this code; raises NotFound."""
    found = shelf(ws, conn).playbooks.get(code)
    if found is None:
        raise _unknown(code)
    return found


def row_of(ws: Workspace, conn: Connection, actor: Actor, code: str) -> Playbook:
    """The same with a row in the store: one that stood only in its file gets it now."""
    found = find_playbook(ws, conn, code)
    if found.id is not None:
        return found
    made = replace(found, id=str(uuid4()), made_at=to_second(ws.clock()))
    playbooks.add(conn, made)
    return made


def results_of(conn: Connection, code: str) -> tuple[RunResult, ...]:
    """What came of its runs here, the earliest first."""
    runs = list(reversed(playbooks.runs_of_code(conn, code)))
    ids = [run.id for run in runs]
    done, seen = playbooks.steps_done(conn, ids), playbooks.last_effects(conn, ids)
    return tuple(
        RunResult(
            office_day(run.started_at),
            office_day(run.ended_at) if run.ended_at else None,
            done.get(run.id, (0, 0))[1],
            done.get(run.id, (0, 0))[0],
            seen.get(run.id),
        )
        for run in runs
    )


def _write(
    conn: Connection, actor: Actor, content: Content, before: Playbook | None, act: str, at: datetime
) -> Playbook:
    if before is not None and before.id is None:
        # What stood in the file stays readable as the version before.
        before = replace(before, id=str(uuid4()), made_at=at)
        playbooks.add(conn, before)
    made = Playbook(content, before.version + 1 if before else 1, str(uuid4()), actor.person_id, at)
    playbooks.add(conn, made)
    audit.append(conn, actor, act, "playbook", content.code, before, made, at)
    return made


def _unknown(code: str) -> NotFound:
    return NotFound(f"没有编号为{code[:40]}的样板，请从样板列表里选。", field="playbook", code="unknown_playbook")


def _files(site: Path | None) -> tuple[dict[str, Content], tuple[str, ...]]:
    """Those that came along, with the office's own files over them by id; a broken one of the office's is said."""
    found: dict[str, Content] = {}
    notes = []
    for file in sorted((shipped("layers") / FOLDER).glob("*.toml")):
        try:
            content = _read(file, file.stat().st_mtime_ns)
        except (OSError, ValueError, Refused) as error:
            raise Broken(f"随程序带的样板 {file.name} 坏了（{error}），请重新安装。") from error
        found[content.code] = content
    for file in sorted((site / FOLDER).glob("*.toml")) if site else ():
        try:
            content = _read(file, file.stat().st_mtime_ns)
        except (OSError, ValueError, Refused) as error:
            notes.append(f"本单位的样板文件 {file.name} 没有用上：{error}改好文件再刷新。")
            log.warning("the office's own playbook %s is not used: %s", file, error)
            continue
        found[content.code] = content
    return found, tuple(notes)


@lru_cache(maxsize=64)
def _read(file: Path, _changed_at: int) -> Content:
    return content_from(tomllib.loads(file.read_text("utf-8")))
