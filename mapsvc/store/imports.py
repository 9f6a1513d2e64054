"""Imports in the store: batches, last imported values, before-images, conflicts and problems."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, delete, insert, select, tuple_, update

from mapsvc.store.bulk import chunks
from mapsvc.store.tables import import_batch, import_change, import_conflict, import_problem, import_row


class Base(NamedTuple):
    """What the office's file said last about a key."""

    record_id: str
    values: dict[str, Any]
    batch_id: str


def add_batch(conn: Connection, **values: Any) -> None:
    """Store a new batch."""
    conn.execute(insert(import_batch).values(**values))


def change_batch(conn: Connection, batch_id: str, **values: Any) -> None:
    """Write columns of a batch."""
    conn.execute(update(import_batch).where(import_batch.c.id == batch_id).values(**values))


def batch(conn: Connection, batch_id: str) -> Row[Any] | None:
    """A batch by id."""
    return conn.execute(select(import_batch).where(import_batch.c.id == batch_id)).first()


def done(conn: Connection, limit: int = 50) -> list[Row[Any]]:
    """Batches that were imported and not undone, the newest first."""
    ask = select(import_batch).where(import_batch.c.state == "done")
    return list(conn.execute(ask.order_by(import_batch.c.at.desc(), import_batch.c.id.desc()).limit(limit)))


def batches(conn: Connection, limit: int = 20) -> list[Row[Any]]:
    """Batches, the newest first."""
    ask = select(import_batch).order_by(import_batch.c.at.desc(), import_batch.c.id.desc())
    return list(conn.execute(ask.limit(limit)))


def old_previews(conn: Connection, before: datetime) -> list[str]:
    """Ids of previews nobody confirmed since `before`."""
    ask = select(import_batch.c.id).where(import_batch.c.state == "previewed", import_batch.c.at < before)
    return list(conn.execute(ask).scalars())


def has_rows(conn: Connection, sheet: str) -> bool:
    """Whether anything was ever imported from a sheet."""
    return conn.execute(select(import_row.c.key).where(import_row.c.sheet == sheet).limit(1)).first() is not None


def bases(conn: Connection, sheet: str, keys: Sequence[str]) -> dict[str, Base]:
    """Last imported values by key."""
    found: dict[str, Base] = {}
    columns = (import_row.c.key, import_row.c.record_id, import_row.c["values"], import_row.c.batch_id)
    for some in chunks(keys):
        ask = select(*columns).where(import_row.c.sheet == sheet, import_row.c.key.in_(some))
        found.update((row[0], Base(row[1], row[2], row[3])) for row in conn.execute(ask))
    return found


def all_bases(conn: Connection, sheet: str, record_ids: Iterable[str]) -> dict[str, tuple[str, Base]]:
    """Record id -> (key, last imported values)."""
    found: dict[str, tuple[str, Base]] = {}
    for some in chunks(sorted(set(record_ids))):
        ask = select(import_row).where(import_row.c.sheet == sheet, import_row.c.record_id.in_(some))
        for row in conn.execute(ask).mappings():
            base = Base(row["record_id"], row["values"], row["batch_id"])
            found[row["record_id"]] = (row["key"], base)
    return found


def add_bases(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember what a file said about keys it never spoke of."""
    if rows:
        conn.execute(insert(import_row), list(rows))


def put_bases(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember what a file said, over what was remembered."""
    if not rows:
        return
    new = _upserting(conn)
    changed = {name: new.excluded[name] for name in ("record_id", "values", "batch_id")}
    conn.execute(new.on_conflict_do_update(index_elements=["sheet", "key"], set_=changed), list(rows))


def _upserting(conn: Connection) -> Any:
    # Each dialect has its own; to import PostgreSQL's takes a tenth of a start that seldom imports a workbook.
    if conn.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as made
    else:
        from sqlalchemy.dialects.sqlite import insert as made  # type: ignore[assignment]
    return made(import_row)


def forget_bases(conn: Connection, sheet: str, keys: Sequence[str]) -> None:
    """Forget what files said about keys."""
    for some in chunks(keys):
        conn.execute(delete(import_row).where(import_row.c.sheet == sheet, import_row.c.key.in_(some)))


def add_changes(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep before-images."""
    if rows:
        conn.execute(insert(import_change), list(rows))


def changes(
    conn: Connection,
    batch_id: str,
    sheet: str | None = None,
    change: str | None = None,
    limit: int = 50,
    after: int = 0,
) -> list[Row[Any]]:
    """Changes of a batch, in order, after the change with id `after`."""
    ask = select(import_change).where(import_change.c.batch_id == batch_id, import_change.c.id > after)
    if sheet:
        ask = ask.where(import_change.c.sheet == sheet)
    if change:
        ask = ask.where(import_change.c.change == change)
    return list(conn.execute(ask.order_by(import_change.c.id).limit(limit)))


def changes_backwards(conn: Connection, batch_id: str, sheet: str, before: int | None, limit: int) -> list[Row[Any]]:
    """Changes of a sheet in a batch, the last first: how undo walks."""
    ask = select(import_change).where(import_change.c.batch_id == batch_id, import_change.c.sheet == sheet)
    if before is not None:
        ask = ask.where(import_change.c.id < before)
    return list(conn.execute(ask.order_by(import_change.c.id.desc()).limit(limit)))


def clear_batch(conn: Connection, batch_id: str) -> None:
    """Remove what a preview had written down."""
    for table in (import_change, import_conflict, import_problem):
        conn.execute(delete(table).where(table.c.batch_id == batch_id))


def remove_batch(conn: Connection, batch_id: str) -> None:
    """Remove a batch that changed nothing."""
    clear_batch(conn, batch_id)
    conn.execute(delete(import_batch).where(import_batch.c.id == batch_id))


def add_conflicts(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep conflicts; an open one of the same key and field gives way."""
    if not rows:
        return
    same = [(row["sheet"], row["key"], row["field"]) for row in rows]
    three = tuple_(import_conflict.c.sheet, import_conflict.c.key, import_conflict.c.field)
    done = select(import_batch.c.id).where(import_batch.c.state != "previewed")
    for some in chunks(same, 300):
        gone = and_(three.in_(some), import_conflict.c.choice.is_(None), import_conflict.c.batch_id.in_(done))
        conn.execute(delete(import_conflict).where(gone))
    conn.execute(insert(import_conflict), list(rows))


def conflict(conn: Connection, conflict_id: str) -> Row[Any] | None:
    """A conflict by id."""
    return conn.execute(select(import_conflict).where(import_conflict.c.id == conflict_id)).first()


def conflicts(
    conn: Connection, batch_id: str | None = None, *, only_open: bool = False, limit: int = 50, after: str = ""
) -> list[Row[Any]]:
    """Conflicts of a batch (None: of all that were imported), by id, after id `after`."""
    ask = select(import_conflict).where(import_conflict.c.id > after)
    if batch_id:
        ask = ask.where(import_conflict.c.batch_id == batch_id)
    else:
        done = select(import_batch.c.id).where(import_batch.c.state == "done")
        ask = ask.where(import_conflict.c.batch_id.in_(done))
    if only_open:
        ask = ask.where(import_conflict.c.choice.is_(None))
    return list(conn.execute(ask.order_by(import_conflict.c.id).limit(limit)))


def choose(conn: Connection, conflict_id: str, choice: str, person_id: str | None, at: datetime) -> None:
    """Write down which side was chosen."""
    ask = update(import_conflict).where(import_conflict.c.id == conflict_id)
    conn.execute(ask.values(choice=choice, chosen_by=person_id, chosen_at=at))


def add_problems(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep problems with the row as it was written."""
    for some in chunks(list(rows), 2000):
        conn.execute(insert(import_problem), list(some))


def problems(
    conn: Connection, batch_id: str, limit: int = 50, after: int = 0, levels: Sequence[str] = ()
) -> list[Row[Any]]:
    """Problems of a batch in order, after the one with id `after`."""
    ask = select(import_problem).where(import_problem.c.batch_id == batch_id, import_problem.c.id > after)
    if levels:
        ask = ask.where(import_problem.c.level.in_(levels))
    return list(conn.execute(ask.order_by(import_problem.c.id).limit(limit)))
