"""Who did what to which record and when: a chain of hashes that holds no value."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum

from sqlalchemy import Connection, insert, select

from mapsvc.domain.actors import Actor
from mapsvc.store.tables import audit, audit_head

_START = "0" * 64
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done: the record before (None: it was made) and after (None: it was removed).

    `before` and `after` are mappings or dataclasses; only their hashes are kept.
    """

    action: str
    record_type: str
    record_id: str
    before: object = None
    after: object = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found; `problem` is a Chinese sentence, None when the chain is whole."""

    rows: int
    problem: str | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, removed or put in."""
        return self.problem is None


def append(
    conn: Connection,
    actor: Actor,
    action: str,
    record_type: str,
    record_id: str,
    before: object = None,
    after: object = None,
    at: datetime | None = None,
) -> None:
    """Add one act to the chain, in the caller's transaction.

    Raises
    ------
    ValueError
        If `at` is missing or naive.
    """
    append_many(conn, actor, [Act(action, record_type, record_id, before, after)], at)


def append_many(conn: Connection, actor: Actor, acts: Iterable[Act], at: datetime | None) -> None:
    """Add acts of one person at one moment to the chain, in the order given."""
    if at is None or at.tzinfo is None:
        raise ValueError("an audit row needs the time of the act, with zone")
    # Locks the head on PostgreSQL; on SQLite the transaction alone is enough.
    n, last = conn.execute(select(audit_head.c.n, audit_head.c.hash).with_for_update()).one()
    rows = []
    for act in acts:
        n += 1
        row = {
            "id": n,
            "at": at.astimezone(UTC).replace(microsecond=0),
            "actor_id": actor.person_id,
            "actor_role": str(actor.role),
            "action": act.action,
            "record_type": act.record_type,
            "record_id": act.record_id,
            "before_hash": digest(act.before),
            "after_hash": digest(act.after),
        }
        last = row["hash"] = _link(last, row)
        rows.append(row)
    if rows:
        conn.execute(insert(audit), rows)
        conn.execute(audit_head.update().values(n=n, hash=last))


def digest(record: object) -> str | None:
    """SHA-256 of the canonical JSON of `record`; None for None."""
    if record is None:
        return None
    return hashlib.sha256(_canonical(record).encode()).hexdigest()


def verify(conn: Connection) -> Verdict:
    """Recount the whole chain, oldest first."""
    last, n = _START, 0
    query = select(audit).order_by(audit.c.id).execution_options(yield_per=_BATCH)
    with conn.execute(query) as rows:
        for row in rows.mappings():
            if row["id"] != n + 1:
                return Verdict(n, f"操作记录在第 {n} 条之后缺了或多了行。")
            n += 1
            if _link(last, dict(row)) != row["hash"]:
                return Verdict(n, f"操作记录第 {n} 条被改动过。")
            last = row["hash"]
    head = conn.execute(select(audit_head.c.n, audit_head.c.hash)).one_or_none()
    if head is None or tuple(head) != (n, last):
        return Verdict(n, f"操作记录只剩 {n} 条，末尾被删过或被换过。")
    return Verdict(n, None)


_LINKED = ("id", "actor_id", "actor_role", "action", "record_type", "record_id", "before_hash", "after_hash")


def _link(last: str, row: Mapping[str, object]) -> str:
    told = {name: row[name] for name in _LINKED} | {"at": row["at"], "last": last}
    return hashlib.sha256(_canonical(told).encode()).hexdigest()


def _canonical(value: object) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    elif isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds") if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return str(value)
