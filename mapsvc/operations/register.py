"""责任主体 kept by hand: added, changed, taken out, and taken back; what is missing and what stands twice."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import register as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.register import Gap, Overlap, RegisterEntry
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations.street_lines import street_lines
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import audit, events, people
from mapsvc.store import register as store
from mapsvc.store.register import DoorOnStreet, RegisterChange

COMMITTEES = "residents_committees.csv"
_LATEST = 20


@dataclass(frozen=True)
class ChangeLine:
    """A change as the page lists it."""

    change: RegisterChange
    title: str
    what: str
    actor: str | None
    may_undo: bool


@dataclass(frozen=True)
class RegisterBook:
    """The whole register: entries by street, side and number, and what is wrong with it."""

    entries: tuple[RegisterEntry, ...]
    gaps: tuple[Gap, ...]
    overlaps: tuple[Overlap, ...]
    doors: tuple[DoorOnStreet, ...]
    changes: tuple[ChangeLine, ...]
    streets: tuple[str, ...]
    committees: tuple[str, ...]
    companies: tuple[str, ...]


def open_book(ws: Workspace, actor: Actor) -> RegisterBook:
    """Everything the page of the register shows.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.EDIT_REGISTER)
    with ws.read() as conn:
        entries, doors = rules.in_order(store.everything(conn)), store.doors(conn)
        changes = _lines(ws, conn, store.changes(conn, _LATEST))
    last: dict[str, int] = {}
    for street, number in [(d.street, d.number) for d in doors] + [(e.street, e.number_to) for e in entries]:
        last[street] = max(last.get(street, 1), number)
    reach = {street: (1, number) for street, number in sorted(last.items())}
    companies = sorted({e.property_company for e in entries if e.property_company})
    named = [*_committees(ws), *(e.residents_committee for e in entries if e.residents_committee)]
    return RegisterBook(
        tuple(entries),
        tuple(rules.gaps(entries, reach)),
        tuple(rules.overlaps(entries)),
        tuple(doors),
        changes,
        streets_of(ws),
        tuple(dict.fromkeys(named)),
        tuple(companies),
    )


def get_entry(ws: Workspace, actor: Actor, entry_id: str) -> RegisterEntry:
    """One entry.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.EDIT_REGISTER)
    with ws.read() as conn:
        return _get(conn, entry_id)


def add_entry(ws: Workspace, actor: Actor, new: RegisterEntry) -> RegisterChange:
    """Add an entry; its id comes from the client, and the same id again changes nothing.

    Raises
    ------
    Forbidden
    Refused
        Beside every field that cannot be.
    """
    require(actor, Action.EDIT_REGISTER)
    rules.require_sound(new, streets_of(ws))
    with ws.write() as conn:
        if store.by_id(conn, new.id) is not None:
            raise Conflict("这一条已经登记过了，请看下面的表。", code="id_used")
        made = replace(new, version=1)
        store.add(conn, made, to_second(ws.clock()))
        return _keep(ws, conn, actor, None, made)


def change_entry(ws: Workspace, actor: Actor, changed: RegisterEntry) -> RegisterChange | None:
    """Write an entry whose `version` is the one that was seen; None if it says what it said.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Somebody changed it meanwhile: `extra["now"]` is what is there.
    Refused
        Beside every field that cannot be.
    """
    require(actor, Action.EDIT_REGISTER)
    rules.require_sound(changed, streets_of(ws))
    with ws.write() as conn:
        before = _get(conn, changed.id)
        if before == changed:
            return None
        _require_fresh(before, changed.version)
        after = replace(changed, version=before.version + 1)
        store.replace(conn, after, to_second(ws.clock()))
        return _keep(ws, conn, actor, before, after)


def remove_entry(ws: Workspace, actor: Actor, entry_id: str, version: int) -> RegisterChange:
    """Take an entry out.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Somebody changed it meanwhile.
    """
    require(actor, Action.EDIT_REGISTER)
    with ws.write() as conn:
        before = _get(conn, entry_id)
        _require_fresh(before, version)
        store.remove(conn, entry_id)
        return _keep(ws, conn, actor, before, None)


def undo_change(ws: Workspace, actor: Actor, change_id: str) -> RegisterChange:
    """Take a change back, if nothing was changed there since.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Taken back before, too old, or the entry was changed since.
    """
    require(actor, Action.EDIT_REGISTER)
    at = to_second(ws.clock())
    with ws.write() as conn:
        change = store.change_by_id(conn, change_id)
        if change is None:
            raise NotFound("没有这次改动，请刷新后重试。", field="change", code="unknown_change")
        if not _may_undo(ws, conn, change):
            told = "这次改动之后又改过，或者已经撤销、过了时限，不能再撤销；请直接改现在的。"
            raise Conflict(told, code="changed_since")
        now = store.by_id(conn, change.entry_id)
        if change.before is None:
            store.remove(conn, change.entry_id)
        elif now is None:
            store.add(conn, replace(change.before, version=change.before.version + 1), at)
        else:
            store.replace(conn, replace(change.before, version=now.version + 1), at)
        store.mark_undone(conn, change.id, at)
        events.forget(conn, [change.id])
        audit.append(conn, actor, "undo_register", "register_entry", change.entry_id, change.after, change.before, at)
        return change


def streets_of(ws: Workspace) -> tuple[str, ...]:
    """The office's roads by name, in the order of the layer."""
    return tuple(dict.fromkeys(line.name for line in street_lines(ws) if line.kind == "road" and line.name))


def _committees(ws: Workspace) -> tuple[str, ...]:
    own = ws.settings.layers / COMMITTEES if ws.settings.layers else None
    file = own if own is not None and own.is_file() else shipped("layers") / COMMITTEES
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return tuple(row["name"] for row in csv.DictReader(opened) if row.get("name"))


def _keep(
    ws: Workspace, conn: Connection, actor: Actor, before: RegisterEntry | None, after: RegisterEntry | None
) -> RegisterChange:
    """Keep what was changed, tell it at every door it concerns, and write the audit row."""
    at, about = to_second(ws.clock()), after or before
    assert about is not None
    change = RegisterChange(str(uuid4()), about.id, before, after, at, actor.person_id)
    store.add_change(conn, change)
    concerned = [d for d in store.doors(conn) if any(e and e.covers(d.street, d.number) for e in (before, after))]
    who = actor.person_id
    told = [
        events.Event("correction", change.id, at, d.shop_id, location_id=d.location_id, actor_id=who) for d in concerned
    ]
    events.append_many(conn, told)
    verb = "add_register" if before is None else "remove_register" if after is None else "change_register"
    audit.append(conn, actor, verb, "register_entry", about.id, before, after, at)
    return change


def _lines(ws: Workspace, conn: Connection, changes: Sequence[RegisterChange]) -> tuple[ChangeLine, ...]:
    staff = people.by_ids(conn, (c.actor_id for c in changes))
    return tuple(
        ChangeLine(
            c,
            rules.change_title(c.before, c.after),
            rules.change_text(c.before, c.after),
            staff[c.actor_id].display_name if c.actor_id in staff else None,
            _may_undo(ws, conn, c),
        )
        for c in changes
    )


def _may_undo(ws: Workspace, conn: Connection, change: RegisterChange) -> bool:
    if change.undone_at is not None or change.at < ws.clock() - timedelta(days=ws.settings.undo_days):
        return False
    now = store.by_id(conn, change.entry_id)
    if now is None or change.after is None:
        return now is change.after
    return not rules.differing(now, change.after)


def _require_fresh(before: RegisterEntry, version: int) -> None:
    if before.version != version:
        raise Conflict(
            "别人刚改过这一条，请看过现在的再改。",
            field="version",
            code="stale_version",
            extra={"version": before.version, "now": before},
        )


def _get(conn: Connection, entry_id: str) -> RegisterEntry:
    found = store.by_id(conn, entry_id)
    if found is None:
        raise NotFound("没有这一条责任主体，可能刚被删掉；请刷新后重试。", field="entry", code="unknown_entry")
    return found
