"""沉默商户 and 开口率: who never voiced anything, what else to try there, and how many of the block spoke up."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain import silent as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.opening_hours import Part, part_of
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_tips import tip_for
from mapsvc.domain.silent import Share
from mapsvc.domain.times import office_day
from mapsvc.operations.policies import entries_in_force
from mapsvc.operations.workspace import Workspace
from mapsvc.store import silent as store
from mapsvc.store.silent import DoorAt

_NOW = timedelta(seconds=1)
"""What was written this very second has happened."""


@dataclass(frozen=True)
class SilentDoor:
    """A silent door and what else could be tried there."""

    door: DoorAt
    met: int
    last_met_at: datetime
    tries: tuple[str, ...]


@dataclass(frozen=True)
class Voices:
    """Doors met and doors that voiced something within a period; each in the order of the street."""

    met: tuple[DoorAt, ...]
    voiced: tuple[DoorAt, ...]

    @property
    def share(self) -> Share:
        """开口率."""
        return Share(len(self.voiced), len(self.met))


@dataclass(frozen=True)
class Silence:
    """The block: silent doors in the order of the street, who spoke up in twelve months and in the twelve before."""

    doors: tuple[SilentDoor, ...]
    now: Voices
    before: Voices


def silence(ws: Workspace, actor: Actor) -> Silence:
    """The silent doors of the block and its 开口率.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.WORK_CASE)
    at = ws.clock()
    with ws.read() as conn:
        answers = entries_in_force(conn, office_day(at))
        doors = store.doors(conn)
        since = at - rules.WITHIN
        now, before = _voices(conn, doors, since, at + _NOW), _voices(conn, doors, since - rules.WITHIN, since)
        return Silence(_with_tries(conn, doors, at, answers), now, before)


def silent_ids(conn: Connection, at: datetime) -> frozenset[str]:
    """Ids of the silent shops at `at`."""
    return frozenset(door.id for door, _ in _silent(conn, store.doors(conn), at))


def tries_for(
    conn: Connection, shop_ids: Collection[str], at: datetime, answers: tuple[PolicyEntry, ...]
) -> dict[str, tuple[str, ...]]:
    """What to try at those of these shops that are silent, by shop id."""
    found = _with_tries(conn, [d for d in store.doors(conn) if d.id in shop_ids], at, answers)
    return {one.door.id: one.tries for one in found}


def _silent(conn: Connection, doors: list[DoorAt], at: datetime) -> list[tuple[DoorAt, list[rules.Contact]]]:
    since = at - rules.WITHIN
    met, voiced = store.contacts(conn, since, at + _NOW), store.voiced(conn, since, at + _NOW)
    found = []
    for door in doors:
        there = _of(met, door, [])
        if rules.is_silent(len(there), voiced.get(door.tenancy_id, 0) + voiced.get(door.id, 0)):
            found.append((door, there))
    return found


def _of(
    by_tenancy: Mapping[str, list[rules.Contact]], door: DoorAt, nothing: list[rules.Contact]
) -> list[rules.Contact]:
    return [*by_tenancy.get(door.tenancy_id, nothing), *by_tenancy.get(door.id, nothing)]


def _with_tries(
    conn: Connection, doors: list[DoorAt], at: datetime, answers: tuple[PolicyEntry, ...]
) -> tuple[SilentDoor, ...]:
    found = _silent(conn, doors, at)
    since, day = at - rules.WITHIN, office_day(at)
    topics, opened = store.topics_by_trade(conn, since), store.opened(conn, [d.id for d, _ in found], since)
    made = []
    for door, there in found:
        tip = tip_for(answers, day, door.trade, (), door.code)
        policy = next((a.title for a in answers if tip and a.id == tip.answer), None)
        parts: Counter[Part] = Counter(part_of(when) for when in opened.get(door.id, ()))
        tries = rules.suggestions(there, parts, topics.get(door.trade or "", {}), door.trade, policy)
        made.append(SilentDoor(door, len(there), max(c.at for c in there), tries))
    return tuple(made)


def _voices(conn: Connection, doors: list[DoorAt], since: datetime, until: datetime) -> Voices:
    met, voiced = store.contacts(conn, since, until), store.voiced(conn, since, until)
    there = tuple(d for d in doors if d.tenancy_id in met or d.id in met)
    return Voices(there, tuple(d for d in there if d.tenancy_id in voiced or d.id in voiced))
