"""线上驿站: the policy entries in force, found by what is typed; the samples that came along, put in once."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from mapsvc.domain.actors import SYSTEM, Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_files import from_document
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Broken, NotFound, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import audit, policies
from mapsvc.store import settings as store_settings
from mapsvc.store.database import Database
from mapsvc.store.policies import Kept, Version

if TYPE_CHECKING:
    from mapsvc.policy.index import Found, Index

FOLDER = "policies"
SEEDED = "policies_seeded"
SEED_WORDS = "随程序带来的样例"


@dataclass(frozen=True)
class Told:
    """An entry as it stands, with its versions, the newest first."""

    kept: Kept
    versions: tuple[Version, ...]

    @property
    def entry(self) -> PolicyEntry:
        """As it stands."""
        return self.kept.entry


def entries_in_force(conn: Connection, day: date) -> tuple[PolicyEntry, ...]:
    """The entries that may be said on the office's `day`, in the office's order."""
    return tuple(kept.entry for kept in all_kept(conn) if kept.is_live and kept.entry.is_valid(day))


def index_of(ws: Workspace) -> "Index":
    """The entries in force today, ready to be searched; built again only when a policy changes or the day does."""
    day = office_day(ws.clock())
    with ws.read() as conn:
        key = (policies.revision_of(conn), day)
        known = _indexes.get(ws.database)
        if known is not None and known[0] == key:
            return known[1]
        from mapsvc.policy.index import Index

        built = Index(entries_in_force(conn, day))
    _indexes[ws.database] = (key, built)
    return built


def find_policies(ws: Workspace, actor: Actor, q: str, limit: int = 10) -> "Found":
    """Entries in force that may answer `q`, the best first. Raises Forbidden."""
    require(actor, Action.SEE_POLICIES)
    return index_of(ws).find(q, limit)


def get_policy(ws: Workspace, actor: Actor, policy_id: str) -> Told:
    """One entry, in force or not, with its versions.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_POLICIES)
    with ws.read() as conn:
        kept = find_kept(conn, policy_id)
        return Told(kept, tuple(policies.versions(conn, policy_id)))


def find_kept(conn: Connection, policy_id: str) -> Kept:
    """The entry with this id, live or put away; raises NotFound."""
    found = next((kept for kept in all_kept(conn) if kept.entry.id == policy_id), None)
    if found is None:
        raise NotFound("没有这一条政策解答，请从线上驿站里选。", field="policy", code="unknown_policy")
    return found


def all_kept(conn: Connection) -> list[Kept]:
    """All entries, those put away too; a store in which the samples were not put yet has them all the same."""
    if is_seeded(conn):
        return policies.all_kept(conn)
    return [Kept(entry, True, None) for entry in samples()]


def is_seeded(conn: Connection) -> bool:
    """Whether the samples were put in: what was deleted since does not come back."""
    return store_settings.get(conn, SEEDED) != ""


def settle_policies(ws: Workspace) -> bool:
    """Put the samples that came along into a store that never had them; True if it did, cheap if not."""
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
    policies.put_many(conn, samples(), SEED_WORDS, at)
    store_settings.put(conn, SEEDED, at.isoformat(), at)
    audit.append(conn, SYSTEM, "seed_policies", "policy", "samples", None, {"entries": len(samples())}, at)
    return True


def samples() -> tuple[PolicyEntry, ...]:
    """The entries that came with the program, by file and in the order of each."""
    return _read(shipped("layers") / FOLDER)


@lru_cache(maxsize=2)
def _read(folder: Path) -> tuple[PolicyEntry, ...]:
    found: dict[str, PolicyEntry] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            for row in tomllib.loads(file.read_text("utf-8"))["policies"]:
                entry = from_document(row)
                if entry.id in found:
                    raise ValueError(f"编号 {entry.id} 用了两次")
                found[entry.id] = entry
        except (OSError, KeyError, ValueError, Refused) as error:
            raise Broken(f"随程序带的政策解答 {file.name} 坏了（{error}），请重新安装。") from error
    return tuple(found.values())


_indexes: "WeakKeyDictionary[Database, tuple[tuple[int, date], Index]]" = WeakKeyDictionary()
