"""Backing up an office into one file while it serves, putting it back, and checking that all is whole."""

import dataclasses
import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mapsvc import __version__
from mapsvc.config import Settings
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import OFFICE_ZONE, iso
from mapsvc.errors import Malformed, NoSpace, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store import backup as store
from mapsvc.store import photos as photo_store
from mapsvc.store.database import Database

FORM = "mapsvc-backup-1"
_MANIFEST = "manifest.json"
_BY_MINUTE = re.compile(r"mapsvc-(\d{8})-\d{4}\.zip")
Progress = Callable[[float, float, str], None]


@dataclass(frozen=True)
class Backup:
    """A backup that was made."""

    file: Path
    bytes: int
    photos: int


@dataclass(frozen=True)
class Check:
    """What `check` found: one Chinese sentence per fault."""

    problems: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def backup(ws: Workspace, actor: Actor, file: Path, progress: Progress = lambda *_: None) -> Backup:
    """Write store, photos, the office's own layers and settings into one zip; the service goes on meanwhile.

    The file appears whole or not at all, readable by its owner only: it holds what people told.

    Raises
    ------
    Refused
        There is another file of that name that is no backup.
    NoSpace
        The disk is full.
    """
    require(actor, Action.RUN_SERVICE)
    _refuse_other_file(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    with _full_disk_said(file), tempfile.TemporaryDirectory(prefix=".mapsvc-", dir=file.parent) as made:
        progress(0, 100, "正在复制库")
        (Path(made) / "store").mkdir()
        copy = store.write_copy(ws.database, Path(made) / "store")
        fresh = Path(made) / "backup.zip"
        photos = _pack(ws, fresh, copy, progress)
        _flush(fresh)
        os.replace(fresh, file)
    with ws.write() as conn:
        audit.append(conn, actor, "backup", "store", file.name[:64], None, None, ws.clock())
    progress(100, 100, "备份好了")
    return Backup(file, file.stat().st_size, photos)


def named_by_minute(ws: Workspace) -> Path:
    """Where the service itself puts a backup made now."""
    return ws.folder / "backups" / f"mapsvc-{ws.clock().astimezone(OFFICE_ZONE):%Y%m%d-%H%M}.zip"


def prune(folder: Path, days: int) -> list[Path]:
    """Remove backups the service named itself but for the last one of each of the latest `days` days with any.

    All of the latest day stay, and whatever has another name. Returns what was removed.
    """
    per_day: dict[str, list[Path]] = {}
    for file in sorted(folder.glob("mapsvc-*.zip")):
        if found := _BY_MINUTE.fullmatch(file.name):
            per_day.setdefault(found[1], []).append(file)
    latest = sorted(per_day)[-max(days, 1) :]
    kept = {per_day[day][-1] for day in latest} | set(per_day[latest[-1]] if latest else ())
    gone = [file for some in per_day.values() for file in some if file not in kept]
    for file in gone:
        file.unlink(missing_ok=True)
    return gone


def restore(file: Path, settings: Settings) -> None:
    """Put a backup into the empty or missing data folder of `settings`, or its empty PostgreSQL database.

    Raises
    ------
    Malformed
        The file is no backup, or a damaged one; nothing was written then.
    Refused
        The folder or the database holds something.
    """
    folder = settings.data
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"文件夹 {folder} 不是空的，请换一个空文件夹再恢复，免得盖掉现有的数据。", code="not_empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _full_disk_said(folder), tempfile.TemporaryDirectory(prefix=".mapsvc-", dir=folder.parent) as made:
        fresh = Path(made) / "data"
        _unpack(file, fresh)
        # Brings an older copy up to date, and refuses a newer one, before anything is put in place.
        Database.open(fresh).close()
        if settings.database:
            _to_server(fresh, settings)
        folder.mkdir(exist_ok=True)
        for part in sorted(fresh.iterdir()):
            os.replace(part, folder / part.name)


def check(ws: Workspace) -> Check:
    """Look for damage in the store, its audit chain, and the photos it points to."""
    problems = store.damage(ws.database)
    with ws.read() as conn:
        used = sorted(photo_store.in_use(conn))
    for sha256 in used:
        photo = photo_store.file_of(ws.folder, sha256)
        if not photo.exists():
            problems.append(f"照片 {sha256[:12]}… 的文件不见了。")
        elif _sha256(photo) != sha256:
            problems.append(f"照片 {sha256[:12]}… 的文件被改动过。")
    return Check(tuple(problems))


def _pack(ws: Workspace, fresh: Path, copy: Path, progress: Progress) -> int:
    photos = sorted((ws.folder / "photos").glob("*/*.jpg"))
    layers = [p for p in sorted(ws.settings.layers.rglob("*")) if p.is_file()] if ws.settings.layers else []
    digests: dict[str, str] = {}
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        packed.write(copy, store.MEMBER)
        digests[store.MEMBER] = _sha256(copy)
        for n, photo in enumerate(photos):
            progress(50 + 50 * n / len(photos), 100, f"照片 {n}/{len(photos)}")
            name = f"photos/{photo.parent.name}/{photo.name}"
            # As it is, not as it is named: one damaged photo must not keep a whole office from coming back.
            digests[name] = _sha256(photo)
            packed.write(photo, name, zipfile.ZIP_STORED)
        for layer in layers:
            name = PurePosixPath("layers", *layer.relative_to(ws.settings.layers or layer).parts).as_posix()
            packed.write(layer, name)
            digests[name] = _sha256(layer)
        manifest = {"form": FORM, "program": __version__, "made_at": iso(ws.clock()), "sha256": digests}
        packed.writestr(
            _MANIFEST, json.dumps(manifest | {"settings": _told(ws.settings)}, ensure_ascii=False, indent=1)
        )
    return len(photos)


def _told(settings: Settings) -> dict[str, str]:
    # Not the database's address: it may hold a password.
    return {f.name: str(getattr(settings, f.name)) for f in dataclasses.fields(settings) if f.name != "database"}


def _unpack(file: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            digests = _digests(packed)
            for name, digest in digests.items():
                target = folder / PurePosixPath(name)
                target.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(name) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
                target.chmod(0o600)
                if _sha256(target) != digest:
                    raise Malformed(f"备份 {file.name} 里的 {name} 损坏了，请换一份备份。", code="damaged_backup")
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, FileNotFoundError, EOFError) as error:
        raise Malformed(f"{file} 不是本程序的备份，或者没有拷全：{error}", code="no_backup") from error


def _digests(packed: zipfile.ZipFile) -> dict[str, str]:
    manifest = json.loads(packed.read(_MANIFEST))
    if manifest["form"] != FORM:
        raise ValueError(manifest["form"])
    digests: dict[str, str] = manifest["sha256"]
    for name in digests:
        path = PurePosixPath(name)
        # A made-up archive must not write outside the folder.
        if path.is_absolute() or ".." in path.parts or path.parts[0] not in (store.MEMBER, "photos", "layers"):
            raise ValueError(name)
    if store.MEMBER not in digests:
        raise ValueError(store.MEMBER)
    return digests


def _to_server(fresh: Path, settings: Settings) -> None:
    database = Database.open(settings.data, settings.database)
    try:
        store.put_back(fresh, database)
    finally:
        database.close()
    (fresh / store.MEMBER).unlink()


def _refuse_other_file(file: Path) -> None:
    if file.exists() and not zipfile.is_zipfile(file):
        raise Refused(f"{file} 已经存在，而且不是备份文件，请换一个名字。", field="file", code="exists")


def _flush(file: Path) -> None:
    file.chmod(0o600)
    with file.open("rb") as written:
        os.fsync(written.fileno())


@contextmanager
def _full_disk_said(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise NoSpace(f"{where} 所在的磁盘满了，请腾出空间再试。") from error


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
