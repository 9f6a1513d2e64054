"""The policy entries that came along, and those of the office's own files: put into its store once."""

import logging
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_files import from_document
from mapsvc.domain.times import to_second
from mapsvc.domain.usual_answers import entries_from
from mapsvc.errors import Broken, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import audit, policies
from mapsvc.store import settings as store_settings

log = logging.getLogger(__name__)
FOLDER = "policies"
USUAL = Path("answers") / "usual.toml"
SEEDED = "policies_seeded"
SEED_WORDS, OWN_WORDS = "随程序带来的样例", "从本单位的文件里并进来"
# What came along as usual answers: an office with a file of its own had put that in the place of these.
_FORMER = frozenset(
    {
        "kindergarten", "school", "licence_change", "food_licence", "residence_permit", "social_insurance",
        "small_loan", "shop_sign", "winter_fire", "waste",
    }
)  # fmt: skip


def is_seeded(conn: Connection) -> bool:
    """Whether the samples were put in: what was put away since does not come back."""
    return store_settings.get(conn, SEEDED) != ""


def settle_policies(ws: Workspace) -> bool:
    """Put the samples and the office's own files into a store that never had them; True if it did, cheap if not."""
    with ws.read() as conn:
        if is_seeded(conn):
            return False
    with ws.write() as conn:
        return seed_within(conn, ws)


def seed_within(conn: Connection, ws: Workspace) -> bool:
    """The same in the caller's transaction: every change of the policies begins with it."""
    if is_seeded(conn):
        return False
    at = to_second(ws.clock())
    own, notes = own_entries(ws.settings.layers)
    for note in notes:
        log.warning("%s", note)
    replaced = {e.id for e in own} | (_FORMER if _usual(ws.settings.layers) else set())
    came = [e for e in samples() if e.id not in replaced]
    for n, (entry, words) in enumerate([*((e, OWN_WORDS) for e in own), *((e, SEED_WORDS) for e in came)]):
        policies.put(conn, entry, words, None, at, n)
    store_settings.put(conn, SEEDED, at.isoformat(), at)
    audit.append(conn, SYSTEM, "seed_policies", "policy", "samples", None, {"entries": len(own) + len(came)}, at)
    return True


def samples() -> tuple[PolicyEntry, ...]:
    """The entries that came with the program, by file and in the order of each."""
    return _shipped(shipped("layers") / FOLDER)


def own_entries(layers: Path | None) -> tuple[tuple[PolicyEntry, ...], tuple[str, ...]]:
    """The entries of the office's own files, and a sentence for each file that could not be used."""
    found: dict[str, PolicyEntry] = {}
    notes = []
    usual = _usual(layers)
    files: list[tuple[Path, Callable[[Path], tuple[PolicyEntry, ...]]]] = [(usual, _usual_entries)] if usual else []
    files += [(file, _entries) for file in sorted((layers / FOLDER).glob("*.toml"))] if layers else []
    for file, read in files:
        try:
            found |= {entry.id: entry for entry in read(file)}
        except (OSError, KeyError, ValueError, Refused) as error:
            notes.append(f"本单位的文件 {file.parent.name}/{file.name} 没有用上（{error}），请改好以后再导入。")
    return tuple(found.values()), tuple(notes)


def _usual(layers: Path | None) -> Path | None:
    """The office's file of usual answers, if it has one that can be read."""
    file = layers / USUAL if layers else None
    return file if file is not None and file.is_file() else None


def _usual_entries(file: Path) -> tuple[PolicyEntry, ...]:
    return entries_from(tomllib.loads(file.read_text("utf-8")))


def _entries(file: Path) -> tuple[PolicyEntry, ...]:
    return tuple(from_document(row) for row in tomllib.loads(file.read_text("utf-8"))["policies"])


@lru_cache(maxsize=2)
def _shipped(folder: Path) -> tuple[PolicyEntry, ...]:
    found: dict[str, PolicyEntry] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            for entry in _entries(file):
                if entry.id in found:
                    raise ValueError(f"编号 {entry.id} 用了两次")
                found[entry.id] = entry
        except (OSError, KeyError, ValueError, Refused) as error:
            raise Broken(f"随程序带的政策解答 {file.name} 坏了（{error}），请重新安装。") from error
    return tuple(found.values())
