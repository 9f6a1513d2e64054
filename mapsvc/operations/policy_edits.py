"""Changing policy entries: new, changed, checked, put away, taken back to an earlier version; each a version."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_cells import changes_between
from mapsvc.domain.policy_files import from_document
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations.policies import find_kept
from mapsvc.operations.policy_samples import seed_within
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, policies
from mapsvc.store.policies import Kept

ADDED, CHECKED = "新写的", "核对过了"
NEW_ID = "new_entry"


def add_policy(ws: Workspace, actor: Actor, document: Mapping[str, Any]) -> PolicyEntry:
    """A new entry from what a form says; its id is given to it.

    Raises
    ------
    Forbidden
    Refused
        A field is wrong; names each.
    Conflict
        Another entry has this title.
    """
    require(actor, Action.EDIT_POLICIES)
    entry = from_document({**document, "id": NEW_ID, "version": 1})
    at = to_second(ws.clock())
    with ws.write() as conn:
        seed_within(conn, ws)
        same = next((k.entry for k in policies.all_kept(conn) if k.entry.title == entry.title), None)
        if same is not None:
            raise Conflict(f"已经有一条叫“{same.title}”，请改那一条，或换个标题。", field="title", code="title_taken")
        return write_within(conn, actor, None, replace(entry, id=free_id(conn)), ADDED, at)


def change_policy(
    ws: Workspace, actor: Actor, policy_id: str, document: Mapping[str, Any], version: int
) -> PolicyEntry:
    """The entry as a form says it, as a new version; saying the same again makes none.

    Raises
    ------
    NotFound, Forbidden
    Refused
        A field is wrong; names each.
    Conflict
        If `version` is no longer the newest (`extra`: version).
    """
    require(actor, Action.EDIT_POLICIES)
    entry = from_document({**document, "id": policy_id, "version": version or 1})
    at = to_second(ws.clock())
    with ws.write() as conn:
        seed_within(conn, ws)
        before = at_version(conn, policy_id, version)
        return write_within(conn, actor, before.entry, entry, None, at)


def check_policy(ws: Workspace, actor: Actor, policy_id: str, version: int) -> PolicyEntry:
    """核对过了: no sample any more. Raises NotFound, Forbidden, Conflict."""
    require(actor, Action.EDIT_POLICIES)
    at = to_second(ws.clock())
    with ws.write() as conn:
        seed_within(conn, ws)
        before = at_version(conn, policy_id, version)
        return write_within(conn, actor, before.entry, replace(before.entry, is_sample=False), CHECKED, at)


def take_back(ws: Workspace, actor: Actor, policy_id: str, earlier: int, version: int) -> PolicyEntry:
    """恢复: what stood in version `earlier`, as a new version. Raises NotFound, Forbidden, Conflict."""
    require(actor, Action.EDIT_POLICIES)
    at = to_second(ws.clock())
    with ws.write() as conn:
        seed_within(conn, ws)
        before = at_version(conn, policy_id, version)
        stood = next((v.entry for v in policies.versions(conn, policy_id) if v.entry.version == earlier), None)
        if stood is None:
            raise NotFound(f"没有第{earlier}版，请从列出的版本里选。", field="earlier", code="unknown_version")
        return write_within(conn, actor, before.entry, stood, f"恢复到第{earlier}版", at)


def retire_policy(ws: Workspace, actor: Actor, policy_id: str, *, again: bool = False) -> Kept:
    """Put an entry away: no longer found or said; or (`again`) take it out again. Raises NotFound, Forbidden."""
    require(actor, Action.EDIT_POLICIES)
    at = to_second(ws.clock())
    with ws.write() as conn:
        seed_within(conn, ws)
        before = find_kept(conn, policy_id)
        if before.is_live == again:
            return before
        policies.set_live(conn, policy_id, again, at)
        after = find_kept(conn, policy_id)
        verb = "restore_policy" if again else "retire_policy"
        audit.append(conn, actor, verb, "policy", policy_id, before, after, at)
    return after


def at_version(conn: Connection, policy_id: str, version: int) -> Kept:
    """The entry, which must still be at `version`; raises NotFound, Conflict."""
    found = find_kept(conn, policy_id)
    now = found.entry.version
    if now != version:
        told = f"别人刚改过“{found.entry.title}”（现在是第{now}版）。请对照两边，再保存一次。"
        raise Conflict(told, field="version", code="stale_version", extra={"version": now})
    return found


def write_within(
    conn: Connection, actor: Actor, before: PolicyEntry | None, after: PolicyEntry, words: str | None, at: datetime
) -> PolicyEntry:
    """Write a new entry or a new version in the caller's transaction; nothing where it says the same as before."""
    changes = changes_between(before, after) if before else ()
    if before is not None and not changes:
        return before
    made = replace(after, version=before.version + 1 if before else 1)
    said = words or f"改了{'、'.join(change.name for change in changes)}"
    policies.put(conn, made, said, actor.person_id, at, policies.next_position(conn))
    verb = "change_policy" if before else "add_policy"
    audit.append(conn, actor, verb, "policy", made.id, before, made, at)
    return made


def free_id(conn: Connection) -> str:
    """A short name that no entry ever had."""
    taken = {kept.entry.id for kept in policies.all_kept(conn)}
    return next(name for n in range(1, len(taken) + 2) if (name := f"own_{n}") not in taken)
