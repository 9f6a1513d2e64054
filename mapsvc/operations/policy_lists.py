"""线上驿站 at a glance: by topic, what runs out, what is still a sample, and what is to be said this month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_tips import Hint, hints_on, is_expired, is_expiring
from mapsvc.domain.times import office_day
from mapsvc.operations.policies import all_kept
from mapsvc.operations.workspace import Workspace


@dataclass(frozen=True)
class Base:
    """All entries: `live` in the office's order, and the lists that are to be looked at."""

    day: date
    live: tuple[PolicyEntry, ...]
    retired: tuple[PolicyEntry, ...]
    hints: tuple[Hint, ...]

    @property
    def by_topic(self) -> tuple[tuple[str, tuple[PolicyEntry, ...]], ...]:
        """Topics that have entries, each with them, in the order of the topics."""
        some = ((name, tuple(e for e in self.live if e.topic == name)) for name in topics.NAMES)
        return tuple((name, entries) for name, entries in some if entries)

    @property
    def expiring(self) -> tuple[PolicyEntry, ...]:
        """Those whose last day comes within two months, the nearest first."""
        return _by_end(e for e in self.live if is_expiring(e, self.day))

    @property
    def expired(self) -> tuple[PolicyEntry, ...]:
        """Those no longer said, the latest first."""
        return _by_end(e for e in self.live if is_expired(e, self.day))[::-1]

    @property
    def samples(self) -> tuple[PolicyEntry, ...]:
        """Those to be checked before use."""
        return tuple(e for e in self.live if e.is_sample)


def base_of(ws: Workspace, actor: Actor) -> Base:
    """All entries as they stand today. Raises Forbidden."""
    require(actor, Action.SEE_POLICIES)
    with ws.read() as conn:
        return base_on(conn, office_day(ws.clock()))


def base_on(conn: Connection, day: date) -> Base:
    """The same in the caller's transaction."""
    kept = all_kept(conn)
    live = tuple(k.entry for k in kept if k.is_live)
    return Base(day, live, tuple(k.entry for k in kept if not k.is_live), hints_on(live, day))


def _by_end(entries: Iterable[PolicyEntry]) -> tuple[PolicyEntry, ...]:
    return tuple(sorted(entries, key=lambda e: (e.valid_until or date.max, e.id)))


def policy_lines(ws: Workspace, actor: Actor) -> tuple[tuple[str, int, str], ...]:
    """What today's desk says of it: the list, how many, in words; nothing where there is nothing. Raises Forbidden."""
    base = base_of(ws, actor)
    said = (
        ("expired", len(base.expired), "条已经过期"),
        ("expiring", len(base.expiring), "条60天里到期"),
        ("hints", len(base.hints), "句这个月要提醒的"),
    )
    return tuple(line for line in said if line[1])
