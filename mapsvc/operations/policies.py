"""线上驿站: the policy entries in force, and those that may answer what is typed."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.times import office_day
from mapsvc.errors import NotFound
from mapsvc.operations.policy_samples import is_seeded, samples
from mapsvc.operations.workspace import Workspace
from mapsvc.store import policies
from mapsvc.store.database import Database
from mapsvc.store.policies import Kept, Version

if TYPE_CHECKING:
    from mapsvc.policy.index import Found, Index

LONGEST_QUESTION = 200


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
    return index_of(ws).find(q[:LONGEST_QUESTION], limit)


def list_in_force(ws: Workspace, actor: Actor) -> tuple[PolicyEntry, ...]:
    """All entries that may be said today, in the office's order. Raises Forbidden."""
    require(actor, Action.SEE_POLICIES)
    with ws.read() as conn:
        return entries_in_force(conn, office_day(ws.clock()))


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


_indexes: "WeakKeyDictionary[Database, tuple[tuple[int, date], Index]]" = WeakKeyDictionary()
